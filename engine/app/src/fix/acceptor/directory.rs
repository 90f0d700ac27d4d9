//! Whose a Logon is: a session known by name, or one that a template allows.

use std::fmt;
use std::sync::Arc;

use gannet_fix::session::Config as SessionConfig;
use gannet_fix::tag::{self, msg_type};
use gannet_fix::{Message, Version};

use super::doorkeeper::Question;
use super::member::Member;
use crate::config::fix::acceptor::Template;
use crate::fix::users::Users;

/// Longest name, user or password looked at.
const TEXT_BYTES_MAX: usize = 128;

/// What a Logon says about its sender. `Display` shows the names only.
pub(super) struct Claim {
    begin_string: String,
    /// The version of application messages, from FIX 5.0 on.
    version: Option<Version>,
    sender_comp_id: String,
    target_comp_id: String,
    username: String,
    password: String,
}

impl Claim {
    /// Reads a first message.
    ///
    /// # Errors
    /// It is no Logon, or says nothing usable about its sender.
    pub(super) fn read(message: &Message<'_>) -> Result<Self, &'static str> {
        if message.msg_type() != msg_type::LOGON {
            return Err("the first message was no Logon");
        }
        let text = |value: Option<&[u8]>| {
            let value = value.filter(|value| value.len() <= TEXT_BYTES_MAX)?;
            std::str::from_utf8(value).ok().map(ToOwned::to_owned)
        };
        let field = |tag| text(message.get(tag)).unwrap_or_default();
        Ok(Self {
            begin_string: text(Some(message.begin_string())).unwrap_or_default(),
            version: Version::parse(&field(tag::DEFAULT_APPL_VER_ID)),
            sender_comp_id: text(message.sender_comp_id())
                .ok_or("the Logon has no SenderCompID")?,
            target_comp_id: text(message.target_comp_id())
                .ok_or("the Logon has no TargetCompID")?,
            username: field(tag::USERNAME),
            password: field(tag::PASSWORD),
        })
    }

    /// Makes the question whether `visitor` is who it claims to be.
    pub(super) fn question(&self, visitor: u64) -> Question {
        Question {
            visitor,
            comp_id: self.sender_comp_id.clone(),
            username: self.username.clone(),
            password: self.password.clone(),
        }
    }

    fn fits(&self, config: &SessionConfig) -> bool {
        config.version.begin_string() == self.begin_string
            && config.sender_comp_id == self.target_comp_id
    }

    fn is_of(&self, member: &Member) -> bool {
        let config = member.session().config();
        self.fits(config) && config.target_comp_id == self.sender_comp_id
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Bytes of a stranger: nothing that could steer a terminal.
        let name = |text: &str| text.escape_debug().to_string();
        let (from, to) = (name(&self.sender_comp_id), name(&self.target_comp_id));
        write!(f, "{} {from} → {to}", name(&self.begin_string))
    }
}

/// Where a Logon belongs.
pub(super) enum Place {
    /// To the session at this place.
    Session(usize),
    /// To a session that this template allows, with its settings.
    Template(usize, Box<SessionConfig>),
}

/// The templates, and who may use them.
pub(super) struct Directory {
    templates: Vec<Template>,
    users: Option<Arc<Users>>,
}

impl Directory {
    pub(super) const fn new(templates: Vec<Template>, users: Option<Arc<Users>>) -> Self {
        Self { templates, users }
    }

    /// Finds where a Logon belongs.
    ///
    /// # Errors
    /// For the operator, not for the stranger: why it belongs nowhere.
    pub(super) fn find(&self, claim: &Claim, members: &[Member]) -> Result<Place, &'static str> {
        let speaks = |config: &SessionConfig| claim.version.is_none_or(|v| v == config.version);
        let named = |member: &&Member| claim.is_of(member);
        let exact = members
            .iter()
            .position(|member| claim.is_of(member) && speaks(member.session().config()));
        if let Some(place) = exact.or_else(|| members.iter().position(|member| named(&member))) {
            return Ok(Place::Session(place));
        }
        let fitting = |template: &Template| claim.fits(&template.config);
        let exact = self
            .templates
            .iter()
            .position(|template| fitting(template) && speaks(&template.config));
        let index = exact
            .or_else(|| self.templates.iter().position(fitting))
            .ok_or("no session has this version and these CompIDs")?;
        if !self.users.as_ref().is_some_and(|users| users.know(&claim.sender_comp_id)) {
            return Err("no session has these CompIDs, and no user may use the name");
        }
        let template = &self.templates[index];
        let made = members.iter().filter(|member| member.template() == Some(index)).count();
        if made >= template.sessions_max {
            return Err("the template has no session left");
        }
        let config = SessionConfig {
            target_comp_id: claim.sender_comp_id.clone(),
            ..template.config.clone()
        };
        Ok(Place::Template(index, Box::new(config)))
    }
}

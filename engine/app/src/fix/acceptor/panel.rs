//! What people see of an acceptor's sessions and do to them: the page's other end.
//!
//! The page is the one that engines have, in a thread of its own. A panel takes its commands and
//! answers when it asks. There is no journal here: what was done to a session is told in the
//! acceptor's lines, with the time and the outcome.

#[cfg(test)]
mod tests;

use gannet_control::sessions::SessionView;
use gannet_control::{SessionReporter, SessionWatch, session_watch};
use gannet_fix::Session;
use gannet_fix::session::{Action, Outcome, State};
use gannet_runtime::ring::{Overflow, Receiver, Sender, ring};
use gannet_types::{Command, GatewayId, Nanos, SessionAction};

use super::Acceptor;
use super::member::Member;
use crate::agents::session_report;
use crate::config::fix::acceptor::AcceptorConfig;
use crate::fix::store::SessionStore;

/// Commands that may wait: more than a person gives before the next turn.
const COMMANDS: usize = 64;

/// Most sessions that are shown; a page's gateways have numbers of one byte.
const SESSIONS_MAX: usize = 128;

/// How often the page is asked what it wants: a person does not see the difference.
const ATTEND_EVERY: Nanos = Nanos(50_000_000);

/// Messages that are kept of each session to be shown.
const RECENT_MESSAGES: usize = 24;

/// The acceptor's end.
pub struct Panel {
    commands: Receiver<Command>,
    /// For each session's place, and for those that templates may make.
    seats: Vec<Seat>,
    due: Nanos,
}

/// One session's row on the page.
struct Seat {
    name: String,
    reporter: SessionReporter,
    /// What became of the last action.
    notice: String,
}

/// The page's end.
pub struct PanelPage {
    /// What people want done.
    pub commands: Sender<Command>,
    /// How the sessions stand, each at its place.
    pub sessions: Vec<SessionWatch>,
    /// What people call them.
    pub names: Vec<String>,
}

/// Makes both ends for the sessions of `config`, which keep their latest messages from then on.
#[must_use]
pub fn panel(config: &mut AcceptorConfig) -> (Panel, PanelPage) {
    for accepted in &mut config.sessions {
        accepted.config.recent_messages = RECENT_MESSAGES;
    }
    for template in &mut config.templates {
        template.config.recent_messages = RECENT_MESSAGES;
    }
    let (commands, commands_out) = ring(COMMANDS, Overflow::Reject);
    let names = names(config);
    let (seats, sessions) = names
        .iter()
        .map(|name| {
            let (reporter, watch) = session_watch();
            (Seat { name: name.clone(), reporter, notice: String::new() }, watch)
        })
        .unzip();
    let panel = Panel { commands: commands_out, seats, due: Nanos::ZERO };
    (panel, PanelPage { commands, sessions, names })
}

/// The counterparties' names, with the version where two sessions have the same; those that are not
/// known yet have numbers.
fn names(config: &AcceptorConfig) -> Vec<String> {
    let known = || config.sessions.iter().map(|accepted| &accepted.config);
    let named = known().map(|session| {
        let name = &session.target_comp_id;
        let is_shared = known().filter(|other| other.target_comp_id == *name).count() > 1;
        if is_shared { format!("{name}-{}", session.version.name()) } else { name.clone() }
    });
    let later: usize = config.templates.iter().map(|template| template.sessions_max).sum();
    let later = (1..=later).map(|number| format!("template-session-{number}"));
    named.chain(later).take(SESSIONS_MAX).collect()
}

impl Acceptor {
    /// Does what people want and tells them how the sessions stand, twenty times a second.
    pub fn attend(&mut self, now: Nanos, panel: &mut Panel) {
        if now < panel.due {
            return;
        }
        panel.due = now.after(ATTEND_EVERY);
        while let Some(command) = panel.commands.pop() {
            self.obey(now, command, panel);
        }
        for (place, seat) in panel.seats.iter_mut().enumerate() {
            let (name, notice) = (&seat.name, &seat.notice);
            let member = self.members.get(place);
            seat.reporter.answer(|| match member {
                Some(member) => view(member, name, notice),
                None => SessionView {
                    session: name.clone(),
                    state: "not in use",
                    ..SessionView::default()
                },
            });
        }
    }

    fn obey(&mut self, now: Nanos, command: Command, panel: &mut Panel) {
        let Command::Session(GatewayId(place), action) = command else {
            // The page has buttons for an engine as well.
            return self
                .news
                .add(now, || format!("{command:?} by an operator: not for an acceptor"));
        };
        let place = usize::from(place);
        let Some(seat) = panel.seats.get_mut(place) else { return };
        seat.notice = match self.members.get_mut(place) {
            Some(member) => member.operate(now, action),
            None => format!("{action:?} by an operator: refused, nobody has logged on here yet"),
        };
        self.news.add(now, || format!("{}: {}", seat.name, seat.notice));
    }
}

/// Does what an operator wants; returns what became of it.
pub(super) fn operate(
    session: &mut Session<SessionStore>,
    now: Nanos,
    action: SessionAction,
) -> String {
    let wanted = match action {
        SessionAction::ResetNumbers => Action::ResetNumbers,
        SessionAction::SetNextInbound(next) => Action::SetNextInbound(next),
        SessionAction::SetNextOutbound(next) => Action::SetNextOutbound(next),
        SessionAction::Logout => Action::Logout,
        SessionAction::Logon => {
            return format!("{action:?} by an operator: refused, the counterparty connects");
        }
    };
    match session.operate(now.0, wanted) {
        Ok(Outcome::Done) => format!("{action:?} by an operator: done"),
        Ok(Outcome::Requested) => format!("{action:?} by an operator: the counterparty is asked"),
        Err(error) => format!("{action:?} by an operator: refused, {error}"),
    }
}

fn view(member: &Member, name: &str, notice: &str) -> SessionView {
    let session = member.session();
    let state = match session.state() {
        State::Disconnected => "disconnected",
        State::AwaitingLogon => "logging on",
        State::LoggedOn => "logged on",
        State::LoggingOut | State::Closing => "logging out",
    };
    SessionView {
        session: name.to_owned(),
        state,
        peer: member.source().map_or_else(String::new, |source| source.to_string()),
        reconnects: session.generation().saturating_sub(1),
        notice: notice.to_owned(),
        ..session_report::view(session)
    }
}

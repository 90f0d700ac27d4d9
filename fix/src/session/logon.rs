//! What our Logon says besides the heartbeat interval.

use crate::codec::Writer;
use crate::tag;

use super::Role;
use super::config::Config;

/// The constant fields of our Logon, ascending by tag.
#[derive(Default)]
pub(super) struct Logon {
    test_messages: Option<bool>,
    username: String,
    /// Password and new password in clear, empty if they are encrypted.
    passwords: [String; 2],
    /// DefaultApplVerID(1137), empty if there is none.
    pub(super) appl_ver_id: String,
    cipher_method: u64,
    encrypted: [Vec<u8>; 2],
    others: Vec<(u32, String)>,
}

impl Logon {
    pub(super) fn new(config: &Config) -> Self {
        let credentials = &config.credentials;
        let passwords = [credentials.password.clone(), credentials.new_password.clone()];
        let mut new = Self {
            test_messages: config.test_messages,
            username: credentials.username.clone(),
            others: credentials.fields.clone(),
            ..Self::default()
        };
        match credentials.cipher {
            None => new.passwords = passwords,
            Some((method, encrypt)) => {
                let encrypted = |text: &String| match text.as_str() {
                    "" => Vec::new(),
                    text => encrypt(text),
                };
                new.cipher_method = method;
                new.encrypted = passwords.each_ref().map(encrypted);
            }
        }
        if config.version.is_fixt() {
            new.appl_ver_id.clone_from(&config.default_appl_ver_id);
            if new.appl_ver_id.is_empty() && config.role == Role::Initiator {
                config.version.appl_ver_id().clone_into(&mut new.appl_ver_id);
            }
        }
        new
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>, next_expected: Option<u64>) {
        let mut text = |tag, value: &str| {
            if !value.is_empty() {
                writer.str(tag, value);
            }
        };
        if let Some(test) = self.test_messages {
            text(tag::TEST_MESSAGE_INDICATOR, if test { "Y" } else { "N" });
        }
        text(tag::USERNAME, &self.username);
        text(tag::PASSWORD, &self.passwords[0]);
        if let Some(next) = next_expected {
            writer.uint(tag::NEXT_EXPECTED_MSG_SEQ_NUM, next);
        }
        let mut text = |tag, value: &str| {
            if !value.is_empty() {
                writer.str(tag, value);
            }
        };
        text(tag::NEW_PASSWORD, &self.passwords[1]);
        text(tag::DEFAULT_APPL_VER_ID, &self.appl_ver_id);
        let [password, new_password] = &self.encrypted;
        if !password.is_empty() {
            writer.uint(tag::ENCRYPTED_PASSWORD_METHOD, self.cipher_method);
            writer.data(tag::ENCRYPTED_PASSWORD_LEN, tag::ENCRYPTED_PASSWORD, password);
        }
        if !new_password.is_empty() {
            let length = tag::ENCRYPTED_NEW_PASSWORD_LEN;
            writer.data(length, tag::ENCRYPTED_NEW_PASSWORD, new_password);
        }
        for (tag, value) in &self.others {
            writer.str(*tag, value);
        }
    }
}

//! Who may log on to an acceptor: a file of users with salted password hashes.
//!
//! ```toml
//! [[user]]
//! username = "desk"
//! comp_ids = ["GANNET"]
//! password = "$pbkdf2-sha256$i=600000,l=32$…"
//! ```
//! `gannet fix hash-password` makes the hash (PBKDF2 with HMAC-SHA-256, 600,000 rounds, 16 random
//! bytes of salt, written as a PHC string). Nobody who is not in the file gets in.

use std::path::Path;

use anyhow::{Context, ensure};
use pbkdf2::password_hash::PasswordVerifier;
use pbkdf2::password_hash::phc::PasswordHash;
use pbkdf2::password_hash::{CustomizedPasswordHasher, Error};
use pbkdf2::{Params, Pbkdf2};
use serde::Deserialize;

/// 128 bits: no two users share one.
const SALT_BYTES: usize = 16;

/// The only one that is made and taken.
const ALGORITHM: &str = "pbkdf2-sha256";

/// The users of an acceptor.
pub struct Users {
    users: Vec<User>,
    /// Checked against when there is no such user, so that the answer takes as long.
    nobody: PasswordHash,
}

struct User {
    username: String,
    comp_ids: Vec<String>,
    password: PasswordHash,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    user: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    username: String,
    comp_ids: Vec<String>,
    password: String,
}

impl Users {
    /// Reads a file of users.
    ///
    /// # Errors
    /// If it cannot be read, or says something that makes no sense.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let name = || format!("acceptor.users_file {}", path.display());
        let text = std::fs::read_to_string(path).with_context(name)?;
        Self::parse(&text).with_context(name)
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// Names the user whose entry makes no sense; never a hash.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // The error of the library would show the line, and with it a hash.
        let file: File =
            toml::from_str(text).map_err(|error| anyhow::anyhow!("{}", error.message()))?;
        let mut users: Vec<User> = Vec::new();
        for Entry { username, comp_ids, password } in file.user {
            ensure!(!username.is_empty(), "a user has no username");
            ensure!(!comp_ids.is_empty(), "the user `{username}` has no comp_ids");
            let is_new = users.iter().all(|other| other.username != username);
            ensure!(is_new, "the user `{username}` is there twice");
            let strong = |hash: &PasswordHash| {
                hash.algorithm.as_str() == ALGORITHM
                    && Params::try_from(hash).is_ok_and(|it| it.rounds() >= Params::MIN_ROUNDS)
            };
            let password = password.parse().ok().filter(strong);
            let password = password.with_context(|| {
                format!("the password of `{username}` is no line of `gannet fix hash-password`")
            })?;
            users.push(User { username, comp_ids, password });
        }
        let rounds = users.first().and_then(|user| Params::try_from(&user.password).ok());
        let nobody = hash_with(b"nobody", &[0; SALT_BYTES], rounds.unwrap_or(Params::RECOMMENDED));
        Ok(Self { users, nobody: nobody.context("the hash of nobody")? })
    }

    /// Says whether anybody may log on under a CompID.
    #[must_use]
    pub fn know(&self, comp_id: &str) -> bool {
        self.users.iter().any(|user| user.comp_ids.iter().any(|known| known == comp_id))
    }

    /// Says whether a user may log on under a CompID with a password.
    ///
    /// Cost: the rounds of one hash, some 100 ms as recommended, whether the user exists or not.
    #[must_use]
    pub fn admit(&self, comp_id: &str, username: &str, password: &str) -> bool {
        let user = self.users.iter().find(|user| user.username == username);
        let hash = user.map_or(&self.nobody, |user| &user.password);
        let is_right = Pbkdf2::default().verify_password(password.as_bytes(), hash).is_ok();
        let is_theirs = user.is_some_and(|user| user.comp_ids.iter().any(|known| known == comp_id));
        is_right && is_theirs
    }
}

/// Hashes a password for an entry of the file, with a new salt.
///
/// # Errors
/// If the system gives no random bytes, or the password is empty.
pub fn hash(password: &str) -> anyhow::Result<String> {
    ensure!(!password.is_empty(), "the password is empty");
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).context("no random bytes for the salt")?;
    let hash = hash_with(password.as_bytes(), &salt, Params::RECOMMENDED);
    Ok(hash.context("the password cannot be hashed")?.to_string())
}

fn hash_with(password: &[u8], salt: &[u8], rounds: Params) -> Result<PasswordHash, Error> {
    Pbkdf2::default().hash_password_customized(password, salt, None, None, rounds)
}

/// An entry with few rounds, for tests that log on often.
#[cfg(test)]
pub(crate) fn quick_entry(username: &str, comp_ids: &[&str], password: &str) -> String {
    let rounds = Params::new(Params::MIN_ROUNDS).expect("enough");
    let hash = hash_with(password.as_bytes(), &[7; SALT_BYTES], rounds).expect("a hash");
    format!("[[user]]\nusername = \"{username}\"\ncomp_ids = {comp_ids:?}\npassword = \"{hash}\"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_the_right_user_under_an_allowed_name_is_admitted() {
        let text = quick_entry("desk", &["GANNET", "SPARE"], "open sesame")
            + &quick_entry("other", &["OTHER"], "open sesame");
        let users = Users::parse(&text).expect("two users");
        assert!(users.admit("GANNET", "desk", "open sesame"));
        assert!(users.admit("SPARE", "desk", "open sesame"));
        for (comp_id, username, password) in [
            ("GANNET", "desk", "open sesame "),
            ("GANNET", "desk", ""),
            ("GANNET", "other", "open sesame"),
            ("OTHER", "desk", "open sesame"),
            ("GANNET", "", "open sesame"),
            ("GANNET", "nobody", "nobody"),
        ] {
            assert!(!users.admit(comp_id, username, password), "{comp_id} {username} {password}");
        }
        assert!(users.know("SPARE") && !users.know("STRANGER"));
    }

    #[test]
    fn a_new_hash_has_its_own_salt_and_fits_an_entry() {
        let (first, second) = (hash("secret").expect("a hash"), hash("secret").expect("a hash"));
        assert_ne!(first, second);
        assert!(first.starts_with("$pbkdf2-sha256$i=600000,l=32$"), "{first}");
        let text =
            format!("[[user]]\nusername = \"a\"\ncomp_ids = [\"A\"]\npassword = \"{first}\"");
        assert!(Users::parse(&text).expect("a user").admit("A", "a", "secret"));
        assert!(hash("").is_err());
    }

    #[test]
    fn what_makes_no_sense_is_refused_without_showing_a_hash() {
        let entry = quick_entry("desk", &["GANNET"], "secret");
        let hash = entry.rsplit('$').next().expect("a hash").trim_matches(['"', '\n']).to_owned();
        for (text, expected) in [
            (format!("{entry}{entry}"), "is there twice"),
            (entry.replace("comp_ids = [\"GANNET\"]", "comp_ids = []"), "has no comp_ids"),
            (entry.replace("pbkdf2-sha256", "rot13"), "hash-password"),
            (entry.replace("i=1000", "i=1"), "hash-password"),
            (entry.replace("password = \"", "password = "), ""),
            (entry.replace("username", "name"), "name"),
        ] {
            let error = format!("{:#}", Users::parse(&text).err().expect("refused"));
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains(&hash), "{error}");
        }
        assert!(!Users::parse("").expect("nobody").know("GANNET"));
    }
}

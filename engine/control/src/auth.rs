//! The token that turns a visitor into an operator.
//!
//! One random token per run, printed at start. Whoever knows it may kill, approve and change the
//! gate; there are no users, roles or sessions.

use std::fmt;

use subtle::ConstantTimeEq;

/// A bearer token. `Debug` does not show it; `Display` does, for the line printed at start.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Makes a new random token: 32 hexadecimal digits, 128 bits.
    ///
    /// # Errors
    /// If the system has no randomness to give; do not open the admin port then.
    pub fn generate() -> Result<Self, TokenError> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes).map_err(TokenError::NoRandomness)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Takes a token chosen by the operator.
    ///
    /// # Errors
    /// [`TokenError::TooWeak`] if it is shorter than 16 characters or has characters that do not
    /// travel in a header or URL unchanged.
    pub fn from_text(text: &str) -> Result<Self, TokenError> {
        let travels =
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if text.len() < TOKEN_CHARACTERS_MIN || !travels {
            return Err(TokenError::TooWeak);
        }
        Ok(Self(text.to_owned()))
    }

    /// Says whether an `Authorization` header presents this token.
    ///
    /// Cost: the comparison takes the same time wherever the first difference is.
    #[must_use]
    pub fn authorizes(&self, header: &[u8]) -> bool {
        let Some((scheme, presented)) = header.split_at_checked(SCHEME.len()) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(SCHEME) && bool::from(presented.ct_eq(self.0.as_bytes()))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Stop: a guessable token is worse than no admin port.
    #[error("the system gave no random bytes: {0}")]
    NoRandomness(getrandom::Error),
    /// Choose another.
    #[error("a token needs at least 16 letters, digits, dashes or underscores, and nothing else")]
    TooWeak,
}

const SCHEME: &[u8] = b"Bearer ";

/// 128 bits cannot be guessed over any network.
const TOKEN_BYTES: usize = 16;

/// 16 characters of 64 kinds are 96 bits if chosen at random.
const TOKEN_CHARACTERS_MIN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_token_authorizes() {
        let token = Token::from_text("0123456789abcdef").expect("long enough");
        for (header, expected) in [
            ("Bearer 0123456789abcdef", true),
            ("bearer 0123456789abcdef", true),
            ("Bearer 0123456789abcdeF", false),
            ("Bearer 0123456789abcde", false),
            ("Bearer 0123456789abcdef ", false),
            ("Bearer ", false),
            ("Basic 0123456789abcdef", false),
            ("0123456789abcdef", false),
            ("", false),
        ] {
            assert_eq!(token.authorizes(header.as_bytes()), expected, "{header:?}");
        }
    }

    #[test]
    fn generated_tokens_differ_and_hide_in_debug() {
        let token = Token::generate().expect("randomness");
        let other = Token::generate().expect("randomness");
        assert_ne!(token.to_string(), other.to_string());
        assert_eq!(token.to_string().len(), 2 * TOKEN_BYTES);
        assert!(Token::from_text(&token.to_string()).is_ok());
        assert!(!format!("{token:?}").contains(&token.to_string()));
    }

    #[test]
    fn weak_tokens_are_refused() {
        for text in ["", "short", "0123456789abcde", "0123456789 abcdef", "0123456789abcdefä"] {
            assert!(matches!(Token::from_text(text), Err(TokenError::TooWeak)), "{text:?}");
        }
    }
}

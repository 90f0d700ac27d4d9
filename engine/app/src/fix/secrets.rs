//! Credentials of a Logon, from the environment: they stand in no file and in no message.

use anyhow::Context;
use gannet_fix::session::Credentials;

use crate::config::fix::CredentialVariables;

/// Reads the variables that the configuration names.
///
/// # Errors
/// Names the variable that is not set, or is empty; never a value.
pub fn credentials(variables: &CredentialVariables) -> anyhow::Result<Credentials> {
    let read = |variable: &Option<String>| {
        let Some(name) = variable else { return Ok(String::new()) };
        std::env::var(name).ok().filter(|value| !value.is_empty()).with_context(|| {
            format!("[gateway] names the environment variable {name}, which is not set")
        })
    };
    Ok(Credentials {
        username: read(&variables.username)?,
        password: read(&variables.password)?,
        new_password: read(&variables.new_password)?,
        ..Credentials::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        assert!(credentials(&CredentialVariables::default()).expect("none").password.is_empty());
        let name = Some("GANNET_NO_SUCH_VARIABLE".to_owned());
        let variables = CredentialVariables { password: name, ..CredentialVariables::default() };
        let error = credentials(&variables).expect_err("not set");
        assert!(error.to_string().contains("GANNET_NO_SUCH_VARIABLE"), "{error}");
    }
}

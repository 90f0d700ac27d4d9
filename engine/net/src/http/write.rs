//! Writing requests and responses.
//!
//! Nothing that could start a second head gets through: line breaks and other control characters
//! in a method, path or field are refused.

use super::HttpError;

/// Appends a request. `Host` and, for a body, `Content-Length` are written here.
///
/// # Errors
/// [`HttpError::Forbidden`], and nothing is appended.
pub fn request(
    out: &mut Vec<u8>,
    method: &str,
    host: &str,
    path_and_query: &str,
    fields: &[(&str, &str)],
    body: &[u8],
) -> Result<(), HttpError> {
    let target_ok =
        !path_and_query.is_empty() && path_and_query.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_token(method) || !target_ok || !is_value(host) {
        return Err(HttpError::Forbidden);
    }
    check(fields)?;
    line(out, &[method, " ", path_and_query, " HTTP/1.1"]);
    line(out, &["Host: ", host]);
    // A POST without body says so, because some servers wait for one otherwise.
    let has_body = !body.is_empty() || matches!(method, "POST" | "PUT");
    finish(out, fields, body, has_body);
    Ok(())
}

/// Appends a response; `Content-Length` is written here unless the status has no body.
///
/// # Errors
/// [`HttpError::Forbidden`], and nothing is appended.
pub fn response(
    out: &mut Vec<u8>,
    status: u16,
    reason: &str,
    fields: &[(&str, &str)],
    body: &[u8],
) -> Result<(), HttpError> {
    let no_body = matches!(status, 100..=199 | 204 | 304);
    if !(100..=999).contains(&status) || !is_value(reason) || (no_body && !body.is_empty()) {
        return Err(HttpError::Forbidden);
    }
    check(fields)?;
    line(out, &["HTTP/1.1 ", &status.to_string(), " ", reason]);
    finish(out, fields, body, !no_body);
    Ok(())
}

fn finish(out: &mut Vec<u8>, fields: &[(&str, &str)], body: &[u8], has_body: bool) {
    for (name, value) in fields {
        line(out, &[name, ": ", value]);
    }
    if has_body {
        line(out, &["Content-Length: ", &body.len().to_string()]);
    }
    line(out, &[]);
    out.extend_from_slice(body);
}

fn line(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

fn check(fields: &[(&str, &str)]) -> Result<(), HttpError> {
    if fields.iter().all(|(name, value)| is_token(name) && is_value(value)) {
        return Ok(());
    }
    Err(HttpError::Forbidden)
}

fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..=0x7E | b'\t'))
}

//! What a refused certificate or a failed handshake means to the person who must act: one
//! sentence, with the key to look at where there is one.

use rustls::{AlertDescription, CertificateError, Error};
use rustls_pki_types::{ServerName, UnixTime};

const DAY_S: u64 = 86_400;

/// Says why we refuse the peer's certificate.
pub(super) fn refused(error: &CertificateError) -> String {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("it expired on {}", utc(*not_after))
        }
        CertificateError::Expired => "it has expired".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("it is valid from {} on; is our clock right?", utc(*not_before))
        }
        CertificateError::UnknownIssuer => {
            "no authority that we trust has signed it; is the CA file the right one?".to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } => format!(
            "it is for {}, and `{}` was expected; is the server name the right one?",
            presented.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", "),
            name(expected)
        ),
        CertificateError::BadSignature => {
            "its signature is not of the authority that it names".to_owned()
        }
        CertificateError::InvalidPurposeContext { .. } => {
            "it is not made for this side of a connection".to_owned()
        }
        other => other.to_string(),
    }
}

/// Says why the conversation failed.
pub(super) fn failed(error: &Error) -> String {
    match error {
        Error::AlertReceived(alert) => match complaint(*alert) {
            Some(text) => format!("the peer refuses our certificate: {text}"),
            None => format!("the peer broke off: {alert:?}"),
        },
        Error::NoCertificatesPresented => {
            "the peer presents no certificate, and one is required".to_owned()
        }
        Error::InvalidMessage(_) => "the peer does not speak TLS here".to_owned(),
        other => other.to_string(),
    }
}

/// What a peer says against our certificate; `None` if the alert is about something else.
const fn complaint(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::CertificateExpired => Some("it has expired"),
        AlertDescription::CertificateRevoked => Some("it has been revoked"),
        AlertDescription::UnknownCA => Some("it does not know the authority that signed it"),
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            Some("it requires one and we present none")
        }
        AlertDescription::DecryptError => Some("its signature is wrong"),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::AccessDenied => Some("it does not say why"),
        _ => None,
    }
}

/// The library shows names as `DnsName("fix.example")` or `IpAddress(127.0.0.1)`.
fn bare(presented: &str) -> &str {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"')
}

fn name(expected: &ServerName<'_>) -> String {
    expected.to_str().into_owned()
}

/// Writes a time as `2026-11-25 15:40:21 UTC`.
fn utc(time: UnixTime) -> String {
    let seconds = time.as_secs();
    let (year, month, day) = civil(seconds / DAY_S);
    let of_day = seconds % DAY_S;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Year, month and day of a day since 1970-01-01 (Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`).
const fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_709_251_199, "2024-02-29 23:59:59 UTC"),
            (4_102_444_800, "2100-01-01 00:00:00 UTC"),
        ] {
            assert_eq!(utc(UnixTime::since_unix_epoch(Duration::from_secs(seconds))), text);
        }
    }
}

//! What is decided about a FIX session whatever its role: version, numbers, limits, schedule.

use anyhow::{Context, bail, ensure};
use gannet_fix::session::{Config as SessionConfig, Role, Schedule, Weekday};
use gannet_fix::{MemoryStore, Session, Version};

use crate::config::raw::{RawSchedule, RawSession};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Sessions are checked by making one that is never connected.
const PROBE_BYTES: usize = 1 << 10;

/// Makes the settings of the session `names.0` → `names.1`, checked.
///
/// # Errors
/// Names the key in `section` that is wrong.
pub(super) fn options(
    raw: &RawSession,
    role: Role,
    version: Version,
    names: (&str, &str),
    section: &str,
) -> anyhow::Result<SessionConfig> {
    let seconds = |value: u64, key: &str| {
        ensure!((1..=86_400).contains(&value), "{section}.{key} must be 1 to 86400");
        Ok(value * NANOS_PER_SECOND)
    };
    ensure!(raw.queue_kib <= 1 << 20, "{section}.queue_kib must be at most 1048576");
    let config = SessionConfig {
        version,
        sender_sub_id: raw.sender_sub_id.clone(),
        sender_location_id: raw.sender_location_id.clone(),
        target_sub_id: raw.target_sub_id.clone(),
        target_location_id: raw.target_location_id.clone(),
        reset_on_logon: raw.reset_on_logon,
        reset_on_logout: raw.reset_on_logout,
        reset_on_disconnect: raw.reset_on_disconnect,
        sending_time_tolerance_ns: seconds(
            raw.sending_time_tolerance_s,
            "sending_time_tolerance_s",
        )?,
        logon_timeout_ns: seconds(raw.logon_timeout_s, "logon_timeout_s")?,
        logout_timeout_ns: seconds(raw.logout_timeout_s, "logout_timeout_s")?,
        resend_chunk: raw.resend_chunk,
        queue_capacity_bytes: raw.queue_kib << 10,
        last_msg_seq_num_processed: raw.last_msg_seq_num_processed,
        next_expected_msg_seq_num: raw.next_expected_msg_seq_num,
        test_messages: match raw.messages.as_str() {
            "any" => None,
            "test" => Some(true),
            "production" => Some(false),
            other => bail!("{section}.messages: `{other}` is not `any`, `test` or `production`"),
        },
        sends_per_second_max: raw.sends_per_second_max,
        receives_per_second_max: raw.receives_per_second_max,
        dictionaries: match raw.validation.as_str() {
            "off" => Vec::new(),
            "full" => SessionConfig::standard_dictionaries(version),
            other => bail!("{section}.validation: `{other}` is not `off` or `full`"),
        },
        ..SessionConfig::new(role, names.0, names.1)
    };
    Session::new(config.clone(), MemoryStore::new(PROBE_BYTES))
        .map_err(anyhow::Error::from)
        .with_context(|| format!("[{section}] of {} with {}", names.0, names.1))?;
    Ok(config)
}

/// Reads a version's name.
///
/// # Errors
/// Names `key` and the versions there are.
pub(super) fn version(text: &str, key: &str) -> anyhow::Result<Version> {
    let known = || Version::ALL.map(Version::name);
    Version::ALL
        .into_iter()
        .find(|version| version.name() == text)
        .with_context(|| format!("{key}: `{text}` is none of {}", known().join(", ")))
}

/// Makes a schedule; `None`: always open.
///
/// # Errors
/// Names the key in `section` that is wrong.
pub(super) fn schedule(raw: &RawSchedule, section: &str) -> anyhow::Result<Option<Schedule>> {
    let days = raw.days.iter().map(|day| weekday(day)).collect::<anyhow::Result<Vec<_>>>();
    let days = days.with_context(|| format!("{section}.days"))?;
    let start = time_of_day(&raw.start).with_context(|| format!("{section}.start"))?;
    let end = time_of_day(&raw.end).with_context(|| format!("{section}.end"))?;
    let offset_s = utc_offset(&raw.zone).with_context(|| format!("{section}.zone"))?;
    let schedule = match (raw.open.as_str(), days.as_slice()) {
        ("always", _) => return Ok(None),
        ("daily", []) => bail!("{section}.days must name at least one day"),
        ("daily", days) => Schedule::daily(days, start, end),
        ("weekly", [first, last]) => Schedule::weekly((*first, start), (*last, end)),
        ("weekly", _) => bail!("{section}.days must name the first and the last day"),
        (other, _) => bail!("{section}.open: `{other}` is not `always`, `daily` or `weekly`"),
    };
    Ok(Some(schedule.with_utc_offset(offset_s)))
}

fn weekday(text: &str) -> anyhow::Result<Weekday> {
    Ok(match text {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        other => bail!("`{other}` is none of mon, tue, wed, thu, fri, sat, sun"),
    })
}

/// Seconds after midnight of `hh:mm:ss`.
fn time_of_day(text: &str) -> anyhow::Result<u32> {
    let parts: Vec<u32> = text.split(':').filter_map(two_digits).collect();
    match parts.as_slice() {
        [hours @ 0..24, minutes @ 0..60, seconds @ 0..60] if text.len() == 8 => {
            Ok(hours * 3600 + minutes * 60 + seconds)
        }
        _ => bail!("`{text}` is no time of day, such as 08:30:00"),
    }
}

/// Seconds ahead of UTC of `UTC`, `+hh:mm` or `-hh:mm`.
fn utc_offset(text: &str) -> anyhow::Result<i32> {
    let parse = || {
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (hours <= 14 && minutes < 60).then_some(sign * seconds)
    };
    match text {
        "UTC" => Ok(0),
        _ => parse().with_context(|| format!("`{text}` is neither `UTC` nor such as `+09:00`")),
    }
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

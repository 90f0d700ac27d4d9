//! What is decided about a FIX session whatever its role: version, numbers, limits, schedule.

use anyhow::{Context, bail, ensure};
use gannet_fix::codec::timestamp::Precision;
use gannet_fix::session::{Config as SessionConfig, ResendPolicy, Role, Schedule, Weekday};
use gannet_fix::{MemoryStore, Session, Version};

use crate::config::raw::{RawSchedule, RawSession};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Sessions are checked by making one that is never connected.
const PROBE_BYTES: usize = 1 << 10;

/// Largest buffer of a session: a GiB.
const KIB_MAX: usize = 1 << 20;

/// A year: no session keeps its numbers for longer.
const RESEND_AGE_MAX_S: u64 = 366 * 86_400;

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
    for (kib, key) in [(raw.queue_kib, "queue_kib"), (raw.transmit_kib, "transmit_kib")] {
        ensure!(kib <= KIB_MAX, "{section}.{key} must be at most {KIB_MAX}");
    }
    let config = SessionConfig {
        version,
        sender_sub_id: raw.sender_sub_id.clone(),
        sender_location_id: raw.sender_location_id.clone(),
        target_sub_id: raw.target_sub_id.clone(),
        target_location_id: raw.target_location_id.clone(),
        reset_on_logon: raw.reset_on_logon,
        reset_on_logout: raw.reset_on_logout,
        reset_on_disconnect: raw.reset_on_disconnect,
        accept_reset: raw.accept_reset,
        sending_time_tolerance_ns: seconds(
            raw.sending_time_tolerance_s,
            "sending_time_tolerance_s",
        )?,
        logon_timeout_ns: seconds(raw.logon_timeout_s, "logon_timeout_s")?,
        logout_timeout_ns: seconds(raw.logout_timeout_s, "logout_timeout_s")?,
        resend_timeout_ns: seconds(raw.resend_timeout_s, "resend_timeout_s")?,
        resend_chunk: raw.resend_chunk,
        resend: resend_policy(raw, section)?,
        queue_capacity_bytes: raw.queue_kib << 10,
        transmit_capacity_bytes: raw.transmit_kib << 10,
        last_msg_seq_num_processed: raw.last_msg_seq_num_processed,
        next_expected_msg_seq_num: raw.next_expected_msg_seq_num,
        default_appl_ver_id: default_appl_ver_id(raw, role, version, section)?,
        precision: precision(&raw.timestamps).with_context(|| format!("{section}.timestamps"))?,
        reject_malformed: raw.reject_malformed,
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

/// Which messages are sent again.
fn resend_policy(raw: &RawSession, section: &str) -> anyhow::Result<ResendPolicy> {
    let age = raw.resend_age_max_s;
    let key = format!("{section}.resend_age_max_s");
    ensure!(age <= RESEND_AGE_MAX_S, "{key} must be at most {RESEND_AGE_MAX_S}");
    let types = &raw.resend_aging_types;
    ensure!(
        age > 0 || types.is_empty(),
        "{section}.resend_aging_types need a resend_age_max_s above 0"
    );
    let is_type = |text: &String| (1..=2).contains(&text.len()) && text.is_ascii();
    if let Some(other) = types.iter().find(|text| !is_type(text)) {
        bail!("{section}.resend_aging_types: `{other}` is no MsgType, such as `D`");
    }
    Ok(ResendPolicy {
        max_age_ns: (age > 0).then_some(age * NANOS_PER_SECOND),
        aging_types: types.clone(),
        decide: None,
    })
}

/// DefaultApplVerID(1137): a code of FIX 5.0 and later, or nothing. An acceptor's options hold for
/// sessions of every version; those before 5.0 never say it.
fn default_appl_ver_id(
    raw: &RawSession,
    role: Role,
    version: Version,
    section: &str,
) -> anyhow::Result<String> {
    let text = &raw.default_appl_ver_id;
    let key = format!("{section}.default_appl_ver_id");
    ensure!(
        text.is_empty() || version.is_fixt() || role == Role::Acceptor,
        "{key}: {} has none, it came with FIX.5.0",
        version.name()
    );
    ensure!(
        text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 2,
        "{key}: `{text}` is no code of a version, such as `9` for FIX.5.0SP2"
    );
    Ok(text.clone())
}

/// Reads how exact timestamps are.
fn precision(text: &str) -> anyhow::Result<Precision> {
    Ok(match text {
        "seconds" => Precision::Seconds,
        "millis" => Precision::Millis,
        "micros" => Precision::Micros,
        "nanos" => Precision::Nanos,
        other => bail!("`{other}` is none of seconds, millis, micros, nanos"),
    })
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
    let schedule = match (raw.open.as_str(), days.as_slice()) {
        ("always", _) => {
            // What is written is checked even while it does not count.
            in_zone(Schedule::daily(&[], 0, 0), &raw.zone)
                .with_context(|| format!("{section}.zone"))?;
            return Ok(None);
        }
        ("daily", []) => bail!("{section}.days must name at least one day"),
        ("daily", days) => Schedule::daily(days, start, end),
        ("weekly", [first, last]) => Schedule::weekly((*first, start), (*last, end)),
        ("weekly", _) => bail!("{section}.days must name the first and the last day"),
        (other, _) => bail!("{section}.open: `{other}` is not `always`, `daily` or `weekly`"),
    };
    Ok(Some(in_zone(schedule, &raw.zone).with_context(|| format!("{section}.zone"))?))
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

/// Has the times mean those of a zone: `+hh:mm`, `-hh:mm`, or a name.
fn in_zone(schedule: Schedule, zone: &str) -> anyhow::Result<Schedule> {
    match utc_offset(zone) {
        Some(seconds) => Ok(schedule.with_utc_offset(seconds)),
        None => Ok(schedule.in_time_zone(zone)?),
    }
}

/// Seconds ahead of UTC of `+hh:mm` or `-hh:mm`.
fn utc_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60).then_some(sign * seconds)
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests;

//! The options of a session arrive where they count, for either role, and what is wrong is named.

use std::fmt::Write as _;

use gannet_fix::codec::timestamp::Precision;
use gannet_fix::session::Config as SessionConfig;

use crate::config;
use crate::config::fix::FirstLogon;

/// Reads `keys` as options of the gateway's session and of an acceptor's; returns both.
fn read(keys: &[(&str, &str)]) -> anyhow::Result<[SessionConfig; 2]> {
    let mut overlay = String::new();
    for section in ["gateway.session", "acceptor.options"] {
        writeln!(overlay, "[{section}]").expect("room");
        for (key, value) in keys {
            writeln!(overlay, "{key} = {value}").expect("room");
        }
    }
    let config = config::parse(&[(&overlay, "the test")])?;
    Ok([config.fix.session, config.acceptor.sessions[0].config.clone()])
}

#[test]
fn options_arrive() {
    let keys = [
        ("accept_reset", "false"),
        ("resend_timeout_s", "7"),
        ("resend_age_max_s", "60"),
        ("resend_aging_types", "[\"D\", \"AB\"]"),
        ("transmit_kib", "64"),
        ("timestamps", "\"nanos\""),
        ("reject_malformed", "false"),
    ];
    for session in read(&keys).expect("options") {
        assert!(!session.accept_reset);
        assert!(!session.reject_malformed);
        assert_eq!(session.resend_timeout_ns, 7_000_000_000);
        assert_eq!(session.resend.max_age_ns, Some(60_000_000_000));
        assert_eq!(session.resend.aging_types, ["D", "AB"]);
        assert_eq!(session.transmit_capacity_bytes, 64 << 10);
        assert_eq!(session.precision, Precision::Nanos);
    }
}

#[test]
fn the_first_logon_begins_anew_unless_told_not_to() {
    let first = |overlay: &str| {
        config::parse(&[(overlay, "the test")]).map(|config| config.fix.first_logon)
    };
    assert_eq!(first("").expect("the default"), FirstLogon::Reset);
    assert_eq!(first("[gateway]\nfirst_logon = \"plain\"").expect("a word"), FirstLogon::Plain);
    let error = first("[gateway]\nfirst_logon = \"maybe\"").expect_err("no word of ours");
    assert!(format!("{error:#}").contains("gateway.first_logon: `maybe`"), "{error:#}");
}

/// What default.toml says is what the library does of its own accord.
#[test]
fn defaults_are_those_of_the_library() {
    for session in read(&[]).expect("the default") {
        let usual = SessionConfig::new(session.role, "A", "B");
        assert_eq!(session.accept_reset, usual.accept_reset);
        assert_eq!(session.reject_malformed, usual.reject_malformed);
        assert_eq!(session.resend_timeout_ns, usual.resend_timeout_ns);
        assert_eq!(session.resend.max_age_ns, usual.resend.max_age_ns);
        assert_eq!(session.transmit_capacity_bytes, usual.transmit_capacity_bytes);
        assert_eq!(session.precision, usual.precision);
        assert_eq!(session.default_appl_ver_id, usual.default_appl_ver_id);
    }
}

#[test]
fn the_default_version_of_applications_is_for_fix_5() {
    let read = |version: &str, code: &str| {
        let overlay = format!(
            "[dialect]\nversion = \"{version}\"\n\
             [gateway.session]\ndefault_appl_ver_id = \"{code}\""
        );
        config::parse(&[(&overlay, "the test")]).map(|config| config.fix.session)
    };
    let session = read("FIX.5.0SP2", "7").expect("a code");
    assert_eq!(session.default_appl_ver_id, "7");
    for (version, code, told) in [
        ("FIX.4.4", "9", "default_appl_ver_id: FIX.4.4 has none"),
        ("FIX.5.0SP2", "5.0", "default_appl_ver_id: `5.0` is no code"),
    ] {
        let error = read(version, code).expect_err(told);
        assert!(format!("{error:#}").contains(told), "{error:#}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("resend_timeout_s", "0", "gateway.session.resend_timeout_s must be 1 to 86400"),
        ("resend_age_max_s", "31622401", "resend_age_max_s must be at most 31622400"),
        ("resend_aging_types", "[\"D\"]", "resend_aging_types need a resend_age_max_s"),
        ("transmit_kib", "1", "the transmit buffer needs at least"),
        ("transmit_kib", "1048577", "transmit_kib must be at most 1048576"),
        ("queue_kib", "1048577", "queue_kib must be at most 1048576"),
        ("timestamps", "\"hours\"", "gateway.session.timestamps: `hours` is none of"),
    ];
    for (key, value, told) in cases {
        let error = read(&[(key, value)]).expect_err(told);
        assert!(format!("{error:#}").contains(told), "{error:#}");
    }
    let types = [("resend_age_max_s", "1"), ("resend_aging_types", "[\"NEW\"]")];
    let error = read(&types).expect_err("no type");
    assert!(format!("{error:#}").contains("`NEW` is no MsgType"), "{error:#}");
}

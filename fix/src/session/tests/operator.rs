//! What a person does to a session, resets by either side, and the latest messages.

use super::script::Script;
use crate::session::*;
use crate::version::Version;

const LOGON: &str = "< A 1 98=0|108=30|";
const RESET: &str = "< A 1 98=0|108=30|141=Y|";
const OUR_RESET: &str = "> A 1 98=0|108=30|141=Y|";

/// Plays the steps from the very beginning.
#[track_caller]
fn check(role: Role, change: impl FnOnce(&mut Config), steps: &[&str], expected: &[&str]) {
    let mut script = Script::new(role, change);
    steps.iter().for_each(|step| script.step(step));
    assert_eq!(script.log, expected);
}

/// Plays the steps on an acceptor that is logged on and expects number 2.
#[track_caller]
fn check_logged_on(change: impl FnOnce(&mut Config), steps: &[&str], expected: &[&str]) {
    let mut script = Script::new(Role::Acceptor, change);
    ["connect", LOGON].iter().for_each(|step| script.step(step));
    script.log.clear();
    steps.iter().for_each(|step| script.step(step));
    assert_eq!(script.log, expected);
}

#[test]
fn without_a_connection_numbers_are_set_at_once() {
    check(
        Role::Initiator,
        |_| {},
        &["do in 7", "do out 9", "do logout", "connect", "< A 7 98=0|108=30|", "< D 8 "],
        &["* Done", "* Done", "* Done", "> A 9 98=0|108=30|", "* on 30", "* app 8 D"],
    );
    check(
        Role::Initiator,
        |_| {},
        &["do in 7", "do out 9", "do reset", "connect"],
        &["* Done", "* Done", "* Done", "> A 1 98=0|108=30|"],
    );
    let range = "* sequence numbers are 1 to 1099511627775";
    check(Role::Initiator, |_| {}, &["do in 0", "do out 1099511627776"], &[range, range]);
}

#[test]
fn between_connecting_and_the_logon_only_logging_out_is_allowed() {
    let between = "* not while the session is logging on or out";
    check(
        Role::Acceptor,
        |_| {},
        &["connect", "do reset", "do in 2", "do out 2", "do logout", "+0"],
        &[between, between, between, "* Requested", "* disconnect LoggedOut"],
    );
    check_logged_on(
        |_| {},
        &["do logout", "do in 9", "< 5 2 "],
        &["* Requested", "> 5 2 ", between, "* out ", "* disconnect LoggedOut"],
    );
}

#[test]
fn numbers_set_while_logged_on_are_told_or_asked_for() {
    let gap = "* gap 2 4";
    // Upwards: what was missing is given up.
    check_logged_on(
        |_| {},
        &["< D 4 ", "do in 5", "< D 5 "],
        &[gap, "> 2 2 7=2|16=0|", "* Done", "* app 5 D"],
    );
    // Downwards: it comes again.
    check_logged_on(
        |_| {},
        &["< D 2 ", "do in 2", "< D 3 ", "<dup D 2 "],
        &["* app 2 D", "* Done", "* gap 2 3", "> 2 2 7=2|16=0|", "* app 2 D dup"],
    );
    check_logged_on(
        |_| {},
        &["do out 10", "send x", "do out 11", "do out 5", "< D 4 ", "do out 20"],
        &[
            "* Done",
            "> 4 2 36=10|123=N|",
            "> D 10 58=x|",
            "* Done",
            "* the next outbound number is 11 and cannot be lowered while logged on",
            gap,
            "> 2 11 7=2|16=0|",
            "* not while messages are being sent again",
        ],
    );
}

#[test]
fn a_reset_while_logged_on_is_asked_for_and_answered() {
    // What was under way with old numbers is still taken.
    check_logged_on(
        |_| {},
        &["send a", "do reset", "do reset", "send b", "< D 2 ", RESET, "< D 2 ", "send c"],
        &[
            "> D 2 58=a|",
            "* Requested",
            OUR_RESET,
            "* not while messages are being sent again",
            "> D 2 58=b|",
            "* app 2 D",
            "* numbers reset",
            "* app 2 D",
            "> D 3 58=c|",
        ],
    );
    check_logged_on(
        |_| {},
        &["do reset", "+10"],
        &["* Requested", OUR_RESET, "> 5 2 58=ResetSeqNumFlag(141)=Y not answered|"],
    );
    check_logged_on(
        |config| config.version = Version::Fix40,
        &["do reset"],
        &["* FIX.4.0 cannot begin its numbers again while logged on"],
    );
}

/// The next Logon asks again, or neither side would know what the other counts by.
#[test]
fn a_reset_that_the_connection_did_not_outlive_is_repeated() {
    let again = "> A 1 98=0|108=30|141=Y|";
    check(
        Role::Initiator,
        |_| {},
        &["connect", LOGON, "do reset", "cut", "connect", RESET, "cut", "connect"],
        &[
            "> A 1 98=0|108=30|",
            "* on 30",
            "* Requested",
            OUR_RESET,
            again,
            "* numbers reset",
            "* on 30",
            "> A 2 98=0|108=30|",
        ],
    );
    check(
        Role::Acceptor,
        |_| {},
        &["connect", LOGON, "do reset", "cut", "connect", "< A 2 98=0|108=30|", "< D 3 ", RESET],
        &[
            "* on 30",
            "> A 1 98=0|108=30|",
            "* Requested",
            OUR_RESET,
            "* on 30",
            again,
            "* app 3 D",
            "* numbers reset",
        ],
    );
}

#[test]
fn a_new_store_asks_for_new_numbers_until_it_is_answered() {
    let mut script = Script::new(Role::Initiator, |_| {});
    script.session.reset_at_next_logon();
    for step in ["connect", "cut", "connect", RESET, "cut", "connect"] {
        script.step(step);
    }
    assert_eq!(
        script.log,
        [OUR_RESET, OUR_RESET, "* numbers reset", "* on 30", "> A 2 98=0|108=30|"]
    );
}

#[test]
fn an_initiator_follows_a_reset_it_did_not_ask_for_unless_told_not_to() {
    let ours = "> A 9 98=0|108=30|";
    check(
        Role::Initiator,
        |_| {},
        &["expect 5", "do out 9", "connect", RESET, "< D 2 ", "send x"],
        &["* Done", ours, "* numbers reset", "* on 30", OUR_RESET, "* app 2 D", "> D 2 58=x|"],
    );
    check(
        Role::Initiator,
        |config| config.accept_reset = false,
        &["do out 9", "connect", RESET],
        &["* Done", ours, "* disconnect LogonRefused", "> 5 10 58=Logon not acceptable|"],
    );
    check_logged_on(
        |config| config.accept_reset = false,
        &[RESET],
        &["* disconnect LogonRefused", "> 5 2 58=ResetSeqNumFlag(141)=Y was not agreed on|"],
    );
}

/// FIX 4.0 has no ResetSeqNumFlag. Who sends it nevertheless is answered in kind; found by the
/// model in `model.rs`.
#[test]
fn a_reset_in_fix_4_0_is_not_announced_but_answered() {
    let old = |config: &mut Config| config.version = Version::Fix40;
    check(
        Role::Initiator,
        |config| {
            old(config);
            config.reset_on_logon = true;
        },
        &["do out 7", "connect"],
        &["* Done", "> A 1 98=0|108=30|"],
    );
    check_logged_on(old, &["< 0 2 ", RESET], &["* numbers reset", OUR_RESET]);
}

/// Both sides taking each other's answer for a request would go on for ever.
#[test]
fn the_answer_to_an_answer_is_not_answered() {
    check_logged_on(
        |_| {},
        &[RESET, RESET, RESET, "< 0 2 ", RESET],
        &[
            "* numbers reset",
            OUR_RESET,
            "* numbers reset",
            "* numbers reset",
            "* numbers reset",
            OUR_RESET,
        ],
    );
}

#[test]
fn the_latest_messages_are_kept_without_their_secrets() {
    let mut script = Script::new(Role::Initiator, |config| {
        config.recent_messages = 4;
        config.credentials.password = "secret".to_owned();
        config.credentials.new_password = "secret2".to_owned();
        config.credentials.cipher = None;
    });
    let texts = |script: &Script| -> Vec<_> {
        let shown = |kept: Recent<'_>| {
            let text = kept.redacted();
            let kind = text.split("|34=").next().unwrap().rsplit('=').next().unwrap().to_owned();
            (kept.direction, kind, text)
        };
        script.session.recent_messages().map(shown).collect()
    };
    script.step("connect");
    let [(Direction::Out, kind, text)] = &texts(&script)[..] else { panic!("one was sent") };
    assert_eq!(kind, "A");
    assert!(text.contains("|554=***|925=***|10="), "{text}");
    assert!(text.starts_with("8=FIX.4.4|9="), "{text}");
    // Data may hold separators and what looks like fields.
    script.step("<framed 35=A|34=1|49=THEM|52={time}|56=US|98=0|108=30|95=5|96=a|b=c|1402=x|");
    let shown = &texts(&script)[1];
    assert_eq!(shown.0, Direction::In);
    assert!(shown.2.contains("|95=5|96=***|1402=***|10="), "{}", shown.2);
    script.step(&format!("send {}", "x".repeat(3000)));
    script.step("cut");
    let last = script.session.recent_messages().last().unwrap();
    assert!(last.length > 3000);
    assert!(last.redacted().len() <= RECENT_BYTES + 1);
    ["connect", "< A 2 98=0|108=30|"].iter().for_each(|step| script.step(step));
    let kinds: Vec<_> = texts(&script).into_iter().map(|shown| (shown.0, shown.1)).collect();
    let expected =
        [(Direction::In, "A"), (Direction::Out, "D"), (Direction::Out, "A"), (Direction::In, "A")];
    assert_eq!(kinds, expected.map(|(direction, kind)| (direction, kind.to_owned())));
}

#[test]
fn replays_are_among_the_latest_messages() {
    let mut script = Script::new(Role::Acceptor, |config| config.recent_messages = 2);
    ["connect", LOGON, "send a", "< 2 2 7=1|16=0|"].iter().for_each(|step| script.step(step));
    let kept: Vec<_> = script.session.recent_messages().map(|kept| kept.redacted()).collect();
    assert!(kept[0].contains("|35=4|34=1|43=Y|"), "{}", kept[0]);
    assert!(kept[1].contains("|35=D|34=2|43=Y|"), "{}", kept[1]);
    let none = Script::new(Role::Acceptor, |_| {});
    assert_eq!(none.session.recent_messages().count(), 0);
}

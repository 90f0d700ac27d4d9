//! Why messages are rejected: each SessionRejectReason(373) that the session raises, and what
//! becomes of the message's number.

use super::script::Script;
use crate::session::*;
use crate::version::Version;

/// Plays messages on an acceptor of FIX 4.4 with all checks; returns the log.
fn play(change: impl FnOnce(&mut Config), steps: &[&str]) -> Vec<String> {
    let mut script = Script::new(Role::Acceptor, |config| {
        change(config);
        config.dictionaries = Config::standard_dictionaries(config.version);
    });
    script.step("connect");
    let fixt = script.session.config().version.is_fixt();
    script.step(if fixt { "< A 1 98=0|108=30|1137=9|" } else { "< A 1 98=0|108=30|" });
    script.log.clear();
    steps.iter().for_each(|step| script.step(step));
    script.log
}

/// Field behind the header of a message, the tag that the Reject names, and the reason.
#[test]
fn every_reason_of_the_session_is_raised() {
    let order = "11=a|21=1|55=X|54=1|60=20240808-12:00:00|40=1|38=1|";
    let cases = [
        ("D", format!("{order}999=x|"), "371=999|372=D|373=0|"),
        ("D", "11=a|".to_owned(), "371=40|372=D|373=1|"),
        ("D", format!("{order}112=x|"), "371=112|372=D|373=2|"),
        ("D", format!("{order}58=|"), "371=58|372=D|373=4|"),
        ("D", order.replace("54=1", "54=!"), "371=54|372=D|373=5|"),
        ("D", order.replace("38=1", "38=one"), "371=38|372=D|373=6|"),
        ("D", format!("90=3|91=x|y|{order}"), "371=91|372=D|373=7|"),
        ("ZZ", order.to_owned(), "372=ZZ|373=11|"),
        ("D", format!("212=5|213=<a>x<|{order}"), "371=213|372=D|373=12|"),
        ("D", format!("{order}58=x|58=y|"), "371=58|372=D|373=13|"),
        ("D", format!("{order}50=desk|"), "371=50|372=D|373=14|"),
        ("D", format!("{order}453=1|447=D|448=x|"), "371=447|372=D|373=15|"),
        ("D", format!("{order}453=2|448=x|447=D|"), "371=453|372=D|373=16|"),
        ("D", format!("{order}58=a text|with a separator|"), "371=58|372=D|373=17|"),
    ];
    for (kind, fields, blamed) in &cases {
        let step = format!("< {kind} 2 {fields}");
        let log = play(|config| config.validation.group_order = true, &[&step, "< 1 3 112=on|"]);
        let reject = log.iter().find(|line| line.starts_with("> 3 2 45=2|"));
        assert!(reject.is_some_and(|line| line.ends_with(blamed)), "{step}: {log:?}");
        assert_eq!(log.last().unwrap(), "> 0 3 112=on|", "{step}: its number is used up");
    }
}

#[test]
fn a_signature_that_is_wrong_is_rejected() {
    let signed = |config: &mut Config| {
        config.signature = Some(|message| message.get(89).is_none_or(|sign| sign == b"good"));
    };
    let log = play(signed, &["< 1 2 112=x|93=4|89=good|", "< 1 3 112=y|93=3|89=bad|"]);
    assert_eq!(
        log,
        [
            "> 0 2 112=x|",
            "* refused 3 Signature",
            "> 3 3 45=3|58=Signature problem|371=89|372=1|373=8|"
        ]
    );
}

#[test]
fn an_application_version_that_is_not_spoken_is_rejected() {
    let log = play(
        |config| config.version = Version::Fix50Sp2,
        &["<framed 35=B|34=2|49=THEM|52={time}|56=US|1128=4|148=x|"],
    );
    let [_, reject] = &log[..] else { panic!("{log:?}") };
    assert!(reject.ends_with("371=1128|372=B|373=18|"), "{reject}");
}

/// Ignored, it would be asked for and come again as it was, until somebody gave up.
#[test]
fn a_malformed_message_does_not_keep_its_gap_open() {
    let bad = "58=a text|with a separator|";
    let reject = "58=Non \"data\" value includes field delimiter|371=58|372=D|373=17|";
    let log =
        play(|_| {}, &[&format!("< D 3 {bad}"), "< 0 2 ", &format!("<dup D 3 {bad}"), "< 0 4 "]);
    assert_eq!(
        log,
        [
            "* garbled Field",
            "* gap 2 3",
            "> 2 2 7=2|16=0|",
            "* garbled Field",
            "* refused 3 Separator",
            &format!("> 3 3 45=3|{reject}"),
        ]
    );
    let log = play(|config| config.reject_malformed = false, &[&format!("< D 2 {bad}"), "< 0 3 "]);
    assert_eq!(log, ["* garbled Field", "* gap 2 3", "> 2 2 7=2|16=0|"]);
    // What has not even names or a number is noise, and so is what was seen before.
    let log = play(|_| {}, &["<framed 35=D|34=2|x|", "<framed 35=D|x|", &format!("< D 1 {bad}")]);
    assert_eq!(log, ["* garbled Field"; 3]);
}

//! What a session can be told to do besides: versions, dictionaries, queue, chunks, resets,
//! credentials, and answers inside of callbacks.

use super::script::Script;
use crate::Message;
use crate::dictionary::Validation;
use crate::session::*;
use crate::store::MemoryStore;
use crate::tag;
use crate::version::Version;

const NOW: u64 = 1_723_118_400_000_000_000;

/// Plays the steps on an acceptor that is logged on and expects number 2.
#[track_caller]
fn check(change: impl FnOnce(&mut Config), steps: &[&str], expected: &[&str]) {
    let mut script = Script::new(Role::Acceptor, change);
    script.step("connect");
    let fixt = script.session.config().version.is_fixt();
    script.step(if fixt { "< A 1 98=0|108=30|1137=9|" } else { "< A 1 98=0|108=30|" });
    script.log.clear();
    steps.iter().for_each(|step| script.step(step));
    assert_eq!(script.log, expected);
}

#[test]
fn every_version_logs_on_both_ways() {
    for version in Version::ALL {
        let names = [("US", "THEM", Role::Initiator), ("THEM", "US", Role::Acceptor)];
        let mut sides = names.map(|(us, them, role)| {
            let mut config = Config::new(role, us, them);
            config.version = version;
            config.dictionaries = Config::standard_dictionaries(version);
            config.sender_sub_id = "desk".to_owned();
            Session::new(config, MemoryStore::new(1 << 16)).expect("the settings can work")
        });
        sides.iter_mut().for_each(|side| side.on_connected(NOW));
        for turn in [0, 1] {
            let bytes = sides[turn].poll_transmit().to_vec();
            sides[turn].consume_transmit(bytes.len());
            sides[1 - turn].handle_bytes(NOW, &bytes, &mut |_| {});
            let text = String::from_utf8_lossy(&bytes).replace('\x01', "|");
            let begin = format!("8={}|9=", version.begin_string());
            assert!(text.starts_with(&begin), "{text}");
            assert!(text.contains("|50=desk|52=20240808-12:00:00"), "{text}");
            assert_eq!(text.contains(":00|"), version < Version::Fix42, "{text}");
            let said = format!("|1137={}|", version.appl_ver_id());
            assert_eq!(text.contains(&said), version.is_fixt(), "{text}");
        }
        assert_eq!(sides.each_ref().map(Session::state), [State::LoggedOn; 2], "{version:?}");
    }
}

#[test]
fn messages_are_checked_against_the_dictionary() {
    let with = |version| {
        move |config: &mut Config| {
            config.version = version;
            config.dictionaries = Config::standard_dictionaries(version);
        }
    };
    let text = "58=Tag not defined for this message type";
    check(
        with(Version::Fix44),
        &["< 0 2 55=X|", "< 1 3 112=x|"],
        &[
            "* refused 2 TagNotDefined",
            &format!("> 3 2 45=2|{text}|371=55|372=0|373=2|"),
            "> 0 3 112=x|",
        ],
    );
    // FIX 4.2 has no reasons above 11, and before there are only texts.
    check(
        with(Version::Fix42),
        &["< 0 2 112=x|112=y|"],
        &["* refused 2 RepeatedTag", "> 3 2 45=2|58=Tag appears more than once|371=112|372=0|"],
    );
    check(
        with(Version::Fix41),
        &["< 0 2 55=X|"],
        &["* refused 2 TagNotDefined", &format!("> 3 2 45=2|{text} (55)|")],
    );
    check(
        with(Version::Fix50Sp2),
        &["<framed 35=D|34=2|49=THEM|52={time}|56=US|1128=6|11=x|"],
        &[
            "* refused 2 ApplicationVersion",
            "> 3 2 45=2|58=Invalid or unsupported application version|371=1128|372=D|373=18|",
        ],
    );
}

#[test]
fn a_missing_dictionary_or_version_is_an_error() {
    let mut config = Config::new(Role::Acceptor, "US", "THEM");
    config.version = Version::Fix50;
    config.dictionaries = Config::standard_dictionaries(Version::Fix44);
    let session = Session::new(config, MemoryStore::new(0));
    assert_eq!(session.err(), Some(ConfigError::Dictionary));
    let mut script = Script::new(Role::Acceptor, |config| config.version = Version::Fix50);
    script.step("connect");
    script.step("< A 1 98=0|108=30|");
    assert_eq!(script.log, ["* disconnect LogonRefused", "> 5 1 58=Logon not acceptable|"]);
}

#[test]
fn messages_above_a_gap_are_kept_in_the_queue() {
    check(
        |config| config.queue_capacity_bytes = 1 << 16,
        &[
            "< D 4 ",
            "< 2 5 7=9|16=0|",
            "< D 6 ",
            "<dup D 2 ",
            "<dup 4 3 123=Y|36=4|",
            "<dup D 4 ",
            "< D 7 ",
        ],
        &[
            "* gap 2 4",
            "> 2 2 7=2|16=0|",
            "* app 2 D dup",
            "* reset 4 true",
            "* app 4 D",
            "* app 6 D",
            "* app 7 D",
        ],
    );
    // What does not fit comes again by the open request.
    check(
        |config| config.queue_capacity_bytes = 1,
        &["< D 3 ", "<dup D 2 ", "<dup D 3 "],
        &["* gap 2 3", "> 2 2 7=2|16=0|", "* app 2 D dup", "* app 3 D dup"],
    );
}

#[test]
fn a_gap_is_requested_in_chunks() {
    let kept = |config: &mut Config| {
        config.resend_chunk = 2;
        config.queue_capacity_bytes = 1 << 16;
    };
    check(
        kept,
        &["< D 6 ", "<dup D 2 ", "<dup D 3 ", "<dup 4 4 123=Y|36=6|"],
        &[
            "* gap 2 6",
            "> 2 2 7=2|16=3|",
            "* app 2 D dup",
            "* app 3 D dup",
            "> 2 3 7=4|16=0|",
            "* reset 6 true",
            "* app 6 D",
        ],
    );
    // Without a queue the message that showed the gap is missing as well.
    check(
        |config| config.resend_chunk = 2,
        &["< D 4 ", "<dup D 2 ", "<dup D 3 ", "<dup D 4 "],
        &[
            "* gap 2 4",
            "> 2 2 7=2|16=3|",
            "* app 2 D dup",
            "* app 3 D dup",
            "> 2 3 7=4|16=0|",
            "* app 4 D dup",
        ],
    );
}

#[test]
fn every_message_says_how_far_we_are() {
    check(
        |config| config.last_msg_seq_num_processed = true,
        &["< 1 2 112=x|", "< 0 3 ", "send y", "< 5 4 "],
        &[
            "> 0 2 369=2|112=x|",
            "> D 3 369=3|58=y|",
            "* out ",
            "* disconnect LoggedOut",
            "> 5 4 369=4|",
        ],
    );
}

#[test]
fn logons_agree_on_what_is_missing() {
    let play = |steps: &[&str]| {
        let mut script =
            Script::new(Role::Acceptor, |config| config.next_expected_msg_seq_num = true);
        script.session.set_next_outbound(5);
        steps.iter().for_each(|step| script.step(step));
        script.log
    };
    let log = play(&["connect", "< A 1 98=0|108=30|789=3|"]);
    assert_eq!(log[..2], ["* on 30", "> A 5 98=0|108=30|789=2|"]);
    assert!(log[2].starts_with("> 4 3 43=Y|") && log[2].ends_with("36=6|123=Y|"), "{log:?}");
    assert_eq!(log.len(), 3);
    // The counterparty has more for us: our number asks for it, no ResendRequest does.
    let log = play(&["connect", "< A 4 98=0|108=30|789=5|", "<dup 4 1 36=5|123=Y|", "< D 5 "]);
    assert_eq!(
        log,
        ["* on 30", "* gap 1 4", "> A 5 98=0|108=30|789=1|", "* reset 5 true", "* app 5 D"]
    );
    let log = play(&["connect", "< A 1 98=0|108=30|789=6|"]);
    assert!(log[1].contains("is higher than expected. Expected 5, Received 6"), "{log:?}");
}

#[test]
fn numbers_begin_again_when_told_so() {
    let logon = "< A 1 98=0|108=30|";
    let numbers = |change: fn(&mut Config), steps: &[&str]| {
        let mut script = Script::new(Role::Acceptor, change);
        ["connect", logon].iter().chain(steps).for_each(|step| script.step(step));
        (script.session.next_inbound(), script.session.next_outbound())
    };
    assert_eq!(numbers(|_| {}, &["< 5 2 ", "cut"]), (3, 3));
    assert_eq!(numbers(|config| config.reset_on_logout = true, &["< 5 2 ", "cut"]), (1, 1));
    assert_eq!(numbers(|config| config.reset_on_logout = true, &["cut"]), (2, 2));
    assert_eq!(numbers(|config| config.reset_on_disconnect = true, &["cut"]), (1, 1));
    let again = ["< 0 2 ", "cut", "connect", logon];
    assert_eq!(numbers(|config| config.reset_on_logon = true, &again), (2, 2));
    let mut script = Script::new(Role::Initiator, |_| {});
    script.session.set_next_outbound(9);
    script.session.set_next_outbound(4);
    assert_eq!(script.session.next_outbound(), 4);
    script.session.reset_numbers();
    assert_eq!(script.session.next_outbound(), 1);
}

#[test]
fn test_and_production_do_not_meet() {
    for (ours, theirs, accepted) in [
        (None, "464=Y|", true),
        (Some(true), "464=Y|", true),
        (Some(true), "", false),
        (Some(false), "464=Y|", false),
        (Some(false), "464=N|", true),
    ] {
        let mut script = Script::new(Role::Acceptor, |config| config.test_messages = ours);
        script.step("connect");
        script.step(&format!("< A 1 98=0|108=30|{theirs}"));
        assert_eq!(script.session.state() == State::LoggedOn, accepted, "{:?}", script.log);
    }
}

#[test]
fn credentials_are_sent_and_never_shown() {
    let credentials = Credentials {
        username: "joe".to_owned(),
        password: "secret".to_owned(),
        new_password: "secret2".to_owned(),
        fields: vec![(9000, "x".to_owned())],
        ..Credentials::default()
    };
    assert!(!format!("{credentials:?}").contains("secret"));
    let logon = |change: fn(&mut Config)| {
        let mut script = Script::new(Role::Initiator, |config| {
            config.credentials = credentials.clone();
            change(config);
        });
        script.step("connect");
        script.log.concat()
    };
    assert_eq!(logon(|_| {}), "> A 1 98=0|108=30|553=joe|554=secret|925=secret2|9000=x|");
    let hidden = logon(|config| {
        config.credentials.cipher = Some((101, |text| text.bytes().rev().collect()));
    });
    assert_eq!(
        hidden,
        "> A 1 98=0|108=30|553=joe|1400=101|1401=6|1402=terces|1403=7|1404=2terces|9000=x|"
    );
}

/// Refuses whoever has not the password, and answers each order at once.
struct Owner {
    redacted: String,
}

impl Application<MemoryStore> for Owner {
    fn on_event(&mut self, event: Event<'_>, replies: &mut Replies<'_, MemoryStore>) {
        if let Event::Application { message, .. } = event {
            match message.get(tag::TEXT) {
                Some(text) => {
                    replies.send(b"8", |writer| writer.bytes(tag::TEXT, text)).unwrap();
                }
                None => {
                    replies.business_reject(message, 3, "what is this", |_| {}).unwrap();
                }
            }
        }
    }

    fn on_logon(&mut self, logon: &Message<'_>) -> Result<(), &'static str> {
        self.redacted = logon.redacted();
        if logon.get(tag::PASSWORD) == Some(b"secret") { Ok(()) } else { Err("wrong password") }
    }
}

#[test]
fn an_application_answers_in_its_callback_and_looks_at_logons() {
    let play = |password: &str| {
        let mut owner = Owner { redacted: String::new() };
        let mut us = Config::new(Role::Initiator, "US", "THEM");
        us.credentials.password = password.to_owned();
        let mut us = Session::new(us, MemoryStore::new(1 << 16)).unwrap();
        let them = Config::new(Role::Acceptor, "THEM", "US");
        let mut them = Session::new(them, MemoryStore::new(1 << 16)).unwrap();
        us.on_connected(NOW);
        them.on_connected(NOW);
        let mut seen = Vec::new();
        for turn in 0..2 {
            let bytes = us.poll_transmit().to_vec();
            us.consume_transmit(bytes.len());
            them.handle_bytes_with(NOW, &bytes, &mut owner);
            let bytes = them.poll_transmit().to_vec();
            them.consume_transmit(bytes.len());
            us.handle_bytes(NOW, &bytes, &mut |event| match event {
                Event::Application { message, .. } => {
                    let text = message.get(tag::TEXT).unwrap_or_default();
                    seen.push(String::from_utf8_lossy(text).into_owned());
                }
                Event::LoggedOut { text } => seen.push(String::from_utf8_lossy(text).into_owned()),
                _ => {}
            });
            if turn == 0 && us.state() == State::LoggedOn {
                us.send(NOW, b"D", |writer| writer.str(tag::TEXT, "one")).unwrap();
                us.send(NOW, b"D", |_| {}).unwrap();
            }
        }
        (seen, owner.redacted)
    };
    let (seen, redacted) = play("secret");
    assert_eq!(seen, ["one", "what is this"]);
    assert!(redacted.contains("|554=***|") && !redacted.contains("secret"), "{redacted}");
    assert_eq!(play("guess").0, ["wrong password"]);
}

#[test]
fn answers_take_the_way_back() {
    check(
        |config| {
            config.dictionaries = Config::standard_dictionaries(Version::Fix44);
            config.validation = Validation::full();
        },
        &["<framed 35=0|34=2|49=THEM|52={time}|56=US|115=A|116=|144=C|55=x|"],
        &[
            "* refused 2 TagWithoutValue",
            "> 3 2 128=A|145=C|45=2|58=Tag specified without a value|371=116|372=0|373=4|",
        ],
    );
}

#[test]
fn a_session_keeps_its_hours() {
    // The scripts begin at 12:00:00 on a Thursday.
    let days = [Weekday::Thursday, Weekday::Friday];
    let hours = |config: &mut Config| {
        config.heartbeat_s = 0;
        config.schedule = Some(Schedule::daily(&days, 11 * 3600, 12 * 3600 + 60));
    };
    let mut script = Script::new(Role::Acceptor, hours);
    let logon = "< A 1 98=0|108=0|";
    for step in ["connect", logon, "+60", "< 5 2 ", "cut", "connect"] {
        script.step(step);
    }
    script.step("< 0 3 ");
    assert_eq!(
        script.log,
        [
            "* on 0",
            "> A 1 98=0|108=0|",
            "> 5 2 58=the session closes now|",
            "* out ",
            "* disconnect LoggedOut",
            "* disconnect OutOfSchedule",
        ]
    );
    // The next day begins at 1, for a process that was there all the time and for a new one.
    script.log.clear();
    for step in ["cut", "+86000", "connect", logon] {
        script.step(step);
    }
    assert_eq!(script.log, ["* on 0", "> A 1 98=0|108=0|"]);
    let mut script = Script::new(Role::Acceptor, hours);
    script.session.set_next_outbound(9);
    script.session.set_last_active(NOW - 86_400_000_000_000);
    script.step("connect");
    assert_eq!(script.session.next_outbound(), 1);
}

#[test]
fn rates_are_limited_both_ways() {
    let sends = |config: &mut Config| config.sends_per_second_max = 2;
    check(sends, &["send a", "send b", "send c"], &["> D 2 58=a|", "> D 3 58=b|", "* Throttled"]);
    let receives = |config: &mut Config| config.receives_per_second_max = 2;
    check(receives, &["< 0 2 ", "< 0 3 "], &["> 5 2 58=more messages in a second than agreed|"]);
}

#[test]
fn an_operator_is_told_why_a_logon_was_refused() {
    let why = |first: &str| {
        let mut script = Script::new(Role::Acceptor, |_| {});
        script.step("connect");
        script.step(first);
        script.session.logon_refusal().to_owned()
    };
    assert_eq!(why("< A 1 98=0|108=30|"), "");
    assert_eq!(why("< 0 1 "), "the first message was no Logon");
    assert_eq!(why("< A 0 98=0|108=30|"), "MsgSeqNum is missing or out of range");
    assert_eq!(why("< A 1 98=0|"), "Logon not acceptable");
    assert_eq!(
        why("<framed 35=A|34=1|49=WHO|52=20240808-12:00:00|56=US|"),
        "CompID problem: from WHO to US at 20240808-12:00:00"
    );
    assert_eq!(
        why("<framed 35=A|34=1|49=THEM|56=US|"),
        "Required tag missing (tag 52): from THEM to US at "
    );
    let other = "<< 8=FIX.4.1|9=5|35=A|10=177|";
    assert_eq!(why(other), "FIX.4.1 is spoken instead of FIX.4.4");
    let mut script = Script::new(Role::Initiator, |_| {});
    ["connect", "< 5 1 58=wrong password|"].iter().for_each(|step| script.step(step));
    assert_eq!(script.session.logon_refusal(), "the counterparty says: wrong password");
}

#[test]
fn old_messages_are_left_out_of_a_resend() {
    let play = |change: fn(&mut Config)| {
        let mut script = Script::new(Role::Acceptor, change);
        for step in ["connect", "< A 1 98=0|108=0|", "send old", "send skip", "+60", "send new"] {
            script.step(step);
        }
        script.log.clear();
        script.step("< 2 2 7=1|16=0|");
        let kinds = script.log.iter().map(|line| {
            let body = line.rsplit("122=").next().unwrap().split_once('|').unwrap().1.to_owned();
            format!("{} {body}", line.split("43=Y").next().unwrap().trim())
        });
        kinds.collect::<Vec<_>>()
    };
    let all = ["> 4 1 36=2|123=Y|", "> D 2 58=old|", "> D 3 58=skip|", "> D 4 58=new|"];
    assert_eq!(play(|_| {}), all);
    let aged = |config: &mut Config| config.resend.max_age_ns = Some(59_000_000_000);
    assert_eq!(play(aged), ["> 4 1 36=4|123=Y|", "> D 4 58=new|"]);
    assert_eq!(play(|config| config.resend.max_age_ns = Some(60_000_000_000)), all);
    let other_type = |config: &mut Config| {
        config.resend.max_age_ns = Some(0);
        config.resend.aging_types = vec!["8".to_owned()];
    };
    assert_eq!(play(other_type), all);
    let decided = |config: &mut Config| {
        config.resend.decide = Some(|resend| {
            assert_eq!(resend.msg_type, b"D");
            assert_eq!(resend.age_ns, if resend.msg_seq_num < 4 { 60_000_000_000 } else { 0 });
            !resend.bytes.windows(4).any(|text| text == b"skip")
        });
    };
    assert_eq!(
        play(decided),
        ["> 4 1 36=2|123=Y|", "> D 2 58=old|", "> 4 3 36=4|123=Y|", "> D 4 58=new|"]
    );
}

//! One session against hand-written messages; every answer and event is compared.
//!
//! Steps: `connect`, `cut`, `< type number fields` (receive), `<dup …` (with PossDupFlag),
//! `<< bytes` (receive as it stands), `send text`, `logout text`, `+seconds`, `expect number`,
//! `do action number` (an operator's).
//! Results: `> type number fields` (CompIDs, SendingTime and framing left out), `* event`.

use proptest::prelude::*;

use crate::codec::timestamp::{Precision, Timestamps};
use crate::codec::{Decoded, Decoder};
use crate::session::*;
use crate::store::MemoryStore;
use crate::tag;

const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_723_118_400 * SECOND;

fn framed(begin_string: &str, body: &str) -> Vec<u8> {
    let body = body.replace('|', "\x01");
    let mut bytes = format!("8={begin_string}\x019={}\x01{body}", body.len()).into_bytes();
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    bytes
}

pub(super) struct Script {
    pub(super) session: Session<MemoryStore>,
    pub(super) now: u64,
    pub(super) log: Vec<String>,
}

impl Script {
    pub(super) fn new(role: Role, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new(role, "US", "THEM");
        config.transmit_capacity_bytes = config::MIN_TRANSMIT_BYTES;
        change(&mut config);
        let session = Session::new(config, MemoryStore::new(1 << 20)).unwrap();
        Self { session, now: START, log: Vec::new() }
    }

    pub(super) fn step(&mut self, step: &str) {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        match verb {
            "connect" => self.session.on_connected(self.now),
            "cut" => self.session.on_disconnected(self.now),
            "<" => self.receive(rest, ""),
            "<dup" => {
                let time = self.time();
                self.receive(rest, &format!("43=Y|122={time}|"));
            }
            "<<" => self.feed(rest.replace('|', "\x01").replace("{time}", &self.time()).as_bytes()),
            "<framed" => self.feed(&self.framed(&rest.replace("{time}", &self.time()))),
            "send" => {
                let sent = self.session.send(self.now, b"D", |writer| writer.str(tag::TEXT, rest));
                if let Err(error) = sent {
                    self.log.push(format!("* {error:?}"));
                }
            }
            "logout" => self.session.logout(self.now, rest),
            "expect" => self.session.set_next_inbound(rest.parse().unwrap()),
            "do" => {
                let (action, number) = rest.split_once(' ').unwrap_or((rest, "0"));
                let number = number.parse().unwrap();
                let action = match action {
                    "reset" => Action::ResetNumbers,
                    "in" => Action::SetNextInbound(number),
                    "out" => Action::SetNextOutbound(number),
                    _ => Action::Logout,
                };
                match self.session.operate(self.now, action) {
                    Ok(outcome) => self.log.push(format!("* {outcome:?}")),
                    Err(error) => self.log.push(format!("* {error}")),
                }
            }
            _ => {
                let seconds: u64 = verb.strip_prefix('+').unwrap().parse().unwrap();
                self.wait(seconds * SECOND);
            }
        }
        self.collect();
    }

    fn time(&self) -> String {
        let mut timestamps = Timestamps::new(Precision::Millis);
        String::from_utf8(timestamps.format(self.now).to_vec()).unwrap()
    }

    pub(super) fn receive(&mut self, text: &str, dup: &str) {
        let mut words = text.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (kind, number, body) = (word(), word(), word());
        let time = self.time();
        let header = format!("35={kind}|34={number}|49=THEM|52={time}|56=US|");
        self.feed(&self.framed(&format!("{header}{dup}{body}")));
    }

    fn framed(&self, body: &str) -> Vec<u8> {
        framed(self.session.config().version.begin_string(), body)
    }

    fn feed(&mut self, bytes: &[u8]) {
        let log = &mut self.log;
        self.session.handle_bytes(self.now, bytes, &mut |event| log.push(describe(&event)));
    }

    /// Lets time pass, stopping at each timeout.
    fn wait(&mut self, ns: u64) {
        let end = self.now + ns;
        while let Some(at) = self.session.poll_timeout().filter(|at| *at <= end) {
            assert!(at >= self.now, "a timeout that is due has been handled");
            self.now = at;
            let log = &mut self.log;
            self.session.handle_timeout(self.now, &mut |event| log.push(describe(&event)));
            self.collect();
        }
        self.now = end;
    }

    pub(super) fn collect(&mut self) {
        let mut decoder = Decoder::new();
        loop {
            let bytes = self.session.poll_transmit().to_vec();
            if bytes.is_empty() {
                return;
            }
            let Decoded::Message { message, consumed } = decoder.decode(&bytes) else {
                panic!("we sent garbage: {}", String::from_utf8_lossy(&bytes));
            };
            let fields = message.fields().filter(|(tag, _)| ![8, 34, 35, 49, 52, 56].contains(tag));
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            let fields: String =
                fields.map(|(tag, value)| format!("{tag}={}|", text(value))).collect();
            let number = message.msg_seq_num().unwrap();
            self.log.push(format!("> {} {number} {fields}", text(message.msg_type())));
            self.session.consume_transmit(consumed);
        }
    }
}

fn describe(event: &Event<'_>) -> String {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    match event {
        Event::LoggedOn { heartbeat_s } => format!("* on {heartbeat_s}"),
        Event::LoggedOut { text: why } => format!("* out {}", text(why)),
        Event::Application { message, poss_dup, msg_seq_num } => {
            let dup = if *poss_dup { " dup" } else { "" };
            format!("* app {msg_seq_num} {}{dup}", text(message.msg_type()))
        }
        Event::Rejected { ref_msg_seq_num, reason, text: why } => {
            format!("* rejected {ref_msg_seq_num} {reason:?} {}", text(why))
        }
        Event::Refused { msg_seq_num, reason } => format!("* refused {msg_seq_num} {reason:?}"),
        Event::Garbled { reason } => format!("* garbled {reason:?}"),
        Event::Gap { expected, received } => format!("* gap {expected} {received}"),
        Event::SequenceReset { next_inbound, gap_fill } => {
            format!("* reset {next_inbound} {gap_fill}")
        }
        Event::NumbersReset => "* numbers reset".to_owned(),
        Event::StoreFull { full } => format!("* store full: {full}"),
        Event::Disconnect { reason } => format!("* disconnect {reason:?}"),
    }
}

/// Plays the steps on an acceptor that is logged on, heartbeat 30 s, expecting number 2.
#[track_caller]
fn check(steps: &[&str], expected: &[&str]) {
    let mut script = Script::new(Role::Acceptor, |_| {});
    script.step("connect");
    script.step("< A 1 98=0|108=30|");
    assert_eq!(script.log, ["* on 30", "> A 1 98=0|108=30|"]);
    script.log.clear();
    steps.iter().for_each(|step| script.step(step));
    assert_eq!(script.log, expected);
}

/// Plays the steps on a session that is not connected yet.
#[track_caller]
fn check_from_start(role: Role, steps: &[&str], expected: &[&str]) {
    let mut script = Script::new(role, |_| {});
    steps.iter().for_each(|step| script.step(step));
    assert_eq!(script.log, expected);
}

#[test]
fn logon_as_initiator() {
    let ours = "> A 1 98=0|108=30|";
    let check = |steps: &[&str], expected: &[&str]| {
        check_from_start(Role::Initiator, steps, expected);
    };
    check(&["connect", "< A 1 98=0|108=30|"], &[ours, "* on 30"]);
    check(&["connect", "send early"], &[ours, "* NotLoggedOn"]);
    check(&["connect", "+10"], &[ours, "* disconnect LogonTimeout"]);
    check(&["connect", "< 5 1 58=go away|"], &[ours, "* out go away", "* disconnect LogonRefused"]);
    check(&["connect", "< 0 1 "], &[ours, "* disconnect LogonRefused"]);
    check(&["connect", "< A 5 98=0|108=30|"], &[ours, "* on 30", "* gap 1 5", "> 2 2 7=1|16=0|"]);
    check(
        &["expect 9", "connect", "< A 5 98=0|108=30|"],
        &[
            ours,
            "* disconnect SequenceTooLow { expected: 9, received: 5 }",
            "> 5 2 58=MsgSeqNum too low, expecting 9 but received 5|",
        ],
    );
}

#[test]
fn logon_as_acceptor() {
    let refused = ["* disconnect LogonRefused"];
    let check = |steps: &[&str], expected: &[&str]| {
        check_from_start(Role::Acceptor, steps, expected);
    };
    check(&["connect", "< 0 1 "], &refused);
    check(&["connect", "< 5 1 "], &refused);
    check(&["connect", "<framed 35=A|34=1|49=WHO|52={time}|56=US|98=0|108=30|"], &refused);
    check(&["connect", "<framed 35=A|34=1|49=THEM|52={time}|56=WHO|98=0|108=30|"], &refused);
    check(&["connect", "<framed 35=A|34=1|49=THEM|52=20010101-00:00:00|56=US|98=0|"], &refused);
    check(
        &["connect", "<< 8=FIX.4.4|9=4|35=A|34=1|10=000|"],
        &["* garbled Trailer", "* disconnect LogonRefused"],
    );
    check(
        &["connect", "< A 1 98=1|108=30|"],
        &["* disconnect LogonRefused", "> 5 1 58=Logon not acceptable|"],
    );
    check(
        &["connect", "< A 1 98=0|108=86401|"],
        &["* disconnect LogonRefused", "> 5 1 58=Logon not acceptable|"],
    );
    check(
        &["connect", "< A 5 98=0|108=10|"],
        &["* on 10", "* gap 1 5", "> A 1 98=0|108=10|", "> 2 2 7=1|16=0|"],
    );
    check(&["connect", "+10"], &["* disconnect LogonTimeout"]);
}

#[test]
fn numbers_can_begin_again() {
    check_from_start(
        Role::Acceptor,
        &["expect 7", "connect", "< A 1 98=0|108=30|141=Y|", "< D 2 "],
        &["* numbers reset", "* on 30", "> A 1 98=0|108=30|141=Y|", "* app 2 D"],
    );
    check(
        &["< 0 2 ", "< A 1 98=0|108=30|141=Y|", "< 1 2 112=x|"],
        &["* numbers reset", "> A 1 98=0|108=30|141=Y|", "> 0 2 112=x|"],
    );
    let mut script = Script::new(Role::Initiator, |config| config.reset_on_logon = true);
    for step in ["connect", "< A 1 98=0|108=30|141=Y|", "send x", "cut", "connect"] {
        script.step(step);
    }
    let logon = "> A 1 98=0|108=30|141=Y|";
    assert_eq!(script.log, [logon, "* numbers reset", "* on 30", "> D 2 58=x|", logon]);
}

#[test]
fn messages_in_sequence_are_delivered_once() {
    check(&["< D 2 ", "< 8 3 "], &["* app 2 D", "* app 3 8"]);
    check(&["< D 2 ", "<dup D 2 "], &["* app 2 D"]);
    check(&["<dup D 2 "], &["* app 2 D dup"]);
    check(
        &["< D 2 ", "< D 2 "],
        &[
            "* app 2 D",
            "* disconnect SequenceTooLow { expected: 3, received: 2 }",
            "> 5 2 58=MsgSeqNum too low, expecting 3 but received 2|",
        ],
    );
    check(
        &["<framed 35=D|49=THEM|52={time}|56=US|"],
        &["* disconnect NoSequenceNumber", "> 5 2 58=MsgSeqNum missing or not a number|"],
    );
}

#[test]
fn a_gap_is_requested_once_and_closed() {
    check(
        &[
            "< D 4 ",
            "< D 5 ",
            "<dup D 2 ",
            "<dup 4 3 123=Y|36=4|",
            "<dup D 4 ",
            "<dup D 5 ",
            "< D 6 ",
        ],
        &[
            "* gap 2 4",
            "> 2 2 7=2|16=0|",
            "* app 2 D dup",
            "* reset 4 true",
            "* app 4 D dup",
            "* app 5 D dup",
            "* app 6 D",
        ],
    );
    // Without an answer it is asked three times more, then given up.
    check(
        &["< D 4 ", "+10", "+10", "+10", "< 0 9 ", "+10"],
        &[
            "* gap 2 4",
            "> 2 2 7=2|16=0|",
            "> 2 3 7=2|16=0|",
            "> 2 4 7=2|16=0|",
            "> 2 5 7=2|16=0|",
            "> 5 6 58=ResendRequest not answered|",
        ],
    );
}

#[test]
fn sequence_resets() {
    check(&["< 4 2 36=20|123=Y|", "< D 20 "], &["* reset 20 true", "* app 20 D"]);
    check(&["< 4 10 36=20|123=Y|"], &["* gap 2 10", "> 2 2 7=2|16=0|"]);
    check(&["<dup 4 1 36=20|123=Y|", "< D 2 "], &["* app 2 D"]);
    let wrong = "58=Value is incorrect (out of range) for this tag";
    check(
        &["< 4 2 36=2|123=Y|"],
        &["* refused 2 ValueOutOfRange", &format!("> 3 2 45=2|{wrong}|372=4|373=5|")],
    );
    check(&["< 4 0 36=25|", "< D 25 "], &["* reset 25 false", "* app 25 D"]);
    check(&["< 4 0 36=2|123=N|", "< D 2 "], &["* reset 2 false", "* app 2 D"]);
    check(
        &["< 4 0 36=1|", "< D 2 "],
        &["* refused 0 ValueOutOfRange", &format!("> 3 2 45=0|{wrong}|372=4|373=5|"), "* app 2 D"],
    );
    check(
        &["< 4 0 36=99999999999999|"],
        &["* refused 0 ValueOutOfRange", &format!("> 3 2 45=0|{wrong}|372=4|373=5|")],
    );
}

#[test]
fn resend_requests_are_answered() {
    let time = Script::new(Role::Acceptor, |_| {}).time() + "000";
    let dup = |rest: &str| format!("43=Y|122={time}|{rest}");
    let gap = |next: u64| dup(&format!("36={next}|123=Y|"));
    let sent = ["> D 2 58=a|", "> 0 3 112=x|", "> D 4 58=b|"];
    let prelude = ["send a", "< 1 2 112=x|", "send b"];
    let replies = |request: &str, answers: &[String]| {
        let steps: Vec<_> = prelude.iter().chain([&request]).copied().collect();
        let expected: Vec<_> =
            sent.iter().copied().chain(answers.iter().map(String::as_str)).collect();
        check(&steps, &expected);
    };
    let (a, b) = (format!("> D 2 {}", dup("58=a|")), format!("> D 4 {}", dup("58=b|")));
    let (head, middle) = (format!("> 4 1 {}", gap(2)), format!("> 4 3 {}", gap(4)));
    let all = [head, a.clone(), middle.clone(), b.clone()];
    replies("< 2 3 7=1|16=0|", &all);
    replies("< 2 3 7=1|16=999999|", &all);
    replies("< 2 3 7=4|16=4|", std::slice::from_ref(&b));
    replies("< 2 3 7=2|16=3|", &[a.clone(), middle.clone()]);
    replies("< 2 3 7=5|16=0|", &[]);
    // Numbers that come too high or too low: answered all the same.
    replies("< 2 1 7=4|16=4|", std::slice::from_ref(&b));
    let missing = "58=Required tag missing|371=16|372=2|373=1|";
    let refused = ["* refused 3 RequiredTagMissing".to_owned(), format!("> 3 5 45=3|{missing}")];
    replies("< 2 3 7=1|", &refused);
    let wrong = "58=Value is incorrect (out of range) for this tag|371=7|372=2|373=5|";
    let refused = ["* refused 3 ValueOutOfRange".to_owned(), format!("> 3 5 45=3|{wrong}")];
    replies("< 2 3 7=0|16=0|", &refused);
}

#[test]
fn two_gaps_at_once_do_not_block_each_other() {
    check(
        &["< 2 4 7=1|16=0|", "<dup 4 2 36=5|123=Y|"],
        &[
            "* gap 2 4",
            &format!(
                "> 4 1 43=Y|122={}000|36=2|123=Y|",
                Script::new(Role::Acceptor, |_| {}).time()
            ),
            "> 2 2 7=2|16=0|",
            "* reset 5 true",
        ],
    );
}

#[test]
fn silence_is_questioned_then_ended() {
    check(&["+30", "< 1 2 112=q|"], &["> 0 2 ", "> 0 3 112=q|"]);
    check(&["+72"], &["> 0 2 ", "> 1 3 112=TEST|", "* disconnect HeartbeatTimeout"]);
    check(&["+40", "< 0 2 112=TEST|", "+25"], &["> 0 2 ", "> 1 3 112=TEST|"]);
    check(
        &["< 1 2 "],
        &[
            "* refused 2 RequiredTagMissing",
            "> 3 2 45=2|58=Required tag missing|371=112|372=1|373=1|",
        ],
    );
}

#[test]
fn no_heartbeats_if_none_are_wanted() {
    check_from_start(
        Role::Acceptor,
        &["connect", "< A 1 98=0|108=0|", "+100000"],
        &["* on 0", "> A 1 98=0|108=0|"],
    );
}

#[test]
fn logout_both_ways() {
    check(&["< 5 2 58=bye|"], &["* out bye", "* disconnect LoggedOut", "> 5 2 "]);
    check(
        &["logout enough", "< D 2 ", "send x", "< 5 3 "],
        &["> 5 2 58=enough|", "* app 2 D", "* NotLoggedOn", "* out ", "* disconnect LoggedOut"],
    );
    check(&["logout ", "+2"], &["> 5 2 ", "* disconnect LogoutTimeout"]);
    // Above a gap: out all the same; the missing messages are asked for at the next Logon.
    check(
        &["< 5 9 ", "cut", "connect", "< A 10 98=0|108=30|"],
        &[
            "* out ",
            "* disconnect LoggedOut",
            "> 5 2 ",
            "* on 30",
            "* gap 2 10",
            "> A 3 98=0|108=30|",
            "> 2 4 7=2|16=0|",
        ],
    );
}

#[test]
fn strangers_and_wrong_clocks_are_sent_away() {
    let names = ["49=WHO|52={time}|56=US|", "49=THEM|52={time}|56=WHO|"];
    for names in names {
        check(
            &[&format!("<framed 35=D|34=2|{names}"), "< 5 3 "],
            &[
                "* refused 2 CompId",
                "> 3 2 45=2|58=CompID problem|372=D|373=9|",
                "> 5 3 ",
                "* out ",
                "* disconnect LoggedOut",
            ],
        );
    }
    check(
        &["<framed 35=0|34=2|49=THEM|52=20240808-11:57:59|56=US|"],
        &[
            "* refused 2 SendingTime",
            "> 3 2 45=2|58=SendingTime accuracy problem|372=0|373=10|",
            "> 5 3 ",
        ],
    );
    check(&["<framed 35=0|34=2|49=THEM|52=20240808-11:58:00|56=US|", "< D 3 "], &["* app 3 D"]);
    check(
        &["<framed 35=D|34=1|49=THEM|52={time}|56=US|43=Y|122=20250101-00:00:00|"],
        &[
            "* refused 1 SendingTime",
            "> 3 2 45=1|58=SendingTime accuracy problem|372=D|373=10|",
            "> 5 3 ",
        ],
    );
    check(&["<< 8=FIX.4.1|9=5|35=1|10=161|"], &["> 5 2 58=Incorrect BeginString|"]);
}

#[test]
fn bad_headers_are_rejected_and_use_up_their_number() {
    let cases = [
        ("49=THEM|52={time}|", "RequiredTagMissing", "58=Required tag missing|371=56", 1),
        ("49=THEM|56=US|", "RequiredTagMissing", "58=Required tag missing|371=52", 1),
        ("49=THEM|52={time}|56=|", "TagWithoutValue", "58=Tag specified without a value|371=56", 4),
        (
            "49=THEM|52=now|56=US|",
            "IncorrectFormat",
            "58=Incorrect data format for value|371=52",
            6,
        ),
    ];
    for (header, reason, text, code) in cases {
        check(
            &[&format!("<framed 35=D|34=2|{header}"), "< D 3 "],
            &[
                &format!("* refused 2 {reason}"),
                &format!("> 3 2 45=2|{text}|372=D|373={code}|"),
                "* app 3 D",
            ],
        );
    }
}

/// One that fills a gap is delivered nevertheless: to refuse it would be to lose it.
#[test]
fn a_duplicate_must_say_when_it_was_sent_first() {
    check(
        &["<framed 35=D|34=1|49=THEM|52={time}|56=US|43=Y|", "< D 2 "],
        &[
            "* refused 1 RequiredTagMissing",
            "> 3 2 45=1|58=Required tag missing|371=122|372=D|373=1|",
            "* app 2 D",
        ],
    );
    check(&["<framed 35=D|34=2|49=THEM|52={time}|56=US|43=Y|"], &["* app 2 D dup"]);
}

#[test]
fn garbled_messages_change_nothing() {
    check(&["<< 8=FIX.4.4|9=10|35=D|34=2|10=000|", "< D 2 "], &["* garbled CheckSum", "* app 2 D"]);
    check(
        &["<< noise", "<framed 35=D|34=2|4x=1|", "< D 2 "],
        &["* garbled BeginString", "* garbled Field", "* app 2 D"],
    );
}

#[test]
fn rejects_are_reported() {
    check(&["< 3 2 45=7|373=5|58=no|"], &["* rejected 7 Some(5) no"]);
}

#[test]
fn sends_are_refused_when_something_is_full() {
    let mut script = Script::new(Role::Acceptor, |_| {});
    script.step("connect");
    script.step("< A 1 98=0|108=30|");
    let text = "x".repeat(1000);
    let send = |session: &mut Session<MemoryStore>| {
        session.send(START, b"D", |writer| writer.str(tag::TEXT, &text))
    };
    let count = (0..100).find(|_| send(&mut script.session).is_err()).unwrap();
    assert_eq!(send(&mut script.session), Err(SendError::Backlogged));
    assert!(count >= 10, "most of the buffer can be used");
    script.log.clear();
    script.step("< 1 2 112=still here|");
    assert_eq!(script.log.last().unwrap(), &format!("> 0 {} 112=still here|", count + 2));
    while send(&mut script.session).is_ok() {
        script.collect();
    }
    assert_eq!(send(&mut script.session), Err(SendError::StoreFull));
    let number = script.session.next_outbound();
    script.log.clear();
    script.step("< 1 3 112=still here|");
    let answer = format!("> 0 {number} 112=still here|");
    assert_eq!(script.log, ["* store full: true", &answer]);
    script.log.clear();
    for step in ["do reset", "< 0 4 ", "send again"] {
        script.step(step);
    }
    let told =
        ["* Requested", "> A 1 98=0|108=30|141=Y|", "* store full: false", "> D 2 58=again|"];
    assert_eq!(script.log, told);
    let long = "x".repeat(60_000);
    let sent = script.session.send(START, b"D", |writer| writer.str(tag::TEXT, &long));
    assert_eq!(sent, Err(SendError::Encode(crate::codec::EncodeError::TooLong)));
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let with = |change: fn(&mut Config)| {
        let mut config = Config::new(Role::Acceptor, "US", "THEM");
        change(&mut config);
        Session::new(config, MemoryStore::new(0)).err()
    };
    assert_eq!(with(|_| {}), None);
    assert_eq!(with(|config| config.sender_comp_id.clear()), Some(ConfigError::CompId));
    assert_eq!(with(|config| config.target_comp_id.push('\x01')), Some(ConfigError::CompId));
    assert_eq!(with(|config| config.heartbeat_s = 86_401), Some(ConfigError::Heartbeat));
    assert_eq!(with(|config| config.transmit_capacity_bytes = 1), Some(ConfigError::Transmit));
}

/// One random step: mostly near the rules, so that it gets past the first checks.
fn any_step() -> impl Strategy<Value = String> {
    let body = prop_oneof![
        Just("98=0|108=30|".to_owned()),
        Just("98=0|108=30|141=Y|".to_owned()),
        (0..30_u64, 0..30_u64).prop_map(|(begin, end)| format!("7={begin}|16={end}|")),
        (0..30_u64, "[YN]").prop_map(|(next, fill)| format!("36={next}|123={fill}|")),
        any::<u64>().prop_map(|number| format!("36={number}|7={number}|16={number}|108={number}|")),
        "(112|7|16|36|58)=[0-9a-z]{0,5}\\|",
    ];
    let number = prop_oneof![9 => 0..25_u64, 1 => any::<u64>()];
    prop_oneof![
        12 => ("(<|<dup)", "[0-5ADj8]", number, body)
            .prop_map(|(verb, kind, number, body)| format!("{verb} {kind} {number} {body}")),
        2 => "send [a-z]{1,9}",
        1 => Just("connect".to_owned()),
        1 => Just("cut".to_owned()),
        1 => "<< [ -~]{1,20}",
        1 => (0..90_u64).prop_map(|seconds| format!("+{seconds}")),
        1 => Just("logout ".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_messages_does_harm(
        initiator in any::<bool>(),
        checked in any::<bool>(),
        queue_bytes in 0..300_usize,
        chunk in 0..4_u64,
        steps in prop::collection::vec(any_step(), 1..60),
    ) {
        let role = if initiator { Role::Initiator } else { Role::Acceptor };
        let mut script = Script::new(role, |config| {
            config.queue_capacity_bytes = queue_bytes;
            config.resend_chunk = chunk;
            if checked {
                config.dictionaries = Config::standard_dictionaries(config.version);
            }
        });
        script.step("connect");
        script.step("< A 1 98=0|108=30|");
        for step in &steps {
            let before = script.log.len();
            script.step(step);
            // No message makes us talk without end.
            prop_assert!(script.log.len() - before < 100, "{step}");
        }
    }
}

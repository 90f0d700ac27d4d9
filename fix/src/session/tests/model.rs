//! A session against a model of what FIX says about numbers, driven by any bytes: each names
//! the next thing that happens. The fuzz target `fix_session` plays it as well.
//!
//! Two sessions of the same settings live through the same, one of them with every message cut
//! in two. Whatever happens, they say the same, and each message is handled as the model says
//! from its number alone: below the expected one it is a duplicate or the end, equal it is taken
//! and the number moves on by one, above it is kept away until the gap is filled.

use gannet_fix::codec::timestamp::{Precision, Timestamps};
use gannet_fix::codec::{Decoded, Decoder};
use gannet_fix::session::{Action, Config, Role, State};
use gannet_fix::{Event, MemoryStore, Session, Version, tag};

const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_723_118_400 * SECOND;

/// More than all messages of a run take, so that nothing is refused for want of room.
const STORE_BYTES: usize = 1 << 18;
const TRANSMIT_BYTES: usize = 1 << 16;

/// Things that happen in one run.
const STEPS_MAX: usize = 300;

/// Messages with which the session may answer one: a replay is as long as the store.
const ANSWERS_MAX: usize = STEPS_MAX * 2;

/// BeginString and BodyLength, more or less.
const HEAD_BYTES: usize = 20;

/// Bytes as a source of decisions; zeros behind the end.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, bound: u8) -> u8 {
        self.next() % bound
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }
}

/// A session and what it has said.
struct Subject {
    session: Session<MemoryStore>,
    /// MsgSeqNums of the application messages delivered by the latest call.
    delivered: Vec<u64>,
    log: Vec<String>,
    /// The highest number sent without PossDupFlag.
    last_sent: u64,
}

impl Subject {
    fn new(config: &Config) -> Self {
        let session = Session::new(config.clone(), MemoryStore::new(STORE_BYTES));
        let session = session.expect("the settings can work");
        Self { session, delivered: Vec::new(), log: Vec::new(), last_sent: 0 }
    }

    /// Numbers may begin again with a connection, without a word.
    fn disconnect(&mut self, now: u64) {
        self.session.on_disconnected(now);
        self.last_sent = self.session.next_outbound() - 1;
    }

    fn feed(&mut self, now: u64, bytes: &[u8]) {
        let (delivered, log) = (&mut self.delivered, &mut self.log);
        self.session.handle_bytes(now, bytes, &mut |event| match event {
            Event::Application { msg_seq_num, poss_dup, .. } => {
                delivered.push(msg_seq_num);
                log.push(format!("delivered {msg_seq_num} {poss_dup}"));
            }
            // How often noise is told depends on the pieces it comes in.
            Event::Garbled { .. } => {}
            event => log.push(format!("{event:?}")),
        });
    }

    /// Does what is due; afterwards nothing else is, at this time.
    fn pass_time(&mut self, now: u64) {
        let log = &mut self.log;
        self.session.handle_timeout(now, &mut |event| log.push(format!("{event:?}")));
        let next = self.session.poll_timeout();
        assert!(next.is_none_or(|next| next > now), "it would spin: {next:?} at {now}");
    }

    /// Takes what was sent, and looks at its numbers.
    fn collect(&mut self) {
        let mut decoder = Decoder::new();
        for _ in 0..ANSWERS_MAX {
            let bytes = self.session.poll_transmit().to_vec();
            assert!(bytes.len() <= TRANSMIT_BYTES);
            if bytes.is_empty() {
                return;
            }
            let Decoded::Message { message, consumed } = decoder.decode(&bytes) else {
                panic!("it sends garbage: {}", String::from_utf8_lossy(&bytes));
            };
            let number = message.msg_seq_num().expect("our messages have numbers");
            if message.poss_dup() {
                assert!(number < self.session.next_outbound(), "a resend takes no new number");
            } else {
                let resets = message.get(tag::RESET_SEQ_NUM_FLAG) == Some(b"Y");
                assert!(number > self.last_sent || resets, "{number} after {}", self.last_sent);
                self.last_sent = number;
            }
            self.log.push(message.redacted());
            self.session.consume_transmit(consumed);
        }
        panic!("it does not stop talking");
    }
}

/// Both sessions, and the counterparty that the bytes play.
struct Run<'a> {
    source: Source<'a>,
    now: u64,
    subjects: [Subject; 2],
    version: Version,
}

impl Run<'_> {
    fn both(&mut self, act: impl Fn(&mut Subject, u64)) {
        self.subjects.iter_mut().for_each(|subject| act(subject, self.now));
    }

    /// A message from the counterparty: its body follows the header.
    fn message(&self, kind: &str, number: u64, dup: bool, body: &str) -> Vec<u8> {
        let mut times = Timestamps::new(Precision::Millis);
        let time = String::from_utf8_lossy(times.format(self.now)).into_owned();
        let dup = if dup { format!("43=Y|122={time}|") } else { String::new() };
        let head = format!("35={kind}|34={number}|49=THEM|52={time}|56=US|{dup}{body}");
        let body = head.replace('|', "\x01");
        let begin = self.version.begin_string();
        let text = format!("8={begin}\x019={}\x01{body}", body.len());
        let sum = text.bytes().fold(0_u8, |sum, byte| sum.wrapping_add(byte));
        format!("{text}10={sum:03}\x01").into_bytes()
    }

    /// One message to both, to the second in two pieces.
    fn feed(&mut self, bytes: &[u8]) {
        let cut = usize::from(self.source.next()) % bytes.len().max(1);
        let (left, right) = bytes.split_at(cut);
        let [whole, pieces] = &mut self.subjects;
        whole.feed(self.now, bytes);
        pieces.feed(self.now, left);
        pieces.feed(self.now, right);
    }

    /// A number near the expected one: mostly equal.
    fn number(&mut self) -> u64 {
        let expected = self.subjects[0].session.next_inbound();
        match self.source.below(8) {
            0 => (expected + 1 + u64::from(self.source.below(4))).min(1 << 40),
            1 => expected.saturating_sub(1 + u64::from(self.source.below(4))),
            2 => u64::from(self.source.next()),
            _ => expected,
        }
    }

    /// An application message or a Heartbeat, and what the model says of it.
    fn numbered(&mut self) {
        let number = self.number();
        let (dup, order) = (self.source.flag(), self.source.flag());
        let bytes = self.message(if order { "D" } else { "0" }, number, dup, "");
        let before = self.subjects[0].session.next_inbound();
        let up = matches!(self.subjects[0].session.state(), State::LoggedOn | State::LoggingOut);
        self.both(|subject, _| subject.delivered.clear());
        self.feed(&bytes);
        for subject in &self.subjects {
            let (after, delivered) = (subject.session.next_inbound(), &subject.delivered);
            assert!(delivered.windows(2).all(|two| two[0] < two[1]), "each once, in order");
            let taken = up && number == before;
            assert_eq!(delivered.first() == Some(&number), taken && order);
            if taken {
                assert!(after > before, "its number is used up");
            } else {
                assert!(delivered.is_empty() && after == before, "{number} is not {before}");
            }
            if up && number < before && !dup {
                assert_eq!(subject.session.state(), State::Closing);
            }
        }
    }

    fn admin(&mut self) {
        let number = self.number();
        let dup = self.source.below(4) == 1;
        let (kind, body) = match self.source.below(8) {
            0 => ("A", "98=0|108=30|".to_owned()),
            1 => ("A", "98=0|108=30|141=Y|".to_owned()),
            2 => ("1", "112=x|".to_owned()),
            3 => {
                let (begin, end) = (self.source.below(32), self.source.below(32));
                ("2", format!("7={begin}|16={end}|"))
            }
            4 | 5 => {
                let next = number + u64::from(self.source.below(5));
                let fill = if self.source.flag() { "Y" } else { "N" };
                ("4", format!("36={next}|123={fill}|"))
            }
            6 => ("3", "45=1|".to_owned()),
            _ => ("5", String::new()),
        };
        let bytes = self.message(kind, number, dup, &body);
        self.feed(&bytes);
    }

    /// A message in which one byte is another: as if it had not come.
    fn spoiled(&mut self) {
        let number = self.number();
        let mut bytes = self.message("D", number, false, "58=text|");
        let at = usize::from(self.source.next()) % bytes.len();
        bytes[at] ^= 1 << self.source.below(8);
        let before = self.subjects[0].session.next_inbound();
        self.feed(&bytes);
        assert_eq!(self.subjects[0].session.next_inbound(), before);
        if at < HEAD_BYTES {
            // A length that is too long swallows what follows.
            self.both(Subject::disconnect);
        }
    }

    /// Bytes that are no message, or the beginning of one that never ends.
    fn noise(&mut self) {
        let mut bytes: Vec<u8> = (0..self.source.below(40)).map(|_| self.source.next()).collect();
        // A digit would make `8=` another tag.
        bytes.push(1);
        self.feed(&bytes);
        if bytes.windows(3).any(|start| start == b"8=F") {
            self.both(Subject::disconnect);
        }
    }

    fn connect(&mut self) {
        self.both(Subject::disconnect);
        self.both(|subject, now| subject.session.on_connected(now));
        let expected = self.subjects[0].session.next_inbound();
        let bytes = self.message("A", expected, false, "98=0|108=30|1137=9|");
        self.feed(&bytes);
    }

    fn operate(&mut self) {
        let number = u64::from(self.source.next());
        let action = match self.source.below(4) {
            0 => Action::ResetNumbers,
            1 => Action::SetNextInbound(number),
            2 => Action::SetNextOutbound(number),
            _ => Action::Logout,
        };
        let results = self.subjects.each_mut().map(|subject| {
            let connected = subject.session.state() != State::Disconnected;
            let result = subject.session.operate(self.now, action);
            if !connected {
                subject.last_sent = subject.session.next_outbound() - 1;
            }
            result
        });
        assert_eq!(results[0], results[1]);
    }

    fn step(&mut self) {
        match self.source.below(32) {
            0..14 => self.numbered(),
            14..19 => self.admin(),
            19 => self.spoiled(),
            20..22 => self.noise(),
            22 => self.both(Subject::disconnect),
            23..26 => self.connect(),
            26 => self.operate(),
            27 => {
                self.now += u64::from(self.source.next()) * SECOND / 4;
                self.both(Subject::pass_time);
            }
            _ => self.both(|subject, now| {
                let sent = subject.session.send(now, b"8", |writer| writer.str(tag::TEXT, "x"));
                subject.log.push(format!("{sent:?}"));
            }),
        }
        self.both(|subject, _| subject.collect());
        let [whole, pieces] = &mut self.subjects;
        assert_eq!(whole.log, pieces.log, "pieces make a difference");
        assert_eq!(whole.session.next_inbound(), pieces.session.next_inbound());
        assert_eq!(whole.session.state(), pieces.session.state());
        whole.log.clear();
        pieces.log.clear();
    }
}

/// Plays what the bytes say.
///
/// # Panics
/// The session does not do what the model says.
pub(crate) fn play(bytes: &[u8]) {
    let mut source = Source(bytes);
    let role = if source.flag() { Role::Initiator } else { Role::Acceptor };
    let mut config = Config::new(role, "US", "THEM");
    config.version = Version::ALL[usize::from(source.next()) % Version::ALL.len()];
    config.transmit_capacity_bytes = TRANSMIT_BYTES;
    config.resend_chunk = u64::from(source.below(4));
    config.queue_capacity_bytes = usize::from(source.below(3)) * 300;
    config.last_msg_seq_num_processed = source.flag();
    config.next_expected_msg_seq_num = source.flag();
    config.reset_on_logout = source.below(4) == 1;
    config.reset_on_disconnect = source.below(4) == 1;
    config.accept_reset = source.below(4) != 1;
    config.recent_messages = 2;
    let version = config.version;
    let subjects = [Subject::new(&config), Subject::new(&config)];
    let mut run = Run { source, now: START, subjects, version };
    for _ in 0..STEPS_MAX {
        if run.source.0.is_empty() {
            return;
        }
        run.step();
    }
}

//! Two sessions over a virtual link that cuts streams into pieces, and cuts itself.

use proptest::prelude::*;

use crate::session::*;
use crate::store::{MemoryStore, Store};
use crate::tag;
use crate::version::Version;

const MILLISECOND: u64 = 1_000_000;
const START: u64 = 1_723_118_400_000 * MILLISECOND;

/// One side: what it was given to send, and what it was delivered.
pub(super) struct Side {
    pub(super) session: Session<MemoryStore>,
    pub(super) sent: u64,
    delivered: Vec<u64>,
    pub(super) ended: Option<DisconnectReason>,
}

pub(super) struct Pair {
    pub(super) now: u64,
    pub(super) sides: [Side; 2],
    /// Bytes that the link carries at once.
    piece: usize,
    /// Bytes until the link breaks.
    lifetime: usize,
}

impl Side {
    fn new(role: Role, names: [&str; 2], change: &dyn Fn(&mut Config)) -> Self {
        let mut config = Config::new(role, names[0], names[1]);
        config.transmit_capacity_bytes = config::MIN_TRANSMIT_BYTES;
        change(&mut config);
        let session = Session::new(config, MemoryStore::new(1 << 22)).unwrap();
        Self { session, sent: 0, delivered: Vec::new(), ended: None }
    }

    pub(super) fn send(&mut self, now: u64) {
        let number = self.sent + 1;
        let sent = self.session.send(now, b"D", |writer| writer.uint(tag::CL_ORD_ID, number));
        if sent.is_ok() {
            self.sent = number;
        }
    }

    fn receive(&mut self, now: u64, bytes: &[u8]) {
        let Self { session, delivered, ended, .. } = self;
        session.handle_bytes(now, bytes, &mut |event| match event {
            Event::Application { message, .. } => {
                delivered.push(message.get_u64(tag::CL_ORD_ID).expect("we sent a number"));
            }
            Event::Disconnect { reason } => *ended = Some(reason),
            _ => {}
        });
    }

    pub(super) fn pass_time(&mut self, now: u64) {
        let Self { session, ended, .. } = self;
        session.handle_timeout(now, &mut |event| {
            if let Event::Disconnect { reason } = event {
                *ended = Some(reason);
            }
        });
    }
}

impl Pair {
    fn new() -> Self {
        Self::with(&|_| {})
    }

    pub(super) fn with(change: &dyn Fn(&mut Config)) -> Self {
        let sides = [
            Side::new(Role::Initiator, ["US", "THEM"], change),
            Side::new(Role::Acceptor, ["THEM", "US"], change),
        ];
        Self { now: START, sides, piece: usize::MAX, lifetime: usize::MAX }
    }

    pub(super) fn connect(&mut self, lifetime: usize) {
        self.lifetime = lifetime;
        self.sides.iter_mut().for_each(|side| side.session.on_connected(self.now));
    }

    pub(super) fn cut(&mut self) {
        self.sides.iter_mut().for_each(|side| side.session.on_disconnected(self.now));
    }

    /// Carries bytes both ways until there are none, or the link breaks.
    pub(super) fn exchange(&mut self) {
        loop {
            let mut quiet = true;
            for from in 0..2 {
                let pending = self.sides[from].session.poll_transmit();
                let count = pending.len().min(self.piece).min(self.lifetime);
                let bytes = pending[..count].to_vec();
                self.sides[from].session.consume_transmit(count);
                self.lifetime -= count;
                quiet &= count == 0;
                self.sides[1 - from].receive(self.now, &bytes);
            }
            if self.lifetime == 0 {
                return self.cut();
            }
            if quiet {
                return;
            }
        }
    }

    /// Lets time pass from timeout to timeout.
    pub(super) fn wait(&mut self, ns: u64) {
        let end = self.now + ns;
        loop {
            let next = self.sides.iter().filter_map(|side| side.session.poll_timeout()).min();
            let Some(at) = next.filter(|at| *at <= end) else { break };
            self.now = at.max(self.now);
            self.sides.iter_mut().for_each(|side| side.pass_time(self.now));
            self.exchange();
        }
        self.now = end;
    }

    /// Each side has been delivered what the other has sent, each message once, in order, and
    /// the numbers agree.
    #[track_caller]
    pub(super) fn assert_complete(&self) {
        for (from, to) in [(0, 1), (1, 0)] {
            let expected: Vec<_> = (1..=self.sides[from].sent).collect();
            assert_eq!(self.sides[to].delivered, expected);
            let next = self.sides[from].session.next_outbound();
            assert_eq!(self.sides[to].session.next_inbound(), next);
            assert_eq!(self.sides[to].ended, None);
        }
    }
}

#[test]
fn orders_flow_both_ways_and_logout_ends_it() {
    let mut pair = Pair::new();
    pair.connect(usize::MAX);
    pair.exchange();
    for _ in 0..100 {
        pair.sides.iter_mut().for_each(|side| side.send(pair.now));
        pair.exchange();
    }
    pair.assert_complete();
    assert_eq!(pair.sides.each_ref().map(|side| side.sent), [100, 100]);
    pair.sides[0].session.logout(pair.now, "done");
    pair.exchange();
    for side in &pair.sides {
        assert_eq!(side.ended, Some(DisconnectReason::LoggedOut));
    }
}

#[test]
fn a_quiet_day_is_a_day_of_heartbeats() {
    let mut pair = Pair::new();
    pair.connect(usize::MAX);
    pair.exchange();
    pair.wait(86_400_000 * MILLISECOND);
    pair.assert_complete();
    for side in &pair.sides {
        assert!((2800..=2900).contains(&side.session.counters().sent));
        assert_eq!(side.session.counters().test_requests_sent, 0);
    }
}

#[test]
fn pieces_of_any_size_give_the_same() {
    for piece in 1..200 {
        let mut pair = Pair::new();
        pair.piece = piece;
        pair.connect(usize::MAX);
        pair.exchange();
        for _ in 0..5 {
            pair.sides.iter_mut().for_each(|side| side.send(pair.now));
        }
        pair.exchange();
        pair.assert_complete();
        assert_eq!(pair.sides.each_ref().map(|side| side.sent), [5, 5]);
    }
}

#[test]
fn a_link_cut_at_any_byte_loses_nothing() {
    for lifetime in 1..1200 {
        let mut pair = Pair::new();
        pair.connect(lifetime);
        pair.exchange();
        for _ in 0..4 {
            pair.sides.iter_mut().for_each(|side| side.send(pair.now));
            pair.exchange();
        }
        pair.cut();
        pair.connect(usize::MAX);
        pair.exchange();
        pair.sides.iter_mut().for_each(|side| side.send(pair.now));
        pair.exchange();
        pair.assert_complete();
    }
}

/// Many times more than the transmit buffer holds, with new messages sent meanwhile.
#[test]
fn a_replay_longer_than_the_buffer_arrives_whole() {
    let mut pair = Pair::new();
    pair.connect(usize::MAX);
    pair.exchange();
    for _ in 0..5000 {
        pair.sides[0].send(pair.now);
        // Taken by the socket, never arrived.
        let count = pair.sides[0].session.poll_transmit().len();
        pair.sides[0].session.consume_transmit(count);
    }
    pair.cut();
    pair.connect(usize::MAX);
    pair.piece = 700;
    for _ in 0..2000 {
        for from in 0..2 {
            let pending = pair.sides[from].session.poll_transmit();
            let count = pending.len().min(700);
            let bytes = pending[..count].to_vec();
            pair.sides[from].session.consume_transmit(count);
            pair.sides[1 - from].receive(pair.now, &bytes);
        }
        pair.sides[0].send(pair.now);
    }
    pair.exchange();
    pair.assert_complete();
    assert!(pair.sides[0].sent > 6900, "{}", pair.sides[0].sent);
    let counters = *pair.sides[1].session.counters();
    assert_eq!((counters.gaps, counters.above_gap, counters.duplicates), (1, 0, 0));
}

/// The owner's record decides: what it has not seen is delivered again.
#[test]
fn an_inbound_number_set_back_is_filled_again() {
    let mut pair = Pair::new();
    pair.connect(usize::MAX);
    pair.exchange();
    for _ in 0..10 {
        pair.sides[0].send(pair.now);
    }
    pair.exchange();
    pair.cut();
    // Logon is 1, order n is n + 1: the last three were not recorded.
    pair.sides[1].session.set_next_inbound(9);
    pair.sides[1].delivered.truncate(7);
    pair.connect(usize::MAX);
    pair.exchange();
    pair.assert_complete();
}

#[test]
fn the_store_shows_what_was_sent() {
    let mut pair = Pair::new();
    pair.connect(usize::MAX);
    pair.exchange();
    pair.sides[0].send(pair.now);
    let store = pair.sides[0].session.store();
    let kept: Vec<_> = store.messages().map(|kept| (kept.msg_seq_num, kept.admin)).collect();
    assert_eq!(kept, [(1, true), (2, false)]);
}

/// What the random test does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send(usize),
    Exchange,
    Wait(u64),
    Cut,
    /// Connect (after a cut) over a link that breaks after so many bytes.
    Connect(usize),
    Piece(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..2_usize).prop_map(Step::Send),
        4 => Just(Step::Exchange),
        2 => (1..40_000_u64).prop_map(Step::Wait),
        1 => Just(Step::Cut),
        3 => (1..3000_usize).prop_map(Step::Connect),
        1 => (1..300_usize).prop_map(Step::Piece),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn every_message_arrives_once_and_in_order(
        steps in prop::collection::vec(step(), 1..120),
        version in prop::sample::select(Version::ALL.to_vec()),
        queue_bytes in prop_oneof![Just(0), 1..2000_usize],
        chunk in 0..4_u64,
        (processed, next_expected) in any::<(bool, bool)>(),
    ) {
        let mut pair = Pair::with(&|config| {
            config.version = version;
            config.queue_capacity_bytes = queue_bytes;
            config.resend_chunk = chunk;
            config.last_msg_seq_num_processed = processed;
            config.next_expected_msg_seq_num = next_expected;
        });
        for step in steps {
            match step {
                Step::Send(side) => pair.sides[side].send(pair.now),
                Step::Exchange => pair.exchange(),
                Step::Wait(ms) => pair.wait(ms * MILLISECOND),
                Step::Cut => pair.cut(),
                Step::Connect(lifetime) => {
                    pair.cut();
                    pair.connect(lifetime);
                }
                Step::Piece(piece) => pair.piece = piece,
            }
            // A side may have run out of patience with a link that was never carried on.
            if pair.sides.iter().any(|side| side.ended.is_some()) {
                pair.cut();
                pair.sides.iter_mut().for_each(|side| side.ended = None);
            }
        }
        pair.cut();
        pair.connect(usize::MAX);
        pair.exchange();
        pair.sides.iter_mut().for_each(|side| side.send(pair.now));
        pair.exchange();
        pair.assert_complete();
    }
}

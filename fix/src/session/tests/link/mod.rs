//! Two sessions over a link that does to them what networks and machines do: bytes come in any
//! pieces, late, only some of them, or changed; connections end at any byte, noticed by one
//! side before the other; processes die at any write to their store.
//!
//! Whatever happened, once it stops: each order has been delivered once and in order, and the
//! numbers agree. Everything follows from a seed and in virtual time.

mod disk;
mod side;

use std::collections::VecDeque;

use proptest::prelude::*;

use crate::session::*;
use crate::version::Version;

use side::Side;

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1000 * MILLISECOND;
const START: u64 = 1_723_118_400 * SECOND;

/// What the sockets' buffers hold, each way.
const WIRE_BYTES: usize = 6000;

/// Bytes between two that are changed: no message is changed twice, so CheckSum shows it.
const CHANGED_EVERY: usize = 3000;

/// How long two sessions may take to agree once nothing disturbs them: the patience of
/// heartbeats, resends and logouts, one after the other.
const HEALING_NS: u64 = 400 * SECOND;

/// Turns in which bytes move while no time passes: more is a conversation without end.
const TURNS_MAX: usize = 20_000;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// One direction of a connection.
#[derive(Default)]
struct Wire {
    bytes: VecDeque<u8>,
    /// Nothing more will come.
    closed: bool,
    since_change: usize,
}

struct World {
    random: Random,
    now: u64,
    sides: [Side; 2],
    /// From each side to the other.
    wires: [Wire; 2],
    /// Bytes are changed on the way.
    hostile: bool,
}

/// What a run is like.
#[derive(Clone, Debug)]
struct Setting {
    version: Version,
    queue_bytes: usize,
    chunk: u64,
    processed: bool,
    next_expected: bool,
    resets: Resets,
    hostile: bool,
}

/// When numbers begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resets {
    Never,
    OnLogon,
    OnLogout,
    OnDisconnect,
    /// A person does it, in mid-session.
    ByHand,
}

impl World {
    fn new(seed: u64, setting: &Setting) -> Self {
        let side = |role, us, them| {
            let mut config = Config::new(role, us, them);
            config.version = setting.version;
            config.transmit_capacity_bytes = config::MIN_TRANSMIT_BYTES;
            config.queue_capacity_bytes = setting.queue_bytes;
            config.resend_chunk = setting.chunk;
            config.last_msg_seq_num_processed = setting.processed;
            config.next_expected_msg_seq_num = setting.next_expected;
            config.reset_on_logon = setting.resets == Resets::OnLogon;
            config.reset_on_logout = setting.resets == Resets::OnLogout;
            config.reset_on_disconnect = setting.resets == Resets::OnDisconnect;
            Side::new(config, setting.resets != Resets::Never)
        };
        let sides = [side(Role::Initiator, "US", "THEM"), side(Role::Acceptor, "THEM", "US")];
        let wires = [Wire::default(), Wire::default()];
        Self { random: Random(seed), now: START, sides, wires, hostile: setting.hostile }
    }

    /// The initiator connects; the acceptor drops what it had.
    fn connect(&mut self) {
        if self.sides.iter().any(Side::is_dead) || self.sides[0].connected {
            return;
        }
        self.wires = [Wire::default(), Wire::default()];
        self.sides[1].disconnect(self.now);
        self.sides.iter_mut().for_each(|side| side.connect(self.now));
    }

    /// Ends the connection; of what is on its way a part still arrives.
    fn cut(&mut self) {
        for wire in &mut self.wires {
            let rest = self.random.below(wire.bytes.len() + 1);
            wire.bytes.truncate(rest);
            wire.closed = true;
        }
    }

    /// The socket takes some bytes of a session; says whether it took any.
    fn transmit(&mut self, from: usize, most: usize) -> bool {
        let (side, wire) = (&mut self.sides[from], &mut self.wires[from]);
        if !side.connected || side.is_dead() {
            return false;
        }
        if wire.closed {
            side.disconnect(self.now);
            return true;
        }
        let room = WIRE_BYTES - wire.bytes.len().min(WIRE_BYTES);
        let pending = side.session.poll_transmit();
        let count = pending.len().min(room).min(most);
        wire.bytes.extend(&pending[..count]);
        side.session.consume_transmit(count);
        if self.hostile && count > 0 {
            wire.since_change += count;
            if wire.since_change > CHANGED_EVERY {
                wire.since_change = 0;
                let at = wire.bytes.len() - 1 - self.random.below(count);
                wire.bytes[at] ^= 1 << self.random.below(8);
            }
        }
        // A driver closes when the session is done and all is written.
        if side.ended.is_some() && side.session.poll_transmit().is_empty() {
            side.disconnect(self.now);
            wire.closed = true;
            self.wires[1 - from].closed = true;
            return true;
        }
        count > 0
    }

    /// Some bytes arrive, or the end of the connection; says whether anything did.
    fn deliver(&mut self, to: usize, most: usize) -> bool {
        let (side, wire) = (&mut self.sides[to], &mut self.wires[1 - to]);
        if !side.connected || side.is_dead() {
            return false;
        }
        let count = wire.bytes.len().min(most);
        let bytes: Vec<u8> = wire.bytes.drain(..count).collect();
        if count == 0 {
            if wire.closed {
                side.disconnect(self.now);
            }
            return wire.closed;
        }
        side.receive(self.now, &bytes);
        self.bury();
        true
    }

    /// The connection of a dead process ends.
    fn bury(&mut self) {
        if self.sides.iter().any(Side::is_dead) && !self.wires[0].closed {
            self.cut();
        }
    }

    /// Time passes, from timeout to timeout.
    fn wait(&mut self, ns: u64) {
        let end = self.now + ns;
        loop {
            let due = |side: &Side| side.session.poll_timeout().filter(|_| !side.is_dead());
            let next = self.sides.iter().filter_map(due).min();
            let Some(at) = next.filter(|at| *at <= end) else { break };
            self.now = at.max(self.now);
            for side in self.sides.iter_mut().filter(|side| !side.is_dead()) {
                side.pass_time(self.now);
            }
            self.bury();
            if self.sides.iter().any(|side| side.ended.is_some()) {
                break;
            }
        }
        self.now = self.now.max(end.min(self.now + ns));
    }

    fn step(&mut self, by_hand: bool) {
        let side = self.random.below(2);
        let most = 1 + self.random.below(2000);
        match self.random.below(100) {
            _ if self.sides[side].is_dead() => self.sides[side].restart(),
            0..30 => self.sides[side].send(self.now),
            30..55 => drop(self.transmit(side, most)),
            55..80 => drop(self.deliver(side, most)),
            80..88 => {
                let ms = self.random.below(2000) as u64;
                self.wait(ms * MILLISECOND);
            }
            88 => {
                let ms = self.random.below(40_000) as u64;
                self.wait(ms * MILLISECOND);
            }
            89 => self.cut(),
            90 => {
                let writes = self.random.below(8) as u32;
                self.sides[side].kill_after(writes);
            }
            91 => self.sides[side].session.logout(self.now, ""),
            92 if by_hand => {
                // Refused at most times.
                let _ = self.sides[side].session.operate(self.now, Action::ResetNumbers);
            }
            _ => self.connect(),
        }
        self.bury();
    }

    /// Nothing disturbs any more: everything moves until nothing does.
    fn settle(&mut self) {
        for _ in 0..TURNS_MAX {
            let mut moved = false;
            for side in 0..2 {
                if self.sides[side].is_dead() {
                    self.sides[side].restart();
                    moved = true;
                }
                moved |= self.transmit(side, usize::MAX);
                moved |= self.deliver(side, usize::MAX);
            }
            if !moved {
                return;
            }
        }
        panic!("the two talk without end");
    }

    fn is_complete(&self) -> bool {
        let up = self.sides.iter().all(|side| side.session.state() == State::LoggedOn);
        let agreed = [(0, 1), (1, 0)].into_iter().all(|(from, to)| {
            let (from, to) = (&self.sides[from], &self.sides[to]);
            let last = to.delivered.last().copied().unwrap_or(0);
            from.session.next_outbound() == to.session.next_inbound() && last == from.sent
        });
        up && agreed
    }

    /// Lets the two come together again, and sends a last order each way.
    fn heal(&mut self) {
        self.hostile = false;
        self.sides.iter_mut().for_each(Side::spare);
        let deadline = self.now + HEALING_NS;
        let mut last_orders = 0;
        while last_orders < 2 || !self.is_complete() {
            assert!(self.now < deadline, "they do not agree: {}", self.describe());
            self.settle();
            let reasons = self.sides.each_ref().map(|side| side.ended);
            assert_eq!(reasons, [None; 2], "the driver has closed");
            if !self.sides[0].connected {
                self.look_after();
                self.now += SECOND;
                self.connect();
            } else if self.is_settled() && last_orders < 2 {
                last_orders += 1;
                self.sides.iter_mut().for_each(|side| side.send(self.now));
            } else {
                self.wait(SECOND);
            }
        }
    }

    /// Where a reset got lost with a connection or a process, the two can disagree for good:
    /// a person begins both again.
    fn look_after(&mut self) {
        let [us, them] = self.sides.each_ref().map(|side| side.disagreed && side.resets);
        if us || them {
            self.sides.iter_mut().for_each(|side| side.disconnect(self.now));
            self.sides.iter_mut().for_each(|side| side.reset(self.now));
        }
    }

    fn is_settled(&self) -> bool {
        self.sides.iter().all(|side| side.session.state() == State::LoggedOn)
    }

    fn describe(&self) -> String {
        let side = |side: &Side| {
            format!(
                "{:?} out {} in {} sent {} got {:?}",
                side.session.state(),
                side.session.next_outbound(),
                side.session.next_inbound(),
                side.sent,
                side.delivered.last()
            )
        };
        self.sides.each_ref().map(side).join("; ")
    }

    /// Without resets nothing is lost; with them the order at least is kept, see [`Side`].
    fn assert_complete(&self) {
        for (from, to) in [(0, 1), (1, 0)] {
            let (sent, delivered) = (self.sides[from].sent, &self.sides[to].delivered);
            if !self.sides[to].resets {
                assert_eq!(*delivered, (1..=sent).collect::<Vec<_>>());
            }
        }
    }
}

fn run(seed: u64, steps: usize, setting: &Setting) -> World {
    let mut world = World::new(seed, setting);
    for _ in 0..steps {
        world.step(setting.resets == Resets::ByHand);
    }
    world.heal();
    world.assert_complete();
    world
}

fn setting(resets: impl Strategy<Value = Resets>) -> impl Strategy<Value = Setting> {
    let options = (any::<(bool, bool, bool)>(), prop_oneof![Just(0), 1..3000_usize], 0..5_u64);
    let version = prop::sample::select(Version::ALL.to_vec());
    (version, options, resets).prop_map(|(version, options, resets)| {
        let ((processed, next_expected, hostile), queue_bytes, chunk) = options;
        Setting { version, queue_bytes, chunk, processed, next_expected, resets, hostile }
    })
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(
        seed in any::<u64>(),
        steps in 1..400_usize,
        setting in setting(Just(Resets::Never)),
    ) {
        run(seed, steps, &setting);
    }

    #[test]
    fn numbers_that_begin_again_still_meet(
        seed in any::<u64>(),
        steps in 1..400_usize,
        setting in setting(prop::sample::select(vec![
            Resets::OnLogon,
            Resets::OnLogout,
            Resets::OnDisconnect,
            Resets::ByHand,
        ])),
    ) {
        run(seed, steps, &setting);
    }
}

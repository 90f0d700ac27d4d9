//! Sequences of updates and snapshots, by table and against a model.

use std::collections::BTreeMap;

use gannet_types::{Lots, Ticks};
use proptest::prelude::*;

use super::*;
use crate::venues::binance_usdm::BinanceUsdm;

/// Writes down what it sees, one word a message, and checks that depth pieces fit together.
#[derive(Default)]
struct Script {
    words: Vec<String>,
    levels: usize,
    book: BTreeMap<(bool, i64), i64>,
    ids: Vec<u64>,
}

impl MarketSink for Script {
    fn on_market(&mut self, market: &Market<'_>) {
        match market.event {
            MarketEvent::Depth(depth) => {
                let count = depth.bids.len() + depth.asks.len();
                assert!(count <= Depth::LEVELS_MAX, "a piece fits its bound");
                assert!(depth.last || count == Depth::LEVELS_MAX, "pieces are full but the last");
                self.levels += count;
                if depth.kind == DepthKind::SnapshotStart {
                    self.book.clear();
                }
                for (side, levels) in [(false, depth.bids), (true, depth.asks)] {
                    for level in levels {
                        self.book.insert((side, level.price.0), level.lots.0);
                    }
                }
                self.book.retain(|_, lots| *lots != 0);
                let kind = match depth.kind {
                    DepthKind::SnapshotStart => "S",
                    DepthKind::SnapshotPart => "s",
                    DepthKind::Delta => "d",
                };
                let more = if depth.last { "" } else { "+" };
                self.words.push(format!("{kind}{}{more}", depth.update_id));
                self.ids.push(depth.update_id);
            }
            MarketEvent::Feed(FeedState::Live) => self.words.push("live".into()),
            MarketEvent::Feed(FeedState::Stale(reason)) => self.words.push(format!("{reason:?}")),
            other => panic!("a book gives no {other:?}"),
        }
    }
}

struct Rig {
    sync: BookSync<BinanceUsdm>,
    sink: Script,
    counters: FeedCounters,
}

impl Rig {
    fn new() -> Self {
        Self {
            sync: BookSync::new(InstrumentId(0)),
            sink: Script::default(),
            counters: FeedCounters::default(),
        }
    }

    fn with(&mut self, act: impl FnOnce(&mut BookSync<BinanceUsdm>, &mut Emitter<'_, Script>)) {
        let received = Nanos(1);
        let (sink, counters) = (&mut self.sink, &mut self.counters);
        act(&mut self.sync, &mut Emitter { received, sink, counters });
    }

    fn update(&mut self, sequence: Sequence, bids: &[Level]) {
        let update = Update { sequence, exchange_time: Nanos(2), bids, asks: &[] };
        self.with(|sync, out| sync.handle_update(&update, out));
    }

    fn snapshot(&mut self, update_id: u64, bids: &[Level], asks: &[Level]) {
        let mut levels = BookLevels::new();
        for (side, given) in [(&mut levels.bids, bids), (&mut levels.asks, asks)] {
            given.iter().for_each(|&level| side.push(level).expect("room"));
        }
        let snapshot = Snapshot { update_id, exchange_time: Nanos(2) };
        self.with(|sync, out| sync.handle_snapshot(snapshot, &levels, out));
    }

    /// `3-5<2`: update 3 to 5 after 2; `=4`: snapshot 4; `x4`: crossed snapshot; `?`: malformed.
    fn run(&mut self, script: &str) {
        for word in script.split_whitespace() {
            if let Some(update_id) = word.strip_prefix('=') {
                self.snapshot(update_id.parse().expect("id"), &[level(9, 1)], &[level(10, 1)]);
            } else if let Some(update_id) = word.strip_prefix('x') {
                self.snapshot(update_id.parse().expect("id"), &[level(9, 1)], &[level(9, 1)]);
            } else if word == "?" {
                self.with(|sync, out| sync.lose(StaleReason::Malformed, out));
            } else {
                let numbers: Vec<u64> =
                    word.split(['-', '<']).map(|number| number.parse().expect("id")).collect();
                let [first, last, previous] = numbers[..] else { panic!("{word}") };
                self.update(Sequence { first, last, previous }, &[level(9, 1)]);
            }
        }
    }
}

fn level(price: i64, lots: i64) -> Level {
    Level { price: Ticks(price), lots: Lots(lots) }
}

/// Runs `script` and compares what the sink saw, then `gaps stale_drops old_snapshots wants`.
#[track_caller]
fn check(script: &str, expected: &str, counts: (u64, u64, u64, bool)) {
    let mut rig = Rig::new();
    rig.run(script);
    assert_eq!(rig.sink.words.join(" "), expected, "{script}");
    let FeedCounters { gaps, stale_drops, old_snapshots, .. } = rig.counters;
    assert_eq!((gaps, stale_drops, old_snapshots, rig.sync.wants_snapshot()), counts, "{script}");
}

#[test]
fn every_event_in_every_state_does_what_it_must() {
    // Nothing yet.
    check("", "", (0, 0, 0, false));
    check("?", "Malformed", (0, 0, 0, false));
    check("x4", "BadSnapshot", (0, 0, 0, false));
    check("=4", "", (0, 0, 0, false));
    // Updates wait.
    check("1-3<0 4-6<3", "", (0, 0, 0, true));
    check("1-3<0 4-6<3 =5", "S5 d6 live", (0, 0, 0, false));
    check("1-3<0 4-6<3 =3", "S3 d3 d6 live", (0, 0, 0, false));
    check("1-3<0 4-6<3 =6", "S6 d6 live", (0, 0, 0, false));
    check("4-6<3 =2", "", (0, 0, 1, true));
    check("4-6<3 =2 7-8<6 =7", "S7 d8 live", (0, 0, 1, false));
    check("4-6<3 =3", "S3 d6 live", (0, 0, 0, false));
    check("4-6<3 x5", "BadSnapshot", (0, 0, 0, true));
    check("4-6<3 x5 =5", "BadSnapshot S5 d6 live", (0, 0, 0, false));
    check("4-6<3 4-6<3 7-8<6 =5", "S5 d6 d8 live", (0, 1, 0, false));
    check("1-3<0 7-8<6 =2", "", (1, 0, 1, true));
    check("1-3<0 7-8<6 =7", "S7 d8 live", (1, 0, 0, false));
    check("4-6<3 ? =5", "Malformed", (0, 0, 0, false));
    // A snapshot is held, because every update so far is in it.
    check("=4 1-3<0", "", (0, 1, 0, false));
    check("1-3<0 =4 4-6<3", "S4 d6 live", (0, 0, 0, false));
    check("=4 3-6<2", "S4 d6 live", (0, 0, 0, false));
    check("=4 5-6<4", "S4 d6 live", (0, 0, 0, false));
    check("=4 6-7<5", "", (0, 0, 1, true));
    check("=4 6-7<5 =6", "S6 d7 live", (0, 0, 1, false));
    check("=4 =6 6-7<5", "S6 d7 live", (0, 0, 0, false));
    check("=4 ? 3-6<2", "Malformed", (0, 0, 0, true));
    // Live.
    check("=4 3-6<2 7-8<6 9-9<8", "S4 d6 live d8 d9", (0, 0, 0, false));
    check("=4 3-6<2 7-8<6 7-8<6 9-9<8", "S4 d6 live d8 d9", (0, 1, 0, false));
    check("=4 3-6<2 =9 x9 7-8<6", "S4 d6 live d8", (0, 2, 0, false));
    check("=4 3-6<2 9-9<8 10-11<9", "S4 d6 live Gap", (1, 0, 0, true));
    check("=4 3-6<2 9-9<8 10-11<9 =10", "S4 d6 live Gap S10 d11 live", (1, 0, 0, false));
    check("=4 3-6<2 9-9<8 7-8<6 10-11<9 =10", "S4 d6 live Gap S10 d11 live", (3, 0, 0, false));
    check("=4 3-6<2 9-9<8 x9 =9", "S4 d6 live Gap BadSnapshot S9 d9 live", (1, 0, 0, false));
    check("=4 3-6<2 1-2<0 =2", "S4 d6 live Gap S2 d2 live", (1, 0, 0, false));
    check("=4 3-6<2 ? 7-8<6", "S4 d6 live Malformed", (0, 0, 0, true));
    check("=4 3-6<2 ? 7-8<6 =8", "S4 d6 live Malformed S8 d8 live", (0, 0, 0, false));
}

#[test]
fn a_snapshot_must_be_a_book() {
    let (bid, ask) = ([level(9, 1)], [level(10, 1)]);
    let bad: [(&[Level], &[Level]); 6] = [
        (&[], &[]),
        (&bid, &[]),
        (&[], &ask),
        (&ask, &ask),
        (&[level(1, 1), level(11, 1)], &[level(12, 1), level(10, 1)]),
        (&[level(8, 0)], &ask),
    ];
    for (bids, asks) in bad {
        let mut rig = Rig::new();
        rig.snapshot(4, bids, asks);
        assert_eq!(rig.sink.words, ["BadSnapshot"], "{bids:?} {asks:?}");
        assert_eq!(rig.counters.bad_snapshots, 1);
    }
}

#[test]
fn long_messages_come_in_pieces() {
    let side = |count: i64, from: i64| (from..from + count).map(|price| level(price, 1)).collect();
    let (bids, asks): (Vec<_>, Vec<_>) = (side(700, 1), side(400, 1_000));
    let mut rig = Rig::new();
    rig.snapshot(4, &bids, &asks);
    rig.update(Sequence { first: 4, last: 5, previous: 3 }, &bids[..512]);
    rig.update(Sequence { first: 6, last: 6, previous: 5 }, &bids[..513]);
    rig.update(Sequence { first: 7, last: 7, previous: 6 }, &[]);
    assert_eq!(rig.sink.words.join(" "), "S4+ s4+ s4 d5 live d6+ d6 d7");
    assert_eq!(rig.sink.levels, 1_100 + 512 + 513);
    assert_eq!(rig.counters.market_events, rig.sink.words.len() as u64);
}

#[test]
fn a_full_buffer_starts_again_with_the_last_update() {
    let bids: Vec<_> = (1..=BookLevels::SIDE_MAX as i64).map(|price| level(price, 1)).collect();
    let mut rig = Rig::new();
    for id in 1..=9 {
        rig.update(Sequence { first: id, last: id, previous: id - 1 }, &bids);
    }
    assert_eq!(rig.sink.words, ["Overflow"]);
    assert_eq!(rig.counters.overflows, 1);
    rig.run("=8");
    assert_eq!(rig.counters.old_snapshots, 0, "number 9 follows 8 directly");
    assert_eq!(rig.sync.state(), FeedState::Live);
}

/// What the venue knows: update `id` (one change each) sets a bid to `id` lots.
fn truth(update_id: u64) -> BTreeMap<(bool, i64), i64> {
    let mut book = BTreeMap::from([((true, 1_000), 1)]);
    for id in 1..=update_id as i64 {
        book.insert((false, id % 13), if id % 5 == 0 { 0 } else { id });
    }
    book.retain(|_, lots| *lots != 0);
    book
}

proptest! {
    /// However updates are lost, repeated, exchanged, and snapshots late: while live, the book
    /// is the venue's, and the updates of one life are all there.
    #[test]
    fn a_live_book_is_the_venues_book(
        steps in proptest::collection::vec((0..20_u8, 1..4_u64, 0..6_u64), 1..120),
    ) {
        let mut rig = Rig::new();
        let (mut sent, mut previous) = (2_u64, 1_u64);
        let mut delayed = None;
        for (kind, count, age) in steps {
            let first = previous + 1;
            let sequence = Sequence { first, last: previous + count, previous };
            match kind {
                0..3 => {
                    let update_id = sent.saturating_sub(age).max(2);
                    let book = truth(update_id);
                    let side = |asks: bool| -> Vec<Level> {
                        let own = book.iter().filter(|((side, _), _)| *side == asks);
                        own.map(|((_, price), lots)| level(*price, *lots)).collect()
                    };
                    rig.snapshot(update_id, &side(false), &side(true));
                    prop_assert_eq!(rig.counters.bad_snapshots, 0);
                    continue;
                }
                3 => rig.with(|sync, out| sync.lose(StaleReason::Malformed, out)),
                4 => {}
                5 => delayed = Some(sequence),
                _ => send(&mut rig, sequence),
            }
            if kind > 3 {
                (sent, previous) = (sequence.last, sequence.last);
            }
            match (kind, delayed) {
                (6, _) => send(&mut rig, sequence),
                (7, Some(late)) => send(&mut rig, late),
                _ => {}
            }
            if rig.sync.state() == FeedState::Live {
                let last = *rig.sink.ids.last().expect("a live book was sent");
                prop_assert_eq!(&rig.sink.book, &truth(last));
            }
        }
    }
}

fn send(rig: &mut Rig, sequence: Sequence) {
    let bids: Vec<Level> = (sequence.first..=sequence.last)
        .map(|id| id as i64)
        .map(|id| level(id % 13, if id % 5 == 0 { 0 } else { id }))
        .collect();
    rig.update(sequence, &bids);
}

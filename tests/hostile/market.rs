//! Venue bytes that are not what a venue should send.

use gannet_feeds::FeedCounters;
use gannet_tests::desk::{Desk, lively};
use gannet_tests::random::Random;
use gannet_types::{FeedState, InstrumentId, RequestKind};
use proptest::prelude::*;

/// Half a minute of market.
const FRAMES: usize = 3_000;

fn desk() -> Desk {
    let mut desk = Desk::start(lively(""), 5);
    desk.play(FRAMES);
    desk
}

fn counters(desk: &Desk) -> FeedCounters {
    *desk.market.session().counters()
}

fn is_live(desk: &Desk) -> bool {
    desk.market.session().state(InstrumentId(0)) == Some(FeedState::Live)
}

fn new_orders(desk: &Desk) -> usize {
    desk.inlet.venue.sent.iter().filter(|request| request.kind == RequestKind::New).count()
}

/// The book is whole again and orders go out.
#[track_caller]
fn check_works(desk: &mut Desk) {
    let before = new_orders(desk);
    desk.play(2 * FRAMES);
    assert!(is_live(desk), "{:?}", desk.market.session().state(InstrumentId(0)));
    assert!(new_orders(desk) > before, "no order after the trouble");
    let pipeline = desk.inlet.engine.pipeline();
    assert_eq!(pipeline.counters().crossed_books, 0);
    assert!(pipeline.book(InstrumentId(0)).is_some_and(|book| book.is_usable()));
    assert!(desk.inlet.engine.failure().is_none());
}

#[test]
fn malformed_json_is_counted_and_costs_a_snapshot() {
    let cases: &[&[u8]] = &[
        b"",
        b"{",
        b"not json",
        b"{\"stream\":\"btcusdt@depth@0ms\",\"data\":{\"e\":\"depthUpdate\"}}",
        b"{\"stream\":\"btcusdt@depth@0ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":",
        b"\xff\xfe\x00",
        b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];
    let mut desk = desk();
    for bytes in cases {
        let (now, before) = (desk.now, counters(&desk));
        assert!(is_live(&desk));
        desk.market.deliver_hostile(now, bytes, &mut desk.inlet);
        let text = String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(counters(&desk).malformed, before.malformed + 1, "{text}");
        assert!(!is_live(&desk), "what was lost is not known: {text}");
        check_works(&mut desk);
        assert!(counters(&desk).snapshots > before.snapshots, "{text}");
    }
}

#[test]
fn a_bad_price_is_counted_and_not_believed() {
    let ticker = |price: &str| {
        format!(
            "{{\"stream\":\"btcusdt@bookTicker\",\"data\":{{\"e\":\"bookTicker\",\
             \"u\":9000000000000,\"s\":\"BTCUSDT\",\"b\":\"{price}\",\"B\":\"2.507\",\
             \"a\":\"61800.30\",\"A\":\"2.510\",\"T\":1723161256313,\"E\":1723161256313}}}}"
        )
    };
    let mut desk = desk();
    for price in ["61800.25", "99999999999999999999.90", "922337203685477580.70"] {
        let (now, before) = (desk.now, counters(&desk));
        let top = desk.inlet.engine.pipeline().top(InstrumentId(0));
        desk.market.deliver_hostile(now, ticker(price).as_bytes(), &mut desk.inlet);
        let after = counters(&desk);
        let refused = after.bad_prices + after.malformed;
        assert_eq!(refused, before.bad_prices + before.malformed + 1, "{price}");
        assert_eq!(desk.inlet.engine.pipeline().top(InstrumentId(0)), top, "{price}");
    }
    check_works(&mut desk);
}

#[test]
fn a_crossed_or_empty_snapshot_is_counted_and_asked_for_again() {
    let cases = [
        "{\"lastUpdateId\":9,\"E\":1,\"T\":1,\"bids\":[[\"10.20\",\"1.000\"]],\
         \"asks\":[[\"10.10\",\"1.000\"]]}",
        "{\"lastUpdateId\":9,\"E\":1,\"T\":1,\"bids\":[],\"asks\":[]}",
        "{\"lastUpdateId\":9,\"E\":1,\"T\":1,\"bids\":[[\"10.20\",\"1.000\"]],\"asks\":[]}",
    ];
    let mut desk = desk();
    for body in cases {
        let (now, before) = (desk.now, counters(&desk));
        desk.market.deliver_hostile(now, b"lost", &mut desk.inlet);
        desk.market.deliver_hostile_snapshot(now, body.as_bytes(), &mut desk.inlet);
        assert_eq!(counters(&desk).bad_snapshots, before.bad_snapshots + 1, "{body}");
        assert!(!is_live(&desk), "{body}");
        check_works(&mut desk);
    }
}

#[test]
fn spoiled_frames_and_snapshots_never_panic() {
    let mut desk = desk();
    let mut random = Random::new(11);
    for round in 0..4_000 {
        desk.play(1);
        let mut frame = desk.market.frame().to_vec();
        random.spoil(&mut frame);
        let now = desk.now;
        if round % 50 == 0 {
            desk.market.deliver_hostile_snapshot(now, &frame, &mut desk.inlet);
        } else {
            desk.market.deliver_hostile(now, &frame, &mut desk.inlet);
        }
    }
    assert!(desk.inlet.engine.failure().is_none());
    let counted = counters(&desk);
    assert!(counted.malformed > 100, "{counted:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut desk = Desk::start(lively(""), 5);
        let now = desk.now;
        desk.market.deliver_hostile(now, &bytes, &mut desk.inlet);
        desk.market.deliver_hostile_snapshot(now, &bytes, &mut desk.inlet);
    }
}

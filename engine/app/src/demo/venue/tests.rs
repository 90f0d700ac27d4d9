//! The real feed connects to the venue, over loopback and in made-up time.

use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{BookLevels, VenueFeed};
use gannet_net::http::HttpClient;
use gannet_net::tls::TlsClientConfig;
use gannet_net::url::Url;
use gannet_sim::{Generator, GeneratorConfig};
use gannet_types::{Level, Side};

use super::*;
use crate::agents::feed_link::FeedLink;
use crate::agents::market_feed::MarketFeed;
use crate::demo::source::SnapshotAnswer;
use crate::demo::testing::{
    BookSink, LOOPBACK, Recording, TURN, TURNS_MAX, certificates, feed, instrument, record,
};

const SEED: u64 = 11;

fn venue(tls: Option<TlsServerConfig>, speed: Speed, subscribers: usize) -> Venue {
    let source = MarketSource::generated(SEED, GeneratorConfig::default());
    let options = VenueOptions { speed, subscribers };
    Venue::bind(LOOPBACK, tls, source, options).expect("a free port")
}

/// Runs venue and feeds until each feed has seen `deltas` updates of a joined book.
fn run(venue: &mut Venue, feeds: &mut [(FeedLink<BinanceUsdm>, BookSink)], deltas: usize) -> usize {
    for turn in 0..TURNS_MAX {
        let now = Nanos(TURN.0 * (turn as u64 + 1));
        venue.turn(now);
        for (link, sink) in feeds.iter_mut().filter(|(_, sink)| sink.deltas < deltas) {
            link.poll(now, sink);
        }
        if feeds.iter().all(|(_, sink)| sink.deltas >= deltas) {
            return turn;
        }
    }
    panic!("nothing more came after {:?}", venue.report);
}

/// The book a generated market has after update `update_id`.
fn generated_book(update_id: u64) -> BookLevels {
    let mut generator = Generator::new(SEED, GeneratorConfig::default());
    let (mut frame, mut body, mut levels) = (Vec::new(), Vec::new(), BookLevels::new());
    for _ in 0..1_000_000 {
        generator.next_frame(&mut frame);
        if stream_of(&frame) == Some(b"btcusdt@depth") {
            generator.snapshot(&mut body);
            let head = BinanceUsdm.decode_snapshot(&instrument(), &body, &mut levels);
            if head.expect("a snapshot").update_id == update_id {
                return levels;
            }
        }
    }
    panic!("the market never had update {update_id}");
}

/// Returns the best levels; deeper ones may lie beyond the snapshot that the feed began with.
fn best(sink: &BookSink, side: Side) -> Vec<Level> {
    sink.book.levels(side).take(500).collect()
}

fn check(tls: Option<(TlsServerConfig, TlsClientConfig)>, speed: Speed) {
    let (server, client) = tls.unzip();
    let mut venue = venue(server, speed, 2);
    let address = venue.local_address();
    let pair = || (feed(address, client.clone()), BookSink::default());
    let mut feeds = [pair(), pair()];
    run(&mut venue, &mut feeds, 100);
    for (link, sink) in &feeds {
        assert_eq!(link.counters().gaps, 0);
        assert_eq!(link.counters().malformed, 0);
        assert_eq!(link.counters().skipped, 0);
        assert_eq!(link.reconnects(), 0);
        let expected = generated_book(sink.update_id.expect("a whole message"));
        assert_eq!(best(sink, Side::Buy), expected.bids[..500]);
        assert_eq!(best(sink, Side::Sell), expected.asks[..500]);
    }
    assert_eq!(venue.report.slow_subscribers, 0);
    assert_eq!(venue.report.snapshots, 2);
}

#[test]
fn feeds_rebuild_the_generated_book() {
    check(None, Speed::Times(10));
}

#[test]
fn feeds_rebuild_the_generated_book_as_fast_as_they_can() {
    check(None, Speed::Max);
}

#[test]
fn feeds_rebuild_the_generated_book_over_tls() {
    check(Some(certificates()), Speed::Times(10));
}

#[test]
fn the_market_waits_for_its_subscribers() {
    // A feed has two connections, and a third is waited for.
    let mut venue = venue(None, Speed::Max, 3);
    let mut feeds = [(feed(venue.local_address(), None), BookSink::default())];
    for turn in 1..1_000 {
        let now = Nanos(TURN.0 * turn);
        venue.turn(now);
        feeds[0].0.poll(now, &mut feeds[0].1);
    }
    assert_eq!((venue.report.subscribers, venue.report.frames), (2, 0));
}

#[test]
fn frames_come_when_they_are_due() {
    let mut venue = venue(None, Speed::Times(1), 0);
    let mut generator = Generator::new(SEED, GeneratorConfig::default());
    let mut frame = Vec::new();
    let first = generator.next_frame(&mut frame);
    let times: Vec<Nanos> =
        (0..500).map(|_| generator.next_frame(&mut frame).since(first)).collect();
    let start = Nanos(1_000_000_000);
    for turn in 0..5_000 {
        let passed = Nanos::from_millis(turn);
        while venue.turn(start.after(passed)) > 0 {}
        let due = 1 + times.iter().filter(|&&time| time <= passed).count();
        assert!(due == 501 || venue.report.frames == due as u64, "at {passed}");
    }
    assert!(venue.report.frames > 100);
}

#[test]
fn a_subscriber_that_does_not_read_is_disconnected_or_waited_for() {
    let never_reads = |speed| {
        let mut venue = venue(None, speed, 1);
        let mut link = feed(venue.local_address(), None);
        let mut sink = BookSink::default();
        for turn in 0..200 {
            link.poll(Nanos(TURN.0 * turn), &mut sink);
            venue.turn(Nanos(TURN.0 * turn));
        }
        let mut now = Nanos::ZERO;
        for _ in 0..30_000 {
            now = now.after(Nanos(10_000_000));
            venue.turn(now);
        }
        venue
    };
    let paced = never_reads(Speed::Times(10));
    assert_eq!((paced.report.slow_subscribers, paced.subscribers.len()), (2, 0));
    let fastest = never_reads(Speed::Max);
    assert_eq!((fastest.report.slow_subscribers, fastest.subscribers.len()), (0, 2));
    let frames_bytes_max = FRAMES_PER_TURN * 8_192;
    for subscriber in &fastest.subscribers {
        assert!(subscriber.pending_bytes() < PAUSE_BYTES + frames_bytes_max);
    }
}

/// Asks `venue` for paths over one connection; returns statuses and bodies.
fn ask(venue: &mut Venue, paths: &[&str]) -> Vec<(u16, String)> {
    let address = venue.local_address();
    let url = Url::parse(&format!("http://{address}")).expect("an address");
    let mut client = HttpClient::connect(&url, address, None, 1 << 20).expect("a socket");
    let mut answers = Vec::new();
    let mut now = Nanos::ZERO;
    for path in paths {
        client.start("GET", path, &[], b"", u64::MAX).expect("idle");
        let mut turns = 0..TURNS_MAX;
        loop {
            turns.next().expect("an answer");
            now = now.after(TURN);
            venue.turn(now);
            if let Some(response) = client.poll_response(now.0).expect("HTTP") {
                let body = String::from_utf8(response.body.to_vec()).expect("text");
                answers.push((response.status, body));
                break;
            }
        }
    }
    answers
}

#[test]
fn requests_are_answered_over_one_connection() {
    let mut venue = venue(None, Speed::Max, 1);
    let paths = [
        "/fapi/v1/depth?symbol=BTCUSDT&limit=1000",
        "/fapi/v1/depth?symbol=NOPE&limit=1000",
        "/fapi/v1/depth?limit=1000",
        "/fapi/v1/klines?symbol=BTCUSDT",
        "/stream?streams=btcusdt@trade",
        "/fapi/v1/depth?limit=1000&symbol=btcusdt",
    ];
    let answers = ask(&mut venue, &paths);
    let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 400, 400, 404, 400, 200]);
    assert_eq!(answers[1].1, r#"{"code":-1121,"msg":"Invalid symbol."}"#);
    assert!(answers[0].1.starts_with("{\"lastUpdateId\":"));
    assert_eq!(venue.visitors.len(), 1);
    assert_eq!((venue.report.snapshots, venue.report.refusals), (2, 4));
}

/// In its own thread and real time, as the program runs it.
#[test]
fn a_recording_is_played_to_its_end() {
    let recording = Recording::new("played", &record(20_000, 10, 900, None));
    let source = recording.source();
    let options = VenueOptions { speed: Speed::Max, subscribers: 2 };
    let venue = Venue::bind(LOOPBACK, None, source, options).expect("a free port");
    let (mut link, mut sink) = (feed(venue.local_address(), None), BookSink::default());
    let report = std::thread::scope(|scope| {
        let running = scope.spawn(|| venue.run(&Stop::new()));
        let clock = Clock::new();
        let mut polls = 0..100 * TURNS_MAX;
        while !link.has_ended() {
            polls.next().expect("the end of the recording");
            if link.poll(Nanos(clock.now()), &mut sink) == 0 {
                std::thread::yield_now();
            }
        }
        running.join().expect("no panic")
    });
    assert!(report.ended);
    assert_eq!((report.frames, report.snapshots, report.subscribers), (20_000, 1, 2));
    let counters = link.counters();
    assert_eq!((counters.frames, counters.gaps, counters.overflows), (20_000, 0, 0));
    assert!(sink.deltas > 1_000, "{} updates after the snapshot", sink.deltas);

    let mut again = recording.source();
    let (mut bytes, mut levels) = (Vec::new(), BookLevels::new());
    while again.next(&mut bytes).is_some() {}
    assert_eq!(again.snapshot(b"BTCUSDT", &mut bytes), SnapshotAnswer::Written);
    let head = BinanceUsdm.decode_snapshot(&instrument(), &bytes, &mut levels);
    assert_eq!(sink.update_id, Some(head.expect("a snapshot").update_id));
    assert_eq!(best(&sink, Side::Buy), levels.bids[..500]);
    assert_eq!(best(&sink, Side::Sell), levels.asks[..500]);
}

//! A recording made of a generated market gives back the generated books.

use std::path::Path;

use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{BookLevels, VenueFeed};

use super::*;
use crate::demo::testing::{Recording, instrument, record};

fn read(body: &[u8]) -> (u64, BookLevels) {
    let mut levels = BookLevels::new();
    let head = BinanceUsdm.decode_snapshot(&instrument(), body, &mut levels).expect("a snapshot");
    (head.update_id, levels)
}

#[test]
fn a_recorded_book_is_the_generated_one() {
    for (taken, answered) in [(10, 10), (10, 400), (399, 400)] {
        let name = format!("{taken}-{answered}");
        let mut recorded = Recording::new(&name, &record(3_000, taken, answered, None)).source();
        let mut generator = Generator::new(3, GeneratorConfig::default());
        let (mut frame, mut expected, mut body, mut compared) = (vec![], vec![], vec![], 0);
        for index in 0..3_000 {
            let time = generator.next_frame(&mut expected);
            assert_eq!(recorded.next(&mut frame), Some(time));
            assert_eq!(frame, expected);
            assert_eq!(recorded.has_snapshot(b"BTCUSDT"), index > answered, "frame {index}");
            if index > answered && expected.starts_with(b"{\"stream\":\"btcusdt@depth") {
                let answer = recorded.snapshot(b"BTCUSDT", &mut body);
                assert_eq!(answer, SnapshotAnswer::Written);
                let (update_id, book) = read(&body);
                generator.snapshot(&mut expected);
                let (generated_id, generated) = read(&expected);
                assert_eq!(update_id, generated_id);
                // Deeper levels may lie beyond the snapshot that the recording began with.
                assert_eq!(book.bids[..500], generated.bids[..500]);
                assert_eq!(book.asks[..500], generated.asks[..500]);
                compared += 1;
            }
        }
        assert!(compared > 100, "{compared} books compared");
        assert_eq!(recorded.next(&mut frame), None);
    }
}

#[test]
fn a_hole_in_the_recording_ends_the_book() {
    let depth = {
        let mut generator = Generator::new(3, GeneratorConfig::default());
        let mut frame = Vec::new();
        (0..2_000)
            .filter(|_| {
                generator.next_frame(&mut frame);
                frame.starts_with(b"{\"stream\":\"btcusdt@depth")
            })
            .last()
            .expect("depth frames")
    };
    let mut source = Recording::new("hole", &record(3_000, 10, 10, Some(depth))).source();
    let (mut frame, mut body) = (Vec::new(), Vec::new());
    for _ in 0..depth {
        source.next(&mut frame).expect("frames");
    }
    assert!(source.has_snapshot(b"btcusdt"));
    while source.next(&mut frame).is_some() {}
    assert_eq!(source.snapshot(b"BTCUSDT", &mut body), SnapshotAnswer::NotYet);
}

#[test]
fn other_symbols_have_no_snapshot() {
    let mut body = Vec::new();
    let generated = MarketSource::generated(1, GeneratorConfig::default());
    let recorded = Recording::new("symbols", &record(20, 1, 1, None)).source();
    for source in [generated, recorded] {
        assert_eq!(source.snapshot(b"ETHUSDT", &mut body), SnapshotAnswer::UnknownSymbol);
        assert!(!source.has_snapshot(b"ETHUSDT"));
    }
}

#[test]
fn venues_of_one_thing_do_the_same_one_after_the_other() {
    let symbols = ["BTCUSDT", "XBTUSDT"].map(|symbol| Text::new(symbol.as_bytes()));
    let lag = Nanos::from_millis(150);
    let mut both = MarketSource::lagging(3, &symbols, lag);
    let mut alone = Generator::new(3, GeneratorConfig::default());
    let (mut frame, mut expected, mut body) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = [Nanos::ZERO; 2];
    for _ in 0..2_000 {
        let time = both.next(&mut frame).expect("a market without end");
        assert!(time >= last[0].max(last[1]), "frames come in the order of time");
        let is_second = frame.windows(7).any(|part| part == b"xbtusdt");
        last[usize::from(is_second)] = time;
        if !is_second {
            assert_eq!(alone.next_frame(&mut expected), time);
            assert_eq!(frame, expected, "the first is as if it were alone");
        }
    }
    assert!(last[0].since(last[1]).max(last[1].since(last[0])) < Nanos::SECOND, "{last:?}");
    for symbol in ["BTCUSDT", "xbtusdt"] {
        assert_eq!(both.snapshot(symbol.as_bytes(), &mut body), SnapshotAnswer::Written);
    }
    assert_eq!(both.snapshot(b"ETHUSDT", &mut body), SnapshotAnswer::UnknownSymbol);
}

#[test]
fn the_real_recording_has_no_hole() {
    let Some(corpus) = std::env::var_os("GANNET_CORPUS") else {
        return eprintln!("skipped: GANNET_CORPUS is not set");
    };
    let path = Path::new(&corpus).join("market_data/binance_raw/usdm/btcusdt_20240808.gz");
    let capture = Capture::load(&[path]).expect("the corpus");
    let lines = capture.line_count();
    let mut source = MarketSource::recorded(capture, &[instrument()]);
    let (mut frame, mut body, mut frames) = (Vec::new(), Vec::new(), 0);
    while source.next(&mut frame).is_some() {
        frames += 1;
    }
    assert_eq!(frames + 1, lines, "one line is the snapshot");
    assert_eq!(source.snapshot(b"BTCUSDT", &mut body), SnapshotAnswer::Written);
    let (_, book) = read(&body);
    assert_eq!((book.bids.len(), book.asks.len()), (1_000, 1_000));
    assert!(book.bids[0].price < book.asks[0].price);
}

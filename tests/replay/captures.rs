//! Real captures through the backtest, and their final book against an independent rebuild.

use std::collections::BTreeMap;

use gannet_tests::rebuild::rebuild;
use gannet_tests::temp::TempDir;
use gannet_tests::{corpus, desk::lively};
use gannet_types::{Increment, InstrumentId, Side};
use serde_json::Value;

use super::run;

/// Price to quantity, as the venue writes them but for zeros at the end.
type Levels = BTreeMap<String, String>;

/// Rebuilds the final book by the venue's rule and nothing of ours: strings, no numbers.
fn rebuild_book(text: &[u8]) -> [Levels; 2] {
    let mut updates = Vec::new();
    let mut snapshot = None;
    for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let at = line.iter().position(|&byte| byte == b' ').expect("a time");
        let json: Value = serde_json::from_slice(&line[at + 1..]).expect("JSON");
        if json.get("lastUpdateId").is_some() {
            snapshot = Some(json);
        } else if json["data"]["e"] == "depthUpdate" {
            updates.push(json["data"].clone());
        }
    }
    let snapshot = snapshot.expect("a snapshot");
    let last = snapshot["lastUpdateId"].as_u64().expect("a number");
    let mut sides = [Levels::new(), Levels::new()];
    let mut apply = |json: &Value, keys: [&str; 2]| {
        for (side, key) in sides.iter_mut().zip(keys) {
            for level in json[key].as_array().expect("levels") {
                let [price, quantity] =
                    [0, 1].map(|index| plain(level[index].as_str().expect("text")));
                if quantity == "0" {
                    side.remove(&price);
                } else {
                    side.insert(price, quantity);
                }
            }
        }
    };
    apply(&snapshot, ["bids", "asks"]);
    let mut previous = None;
    for update in updates.iter().filter(|update| update["u"].as_u64().expect("a number") >= last) {
        let follows = previous.is_none_or(|previous| update["pu"] == previous);
        assert!(follows, "the recording has a gap at {}", update["u"]);
        previous = Some(update["u"].clone());
        apply(update, ["b", "a"]);
    }
    sides
}

/// Returns a decimal without zeros at its end.
fn plain(text: &str) -> String {
    let end = if text.contains('.') { text.trim_end_matches('0') } else { text };
    end.trim_end_matches('.').to_owned()
}

/// Writes a number of steps as the venue does.
fn text(increment: &Increment, steps: i64) -> String {
    let (mantissa, decimals) = increment.decimal(steps).expect("a number that was read");
    let scale = 10_i64.pow(u32::from(decimals));
    let width = usize::from(decimals);
    plain(&format!("{}.{:0width$}", mantissa / scale, mantissa % scale))
}

#[track_caller]
fn check(symbol: &str, tick: &str, file: &str) {
    let path = format!("market_data/binance_raw/usdm/{file}");
    let (Some(capture), Some(bytes)) = (corpus::path(&path), corpus::gunzip(&path)) else {
        return;
    };
    let folder = TempDir::new("capture");
    let journal = folder.join("journal");
    let instrument =
        format!("[[instrument]]\nsymbol = \"{symbol}\"\ntick = \"{tick}\"\nlot = \"0.001\"");
    let tested = run(lively(&instrument), &capture, journal.clone());
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    assert_eq!(tested.lines, lines);
    assert_eq!((tested.feed.gaps, tested.feed.malformed, tested.feed.bad_prices), (0, 0, 0));
    assert_eq!(tested.pipeline.crossed_books, 0);
    assert!(tested.pipeline.fills > 10, "{:?}", tested.pipeline);

    // Panics at a difference.
    let rebuilt = rebuild(&journal);
    let book = rebuilt.replayer.pipeline().book(InstrumentId(0)).expect("a book");
    let listed = &rebuilt.config.pipeline.instruments[0];
    let ours = [Side::Buy, Side::Sell].map(|side| -> Levels {
        book.levels(side)
            .map(|level| (text(&listed.tick, level.price.0), text(&listed.lot, level.lots.0)))
            .collect()
    });
    assert!(ours[0].len() > 500 && ours[1].len() > 500, "{} {}", ours[0].len(), ours[1].len());
    for (ours, theirs) in ours.iter().zip(rebuild_book(&bytes)) {
        let difference = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
        assert_eq!(difference, None, "our level and theirs");
        assert_eq!(ours.len(), theirs.len());
    }
}

#[test]
fn btcusdt_rebuilds_to_the_same_book() {
    check("BTCUSDT", "0.10", "btcusdt_20240808.gz");
}

#[test]
fn ethusdt_rebuilds_to_the_same_book() {
    check("ETHUSDT", "0.01", "ethusdt_20240808.gz");
}

//! What a recording is of, it is traded with: no file needs to name its instruments.

use gannet_app::offline::backtest::backtest;
use gannet_app::offline::capture::Capture;
use gannet_app::offline::recorded::configure;
use gannet_tests::temp::TempDir;
use gannet_tests::{corpus, market};
use gannet_types::Increment;

use super::FRAMES;

/// The generated market under another name, which no shipped file knows.
fn renamed(folder: &TempDir) -> Capture {
    let path = folder.join("capture.txt");
    market::record(&path, 7, FRAMES);
    let text = std::fs::read_to_string(&path).expect("a recording");
    let text = text.replace("BTCUSDT", "GNTUSDT").replace("btcusdt", "gntusdt");
    std::fs::write(&path, text).expect("a recording");
    Capture::load(&[path]).expect("a recording")
}

fn step(text: &str) -> Increment {
    Increment::parse(text.as_bytes()).expect("a step")
}

#[test]
fn an_instrument_that_no_file_names_is_traded_with_the_steps_of_its_recording() {
    let folder = TempDir::new("recorded");
    let capture = renamed(&folder);
    let mut config = configure(&[], &capture).expect("a configuration");
    let instruments = &config.pipeline.instruments;
    assert_eq!(instruments.len(), 1);
    assert_eq!(instruments[0].symbol.as_bytes(), b"GNTUSDT");
    assert_eq!((instruments[0].tick, instruments[0].lot), (step("0.1"), step("0.001")));
    config.journal.directory = folder.join("journal");
    let tested = backtest(&config, &capture).expect("a backtest");
    assert!(tested.feed.market_events as usize > FRAMES - 100, "{:?}", tested.feed);
    assert_eq!((tested.feed.skipped, tested.feed.bad_prices, tested.feed.gaps), (0, 0, 0));
}

#[test]
fn instruments_that_a_file_names_are_kept_and_must_be_in_the_recording() {
    let folder = TempDir::new("recorded");
    let capture = renamed(&folder);
    let named =
        |symbol| format!("[[instrument]]\nsymbol = \"{symbol}\"\ntick = \"0.05\"\nlot = \"0.001\"");
    let own = configure(&[(&named("GNTUSDT"), "own.toml")], &capture).expect("a configuration");
    assert_eq!(own.pipeline.instruments[0].tick, step("0.05"));
    let error = configure(&[(&named("BTCUSDT"), "own.toml")], &capture).expect_err("another");
    assert_eq!(
        error.to_string(),
        "the recording is of GNTUSDT, and no [[instrument]] has that symbol"
    );
}

#[test]
fn a_recording_without_prices_cannot_be_traded() {
    let folder = TempDir::new("recorded");
    let path = folder.join("capture.txt");
    std::fs::write(&path, "1 {\"stream\":\"x@trade\",\"data\":{\"s\":\"XUSDT\"}}\n")
        .expect("a file");
    let capture = Capture::load(&[path]).expect("a recording");
    let error = configure(&[], &capture).expect_err("no price");
    assert!(error.to_string().contains("XUSDT has no price to find its steps by"), "{error}");
}

#[test]
fn the_real_recordings_have_the_steps_of_the_venue() {
    let file = |name| corpus::path(&format!("market_data/binance_raw/usdm/{name}_20240808.gz"));
    let (Some(bitcoin), Some(ether)) = (file("btcusdt"), file("ethusdt")) else { return };
    let capture = Capture::load(&[ether, bitcoin]).expect("recordings");
    let config = configure(&[], &capture).expect("a configuration");
    let found: Vec<_> = config.pipeline.instruments.iter().map(|i| (i.tick, i.lot)).collect();
    assert_eq!(found, [(step("0.01"), step("0.001")), (step("0.1"), step("0.001"))]);
}

#[test]
fn years_of_silence_take_no_time() {
    let folder = TempDir::new("recorded");
    let path = folder.join("capture.txt");
    market::record(&path, 7, FRAMES);
    let text = std::fs::read_to_string(&path).expect("a recording");
    std::fs::write(&path, format!("1 {{\"stream\":\n{text}")).expect("a recording");
    let capture = Capture::load(&[path]).expect("a recording");
    let mut config = configure(&[], &capture).expect("a configuration");
    config.journal.directory = folder.join("journal");
    let tested = backtest(&config, &capture).expect("a backtest");
    assert_eq!(tested.feed.malformed, 1);
    assert!(tested.feed.market_events as usize > FRAMES - 100, "{:?}", tested.feed);
    assert!(tested.records < 4 * FRAMES as u64, "{} records", tested.records);
}

//! A backtest with everything on that may be wrong or dear at a venue: it still repeats byte for
//! byte and replays, and engine and venue keep the same books.

use gannet_types::{Notional, Valuation};

use super::*;

const CONDITIONS: &str = r#"
    [broker]
    latency_feed_us = 1500
    queue = "power3"
    reject_ppm = 100000
    outages = [{ after_s = 5, length_s = 2 }, { after_s = 12, length_s = 1 }]
    fee_tiers = [{ volume = "50000", maker_fee_ppm = -20, taker_fee_ppm = 300 }]
    funding_ppm = 100
    funding_interval_s = 60
    withdrawal_percent = 50
"#;

fn check_books(tested: &Backtested) {
    let pairs = tested.positions.iter().zip(&tested.statements);
    for ((_, ours, _), (_, venue)) in pairs {
        assert_eq!(ours.lots, venue.position);
        assert_eq!(ours.fees, venue.fees);
        assert_eq!(ours.realized - ours.cost, venue.cash, "what it earned less what it holds");
    }
}

#[test]
fn a_hard_venue_repeats_and_keeps_the_same_books() {
    let (folder, plain, easy) = generated();
    check_books(&easy);
    let hard = |name: &str, overlay: &str| {
        let journal = folder.join(name);
        let tested = run(lively(overlay), &folder.join("capture.txt"), journal.clone());
        check_books(&tested);
        (journal, tested)
    };
    let (journal, tested) = hard("hard", CONDITIONS);
    let (again, _) = hard("again", CONDITIONS);
    assert!(contents(&journal) == contents(&again), "the journals differ");
    assert!(tested.pipeline.rejects > easy.pipeline.rejects, "{:?}", tested.pipeline);
    assert!(tested.pipeline.fills > 10, "{:?}", tested.pipeline);
    assert!(replay(&journal).expect("a journal").difference.is_none());
    // The latencies of the easy run, as its journal tells them: within the configured bounds.
    let observed = config::observed_latency(&format!("journal:{}", plain.display()));
    let (like, like_tested) = hard("like", &observed);
    assert!(like_tested.pipeline.fills > 10, "{:?}", like_tested.pipeline);
    let (fast, slow) = (round_trips(&plain), round_trips(&like));
    assert!(fast.iter().chain(&slow).all(|trip| (1_000_000..=1_200_000).contains(trip)));
    assert!(fast.len() > 10 && slow.len() > 10);
}

/// A contract of a thousand dollars at the steps that the generated market has, and a coin of 60,000.
const INVERSE: &str = r#"
    [[instrument]]
    symbol = "BTCUSDT"
    tick = "0.10"
    lot = "0.001"
    kind = "inverse"
    contract = "1000000"
    settlement_currency = "BTC"
    order_quantity_max = "0.1"
    order_notional_max = "10"
    position_quantity_max = "1"
    loss_max = "5"
    [currencies]
    account = "USDT"
    others = [{ name = "BTC", rate = "60000", symbols = [] }]
    [risk]
    gross_exposure_max = "1000000"
    loss_per_day_max = "100000"
    loss_per_week_max = "100000"
    drawdown_max = "100000"
"#;

/// Coins of an inverse contract: engine and venue have the same to the last unit, and a replay too.
#[test]
fn an_inverse_contract_repeats_and_keeps_the_same_books() {
    let (folder, _, _) = generated();
    let overlay = format!("{INVERSE}{CONDITIONS}");
    let hard = |name: &str| {
        let journal = folder.join(name);
        let tested = run(lively(&overlay), &folder.join("capture.txt"), journal.clone());
        check_books(&tested);
        (journal, tested)
    };
    let (journal, tested) = hard("inverse");
    let (again, _) = hard("inverse_again");
    assert!(contents(&journal) == contents(&again), "the journals differ");
    assert!(tested.pipeline.fills > 10, "{:?}", tested.pipeline);
    assert!(replay(&journal).expect("a journal").difference.is_none());
    let (instrument, ours, _) = &tested.positions[0];
    assert_eq!(instrument.valuation(), Valuation::Inverse);
    // So many lots of a thousand dollars at 40,000 to 120,000 are a fortieth of a coin each at most.
    let coins = instrument.money_f64(ours.cost).abs();
    let lots = ours.lots.0.abs() as f64;
    assert!((lots / 120.0..=lots / 40.0).contains(&coins), "{coins} for {lots}");
    assert!(ours.fees > Notional::ZERO && ours.realized != Notional::ZERO, "{ours:?}");
}

/// From each new order to its first report, in nanoseconds.
fn round_trips(journal: &Path) -> Vec<u64> {
    let mut reader = Reader::open(journal).expect("a journal");
    let (mut sent, mut trips) = (std::collections::BTreeMap::new(), Vec::new());
    while let Some(record) = reader.next().expect("a record") {
        match record.body {
            Body::Output(Output::Order(request)) if request.kind == RequestKind::New => {
                sent.insert(request.client_order_id, record.time);
            }
            Body::Input(Input::Execution(report)) => {
                let sent = sent.remove(&report.client_order_id);
                trips.extend(sent.map(|sent| record.time.since(sent).0));
            }
            _ => {}
        }
    }
    trips
}

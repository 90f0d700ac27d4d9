//! What may be wrong or dear at a venue: refusals, outages, funding, fee tiers, withdrawals.

use super::*;
use crate::funding::Funding;
use crate::outage::Outage;
use crate::{Bracket, FeeSchedule, Fees, Margin};
use gannet_types::{Money, Notional};

const BOOK: &str = "book 100x5 99x7 | 101x5 102x6";

#[test]
fn some_requests_are_refused_and_cancels_are_not() {
    let config = ExchangeConfig { reject_ppm: 1_000_000, ..ExchangeConfig::default() };
    let script = format!("{BOOK}; buy 1 4@100; status 1; cancel 2 1");
    let refused = "Rejected 1 0/0 Venue";
    check_with(config, &script, &[refused, refused, "CancelRejected 2 0/0 TooLate"]);
    let config = ExchangeConfig { reject_ppm: 250_000, seed: 7, ..ExchangeConfig::default() };
    let mut bench = Bench::new(config);
    step(&mut bench, BOOK);
    let mut kinds = BTreeMap::new();
    for id in 1..=1_000 {
        step(&mut bench, &format!("buy {id} 1@99"));
        for report in bench.reports() {
            *kinds.entry(format!("{:?}", report.kind)).or_insert(0) += 1;
        }
    }
    assert_eq!(kinds["New"] + kinds["Rejected"], 1_000);
    assert!((200..300).contains(&kinds["Rejected"]), "{kinds:?}");
}

#[test]
fn nothing_gets_through_an_outage_and_nothing_is_lost() {
    let outage = Outage { after: Nanos(100), length: Nanos(500) };
    let config = ExchangeConfig { outages: vec![outage], ..ExchangeConfig::default() };
    let mut bench = Bench::new(config);
    step(&mut bench, "book 100x5 | 101x5");
    // The first message came at 1010; the outage is from 1110 to 1610.
    step(&mut bench, "buy 1 9@100");
    assert_eq!(bench.reports().len(), 1);
    bench.now = Nanos(1_110);
    step(&mut bench, "sold 100x8");
    step(&mut bench, "cancel 2 1");
    assert_eq!(bench.exchange.poll(bench.now), None);
    assert_eq!(bench.exchange.position(ACCOUNT, INSTRUMENT), Lots(3), "the market goes on");
    let lines: Vec<String> = bench.reports().iter().map(line).collect();
    assert_eq!(lines, ["Trade 1 3@100 maker 3/6", "Canceled 2 3/0"]);
    assert_eq!(bench.now, Nanos(1_610));
}

#[test]
fn funding_is_paid_at_its_times_by_the_position_of_then() {
    let funding = Some(Funding { rate_ppm: 10_000, interval: Nanos(1_000) });
    let config = ExchangeConfig { funding, ..ExchangeConfig::default() };
    let mut bench = Bench::new(config);
    let paid = |bench: &Bench| bench.exchange.statement(ACCOUNT, INSTRUMENT).funding;
    step(&mut bench, "book 100x5 | 101x5");
    step(&mut bench, "buy 1 4@101");
    bench.reports();
    bench.now = Nanos(1_980);
    step(&mut bench, "top 110x5 120x5");
    assert_eq!(paid(&bench), Notional(0));
    // What arrives at the time itself comes after the payment: 4 lots at 115 and a hundredth.
    step(&mut bench, "sell 2 4@110");
    bench.reports();
    assert_eq!(bench.now, Nanos(2_000));
    assert_eq!(paid(&bench), Notional(5));
    let statement = bench.exchange.statement(ACCOUNT, INSTRUMENT);
    assert_eq!(statement.position, Lots(0));
    assert_eq!(statement.cash, Notional(4 * (110 - 101)));
    assert_eq!(statement.equity(gannet_types::Valuation::Linear, Ticks(77)), Notional(36 - 5));
    // Nothing is held, nothing is paid.
    bench.now = Nanos(9_000);
    step(&mut bench, "top 110x5 120x5");
    assert_eq!(paid(&bench), Notional(5));
}

#[test]
fn fees_fall_with_the_volume_traded_before() {
    let rate = |taker_ppm| Fees { maker_ppm: 0, taker_ppm };
    // A lot and a tick are one, so that money is notional times 10^8.
    let tiers = vec![(Money(1_000 * 100_000_000), rate(10_000))];
    let fees = FeeSchedule::new(rate(100_000), tiers);
    let mut bench = Bench::new(ExchangeConfig { fees, ..ExchangeConfig::default() });
    step(&mut bench, "book 90x5 | 100x50");
    let mut fee_of = |order: &str| {
        step(&mut bench, order);
        bench.reports().last().expect("a trade").fee
    };
    assert_eq!(fee_of("buy 1 9@100"), Notional(90));
    assert_eq!(fee_of("buy 2 1@100"), Notional(10), "the volume before it decides");
    assert_eq!(fee_of("buy 3 9@100"), Notional(9));
}

#[test]
fn others_withdraw_beside_what_we_take() {
    let config = ExchangeConfig { withdrawal_percent: 50, ..ExchangeConfig::default() };
    let script = |rest: &str| format!("{BOOK}; buy 1 3@101; {rest}buy 2 9@101 ioc");
    let first = ["New 1 0/3", "Trade 1 3@101 taker 3/0", "New 2 0/9"];
    // Half of three is two: nothing of five is left.
    let nothing = [&first[..], &["Canceled 2 0/0"]].concat();
    check_with(config.clone(), &script(""), &nothing);
    let again = [&first[..], &["Trade 2 6@101 taker 6/3", "Canceled 2 6/0"]].concat();
    check_with(config, &script("set | 101x6; "), &again);
}

/// A lot and a tick are one; an account has 200 and needs a tenth of what its position is worth.
fn with_margin() -> ExchangeConfig {
    let brackets = vec![Bracket { from: Money::ZERO, rate_ppm: 100_000 }];
    let margin = Margin::new(Money(200 * 100_000_000), brackets);
    ExchangeConfig { margin, ..ExchangeConfig::default() }
}

#[test]
fn a_position_without_margin_is_taken_over_where_nothing_is_left() {
    let long = "book 100x10 99x9 | 102x10; buy 1 10@102; buy 2 3@80; ";
    let first = ["New 1 0/10", "Trade 1 10@102 taker 10/0", "New 2 0/3"];
    // At 91.5 there are 95 left of the 200 and 91.5 are needed; at 91 there are 90 and 91 needed.
    check_with(with_margin(), &format!("{long}top 91x5 92x5"), &first);
    let over = ["Canceled 2 0/0", "Trade 0 10@82 unknown 10/0 Liquidated"];
    let gone = [&first[..], &over].concat();
    check_with(with_margin(), &format!("{long}top 90x5 92x5"), &gone);
    check_with(with_margin(), &format!("{long}top 90x5 92x5; top 50x5 52x5"), &gone);
    // Where the market jumps over it, the venue pays the difference.
    check_with(with_margin(), &format!("{long}top 81x5 83x5"), &gone);
    let short = "book 100x10 | 102x10; sell 1 10@100; top 109x5 111x5";
    let bought = ["New 1 0/10", "Trade 1 10@100 taker 10/0"];
    let gone = [&bought[..], &["Trade 0 10@120 unknown 10/0 Liquidated"]].concat();
    check_with(with_margin(), short, &gone);
}

#[test]
fn who_was_liquidated_has_lost_the_collateral() {
    let mut bench = Bench::new(with_margin());
    for line in ["book 100x10 | 102x10", "buy 1 10@102", "top 90x5 92x5"] {
        step(&mut bench, line);
        bench.reports();
    }
    let statement = bench.exchange.statement(ACCOUNT, INSTRUMENT);
    assert_eq!((statement.position, statement.cash), (Lots(0), Notional(-200)));
    assert_eq!(bench.exchange.equity(ACCOUNT), Some(Money::ZERO));
}

#[test]
fn without_a_price_nobody_is_liquidated() {
    let script = "book 100x10 | 102x10; buy 1 10@102; stale; book 50x5 | 52x5";
    let reports =
        ["New 1 0/10", "Trade 1 10@102 taker 10/0", "Trade 0 10@82 unknown 10/0 Liquidated"];
    check_with(with_margin(), script, &reports);
    let stale = script.rsplit_once(';').expect("there are steps").0;
    check_with(with_margin(), stale, &reports[..2]);
}

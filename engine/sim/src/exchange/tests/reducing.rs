//! Reduce-only orders, and accounts that say what they open and close.

use std::collections::HashMap;

use gannet_types::OrderTerms;
use proptest::prelude::*;

use super::scripts::{BOOK, on_book};
use super::*;

#[test]
fn it_is_cut_to_the_position_and_follows_it() {
    on_book(
        "buy 1 5@101; sell 2 9@105 reduce; sell 3 2@100; sell 4 3@100",
        &[
            "New 1 0/5",
            "Trade 1 5@101 taker 5/0",
            "New 2 0/9",
            "Restated 2 0/5",
            "New 3 0/2",
            "Trade 3 2@100 taker 2/0",
            "Restated 2 0/3",
            "New 4 0/3",
            "Trade 4 3@100 taker 3/0",
            "Canceled 2 0/0",
        ],
    );
}

#[test]
fn without_a_position_against_it_there_is_nothing_to_reduce() {
    on_book("sell 1 5@100 reduce", &["Rejected 1 0/0 ReduceOnly"]);
    on_book(
        "buy 1 5@101; buy 2 1@100 reduce",
        &["New 1 0/5", "Trade 1 5@101 taker 5/0", "Rejected 2 0/0 ReduceOnly"],
    );
    // A stop is looked at when it is set off.
    on_book(
        "sell 1 5@* stop 95 reduce; sold 95x1",
        &["New 1 0/5", "Triggered 1 0/5", "Canceled 1 0/0"],
    );
}

#[test]
fn one_trade_that_serves_two_of_them_stops_at_zero() {
    on_book(
        "buy 1 5@101; sell 2 4@104 reduce; sell 3 4@104 reduce; bought 105x20",
        &[
            "New 1 0/5",
            "Trade 1 5@101 taker 5/0",
            "New 2 0/4",
            "New 3 0/4",
            "Trade 2 4@104 maker 4/0",
            "Trade 3 1@104 maker 1/3",
            "Canceled 3 1/0",
        ],
    );
}

#[test]
fn what_closes_a_side_is_cut_to_that_side() {
    let script = "buy 1 5@101 opens; sell 2 3@100 opens; sell 3 9@105 closes reduce; \
                  buy 4 9@97 closes reduce; sell 5 1@104 opens reduce";
    on_book(
        script,
        &[
            "New 1 0/5",
            "Trade 1 5@101 taker 5/0",
            "New 2 0/3",
            "Trade 2 3@100 taker 3/0",
            "New 3 0/9",
            "Restated 3 0/5",
            "New 4 0/9",
            "Restated 4 0/3",
            "Rejected 5 0/0 BadTerms",
        ],
    );
}

#[test]
fn a_replacement_says_again_whether_it_only_reduces() {
    on_book(
        "buy 1 5@101; sell 2 5@105 reduce; replace 3 2 9@105; sell 4 5@100",
        &[
            "New 1 0/5",
            "Trade 1 5@101 taker 5/0",
            "New 2 0/5",
            "Replaced 3 0/9",
            "New 4 0/5",
            "Trade 4 5@100 taker 5/0",
        ],
    );
}

proptest! {
    /// Orders, trades and books at random: no trade of a reduce-only order opens or turns a position.
    #[test]
    fn none_of_them_ever_passes_zero(
        acts in prop::collection::vec((0_u8..8, 1_i64..9, 95_i64..107, any::<bool>()), 1..60),
    ) {
        let mut bench = Bench::new(ExchangeConfig::default());
        step(&mut bench, BOOK);
        let mut reduces = HashMap::new();
        let (mut id, mut position) = (0_u64, 0_i64);
        for (act, lots, price, reduce_only) in acts {
            let side = if act % 2 == 0 { Side::Buy } else { Side::Sell };
            match act {
                0..=3 => {
                    id += 1;
                    let limit = (act < 3).then_some(price);
                    let time = TimeInForce::GoodTillCancel;
                    let new = request(RequestKind::New, (id, id), side, lots, limit, time);
                    let terms = OrderTerms { reduce_only, ..new.terms };
                    reduces.insert(id, reduce_only);
                    bench.request(&OrderRequest { terms, ..new });
                }
                4 | 5 => bench.trade(side, level(price, lots)),
                6 => step(&mut bench, "book 99x9 | 100x9"),
                _ => step(&mut bench, BOOK),
            }
            for report in bench.reports() {
                if report.kind != ExecKind::Trade {
                    continue;
                }
                if reduces[&report.client_order_id.0] {
                    let against = report.side.opposite().signed(Lots(position));
                    prop_assert!(report.last_lots <= against, "{position}: {report:?}");
                }
                position += report.side.signed(report.last_lots).0;
            }
            prop_assert_eq!(bench.exchange.position(ACCOUNT, INSTRUMENT), Lots(position));
        }
    }
}

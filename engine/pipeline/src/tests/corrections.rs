//! Trades that are taken back or changed, come late, twice or out of order, or are not ours.

use gannet_types::OrderStatus;
use proptest::prelude::{any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy as Generator;

use super::*;
use crate::positions::Position;

/// A broker that hears when a trade is not ours.
fn listening() -> PipelineConfig {
    let capabilities = Capabilities::ALL;
    let gateways = vec![GatewayConfig::new(true, capabilities)];
    PipelineConfig { gateways, ..config(GateMode::Auto) }
}

#[test]
fn a_trade_is_taken_back() {
    // The position is what the other trade alone would have made of it.
    check(
        "auto",
        "buy 100x5; new 1; fill 1 2@100 id a; fill 1 1@103 id b; bust 1 ref a id c cum 1 leaves 4;
         bust 1 ref a id c cum 1 leaves 4; fill 1 2@100 id a cum 5; fill 1 4@99 id d",
        "New 1.0 Buy 5@100
         Position 2 realized 0
         Position 3 realized 0
         Alarm TradeCorrected 1.0
         Position 1 realized 0
         Position 5 realized 0",
    );
}

/// Seed 141 of the fault simulation: the trade answers the question as well.
#[test]
fn a_trade_whose_lots_were_told_before_has_its_own_price_while_the_order_is_asked_about() {
    check(
        "auto",
        "buy 100x8; new 1; cancel 1; refused 1 late cum 4; fill 1 4@99 id a cum 4 leaves 4; canceled 1;
         sell 99x4; fill 2 4@99 sell",
        "New 1.0 Buy 8@100
         Cancel 1.1
         Position 4 realized 0
         Alarm FillMismatch 1.1
         Reject 1.1 TooLate
         Status 1.0
         Position 4 realized 0
         New 2.0 Sell 4@99
         Position 0 realized 0",
    );
}

#[test]
fn a_filled_order_whose_trade_is_taken_back_may_work_again() {
    check(
        "auto",
        "buy 100x2; new 1; fill 1 2@100 id a; bust 1 ref a id b cum 0 leaves 2; fill 1 1@101 id c;
         cancel 1; canceled 1",
        "New 1.0 Buy 2@100
         Position 2 realized 0
         Alarm TradeCorrected 1.0
         Position 0 realized 0
         Alarm OrderRevived 1.0
         Position 1 realized 0
         Cancel 1.1",
    );
    check(
        "auto",
        "buy 100x2; new 1; fill 1 2@100 id a; bust 1 ref a id b cum 0 leaves 0; status 1",
        "New 1.0 Buy 2@100
         Position 2 realized 0
         Alarm TradeCorrected 1.0
         Position 0 realized 0",
    );
}

#[test]
fn a_trade_is_changed_and_changed_again() {
    check(
        "auto",
        "buy 100x5; new 1; fill 1 2@100 id a; sell 101x2; new 2; fill 2 2@103 id b sell;
         correct 1 2@101 ref a id c cum 2 leaves 3; correct 1 3@101 ref c id d cum 3 leaves 2;
         correct 1 0@0 ref a id e; correct 1 1@0 ref a id f",
        "New 1.0 Buy 5@100
         Position 2 realized 0
         New 2.0 Sell 2@101
         Position 0 realized 6
         Alarm TradeCorrected 1.0
         Position 0 realized 4
         Alarm TradeCorrected 1.0
         Position 1 realized 4
         Alarm UnknownCorrection 1.0
         Alarm UnknownCorrection 1.0",
    );
}

#[test]
fn a_correction_of_an_unknown_trade_changes_nothing() {
    check(
        "auto",
        "buy 100x2; new 1; fill 1 1@100 id a; bust 1 ref z id b cum 0; bust 7 ref y",
        "New 1.0 Buy 2@100
         Position 1 realized 0
         Alarm UnknownCorrection 1.0
         Alarm UnknownCorrection 7.0",
    );
}

#[test]
fn the_venues_sum_after_a_correction_is_compared() {
    check(
        "auto",
        "buy 100x5; new 1; fill 1 2@100 id a; bust 1 ref a id b cum 1 leaves 4",
        "New 1.0 Buy 5@100
         Position 2 realized 0
         Alarm TradeCorrected 1.0
         Position 0 realized 0
         Alarm FillMismatch 1.0",
    );
}

#[test]
fn a_bust_that_leaves_nothing_of_an_open_order_is_asked_about() {
    check(
        "auto",
        "buy 100x5; new 1; fill 1 2@100 id a; bust 1 ref a id b cum 0 leaves 0; canceled 1",
        "New 1.0 Buy 5@100
         Position 2 realized 0
         Alarm TradeCorrected 1.0
         Position 0 realized 0
         Status 1.0",
    );
}

#[test]
fn trades_that_overtake_each_other_get_their_own_prices() {
    // The second trade comes first: its sum tells of three lots whose price is not known yet.
    check(
        "auto",
        "buy 100x5; new 1; fill 1 2@110 id b cum 5 leaves 0; fill 1 3@100 id a cum 3;
         fill 1 3@100 id a cum 3; sell 101x5; new 2; fill 2 5@101 id c sell",
        "New 1.0 Buy 5@100
         Position 5 realized 0
         Alarm FillMismatch 1.0
         Position 5 realized 0
         New 2.0 Sell 5@101
         Position 0 realized -15",
    );
}

#[test]
fn a_trade_that_is_not_ours_is_said_so() {
    check_with(
        listening(),
        "fill 9 2@100 id a; fill 9 2@100 id b sell; status 9; buy 100x2; new 1; fill 1 1@100 id c sell;
         fill 1 3@100 id d; fill 1 1@100 id e cum 3",
        "Alarm UnknownExecution 9.0
         DontKnow a NoMatchingOrder 2 of 0
         Alarm UnknownExecution 9.0
         DontKnow b NoMatchingOrder 2 of 0
         Alarm UnknownExecution 9.0
         New 1.0 Buy 2@100
         Alarm UnknownExecution 1.0
         DontKnow c WrongSide 1 of 2
         Position 2 realized 0
         Alarm FillMismatch 1.0
         DontKnow d Overfill 3 of 2
         DontKnow e Overfill 1 of 2",
    );
    check("auto", "fill 9 2@100 id a", "Alarm UnknownExecution 9.0");
}

/// What a venue does: (which order, lots, price, fee) trades, or an earlier trade is changed or,
/// with zero lots, taken back.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Trade { order: usize, lots: i64, price: i64 },
    Change { trade: usize, lots: i64, price: i64 },
}

fn happenings() -> impl Generator<Value = Vec<Happening>> {
    let trade = (0_usize..4, 1_i64..4, 90_i64..110)
        .prop_map(|(order, lots, price)| Happening::Trade { order, lots, price });
    let change = (any::<prop::sample::Index>(), 0_i64..4, 90_i64..110)
        .prop_map(|(trade, lots, price)| Happening::Change { trade: trade.index(64), lots, price });
    prop::collection::vec(prop_oneof![2 => trade, 1 => change], 1..60)
}

proptest! {
    /// After any sequence of trades and corrections, the position is that of the trades as
    /// corrected, and every order has traded their sum.
    #[test]
    fn corrected_books_are_as_if_nothing_else_had_been(happenings in happenings()) {
        let mut roomy = config(GateMode::Auto);
        roomy.limits[0].position_lots_max = Lots(10_000);
        let mut runner = Runner::new(roomy);
        for step in ["up", "book 99 101", "live", "buy 100x10", "sell 101x10", "buy 99x10", "sell 102x10"] {
            runner.step(step);
        }
        let mut trades: Vec<(usize, i64, i64)> = Vec::new();
        let sum = |trades: &[(usize, i64, i64)], order| -> i64 {
            trades.iter().filter(|trade| trade.0 == order).map(|trade| trade.1).sum()
        };
        for happening in happenings {
            let (kind, index) = match happening {
                Happening::Trade { order, lots, price } => {
                    // A done order does not trade any more, and none above its size.
                    if sum(&trades, order) + lots >= 10 { continue }
                    trades.push((order, lots, price));
                    (ExecKind::Trade, trades.len() - 1)
                }
                Happening::Change { trade, lots, price } => {
                    if trades.is_empty() { continue }
                    let index = trade % trades.len();
                    let order = trades[index].0;
                    if sum(&trades, order) - trades[index].1 + lots >= 10 { continue }
                    trades[index] = (order, lots, price);
                    (if lots == 0 { ExecKind::TradeCancel } else { ExecKind::TradeCorrect }, index)
                }
            };
            let (order, lots, price) = trades[index];
            let id = ClientOrderId::new(OrderId(order as u64 + 1), 0);
            let name = Text::new(format!("t{index}").as_bytes());
            let correction = kind != ExecKind::Trade;
            let cum = sum(&trades, order);
            let said = ExecutionReport {
                side: if order % 2 == 0 { Side::Buy } else { Side::Sell },
                last_lots: Lots(lots),
                last_price: Ticks(price),
                cum_lots: Lots(cum),
                leaves_lots: Lots(10 - cum),
                fee: Notional(i128::from(lots)),
                exec_id: if correction { Text::new(b"c") } else { name },
                exec_ref_id: if correction { name } else { Text::default() },
                ..report(kind, id)
            };
            runner.input(&Input::Execution(said));
            // Said twice it changes nothing more.
            runner.input(&Input::Execution(said));
        }
        let mut expected = Position::default();
        for &(order, lots, price) in trades.iter().filter(|trade| trade.1 > 0) {
            let side = if order % 2 == 0 { Side::Buy } else { Side::Sell };
            expected.on_fill(side, Lots(lots), Ticks(price), Notional(i128::from(lots)));
        }
        let position = runner.pipeline.position(InstrumentId(0)).expect("it is traded");
        prop_assert_eq!(position, expected.report(AccountId(0), InstrumentId(0)));
        for order in runner.pipeline.open_orders() {
            let traded = sum(&trades, order.id.0 as usize - 1);
            prop_assert_eq!(order.cum_lots, Lots(traded));
            let untouched = matches!(order.status, OrderStatus::New | OrderStatus::PendingNew);
            prop_assert_eq!(untouched, traded == 0);
        }
        let mismatches = runner.transcript.iter().filter(|line| line.contains("Mismatch")).count();
        prop_assert_eq!(mismatches, 0);
    }
}

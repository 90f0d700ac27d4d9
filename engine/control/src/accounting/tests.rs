//! Matches against a queue of single lots, positions against the engine's own, and corrections.

use std::collections::VecDeque;

use gannet_pipeline::positions::Position;
use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, Input, InstrumentId, Liquidity,
    Lots, Nanos, Notional, RejectReason, Side, Ticks, Valuation, VenueId,
};
use proptest::prelude::*;

use super::*;

const ACCOUNT: AccountId = AccountId(0);
const BTC: InstrumentId = InstrumentId(0);

fn fill(index: usize, lots: i64, price: i64) -> Fill {
    valued(Valuation::Linear, index, lots, price)
}

fn valued(valuation: Valuation, index: usize, lots: i64, price: i64) -> Fill {
    Fill {
        time: Nanos(index as u64),
        account: ACCOUNT,
        instrument: BTC,
        lots: Lots(lots),
        cash: valuation.cost(Ticks(price), Lots(lots)),
        fee: Notional(i128::from(lots.abs()) + 1),
    }
}

fn matched(method: Method, fills: &[Fill]) -> (Vec<Match>, Books) {
    let mut books = Books::new(method);
    let mut matches = Vec::new();
    for fill in fills {
        books.book(fill, |found| matches.push(found));
    }
    (matches, books)
}

/// First in, first out, one lot at a time: when it was opened, at what price, and what it earned.
fn lot_by_lot(fills: &[(i64, i64)]) -> (Vec<(usize, i64)>, i64) {
    let mut open: VecDeque<(usize, i64, i64)> = VecDeque::new();
    let mut earned = 0;
    for (index, &(lots, price)) in fills.iter().enumerate() {
        for _ in 0..lots.abs() {
            let sign = lots.signum();
            match open.front() {
                Some(&(_, held, paid)) if held != sign => {
                    earned += held * (price - paid);
                    open.pop_front();
                }
                _ => open.push_back((index, sign, price)),
            }
        }
    }
    (open.into_iter().map(|(index, sign, price)| (index, sign * price)).collect(), earned)
}

fn gross(matches: &[Match]) -> i128 {
    matches.iter().map(|found| found.gross().0).sum()
}

#[test]
fn the_first_bought_is_the_first_sold() {
    let fills = [fill(0, 2, 100), fill(1, 3, 110), fill(2, -4, 120), fill(3, -2, 90)];
    let (matches, books) = matched(Method::Fifo, &fills);
    let rows: Vec<_> =
        matches.iter().map(|it| (it.opened.0, it.closed.0, it.lots.0, it.gross().0)).collect();
    assert_eq!(rows, [(0, 2, 2, 40), (1, 2, 2, 20), (1, 3, 1, -20)]);
    let open: Vec<_> = books.open().map(|lot| (lot.opened.0, lot.lots.0, lot.cost.0)).collect();
    assert_eq!(open, [(3, -1, -90)]);
    let (average, _) = matched(Method::Average, &fills);
    // 530 / 5 is 106 a lot.
    assert_eq!(average.iter().map(|it| it.gross().0).collect::<Vec<_>>(), [56, -16]);
}

proptest! {
    #[test]
    fn both_methods_keep_every_unit(
        raw in prop::collection::vec((-20_i64..20, 1_i64..1_000), 1..60),
    ) {
        let raw: Vec<_> = raw.into_iter().filter(|&(lots, _)| lots != 0).collect();
        let fills: Vec<_> =
            raw.iter().enumerate().map(|(at, &(lots, price))| fill(at, lots, price)).collect();
        let spent: i128 = fills.iter().map(|fill| fill.cash.0).sum();
        let paid: i128 = fills.iter().map(|fill| fill.fee.0).sum();
        for method in [Method::Fifo, Method::Average] {
            let (matches, books) = matched(method, &fills);
            let open: i128 = books.open().map(|lot| lot.cost.0).sum();
            let fees: i128 = matches.iter().map(|it| it.fees.0).sum();
            let fees_open: i128 = books.open().map(|lot| lot.fee.0).sum();
            prop_assert_eq!(open - gross(&matches), spent);
            prop_assert_eq!(fees + fees_open, paid);
        }
        let (matches, books) = matched(Method::Fifo, &fills);
        let (open, earned) = lot_by_lot(&raw);
        prop_assert_eq!(gross(&matches), i128::from(earned));
        prop_assert_eq!(books.open().map(|lot| lot.cost.0).sum::<i128>(), i128::from(open.iter().map(|&(_, cost)| cost).sum::<i64>()));
        // The average is what the engine books.
        let mut position = Position::default();
        for &(lots, price) in &raw {
            let side = if lots > 0 { Side::Buy } else { Side::Sell };
            position.on_fill(side, Lots(lots.abs()), Ticks(price), Notional::ZERO);
        }
        let (matches, _) = matched(Method::Average, &fills);
        prop_assert_eq!(gross(&matches), position.realized.0);
    }
}

proptest! {
    /// Coins: nothing is lost between the matches and what is open, and the average is what the engine
    /// books, to the last unit.
    #[test]
    fn coins_are_matched_like_any_money(
        raw in prop::collection::vec((-20_i64..20, 1_i64..1_000), 1..60),
    ) {
        let raw: Vec<_> = raw.into_iter().filter(|&(lots, _)| lots != 0).collect();
        let inverse = |(at, &(lots, price))| valued(Valuation::Inverse, at, lots, price);
        let fills: Vec<_> = raw.iter().enumerate().map(inverse).collect();
        let spent: i128 = fills.iter().map(|fill| fill.cash.0).sum();
        let mut position = Position::of(Valuation::Inverse);
        for &(lots, price) in &raw {
            let side = if lots > 0 { Side::Buy } else { Side::Sell };
            position.on_fill(side, Lots(lots.abs()), Ticks(price), Notional::ZERO);
        }
        for method in [Method::Fifo, Method::Average] {
            let (matches, books) = matched(method, &fills);
            let open: i128 = books.open().map(|lot| lot.cost.0).sum();
            prop_assert_eq!(open - gross(&matches), spent);
            prop_assert!(method == Method::Fifo || gross(&matches) == position.realized.0);
        }
    }
}

fn execution(kind: ExecKind, exec_id: &[u8], exec_ref_id: &[u8]) -> ExecutionReport {
    ExecutionReport {
        gateway: GatewayId(0),
        instrument: BTC,
        kind,
        client_order_id: ClientOrderId(256),
        side: Side::Buy,
        last_lots: Lots(1),
        last_price: Ticks(100),
        cum_lots: Lots(1),
        leaves_lots: Lots::ZERO,
        price: Ticks(100),
        fee: Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::None,
        transact_time: Nanos::ZERO,
        received: Nanos::ZERO,
        session_sequence: 0,
        exec_id: VenueId::new(exec_id),
        exec_ref_id: VenueId::new(exec_ref_id),
        venue_order_id: VenueId::new(b"V"),
    }
}

#[test]
fn a_trade_that_was_taken_back_is_none() {
    let mut fills = Fills::default();
    let mut position = Position::default();
    let say = |fills: &mut Fills, time, report: ExecutionReport, position: &Position| {
        fills.on_input(&Input::Execution(report));
        fills.on_position(Nanos(time), &position.report(ACCOUNT, BTC));
    };
    position.on_fill(Side::Buy, Lots(1), Ticks(100), Notional(1));
    say(&mut fills, 1, execution(ExecKind::Trade, b"E1", b""), &position);
    position.on_fill(Side::Buy, Lots(2), Ticks(110), Notional(1));
    say(&mut fills, 2, execution(ExecKind::Trade, b"E2", b""), &position);
    // The first was of 95, and then it was none at all.
    let corrected = |first: Option<i64>| {
        let mut position = Position::default();
        if let Some(price) = first {
            position.on_fill(Side::Buy, Lots(1), Ticks(price), Notional(1));
        }
        position.on_fill(Side::Buy, Lots(2), Ticks(110), Notional(1));
        position
    };
    say(&mut fills, 3, execution(ExecKind::TradeCorrect, b"C1", b"E1"), &corrected(Some(95)));
    assert_eq!(fills.fills()[0].cash, Notional(95));
    say(&mut fills, 4, execution(ExecKind::TradeCancel, b"C2", b"C1"), &corrected(None));
    let rows: Vec<_> = fills
        .fills()
        .iter()
        .map(|fill| (fill.time.0, fill.lots.0, fill.cash.0, fill.fee.0))
        .collect();
    assert_eq!(rows, [(1, 0, 0, 0), (2, 2, 220, 1)]);
    let (matches, books) = matched(Method::Fifo, fills.fills());
    assert!(matches.is_empty());
    assert_eq!(books.open().map(|lot| lot.cost.0).sum::<i128>(), 220);
}

#[test]
fn a_report_of_nothing_new_is_no_fill() {
    let mut fills = Fills::default();
    let mut position = Position::default();
    position.on_fill(Side::Buy, Lots(1), Ticks(100), Notional(1));
    let report = position.report(ACCOUNT, BTC);
    fills.on_input(&Input::Timer);
    fills.on_position(Nanos(1), &report);
    fills.on_input(&Input::Execution(execution(ExecKind::Trade, b"E1", b"")));
    fills.on_position(Nanos(2), &report);
    assert_eq!(fills.fills().len(), 1);
}

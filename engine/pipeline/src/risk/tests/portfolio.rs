//! The checks of the account as a whole, at their limits and one beyond.

use super::*;
use crate::risk::portfolio_limits::PortfolioLimits;
use crate::risk::worth::Tails;

/// The verdict on a buy or sell of 10 at 1,000, which is worth 10,000.
#[track_caller]
fn check(limits: PortfolioLimits, side: Side, standing: Standing, expected: RejectReason) {
    let account = AccountLimits { portfolio: limits, ..AccountLimits::NONE };
    let risk = PreTradeRisk::new(super::limits(), &RiskSetup::default(), [account], &[own()], 1);
    let facts = Facts { standing, ..facts() };
    let verdict = risk.check(Nanos(0), &proposal(side, 1_000, 10), &own(), &facts);
    assert_eq!(verdict.err().unwrap_or(RejectReason::None), expected, "{side:?} {limits:?}");
    // The same of a replacement; and what only reduces passes.
    let again = Proposal { is_new: false, ..proposal(side, 1_000, 10) };
    let verdict = risk.check(Nanos(0), &again, &own(), &facts);
    assert_eq!(verdict.err().unwrap_or(RejectReason::None), expected, "a replacement");
    let held = Facts { position: Lots(if side == Side::Buy { -10 } else { 10 }), ..facts };
    assert_eq!(risk.check(Nanos(0), &again, &own(), &held), Ok(()), "it reduces");
}

/// An account whose other positions may become worth so much, bought and sold.
fn net(up: i128, down: i128) -> Standing {
    let mut standing = elsewhere(up.abs().max(down.abs()));
    (standing.elsewhere.account.up, standing.elsewhere.account.down) = (up, down);
    standing
}

fn earned(profit: i128, standing: Standing) -> Standing {
    Standing { profit: Some(Money(profit)), ..standing }
}

#[test]
fn net_exposure_counts_in_the_orders_direction() {
    use RejectReason as R;
    let limits = PortfolioLimits { net_exposure_max: Money(15_000), ..PortfolioLimits::NONE };
    check(limits, Side::Buy, net(5_000, 0), R::None);
    check(limits, Side::Buy, net(5_001, 0), R::NetExposure);
    check(limits, Side::Sell, net(5_001, 5_001), R::None);
    check(limits, Side::Sell, net(0, -5_000), R::None);
    check(limits, Side::Sell, net(0, -5_001), R::NetExposure);
    check(limits, Side::Buy, net(-90_000, -90_000), R::None);
    check(limits, Side::Buy, unpriced(), R::NetExposure);
}

#[test]
fn leverage_is_measured_by_what_the_account_is_worth() {
    use RejectReason as R;
    let capital = Money(10_000);
    let gross =
        PortfolioLimits { capital, gross_leverage_ppm_max: 1_500_000, ..PortfolioLimits::NONE };
    check(gross, Side::Buy, elsewhere(5_000), R::None);
    check(gross, Side::Buy, elsewhere(5_001), R::Leverage);
    check(gross, Side::Buy, earned(2_000, elsewhere(8_000)), R::None);
    check(gross, Side::Buy, earned(-1, elsewhere(5_000)), R::Leverage);
    check(gross, Side::Sell, earned(-10_000, elsewhere(0)), R::Leverage);
    check(gross, Side::Sell, Standing { profit: None, ..elsewhere(0) }, R::Leverage);
    check(gross, Side::Sell, unpriced(), R::Leverage);
    check(PortfolioLimits { capital: Money::ZERO, ..gross }, Side::Buy, elsewhere(0), R::Leverage);
    let net_only =
        PortfolioLimits { capital, net_leverage_ppm_max: 1_500_000, ..PortfolioLimits::NONE };
    check(net_only, Side::Buy, net(5_000, -80_000), R::None);
    check(net_only, Side::Buy, net(5_001, 0), R::Leverage);
    check(net_only, Side::Sell, net(0, -5_001), R::Leverage);
}

#[test]
fn positions_are_counted() {
    use RejectReason as R;
    let limits = PortfolioLimits { open_positions_max: 3, ..PortfolioLimits::NONE };
    let open = |open| {
        let mut standing = elsewhere(0);
        standing.elsewhere.account.open = open;
        standing
    };
    check(limits, Side::Buy, open(2), R::None);
    check(limits, Side::Buy, open(3), R::OpenPositions);
    check(
        PortfolioLimits { open_positions_max: 0, ..limits },
        Side::Sell,
        open(0),
        R::OpenPositions,
    );
}

#[test]
fn a_trade_may_cost_a_share_of_the_equity() {
    use RejectReason as R;
    // 2 % of 10,000 is 200; of an equity of 20,000 one percent is allowed.
    let limits = PortfolioLimits {
        capital: Money(20_000),
        worst_move_ppm: 20_000,
        trade_risk_ppm_max: 10_000,
        ..PortfolioLimits::NONE
    };
    check(limits, Side::Buy, elsewhere(0), R::None);
    check(limits, Side::Buy, earned(-1, elsewhere(0)), R::TradeRisk);
    check(
        PortfolioLimits { worst_move_ppm: 20_001, ..limits },
        Side::Sell,
        elsewhere(0),
        R::TradeRisk,
    );
    check(limits, Side::Sell, Standing { profit: None, ..elsewhere(0) }, R::TradeRisk);
}

#[test]
fn a_signals_own_stop_is_what_the_trade_may_cost() {
    use RejectReason as R;
    // Ten lots: a stop 20 away costs 200; of an equity of 20,000 one percent is allowed.
    let limits = PortfolioLimits {
        capital: Money(20_000),
        worst_move_ppm: 1_000_000,
        trade_risk_ppm_max: 10_000,
        ..PortfolioLimits::NONE
    };
    let verdict = |limits, stop_distance, position| {
        let account = AccountLimits { portfolio: limits, ..AccountLimits::NONE };
        let risk =
            PreTradeRisk::new(super::limits(), &RiskSetup::default(), [account], &[own()], 1);
        let proposal = Proposal { stop_distance, ..proposal(Side::Buy, 1_000, 10) };
        let facts = Facts { position: Lots(position), ..facts() };
        risk.check(Nanos(100), &proposal, &own(), &facts).err().unwrap_or(R::None)
    };
    for (stop_distance, expected) in [
        (0, R::TradeRisk),
        (1, R::None),
        (20, R::None),
        (21, R::TradeRisk),
        (i32::MAX, R::TradeRisk),
        (-1, R::StopSide),
        (i32::MIN, R::StopSide),
    ] {
        assert_eq!(verdict(limits, stop_distance, 0), expected, "{stop_distance}");
    }
    assert_eq!(verdict(PortfolioLimits::NONE, -1, 0), R::StopSide, "with any limit");
    assert_eq!(verdict(limits, -1, -10), R::None, "what reduces has nothing to lose");
}

#[test]
fn one_instrument_must_not_be_all() {
    use RejectReason as R;
    let limits = PortfolioLimits {
        concentration_ppm_max: 400_000,
        concentration_from: Money(20_000),
        ..PortfolioLimits::NONE
    };
    let held = |held| {
        let mut standing = elsewhere(1_000_000);
        standing.elsewhere.account.held = held;
        standing
    };
    check(limits, Side::Buy, held(0), R::None);
    check(limits, Side::Buy, held(9_999), R::None);
    check(limits, Side::Buy, held(10_000), R::Concentration);
    check(limits, Side::Buy, held(14_999), R::Concentration);
    check(limits, Side::Buy, held(15_000), R::None);
    check(limits, Side::Sell, unpriced(), R::Concentration);
}

#[test]
fn what_moves_together_counts_together() {
    use RejectReason as R;
    let limits = PortfolioLimits { group_exposure_max: Money(15_000), ..PortfolioLimits::NONE };
    let group = |group: Option<Money>| {
        let mut standing = elsewhere(1_000_000);
        standing.elsewhere.group = group;
        standing
    };
    check(limits, Side::Buy, group(None), R::None);
    check(limits, Side::Buy, group(Some(Money(5_000))), R::None);
    check(limits, Side::Buy, group(Some(Money(5_001))), R::Correlation);
    check(limits, Side::Sell, group(Some(Money::MAX)), R::Correlation);
}

#[test]
fn positions_and_losses_use_credit() {
    use RejectReason as R;
    let limits = PortfolioLimits { credit: Money(20_000), ..PortfolioLimits::NONE };
    check(limits, Side::Buy, elsewhere(10_000), R::None);
    check(limits, Side::Buy, elsewhere(10_001), R::Credit);
    check(limits, Side::Buy, earned(500, elsewhere(10_000)), R::None);
    check(limits, Side::Buy, earned(-500, elsewhere(9_500)), R::None);
    check(limits, Side::Buy, earned(-501, elsewhere(9_500)), R::Credit);
    check(limits, Side::Buy, Standing { profit: None, ..elsewhere(0) }, R::Credit);
    check(limits, Side::Sell, unpriced(), R::Credit);
}

#[test]
fn all_accounts_share_a_credit() {
    use RejectReason as R;
    let limits = PortfolioLimits { credit_of_all: Money(20_000), ..PortfolioLimits::NONE };
    let all = |all, lost: Option<i128>| {
        let mut standing = elsewhere(0);
        standing.elsewhere.all = Money(all);
        standing.elsewhere.loss_of_all = lost.map(Money);
        standing
    };
    check(limits, Side::Buy, all(10_000, Some(0)), R::None);
    check(limits, Side::Buy, all(10_000, Some(1)), R::CreditOfAll);
    check(limits, Side::Sell, all(10_001, Some(0)), R::CreditOfAll);
    check(limits, Side::Sell, all(0, None), R::CreditOfAll);
}

#[test]
fn a_strategy_trades_an_instrument_so_often() {
    let setup =
        RiskSetup { trades_per_window_max: 2, trade_window: Nanos(1_000), ..RiskSetup::default() };
    let mut risk =
        PreTradeRisk::new(super::limits(), &setup, [AccountLimits::NONE], &[own(); 2], 2);
    let (order, first, second) = (proposal(Side::Buy, 1_000, 1), StrategyId(0), StrategyId(1));
    let (account, shape) = (AccountId(0), order.shape);
    risk.note_order(Nanos(0), Nanos(0), account, &order);
    assert!(!risk.is_frequent(Nanos(1), first, shape.instrument));
    risk.note_order(Nanos(600), Nanos(600), account, &order);
    assert!(risk.is_frequent(Nanos(999), first, shape.instrument));
    assert!(!risk.is_frequent(Nanos(1_000), first, shape.instrument), "the window slides");
    assert!(!risk.is_frequent(Nanos(999), second, shape.instrument));
    assert!(!risk.is_frequent(Nanos(999), first, InstrumentId(1)));
    let often = Facts { is_frequent: true, ..facts() };
    let verdict = |order: &Proposal| risk.check(Nanos(900), order, &own(), &often);
    assert_eq!(verdict(&order), Err(RejectReason::TradeFrequency));
    let replaced = proposal(Side::Buy, 1_000, 2);
    assert_eq!(verdict(&Proposal { is_new: false, ..replaced }), Ok(()), "no new order");
}

/// Two percent down, one percent up, at the quantile.
const TAILS: Option<Tails> = Some(Tails { fall: 20_000_000, rise: 10_000_000 });

#[test]
fn what_was_lost_before_may_be_lost_again() {
    use RejectReason as R;
    let limits = PortfolioLimits { historical_var_max: Money(300), ..PortfolioLimits::NONE };
    let at_risk = |tail| {
        let mut standing = Standing { tails: TAILS, ..elsewhere(0) };
        standing.elsewhere.account.tail = tail;
        standing
    };
    check(limits, Side::Buy, at_risk(100), R::None);
    check(limits, Side::Buy, at_risk(101), R::HistoricalVar);
    check(limits, Side::Sell, at_risk(200), R::None);
    check(limits, Side::Sell, at_risk(201), R::HistoricalVar);
    check(limits, Side::Buy, Standing { tails: None, ..at_risk(0) }, R::HistoricalVar);
    check(limits, Side::Buy, Standing { tails: TAILS, ..unpriced() }, R::HistoricalVar);
}

#[test]
fn a_variance_that_nobody_measures_refuses() {
    let limits = PortfolioLimits { parametric_var_max: Money(300), ..PortfolioLimits::NONE };
    check(limits, Side::Buy, elsewhere(0), RejectReason::ParametricVar);
    check(limits, Side::Sell, unpriced(), RejectReason::ParametricVar);
}

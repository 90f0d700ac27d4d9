//! Each check by itself, and the order of all.

use gannet_types::{
    AccountId, Increment, Instrument, InstrumentId, Lots, Money, MoneyScale, Notional, OrderTerms,
    OrderType, Side, StrategyId, Text, Ticks,
};

mod exposures;
mod portfolio;

use super::exposures::Elsewhere;
use super::hours::Phase;
use super::worth::Worth;
use super::*;

fn account() -> AccountLimits {
    AccountLimits { gross_exposure_max: Money(30_000), ..AccountLimits::NONE }
}

/// An account whose other instruments may become worth so much.
fn elsewhere(worst: i128) -> Standing {
    let account = Worth { worst, ..Worth::default() };
    let elsewhere = Elsewhere { account, ..Elsewhere::default() };
    Standing { elsewhere, profit: Some(Money::ZERO), ..Standing::default() }
}

/// An account with a position elsewhere that has no price, and no profit that is known.
fn unpriced() -> Standing {
    let account = Worth { open: 1, unpriced: 1, unmeasured: 1, ..Worth::default() };
    let elsewhere = Elsewhere { account, all: Money::MAX, loss_of_all: None, group: None };
    Standing { elsewhere, ..Standing::default() }
}

fn limits() -> RiskLimits {
    RiskLimits {
        price_collar_ppm: 100_000,
        slippage_ppm_max: 10_000,
        messages_max: 3,
        message_window: Nanos(100),
        duplicate_window: Nanos(50),
        book_age_max: Nanos(1_000),
        open_orders_max: 2,
        open_orders_per_instrument_max: 1,
    }
}

fn own() -> InstrumentLimits {
    InstrumentLimits {
        order_lots_max: Lots(10),
        order_notional_min: Notional(500),
        order_notional_max: Notional(10_500),
        position_lots_max: Lots(20),
        loss_max: Notional(500),
        is_restricted: false,
    }
}

/// A notional of one is the smallest amount of money.
fn scale() -> MoneyScale {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    MoneyScale::of(&Instrument {
        id: InstrumentId(0),
        symbol: Text::new(b"X"),
        tick: step(b"0.0001"),
        lot: step(b"0.0001"),
        kind: gannet_types::InstrumentKind::Linear,
    })
}

fn proposal(side: Side, price: i64, lots: i64) -> Proposal {
    let shape =
        OrderShape { instrument: InstrumentId(0), side, price: Ticks(price), lots: Lots(lots) };
    let strategy = StrategyId(0);
    Proposal {
        strategy,
        shape,
        cum_lots: Lots::ZERO,
        is_new: true,
        reference: Reference::Market,
        stop_distance: 0,
    }
}

fn facts() -> Facts {
    Facts {
        halt: None,
        block: None,
        gateway_ready: true,
        live: true,
        twice_mid: Some(2_000),
        position: Lots::ZERO,
        working: Lots::ZERO,
        working_other_side: Lots::ZERO,
        reducible: None,
        open_orders: 0,
        open_in_instrument: 0,
        profit: Notional::ZERO,
        own_other_side: None,
        taking: Taking::default(),
        scale: scale(),
        standing: elsewhere(0),
        is_frequent: false,
        phase: Phase::Open,
    }
}

fn taking(must_fill: bool, lots: i64, value: i128) -> Taking {
    Taking { must_fill, lots: Lots(lots), value: Notional(value) }
}

fn verdict(proposal: &Proposal, facts: &Facts) -> RejectReason {
    let risk = PreTradeRisk::new(limits(), &RiskSetup::default(), [account()], &[own()], 1);
    risk.check(Nanos(0), proposal, &own(), facts).err().unwrap_or(RejectReason::None)
}

#[test]
fn each_check_has_its_reason() {
    use RejectReason as R;
    let good = proposal(Side::Buy, 1_000, 10);
    let worn = Proposal { is_new: false, cum_lots: Lots(10), ..good };
    let kill = Some(R::KillSwitch);
    let full = Proposal { is_new: false, ..good };
    let cases = [
        (good, facts(), R::None),
        (good, Facts { halt: kill, ..facts() }, R::KillSwitch),
        (good, Facts { gateway_ready: false, ..facts() }, R::GatewayDown),
        (good, Facts { live: false, ..facts() }, R::StaleBook),
        (good, Facts { twice_mid: None, ..facts() }, R::StaleBook),
        (proposal(Side::Buy, 1_000, 0), facts(), R::BadSize),
        (proposal(Side::Buy, 1_000, -5), facts(), R::BadSize),
        (worn, facts(), R::BadSize),
        (proposal(Side::Buy, 0, 1), facts(), R::BadPrice),
        (proposal(Side::Buy, i64::MIN, 1), facts(), R::BadPrice),
        (proposal(Side::Sell, 1_000, 11), facts(), R::OrderSize),
        (proposal(Side::Sell, 1_051, 10), facts(), R::OrderNotional),
        (proposal(Side::Sell, 1_050, 10), facts(), R::None),
        (proposal(Side::Buy, 1_100, 1), facts(), R::None),
        (proposal(Side::Buy, 1_101, 1), facts(), R::PriceCollar),
        (proposal(Side::Sell, 1_101, 1), facts(), R::PriceCollar),
        (proposal(Side::Buy, 900, 1), facts(), R::None),
        (proposal(Side::Buy, 899, 1), facts(), R::PriceCollar),
        (good, Facts { position: Lots(8), working: Lots(2), ..facts() }, R::None),
        (good, Facts { position: Lots(8), working: Lots(3), ..facts() }, R::PositionLimit),
        (good, Facts { position: Lots(-30), ..facts() }, R::None),
        (
            proposal(Side::Sell, 1_000, 1),
            Facts { position: Lots(-20), ..facts() },
            R::PositionLimit,
        ),
        (proposal(Side::Sell, 1_000, 1), Facts { position: Lots(25), ..facts() }, R::None),
        (proposal(Side::Buy, 1_000, 1), facts(), R::None),
        (proposal(Side::Buy, 499, 1), facts(), R::OrderNotionalMin),
        (proposal(Side::Buy, 901, 1), Facts { block: Some(R::DailyLoss), ..facts() }, R::DailyLoss),
        (good, Facts { standing: elsewhere(20_000), ..facts() }, R::None),
        (good, Facts { standing: elsewhere(20_001), ..facts() }, R::GrossExposure),
        (good, Facts { standing: unpriced(), ..facts() }, R::GrossExposure),
        (good, Facts { position: Lots(-9), working_other_side: Lots(21), ..facts() }, R::None),
        (
            good,
            Facts { position: Lots(-9), working_other_side: Lots(22), ..facts() },
            R::GrossExposure,
        ),
        (good, Facts { reducible: Some(Lots(10)), ..facts() }, R::None),
        (good, Facts { reducible: Some(Lots(9)), ..facts() }, R::ReduceOnly),
        (good, Facts { open_in_instrument: 1, ..facts() }, R::OpenOrdersOfInstrument),
        (full, Facts { open_in_instrument: 1, ..facts() }, R::None),
        (good, Facts { open_orders: 2, ..facts() }, R::OpenOrders),
        (full, Facts { open_orders: 2, ..facts() }, R::None),
        (good, Facts { profit: Notional(-500), ..facts() }, R::None),
        (good, Facts { profit: Notional(-501), ..facts() }, R::LossLimit),
    ];
    for (proposal, facts, reason) in cases {
        assert_eq!(verdict(&proposal, &facts), reason, "{proposal:?} {facts:?}");
    }
}

#[test]
fn what_would_trade_at_once_is_looked_at() {
    use RejectReason as R;
    let good = proposal(Side::Buy, 1_000, 10);
    let cases = [
        (good, Facts { taking: taking(false, 10, 10_100), ..facts() }, R::None),
        (good, Facts { taking: taking(false, 10, 10_101), ..facts() }, R::Liquidity),
        (good, Facts { taking: taking(false, 10, 9_899), ..facts() }, R::Liquidity),
        (good, Facts { taking: taking(false, 3, 3_003), ..facts() }, R::None),
        (good, Facts { taking: taking(true, 3, 3_003), ..facts() }, R::Liquidity),
        (good, Facts { own_other_side: Some(Ticks(1_001)), ..facts() }, R::None),
        (good, Facts { own_other_side: Some(Ticks(1_000)), ..facts() }, R::SelfTrade),
        (
            proposal(Side::Sell, 1_000, 1),
            Facts { own_other_side: Some(Ticks(1_000)), ..facts() },
            R::SelfTrade,
        ),
        (
            proposal(Side::Sell, 1_001, 1),
            Facts { own_other_side: Some(Ticks(1_000)), ..facts() },
            R::None,
        ),
        (
            proposal(Side::Sell, 1_050, 10),
            Facts {
                own_other_side: Some(Ticks(1_000)),
                taking: taking(true, 10, 10_000),
                ..facts()
            },
            R::SelfTrade,
        ),
    ];
    for (proposal, facts, reason) in cases {
        assert_eq!(verdict(&proposal, &facts), reason, "{proposal:?} {facts:?}");
    }
}

#[test]
fn what_only_makes_a_position_smaller_passes_what_is_about_making_it_larger() {
    use RejectReason as R;
    let restricted = InstrumentLimits { is_restricted: true, ..own() };
    let risk = PreTradeRisk::new(limits(), &RiskSetup::default(), [account()], &[own()], 1);
    let long = Facts {
        block: Some(R::WeeklyLoss),
        position: Lots(3),
        working: Lots(1),
        standing: elsewhere(1_000_000),
        ..facts()
    };
    let check = |limits: &InstrumentLimits, lots, facts: &Facts| {
        let order = proposal(Side::Sell, 950, lots);
        risk.check(Nanos(0), &order, limits, facts).err().unwrap_or(R::None)
    };
    assert_eq!(check(&restricted, 2, &long), R::None);
    assert_eq!(check(&restricted, 3, &long), R::Restricted, "with the working one it turns over");
    assert_eq!(check(&own(), 3, &long), R::WeeklyLoss);
    let free = Facts { block: None, ..long };
    assert_eq!(check(&own(), 3, &free), R::GrossExposure);
    assert_eq!(check(&own(), 2, &free), R::None);
    let small = InstrumentLimits { order_notional_min: Notional(5_000), ..own() };
    assert_eq!(check(&small, 2, &long), R::None);
    assert_eq!(check(&small, 3, &Facts { standing: elsewhere(0), ..free }), R::OrderNotionalMin);
    assert_eq!(check(&own(), 2, &Facts { phase: Phase::Closing, ..free }), R::None);
    assert_eq!(check(&own(), 3, &Facts { phase: Phase::Closing, ..free }), R::ClosingSoon);
    assert_eq!(check(&own(), 2, &Facts { phase: Phase::Closed, ..free }), R::OutsideHours);
    let short = Facts { position: Lots(-3), ..long };
    assert_eq!(check(&restricted, 1, &short), R::Restricted);
}

#[test]
fn the_first_failing_check_gives_the_reason() {
    let hopeless = Facts {
        halt: Some(RejectReason::Draining),
        block: Some(RejectReason::DailyLoss),
        gateway_ready: false,
        live: false,
        twice_mid: Some(2),
        position: Lots(i64::MAX),
        working: Lots(i64::MAX),
        working_other_side: Lots(i64::MAX),
        reducible: None,
        open_orders: 9,
        open_in_instrument: 9,
        profit: Notional(i128::MIN),
        own_other_side: Some(Ticks(1)),
        taking: taking(false, i64::MAX, i128::MAX),
        scale: scale(),
        standing: unpriced(),
        is_frequent: true,
        phase: Phase::Closed,
    };
    let absurd = proposal(Side::Buy, i64::MAX, i64::MAX);
    let mut facts = hopeless;
    assert_eq!(verdict(&absurd, &facts), RejectReason::Draining);
    facts.halt = None;
    assert_eq!(verdict(&absurd, &facts), RejectReason::GatewayDown);
    facts.gateway_ready = true;
    assert_eq!(verdict(&absurd, &facts), RejectReason::StaleBook);
    facts.live = true;
    assert_eq!(verdict(&absurd, &facts), RejectReason::OutsideHours);
    facts.phase = Phase::Closing;
    assert_eq!(verdict(&absurd, &facts), RejectReason::ClosingSoon);
    facts.phase = Phase::Open;
    assert_eq!(verdict(&absurd, &facts), RejectReason::DailyLoss);
    facts.block = None;
    assert_eq!(verdict(&absurd, &facts), RejectReason::OrderSize);
    assert_eq!(verdict(&proposal(Side::Buy, i64::MAX, 5), &facts), RejectReason::OrderNotional);
    let cheap = proposal(Side::Buy, 1, 5);
    assert_eq!(verdict(&cheap, &facts), RejectReason::OrderNotionalMin);
    let close = proposal(Side::Buy, 100, 5);
    assert_eq!(verdict(&close, &facts), RejectReason::PriceCollar);
    facts.twice_mid = Some(200);
    assert_eq!(verdict(&close, &facts), RejectReason::Liquidity);
    facts.taking = Taking::default();
    assert_eq!(verdict(&close, &facts), RejectReason::SelfTrade);
    facts.own_other_side = None;
    assert_eq!(verdict(&close, &facts), RejectReason::PositionLimit);
    facts.position = Lots::ZERO;
    facts.working = Lots::ZERO;
    assert_eq!(verdict(&close, &facts), RejectReason::GrossExposure);
    facts.standing = elsewhere(0);
    assert_eq!(verdict(&close, &facts), RejectReason::GrossExposure);
    facts.working_other_side = Lots::ZERO;
    assert_eq!(verdict(&close, &facts), RejectReason::TradeFrequency);
    facts.is_frequent = false;
    assert_eq!(verdict(&close, &facts), RejectReason::OpenOrders);
    facts.open_orders = 0;
    assert_eq!(verdict(&close, &facts), RejectReason::OpenOrdersOfInstrument);
    facts.open_in_instrument = 0;
    assert_eq!(verdict(&close, &facts), RejectReason::LossLimit);
}

#[test]
fn duplicates_come_before_the_message_rate() {
    let mut risk = PreTradeRisk::new(limits(), &RiskSetup::default(), [account()], &[own()], 1);
    let order = proposal(Side::Buy, 1_000, 1);
    for time in 0..3 {
        risk.note_message(Nanos(time));
    }
    risk.note_order(Nanos(2), Nanos(2), AccountId(0), &order);
    let check = |time, proposal: &Proposal| risk.check(Nanos(time), proposal, &own(), &facts());
    assert_eq!(check(51, &order), Err(RejectReason::Duplicate));
    assert_eq!(check(52, &order), Err(RejectReason::MessageRate));
    assert_eq!(check(51, &Proposal { is_new: false, ..order }), Err(RejectReason::MessageRate));
    assert_eq!(check(100, &order), Ok(()));
}

#[test]
fn an_order_without_a_limit_is_measured_by_what_it_may_cost() {
    let stop = OrderTerms { stop_price: Ticks(1_500), ..OrderTerms::PLAIN };
    let check = |order_type, price, lots, terms: &OrderTerms| {
        let reference = Reference::of(order_type, Ticks(price), terms, Some(2_001));
        let worth = reference.worth(Ticks(price));
        (worth.0, verdict(&Proposal { reference, ..proposal(Side::Buy, worth.0, lots) }, &facts()))
    };
    let plain = OrderTerms::PLAIN;
    let cases = [
        (check(OrderType::Market, 0, 10, &plain), (1_001, RejectReason::None)),
        (check(OrderType::Pegged, 0, 10, &plain), (1_001, RejectReason::None)),
        (check(OrderType::Pegged, 1_060, 10, &plain), (1_060, RejectReason::OrderNotional)),
        (check(OrderType::TrailingStop, 0, 10, &plain), (1_001, RejectReason::None)),
        (check(OrderType::TrailingStop, 0, 8, &stop), (1_500, RejectReason::OrderNotional)),
        (check(OrderType::Stop, 0, 7, &stop), (1_500, RejectReason::None)),
        (check(OrderType::StopLimit, 1_600, 2, &stop), (1_600, RejectReason::None)),
        (check(OrderType::StopLimit, 1_651, 2, &stop), (1_651, RejectReason::PriceCollar)),
        (check(OrderType::Limit, 1_500, 2, &plain), (1_500, RejectReason::PriceCollar)),
    ];
    for (is, should) in cases {
        assert_eq!(is, should);
    }
}

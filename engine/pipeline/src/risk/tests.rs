//! Each check by itself, and the order of all.

use gannet_types::InstrumentId;

use super::*;

fn limits() -> RiskLimits {
    RiskLimits {
        order_lots_max: Lots(10),
        order_notional_max: Notional(10_500),
        price_collar_ppm: 100_000,
        position_lots_max: Lots(20),
        messages_max: 3,
        message_window: Nanos(100),
        duplicate_window: Nanos(50),
        book_age_max: Nanos(1_000),
        open_orders_max: 2,
        loss_max: Notional(500),
    }
}

fn proposal(side: Side, price: i64, lots: i64) -> Proposal {
    let shape =
        OrderShape { instrument: InstrumentId(0), side, price: Ticks(price), lots: Lots(lots) };
    Proposal { shape, cum_lots: Lots::ZERO, is_new: true, reference: Reference::Market }
}

fn facts() -> Facts {
    Facts {
        halt: None,
        gateway_ready: true,
        live: true,
        twice_mid: Some(2_000),
        position: Lots::ZERO,
        working: Lots::ZERO,
        open_orders: 0,
        profit: Notional::ZERO,
    }
}

fn verdict(proposal: &Proposal, facts: &Facts) -> RejectReason {
    let risk = PreTradeRisk::new(limits());
    risk.check(Nanos(0), proposal, facts).err().unwrap_or(RejectReason::None)
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
fn the_first_failing_check_gives_the_reason() {
    let hopeless = Facts {
        halt: Some(RejectReason::Draining),
        gateway_ready: false,
        live: false,
        twice_mid: Some(2),
        position: Lots(i64::MAX),
        working: Lots(i64::MAX),
        open_orders: 9,
        profit: Notional(i128::MIN),
    };
    let absurd = proposal(Side::Buy, i64::MAX, i64::MAX);
    let mut facts = hopeless;
    assert_eq!(verdict(&absurd, &facts), RejectReason::Draining);
    facts.halt = None;
    assert_eq!(verdict(&absurd, &facts), RejectReason::GatewayDown);
    facts.gateway_ready = true;
    assert_eq!(verdict(&absurd, &facts), RejectReason::StaleBook);
    facts.live = true;
    assert_eq!(verdict(&absurd, &facts), RejectReason::OrderSize);
    assert_eq!(verdict(&proposal(Side::Buy, i64::MAX, 5), &facts), RejectReason::OrderNotional);
    assert_eq!(verdict(&proposal(Side::Buy, 100, 5), &facts), RejectReason::PriceCollar);
    assert_eq!(verdict(&proposal(Side::Buy, 1, 5), &facts), RejectReason::PositionLimit);
    facts.position = Lots::ZERO;
    facts.working = Lots::ZERO;
    assert_eq!(verdict(&proposal(Side::Buy, 1, 5), &facts), RejectReason::OpenOrders);
    facts.open_orders = 0;
    assert_eq!(verdict(&proposal(Side::Buy, 1, 5), &facts), RejectReason::LossLimit);
}

#[test]
fn duplicates_come_before_the_message_rate() {
    let mut risk = PreTradeRisk::new(limits());
    let order = proposal(Side::Buy, 1_000, 1);
    for time in 0..3 {
        risk.note_message(Nanos(time));
    }
    risk.note_order(Nanos(2), order.shape);
    let check = |time, proposal: &Proposal| risk.check(Nanos(time), proposal, &facts());
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

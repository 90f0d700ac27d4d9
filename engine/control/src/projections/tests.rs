//! What records become on the page.

use gannet_types::*;

use super::*;

const ORDER: OrderId = OrderId(7);

fn projection() -> Projection {
    Projection::new(setup())
}

fn setup() -> Setup {
    Setup {
        run_mode: "test".to_owned(),
        instruments: vec![Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: Increment::parse(b"0.10").expect("a tick"),
            lot: Increment::parse(b"0.001").expect("a lot"),
            kind: gannet_types::InstrumentKind::Linear,
        }],
        strategies: vec![("fader".to_owned(), GateMode::Paper)],
        gateways: vec!["broker".to_owned()],
        features: vec!["mid".to_owned(), "spread".to_owned()],
    }
}

fn show(projection: &Projection) -> Snapshot {
    projection.snapshot(JournalView::default(), Vec::new(), Vec::new())
}

fn command(projection: &mut Projection, command: Command) {
    projection.on_input(Nanos::SECOND, &Input::Command(command));
}

fn market(instrument: u16, event: MarketEvent<'_>) -> Input<'_> {
    let (exchange_time, received) = (Nanos(1), Nanos(2));
    Input::Market(Market { instrument: InstrumentId(instrument), exchange_time, received, event })
}

fn level(price: i64, lots: i64) -> Level {
    Level { price: Ticks(price), lots: Lots(lots) }
}

fn status(bid: Level, ask: Level, position: PositionReport) -> Status {
    Status {
        time: Nanos(0),
        top: TopOfBook { update_id: 1, bid, ask },
        position,
        unrealized: Notional(-500),
        open_orders: 2,
        market_events: 10,
        crossed_books: 0,
        live: true,
        killed: false,
    }
}

pub(crate) fn request(kind: RequestKind, revision: u8) -> OrderRequest {
    OrderRequest {
        kind,
        gateway: GatewayId(0),
        account: AccountId(0),
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::new(ORDER, revision),
        original: ClientOrderId::new(ORDER, 0),
        side: Side::Sell,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::PostOnly,
        price: Ticks(618_000),
        lots: Lots(10),
        terms: OrderTerms::PLAIN,
        origin: Nanos(0),
    }
}

pub(crate) fn report(kind: ExecKind, revision: u8, last: i64, cum: i64) -> ExecutionReport {
    ExecutionReport {
        gateway: GatewayId(0),
        instrument: InstrumentId(0),
        kind,
        client_order_id: ClientOrderId::new(ORDER, revision),
        side: Side::Sell,
        last_lots: Lots(last),
        last_price: Ticks(618_001),
        cum_lots: Lots(cum),
        leaves_lots: Lots(10 - cum),
        price: Ticks(618_005),
        fee: Notional(-12),
        liquidity: Liquidity::Maker,
        reason: RejectReason::Venue,
        transact_time: Nanos(0),
        received: Nanos(0),
        session_sequence: 1,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::new(b"V9"),
    }
}

fn signal() -> Signal {
    Signal {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        action: SignalAction::Place,
        side: Side::Buy,
        order_type: OrderType::Limit,
        price: Ticks(617_990),
        lots: Lots(3),
        time_in_force: TimeInForce::PostOnly,
        terms: OrderTerms::PLAIN,
        confidence: 80,
        reason: Text::new(b"mean reversion"),
        origin: Nanos(0),
    }
}

#[test]
fn an_instrument_shows_book_trade_and_position() {
    let mut projection = projection();
    let before = &show(&projection).instruments[0];
    assert_eq!((before.feed, before.bid_price.as_deref()), ("unknown", None));

    let trade =
        Trade { trade_id: 1, aggressor: Side::Sell, price: Ticks(618_001), lots: Lots(250) };
    projection.on_input(Nanos(1), &market(0, MarketEvent::Feed(FeedState::Live)));
    projection.on_input(Nanos(1), &market(0, MarketEvent::Trade(trade)));
    let position = PositionReport {
        lots: Lots(-4),
        cost: Notional(-2_472_004),
        realized: Notional(12_345),
        fees: Notional(45),
        ..PositionReport::default()
    };
    let status = status(level(618_000, 5), level(618_003, 7), position);
    projection.on_output(Nanos::SECOND, &Output::Status(status));

    let view = &show(&projection).instruments[0];
    assert_eq!(view.feed, "live");
    assert_eq!(view.bid_price.as_deref(), Some("61800.0"));
    assert_eq!(view.ask_quantity.as_deref(), Some("0.007"));
    assert_eq!((view.spread_price.as_deref(), view.spread_ticks), (Some("0.3"), Some(3)));
    assert_eq!(view.last_price.as_deref(), Some("61800.1"));
    assert_eq!(view.position_quantity, "-0.004");
    assert_eq!(view.entry_price.as_deref(), Some("61800.100"));
    assert_eq!(view.realized_quote, "1.2345");
    assert_eq!(view.unrealized_quote, "-0.0500");
    assert_eq!(view.fees_quote, "0.0045");
    assert_eq!(view.net_quote, "1.1800");
    assert_eq!(show(&projection).charts[0].mids, [(1000, "61800.150".to_owned())]);
}

#[test]
fn what_the_venue_has_halted_is_shown_until_it_trades_or_a_person_resumes_it() {
    let mut projection = projection();
    let trading = |projection: &Projection| show(projection).instruments[0].trading;
    let mut seen = vec![trading(&projection)];
    for status in [TradingStatus::Halted, TradingStatus::Trading, TradingStatus::Halted] {
        projection.on_input(Nanos(1), &market(0, MarketEvent::Status(status)));
        seen.push(trading(&projection));
    }
    command(&mut projection, Command::Start);
    seen.push(trading(&projection));
    command(&mut projection, Command::Resume(Scope::Instrument(InstrumentId(0))));
    seen.push(trading(&projection));
    assert_eq!(seen, ["unknown", "halted", "trading", "halted", "halted", "unknown"]);
}

#[test]
fn an_empty_side_has_no_price() {
    let mut projection = projection();
    let status = status(level(618_000, 5), level(0, 0), PositionReport::default());
    projection.on_output(Nanos(1), &Output::Status(status));
    let view = &show(&projection).instruments[0];
    assert_eq!((view.ask_price.as_deref(), view.spread_ticks), (None, None));
    assert!(show(&projection).charts[0].mids.is_empty());
}

#[test]
fn a_chart_takes_two_points_a_second_and_forgets_the_oldest() {
    let mut projection = projection();
    for step in 0..1_000_u64 {
        let top = status(level(618_000, 5), level(618_002, 5), PositionReport::default());
        projection.on_output(Nanos::from_millis(step * 250), &Output::Status(top));
    }
    let mids = &show(&projection).charts[0].mids;
    assert_eq!(mids.len(), 240);
    assert_eq!(mids[239].0 - mids[0].0, 239 * 500);
}

#[test]
fn orders_follow_requests_and_reports() {
    use ExecKind as E;
    // Requests and reports after a new order; where it stands; whether it is still open.
    type Step = (Option<RequestKind>, Option<(E, u8, i64, i64)>);
    let cancel: Step = (Some(RequestKind::Cancel), None);
    let replace: Step = (Some(RequestKind::Replace), None);
    let say = |kind, revision, last, cum| -> Step { (None, Some((kind, revision, last, cum))) };
    let cases: &[(&[Step], &str, bool, &str)] = &[
        (&[], "pending new", true, "0.000"),
        (&[say(E::PendingNew, 0, 0, 0)], "pending new", true, "0.000"),
        (&[say(E::New, 0, 0, 0)], "new", true, "0.000"),
        (&[say(E::Trade, 0, 4, 4)], "partially filled", true, "0.004"),
        (&[say(E::Trade, 0, 4, 4), say(E::Trade, 0, 6, 10)], "filled", false, "0.010"),
        (&[say(E::New, 0, 0, 0), cancel], "pending cancel", true, "0.000"),
        (&[cancel, say(E::Trade, 0, 4, 4)], "pending cancel", true, "0.004"),
        (&[cancel, say(E::Canceled, 1, 0, 0)], "canceled", false, "0.000"),
        (&[cancel, say(E::CancelRejected, 1, 0, 0)], "new", true, "0.000"),
        (&[cancel, say(E::Unsent, 1, 0, 0)], "new", true, "0.000"),
        (&[say(E::Trade, 0, 4, 4), replace], "pending replace", true, "0.004"),
        (&[replace, say(E::Replaced, 1, 0, 4)], "partially filled", true, "0.004"),
        (&[say(E::Rejected, 0, 0, 0)], "rejected", false, "0.000"),
        (&[say(E::Unsent, 0, 0, 0)], "rejected", false, "0.000"),
        (&[say(E::Expired, 0, 0, 0)], "expired", false, "0.000"),
        (&[say(E::Status, 0, 0, 4)], "partially filled", true, "0.004"),
        (&[say(E::Expired, 0, 0, 0), say(E::New, 0, 0, 0)], "expired", false, "0.000"),
        (&[say(E::Canceled, 0, 0, 0), say(E::Trade, 0, 4, 4)], "canceled", false, "0.004"),
    ];
    for (number, (steps, expected, is_open, filled)) in cases.iter().enumerate() {
        let mut projection = projection();
        projection.on_output(Nanos(1), &Output::Order(request(RequestKind::New, 0)));
        for (kind, said) in *steps {
            if let Some(kind) = *kind {
                projection.on_output(Nanos(2), &Output::Order(request(kind, 1)));
            }
            if let Some((kind, revision, last, cum)) = *said {
                let report = report(kind, revision, last, cum);
                projection.on_input(Nanos(3), &Input::Execution(report));
            }
        }
        let snapshot = show(&projection);
        let (here, there) = if *is_open {
            (&snapshot.open_orders, &snapshot.recent_orders)
        } else {
            (&snapshot.recent_orders, &snapshot.open_orders)
        };
        assert_eq!((here.len(), there.len()), (1, 0), "case {number}");
        assert_eq!(
            (here[0].status, here[0].filled_quantity.as_str()),
            (*expected, *filled),
            "{number}"
        );
    }
}

#[test]
fn fills_and_refusals_are_listed_newest_first() {
    let mut projection = projection();
    projection.on_output(Nanos(1), &Output::Order(request(RequestKind::New, 0)));
    projection.on_input(Nanos(2), &Input::Execution(report(ExecKind::Trade, 0, 4, 4)));
    projection.on_input(Nanos(3), &Input::Execution(report(ExecKind::CancelRejected, 1, 0, 4)));
    let reject = Reject {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::default(),
        reason: RejectReason::PriceCollar,
    };
    projection.on_output(Nanos(4), &Output::Reject(reject));
    let snapshot = show(&projection);
    let fill = &snapshot.fills[0];
    assert_eq!(
        (fill.side, fill.price.as_str(), fill.quantity.as_str()),
        ("sell", "61800.1", "0.004")
    );
    assert_eq!((fill.fee_quote.as_str(), fill.liquidity), ("-0.0012", "maker"));
    let rejects: Vec<_> = snapshot.rejects.iter().map(|row| (row.by, row.reason)).collect();
    assert_eq!(
        rejects,
        [("engine", "price outside the collar"), ("venue", "refused by the venue")]
    );
    assert_eq!(snapshot.rejects[0].order_id, None);
    assert_eq!(snapshot.rejects[1].order_id.as_deref(), Some("7"));
    assert_eq!(snapshot.rejects[1].strategy, "fader");
    assert_eq!(snapshot.open_orders[0].filled_price.as_deref(), Some("61800.100"));
    assert_eq!(snapshot.open_orders[0].venue_order_id, "V9");
}

#[test]
fn approvals_wait_until_someone_or_something_decides() {
    let expired = Output::Reject(Reject {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::new(ORDER, 0),
        reason: RejectReason::ApprovalExpired,
    });
    for end in 0..3 {
        let mut projection = projection();
        let waiting = Output::Signal(signal(), GateVerdict::Waiting(ORDER));
        projection.on_output(Nanos(1), &waiting);
        let snapshot = show(&projection);
        assert_eq!(snapshot.approvals[0].order_id.as_deref(), Some("7"));
        assert_eq!(snapshot.signals[0].verdict, "waiting");
        assert_eq!(snapshot.signals[0].reason, "mean reversion");
        command(&mut projection, Command::Approve(OrderId(8)));
        assert_eq!(show(&projection).approvals.len(), 1);
        match end {
            0 => command(&mut projection, Command::Approve(ORDER)),
            1 => command(&mut projection, Command::Decline(ORDER)),
            _ => projection.on_output(Nanos(2), &expired),
        }
        assert!(show(&projection).approvals.is_empty(), "end {end}");
    }
}

#[test]
fn switches_follow_commands_and_survive_a_start() {
    let mut projection = projection();
    let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
    projection.on_input(Nanos(1), &Input::Gateway(up));
    assert_eq!(show(&projection).engine.gateways[0].state, "up");
    command(&mut projection, Command::Kill);
    command(&mut projection, Command::Drain);
    command(&mut projection, Command::SetGateMode(StrategyId(0), GateMode::Manual));
    let engine = show(&projection).engine;
    assert!(engine.is_killed && engine.is_draining);
    command(&mut projection, Command::Start);
    let engine = show(&projection).engine;
    assert!(engine.is_killed && !engine.is_draining);
    assert_eq!((engine.gates[0].mode, engine.gateways[0].state), ("manual", "unknown"));
    command(&mut projection, Command::KillReset);
    assert!(!show(&projection).engine.is_killed);
    projection.on_output(Nanos(1), &Output::Alarm(Alarm::Killed));
    let snapshot = show(&projection);
    assert!(snapshot.engine.is_killed);
    assert_eq!(snapshot.alarms[0].text, "The kill switch was turned on");
}

#[test]
fn accounts_and_strategies_are_shown_with_what_they_hold_and_what_stops_them() {
    let setup = Setup {
        strategies: ["fader", "trend", "cycle"].map(|it| (it.to_owned(), GateMode::Auto)).to_vec(),
        ..setup()
    };
    let accounts = ["fund", "house"].map(str::to_owned).to_vec();
    let mut projection = Projection::new(setup)
        .trading_for(accounts, vec![AccountId(0), AccountId(1), AccountId(1)]);
    let position = |account, lots: i64| PositionReport {
        account: AccountId(account),
        instrument: InstrumentId(0),
        lots: Lots(lots),
        cost: Notional(i128::from(lots) * 100),
        realized: Notional(5),
        fees: Notional(1),
        funding: Notional(0),
    };
    projection.on_output(Nanos(1), &Output::Position(position(0, 3)));
    projection.on_output(Nanos(1), &Output::Position(position(1, -5)));
    let (strategy, part) = (StrategyId(2), position(1, -7));
    let part = StrategyPosition { strategy, position: part };
    projection.on_output(Nanos(1), &Output::StrategyPosition(part));
    let shown = show(&projection);
    assert_eq!(shown.instruments[0].position_quantity, "-0.002", "all accounts together");
    let quantities = |held: &[HeldView]| held.iter().map(|it| it.quantity.clone()).collect();
    let accounts: Vec<Vec<String>> =
        shown.accounts.iter().map(|account| quantities(&account.positions)).collect();
    assert_eq!(accounts, [["0.003"], ["-0.005"]]);
    let strategies: Vec<Vec<String>> =
        shown.strategies.iter().map(|strategy| quantities(&strategy.positions)).collect();
    assert_eq!(strategies[0], ["0.003"], "the only one of its account");
    assert_eq!(strategies[1..], [vec![], vec!["-0.007".to_owned()]]);

    let halted = Alarm::Halted(AccountId(1), RejectReason::Drawdown);
    projection.on_output(Nanos(1), &Output::Alarm(halted));
    command(&mut projection, Command::Halt(Scope::Strategy(StrategyId(1))));
    projection.on_output(Nanos(1), &Output::Alarm(Alarm::NotArmed(StrategyId(2))));
    let shown = show(&projection);
    assert!(!shown.engine.is_killed && shown.engine.needs_arming);
    assert_eq!(shown.accounts[1].halt_reason, Some(RejectReason::Drawdown.text()));
    assert!(shown.strategies[1].is_halted && shown.strategies[2].needs_arming);
    assert!(shown.alarms[1].text.ends_with("account house"), "{}", shown.alarms[1].text);
    command(&mut projection, Command::Resume(Scope::Account(AccountId(1))));
    command(&mut projection, Command::ArmStrategy(StrategyId(2)));
    command(&mut projection, Command::Resume(Scope::Strategy(StrategyId(1))));
    let shown = show(&projection);
    assert_eq!((shown.accounts[1].halt_reason, shown.engine.needs_arming), (None, false));
    assert!(!shown.strategies[1].is_halted);
    command(&mut projection, Command::Kill);
    assert!(show(&projection).engine.is_killed);
    command(&mut projection, Command::KillReset);
    assert!(!show(&projection).engine.is_killed);
    command(&mut projection, Command::Halt(Scope::Account(AccountId(9))));
    assert_eq!(show(&projection).engine.counts.unknown, 1);
}

#[test]
fn only_the_shortest_time_bars_are_kept() {
    let bar = |kind| {
        Output::Bar(Bar {
            instrument: InstrumentId(0),
            kind,
            start: Nanos::ZERO,
            end: Nanos::SECOND,
            open: Ticks(1),
            high: Ticks(4),
            low: Ticks(1),
            close: Ticks(3),
            volume: Lots(9),
            notional: Notional(20),
            trades: 2,
        })
    };
    let mut projection = projection();
    for kind in [
        BarKind::Time(Nanos(60_000_000_000)),
        BarKind::Tick(5),
        BarKind::Time(Nanos::SECOND),
        BarKind::Time(Nanos(60_000_000_000)),
        BarKind::Volume(Lots(1)),
        BarKind::Time(Nanos::SECOND),
    ] {
        projection.on_output(Nanos(1), &bar(kind));
    }
    let snapshot = show(&projection);
    assert_eq!(snapshot.charts[0].bars.len(), 2);
    assert_eq!(snapshot.charts[0].bars[0].high, "0.4");
    assert_eq!(snapshot.engine.counts.bars, 6);
}

#[test]
fn lists_are_bounded_and_unknown_names_are_counted() {
    let mut projection = projection();
    for count in 0..1_000 {
        let mut request = request(RequestKind::New, 0);
        request.client_order_id = ClientOrderId::new(OrderId(count), 0);
        request.instrument = InstrumentId(9);
        request.strategy = StrategyId(9);
        projection.on_output(Nanos(1), &Output::Order(request));
        let mut trade = report(ExecKind::Trade, 0, i64::MAX, i64::MAX);
        trade.leaves_lots = Lots(i64::MIN);
        projection.on_input(Nanos(1), &Input::Execution(trade));
        projection.on_output(Nanos(1), &Output::Signal(signal(), GateVerdict::Waiting(ORDER)));
    }
    projection.on_input(Nanos(1), &market(9, MarketEvent::Feed(FeedState::Live)));
    command(&mut projection, Command::SetGateMode(StrategyId(9), GateMode::Auto));
    let down = GatewayStatus { gateway: GatewayId(9), state: GatewayState::Down };
    projection.on_input(Nanos(1), &Input::Gateway(down));
    let snapshot = show(&projection);
    assert_eq!(snapshot.open_orders.len(), 256);
    assert_eq!(snapshot.open_orders[0].symbol, "#9");
    assert_eq!((snapshot.recent_orders.len(), snapshot.fills.len()), (50, 50));
    assert_eq!((snapshot.signals.len(), snapshot.approvals.len()), (50, 64));
    assert_eq!(snapshot.engine.counts.unknown, 3);
}

#[test]
fn the_newest_features_are_shown_by_name() {
    let mut projection = projection();
    assert!(show(&projection).features[0].values.is_empty());
    for values in [[Some(1.0), Some(2.0)], [Some(1.5), None]] {
        let block = FeatureBlock::of(InstrumentId(0), 0, values.into_iter()).expect("a block");
        projection.on_output(Nanos::SECOND, &Output::Features(block));
    }
    let view = &show(&projection).features[0];
    assert_eq!(view.symbol, "BTCUSDT");
    let shown: Vec<_> = view.values.iter().map(|each| (each.name.as_str(), each.value)).collect();
    assert_eq!(shown, [("mid", Some(1.5)), ("spread", None)]);
}

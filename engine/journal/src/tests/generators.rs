//! Generators of every input and every output.

use gannet_types::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// An input that owns its levels.
#[derive(Clone, Debug)]
pub(super) enum OwnedInput {
    Plain(Input<'static>),
    Depth { market: Market<'static>, bids: Vec<Level>, asks: Vec<Level> },
}

impl OwnedInput {
    /// Calls `f` with the input.
    pub(super) fn with<R>(&self, f: impl FnOnce(&Input<'_>) -> R) -> R {
        match self {
            Self::Plain(input) => f(input),
            Self::Depth { market, bids, asks } => {
                let MarketEvent::Depth(depth) = market.event else { unreachable!("made below") };
                let event = MarketEvent::Depth(Depth { bids, asks, ..depth });
                f(&Input::Market(Market { event, ..*market }))
            }
        }
    }
}

pub(super) fn input() -> impl Strategy<Value = OwnedInput> {
    let plain = prop_oneof![
        market().prop_map(Input::Market),
        execution().prop_map(Input::Execution),
        (any::<u16>(), execution()).prop_map(|(account, report)| Input::DropCopy(DropCopy {
            account: AccountId(account),
            report
        })),
        venue_position().prop_map(Input::VenuePosition),
        (any::<u8>(), select(vec![GatewayState::Up, GatewayState::Down, GatewayState::Told]))
            .prop_map(|(gateway, state)| Input::Gateway(GatewayStatus {
                gateway: GatewayId(gateway),
                state
            })),
        command().prop_map(Input::Command),
        report().prop_map(Input::Prediction),
        Just(Input::Timer),
    ];
    let kinds = vec![DepthKind::SnapshotStart, DepthKind::SnapshotPart, DepthKind::Delta];
    let depth = (head(), any::<u64>(), select(kinds), any::<bool>(), levels(), levels()).prop_map(
        |(market, update_id, kind, last, bids, asks)| {
            let depth = Depth { update_id, kind, last, bids: &[], asks: &[] };
            let market = Market { event: MarketEvent::Depth(depth), ..market };
            OwnedInput::Depth { market, bids, asks }
        },
    );
    prop_oneof![plain.prop_map(OwnedInput::Plain), depth]
}

fn venue_position() -> impl Strategy<Value = VenuePosition> {
    let held = (any::<u16>(), lots(), proptest::option::of(notional())).prop_map(
        |(instrument, lots, funding)| PositionTold::Held {
            instrument: InstrumentId(instrument),
            lots,
            funding,
        },
    );
    let told = prop_oneof![
        held,
        Just(PositionTold::Announced),
        Just(PositionTold::Elsewhere),
        Just(PositionTold::NoPositions),
        Just(PositionTold::Refused),
    ];
    let account = proptest::option::of(any::<u16>().prop_map(AccountId));
    let reports = proptest::option::of(any::<u32>());
    (any::<u8>(), account, told, reports, any::<[u64; 3]>()).prop_map(
        |(gateway, account, told, reports, [request, session_sequence, received])| VenuePosition {
            gateway: GatewayId(gateway),
            account,
            request: ClientOrderId(request),
            told,
            reports,
            session_sequence,
            received: Nanos(received),
        },
    )
}

/// A market message whose event is to be replaced.
fn head() -> impl Strategy<Value = Market<'static>> {
    (any::<u16>(), any::<u64>(), any::<u64>()).prop_map(|(instrument, exchange, received)| Market {
        instrument: InstrumentId(instrument),
        exchange_time: Nanos(exchange),
        received: Nanos(received),
        event: MarketEvent::Feed(FeedState::Live),
    })
}

fn market() -> impl Strategy<Value = Market<'static>> {
    let stale = vec![
        StaleReason::Disconnected,
        StaleReason::Gap,
        StaleReason::Malformed,
        StaleReason::Overflow,
        StaleReason::BadSnapshot,
    ];
    let event = prop_oneof![
        top().prop_map(MarketEvent::Top),
        (any::<u64>(), side(), ticks(), lots()).prop_map(|(trade_id, aggressor, price, lots)| {
            MarketEvent::Trade(Trade { trade_id, aggressor, price, lots })
        }),
        Just(MarketEvent::Feed(FeedState::Live)),
        select(vec![TradingStatus::Trading, TradingStatus::Halted]).prop_map(MarketEvent::Status),
        select(stale).prop_map(|reason| MarketEvent::Feed(FeedState::Stale(reason))),
    ];
    (head(), event).prop_map(|(market, event)| Market { event, ..market })
}

fn execution() -> impl Strategy<Value = ExecutionReport> {
    let kinds = ExecKind::ALL.to_vec();
    let liquidity = vec![Liquidity::Unknown, Liquidity::Maker, Liquidity::Taker];
    let what = (any::<u8>(), any::<u16>(), select(kinds), any::<u64>(), side(), reason());
    let amounts = (lots(), ticks(), lots(), lots(), ticks(), notional());
    let ids = (venue_id(), venue_id(), venue_id());
    let rest = (select(liquidity), any::<[u64; 3]>(), ids);
    (what, amounts, rest).prop_map(|(what, amounts, rest)| {
        let (gateway, instrument, kind, client, side, reason) = what;
        let (last_lots, last_price, cum_lots, leaves_lots, price, fee) = amounts;
        let (liquidity, [transact, received, session_sequence], ids) = rest;
        let (exec_id, exec_ref_id, venue_order_id) = ids;
        ExecutionReport {
            gateway: GatewayId(gateway),
            instrument: InstrumentId(instrument),
            kind,
            client_order_id: ClientOrderId(client),
            side,
            last_lots,
            last_price,
            cum_lots,
            leaves_lots,
            price,
            fee,
            liquidity,
            reason,
            transact_time: Nanos(transact),
            received: Nanos(received),
            session_sequence,
            exec_id,
            exec_ref_id,
            venue_order_id,
        }
    })
}

fn command() -> impl Strategy<Value = Command> {
    let modes = vec![GateMode::Manual, GateMode::Assisted, GateMode::Auto, GateMode::Paper];
    let plain = vec![
        Command::Kill,
        Command::KillReset,
        Command::Drain,
        Command::Start,
        Command::CancelAll,
        Command::CancelGateway(GatewayId(3)),
        Command::CloseAll,
        Command::Arm,
    ];
    let session = |(gateway, kind, number): (u8, u8, u64)| {
        let action = match kind {
            0 => SessionAction::ResetNumbers,
            1 => SessionAction::SetNextInbound(number),
            2 => SessionAction::SetNextOutbound(number),
            3 => SessionAction::Logout,
            _ => SessionAction::Logon,
        };
        Command::Session(GatewayId(gateway), action)
    };
    prop_oneof![
        select(plain),
        (any::<u8>(), 0..5_u8, any::<u64>()).prop_map(session),
        (any::<u8>(), 1_u64.., 0..=18_u8).prop_map(|(currency, units, decimals)| {
            Command::SetRate(CurrencyId(currency), Rate::new(units, decimals).expect("a rate"))
        }),
        scope().prop_map(Command::Halt),
        scope().prop_map(Command::Resume),
        scope().prop_map(Command::Close),
        any::<u8>().prop_map(|strategy| Command::ArmStrategy(StrategyId(strategy))),
        (select(LimitKind::ALL.to_vec()), scope(), any::<u64>())
            .prop_map(|(limit, scope, value)| Command::SetLimit { limit, scope, value }),
        (any::<u64>(), role()).prop_map(|(model, role)| Command::Model(ModelHash(model), role)),
        external().prop_map(Command::External),
        (any::<u8>(), select(School::ALL.to_vec()), any::<u16>())
            .prop_map(|(id, school, weight)| Command::Weight(StrategyId(id), school, weight)),
        manual_order().prop_map(Command::PlaceOrder),
        (any::<u64>(), ticks(), lots(), ticks()).prop_map(|(order, price, lots, stop_price)| {
            let order = OrderId(order);
            Command::ReplaceOrder(ManualChange { order, price, lots, stop_price })
        }),
        any::<u64>().prop_map(|order| Command::CancelOrder(OrderId(order))),
        any::<u64>().prop_map(|order| Command::Approve(OrderId(order))),
        any::<u64>().prop_map(|order| Command::Decline(OrderId(order))),
        (any::<u8>(), select(modes))
            .prop_map(|(strategy, mode)| Command::SetGateMode(StrategyId(strategy), mode)),
    ]
}

fn manual_order() -> impl Strategy<Value = ManualOrder> {
    (any::<u16>(), signal()).prop_map(|(account, signal)| {
        let action = match signal.action {
            SignalAction::Replace(_) | SignalAction::Cancel(_) => SignalAction::Place,
            opens => opens,
        };
        let order = ManualOrder::of(AccountId(account), &Signal { action, ..signal });
        order.expect("a wish that opens something")
    })
}

pub(super) fn output() -> impl Strategy<Value = Output> {
    prop_oneof![
        (signal(), verdict()).prop_map(|(signal, verdict)| Output::Signal(signal, verdict)),
        order().prop_map(Output::Order),
        (any::<u8>(), any::<u16>(), any::<u64>(), reason()).prop_map(
            |(strategy, instrument, client, reason)| Output::Reject(Reject {
                strategy: StrategyId(strategy),
                instrument: InstrumentId(instrument),
                client_order_id: ClientOrderId(client),
                reason,
            })
        ),
        position().prop_map(Output::Position),
        position().prop_map(|position| Output::ForeignPosition(PositionReport {
            funding: Notional::ZERO,
            ..position
        })),
        (any::<u16>(), any::<u16>(), lots(), notional()).prop_map(
            |(account, instrument, lots, value)| Output::Adjustment(Adjustment {
                account: AccountId(account),
                instrument: InstrumentId(instrument),
                lots,
                value,
            })
        ),
        (any::<u8>(), position()).prop_map(|(strategy, position)| {
            let strategy = StrategyId(strategy);
            Output::StrategyPosition(StrategyPosition { strategy, position })
        }),
        bar().prop_map(Output::Bar),
        status().prop_map(Output::Status),
        alarm().prop_map(Output::Alarm),
        dont_know().prop_map(Output::DontKnow),
        features().prop_map(Output::Features),
        decision().prop_map(Output::Decision),
        parent().prop_map(Output::Parent),
        (report(), role(), any::<bool>(), any::<i16>()).prop_map(|(report, role, leads, lean)| {
            Output::Prediction(Prediction { report, role, leads, lean: Lean(lean) })
        }),
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    use Rating::{Buy, Hold, Sell, StrongBuy, StrongSell};
    let codes = reason_codes().to_vec();
    let reason = (select(codes), any::<u32>()).prop_map(|(code, bits)| Reason { code, bits });
    let source = prop_oneof![
        Just(Source::Technical),
        any::<u64>().prop_map(|model| Source::Model(ModelHash(model))),
    ];
    let share = (source, any::<i8>()).prop_map(|(source, percent)| Share { source, percent });
    let ratings = select(vec![StrongSell, Sell, Hold, Buy, StrongBuy]);
    let why = (vec(reason, 0..=REASONS_MAX), vec(share, 0..=SHARES_MAX));
    let proposals = prop_oneof![
        Just((0, [0; SCHOOLS], [0; 3])),
        (any::<u8>(), any::<[i8; SCHOOLS]>(), any::<[u32; 3]>()),
    ];
    (any::<u16>(), any::<u32>(), ratings, any::<u8>(), why, proposals).prop_map(
        |(instrument, frame, rating, confidence, (reasons, shares), proposals)| {
            let (strategy, schools, [horizon, stop, target]) = proposals;
            let mut decision = Decision {
                instrument: InstrumentId(instrument),
                frame,
                rating,
                confidence,
                strategy: StrategyId(strategy),
                schools: Schools(schools),
                horizon: Nanos(horizon.into()),
                stop: Ticks(stop.into()),
                target: Ticks(target.into()),
                ..Decision::default()
            };
            reasons.into_iter().for_each(|reason| decision.because(reason));
            for (slot, share) in decision.shares.iter_mut().zip(shares) {
                *slot = Some(share);
            }
            decision
        },
    )
}

fn external() -> impl Strategy<Value = ExternalSignal> {
    let stances = select(vec![Stance::Flat, Stance::Long, Stance::Short]);
    (any::<u8>(), any::<u16>(), stances, any::<u8>()).prop_map(
        |(strategy, instrument, stance, confidence)| {
            let (strategy, instrument) = (StrategyId(strategy), InstrumentId(instrument));
            ExternalSignal { strategy, instrument, stance, confidence }
        },
    )
}

fn reason_codes() -> [ReasonCode; 22] {
    use ReasonCode::{
        AboveAverage, Angle, Astro, Boosted, Cycle, Disagreement, External, LevelAhead, ModelLean,
        ModelMerit, ModelSilent, Momentum, NotReady, NotSure, Patterns, Regime, Slope, SpreadWide,
        Strength, Trend, Unsized, Vetoed,
    };
    [
        AboveAverage,
        Angle,
        Astro,
        Boosted,
        Cycle,
        Disagreement,
        External,
        LevelAhead,
        ModelLean,
        ModelMerit,
        ModelSilent,
        Momentum,
        NotReady,
        NotSure,
        Patterns,
        Regime,
        Slope,
        SpreadWide,
        Strength,
        Trend,
        Unsized,
        Vetoed,
    ]
}

fn report() -> impl Strategy<Value = PredictionReport> {
    let answer = (1..=ANSWER_MAX as u8, any::<[u32; ANSWER_MAX]>());
    (any::<u64>(), any::<u16>(), any::<u32>(), answer).prop_map(
        |(model, instrument, frame, (count, bits))| PredictionReport {
            model: ModelHash(model),
            instrument: InstrumentId(instrument),
            frame,
            answer: ModelAnswer::of_bits(count, bits).expect("one to three"),
        },
    )
}

fn role() -> impl Strategy<Value = ModelRole> {
    use ModelRole::{Challenger, Champion, Out, Shadow};
    select(vec![Champion, Challenger, Shadow, Out])
}

fn signal() -> impl Strategy<Value = Signal> {
    let action = prop_oneof![
        Just(SignalAction::Place),
        any::<u64>().prop_map(|order| SignalAction::Replace(OrderId(order))),
        any::<u64>().prop_map(|order| SignalAction::Cancel(OrderId(order))),
        plan().prop_map(SignalAction::Work),
    ];
    let who = (any::<u8>(), any::<u16>(), action, side());
    let how = (order_type(), time_in_force(), terms());
    let what = (ticks(), lots(), how, any::<u8>(), text::<32>(), any::<u64>());
    (who, what).prop_map(|((strategy, instrument, action, side), what)| {
        let (price, lots, (order_type, time_in_force, terms), confidence, reason, origin) = what;
        Signal {
            strategy: StrategyId(strategy),
            instrument: InstrumentId(instrument),
            action,
            side,
            order_type,
            price,
            lots,
            time_in_force,
            terms,
            confidence,
            reason,
            origin: Nanos(origin),
        }
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let either = (side(), order_type(), [ticks(), ticks()], any::<u32>()).prop_map(
        |(side, order_type, [price, stop_price], trail)| Plan::Either {
            side,
            order_type,
            price,
            stop_price,
            trail,
        },
    );
    let bracket = ([ticks(), ticks()], any::<u32>())
        .prop_map(|([target, stop], trail)| Plan::Bracket { target, stop, trail });
    let pace = select(vec![Pace::Time, Pace::Volume, Pace::Participation]);
    let sliced = (pace, any::<[u32; 3]>(), any::<[u16; 2]>(), any::<[u8; 2]>()).prop_map(
        |(pace, [lasts_ms, every_ms, seed], [share_bp, child_max_bp], [behind, jitter])| {
            Plan::Sliced(Schedule {
                pace,
                share_bp,
                lasts_ms,
                every_ms,
                child_max_bp,
                behind_percent: behind,
                jitter_percent: jitter,
                seed,
            })
        },
    );
    prop_oneof![
        Just(Plan::Emulate),
        Just(Plan::Split),
        ticks().prop_map(Plan::Touched),
        either,
        bracket,
        sliced
    ]
}

fn parent() -> impl Strategy<Value = ParentReport> {
    use OrderStatus::{Canceled, Expired, Filled, New, PartiallyFilled, PendingCancel, Rejected};
    let statuses = vec![New, PartiallyFilled, PendingCancel, Filled, Canceled, Expired, Rejected];
    let who = (any::<u64>(), any::<u8>(), any::<u16>(), side(), select(statuses));
    let lots = [lots(), lots(), lots()];
    (who, lots, any::<[i128; 2]>(), any::<u32>()).prop_map(|(who, lots, values, children)| {
        let (id, strategy, instrument, side, status) = who;
        let ([lots, cum_lots, exit_lots], [value, exit_value]) = (lots, values.map(Notional));
        ParentReport {
            id: OrderId(id),
            strategy: StrategyId(strategy),
            instrument: InstrumentId(instrument),
            side,
            status,
            lots,
            cum_lots,
            value,
            exit_lots,
            exit_value,
            children,
        }
    })
}

fn verdict() -> impl Strategy<Value = GateVerdict> {
    prop_oneof![
        Just(GateVerdict::Released),
        Just(GateVerdict::Shown),
        any::<u64>().prop_map(|order| GateVerdict::Waiting(OrderId(order))),
    ]
}

fn order() -> impl Strategy<Value = OrderRequest> {
    let kinds = RequestKind::ALL.to_vec();
    let who = (select(kinds), any::<u8>(), any::<u16>(), any::<u8>(), any::<u16>());
    let how = (order_type(), time_in_force(), terms());
    let what = (any::<[u64; 3]>(), side(), how, ticks(), lots());
    (who, what).prop_map(|((kind, gateway, account, strategy, instrument), what)| {
        let ([client, original, origin], side, how, price, lots) = what;
        let (order_type, time_in_force, terms) = how;
        OrderRequest {
            kind,
            gateway: GatewayId(gateway),
            account: AccountId(account),
            strategy: StrategyId(strategy),
            instrument: InstrumentId(instrument),
            client_order_id: ClientOrderId(client),
            original: ClientOrderId(original),
            side,
            order_type,
            time_in_force,
            price,
            lots,
            terms,
            origin: Nanos(origin),
        }
    })
}

fn order_type() -> impl Strategy<Value = OrderType> {
    select(OrderType::ALL.to_vec())
}

/// Half of them plain.
fn terms() -> impl Strategy<Value = OrderTerms> {
    let pegs = vec![
        PegReference::None,
        PegReference::Primary,
        PegReference::Market,
        PegReference::Midpoint,
        PegReference::Last,
    ];
    let some = (ticks(), ticks(), select(pegs), lots(), any::<u64>()).prop_map(
        |(stop_price, offset, peg, display_lots, expire_time)| {
            let expire_time = Nanos(expire_time);
            OrderTerms { stop_price, offset, peg, display_lots, expire_time }
        },
    );
    prop_oneof![Just(OrderTerms::PLAIN), some]
}

fn dont_know() -> impl Strategy<Value = DontKnowTrade> {
    let reasons = vec![
        DontKnowReason::NoMatchingOrder,
        DontKnowReason::Overfill,
        DontKnowReason::UnknownSymbol,
        DontKnowReason::WrongSide,
    ];
    let who = (any::<u8>(), any::<u16>(), side(), select(reasons), any::<u64>());
    (who, (lots(), ticks(), lots()), venue_id(), venue_id()).prop_map(
        |((gateway, instrument, side, reason, client), amounts, exec_id, venue_order_id)| {
            let (last_lots, last_price, order_lots) = amounts;
            DontKnowTrade {
                gateway: GatewayId(gateway),
                instrument: InstrumentId(instrument),
                side,
                reason,
                client_order_id: ClientOrderId(client),
                last_lots,
                last_price,
                order_lots,
                exec_id,
                venue_order_id,
            }
        },
    )
}

fn position() -> impl Strategy<Value = PositionReport> {
    let funding = prop_oneof![Just(Notional::ZERO), notional()];
    (any::<u16>(), any::<u16>(), lots(), notional(), notional(), notional(), funding).prop_map(
        |(account, instrument, lots, cost, realized, fees, funding)| PositionReport {
            account: AccountId(account),
            instrument: InstrumentId(instrument),
            lots,
            cost,
            realized,
            fees,
            funding,
        },
    )
}

fn bar() -> impl Strategy<Value = Bar> {
    let kind = prop_oneof![
        any::<u64>().prop_map(|span| BarKind::Time(Nanos(span))),
        any::<u32>().prop_map(BarKind::Tick),
        lots().prop_map(BarKind::Volume),
    ];
    let prices = (ticks(), ticks(), ticks(), ticks());
    let amounts = (lots(), notional(), any::<u32>());
    (any::<u16>(), kind, any::<[u64; 2]>(), prices, amounts).prop_map(
        |(instrument, kind, [start, end], (open, high, low, close), amounts)| {
            let (volume, notional, trades) = amounts;
            Bar {
                instrument: InstrumentId(instrument),
                kind,
                start: Nanos(start),
                end: Nanos(end),
                open,
                high,
                low,
                close,
                volume,
                notional,
                trades,
            }
        },
    )
}

fn status() -> impl Strategy<Value = Status> {
    let counts = (any::<u32>(), any::<u64>(), any::<u64>(), any::<bool>(), any::<bool>());
    (any::<u64>(), top(), position(), notional(), counts).prop_map(
        |(time, top, position, unrealized, counts)| {
            let (open_orders, market_events, crossed_books, live, killed) = counts;
            let time = Nanos(time);
            Status {
                time,
                top,
                position,
                unrealized,
                open_orders,
                market_events,
                crossed_books,
                live,
                killed,
            }
        },
    )
}

fn features() -> impl Strategy<Value = FeatureBlock> {
    (any::<u16>(), any::<u8>(), 0..=FEATURES_IN_BLOCK as u8, any::<[u64; FEATURES_IN_BLOCK]>())
        .prop_map(|(instrument, block, count, bits)| FeatureBlock {
            instrument: InstrumentId(instrument),
            block,
            count,
            bits,
        })
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        any::<u16>().prop_map(|id| Scope::Instrument(InstrumentId(id))),
        any::<u16>().prop_map(|id| Scope::Account(AccountId(id))),
        any::<u8>().prop_map(|id| Scope::Strategy(StrategyId(id))),
    ]
}

fn alarm() -> impl Strategy<Value = Alarm> {
    prop_oneof![
        any::<u64>().prop_map(|id| Alarm::UnknownExecution(ClientOrderId(id))),
        any::<u64>().prop_map(|id| Alarm::FillMismatch(ClientOrderId(id))),
        Just(Alarm::Killed),
        Just(Alarm::GatewayDown),
        any::<u64>().prop_map(|id| Alarm::NoAnswer(ClientOrderId(id))),
        any::<u64>().prop_map(|id| Alarm::TradeCorrected(ClientOrderId(id))),
        any::<u64>().prop_map(|id| Alarm::UnknownCorrection(ClientOrderId(id))),
        any::<u64>().prop_map(|id| Alarm::OrderRevived(ClientOrderId(id))),
        any::<u64>().prop_map(|id| Alarm::DropCopyOnly(ClientOrderId(id))),
        any::<u64>().prop_map(|id| Alarm::DropCopyMissing(ClientOrderId(id))),
        Just(Alarm::UnknownAccount),
        any::<u8>().prop_map(|strategy| Alarm::NotArmed(StrategyId(strategy))),
        scope().prop_map(Alarm::ScopeHalted),
        any::<u64>().prop_map(|model| Alarm::ModelRefused(ModelHash(model))),
        (any::<u16>(), reason())
            .prop_map(|(account, reason)| Alarm::Halted(AccountId(account), reason)),
        any::<u16>().prop_map(|account| Alarm::PositionsRefused(AccountId(account))),
        any::<u16>().prop_map(|account| Alarm::PositionsNotTold(AccountId(account))),
        (any::<u16>(), any::<u16>(), lots(), lots()).prop_map(
            |(account, instrument, ours, venue)| Alarm::PositionDiffers(PositionDifference {
                account: AccountId(account),
                instrument: InstrumentId(instrument),
                ours,
                venue,
            })
        ),
    ]
}

fn top() -> impl Strategy<Value = TopOfBook> {
    (any::<u64>(), level(), level()).prop_map(|(update_id, bid, ask)| TopOfBook {
        update_id,
        bid,
        ask,
    })
}

fn level() -> impl Strategy<Value = Level> {
    (ticks(), lots()).prop_map(|(price, lots)| Level { price, lots })
}

pub(super) fn levels() -> impl Strategy<Value = Vec<Level>> {
    vec(level(), 0..40)
}

fn ticks() -> impl Strategy<Value = Ticks> {
    any::<i64>().prop_map(Ticks)
}

fn lots() -> impl Strategy<Value = Lots> {
    any::<i64>().prop_map(Lots)
}

fn notional() -> impl Strategy<Value = Notional> {
    any::<i128>().prop_map(Notional)
}

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Buy, Side::Sell])
}

fn time_in_force() -> impl Strategy<Value = TimeInForce> {
    select(TimeInForce::ALL.to_vec())
}

fn reason() -> impl Strategy<Value = RejectReason> {
    select(RejectReason::ALL)
}

/// Short ones are more usual.
fn venue_id() -> impl Strategy<Value = VenueId> {
    prop_oneof![text::<40>(), text::<24>().prop_map(|short| Text::new(short.as_bytes()))]
}

fn text<const N: usize>() -> impl Strategy<Value = Text<N>> {
    vec(any::<u8>(), 0..=N).prop_map(|bytes| Text::new(&bytes))
}

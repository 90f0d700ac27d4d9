//! Shows the page with a made-up engine behind it, for working on the page.
//!
//! `cargo run -p gannet-control --example preview [-- PORT]`, then open the printed address. The
//! engine is a random walk with a fixed seed; nothing is traded. Commands are shown as they would
//! be by a real engine.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use gannet_control::sessions::{CounterView, MessageView, SessionView, session_watch};
use gannet_control::{Config, Engine, Projection, Server, Setup, Token};
use gannet_runtime::counters::{CounterId, Counters};
use gannet_runtime::histogram::{Hop, HopRecorders, hops};
use gannet_runtime::ring::{Overflow, Receiver, ring};
use gannet_runtime::shutdown::Stop;
use gannet_types::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(8080), |text| text.parse())?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let server = Server::bind(&Config { address, allow_remote: false, hosts: Vec::new() })?;
    let token = Token::generate()?;
    println!("http://{}/#token={token}", server.address());

    let (commands, taken) = ring(64, Overflow::Reject);
    let mut counters = Counters::new();
    let mut writer = counters.writer("preview");
    let (recorders, readers) = hops();
    let projection = Projection::new(Setup {
        run_mode: "preview".to_owned(),
        instruments: vec![instrument(0, "BTCUSDT", "0.10", "0.001")?],
        strategies: vec![("square-of-9".to_owned(), GateMode::Assisted)],
        gateways: vec!["broker".to_owned()],
        features: Vec::new(),
    });
    let (mut reporter, watch) = session_watch();
    let sessions = vec![watch];
    let engine =
        Engine { projection, commands, counters, hops: readers, token, sessions, models: None };

    let mut market = Walk::new(recorders, taken);
    let follow = move |projection: &mut Projection, _records_max: u32| {
        let count = market.advance(projection, now());
        reporter.answer(|| session(now()));
        writer.add(CounterId::JournalBytes, u64::from(count) * 104);
        writer.publish();
        Ok::<u32, Infallible>(count)
    };
    server.serve(engine, follow, &Stop::new())?;
    Ok(())
}

fn instrument(id: u16, symbol: &str, tick: &str, lot: &str) -> Result<Instrument, NumError> {
    Ok(Instrument {
        id: InstrumentId(id),
        symbol: Text::new(symbol.as_bytes()),
        tick: Increment::parse(tick.as_bytes())?,
        lot: Increment::parse(lot.as_bytes())?,
        kind: gannet_types::InstrumentKind::Linear,
    })
}

/// A session after an hour of trading and one refused Logon.
fn session(now: Nanos) -> SessionView {
    let second = now.0 / Nanos::SECOND.0;
    let message = |at: u64, direction, text: &str| MessageView {
        time_ms: (second - at) * 1_000,
        direction,
        text: text.to_owned(),
    };
    SessionView {
        session: "broker".to_owned(),
        version: "FIX.4.4",
        sender_comp_id: "GANNET".to_owned(),
        target_comp_id: "BROKER".to_owned(),
        state: "logged on",
        peer: "127.0.0.1:9880".to_owned(),
        next_inbound: 40_000 + second % 1_000,
        next_outbound: 4_711,
        heartbeat_s: 10,
        reconnects: 2,
        refusal: String::new(),
        notice: "the Logon was refused: the counterparty says: wrong user or password".to_owned(),
        counters: [("received", 40_213), ("sent", 4_710), ("gaps", 1), ("garbled", 0)]
            .map(|(name, count)| CounterView { name, count })
            .to_vec(),
        messages: vec![
            message(
                0,
                "in",
                "8=FIX.4.4|9=57|35=0|34=4711|49=BROKER|52=20261125-15:40:21|56=GANNET|10=093|",
            ),
            message(
                2,
                "out",
                "8=FIX.4.4|9=98|35=A|34=1|49=GANNET|56=BROKER|98=0|108=10|553=desk|554=***|10=010|",
            ),
        ],
    }
}

fn now() -> Nanos {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Nanos(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// A market that goes up and down and a strategy that does not know either.
struct Walk {
    recorders: HopRecorders,
    commands: Receiver<Command>,
    random: u64,
    until: Nanos,
    bid: i64,
    bar: Option<Bar>,
    position: PositionReport,
    events: u64,
    next_order: u64,
    working: Option<OrderRequest>,
    is_killed: bool,
}

impl Walk {
    fn new(recorders: HopRecorders, commands: Receiver<Command>) -> Self {
        Self {
            recorders,
            commands,
            random: 7,
            until: Nanos::ZERO,
            bid: 618_000,
            bar: None,
            position: PositionReport::default(),
            events: 0,
            next_order: 1,
            working: None,
            is_killed: false,
        }
    }

    /// Catches up from two minutes ago in steps of 50 ms.
    fn advance(&mut self, projection: &mut Projection, now: Nanos) -> u32 {
        let mut count = 0;
        if self.until == Nanos::ZERO {
            self.until = Nanos(now.0.saturating_sub(120 * Nanos::SECOND.0));
            self.start(projection);
        }
        while let Some(command) = self.commands.pop() {
            self.is_killed = match command {
                Command::Kill => true,
                Command::KillReset => false,
                _ => self.is_killed,
            };
            projection.on_input(now, &Input::Command(command));
            count += 1;
        }
        while self.until < now {
            self.until = self.until.after(Nanos::from_millis(50));
            self.step(projection);
            count += 3;
        }
        count
    }

    fn start(&mut self, projection: &mut Projection) {
        let time = self.until;
        projection.on_input(time, &Input::Command(Command::Start));
        let status = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        projection.on_input(time, &Input::Gateway(status));
        let live = MarketEvent::Feed(FeedState::Live);
        projection.on_input(time, &Input::Market(self.market(live)));
        projection.on_output(time, &Output::Alarm(Alarm::NoAnswer(ClientOrderId(256))));
    }

    fn step(&mut self, projection: &mut Projection) {
        let time = self.until;
        self.bid += self.below(9) as i64 - 4;
        self.events += 24;
        let trade = Trade {
            trade_id: self.events,
            aggressor: if self.below(2) == 0 { Side::Buy } else { Side::Sell },
            price: Ticks(self.bid),
            lots: Lots(1 + self.below(900) as i64),
        };
        projection.on_input(time, &Input::Market(self.market(MarketEvent::Trade(trade))));
        self.bars(projection, &trade);
        for (hop, typical) in Hop::ALL.into_iter().zip([310, 120, 540, 130, 90, 4_800, 6_100]) {
            let tail = if self.below(200) == 0 { 12 } else { 1 };
            let latency = typical + self.below(typical);
            self.recorders.record(hop, latency * tail);
        }
        self.trade(projection);
        if self.events.is_multiple_of(120) {
            projection.on_output(time, &Output::Status(self.status()));
        }
    }

    fn bars(&mut self, projection: &mut Projection, trade: &Trade) {
        let start = Nanos(self.until.0 - self.until.0 % (2 * Nanos::SECOND.0));
        if let Some(bar) = self.bar.filter(|bar| bar.start != start) {
            projection.on_output(self.until, &Output::Bar(bar));
            self.bar = None;
        }
        let span = Nanos(2 * Nanos::SECOND.0);
        let bar = self.bar.get_or_insert(Bar {
            instrument: InstrumentId(0),
            kind: BarKind::Time(span),
            start,
            end: start.after(span),
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: Lots::ZERO,
            notional: Notional::ZERO,
            trades: 0,
        });
        bar.high = bar.high.max(trade.price);
        bar.low = bar.low.min(trade.price);
        bar.close = trade.price;
        bar.volume += trade.lots;
        bar.notional += Notional::of(trade.price, trade.lots);
        bar.trades += 1;
    }

    fn trade(&mut self, projection: &mut Projection) {
        match (self.working, self.below(60)) {
            (None, 0..=2) if !self.is_killed => self.wish(projection),
            (Some(order), 0..=2) => {
                let price = order.price;
                let half = Lots((order.lots.0 / 2).max(1));
                self.report(projection, &order, ExecKind::Trade, half, order.lots - half);
                self.position.lots += order.side.signed(half);
                self.position.cost += Notional::of(price, order.side.signed(half));
                self.position.fees += Notional::of(price, half).millionths_ceil(200);
                let realized = Notional(self.below(90_000) as i128 - 40_000);
                self.position.realized += realized;
                projection.on_output(self.until, &Output::Position(self.position));
                self.working = None;
                self.report(projection, &order, ExecKind::Canceled, Lots(0), Lots(0));
            }
            _ => {}
        }
    }

    fn wish(&mut self, projection: &mut Projection) {
        let side = if self.position.lots.0 > 0 { Side::Sell } else { Side::Buy };
        let order = OrderId(self.next_order);
        self.next_order += 1;
        let signal = Signal {
            strategy: StrategyId(0),
            instrument: InstrumentId(0),
            action: SignalAction::Place,
            side,
            order_type: OrderType::Limit,
            price: Ticks(self.bid),
            lots: Lots(10 + self.below(40) as i64),
            time_in_force: TimeInForce::PostOnly,
            terms: OrderTerms::PLAIN,
            confidence: 50 + self.below(50) as u8,
            reason: Text::new(b"61818.0 is 90 deg from the low"),
            origin: self.until,
        };
        let verdict = match self.below(30) {
            0 => GateVerdict::Waiting(order),
            1..=4 => GateVerdict::Shown,
            _ => GateVerdict::Released,
        };
        projection.on_output(self.until, &Output::Signal(signal, verdict));
        if verdict != GateVerdict::Released {
            return;
        }
        let client_order_id = ClientOrderId::new(order, 0);
        if self.below(5) == 0 {
            let reason = RejectReason::PositionLimit;
            let reject = Reject {
                strategy: signal.strategy,
                instrument: signal.instrument,
                client_order_id,
                reason,
            };
            projection.on_output(self.until, &Output::Reject(reject));
            return;
        }
        let request = OrderRequest {
            kind: RequestKind::New,
            gateway: GatewayId(0),
            account: AccountId(0),
            strategy: signal.strategy,
            instrument: signal.instrument,
            client_order_id,
            original: client_order_id,
            side,
            order_type: OrderType::Limit,
            time_in_force: signal.time_in_force,
            price: signal.price,
            lots: signal.lots,
            terms: OrderTerms::PLAIN,
            origin: signal.origin,
        };
        projection.on_output(self.until, &Output::Order(request));
        self.report(projection, &request, ExecKind::New, Lots(0), request.lots);
        self.working = Some(request);
    }

    fn report(
        &self,
        projection: &mut Projection,
        order: &OrderRequest,
        kind: ExecKind,
        last_lots: Lots,
        leaves_lots: Lots,
    ) {
        let report = ExecutionReport {
            gateway: GatewayId(0),
            instrument: order.instrument,
            kind,
            client_order_id: order.client_order_id,
            side: order.side,
            last_lots,
            last_price: order.price,
            cum_lots: order.lots - leaves_lots,
            leaves_lots,
            price: order.price,
            fee: Notional::of(order.price, last_lots).millionths_ceil(200),
            liquidity: Liquidity::Maker,
            reason: RejectReason::None,
            transact_time: self.until,
            received: self.until,
            session_sequence: 1,
            exec_id: Text::new(b"E1"),
            exec_ref_id: Text::default(),
            venue_order_id: Text::new(b"V1"),
        };
        projection.on_input(self.until, &Input::Execution(report));
    }

    fn status(&mut self) -> Status {
        let level = |price, lots| Level { price: Ticks(price), lots: Lots(lots) };
        let marked = Notional::of(Ticks(self.bid), self.position.lots);
        Status {
            time: self.until,
            top: TopOfBook {
                update_id: self.events,
                bid: level(self.bid, 1_000 + self.below(9_000) as i64),
                ask: level(self.bid + 1, 1_000 + self.below(9_000) as i64),
            },
            position: self.position,
            unrealized: Notional(marked.0 - self.position.cost.0),
            open_orders: u32::from(self.working.is_some()),
            market_events: self.events,
            crossed_books: 0,
            live: true,
            killed: self.is_killed,
        }
    }

    fn market<'a>(&self, event: MarketEvent<'a>) -> Market<'a> {
        let time = self.until;
        Market { instrument: InstrumentId(0), exchange_time: time, received: time, event }
    }

    /// A linear congruential generator; the upper bits are random enough for a picture.
    fn below(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % limit
    }
}

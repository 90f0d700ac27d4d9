//! Markets for tests: an instrument, and bars along a path that a seed or a formula makes.

use gannet_pipeline::book::Book;
use gannet_pipeline::positions::Position;
use gannet_pipeline::strategy::{OrderView, View};
use gannet_types::{
    Bar, BarKind, Increment, Instrument, InstrumentId, Level, Lots, Nanos, Notional, OrderId,
    OrderStatus, Plan, PositionReport, Side, Signal, SignalAction, StrategyId, Text, Ticks,
    TimeInForce, TopOfBook,
};

use crate::opinion::Technical;

/// An instrument with a tick of 0.10 and a lot of 0.001.
pub(crate) fn instrument() -> Instrument {
    instrument_of(0)
}

/// The instrument of a number.
pub(crate) fn instrument_of(id: u16) -> Instrument {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    Instrument {
        id: InstrumentId(id),
        symbol: Text::new(b"BTCUSDT"),
        tick: step(b"0.10"),
        lot: step(b"0.001"),
        kind: gannet_types::InstrumentKind::Linear,
    }
}

/// The kind of all bars here.
pub(crate) const SECONDS: BarKind = BarKind::Time(Nanos::SECOND);

/// Numbers that a seed makes (Marsaglia 2003).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// Returns the next one, below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// How a price goes.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    slope: f64,
    period: f64,
    amplitude: f64,
    dice: Dice,
}

impl Path {
    /// So many ticks a bar, with some noise.
    pub(crate) fn trend(slope: f64) -> Self {
        Self { slope, period: 1.0, amplitude: 0.0, dice: Dice::new(7) }
    }

    /// A cycle of so many bars and ticks, with some noise.
    pub(crate) fn cycle(period: f64, amplitude: f64) -> Self {
        Self { slope: 0.0, period, amplitude, dice: Dice::new(11) }
    }

    /// Returns its first bars.
    pub(crate) fn bars(self, count: u32) -> impl Iterator<Item = Bar> {
        let Self { slope, period, amplitude, mut dice } = self;
        let mut close = 10_000;
        (0..count).map(move |number| {
            let turns = f64::from(number) / period;
            let wave = amplitude * (turns * std::f64::consts::TAU).sin();
            let noise = dice.below(21) as i64 - 10;
            let open = close;
            close = 10_000 + (slope * f64::from(number) + wave) as i64 + noise;
            bar(number, open, close)
        })
    }
}

/// Bar `number`, from one price to another.
pub(crate) fn bar(number: u32, open: i64, close: i64) -> Bar {
    let start = Nanos(u64::from(number) * Nanos::SECOND.0);
    Bar {
        instrument: InstrumentId(0),
        kind: SECONDS,
        start,
        end: start.after(Nanos::SECOND),
        open: Ticks(open),
        high: Ticks(open.max(close) + 5),
        low: Ticks(open.min(close) - 5),
        close: Ticks(close),
        volume: Lots(10),
        notional: Notional::of(Ticks(close), Lots(10)),
        trades: 3,
    }
}

/// How many of these opinions are to buy, and to sell.
pub(crate) fn sides(thoughts: impl Iterator<Item = Technical>) -> (usize, usize) {
    let (mut buys, mut sells) = (0, 0);
    for opinion in thoughts.filter_map(|thought| thought.opinion) {
        *(if opinion.side == Side::Buy { &mut buys } else { &mut sells }) += 1;
    }
    (buys, sells)
}

/// What a strategy sees, and a venue that fills at once what crosses the spread.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) now: Nanos,
    pub(crate) instrument: Instrument,
    pub(crate) book: Book,
    pub(crate) top: TopOfBook,
    pub(crate) position: PositionReport,
    pub(crate) orders: Vec<OrderView>,
    /// A split order that rests.
    pub(crate) parent: Option<OrderView>,
    pub(crate) live: bool,
    next: u64,
}

impl Desk {
    /// An instrument with these best prices and nothing owned.
    pub(crate) fn new(bid: i64, ask: i64) -> Self {
        Self::of(0, bid, ask)
    }

    /// The same of the instrument of a number.
    pub(crate) fn of(id: u16, bid: i64, ask: i64) -> Self {
        let instrument = instrument_of(id);
        let mut desk = Self {
            now: Nanos(1_000 * Nanos::SECOND.0),
            instrument,
            book: Book::new(),
            top: TopOfBook::default(),
            position: PositionReport { instrument: instrument.id, ..PositionReport::default() },
            orders: Vec::new(),
            parent: None,
            live: true,
            next: 1,
        };
        desk.quote(bid, ask);
        desk
    }

    /// New best prices; resting orders that they pass are filled.
    pub(crate) fn quote(&mut self, bid: i64, ask: i64) {
        self.quote_of((bid, 10_000), (ask, 10_000));
    }

    /// New best prices and quantities.
    pub(crate) fn quote_of(&mut self, bid: (i64, i64), ask: (i64, i64)) {
        let level = |(price, lots)| Level { price: Ticks(price), lots: Lots(lots) };
        self.top =
            TopOfBook { update_id: self.top.update_id + 1, bid: level(bid), ask: level(ask) };
        let (bid, ask) = (self.top.bid.price, self.top.ask.price);
        let passed = |order: &OrderView| match order.side {
            Side::Buy => ask < order.price,
            Side::Sell => bid > order.price,
        };
        while let Some(index) = self.orders.iter().position(passed) {
            let order = self.orders.remove(index);
            self.fill(order.side, order.lots, order.price);
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            strategy: StrategyId(0),
            now: self.now,
            frame: 0,
            origin: self.now,
            instrument: &self.instrument,
            book: &self.book,
            top: self.top,
            position: self.position,
            parent: self.parent,
            orders: &self.orders,
            live: self.live,
        }
    }

    /// Owns so much at an average price.
    pub(crate) fn hold(&mut self, lots: i64, price: i64) {
        self.position.lots = Lots(lots);
        self.position.cost = self.instrument.valuation().cost(Ticks(price), Lots(lots));
    }

    fn fill(&mut self, side: Side, lots: Lots, price: Ticks) {
        let mut position = Position {
            funding: Notional::ZERO,
            valuation: self.instrument.valuation(),
            lots: self.position.lots,
            cost: self.position.cost,
            realized: self.position.realized,
            fees: self.position.fees,
        };
        position.on_fill(side, lots, price, Notional::ZERO);
        self.position = position.report(self.position.account, self.instrument.id);
    }

    /// Carries the signals about this instrument out; returns how many there were.
    pub(crate) fn obey(&mut self, signals: &[Signal]) -> usize {
        let mine = |signal: &&Signal| signal.instrument == self.instrument.id;
        let signals: Vec<Signal> = signals.iter().filter(mine).copied().collect();
        for signal in &signals {
            match signal.action {
                SignalAction::Cancel(id) => {
                    self.orders.retain(|order| order.id != id);
                    self.parent.take_if(|parent| parent.id == id);
                }
                SignalAction::Replace(id) => {
                    let order = self.orders.iter_mut().find(|order| order.id == id);
                    let order = order.expect("only open orders are replaced");
                    (order.price, order.lots) = (signal.price, signal.lots);
                }
                SignalAction::Place => self.place(signal),
                SignalAction::Work(Plan::Split) => {
                    self.place(signal);
                    self.parent = self.orders.pop();
                }
                SignalAction::Work(_) => unreachable!("no kind wants another parent order"),
            }
        }
        signals.len()
    }

    fn place(&mut self, signal: &Signal) {
        let crosses = match signal.side {
            Side::Buy => self.top.ask.lots > Lots::ZERO && signal.price >= self.top.ask.price,
            Side::Sell => self.top.bid.lots > Lots::ZERO && signal.price <= self.top.bid.price,
        };
        if signal.time_in_force == TimeInForce::ImmediateOrCancel {
            if crosses {
                let other = if signal.side == Side::Buy { self.top.ask } else { self.top.bid };
                self.fill(signal.side, signal.lots.min(other.lots), other.price);
            }
            return;
        }
        assert!(!crosses, "a resting order that crosses: {signal:?}");
        self.orders.push(OrderView {
            id: OrderId(self.next),
            status: OrderStatus::New,
            side: signal.side,
            price: signal.price,
            lots: signal.lots,
            cum_lots: Lots::ZERO,
        });
        self.next += 1;
    }
}

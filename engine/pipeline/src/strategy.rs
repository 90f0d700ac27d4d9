//! What a strategy sees and how it speaks: it is shown one event and a view of the state, and
//! answers with signals. It never sees gateways, risk limits or the run mode.

use gannet_types::{
    Bar, Bounded, Decision, ExternalSignal, FeatureBlock, Instrument, Level, Lots, ModelHash,
    ModelRole, Nanos, OrderId, OrderStatus, PositionReport, Prediction, PredictionReport, School,
    Side, Signal, StrategyId, Ticks, TopOfBook, Trade,
};

use crate::book::Book;

/// Most signals one event may cause.
pub const SIGNALS_MAX: usize = 16;

/// Where a strategy puts its signals; what does not fit is refused by `push`.
pub type Signals = Bounded<Signal>;

/// The strategies of a pipeline. They must be deterministic: the same events and views, the same signals.
///
/// There is one for each [`StrategyConfig`](crate::StrategyConfig); `View::strategy` says which one's turn
/// it is, and a signal must name that one.
///
/// A replacement's `lots` are the new total, what has traded included, as in
/// [`OrderView::lots`]; its side and instrument are the order's. A signal that the gate only
/// shows, or that waits for a person, is not among the orders.
pub trait Strategy {
    /// Looks at `event` before anybody acts on it: what all strategies share, such as features and
    /// what models say of them.
    fn observe(&mut self, _view: &View<'_>, _event: StrategyEvent<'_>) {}

    /// Reacts to `event` as the strategy that the view is for.
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals);

    /// Returns block number `block` of the features of the bar's instrument, which the pipeline
    /// journals after it has shown `bar`; `None` behind the last, and if it computes none.
    fn features(&self, _bar: &Bar, _block: u8) -> Option<FeatureBlock> {
        None
    }

    /// Returns what models predicted on the bar or the report that was shown last; the pipeline
    /// journals it before the signals that follow from it.
    fn predictions(&self) -> &[Prediction] {
        &[]
    }

    /// Returns what a strategy thinks after the bar, the report or the external signal that it has
    /// reacted to, and why; journaled before its signals.
    fn decision(&self, _strategy: StrategyId) -> Option<Decision> {
        None
    }

    /// Returns how many times a model was not asked because a feature was missing, or said what
    /// cannot be used.
    fn predictions_missing(&self) -> u64 {
        0
    }

    /// Gives a model a role; `false` if it cannot have it, and then nothing has changed.
    fn on_model(&mut self, _model: ModelHash, _role: ModelRole) -> bool {
        false
    }

    /// Changes how much a school counts in a strategy; `false` if it has no such weight, and then
    /// nothing has changed.
    fn on_weight(&mut self, _strategy: StrategyId, _school: School, _weight: u16) -> bool {
        false
    }
}

/// What a strategy reacts to.
#[derive(Clone, Copy, Debug)]
pub enum StrategyEvent<'a> {
    /// The best bid and ask, from the fast top-of-book stream.
    Top(&'a TopOfBook),
    /// The whole book is consistent after a change.
    Book,
    /// A trade.
    Trade(&'a Trade),
    /// A bar closed.
    Bar(&'a Bar),
    /// A model on a thread of its own has answered about the newest frame.
    Prediction(&'a PredictionReport),
    /// Somebody outside wants something of one of the strategies.
    External(&'a ExternalSignal),
    /// The venue's word changed one of its orders; an order that is done comes a last time.
    Order(&'a OrderView),
    /// The feed became live or stale; `View::live` says which.
    Feed,
    /// Time passed.
    Timer,
}

impl StrategyEvent<'_> {
    /// Returns whether predictions and decisions may follow from it.
    pub(crate) const fn is_thought_about(&self) -> bool {
        matches!(self, Self::Bar(_) | Self::Prediction(_) | Self::External(_))
    }
}

/// The state a strategy may look at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Whose turn it is: position and orders are this strategy's.
    pub strategy: StrategyId,
    /// The time of the input.
    pub now: Nanos,
    /// The number of the instrument's newest frame of features: a bar of the kind that features
    /// are taken on, counted.
    pub frame: u32,
    /// `received` of the market message that caused the event; put it into `Signal::origin`.
    pub origin: Nanos,
    /// The instrument of the event.
    pub instrument: &'a Instrument,
    /// Its book.
    pub book: &'a Book,
    /// The newest best bid and ask, whichever stream said it.
    pub top: TopOfBook,
    /// The strategy's position, which may be a part of its account's; of a strategy that is split what
    /// it holds at all venues of the thing, in ticks and lots of this instrument.
    pub position: PositionReport,
    /// Of a strategy that is split: its oldest parent order in the instrument that is not done.
    pub parent: Option<OrderView>,
    /// The strategy's orders in the instrument that are not done, oldest first.
    pub orders: &'a [OrderView],
    /// Whether the book can be used.
    pub live: bool,
}

/// An order as its strategy sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderView {
    /// Which order.
    pub id: OrderId,
    /// Where it stands.
    pub status: OrderStatus,
    /// Buy or sell.
    pub side: Side,
    /// Its limit.
    pub price: Ticks,
    /// Its total size.
    pub lots: Lots,
    /// How much of it traded.
    pub cum_lots: Lots,
}

impl OrderView {
    /// Returns price and remaining size.
    #[must_use]
    pub fn remaining(&self) -> Level {
        Level { price: self.price, lots: self.lots - self.cum_lots }
    }
}

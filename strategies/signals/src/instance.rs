//! One strategy: who it is, what it trades, and how it thinks.
//!
//! Hot: `on_event` is called per market message; which kind it is is one branch.

use gannet_pipeline::strategy::{Signals, StrategyEvent, View};
use gannet_types::{
    Bar, BarKind, Decision, ExternalOpinion, ExternalSignal, InstrumentId, Nanos, School,
    StrategyId,
};

use crate::fusion::Fusion;
use crate::fusion::timeframes::TIMEFRAMES_MAX;
use crate::fusion::veto::VetoConfig;
use crate::hand::{Hand, HandConfig};
use crate::opinion_desk::{Heard, OpinionDesk};
use crate::range::{OutOfRange, agrees, within};
use crate::strategies::cross_venue::CrossVenue;
use crate::strategies::market_making::MarketMaking;
use crate::strategies::order_flow::OrderFlow;
use crate::strategies::{StrategyKind, Technique};
use crate::worker::WorkerConfig;

/// What can be chosen about one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceConfig {
    /// Who it is.
    pub id: StrategyId,
    /// What it trades; of two instruments the first.
    pub instrument: InstrumentId,
    /// How it thinks.
    pub kind: StrategyKind,
    /// How it takes a position, if its kind has opinions or takes.
    pub hand: HandConfig,
    /// How models are joined, and how sure is sure enough, if its kind has opinions.
    pub fusion: Fusion,
    /// What forbids an entry, if its kind has opinions.
    pub veto: VetoConfig,
    /// Bars of the correlation by which vetoes know a trend.
    pub regime_length: u32,
    /// Other kinds of bars that must say the same, at most [`TIMEFRAMES_MAX`].
    pub agreeing_bars: Vec<BarKind>,
}

impl InstanceConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        self.kind.check()?;
        self.hand.check()?;
        self.veto.check()?;
        within("regime_length", self.regime_length, 2..=10_000)?;
        let few = self.agreeing_bars.len() <= TIMEFRAMES_MAX;
        agrees("agreeing_bars_ms", few, "at most two kinds of bars")
    }
}

/// A strategy and what it remembers.
#[derive(Clone, Debug)]
pub struct Instance {
    instrument: InstrumentId,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Opinions(Box<OpinionDesk>),
    MarketMaking(MarketMaking),
    OrderFlow(Box<OrderFlow>),
    CrossVenue(CrossVenue),
}

impl Instance {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: &InstanceConfig) -> Self {
        let hand = || Hand::new(config.hand);
        let kind = match (&config.kind, Technique::new(&config.kind)) {
            (_, Some(technique)) => {
                let veto = (config.veto, config.regime_length);
                let (id, fusion, bars) = (config.id, config.fusion, &config.agreeing_bars);
                Kind::Opinions(Box::new(OpinionDesk::new(
                    id,
                    technique,
                    fusion,
                    veto,
                    bars,
                    hand(),
                )))
            }
            (StrategyKind::OrderFlow(flow), _) => {
                // What flow promises holds for seconds: it takes, and never waits in a queue.
                let worker = WorkerConfig { patience: Nanos::ZERO, ..config.hand.worker };
                let hand = Hand::new(HandConfig { worker, ..config.hand });
                Kind::OrderFlow(Box::new(OrderFlow::new(*flow, hand)))
            }
            (StrategyKind::CrossVenue(pair), _) => {
                Kind::CrossVenue(CrossVenue::new(*pair, config.instrument))
            }
            (StrategyKind::MarketMaking(maker), _) => Kind::MarketMaking(MarketMaking::new(*maker)),
            _ => unreachable!("every other kind is a technique"),
        };
        Self { instrument: config.instrument, kind }
    }

    /// Returns what it trades; of two instruments the first.
    #[must_use]
    pub const fn instrument(&self) -> InstrumentId {
        self.instrument
    }

    /// Takes a closed bar of its instrument; `decides` tells whether it is of the kind that is
    /// decided on.
    pub(crate) fn on_bar(
        &mut self,
        view: &View<'_>,
        bar: &Bar,
        decides: bool,
        heard: Heard,
    ) -> Option<Decision> {
        let Kind::Opinions(desk) = &mut self.kind else { return None };
        if decides {
            return Some(desk.on_bar(view, bar, heard));
        }
        desk.on_other_bar(view, bar);
        None
    }

    /// Takes what a model on another thread answered about its instrument.
    pub(crate) fn on_answer(&mut self, view: &View<'_>, heard: Heard) -> Option<Decision> {
        match &mut self.kind {
            Kind::Opinions(desk) => Some(desk.on_answer(view, heard)),
            _ => None,
        }
    }

    /// Takes what somebody outside says of its instrument.
    pub(crate) fn on_external(
        &mut self,
        view: &View<'_>,
        signal: &ExternalSignal,
    ) -> Option<Decision> {
        match &mut self.kind {
            Kind::Opinions(desk) => desk.on_external(view, signal),
            _ => None,
        }
    }

    /// Takes an opinion from outside; `false` if it weighs none, has no room, or trades something else.
    pub(crate) fn on_opinion(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        match &mut self.kind {
            Kind::Opinions(desk) if opinion.instrument == self.instrument => {
                desk.on_opinion(now, opinion)
            }
            _ => false,
        }
    }

    /// Changes the weight of a school; `false` if it has no such weight.
    pub(crate) fn set_weight(&mut self, school: School, weight: u16) -> bool {
        match &mut self.kind {
            Kind::Opinions(desk) => desk.set_weight(school, weight),
            _ => false,
        }
    }

    /// Reacts to an event; its turn has come.
    #[inline]
    pub(crate) fn on_event(
        &mut self,
        view: &View<'_>,
        event: StrategyEvent<'_>,
        decision: Option<&mut Decision>,
        signals: &mut Signals,
    ) {
        let mine = view.instrument.id == self.instrument;
        match &mut self.kind {
            Kind::Opinions(desk) if mine => desk.act(view, event, decision, signals),
            Kind::OrderFlow(flow) if mine => flow.on_event(view, event, signals),
            Kind::MarketMaking(maker) if mine => maker.on_event(view, event, signals),
            Kind::CrossVenue(pair) => pair.on_event(view, event, signals),
            _ => {}
        }
    }
}

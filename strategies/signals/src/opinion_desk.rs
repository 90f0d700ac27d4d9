//! The desk of a strategy that has opinions: technique, models, vetoes, hand.
//!
//! When a bar has closed the technique thinks, what a model said is joined, what forbids an entry is
//! asked, and the decision is written down. When it is the strategy's turn it is acted upon.
//!
//! Hot: `act` is called per market message, the rest when a bar has closed. No allocation.

use gannet_pipeline::strategy::{Signals, StrategyEvent, View};
use gannet_types::{
    Bar, BarKind, Decision, ExternalOpinion, ExternalSignal, Nanos, Reason, Side, StrategyId, Text,
};

use crate::explanation::{Grounds, explain};
use crate::fusion::regime::{Regime, RegimeConfig};
use crate::fusion::timeframes::Timeframes;
use crate::fusion::veto::VetoConfig;
use crate::fusion::{Fusion, FusionMode};
use crate::hand::Hand;
use crate::opinion::{Opinion, Technical};
use crate::reading::Advice;
use crate::strategies::Technique;

/// What was heard of models about an instrument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// What the model whose turn it is said, and how that was read.
    pub(crate) model: Option<(gannet_types::Prediction, Advice)>,
    /// Whether there is such a model.
    pub(crate) is_led: bool,
}

/// What should be done when it is the strategy's turn.
#[derive(Clone, Copy, Debug)]
enum Intent {
    Enter(Opinion),
    Leave(Text<32>),
    /// An opinion on neither side: nothing is done, and nothing is barred.
    Nothing,
}

/// The desk and what it remembers.
#[derive(Clone, Debug)]
pub(crate) struct OpinionDesk {
    strategy: StrategyId,
    technique: Technique,
    fusion: Fusion,
    veto: VetoConfig,
    regime: Regime,
    timeframes: Timeframes,
    hand: Hand,
    /// What the technique thought last.
    technically: Technical,
    intent: Option<Intent>,
}

impl OpinionDesk {
    /// Joins the parts.
    pub(crate) fn new(
        strategy: StrategyId,
        technique: Technique,
        fusion: Fusion,
        (veto, regime_length): (VetoConfig, u32),
        other_bars: &[BarKind],
        hand: Hand,
    ) -> Self {
        let fusion =
            if technique.is_led() { Fusion { mode: FusionMode::Lead, ..fusion } } else { fusion };
        let regime =
            RegimeConfig { length: regime_length, trend_percent_min: 0, turn_percent_min: 0 };
        Self {
            strategy,
            timeframes: Timeframes::new(other_bars, &technique),
            technique,
            fusion,
            veto,
            regime: Regime::new(regime),
            hand,
            technically: Technical::default(),
            intent: None,
        }
    }

    /// Takes a closed bar of a kind that is not decided on.
    pub(crate) fn on_other_bar(&mut self, view: &View<'_>, bar: &Bar) {
        self.timeframes.on_bar(view.instrument, bar);
    }

    /// Takes a closed bar that is decided on.
    pub(crate) fn on_bar(&mut self, view: &View<'_>, bar: &Bar, heard: Heard) -> Decision {
        self.regime.on_close(view.instrument.price_f64(bar.close));
        self.hand.on_bar(view.instrument, bar);
        self.technique.on_time(view.now);
        self.technically = self.technique.on_bar(view.instrument, bar);
        self.decide(view, heard)
    }

    /// Takes what a model on another thread answered about the last bar.
    pub(crate) fn on_answer(&mut self, view: &View<'_>, heard: Heard) -> Decision {
        self.decide(view, heard)
    }

    /// Takes what somebody outside says; `None` if it ignores it.
    pub(crate) fn on_external(
        &mut self,
        view: &View<'_>,
        signal: &ExternalSignal,
    ) -> Option<Decision> {
        self.technically = self.technique.on_external(view.now, signal)?;
        Some(self.decide(view, Heard { model: None, is_led: false }))
    }

    /// Takes an opinion from outside; `false` if it weighs none, or has no room.
    pub(crate) fn on_opinion(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        self.technique.on_opinion(now, opinion)
    }

    /// Changes the weight of a school, or of models; `false` if it has no such weight.
    pub(crate) fn set_weight(&mut self, school: gannet_types::School, weight: u16) -> bool {
        if school == gannet_types::School::Model {
            return self.fusion.set_model_weight(weight);
        }
        self.technique.set_weight(school, weight)
    }

    fn decide(&mut self, view: &View<'_>, heard: Heard) -> Decision {
        let advice = heard.model.map(|(_, advice)| advice);
        let weighed = self.fusion.weigh(self.technically.opinion, advice);
        let sure = weighed.filter(|opinion| self.fusion.is_sure(opinion));
        let refused = sure.and_then(|opinion| self.refuse(view, opinion.side, advice));
        let grounds = Grounds {
            strategy: self.strategy,
            instrument: view.instrument.id,
            frame: view.frame,
            technical: &self.technically,
            model: heard.model,
            is_led: heard.is_led,
            refused,
        };
        let decision = explain(&self.fusion, &grounds, weighed);
        let leave = self.technically.leave.or_else(|| self.technique.leave_after(advice));
        self.intent = Some(match (sure, refused, leave) {
            (Some(opinion), None, _) => Intent::Enter(opinion),
            // What must not be opened is at least not held against.
            (Some(_), Some(_), _) => Intent::Leave(Text::new(b"vetoed against the position")),
            (None, _, Some(reason)) => Intent::Leave(reason),
            (None, _, None) => Intent::Nothing,
        });
        decision
    }

    /// Returns why a position must not be opened on this side, if so. One that is wanted already is
    /// not asked about again.
    fn refuse(&self, view: &View<'_>, side: Side, advice: Option<Advice>) -> Option<Reason> {
        if self.hand.side() == Some(side) {
            return None;
        }
        let model = match advice {
            Some(Advice::Market(lean)) => Some(lean.0),
            Some(Advice::Trade(_)) | None => None,
        };
        let (voices, trend) = (self.technique.voices(), self.regime.trend_percent());
        let refused = self.veto.refuse(side, &view.top, &voices, model, trend);
        refused.or_else(|| self.timeframes.refuse(side))
    }

    /// Acts on what was decided, and on the market.
    #[inline]
    pub(crate) fn act(
        &mut self,
        view: &View<'_>,
        event: StrategyEvent<'_>,
        decision: Option<&mut Decision>,
        signals: &mut Signals,
    ) {
        match self.intent.take() {
            Some(Intent::Enter(opinion)) => self.hand.enter(view, &opinion, decision),
            Some(Intent::Leave(reason)) => self.hand.leave(reason),
            Some(Intent::Nothing) => self.hand.unbar(),
            None => {}
        }
        // A wish that waits for its interval is due on the next word from the market: acting on
        // timers, which tick in step with the interval, would decide on prices up to one old.
        if !matches!(event, StrategyEvent::Timer) {
            self.hand.act(view, signals);
        }
    }
}

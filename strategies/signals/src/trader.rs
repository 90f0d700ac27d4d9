//! What the program runs: features, models, and the strategies that share them.
//!
//! On a bar of its kind the features are a frame. Models predict from it; then every strategy of the
//! instrument looks at the bar, joins what was said, and decides. Where the model whose turn it is answers
//! from another thread, its answer is joined when it comes; until then it has no voice, and in the mode
//! `lead` nothing new is wanted. Each strategy acts when its turn comes.
//!
//! Hot: `on_event` is called per market message and strategy.

use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_types::{
    Bar, BarKind, Bounded, Decision, ExternalOpinion, FeatureBlock, ModelHash, ModelRole, Nanos,
    Prediction, School, StrategyId,
};

use crate::feature_sets::FeatureSets;
use crate::instance::Instance;
use crate::opinion_desk::Heard;
use crate::panel::Panel;
use crate::reading::Advice;

/// The strategies and what they share.
pub struct Trader {
    features: FeatureSets,
    panel: Panel,
    /// Each one's id is its index here.
    instances: Vec<Instance>,
    bars: BarKind,
    /// What is thought after the last event, if it is news; at most one of each strategy.
    decisions: Bounded<Decision>,
}

impl Trader {
    /// Joins the parts; bars of one kind are decided on. The id of a strategy is its index.
    #[must_use]
    pub fn new(
        bars: BarKind,
        features: FeatureSets,
        panel: Panel,
        instances: Vec<Instance>,
    ) -> Self {
        let decisions = Bounded::with_capacity(instances.len());
        Self { features, panel, instances, bars, decisions }
    }

    /// Returns the features.
    #[must_use]
    pub const fn features(&self) -> &FeatureSets {
        &self.features
    }

    /// Returns the models.
    #[must_use]
    pub const fn models(&self) -> &Panel {
        &self.panel
    }

    /// Returns the models, to offer one or to take one that has left.
    pub const fn models_mut(&mut self) -> &mut Panel {
        &mut self.panel
    }

    fn on_bar(&mut self, view: &View<'_>, bar: &Bar) {
        let instrument = view.instrument.id;
        let decides = bar.kind == self.bars;
        let mut advice = None;
        if decides && let Some(set) = self.features.set(instrument) {
            advice = self.panel.on_frame(view.now, instrument, view.frame, set.values());
        }
        let heard = self.heard(view, advice);
        for instance in self.instances.iter_mut().filter(|it| it.instrument() == instrument) {
            note(&mut self.decisions, instance.on_bar(view, bar, decides, heard));
        }
    }

    fn on_answer(&mut self, view: &View<'_>, advice: Advice) {
        let heard = self.heard(view, Some(advice));
        let instrument = view.instrument.id;
        for instance in self.instances.iter_mut().filter(|it| it.instrument() == instrument) {
            note(&mut self.decisions, instance.on_answer(view, heard));
        }
    }

    fn heard(&self, view: &View<'_>, advice: Option<Advice>) -> Heard {
        let leading = self.panel.said().iter().find(|said| said.leads).copied();
        let is_led = self.panel.is_led(view.now, view.instrument.id);
        Heard { model: leading.zip(advice), is_led }
    }

    fn begin(&mut self) {
        self.panel.begin();
        self.decisions.clear();
    }
}

fn note(decisions: &mut Bounded<Decision>, decision: Option<Decision>) {
    if let Some(decision) = decision {
        let fits = decisions.push(decision).is_ok();
        debug_assert!(fits, "a strategy decides once");
    }
}

impl Strategy for Trader {
    #[inline]
    fn observe(&mut self, view: &View<'_>, event: StrategyEvent<'_>) {
        self.features.observe(view, event);
        match event {
            StrategyEvent::Bar(bar) => {
                self.begin();
                self.on_bar(view, bar);
            }
            StrategyEvent::Prediction(report) => {
                self.begin();
                if let Some(advice) = self.panel.on_report(view.now, report) {
                    self.on_answer(view, advice);
                }
            }
            StrategyEvent::External(signal) => {
                self.begin();
                let instance = self.instances.get_mut(usize::from(signal.strategy.0));
                if let Some(instance) = instance.filter(|it| it.instrument() == signal.instrument) {
                    note(&mut self.decisions, instance.on_external(view, signal));
                }
            }
            _ => {}
        }
    }

    #[inline]
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let Some(instance) = self.instances.get_mut(usize::from(view.strategy.0)) else { return };
        let news = match event {
            StrategyEvent::Bar(_) | StrategyEvent::Prediction(_) | StrategyEvent::External(_) => {
                let decisions = self.decisions.as_mut_slice();
                decisions.iter_mut().find(|decision| decision.strategy == view.strategy)
            }
            _ => None,
        };
        instance.on_event(view, event, news, signals);
    }

    fn features(&self, bar: &Bar, block: u8) -> Option<FeatureBlock> {
        self.features.block(bar, block)
    }

    fn predictions(&self) -> &[Prediction] {
        self.panel.said()
    }

    fn decision(&self, strategy: StrategyId) -> Option<Decision> {
        self.decisions.iter().find(|decision| decision.strategy == strategy).copied()
    }

    fn predictions_missing(&self) -> u64 {
        self.panel.missing()
    }

    fn on_model(&mut self, model: ModelHash, role: ModelRole) -> bool {
        self.panel.seat(model, role)
    }

    fn on_weight(&mut self, strategy: StrategyId, school: School, weight: u16) -> bool {
        let instance = self.instances.get_mut(usize::from(strategy.0));
        instance.is_some_and(|instance| instance.set_weight(school, weight))
    }

    fn on_opinion(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        let instance = self.instances.get_mut(usize::from(opinion.strategy.0));
        instance.is_some_and(|instance| instance.on_opinion(now, opinion))
    }
}

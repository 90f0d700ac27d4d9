//! What the program runs: features, the technical source, models, and one order at a time.
//!
//! On a bar of its kind the features are a frame. Models predict from it, the technical source looks
//! at the bar, the fusion joins both, and the worker follows. Where the model whose turn it is answers
//! from another thread, its answer is joined when it comes; until then it has no voice, and in the mode
//! `lead` nothing new is wanted.
//!
//! Hot: `on_event` is called per market message.

use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_types::{
    Bar, BarKind, Decision, FeatureBlock, InstrumentId, ModelHash, ModelRole, Prediction,
};

use crate::explanation::{Grounds, explain};
use crate::feature_sets::FeatureSets;
use crate::fusion::Fusion;
use crate::harmonic::{Harmonic, Technical};
use crate::panel::Panel;
use crate::reading::Advice;
use crate::worker::Worker;

/// The strategy and what it remembers.
pub struct Trader {
    features: FeatureSets,
    technical: Harmonic,
    panel: Panel,
    fusion: Fusion,
    /// By strategy; all follow the same opinion, each in its own way.
    workers: Vec<Worker>,
    bars: BarKind,
    /// What the technical source thought of the last bar.
    technically: Technical,
    /// What is thought after the last event, if it is news.
    decision: Option<Decision>,
}

impl Trader {
    /// Joins the parts; bars of one kind are decided on. The workers are for the same instrument.
    ///
    /// # Panics
    /// If there is no worker.
    #[must_use]
    pub fn new(
        bars: BarKind,
        features: FeatureSets,
        technical: Harmonic,
        panel: Panel,
        fusion: Fusion,
        workers: Vec<Worker>,
    ) -> Self {
        assert!(!workers.is_empty(), "a strategy works its orders");
        let technically = Technical { opinion: None, reasons: [None; 3] };
        Self { features, technical, panel, fusion, workers, bars, technically, decision: None }
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

    fn instrument(&self) -> InstrumentId {
        self.workers[0].instrument()
    }

    fn on_bar(&mut self, view: &View<'_>, bar: &Bar) {
        let instrument = view.instrument.id;
        let set = self.features.set(instrument);
        let advice =
            set.and_then(|set| self.panel.on_frame(view.now, instrument, view.frame, set.values()));
        if instrument == self.instrument() {
            self.technically = self.technical.on_bar(view.instrument, bar);
            self.decide(view, advice);
        }
    }

    fn decide(&mut self, view: &View<'_>, advice: Option<Advice>) {
        let instrument = view.instrument.id;
        let leading = self.panel.said().iter().find(|said| said.leads).copied();
        let grounds = Grounds {
            instrument,
            frame: view.frame,
            technical: &self.technically,
            model: leading.zip(advice),
            is_led: self.panel.is_led(view.now, instrument),
        };
        let weighed = self.fusion.weigh(self.technically.opinion, advice);
        self.decision = Some(explain(&self.fusion, &grounds, weighed));
        if let Some(opinion) = weighed.filter(|opinion| self.fusion.is_sure(opinion)) {
            self.workers.iter_mut().for_each(|worker| worker.follow(&opinion));
        }
    }
}

impl Strategy for Trader {
    #[inline]
    fn observe(&mut self, view: &View<'_>, event: StrategyEvent<'_>) {
        self.features.observe(view, event);
        match event {
            StrategyEvent::Bar(bar) => {
                self.panel.begin();
                self.decision = None;
                if bar.kind == self.bars {
                    self.on_bar(view, bar);
                }
            }
            StrategyEvent::Prediction(report) => {
                self.panel.begin();
                self.decision = None;
                let advice = self.panel.on_report(view.now, report);
                if advice.is_some() && view.instrument.id == self.instrument() {
                    self.decide(view, advice);
                }
            }
            _ => {}
        }
    }

    #[inline]
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        // A wish that waits for its interval is due on the next word from the market: acting on
        // timers, which tick in step with the interval, would decide on prices up to one old.
        let due = !matches!(event, StrategyEvent::Timer);
        let worker = self.workers.get_mut(usize::from(view.strategy.0));
        if due && let Some(worker) = worker.filter(|it| it.instrument() == view.instrument.id) {
            worker.work(view, signals);
        }
    }

    fn features(&self, bar: &Bar, block: u8) -> Option<FeatureBlock> {
        self.features.block(bar, block)
    }

    fn predictions(&self) -> &[Prediction] {
        self.panel.said()
    }

    fn decision(&self) -> Option<Decision> {
        self.decision
    }

    fn predictions_missing(&self) -> u64 {
        self.panel.missing()
    }

    fn on_model(&mut self, model: ModelHash, role: ModelRole) -> bool {
        self.panel.seat(model, role)
    }
}

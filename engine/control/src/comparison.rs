//! Which model is better: what each has earned, and what it said against what the market did.
//!
//! ```text
//! order ─ led by ─▶ trip ────────▶ arm: returns           ─▶ pair of arms: difference, sequence
//! frame ─ said ─ horizon bars later ─▶ arm: scores        ─▶ pair on the same frame: difference
//! ```
//!
//! [`Comparison`] is fed with a journal's records, live or later; the same code does both. A round trip
//! belongs to the model that led its instrument when the order that opened it was sent: to none if the one
//! whose turn it was had nothing to say. A prediction is held against the close of the bar `horizon` bars
//! after its own, whoever led. Neighbouring labels overlap: every frame is scored, but only those whose
//! number is a multiple of the horizon, whose labels do not overlap, *count* for intervals and tests.
//!
//! # Invariants
//! - Memory is bounded: models, orders, frames and points of a curve have capacities.
//! - What is shown follows from the records and the options alone.

mod arm;
mod curve;
mod forecast;
mod page;
mod pair;
mod plot;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use gannet_types::{
    BarKind, Command, ExecKind, Input, ModelHash, ModelRole, Nanos, OrderId, Output, Prediction,
    RequestKind,
};

use crate::statistics::Sequence;
use crate::trips::{Told, Trip, Trips};
use arm::Arm;
use forecast::{Desk, HORIZON_MAX, Said};
pub(crate) use page::PAGE_CSS;
pub use page::page;
use pair::Pair;
pub use view::*;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How probable a false verdict may be, for each pair of models.
    pub level: f64,
    /// Predictions are held against the market so many bars later, whatever the models claim.
    pub horizon_bars: Option<u32>,
    /// A difference of a trip's mean return below this is not worth anything, in percent.
    pub worth_percent: f64,
    /// The same for the mean Brier score.
    pub worth_brier: f64,
}

impl Default for Options {
    /// One in twenty; a hundredth of a percent a trip, half of what a small broker takes for one; and
    /// a two-hundredth of Brier's score, a hundredth of what a coin has.
    fn default() -> Self {
        Self { level: 0.05, horizon_bars: None, worth_percent: 0.01, worth_brier: 0.005 }
    }
}

/// What a model claims to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Its name for people.
    pub id: String,
    /// Its kind.
    pub family: String,
    /// How many bars ahead it looks; 0 if that is open.
    pub horizon_bars: u32,
    /// What its numbers are.
    pub meaning: Meaning,
}

/// What the numbers of an answer are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// The probabilities of down and up, or of down, flat and up: up is a return above this many
    /// percent; down is any other, or one below this many with a minus.
    Classes {
        /// In percent.
        threshold_percent: f64,
    },
    /// A return.
    Return,
    /// What becomes of a trade: the market alone cannot tell whether it was right.
    Trade,
}

/// Finds the claim of a model, by its name in the journal.
#[derive(Clone)]
pub struct Claims(Arc<dyn Fn(ModelHash) -> Option<Claim> + Send + Sync>);

impl Claims {
    /// Asks this.
    pub fn new(find: impl Fn(ModelHash) -> Option<Claim> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims")
    }
}

/// The models of a journal, side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    options: Options,
    sequence: Sequence,
    /// The bars that are frames.
    bars: BarKind,
    claims: Claims,
    /// In the order in which they first spoke.
    arms: Vec<Arm>,
    pairs: Vec<Pair>,
    champion: Option<ModelHash>,
    /// By instrument.
    desks: Vec<Desk>,
    /// Who led when an order was sent.
    orders: BTreeMap<OrderId, Option<ModelHash>>,
    /// The order that the last report was about.
    traded: OrderId,
    trips: Trips<Option<ModelHash>>,
    /// Trips that no model led.
    unled: u64,
    /// Predictions about another frame than the newest.
    unmatched: u64,
    /// Counts what changes the view.
    revision: u64,
}

impl Comparison {
    /// Compares nobody yet; there are so many instruments, and `bars` are frames.
    ///
    /// # Panics
    /// If the level is not between 0 and 1.
    #[must_use]
    pub fn new(options: Options, instruments: usize, bars: BarKind, claims: Claims) -> Self {
        Self {
            options,
            sequence: Sequence::new(options.level),
            bars,
            claims,
            arms: Vec::new(),
            pairs: Vec::new(),
            champion: None,
            desks: vec![Desk::default(); instruments],
            orders: BTreeMap::new(),
            traded: OrderId(0),
            trips: Trips::new(instruments),
            unled: 0,
            unmatched: 0,
            revision: 0,
        }
    }

    /// Takes an input that entered the pipeline.
    pub fn on_input(&mut self, input: &Input<'_>) {
        match input {
            Input::Execution(report) if report.kind != ExecKind::CancelRejected => {
                self.traded = report.client_order_id.order();
            }
            Input::Command(Command::Model(model, ModelRole::Out)) => {
                if let Some(arm) = self.arms.iter_mut().find(|arm| arm.model == *model) {
                    arm.role = ModelRole::Out;
                    self.revision += 1;
                }
            }
            _ => {}
        }
    }

    /// Takes an output that the pipeline decided on at `time`.
    pub fn on_output(&mut self, time: Nanos, output: &Output) {
        match output {
            Output::Bar(bar) if bar.kind == self.bars => {
                let Some(desk) = self.desks.get_mut(usize::from(bar.instrument.0)) else { return };
                desk.on_bar(bar.close);
                self.score(time, usize::from(bar.instrument.0));
            }
            Output::Prediction(prediction) => self.on_prediction(time, prediction),
            Output::Order(order) if order.kind == RequestKind::New => {
                let desk = self.desks.get(usize::from(order.instrument.0));
                let leader = desk.and_then(Desk::leader);
                self.orders.insert(order.client_order_id.order(), leader);
                if self.orders.len() > ORDERS_MAX {
                    self.orders.pop_first();
                }
            }
            Output::Position(report) => {
                let (orders, traded) = (&self.orders, self.traded);
                let decision = || orders.get(&traded).copied().flatten();
                match self.trips.on_position(time, report, decision) {
                    Some(Told::Closed(trip)) => self.on_trip(time, &trip),
                    Some(Told::Corrected { was, now }) => self.on_correction(&was, &now),
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// Returns a number that changes when the view does.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    fn on_prediction(&mut self, time: Nanos, prediction: &Prediction) {
        self.revision += 1;
        let Prediction { report, role, leads, lean } = *prediction;
        if role == ModelRole::Champion && self.champion != Some(report.model) {
            self.champion = Some(report.model);
        }
        let place = self.arm(report.model);
        let arm = &mut self.arms[place];
        arm.role = role;
        arm.predictions += 1;
        arm.led += u64::from(leads);
        arm.spoke = time;
        let Some(desk) = self.desks.get_mut(usize::from(report.instrument.0)) else { return };
        desk.follow(&report, leads);
        if arm.meaning == Meaning::Trade || arm.horizon == 0 {
            return;
        }
        let said = Said { model: report.model, answer: report.answer, lean };
        self.unmatched += u64::from(!desk.hear(report.frame, said));
    }

    /// Scores what was said of an instrument a horizon ago.
    fn score(&mut self, time: Nanos, place: usize) {
        let mut horizons: Vec<u32> =
            self.arms.iter().map(|arm| arm.horizon).filter(|horizon| *horizon > 0).collect();
        horizons.sort_unstable();
        horizons.dedup();
        for horizon in horizons {
            let Some(due) = self.desks[place].due(horizon) else { continue };
            self.revision += 1;
            let counts = due.frame.is_multiple_of(horizon);
            let mut scored = Vec::new();
            for said in due.said {
                let Some(arm) = self.arms.iter_mut().find(|arm| arm.model == said.model) else {
                    continue;
                };
                if arm.horizon != horizon {
                    continue;
                }
                let Some(score) = forecast::score(arm.meaning, said, due.forward_percent) else {
                    continue;
                };
                arm.forecast.add(&score, counts);
                scored.push((said.model, score));
            }
            if counts {
                self.pair_scores(time, &scored);
            }
        }
    }

    fn pair_scores(&mut self, time: Nanos, scored: &[(ModelHash, forecast::Score)]) {
        for (index, (one, first)) in scored.iter().enumerate() {
            for (other, second) in &scored[..index] {
                let pair = pair::of(&mut self.pairs, *one, *other);
                let (a, b) = if pair.first == *one { (first, second) } else { (second, first) };
                pair.forecast.add(time, a, b, &self.sequence, self.options.worth_brier);
            }
        }
    }

    fn on_trip(&mut self, time: Nanos, trip: &Trip<Option<ModelHash>>) {
        self.revision += 1;
        let place = trip.decision.and_then(|led| self.arms.iter().position(|it| it.model == led));
        let Some(place) = place else {
            self.unled += 1;
            return;
        };
        self.arms[place].on_trip(time, trip.return_percent(), self.options.level);
        for other in (0..self.arms.len()).filter(|other| *other != place) {
            if self.arms[other].returns.count() == 0 {
                continue;
            }
            let pair = pair::of(&mut self.pairs, self.arms[place].model, self.arms[other].model);
            let (a, b) =
                if pair.first == self.arms[place].model { (place, other) } else { (other, place) };
            let (a, b) = (&self.arms[a].returns, &self.arms[b].returns);
            pair.on_returns(time, a, b, &self.sequence, self.options.worth_percent);
        }
    }

    /// What was decided before stays decided; what is estimated follows.
    fn on_correction(&mut self, was: &Trip<Option<ModelHash>>, now: &Trip<Option<ModelHash>>) {
        self.revision += 1;
        let led = was.decision;
        if let Some(arm) = self.arms.iter_mut().find(|arm| Some(arm.model) == led) {
            arm.on_correction(was.return_percent(), now.return_percent());
        }
    }

    /// Returns the place of a model's arm. If there are too many, the one that has been silent for
    /// longest makes room.
    fn arm(&mut self, model: ModelHash) -> usize {
        if let Some(place) = self.arms.iter().position(|arm| arm.model == model) {
            return place;
        }
        if self.arms.len() == ARMS_MAX
            && let Some(silent) =
                (0..ARMS_MAX).min_by_key(|place| (self.arms[*place].spoke, *place))
        {
            let gone = self.arms.remove(silent).model;
            self.pairs.retain(|pair| pair.first != gone && pair.second != gone);
        }
        let claim = (self.claims.0)(model);
        let claimed = claim.as_ref().map_or(0, |claim| claim.horizon_bars);
        let horizon = self.options.horizon_bars.unwrap_or(claimed);
        let horizon = if horizon <= HORIZON_MAX { horizon } else { 0 };
        self.arms.push(Arm::new(model, claim, horizon));
        self.arms.len() - 1
    }
}

/// Twice as many as are asked at once, and as many again that were.
const ARMS_MAX: usize = 16;

/// More than may be open at a time.
const ORDERS_MAX: usize = 4_096;

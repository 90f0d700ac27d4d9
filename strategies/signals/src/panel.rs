//! The models that are asked: who sits where, whose turn it is, and what they said.
//!
//! A model arrives in two steps: it is *offered*, loaded and checked, by whoever drives the pipeline,
//! and then a journaled command *seats* it. So the command is all a replay needs, as long as the driver
//! offers the same model before it. A champion that is replaced stays as a shadow: seating it again is
//! instant. When all seats are taken, the shadow that has been one for longest leaves.
//!
//! Hot: frames are predicted, and models seated, on the pipeline's thread. No allocation; what leaves
//! is handed back to be freed elsewhere.
//!
//! # Invariants
//! - There is at most one champion, and no model has two seats.

use gannet_models::Evaluator;
use gannet_types::{
    Bounded, InstrumentId, Lean, ModelAnswer, ModelHash, ModelRole, Nanos, Prediction,
    PredictionReport,
};

use crate::experiment::Experiment;
use crate::reading::{Advice, Reading};

#[cfg(test)]
mod tests;

/// Most models asked at once.
pub const SEATS: usize = 8;

/// Most models on their way in or out.
pub const OFFERED_MAX: usize = 16;

/// A model that was loaded and checked.
#[derive(Debug)]
pub struct Advisor {
    /// Its name in the journal.
    pub model: ModelHash,
    /// What its answers mean.
    pub reading: Reading,
    /// The compiled model; `None` if it is asked on a thread of its own.
    pub evaluator: Option<Evaluator>,
}

struct Seat {
    advisor: Box<Advisor>,
    role: ModelRole,
    /// Counts up: the smaller, the longer in this role.
    since: u64,
}

/// The models and what they said last.
pub struct Panel {
    experiment: Experiment,
    seats: Bounded<Seat>,
    offered: Bounded<Box<Advisor>>,
    left: Bounded<Box<Advisor>>,
    row: Vec<f32>,
    said: Bounded<Prediction>,
    changes: u64,
    missing: u64,
}

impl Panel {
    /// Has no models yet; rows have `width` features.
    #[must_use]
    pub fn new(experiment: Experiment, width: usize) -> Self {
        Self {
            experiment,
            seats: Bounded::with_capacity(SEATS),
            offered: Bounded::with_capacity(OFFERED_MAX),
            left: Bounded::with_capacity(OFFERED_MAX + SEATS),
            row: vec![0.0; width],
            said: Bounded::with_capacity(SEATS),
            changes: 0,
            missing: 0,
        }
    }

    /// Takes a model that a command will seat. If there are too many already it leaves at once, and
    /// the command will be refused.
    pub fn offer(&mut self, advisor: Box<Advisor>) {
        if let Err(advisor) = self.offered.push(advisor) {
            self.leave(advisor);
        }
    }

    /// Returns a model that is not needed any more.
    pub fn take_left(&mut self) -> Option<Box<Advisor>> {
        (!self.left.is_empty()).then(|| self.left.swap_remove(0))
    }

    /// Returns whether a model sits here.
    #[must_use]
    pub fn has(&self, model: ModelHash) -> bool {
        self.place(model).is_some()
    }

    /// Returns the models and their roles.
    pub fn roles(&self) -> impl Iterator<Item = (ModelHash, ModelRole)> {
        self.seats.iter().map(|seat| (seat.advisor.model, seat.role))
    }

    /// Returns how many times a model was not asked because a feature was missing, or said nothing
    /// that can be used.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.missing
    }

    /// Gives a model a role; `false` if it is not here, or there is no seat.
    pub fn seat(&mut self, model: ModelHash, role: ModelRole) -> bool {
        let offered = self.take_offered(model);
        let Some(place) = self.place(model) else {
            return offered.is_some_and(|advisor| self.seat_new(advisor, role));
        };
        if let Some(again) = offered {
            // It was here already; the newcomer is the same by its hash.
            self.leave(again);
        }
        if role == ModelRole::Out {
            let seat = self.seats.swap_remove(place);
            self.leave(seat.advisor);
        } else {
            self.set_role(place, role);
        }
        true
    }

    fn seat_new(&mut self, advisor: Box<Advisor>, role: ModelRole) -> bool {
        if role == ModelRole::Out || !self.make_room() {
            self.leave(advisor);
            return false;
        }
        let seat = Seat { advisor, role: ModelRole::Shadow, since: self.changes };
        if let Err(seat) = self.seats.push(seat) {
            self.leave(seat.advisor);
            return false;
        }
        self.set_role(self.seats.len() - 1, role);
        true
    }

    /// Lets the oldest shadow leave if all seats are taken; `false` if there is none.
    fn make_room(&mut self) -> bool {
        if self.seats.room() > 0 {
            return true;
        }
        let shadows =
            self.seats.iter().enumerate().filter(|(_, seat)| seat.role == ModelRole::Shadow);
        let Some((oldest, _)) = shadows.min_by_key(|(_, seat)| seat.since) else { return false };
        let seat = self.seats.swap_remove(oldest);
        self.leave(seat.advisor);
        true
    }

    fn set_role(&mut self, place: usize, role: ModelRole) {
        self.changes += 1;
        let changes = self.changes;
        let seats = self.seats.as_mut_slice();
        if role == ModelRole::Champion
            && let Some(champion) = seats.iter_mut().find(|seat| seat.role == ModelRole::Champion)
        {
            champion.role = ModelRole::Shadow;
            champion.since = changes;
        }
        seats[place].role = role;
        seats[place].since = changes;
    }

    fn place(&self, model: ModelHash) -> Option<usize> {
        self.seats.iter().position(|seat| seat.advisor.model == model)
    }

    fn take_offered(&mut self, model: ModelHash) -> Option<Box<Advisor>> {
        let place = self.offered.iter().position(|advisor| advisor.model == model)?;
        Some(self.offered.swap_remove(place))
    }

    /// What nobody collects is freed here: better slow once than never.
    fn leave(&mut self, advisor: Box<Advisor>) {
        drop(self.left.push(advisor));
    }

    /// Forgets what was said last.
    pub fn begin(&mut self) {
        self.said.clear();
    }

    /// Returns what was said last.
    #[must_use]
    pub fn said(&self) -> &[Prediction] {
        &self.said
    }

    /// Returns whether it is the turn of any model.
    #[must_use]
    pub fn is_led(&self, now: Nanos, instrument: InstrumentId) -> bool {
        self.leader(now, instrument).is_some()
    }

    /// Asks every model about a frame; returns the advice of the one whose turn it is.
    pub fn on_frame(
        &mut self,
        now: Nanos,
        instrument: InstrumentId,
        frame: u32,
        values: impl ExactSizeIterator<Item = Option<f64>>,
    ) -> Option<Advice> {
        if self.seats.is_empty() || values.len() != self.row.len() {
            return None;
        }
        for (slot, value) in self.row.iter_mut().zip(values) {
            *slot = value.map_or(f32::NAN, |value| value as f32);
        }
        let leader = self.leader(now, instrument);
        let mut advice = None;
        for place in 0..self.seats.len() {
            let seat = &mut self.seats.as_mut_slice()[place];
            let Some(evaluator) = &mut seat.advisor.evaluator else { continue };
            let answer = evaluator.predict(&self.row).ok().and_then(ModelAnswer::new);
            let Some(answer) = answer else {
                self.missing += 1;
                continue;
            };
            let model = seat.advisor.model;
            let report = PredictionReport { model, instrument, frame, answer };
            let said = self.say(place, leader == Some(place), report);
            advice = advice.or(said);
        }
        advice
    }

    /// Takes an answer from another thread; returns the advice if it is this model's turn.
    pub fn on_report(&mut self, now: Nanos, report: &PredictionReport) -> Option<Advice> {
        let place = self.place(report.model)?;
        if self.seats[place].advisor.evaluator.is_some() {
            return None;
        }
        let leads = self.leader(now, report.instrument) == Some(place);
        self.say(place, leads, *report)
    }

    fn say(&mut self, place: usize, leads: bool, report: PredictionReport) -> Option<Advice> {
        let seat = &self.seats[place];
        let role = seat.role;
        let Some(advice) = seat.advisor.reading.advice(&report.answer) else {
            self.missing += 1;
            return None;
        };
        let lean: Lean = advice.lean();
        let fits = self.said.push(Prediction { report, role, leads, lean }).is_ok();
        debug_assert!(fits, "a seat speaks once");
        leads.then_some(advice)
    }

    /// The seat whose turn it is: a challenger's, by the smallest hash first, or the champion's.
    fn leader(&self, now: Nanos, instrument: InstrumentId) -> Option<usize> {
        let challengers = self.seats.iter().filter(|seat| seat.role == ModelRole::Challenger);
        let count = challengers.count();
        match self.experiment.turn(instrument, now, count) {
            None => self.seats.iter().position(|seat| seat.role == ModelRole::Champion),
            Some(turn) => {
                let before = |seat: &Seat| {
                    let others = self.seats.iter().filter(|it| it.role == ModelRole::Challenger);
                    others.filter(|it| it.advisor.model < seat.advisor.model).count()
                };
                self.seats
                    .iter()
                    .position(|seat| seat.role == ModelRole::Challenger && before(seat) == turn)
            }
        }
    }
}

//! Frames of features, and what models say about them.
//!
//! A model inside of the strategy predicts when a frame is complete. One on a thread of its own
//! answers with an input; an answer about an older frame than the newest, or too long after it, is
//! refused and counted: what it was about is over.

use gannet_types::{Bar, Nanos, Outbox, Output, PredictionReport, StrategyId};

use crate::strategy::{Strategy, StrategyEvent};
use crate::{Pipeline, SIGNAL_ROOM};

/// The newest frame of an instrument.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Frame {
    /// Counts from 1; 0 before the first.
    pub(crate) number: u32,
    at: Nanos,
    /// `received` of the market message that completed it.
    origin: Nanos,
}

impl<S: Strategy> Pipeline<S> {
    /// Counts a closed bar, if features are taken on its kind.
    pub(crate) fn count_frame(&mut self, now: Nanos, origin: Nanos, bar: &Bar) {
        if self.config.frames == Some(bar.kind) {
            let frame = &mut self.desks[usize::from(bar.instrument.0)].frame;
            *frame = Frame { number: frame.number.wrapping_add(1), at: now, origin };
        }
    }

    /// Takes an answer from another thread.
    pub(crate) fn on_prediction(
        &mut self,
        now: Nanos,
        report: &PredictionReport,
        outbox: &mut Outbox,
    ) {
        let age_max = self.config.prediction_age_max;
        let current = self
            .desk(report.instrument)
            .map(|desk| desk.frame)
            .filter(|frame| frame.number == report.frame && now.since(frame.at) <= age_max);
        match current {
            None => self.counters.predictions_stale += 1,
            Some(Frame { origin, .. }) => {
                let event = StrategyEvent::Prediction(report);
                self.tell(now, origin, report.instrument, event, outbox);
            }
        }
    }

    /// Journals what models have just predicted, and what is thought, if there is room.
    pub(crate) fn publish_predictions(&mut self, outbox: &mut Outbox) {
        for index in 0..self.strategy.predictions().len() {
            let prediction = self.strategy.predictions()[index];
            self.counters.predictions += 1;
            if outbox.room() <= SIGNAL_ROOM {
                self.counters.predictions_dropped += 1;
            } else {
                self.emit(Output::Prediction(prediction), outbox);
            }
        }
    }

    /// Journals what a strategy has just thought, if there is room.
    pub(crate) fn publish_decision(&mut self, strategy: StrategyId, outbox: &mut Outbox) {
        if let Some(decision) = self.strategy.decision(strategy)
            && outbox.room() > SIGNAL_ROOM
        {
            self.emit(Output::Decision(decision), outbox);
        }
    }
}

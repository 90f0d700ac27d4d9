//! Where models come to the engine, and leave it.
//!
//! A delivery is a command and the model it is about: the model is offered to the strategy first, then
//! the command is journaled and acted upon. What the strategy needs no more goes back to the thread
//! that brought it, to be freed there.
//!
//! Hot: on the pipeline's thread. No allocation.

use gannet_pipeline::strategy::Strategy;
use gannet_runtime::ring::{Receiver, Sender};
use gannet_signals::{Advisor, Panel, Trader};
use gannet_types::{Command, Input, Nanos, PredictionReport};

use super::engine::{Engine, OrderSink};

/// A strategy that models may advise.
pub trait Advised: Strategy {
    /// Returns the models, if it asks any.
    fn panel_mut(&mut self) -> Option<&mut Panel> {
        None
    }
}

impl Advised for Trader {
    fn panel_mut(&mut self) -> Option<&mut Panel> {
        Some(self.models_mut())
    }
}

/// A command about a model, and the model if it is not there yet.
pub struct Delivery {
    /// The command.
    pub command: Command,
    /// The model.
    pub advisor: Option<Box<Advisor>>,
}

/// The engine's ends of the rings.
pub struct ModelPort {
    /// Models and what they shall do.
    pub deliveries: Receiver<Delivery>,
    /// Models that have left.
    pub returned: Sender<Box<Advisor>>,
    /// Answers of the inference thread.
    pub answers: Receiver<PredictionReport>,
}

/// Most answers taken in one duty cycle.
const ANSWERS_PER_CYCLE: usize = 16;

impl ModelPort {
    /// Gives the engine what has come; returns how much that was.
    pub fn poll<S: Advised>(
        &mut self,
        now: Nanos,
        engine: &mut Engine<S>,
        orders: &mut impl OrderSink,
    ) -> usize {
        let mut work = 0;
        if let Some(delivery) = self.deliveries.pop() {
            deliver(now, delivery, engine, orders);
            work += 1;
        }
        while self.returned.free() > 0
            && let Some(advisor) = engine.strategy_mut().panel_mut().and_then(Panel::take_left)
        {
            drop(self.returned.push(advisor));
        }
        for _ in 0..ANSWERS_PER_CYCLE {
            let Some(report) = self.answers.pop() else { break };
            engine.input(now, &Input::Prediction(report), orders);
            work += 1;
        }
        work
    }
}

/// Offers a model and gives the engine the command about it.
pub fn deliver<S: Advised>(
    now: Nanos,
    delivery: Delivery,
    engine: &mut Engine<S>,
    orders: &mut impl OrderSink,
) {
    if let Some(advisor) = delivery.advisor
        && let Some(panel) = engine.strategy_mut().panel_mut()
    {
        panel.offer(advisor);
    }
    engine.input(now, &Input::Command(delivery.command), orders);
}

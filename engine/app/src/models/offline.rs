//! Models in virtual time: those of the registry as it stands, from the first moment on. What would be
//! asked on the inference thread is asked at once.

use anyhow::Context;
use gannet_control::registry::Registry;
use gannet_runtime::ring::{Overflow, Receiver, ring};
use gannet_signals::Trader;
use gannet_types::{Command, Input, Nanos, PredictionReport};

use super::arsenal::Arsenal;
use super::remote::{Question, Remote};
use super::{service, shelf};
use crate::agents::engine::{Engine, OrderSink};
use crate::agents::model_port::{self, Delivery};
use crate::config::Config;

/// The models of an engine that runs over history.
pub struct OfflineModels {
    remote: Remote,
    questions: Receiver<Question>,
    answers: Vec<PredictionReport>,
}

impl OfflineModels {
    /// Delivers the registry's models to an engine that has just begun; `None` if there are none.
    ///
    /// # Errors
    /// If one of them cannot be used: a backtest with other models than were asked for is none.
    pub fn start(
        config: &Config,
        now: Nanos,
        engine: &mut Engine<Trader>,
        orders: &mut impl OrderSink,
    ) -> anyhow::Result<Option<Self>> {
        let Some(directory) = &config.models.directory else { return Ok(None) };
        let arsenal = Arsenal::new(config, &config.journal.directory);
        let registry = Registry::open(directory).context("models.directory")?;
        let mut remote = Remote::new(config.features.features().len());
        let (questions_in, questions) = ring(QUESTIONS_MAX, Overflow::Reject);
        engine.set_questions(questions_in);
        for service::Wish { id, model, role } in service::wishes(registry.history()) {
            let armed = arsenal.bring(&shelf::find(directory, &id)?)?;
            if let Some(loaded) = armed.remote {
                remote.serve(model, loaded);
            }
            let command = Command::Model(model, role);
            let delivery = Delivery { command, advisor: Some(armed.advisor) };
            model_port::deliver(now, delivery, engine, orders);
        }
        Ok(Some(Self { remote, questions, answers: Vec::new() }))
    }

    /// Answers what was asked since.
    #[inline]
    pub fn answer(&mut self, now: Nanos, engine: &mut Engine<Trader>, orders: &mut impl OrderSink) {
        while let Some(question) = self.questions.pop() {
            self.remote.on_question(&question, |report| self.answers.push(report));
        }
        for report in self.answers.drain(..) {
            engine.input(now, &Input::Prediction(report), orders);
        }
    }
}

/// More blocks than one input completes.
const QUESTIONS_MAX: usize = 4096;

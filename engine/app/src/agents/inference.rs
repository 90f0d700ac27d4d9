//! The inference thread: models that are not asked on the pipeline's thread.
//!
//! Frames come from the pipeline's journal outputs, answers go back as inputs. It may take its time:
//! a frame that finds the ring full is lost and counted, and an answer that is late is refused by the
//! pipeline.

use gannet_models::Model;
use gannet_runtime::agent::Agent;
use gannet_runtime::ring::{Receiver, Sender};
use gannet_types::{ModelHash, PredictionReport};

use crate::models::remote::{Question, Remote};

/// A change of the models that are asked.
pub enum Serve {
    /// Ask a model from now on.
    Ask(ModelHash, Box<Model>),
    /// Ask a model no more.
    Forget(ModelHash),
}

/// The thread's work.
pub struct InferenceAgent {
    /// The models.
    pub remote: Remote,
    /// Changes of them.
    pub changes: Receiver<Serve>,
    /// From the engine.
    pub questions: Receiver<Question>,
    /// To the engine.
    pub answers: Sender<PredictionReport>,
}

impl Agent for InferenceAgent {
    fn name(&self) -> &'static str {
        "inference"
    }

    fn work(&mut self) -> usize {
        let mut work = 0;
        while let Some(change) = self.changes.pop() {
            work += 1;
            match change {
                Serve::Ask(model, loaded) => self.remote.serve(model, loaded),
                Serve::Forget(model) => self.remote.forget(model),
            }
        }
        if let Some(question) = self.questions.pop() {
            work += 1;
            let answers = &mut self.answers;
            // A full ring is an engine that hangs; the ring counts what it drops.
            self.remote.on_question(&question, |report| {
                let _ = answers.push(report);
            });
        }
        work
    }
}

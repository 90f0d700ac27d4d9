//! Models that are asked outside of the pipeline: frames are put together block by block, and every
//! model is asked about each.

use std::collections::BTreeMap;

use gannet_models::Model;
use gannet_types::{FeatureBlock, InstrumentId, ModelAnswer, ModelHash, PredictionReport};

/// A part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The number of the frame.
    pub frame: u32,
    /// Some of its features, in the order of the set.
    pub block: FeatureBlock,
}

/// The models, and the frames that are not complete.
pub struct Remote {
    width: usize,
    models: BTreeMap<ModelHash, Box<Model>>,
    rows: BTreeMap<InstrumentId, Row>,
}

struct Row {
    frame: u32,
    values: Vec<f32>,
}

impl Remote {
    /// Has no models; a frame has `width` features.
    #[must_use]
    pub const fn new(width: usize) -> Self {
        Self { width, models: BTreeMap::new(), rows: BTreeMap::new() }
    }

    /// Asks a model from now on.
    pub fn serve(&mut self, model: ModelHash, loaded: Box<Model>) {
        self.models.insert(model, loaded);
    }

    /// Asks a model no more.
    pub fn forget(&mut self, model: ModelHash) {
        self.models.remove(&model);
    }

    /// Takes a part of a frame; once all are there, hands the answers to `answer`. A model without
    /// an answer that can be used, such as for a missing feature, stays silent.
    pub fn on_question(&mut self, question: &Question, mut answer: impl FnMut(PredictionReport)) {
        let Question { frame, block } = question;
        if self.models.is_empty() {
            return;
        }
        let row = self.rows.entry(block.instrument).or_insert(Row { frame: 0, values: Vec::new() });
        if block.first() == 0 {
            row.frame = *frame;
            row.values.clear();
        }
        // A block was lost on the way: so is the frame.
        if row.frame != *frame || row.values.len() != block.first() {
            return;
        }
        row.values.extend(block.values().map(|value| value.map_or(f32::NAN, |it| it as f32)));
        if row.values.len() != self.width {
            return;
        }
        for (model, loaded) in &mut self.models {
            let numbers = loaded.predict(&row.values).ok().and_then(ModelAnswer::new);
            if let Some(numbers) = numbers {
                let (model, instrument) = (*model, block.instrument);
                answer(PredictionReport { model, instrument, frame: *frame, answer: numbers });
            }
        }
    }
}

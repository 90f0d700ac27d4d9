//! The models that the engine asks: their roles, and what they said last.

use gannet_types::{ModelHash, ModelRole, Nanos, Prediction};

/// The models the journal names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Models {
    /// In the order in which they came.
    states: Vec<ModelState>,
}

/// One model.
#[derive(Clone, Debug)]
pub(crate) struct ModelState {
    pub(crate) model: ModelHash,
    pub(crate) role: ModelRole,
    /// Since when it has this role.
    pub(crate) since: Nanos,
    /// Frames of features since it came.
    pub(crate) frames: u64,
    pub(crate) predictions: u64,
    /// How many of them were the ones to follow.
    pub(crate) led: u64,
    pub(crate) last: Option<(Nanos, Prediction)>,
}

impl Models {
    /// Takes a command about a model. A champion that is replaced goes on as a shadow.
    pub(crate) fn on_role(&mut self, time: Nanos, model: ModelHash, role: ModelRole) {
        if role == ModelRole::Champion {
            let leading = |it: &&mut ModelState| it.role == role && it.model != model;
            if let Some(champion) = self.states.iter_mut().find(leading) {
                (champion.role, champion.since) = (ModelRole::Shadow, time);
            }
        }
        if role == ModelRole::Out {
            self.states.retain(|state| state.model != model);
            return;
        }
        match self.states.iter_mut().find(|state| state.model == model) {
            Some(state) => (state.role, state.since) = (role, time),
            None => {
                if self.states.len() == MODELS_MAX {
                    self.states.remove(0);
                }
                let (frames, predictions, led) = (0, 0, 0);
                let since = time;
                let last = None;
                self.states.push(ModelState { model, role, since, frames, predictions, led, last });
            }
        }
    }

    /// Takes the word that a model could not have its role.
    pub(crate) fn on_refused(&mut self, model: ModelHash) {
        self.states.retain(|state| state.model != model || state.predictions > 0);
    }

    /// A frame of features is complete: every model has something to say about it.
    pub(crate) fn on_frame(&mut self) {
        for state in &mut self.states {
            state.frames += 1;
        }
    }

    pub(crate) fn on_prediction(&mut self, time: Nanos, prediction: &Prediction) {
        let model = prediction.report.model;
        if let Some(state) = self.states.iter_mut().find(|state| state.model == model) {
            state.predictions += 1;
            state.led += u64::from(prediction.leads);
            state.role = prediction.role;
            state.last = Some((time, *prediction));
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ModelState> {
        self.states.iter()
    }
}

/// More than the engine asks at once.
const MODELS_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use gannet_types::{InstrumentId, Lean, ModelAnswer, PredictionReport};

    use super::*;

    fn roles(models: &Models) -> Vec<(u64, ModelRole)> {
        models.iter().map(|state| (state.model.0, state.role)).collect()
    }

    #[test]
    fn there_is_one_champion_and_who_is_out_is_gone() {
        let mut models = Models::default();
        models.on_role(Nanos(1), ModelHash(1), ModelRole::Champion);
        models.on_role(Nanos(2), ModelHash(2), ModelRole::Shadow);
        models.on_role(Nanos(3), ModelHash(2), ModelRole::Champion);
        assert_eq!(roles(&models), [(1, ModelRole::Shadow), (2, ModelRole::Champion)]);
        models.on_role(Nanos(4), ModelHash(1), ModelRole::Out);
        assert_eq!(roles(&models), [(2, ModelRole::Champion)]);
        models.on_role(Nanos(5), ModelHash(3), ModelRole::Challenger);
        models.on_refused(ModelHash(3));
        assert_eq!(roles(&models), [(2, ModelRole::Champion)]);
    }

    #[test]
    fn predictions_are_counted_and_the_last_is_kept() {
        let mut models = Models::default();
        models.on_role(Nanos(1), ModelHash(1), ModelRole::Champion);
        for (frame, leads) in [(1, true), (2, false), (3, true)] {
            models.on_frame();
            let answer = ModelAnswer::new(&[0.25, 0.75]).expect("an answer");
            let (model, instrument) = (ModelHash(1), InstrumentId(0));
            let report = PredictionReport { model, instrument, frame, answer };
            let (role, lean) = (ModelRole::Champion, Lean(5_000));
            let said = Prediction { report, role, leads, lean };
            models.on_prediction(Nanos(u64::from(frame)), &said);
        }
        let state = models.iter().next().expect("a model");
        assert_eq!((state.frames, state.predictions, state.led), (3, 3, 2));
        assert_eq!(state.last.map(|(time, said)| (time, said.report.frame)), Some((Nanos(3), 3)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut models = Models::default();
        for model in 0..1_000 {
            models.on_role(Nanos(model), ModelHash(model), ModelRole::Champion);
        }
        assert_eq!(models.iter().count(), MODELS_MAX);
    }
}

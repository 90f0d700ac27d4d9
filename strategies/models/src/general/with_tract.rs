//! A graph in tract.
//!
//! The graph is optimised for one row and its state is kept, so a prediction only copies the row in.
//! It allocates and its time varies, so it runs on the inference thread, never on the tick path.

use tract_onnx::prelude::*;

use super::Answer;
use crate::label::Label;

/// A graph ready to run.
pub(crate) struct General {
    state: TypedSimpleState,
    shape: Vec<usize>,
    outputs: Vec<Answer>,
}

impl General {
    /// Prepares a graph for rows of a shape and runs it once, so that the first real row is as fast
    /// as the rest.
    ///
    /// # Errors
    /// What tract says if it cannot run the graph.
    pub(crate) fn load(mut bytes: &[u8], shape: &[usize]) -> Result<Self, String> {
        let mut prepare = || -> TractResult<Self> {
            let plan = tract_onnx::onnx()
                .model_for_read(&mut bytes)?
                .with_input_fact(0, f32::fact(shape).into())?
                .into_optimized()?
                .into_runnable()?;
            let mut general =
                Self { state: plan.spawn()?, shape: shape.to_vec(), outputs: Vec::new() };
            general.answer(&vec![0.0; shape.iter().product()])?;
            Ok(general)
        };
        prepare().map_err(|error| error.root_cause().to_string())
    }

    /// Runs a row.
    ///
    /// # Errors
    /// What tract says if it fails.
    pub(crate) fn run(&mut self, row: &[f32]) -> Result<&[Answer], String> {
        self.answer(row).map_err(|error| error.root_cause().to_string())?;
        Ok(&self.outputs)
    }

    /// What the last run answered.
    pub(crate) fn outputs(&self) -> &[Answer] {
        &self.outputs
    }

    fn answer(&mut self, row: &[f32]) -> TractResult<()> {
        let input = Tensor::from_shape(&self.shape, row)?;
        let answers = self.state.run(tvec![input.into_tvalue()])?;
        self.outputs.clear();
        for answer in &answers {
            self.outputs.push(Answer::of(answer)?);
        }
        Ok(())
    }
}

impl Answer {
    fn of(tensor: &Tensor) -> TractResult<Self> {
        let plain = tensor.try_as_plain_ram();
        if tensor.datum_type() == String::datum_type() {
            let texts = plain?.as_slice::<String>()?.iter().cloned();
            return Ok(Self::Labels(texts.map(Label::Text).collect()));
        }
        if tensor.datum_type().is_integer() {
            let cast = tensor.cast_to::<i64>()?;
            let labels = cast.try_as_plain_ram()?.as_slice::<i64>()?.iter().copied();
            return Ok(Self::Labels(labels.map(Label::Int).collect()));
        }
        let cast = tensor.cast_to::<f32>()?;
        Ok(Self::Numbers(cast.try_as_plain_ram()?.as_slice::<f32>()?.to_vec()))
    }
}

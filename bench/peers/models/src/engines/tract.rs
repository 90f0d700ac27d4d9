//! tract, with a graph for one row and a state that is kept.

use tract_onnx::prelude::*;

use super::Engine;

struct Tract(TypedSimpleState);

/// Prepares a model whose last output is the probabilities.
pub fn load(mut bytes: &[u8]) -> Result<Box<dyn Engine>, String> {
    let mut prepare = || -> TractResult<Tract> {
        let plan = tract_onnx::onnx()
            .model_for_read(&mut bytes)?
            .with_input_fact(0, f32::fact([1, 32]).into())?
            .into_optimized()?
            .into_runnable()?;
        Ok(Tract(plan.spawn()?))
    };
    match prepare() {
        Ok(engine) => Ok(Box::new(engine)),
        Err(error) => Err(error.root_cause().to_string()),
    }
}

impl Engine for Tract {
    fn name(&self) -> String {
        "tract 0.23.9".into()
    }

    fn predict(&mut self, row: &[f32]) -> f32 {
        let input = Tensor::from_shape(&[1, row.len()], row).expect("a row");
        let answers = self.0.run(tvec![input.into_tvalue()]).expect("predicted");
        let last = answers.last().expect("an output");
        let numbers = last.try_as_plain_ram().expect("plain numbers");
        *numbers.as_slice::<f32>().expect("floats").last().expect("two classes")
    }
}

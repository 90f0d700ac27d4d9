//! Who is measured.

mod gannet;
mod lleaves;
mod onnxruntime;
mod tl2cgen;
#[cfg(feature = "tract")]
mod tract;

use std::path::Path;

pub use onnxruntime::Runtime;

/// A loaded model.
pub trait Engine {
    /// Name and version.
    fn name(&self) -> String;

    /// Whether it is one of ours.
    fn is_ours(&self) -> bool {
        false
    }

    /// The last number of the answer to a row: the probability of the second class.
    fn predict(&mut self, row: &[f32]) -> f32;
}

/// The engines that run a model, ours first. Who does not is told.
pub fn all(folder: &Path, name: &str, runtime: Option<&Runtime>) -> Vec<Box<dyn Engine>> {
    let onnx = folder.join(format!("{name}.onnx"));
    let bytes = std::fs::read(&onnx).expect("the model, as make.py writes it");
    let mut engines = gannet::all(&bytes);
    let mut add = |who: &str, engine: Result<Box<dyn Engine>, String>| match engine {
        Ok(engine) => engines.push(engine),
        Err(error) => println!("  {who}: none, {error}"),
    };
    #[cfg(feature = "tract")]
    add("tract", tract::load(&bytes));
    if let Some(runtime) = runtime {
        add("onnxruntime", runtime.session(&bytes));
    }
    let shared = |by: &str| folder.join(format!("{name}.{by}.so"));
    if shared("tl2cgen").exists() {
        add("tl2cgen", tl2cgen::load(&shared("tl2cgen")));
    }
    if shared("lleaves").exists() {
        add("lleaves", lleaves::load(&shared("lleaves")));
    }
    engines
}

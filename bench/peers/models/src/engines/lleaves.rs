//! lleaves: a LightGBM model as LLVM's machine code in a shared object.

use std::ffi::{c_double, c_int};
use std::path::Path;

use libloading::Library;

use super::Engine;

/// Rows, answers, and the first and last row: as lleaves' generated code has it.
type ForestRoot = unsafe extern "C" fn(*const c_double, *mut c_double, c_int, c_int);

struct Lleaves {
    _library: Library,
    root: ForestRoot,
    row: Vec<c_double>,
}

/// Loads the shared object.
pub fn load(path: &Path) -> Result<Box<dyn Engine>, String> {
    // SAFETY: make.py wrote it, and nothing in it runs when it is loaded.
    let library = unsafe { Library::new(path) }.map_err(|error| error.to_string())?;
    // SAFETY: the function of this name has this type (lleaves, codegen); the library is kept.
    let root =
        *unsafe { library.get::<ForestRoot>(b"forest_root") }.map_err(|error| error.to_string())?;
    Ok(Box::new(Lleaves { _library: library, root, row: Vec::new() }))
}

impl Engine for Lleaves {
    fn name(&self) -> String {
        "lleaves 1.3.0 (LLVM)".into()
    }

    fn predict(&mut self, row: &[f32]) -> f32 {
        self.row.clear();
        self.row.extend(row.iter().copied().map(c_double::from));
        let mut answer = 0.0;
        // SAFETY: one row as wide as the model, and room for its one answer.
        unsafe { (self.root)(self.row.as_ptr(), &raw mut answer, 0, 1) };
        answer as f32
    }
}

//! tl2cgen: trees as nested C conditions, compiled into a shared object.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;

use libloading::Library;

use super::Engine;

/// Rows of entries, whether margins are wanted, and answers: as the generated header has it.
type Predict = unsafe extern "C" fn(*mut c_void, c_int, *mut c_void);

/// Entries are unions of an integer, which marks what is missing, and the number.
enum Numbers {
    F32 { row: Vec<f32>, answer: [f32; CLASSES_MAX] },
    F64 { row: Vec<f64>, answer: [f64; CLASSES_MAX] },
}

/// Room for answers of as many classes.
const CLASSES_MAX: usize = 8;

struct Tl2cgen {
    _library: Library,
    predict: Predict,
    numbers: Numbers,
    last: usize,
}

/// Loads the shared object.
pub fn load(path: &Path) -> Result<Box<dyn Engine>, String> {
    // SAFETY: make.py wrote it, and nothing in it runs when it is loaded.
    let library = unsafe { Library::new(path) }.map_err(|error| error.to_string())?;
    let complain = |error: libloading::Error| error.to_string();
    type Name = unsafe extern "C" fn() -> *const c_char;
    type Counts = unsafe extern "C" fn(*mut i32);
    // SAFETY: the functions of these names have these types (header.h); the library is kept.
    let predict = *unsafe { library.get::<Predict>(b"predict") }.map_err(complain)?;
    // SAFETY: as above.
    let classes = *unsafe { library.get::<Counts>(b"get_num_class") }.map_err(complain)?;
    let kind = |name: &[u8]| {
        // SAFETY: as above.
        let name = *unsafe { library.get::<Name>(name) }.map_err(complain)?;
        // SAFETY: it returns a constant text.
        let text = unsafe { CStr::from_ptr(name()) };
        Ok::<String, String>(text.to_string_lossy().into_owned())
    };
    let mut count = [0; CLASSES_MAX];
    // SAFETY: there is one target, so one count is written.
    unsafe { classes(count.as_mut_ptr()) };
    let last = usize::try_from(count[0] - 1).ok().filter(|last| *last < CLASSES_MAX);
    let kinds = (kind(b"get_threshold_type")?, kind(b"get_leaf_output_type")?);
    let numbers = match (kinds.0.as_str(), kinds.1.as_str()) {
        ("float32", "float32") => Numbers::F32 { row: Vec::new(), answer: [0.0; CLASSES_MAX] },
        ("float64", "float64") => Numbers::F64 { row: Vec::new(), answer: [0.0; CLASSES_MAX] },
        _ => return Err(format!("thresholds and leaves are {kinds:?}")),
    };
    let last = last.ok_or("it has too many classes")?;
    Ok(Box::new(Tl2cgen { _library: library, predict, numbers, last }))
}

impl Engine for Tl2cgen {
    fn name(&self) -> String {
        "tl2cgen 1.0.0 (C, gcc -O3)".into()
    }

    fn predict(&mut self, row: &[f32]) -> f32 {
        match &mut self.numbers {
            Numbers::F32 { row: entries, answer } => {
                entries.clear();
                entries.extend_from_slice(row);
                answer.fill(0.0);
                // SAFETY: an entry is as large as its number; nothing is missing. The row is as
                // wide as the model, and the answer has room for every class.
                unsafe {
                    (self.predict)(entries.as_mut_ptr().cast(), 0, answer.as_mut_ptr().cast())
                };
                answer[self.last]
            }
            Numbers::F64 { row: entries, answer } => {
                entries.clear();
                entries.extend(row.iter().copied().map(f64::from));
                answer.fill(0.0);
                // SAFETY: as above.
                unsafe {
                    (self.predict)(entries.as_mut_ptr().cast(), 0, answer.as_mut_ptr().cast())
                };
                answer[self.last] as f32
            }
        }
    }
}

//! A prediction allocates nothing, whatever the model.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use gannet_models::{Engine, Evaluator, Model, generated_rows};

use crate::data;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

// SAFETY: every call is the system allocator's; the counter allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_prediction_allocates_nothing() {
    for name in ["lightgbm_binary", "xgboost_three", "forest_binary", "tree_min_3x2", "neural_ode"]
    {
        let bytes = std::fs::read(data(&format!("{name}.onnx"))).expect("a model");
        let mut evaluator = Evaluator::from_bytes(&bytes).expect("compiled");
        let rows = generated_rows(evaluator.width(), 100);
        let before = ALLOCATIONS.with(Cell::get);
        let finite = rows.iter().filter(|row| evaluator.predict(row).is_ok()).count();
        let after = ALLOCATIONS.with(Cell::get);
        assert_eq!(finite, rows.len(), "{name}");
        assert_eq!(after - before, 0, "{name} allocates");
        // The counter counts.
        let boxed = std::hint::black_box(Box::new(finite));
        assert_eq!(ALLOCATIONS.with(Cell::get) - after, u64::from(*boxed > 0));
    }
}

/// A model moves to the thread that predicts with it, whichever engine runs it.
#[test]
fn models_move_between_threads() {
    let model = Model::load(&data("neural_ode.onnx")).expect("a model");
    let row = vec![0.5; model.width()];
    let moved = std::thread::spawn(move || {
        let mut model = model;
        for engine in [Engine::Compiled, Engine::Tract] {
            model.set_engine(engine).expect("both run it");
            model.predict(&row).expect("predicted");
        }
    });
    moved.join().expect("predicted there");
}

//! The system's allocator, which counts what the current thread asks of it while told to.
//!
//! Counts are per thread, so tests that run beside each other do not disturb each other.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    // Without destructors and lazy initialisation: reading them never allocates.
    static IS_COUNTING: Cell<bool> = const { Cell::new(false) };
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static FIRST_BYTES: Cell<usize> = const { Cell::new(0) };
}

/// What was allocated in counted stretches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allocations {
    /// How often memory was asked for, moved or given back.
    pub(crate) count: u64,
    /// Size of the first one, to find it by.
    pub(crate) first_bytes: usize,
}

/// Runs `work` and adds what it allocates on this thread to the counts. Not to be nested.
pub(crate) fn counted<T>(work: impl FnOnce() -> T) -> T {
    IS_COUNTING.set(true);
    let result = work();
    IS_COUNTING.set(false);
    result
}

/// Returns what this thread's counted stretches have allocated, and begins anew.
pub(crate) fn take() -> Allocations {
    Allocations { count: ALLOCATIONS.take(), first_bytes: FIRST_BYTES.take() }
}

fn note(bytes: usize) {
    if IS_COUNTING.get() {
        if ALLOCATIONS.get() == 0 {
            FIRST_BYTES.set(bytes);
        }
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    }
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract;
// counting touches only thread-local cells without destructors and never allocates or unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller keeps the contract of this method, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller keeps the contract of this method, which is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        // SAFETY: `block` came from the system's allocator, by the methods above.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(layout.size());
        // SAFETY: `block` came from the system's allocator, by the methods above.
        unsafe { System.dealloc(block, layout) }
    }
}

#[test]
fn what_is_counted_is_what_was_asked_for() {
    take();
    let kept = vec![0_u8; 100];
    assert_eq!(take(), Allocations::default(), "nothing was counted");
    let boxed = counted(|| Box::new([0_u8; 48]));
    assert_eq!(take(), Allocations { count: 1, first_bytes: 48 });
    counted(|| drop(boxed));
    assert_eq!(take().count, 1, "giving back counts, too");
    std::thread::scope(|scope| {
        let beside = || counted(|| drop(vec![0_u8; 10]));
        scope.spawn(beside).join().expect("a thread");
    });
    assert_eq!(take(), Allocations::default(), "other threads are not counted");
    drop(kept);
}

//! A store that outlives its process, and a process that dies at any write to it.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use crate::store::{MemoryStore, Store, StoreError, Stored};

/// More than any run of a test sends.
const DISK_BYTES: usize = 1 << 20;

/// What is left when the process is gone.
#[derive(Clone)]
pub(super) struct Disk(Rc<RefCell<MemoryStore>>);

/// How many more writes the process lives for.
#[derive(Clone)]
pub(super) struct Life(Rc<Cell<Option<u32>>>);

/// The process's view. After its death it may go on to the end of the call, unheard.
pub(super) struct DiskStore {
    view: MemoryStore,
    disk: Disk,
    life: Life,
}

impl Disk {
    pub(super) fn new() -> Self {
        Self(Rc::new(RefCell::new(MemoryStore::new(DISK_BYTES))))
    }

    /// Opens it for a new process.
    pub(super) fn open(&self, life: &Life) -> DiskStore {
        let disk = self.0.borrow();
        let mut view = MemoryStore::new(DISK_BYTES);
        for kept in disk.messages() {
            view.set_outbound(kept.msg_seq_num);
            view.append(kept.bytes, kept.admin).expect("it fits on the disk");
        }
        view.set_outbound(disk.next_outbound());
        view.set_inbound(disk.next_inbound());
        DiskStore { view, disk: self.clone(), life: life.clone() }
    }

    pub(super) fn next_outbound(&self) -> u64 {
        self.0.borrow().next_outbound()
    }
}

impl Life {
    pub(super) fn new() -> Self {
        Self(Rc::new(Cell::new(None)))
    }

    /// Has the process die at the write after so many more.
    pub(super) fn end_after(&self, writes: u32) {
        self.0.set(Some(writes));
    }

    pub(super) fn go_on(&self) {
        self.0.set(None);
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.get() == Some(0)
    }

    /// One write: says whether it reaches the disk.
    fn spend(&self) -> bool {
        let over = self.is_over();
        self.0.set(self.0.get().map(|left| left.saturating_sub(1)));
        !over
    }
}

impl DiskStore {
    fn write(&mut self, change: impl Fn(&mut MemoryStore)) {
        change(&mut self.view);
        if self.life.spend() {
            change(&mut self.disk.0.borrow_mut());
        }
    }
}

impl Store for DiskStore {
    fn next_outbound(&self) -> u64 {
        self.view.next_outbound()
    }

    fn next_inbound(&self) -> u64 {
        self.view.next_inbound()
    }

    fn set_inbound(&mut self, next: u64) {
        self.write(|store| store.set_inbound(next));
    }

    fn set_outbound(&mut self, next: u64) {
        self.write(|store| store.set_outbound(next));
    }

    fn append(&mut self, bytes: &[u8], admin: bool) -> Result<(), StoreError> {
        self.write(|store| store.append(bytes, admin).expect("the disk is large enough"));
        Ok(())
    }

    fn get(&self, msg_seq_num: u64) -> Option<Stored<'_>> {
        self.view.get(msg_seq_num)
    }

    fn reset(&mut self) {
        self.write(Store::reset);
    }

    fn reset_outbound(&mut self) {
        self.write(Store::reset_outbound);
    }

    fn kept(&self) -> Range<u64> {
        self.view.kept()
    }

    fn is_full(&self) -> bool {
        self.view.is_full()
    }
}

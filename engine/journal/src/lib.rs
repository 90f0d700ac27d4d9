//! What happened: the memory-mapped journal.

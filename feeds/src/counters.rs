//! What a feed counts; plain integers, published by the driver once per duty cycle.

/// Counts since the session was made. Every frame is in `frames`, and is counted once more
/// under what became of it unless it simply was passed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedCounters {
    /// Frames received, good or bad.
    pub frames: u64,
    /// Messages given to the sink.
    pub market_events: u64,
    /// Breaks in the sequence of book updates, while live or while buffering.
    pub gaps: u64,
    /// Frames and snapshot bodies that were not the venue's format.
    pub malformed: u64,
    /// Frames and snapshot bodies with a price or quantity off its step or out of range.
    pub bad_prices: u64,
    /// Well-formed frames that carry nothing for us: answers, unknown symbols and events,
    /// trades outside the order book.
    pub skipped: u64,
    /// Requests the venue refused: error objects on the stream or instead of a snapshot.
    pub refused: u64,
    /// Snapshot bodies received.
    pub snapshots: u64,
    /// Snapshots that were crossed, one-sided or empty.
    pub bad_snapshots: u64,
    /// Snapshots older than the first buffered update.
    pub old_snapshots: u64,
    /// Messages dropped because they were not newer than what was already known: repeated
    /// updates, updates before the snapshot, tops going backwards, snapshots nobody waits for.
    pub stale_drops: u64,
    /// Times the buffer of waiting updates, or the driver's ring, was full.
    pub overflows: u64,
    /// Times a book went from live to stale.
    pub stales: u64,
}

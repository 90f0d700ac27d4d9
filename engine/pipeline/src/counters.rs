//! What the pipeline counts. Numbers only grow; the driver publishes them.

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PipelineCounters {
    /// Inputs of any kind.
    pub inputs: u64,
    /// Market messages.
    pub market_events: u64,
    /// Trades among them.
    pub trades: u64,
    /// Times a book stood crossed after a whole message.
    pub crossed_books: u64,
    /// Bars closed.
    pub bars: u64,
    /// Bars whose features were not all journaled because one input caused too much.
    pub features_dropped: u64,
    /// Predictions of models, wherever they were made.
    pub predictions: u64,
    /// Answers of models that came too late, or about what does not exist; refused.
    pub predictions_stale: u64,
    /// Predictions not journaled because one input caused too much.
    pub predictions_dropped: u64,
    /// Signals of the strategy.
    pub signals: u64,
    /// Signals forgotten because one input caused too many.
    pub signals_dropped: u64,
    /// New orders sent.
    pub orders: u64,
    /// Cancels sent.
    pub cancels: u64,
    /// Replacements sent.
    pub replaces: u64,
    /// Status requests sent.
    pub status_requests: u64,
    /// Fills booked.
    pub fills: u64,
    /// Refusals, ours and the venue's.
    pub rejects: u64,
    /// Reports about orders we do not know.
    pub unknown_executions: u64,
    /// Reports that said nothing new.
    pub duplicate_executions: u64,
    /// Trades that the venue took back or changed.
    pub corrections: u64,
    /// Trades said to the venue not to be ours.
    pub trades_not_known: u64,
    /// Copies of executions from the drop copy session.
    pub drop_copies: u64,
    /// Inputs that name what does not exist or carry impossible numbers; ignored.
    pub bad_inputs: u64,
    /// Orders that never left and were placed at another gateway.
    pub failovers: u64,
    /// Alarms raised.
    pub alarms: u64,
}

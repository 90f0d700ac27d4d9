//! The counters that exist: one line each.
//!
//! To add one, add a line; nothing else changes. Names are for ever: dashboards and alarms refer to
//! them. The unit comes last, and a total ends in `_total`.

use super::{CounterDefinition, CounterKind, CounterScope};

/// Turns the table into [`CounterId`] and its definitions.
macro_rules! counters {
    ($($id:ident $name:literal $kind:ident $scope:ident $help:literal;)*) => {
        /// One of the counters; its number is its place in every block.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CounterId {
            $(#[doc = $help] $id,)*
        }

        impl CounterId {
            /// All counters, in order.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$id),*];

            /// How many counters there are.
            pub const COUNT: usize = [$($name),*].len();

            /// Returns what it is called and how it merges.
            #[must_use]
            pub fn definition(self) -> &'static CounterDefinition {
                &DEFINITIONS[self as usize]
            }
        }

        const DEFINITIONS: [CounterDefinition; CounterId::COUNT] = [$(
            CounterDefinition {
                name: $name,
                help: $help,
                kind: CounterKind::$kind,
                scope: CounterScope::$scope,
            },
        )*];
    };
}

counters! {
    FeedFrames            "feed_frames_total"             Total Engine "Frames received from market data sockets.";
    FeedMarketEvents      "feed_market_events_total"      Total Engine "Market events decoded from frames.";
    FeedGaps              "feed_gaps_total"               Total Engine "Holes found in the sequence of a market data stream.";
    FeedSnapshots         "feed_snapshots_total"          Total Engine "Book snapshots fetched.";
    FeedMalformed         "feed_malformed_total"          Total Engine "Market data frames that could not be decoded.";
    FeedReconnects        "feed_reconnects_total"         Total Engine "Connections to a market data source after the first.";
    FeedRingFull          "feed_ring_full_total"          Total Engine "Market messages that found the ring to the pipeline full.";
    PipelineInputs        "pipeline_inputs_total"         Total Engine "Inputs taken by the pipeline.";
    PipelineOutputs       "pipeline_outputs_total"        Total Engine "Outputs given by the pipeline.";
    PipelineOrders        "pipeline_orders_total"         Total Engine "New orders sent towards a gateway.";
    PipelineCancels       "pipeline_cancels_total"        Total Engine "Cancel requests sent towards a gateway.";
    PipelineFills         "pipeline_fills_total"          Total Engine "Executions that filled an order, in part or in full.";
    PipelineRejects       "pipeline_rejects_total"        Total Engine "Orders refused by gate, risk or venue.";
    PipelineCrossedBooks  "pipeline_crossed_books_total"  Total Engine "Times a book's best bid was not below its best ask.";
    PipelinePredictions   "pipeline_predictions_total"    Total Engine "Predictions of models.";
    PipelinePredictionsMissing "pipeline_predictions_missing_total" Total Engine "Frames a model was not asked about: a feature was missing.";
    PipelinePredictionsStale "pipeline_predictions_stale_total" Total Engine "Answers of models that came too late; refused.";
    PipelineRingFull      "pipeline_ring_full_total"      Total Engine "Orders that found the ring to the gateway full.";
    GatewaySent           "gateway_sent_total"            Total Engine "Messages sent to a venue.";
    GatewayReceived       "gateway_received_total"        Total Engine "Messages received from a venue.";
    GatewayGarbled        "gateway_garbled_total"         Total Engine "Messages from a venue that could not be decoded.";
    GatewayResends        "gateway_resends_total"         Total Engine "Resend requests sent or answered.";
    GatewayReconnects     "gateway_reconnects_total"      Total Engine "Connections to an order venue after the first.";
    GatewayRingFull       "gateway_ring_full_total"       Total Engine "Times the ring to the pipeline was full and the gateway stopped reading.";
    JournalRecords        "journal_records_total"         Total Engine "Records appended to the journal.";
    JournalBytes          "journal_bytes_total"           Total Engine "Bytes appended to the journal.";
    JournalSegment        "journal_segment_index"         Gauge Engine "Segment being written, counted from 0.";
    AgentCycles           "agent_cycles_total"            Total Thread "Duty cycles run.";
    AgentBusyCycles       "agent_busy_cycles_total"       Total Thread "Duty cycles that found work.";
    AgentCycleNsMax       "agent_cycle_ns_max"            Max   Thread "Longest duty cycle, interruptions by the system included.";
}

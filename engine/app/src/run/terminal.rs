//! The live line: market, position, profit and latency at a glance.

use std::io::{IsTerminal, Write};

use gannet_journal::{Body, Reader};
use gannet_runtime::counters::CounterId;
use gannet_runtime::histogram::Hop;
use gannet_types::{Instrument, Output, Status};

use crate::config::Config;
use crate::topology::Running;

/// Most records read for one line, so that a fast run does not hold up the main thread.
const RECORDS_PER_LINE: usize = 200_000;

/// Shows one line on a terminal, over and over; nothing if stderr goes elsewhere.
pub(super) struct Terminal {
    is_shown: bool,
    journal: Option<Reader>,
    instrument: Instrument,
    status: Option<Status>,
}

impl Terminal {
    /// Follows the journal that the engine writes.
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        let is_shown = std::io::stderr().is_terminal();
        let journal = if is_shown { Some(Reader::open(&config.journal.directory)?) } else { None };
        Ok(Self { is_shown, journal, instrument: config.pipeline.instruments[0], status: None })
    }

    /// Shows how things stand.
    pub(super) fn show(&mut self, running: &Running) {
        if !self.is_shown {
            return;
        }
        self.follow();
        let Some(status) = &self.status else { return };
        let Instrument { symbol, .. } = self.instrument;
        let price = |level: gannet_types::Level| self.instrument.price_f64(level.price);
        let position = status.position;
        let profit = position.realized + status.unrealized - position.fees - position.funding;
        let counter = |id| running.counters.value(id);
        let whole = running.hops.reader(Hop::TickToTrade).summary();
        eprint!(
            "\r\x1b[K{symbol} {:.2}/{:.2} {} | position {:+.3} profit {:+.2} | orders {} fills {} \
             rejects {} open {} | tick to trade p50 {:.1} us p99 {:.1} us | {} records",
            price(status.top.bid),
            price(status.top.ask),
            if status.live { "live" } else { "stale" },
            self.instrument.quantity_f64(position.lots),
            self.instrument.money_f64(profit),
            counter(CounterId::PipelineOrders),
            counter(CounterId::PipelineFills),
            counter(CounterId::PipelineRejects),
            status.open_orders,
            whole.p50 as f64 / 1e3,
            whole.p99 as f64 / 1e3,
            counter(CounterId::JournalRecords),
        );
        // A terminal that cannot be written to is no reason to stop trading.
        let _ = std::io::stderr().flush();
    }

    /// Shows the last line and leaves it standing.
    pub(super) fn end(&mut self, running: &Running) {
        if self.is_shown {
            self.show(running);
            eprintln!();
        }
    }

    fn follow(&mut self) {
        let Some(reader) = &mut self.journal else { return };
        for _ in 0..RECORDS_PER_LINE {
            match reader.next() {
                Ok(Some(record)) => {
                    if let Body::Output(Output::Status(status)) = record.body
                        && status.position.instrument == self.instrument.id
                    {
                        self.status = Some(status);
                    }
                }
                // A record that cannot be read is the engine's to report; the line just stands.
                Ok(None) | Err(_) => return,
            }
        }
    }
}

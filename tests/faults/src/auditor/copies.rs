//! What the drop copy tells: copies of our trades, each of which meets its own, and trades of others.

use std::collections::{BTreeMap, BTreeSet};

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    AccountId, ClientOrderId, DropCopy, ExecKind, ExecutionReport, InstrumentId, Lots, OrderId,
    PositionReport, VenueId,
};

/// What either session told.
#[derive(Debug)]
pub(super) struct Copies {
    listens: bool,
    trades: BTreeSet<(OrderId, VenueIdBytes)>,
    copies: BTreeSet<(OrderId, VenueIdBytes)>,
    strangers: BTreeSet<VenueIdBytes>,
    foreign: BTreeMap<(AccountId, InstrumentId), Lots>,
}

/// Ids in an order of their own.
type VenueIdBytes = Vec<u8>;

fn bytes(id: &VenueId) -> VenueIdBytes {
    id.as_bytes().to_vec()
}

impl Copies {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        Self {
            listens: config.drop_copy.is_some(),
            trades: BTreeSet::new(),
            copies: BTreeSet::new(),
            strangers: BTreeSet::new(),
            foreign: BTreeMap::new(),
        }
    }

    /// Returns what others hold in an account.
    pub(super) fn foreign(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        self.foreign.get(&(account, instrument)).copied().unwrap_or_default()
    }

    /// The order session told a trade.
    pub(super) fn on_trade(&mut self, report: &ExecutionReport) {
        if self.listens {
            self.trades.insert((report.client_order_id.order(), bytes(&report.exec_id)));
        }
    }

    /// The drop copy told something.
    pub(super) fn on_copy(&mut self, copy: &DropCopy) {
        let report = &copy.report;
        if report.kind != ExecKind::Trade {
            return;
        }
        if report.client_order_id != ClientOrderId::default() {
            self.copies.insert((report.client_order_id.order(), bytes(&report.exec_id)));
        } else if self.strangers.insert(bytes(&report.exec_id)) {
            let signed = report.side.signed(report.last_lots);
            *self.foreign.entry((copy.account, report.instrument)).or_default() += signed;
        }
    }

    /// A position of others is what their trades make.
    pub(super) fn judge_foreign(&self, report: &PositionReport) -> Result<(), &'static str> {
        let is_so = report.lots == self.foreign(report.account, report.instrument);
        if is_so { Ok(()) } else { Err("others hold something else") }
    }

    /// A copy is missed only if it did not come.
    pub(super) fn judge_missing(&self, id: ClientOrderId) -> Result<(), &'static str> {
        let lacks = one_sided(&self.trades, &self.copies, id.order());
        if lacks { Ok(()) } else { Err("the copy that is missed has come") }
    }

    /// A trade is missed only if it did not come.
    pub(super) fn judge_only(&self, id: ClientOrderId) -> Result<(), &'static str> {
        let lacks = one_sided(&self.copies, &self.trades, id.order());
        if lacks { Ok(()) } else { Err("the trade that is missed has come") }
    }
}

/// Returns whether one side has told something of an order that the other has not.
fn one_sided(
    told: &BTreeSet<(OrderId, VenueIdBytes)>,
    other: &BTreeSet<(OrderId, VenueIdBytes)>,
    order: OrderId,
) -> bool {
    told.difference(other).any(|(of, _)| *of == order)
}

//! Positions that the venue takes over because there is too little margin for them.
//!
//! The venue tells it as a trade of no order, with the reason [`RejectReason::Liquidated`]. It is
//! booked like any other, once, against what the account's strategies hold, and halts the account: a
//! person looks and resets. Whose it is follows from the gateway; where accounts share one, from who
//! holds just that.

use gannet_types::{
    AccountId, Alarm, ExecKind, ExecutionReport, Lots, Nanos, Notional, OrderId, Outbox,
    RejectReason, StrategyId, Ticks, VenueId,
};

use crate::Pipeline;
use crate::positions::{Books, Trade};
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Takes the report of a takeover; returns whether it was one.
    #[cold]
    pub(crate) fn on_liquidation(
        &mut self,
        now: Nanos,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) -> bool {
        if report.kind != ExecKind::Trade || report.reason != RejectReason::Liquidated {
            return false;
        }
        if self.trades.knows(report.gateway, OrderId::default(), &report.exec_id) {
            self.counters.duplicate_executions += 1;
            return true;
        }
        let is_sound = report.last_lots > Lots::ZERO
            && report.last_price > Ticks::ZERO
            && !report.exec_id.is_empty()
            && usize::from(report.instrument.0) < self.desks.len();
        let Some(account) = is_sound.then(|| self.whose(report)).flatten() else {
            self.counters.unknown_executions += 1;
            self.alarm(Alarm::UnknownExecution(report.client_order_id), outbox);
            return true;
        };
        self.book_takeover(account, report, outbox);
        self.gate.halt_for(account, RejectReason::Liquidated);
        self.poll_halt(now, outbox);
        true
    }

    /// Returns whose position was taken over, if that can be told.
    fn whose(&self, report: &ExecutionReport) -> Option<AccountId> {
        let accounts = (0..).map(AccountId).zip(&self.config.accounts);
        let mut there =
            accounts.filter(|(_, account)| account.gateways.as_slice().contains(&report.gateway));
        let (first, _) = there.next()?;
        let mut others = there.map(|(account, _)| account).peekable();
        if others.peek().is_none() {
            return Some(first);
        }
        let taken = -report.side.signed(report.last_lots);
        std::iter::once(first)
            .chain(others)
            .find(|account| self.holdings.held(*account, report.instrument).position.lots == taken)
    }

    /// Books a takeover against each strategy's part. What nobody holds, because fills are still on
    /// their way, is the first strategy's.
    fn book_takeover(&mut self, account: AccountId, report: &ExecutionReport, outbox: &mut Outbox) {
        // The first part pays.
        let (mut left, mut fee) = (report.last_lots, report.fee);
        let mut first = None;
        for index in 0..self.config.strategies.len() {
            let strategy = StrategyId(index as u8);
            if self.config.account_of(strategy, report.instrument) != account {
                continue;
            }
            first.get_or_insert(strategy);
            let held = self.holdings.share(strategy, report.instrument).lots;
            let against = -report.side.signed(held);
            let part = left.min(against).max(Lots::ZERO);
            if part > Lots::ZERO {
                left -= part;
                self.book_part(strategy, (part, std::mem::take(&mut fee)), report, outbox);
            }
        }
        if let Some(strategy) = first {
            self.book_part(strategy, (left, fee), report, outbox);
        }
    }

    fn book_part(
        &mut self,
        strategy: StrategyId,
        (lots, fee): (Lots, Notional),
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        if lots <= Lots::ZERO {
            return;
        }
        let Books { share, netted } = self.holdings.books(strategy, report.instrument);
        let trade = Trade {
            book: share,
            netted,
            gateway: report.gateway,
            order: OrderId::default(),
            side: report.side,
            lots,
            price: report.last_price,
            fee,
            exec_id: report.exec_id,
            is_inferred: false,
            corrected_by: VenueId::default(),
        };
        self.keep_trade(strategy, report.instrument, trade);
        self.report_holdings(strategy, report.instrument, outbox);
    }
}

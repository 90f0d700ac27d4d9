//! What the venue says and books: execution reports on their way to us, fees, positions.

use std::collections::VecDeque;

use gannet_types::{
    ClientOrderId, ExecKind, ExecutionReport, GatewayId, InstrumentId, Level, Liquidity, Lots,
    Nanos, Notional, RejectReason, Side, Text, Ticks, VenueId,
};

use super::account::Accounts;
use super::order::{Order, State};
use crate::latency::Link;
use crate::outage::Outages;

/// What the venue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// The report; of an answer that names no order it is a rejection of the question.
    pub report: ExecutionReport,
    /// The question about all orders that it answers.
    pub answer: Option<MassAnswer>,
}

/// One of the answers to a question about all orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MassAnswer {
    /// The question's id.
    pub question: ClientOrderId,
    /// How many orders there are; with none there is one answer all the same.
    pub orders: u64,
    /// No more follow.
    pub is_last: bool,
}

/// The back office.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub(super) accounts: Accounts,
    link: Link,
    /// Reports and when they reach us, in that order.
    outbound: VecDeque<(Nanos, Said)>,
    executions: u64,
    /// Positions that the venue has taken over.
    takeovers: u64,
}

impl Desk {
    pub(super) const fn new(accounts: Accounts, link: Link) -> Self {
        Self { accounts, link, outbound: VecDeque::new(), executions: 0, takeovers: 0 }
    }

    /// From now on reports wait for the end of outages.
    pub(super) fn interrupt(&mut self, outages: Outages) {
        self.link.interrupt(outages);
    }

    pub(super) fn next_time(&self) -> Option<Nanos> {
        self.outbound.front().map(|(due, _)| *due)
    }

    pub(super) fn poll(&mut self, now: Nanos) -> Option<Said> {
        if self.next_time()? > now {
            return None;
        }
        self.outbound.pop_front().map(|(_, said)| said)
    }

    /// Books a fill and reports it.
    pub(super) fn fill(&mut self, at: Nanos, order: &mut Order, fill: Level, by: Liquidity) {
        assert!(fill.lots > Lots::ZERO, "a fill has a size");
        assert!(fill.lots <= order.leaves_lots(), "an order is never overfilled");
        order.cum_lots += fill.lots;
        if order.leaves_lots() == Lots::ZERO {
            order.state = State::Filled;
        }
        let holder = (order.account, order.instrument);
        let fee = self.accounts.fill(at, holder, order.side, fill, by);
        let report = ExecutionReport {
            last_lots: fill.lots,
            last_price: fill.price,
            fee,
            liquidity: by,
            ..about(order, ExecKind::Trade, order.client_order_id)
        };
        self.send(at, report, None);
    }

    /// Reports how `order` stands, in answer to request `id`.
    pub(super) fn say(&mut self, at: Nanos, order: &Order, kind: ExecKind, id: ClientOrderId) {
        self.send(at, about(order, kind, id), None);
    }

    /// Answers a question about all orders: how this one stands.
    pub(super) fn answer(&mut self, at: Nanos, order: &Order, answer: MassAnswer) {
        self.send(at, about(order, ExecKind::Status, order.client_order_id), Some(answer));
    }

    /// Answers a question about all orders: there are none. `nothing` stands for them.
    pub(super) fn answer_none(&mut self, at: Nanos, nothing: &Order, question: ClientOrderId) {
        let answer = MassAnswer { question, orders: 0, is_last: true };
        let reason = RejectReason::UnknownOrder;
        let report = about(nothing, ExecKind::Rejected, question);
        self.send(at, ExecutionReport { reason, ..report }, Some(answer));
    }

    /// Reports that request `id` about `order` was refused.
    pub(super) fn refuse(
        &mut self,
        at: Nanos,
        order: &Order,
        kind: ExecKind,
        id: ClientOrderId,
        reason: RejectReason,
    ) {
        self.send(at, ExecutionReport { reason, ..about(order, kind, id) }, None);
    }

    /// Reports that a position was taken over, under an order number of the venue's own.
    pub(super) fn tell_takeover(&mut self, at: Nanos, report: &ExecutionReport) {
        self.takeovers += 1;
        let venue_order_id = numbered(b'L', self.takeovers);
        self.send(at, ExecutionReport { venue_order_id, ..*report }, None);
    }

    fn send(&mut self, at: Nanos, report: ExecutionReport, answer: Option<MassAnswer>) {
        self.executions += 1;
        let exec_id = numbered(b'E', self.executions);
        let report = ExecutionReport { transact_time: at, exec_id, ..report };
        self.outbound.push_back((self.link.arrival(at), Said { report, answer }));
    }
}

fn about(order: &Order, kind: ExecKind, id: ClientOrderId) -> ExecutionReport {
    ExecutionReport {
        cum_lots: order.cum_lots,
        leaves_lots: order.leaves_lots(),
        price: order.price,
        venue_order_id: match order.number {
            0 => Text::default(),
            number => numbered(b'O', number),
        },
        ..blank(order.gateway, order.instrument, order.side, kind, id)
    }
}

/// Makes a report in which no order is described.
pub(super) fn blank(
    gateway: GatewayId,
    instrument: InstrumentId,
    side: Side,
    kind: ExecKind,
    id: ClientOrderId,
) -> ExecutionReport {
    ExecutionReport {
        gateway,
        instrument,
        kind,
        client_order_id: id,
        side,
        last_lots: Lots::ZERO,
        last_price: Ticks::ZERO,
        cum_lots: Lots::ZERO,
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        fee: Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::None,
        transact_time: Nanos::ZERO,
        received: Nanos::ZERO,
        session_sequence: 0,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::default(),
    }
}

/// Returns a letter and a number of twelve digits or more.
fn numbered(letter: u8, number: u64) -> VenueId {
    // A letter and the 20 digits that 64 bits may have.
    let mut text = [b'0'; 21];
    let (mut rest, mut digit) = (number, text.len());
    while rest > 0 {
        digit -= 1;
        text[digit] += (rest % 10) as u8;
        rest /= 10;
    }
    let first = digit.min(text.len() - 12) - 1;
    text[first] = letter;
    Text::new(&text[first..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_twelve_digits_at_least() {
        for number in [1, 42, 999_999_999_999, 1_000_000_000_000, u64::MAX] {
            let text = numbered(b'E', number);
            assert_eq!(text.as_bytes(), format!("E{number:012}").as_bytes());
        }
    }
}

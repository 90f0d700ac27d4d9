//! What the venue says and books: execution reports on their way to us, fees, positions.

use std::collections::VecDeque;

use gannet_types::{
    ClientOrderId, ExecKind, ExecutionReport, GatewayId, Input, InstrumentId, Level, Liquidity,
    Lots, Nanos, Notional, RejectReason, Side, Text, Ticks, VenueId, VenuePosition,
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
    /// What it says of positions; the report means nothing then but its ExecID.
    pub position: Option<VenuePosition>,
}

impl Said {
    /// Returns the report, if it is one about an order.
    #[must_use]
    pub fn report(&self) -> Option<ExecutionReport> {
        let is_about_order = self.answer.is_none_or(|answer| answer.orders > 0);
        (is_about_order && self.position.is_none()).then_some(self.report)
    }

    /// Returns what it is to an engine that hears it at `received`; `None` for the answer that
    /// there are no orders.
    #[must_use]
    pub fn input(&self, received: Nanos) -> Option<Input<'static>> {
        if let Some(position) = self.position {
            return Some(Input::VenuePosition(VenuePosition { received, ..position }));
        }
        self.report().map(|report| Input::Execution(ExecutionReport { received, ..report }))
    }
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

    /// Returns how much of an order may trade: of a reduce-only one no more than there is to reduce.
    pub(super) fn tradable(&self, order: &Order) -> Lots {
        let leaves = order.leaves_lots();
        if order.terms.reduce_only { leaves.min(self.reducible(order)) } else { leaves }
    }

    /// Returns how much there is for an order to reduce.
    pub(super) fn reducible(&self, order: &Order) -> Lots {
        let holder = (order.account, order.instrument);
        self.accounts.reducible(holder, order.side, order.terms.position_effect)
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
        let effect = order.terms.position_effect;
        let fee = self.accounts.fill(at, holder, order.side, effect, (fill, by));
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

    /// Says something of positions. `nothing` stands for the order that it is not about.
    pub(super) fn tell(&mut self, at: Nanos, nothing: &Order, position: VenuePosition) {
        let report = about(nothing, ExecKind::Rejected, position.request);
        self.push(at, Said { report, answer: None, position: Some(position) });
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
        self.push(at, Said { report, answer, position: None });
    }

    fn push(&mut self, at: Nanos, mut said: Said) {
        self.executions += 1;
        said.report.exec_id = numbered(b'E', self.executions);
        said.report.transact_time = at;
        self.outbound.push_back((self.link.arrival(at), said));
    }
}

fn about(order: &Order, kind: ExecKind, id: ClientOrderId) -> ExecutionReport {
    ExecutionReport {
        cum_lots: order.cum_lots,
        leaves_lots: order.leaves_lots(),
        price: order.price,
        position_effect: order.terms.position_effect,
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
        position_effect: gannet_types::PositionEffect::None,
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

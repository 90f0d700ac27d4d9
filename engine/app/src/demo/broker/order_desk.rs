//! Translates between the session and the exchange, and keeps the broker's account of it.

use std::collections::{BTreeSet, VecDeque};

use gannet_fix::session::SendError;
use gannet_fix::tag::{self, msg_type};
use gannet_fix::{Message, Session, Store, Version};
use gannet_gateways::fix::{Dialect, DialectSpec, TranslateError, position, report, request};
use gannet_sim::{Exchange, MassAnswer, Said};
use gannet_types::{
    AccountId, ClientOrderId, ExecKind, Instrument, Lots, Nanos, OrderRequest, RejectReason,
    RequestKind, Side, Ticks,
};

use crate::config::DialectConfig;
use crate::fix::acceptor::Sent;

/// BusinessRejectRefID(379).
const BUSINESS_REJECT_REF_ID: u32 = 379;

/// SecondaryOrderID(198).
const SECONDARY_ORDER_ID: u32 = 198;

/// Longest MsgType and ClOrdID that are repeated in a reject.
const REPEATED_BYTES_MAX: usize = 64;

/// What the broker did, and what it holds to be true. Prices and quantities are in ticks and
/// lots of the instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BrokerReport {
    /// Connections that became a session's.
    pub connections: u64,
    /// Connections that became no session's: too many, too slow, strangers, wrong passwords.
    pub connections_refused: u64,
    /// Requests understood, of every kind.
    pub requests: u64,
    /// Requests not understood, answered by BusinessMessageReject.
    pub business_rejects: u64,
    /// New orders accepted.
    pub orders: u64,
    /// Requests refused, duplicates included.
    pub rejects: u64,
    /// Requests refused because their id had been used before.
    pub duplicates: u64,
    /// Trades reported.
    pub fills: u64,
    /// Reports that no message could hold; none, unless this program is wrong.
    pub unsendable: u64,
    /// Whether the broker ended because its message store was full.
    pub store_full: bool,
    /// Per account that ever sent a request, and instrument.
    pub positions: Vec<Position>,
    /// Working orders; within an instrument and side, best price first.
    pub open_orders: Vec<OpenOrder>,
}

/// One position.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Whose.
    pub account: u16,
    /// In what.
    pub symbol: String,
    /// How much; negative is short.
    pub lots: i64,
}

/// One working order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OpenOrder {
    /// The last id accepted for it.
    pub client_order_id: u64,
    /// Whose.
    pub account: u16,
    /// In what.
    pub symbol: String,
    /// Whether it buys.
    pub buy: bool,
    /// Its limit; zero for market orders.
    pub price: i64,
    /// Its total size, filled lots included.
    pub lots: i64,
    /// How much of it traded.
    pub cum_lots: i64,
}

/// The desk.
pub(super) struct OrderDesk {
    instruments: Vec<Instrument>,
    dialect: Dialect,
    /// Reports say the venue's OrderID in SecondaryOrderID(198) too: the dialect requires it.
    repeats_order_id: bool,
    /// Replacements that the exchange has not answered; their rejects say so.
    pub(super) replacements: BTreeSet<ClientOrderId>,
    accounts: BTreeSet<AccountId>,
    /// Rejects to send. At most one for each message of one read.
    refusals: VecDeque<Refusal>,
    /// A report that found no room.
    delayed: Option<Said>,
    /// What has been counted; positions and orders are filled in at the end.
    pub(super) report: BrokerReport,
}

/// An application message that was not understood.
struct Refusal {
    msg_seq_num: u64,
    msg_type: Vec<u8>,
    client_order_id: Option<Vec<u8>>,
    error: TranslateError,
}

impl OrderDesk {
    /// Opens for a session that speaks `version`; before 4.2 its messages are those of 4.2.
    pub(super) fn new(instruments: Vec<Instrument>, version: Version) -> Self {
        Self::of(instruments, &DialectSpec::plain(version.max(Version::Fix42)), false)
    }

    /// Opens for a session that speaks `dialect`.
    pub(super) fn speaking(instruments: Vec<Instrument>, dialect: &DialectConfig) -> Self {
        let mut required = dialect.required.iter();
        let repeats_order_id = required.any(|(message, tag)| {
            message.as_bytes() == msg_type::EXECUTION_REPORT && *tag == SECONDARY_ORDER_ID
        });
        Self::of(instruments, &dialect.spec, repeats_order_id)
    }

    fn of(instruments: Vec<Instrument>, spec: &DialectSpec, repeats_order_id: bool) -> Self {
        Self {
            dialect: Dialect::new(spec, &instruments)
                .expect("plain FIX has all it needs, and the configuration has been checked"),
            repeats_order_id,
            instruments,
            replacements: BTreeSet::new(),
            accounts: BTreeSet::new(),
            refusals: VecDeque::new(),
            delayed: None,
            report: BrokerReport::default(),
        }
    }

    pub(super) const fn is_store_full(&self) -> bool {
        self.report.store_full
    }

    /// Takes an application message of the engine.
    pub(super) fn on_message(
        &mut self,
        now: Nanos,
        message: &Message<'_>,
        msg_seq_num: u64,
        exchange: &mut Exchange,
    ) {
        match self.read(now, message) {
            Ok(request) => {
                self.report.requests += 1;
                self.accounts.insert(request.account);
                if request.kind == RequestKind::Replace {
                    self.replacements.insert(request.client_order_id);
                }
                exchange.on_request(now, &request);
            }
            Err(error) => {
                self.report.business_rejects += 1;
                self.refusals.push_back(Refusal::new(message, msg_seq_num, error));
            }
        }
    }

    /// Sends one message, if there is one and room for it.
    pub(super) fn answer<S: Store>(
        &mut self,
        now: Nanos,
        exchange: &mut Exchange,
        session: &mut Session<S>,
    ) -> Sent {
        if let Some(refusal) = self.refusals.front() {
            let sent = session.send(now.0, msg_type::BUSINESS_MESSAGE_REJECT, |writer| {
                refusal.write(writer);
            });
            if self.is_over(sent) {
                self.refusals.pop_front();
                return Sent::One;
            }
            return Sent::Nothing;
        }
        let Some(said) = self.delayed.take().or_else(|| exchange.poll_said(now)) else {
            return Sent::Nothing;
        };
        let sent = match said.answer {
            _ if let Some(position) = &said.position => {
                session.send(now.0, position::message_type(&position.told), |writer| {
                    position::write(writer, position, &self.dialect, &said.report.exec_id, now);
                })
            }
            Some(answer) if answer.orders == 0 => {
                session.send(now.0, msg_type::EXECUTION_REPORT, |writer| {
                    let dialect = &self.dialect;
                    report::write_no_orders(writer, &said.report, dialect, answer.question);
                })
            }
            _ => self.send(now, &said, session),
        };
        if self.is_over(sent) {
            self.count(&said);
            return Sent::One;
        }
        self.delayed = Some(said);
        Sent::Nothing
    }

    /// Returns the whole account.
    pub(super) fn report_of(&self, exchange: &Exchange) -> BrokerReport {
        let symbol = |instrument: &Instrument| instrument.symbol.to_string();
        let mut positions = Vec::new();
        for &account in &self.accounts {
            positions.extend(self.instruments.iter().map(|instrument| Position {
                account: account.0,
                symbol: symbol(instrument),
                lots: exchange.position(account, instrument.id).0,
            }));
        }
        let open_orders = exchange
            .open_orders()
            .map(|order| OpenOrder {
                client_order_id: order.client_order_id.0,
                account: order.account.0,
                symbol: self.dialect.instrument(order.instrument).map(symbol).unwrap_or_default(),
                buy: order.side == Side::Buy,
                price: order.price.0,
                lots: order.lots.0,
                cum_lots: order.cum_lots.0,
            })
            .collect();
        BrokerReport { positions, open_orders, ..self.report.clone() }
    }

    fn read(&self, now: Nanos, message: &Message<'_>) -> Result<OrderRequest, TranslateError> {
        let request = request::read(message, &self.dialect, now)?;
        let instrument =
            self.dialect.instrument(request.instrument).ok_or(TranslateError::UnknownSymbol)?;
        // The reports about it will have to repeat both.
        let is_writable = |price: Ticks, lots: Lots| {
            instrument.tick.decimal(price.0).is_some() && instrument.lot.decimal(lots.0).is_some()
        };
        if is_writable(request.price, request.lots) {
            Ok(request)
        } else {
            Err(TranslateError::Field { tag: tag::PRICE })
        }
    }

    fn send<S: Store>(
        &self,
        now: Nanos,
        said: &Said,
        session: &mut Session<S>,
    ) -> Result<u64, SendError> {
        let report = &said.report;
        let answers = if self.replacements.contains(&report.client_order_id) {
            RequestKind::Replace
        } else {
            RequestKind::Cancel
        };
        session.send(now.0, report::message_type(report.kind), |writer| {
            report::write(writer, report, &self.dialect, answers);
            if let Some(MassAnswer { question, orders, is_last }) = said.answer {
                report::write_mass_answer(writer, &self.dialect, question, orders, is_last);
            }
            if self.repeats_order_id && report.kind != ExecKind::CancelRejected {
                writer.bytes(SECONDARY_ORDER_ID, report.venue_order_id.as_bytes());
            }
        })
    }

    /// Returns whether a message has been sent or never can be; otherwise it has to wait.
    fn is_over(&mut self, sent: Result<u64, SendError>) -> bool {
        match sent {
            Ok(_) => true,
            Err(SendError::NotLoggedOn | SendError::Backlogged | SendError::Throttled) => false,
            Err(SendError::StoreFull | SendError::NumbersUsedUp) => {
                self.report.store_full = true;
                false
            }
            Err(SendError::Encode(_)) => {
                self.report.unsendable += 1;
                true
            }
        }
    }

    fn count(&mut self, said: &Said) {
        let Said { report, answer, position } = said;
        let counts = &mut self.report;
        // That there are no orders refuses nothing, and neither do positions.
        if answer.is_some() || position.is_some() {
            return;
        }
        counts.duplicates += u64::from(report.reason == RejectReason::DuplicateId);
        match report.kind {
            ExecKind::New => counts.orders += 1,
            ExecKind::Trade => counts.fills += 1,
            ExecKind::Rejected => counts.rejects += 1,
            ExecKind::CancelRejected => {
                counts.rejects += 1;
                self.replacements.remove(&report.client_order_id);
            }
            ExecKind::Replaced => {
                self.replacements.remove(&report.client_order_id);
            }
            ExecKind::PendingNew
            | ExecKind::Canceled
            | ExecKind::Expired
            | ExecKind::PendingCancel
            | ExecKind::PendingReplace
            | ExecKind::Status
            | ExecKind::Unsent
            | ExecKind::Triggered
            | ExecKind::Restated
            | ExecKind::Suspended
            | ExecKind::Stopped
            | ExecKind::DoneForDay
            | ExecKind::Calculated
            | ExecKind::TradeCancel
            | ExecKind::TradeCorrect => {}
        }
    }
}

impl Refusal {
    fn new(message: &Message<'_>, msg_seq_num: u64, error: TranslateError) -> Self {
        let short = |text: &[u8]| text[..text.len().min(REPEATED_BYTES_MAX)].to_vec();
        Self {
            msg_seq_num,
            msg_type: short(message.msg_type()),
            client_order_id: message.get(tag::CL_ORD_ID).map(short).filter(|id| !id.is_empty()),
            error,
        }
    }

    fn write(&self, writer: &mut gannet_fix::Writer<'_>) {
        writer.uint(tag::REF_SEQ_NUM, self.msg_seq_num);
        writer.bytes(tag::REF_MSG_TYPE, &self.msg_type);
        if let Some(id) = &self.client_order_id {
            writer.bytes(BUSINESS_REJECT_REF_ID, id);
        }
        writer.uint(tag::BUSINESS_REJECT_REASON, self.reason());
        writer.str(tag::TEXT, &self.error.to_string());
    }

    /// BusinessRejectReason(380).
    const fn reason(&self) -> u64 {
        match self.error {
            TranslateError::OffStep { .. } => 0,
            TranslateError::ForeignOrder => 1,
            TranslateError::UnknownSymbol => 2,
            TranslateError::NotOrders => 3,
            TranslateError::Field { .. } => 5,
        }
    }
}

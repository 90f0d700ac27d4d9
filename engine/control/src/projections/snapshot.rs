//! What people see, as plain data: the shape of `/api/status`.
//!
//! Prices, quantities and money are exact decimal strings; the unit is the last word of a name
//! where it is not the instrument's own. `quote` is the currency the instrument is priced in, `ms`
//! counts from 1970-01-01 UTC on the journal's clock. Order ids are strings: 56 bits do not
//! survive a JavaScript number.

use serde::Serialize;

use super::decisions::DecisionView;
use crate::sessions::SessionView;

/// Everything at one moment. Each field is one section of `/api/status` and of the event stream.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    /// The engine as a whole.
    pub engine: EngineView,
    /// How far the journal has been followed.
    pub journal: JournalView,
    /// Latency per hop, in the order a tick takes them.
    pub hops: Vec<HopView>,
    /// Every instrument, in the order of its id.
    pub instruments: Vec<InstrumentView>,
    /// Charts, one per instrument.
    pub charts: Vec<ChartView>,
    /// What strategies and models look at, one per instrument.
    pub features: Vec<FeaturesView>,
    /// The accounts, in the order of their ids.
    pub accounts: Vec<AccountView>,
    /// What is listed at several venues.
    pub listings: Vec<ListingView>,
    /// The strategies, in the order of their ids.
    pub strategies: Vec<StrategyView>,
    /// The models that are asked.
    pub models: Vec<ModelView>,
    /// Orders that are not done, oldest first.
    pub open_orders: Vec<OrderView>,
    /// Orders that are done, newest first.
    pub recent_orders: Vec<OrderView>,
    /// Parent orders: those that are worked, oldest first, then those done, newest first.
    pub parents: Vec<ParentView>,
    /// What people ordered last, newest first.
    pub given_orders: Vec<GivenOrderView>,
    /// Trades of ours, newest first.
    pub fills: Vec<FillView>,
    /// Refusals, newest first.
    pub rejects: Vec<RejectView>,
    /// What was thought, and why, newest first.
    pub decisions: Vec<DecisionView>,
    /// Wishes of strategies, newest first.
    pub signals: Vec<SignalView>,
    /// Signals that wait for a person, oldest first.
    pub approvals: Vec<SignalView>,
    /// Positions that others have made in our accounts, as the drop copy tells.
    pub foreign_positions: Vec<ForeignPositionView>,
    /// How our positions compare with the venues', for each account that was asked about.
    pub position_checks: Vec<PositionCheckView>,
    /// What someone should look at, newest first.
    pub alarms: Vec<AlarmView>,
    /// The sessions with brokers, in the order of the gateways.
    pub sessions: Vec<SessionView>,
    /// What people did to them, newest first.
    pub session_actions: Vec<SessionActionView>,
}

/// The engine as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct EngineView {
    /// Version of the program.
    pub version: &'static str,
    /// Who drives: `live`, `demo`, `paper`.
    pub run_mode: String,
    /// Time of the last journal record seen.
    pub time_ms: u64,
    /// Whether the kill switch is on.
    pub is_killed: bool,
    /// Whether the engine is about to stop.
    pub is_draining: bool,
    /// Whether a person must arm before orders are automated again.
    pub needs_arming: bool,
    /// Who releases orders, per strategy.
    pub gates: Vec<GateView>,
    /// What the account counts in, and what others are worth of it.
    pub currencies: CurrenciesView,
    /// The connections to venues for orders.
    pub gateways: Vec<GatewayView>,
    /// How much has happened.
    pub counts: Counts,
}

/// What is held of a thing at all venues that list it, over all accounts.
#[derive(Clone, Debug, Serialize)]
pub struct ListingView {
    /// What people call it.
    pub listing: String,
    /// What it is called at its venues.
    pub symbols: Vec<String>,
    /// How much is held; negative is short.
    pub quantity: String,
    /// Profit of what was closed, before fees.
    pub realized_quote: String,
    /// Profit of what is open, at each venue's own mid.
    pub unrealized_quote: String,
    /// Fees paid.
    pub fees_quote: String,
    /// Orders that are not done.
    pub open_orders: u32,
}

/// What the account counts in.
#[derive(Clone, Debug, Serialize)]
pub struct CurrenciesView {
    /// Its name; empty if it has none.
    pub account: String,
    /// What others are worth.
    pub others: Vec<CurrencyView>,
}

/// A currency that instruments are quoted in.
#[derive(Clone, Debug, Serialize)]
pub struct CurrencyView {
    /// Its name.
    pub name: String,
    /// What one unit of it is worth in the account's.
    pub rate: String,
}

/// The features of an instrument when its last bar closed.
#[derive(Clone, Debug, Serialize)]
pub struct FeaturesView {
    /// Whose.
    pub symbol: String,
    /// In the order of the set; empty before the first bar.
    pub values: Vec<FeatureView>,
}

/// One feature.
#[derive(Clone, Debug, Serialize)]
pub struct FeatureView {
    /// Its name in the set.
    pub name: String,
    /// Its value, `null` where not ready.
    pub value: Option<f64>,
}

/// A model that is asked.
#[derive(Clone, Debug, Serialize)]
pub struct ModelView {
    /// The first 64 bits of the BLAKE3 hash of its ONNX file, in hexadecimal digits.
    pub model: String,
    /// `champion`, `challenger` or `shadow`.
    pub role: &'static str,
    /// Since when it has this role.
    pub since_ms: u64,
    /// Frames of features since it came. If it predicted from fewer, a feature was missing that it
    /// needs, or it answered too late.
    pub frames: u64,
    /// How many times it predicted.
    pub predictions: u64,
    /// How many times it was its turn to be followed.
    pub led: u64,
    /// When it predicted last.
    pub last_ms: Option<u64>,
    /// About which instrument.
    pub symbol: Option<String>,
    /// How far it leaned then, -100 to 100.
    pub lean_percent: Option<f64>,
    /// What it said, as the manifest names its output.
    pub answer: Vec<f32>,
}

/// An account that trades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountView {
    /// Its name.
    pub account: String,
    /// Whether a person halted it.
    pub is_halted: bool,
    /// Why risk halted it, `null` while it has not.
    pub halt_reason: Option<&'static str>,
    /// What it has traded, by instrument.
    pub positions: Vec<HeldView>,
}

/// A strategy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StrategyView {
    /// Its name.
    pub strategy: String,
    /// Name of the account it trades for.
    pub account: String,
    /// `manual`, `assisted`, `auto` or `paper`.
    pub mode: &'static str,
    /// Whether a person halted it.
    pub is_halted: bool,
    /// Whether a person must arm before its orders are automated again.
    pub needs_arming: bool,
    /// Whether it is no strategy but the desk under which people order for the account.
    pub is_manual: bool,
    /// Its part of the account's positions, by instrument.
    pub positions: Vec<HeldView>,
}

/// A position, in the currency of its instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldView {
    /// In what.
    pub symbol: String,
    /// How much; negative is short.
    pub quantity: String,
    /// What it cost on average, `null` if it is flat.
    pub entry_price: Option<String>,
    /// Profit of what was closed, before fees.
    pub realized_quote: String,
    /// Profit of what is open, at the mid of the last status.
    pub unrealized_quote: String,
    /// Fees paid.
    pub fees_quote: String,
    /// All of it.
    pub net_quote: String,
}

/// Who releases the orders of a strategy.
#[derive(Clone, Debug, Serialize)]
pub struct GateView {
    /// Name of the strategy.
    pub strategy: String,
    /// `manual`, `assisted`, `auto` or `paper`.
    pub mode: &'static str,
}

/// One connection to a venue for orders.
#[derive(Clone, Debug, Serialize)]
pub struct GatewayView {
    /// Name of the gateway.
    pub gateway: String,
    /// `up`, `down` or `unknown`.
    pub state: &'static str,
}

/// A position that others have made in our accounts, as the drop copy tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignPositionView {
    /// Number of the account in the configuration; 65535 for one that is not listed.
    pub account: u16,
    /// In what.
    pub symbol: String,
    /// How much; negative is short.
    pub quantity: String,
}

/// How the positions of an account compare with the venue's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionCheckView {
    /// Number of the account in the configuration.
    pub account: u16,
    /// When the venue told of them last.
    pub told_ms: Option<u64>,
    /// `told`, `waiting` for the first answer, `silent` if the last one did not come in time, or
    /// `refused`.
    pub state: &'static str,
    /// What differs, and is not to be booked or waits for a price.
    pub differences: Vec<PositionDifferenceView>,
    /// How many positions were changed to what the venue says.
    pub adjustments: u64,
}

/// A position that the venue has otherwise than we.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionDifferenceView {
    /// In what.
    pub symbol: String,
    /// As we had it then, others' included; negative is short.
    pub quantity: String,
    /// As the venue had it.
    pub venue_quantity: String,
}

/// How many of each kind the journal holds, since its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Market messages.
    pub market_events: u64,
    /// Reports of venues.
    pub executions: u64,
    /// Instructions of operators.
    pub commands: u64,
    /// Wishes of strategies.
    pub signals: u64,
    /// Requests to venues.
    pub orders: u64,
    /// Trades of ours.
    pub fills: u64,
    /// Refusals by gate, risk or venue.
    pub rejects: u64,
    /// Bars closed.
    pub bars: u64,
    /// Alarms raised.
    pub alarms: u64,
    /// Copies of executions heard by the drop copy session.
    pub drop_copies: u64,
    /// Predictions of models.
    pub predictions: u64,
    /// Answers of models on the inference thread, late ones included.
    pub answers: u64,
    /// Trades said to the venue not to be ours.
    pub trades_not_known: u64,
    /// Records about an instrument, strategy or gateway that is not configured.
    pub unknown: u64,
}

/// How far the journal has been followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JournalView {
    /// Records followed by this page.
    pub records: u64,
    /// Bytes the engine has appended.
    pub bytes: u64,
    /// The segment being written, from 0.
    pub segment_index: u64,
    /// Whether the engine is so far ahead that the page shows the past.
    pub is_behind: bool,
    /// Why the journal can no longer be followed, if so.
    pub error: Option<String>,
}

/// Latency of one hop.
#[derive(Clone, Debug, Serialize)]
pub struct HopView {
    /// Its name.
    pub hop: &'static str,
    /// How many were measured.
    pub count: u64,
    /// Half were not longer.
    pub p50_ns: u64,
    /// 99 % were not longer.
    pub p99_ns: u64,
    /// 99.9 % were not longer.
    pub p999_ns: u64,
    /// The longest.
    pub max_ns: u64,
}

/// One instrument.
#[derive(Clone, Debug, Serialize)]
pub struct InstrumentView {
    /// The venue's name for it.
    pub symbol: String,
    /// `live`, `unknown`, or why the feed cannot be believed.
    pub feed: &'static str,
    /// Whether a person stopped it.
    pub is_halted: bool,
    /// Whether the venue trades it: `trading`, `halted`, or `unknown` if the feed has not told.
    pub trading: &'static str,
    /// Best bid, if anybody bids.
    pub bid_price: Option<String>,
    /// Quantity there.
    pub bid_quantity: Option<String>,
    /// Best ask, if anybody asks.
    pub ask_price: Option<String>,
    /// Quantity there.
    pub ask_quantity: Option<String>,
    /// Ask minus bid.
    pub spread_price: Option<String>,
    /// The same in steps of the price.
    pub spread_ticks: Option<i64>,
    /// Price of the last trade.
    pub last_price: Option<String>,
    /// Its quantity.
    pub last_quantity: Option<String>,
    /// Who took: `buy` or `sell`.
    pub last_aggressor: Option<&'static str>,
    /// Position; negative is short.
    pub position_quantity: String,
    /// Average price of the open position.
    pub entry_price: Option<String>,
    /// Profit of what was closed, before fees.
    pub realized_quote: String,
    /// Profit of the open position at the mid price.
    pub unrealized_quote: String,
    /// Fees paid; negative are rebates.
    pub fees_quote: String,
    /// Funding paid, as the venue tells; negative is received.
    pub funding_quote: String,
    /// Realized plus unrealized minus fees and funding.
    pub net_quote: String,
    /// Orders that are not done.
    pub open_orders: u32,
    /// Market messages the pipeline has seen.
    pub market_events: u64,
    /// Times the book stood crossed.
    pub crossed_books: u64,
}

/// What a chart of one instrument needs.
#[derive(Clone, Debug, Serialize)]
pub struct ChartView {
    /// The venue's name for the instrument.
    pub symbol: String,
    /// Time and mid price, oldest first, at most two a second.
    pub mids: Vec<(u64, String)>,
    /// The shortest time bars there are, oldest first.
    pub bars: Vec<BarView>,
}

/// One time bar.
#[derive(Clone, Debug, Serialize)]
pub struct BarView {
    /// When it began.
    pub start_ms: u64,
    /// When it ended.
    pub end_ms: u64,
    /// First price.
    pub open: String,
    /// Highest price.
    pub high: String,
    /// Lowest price.
    pub low: String,
    /// Last price.
    pub close: String,
    /// Quantity traded.
    pub volume: String,
    /// Trades counted.
    pub trades: u32,
}

/// One order.
#[derive(Clone, Debug, Serialize)]
pub struct OrderView {
    /// Our number of it.
    pub order_id: String,
    /// The venue's number of it; empty until it answered.
    pub venue_order_id: String,
    /// Whose wish it was.
    pub strategy: String,
    /// For which account.
    pub account: String,
    /// What is traded.
    pub symbol: String,
    /// `buy` or `sell`.
    pub side: &'static str,
    /// `limit` or `market`.
    pub order_type: &'static str,
    /// How long it lives.
    pub time_in_force: &'static str,
    /// The limit; none for market orders.
    pub price: Option<String>,
    /// All of it, filled or not.
    pub quantity: String,
    /// What has traded.
    pub filled_quantity: String,
    /// Average price of what has traded.
    pub filled_price: Option<String>,
    /// Where it stands (FIX 39).
    pub status: &'static str,
    /// Why it was refused; empty otherwise.
    pub reason: &'static str,
    /// When it was sent.
    pub created_ms: u64,
    /// When something last happened to it.
    pub updated_ms: u64,
}

/// A parent order, which the engine works by child orders.
#[derive(Clone, Debug, Serialize)]
pub struct ParentView {
    /// Cancel it by this id.
    pub order_id: String,
    /// Whose wish it was.
    pub strategy: String,
    /// For which account.
    pub account: String,
    /// What is traded.
    pub symbol: String,
    /// `buy` or `sell`.
    pub side: &'static str,
    /// What the engine does, in words.
    pub plan: String,
    /// Why, in short words; of a person's order its `client_ref`.
    pub reason: String,
    /// The limit, or the worst price of slices; none if it has none.
    pub price: Option<String>,
    /// All of it.
    pub quantity: String,
    /// What its children have traded, but for the exits of a bracket.
    pub filled_quantity: String,
    /// In percent of all of it.
    pub filled_percent: u8,
    /// Average price of that.
    pub filled_price: Option<String>,
    /// What the exits of a bracket have traded.
    pub exit_quantity: String,
    /// Average price of that.
    pub exit_price: Option<String>,
    /// How many children were sent.
    pub children: u32,
    /// As of an order; `new` while nothing has traded.
    pub status: &'static str,
    /// Whether it is worked.
    pub is_open: bool,
    /// When it began.
    pub created_ms: u64,
    /// When something last happened to it.
    pub updated_ms: u64,
    /// When its next slice is due, about then if lengths are drawn.
    pub next_slice_ms: Option<u64>,
    /// When its time is over.
    pub ends_ms: Option<u64>,
}

/// An order that a person gave.
#[derive(Clone, Debug, Serialize)]
pub struct GivenOrderView {
    /// When.
    pub time_ms: u64,
    /// The person's own name for it.
    pub client_ref: String,
    /// For which account.
    pub account: String,
    /// What is traded.
    pub symbol: String,
    /// `given`, `sent`, `worked` as a parent order, or `refused`.
    pub state: &'static str,
    /// Its id, once it has one.
    pub order_id: Option<String>,
    /// Why it was refused; empty otherwise.
    pub reason: &'static str,
}

/// One trade of ours.
#[derive(Clone, Debug, Serialize)]
pub struct FillView {
    /// When its report entered the journal.
    pub time_ms: u64,
    /// Our number of the order.
    pub order_id: String,
    /// What was traded.
    pub symbol: String,
    /// `buy` or `sell`.
    pub side: &'static str,
    /// At what price.
    pub price: String,
    /// How much.
    pub quantity: String,
    /// What it cost; negative is a rebate.
    pub fee_quote: String,
    /// `maker`, `taker` or `unknown`.
    pub liquidity: &'static str,
}

/// One refusal.
#[derive(Clone, Debug, Serialize)]
pub struct RejectView {
    /// When.
    pub time_ms: u64,
    /// Who refused: `engine` or `venue`.
    pub by: &'static str,
    /// Whose wish it was; empty if the venue refused an order we do not have.
    pub strategy: String,
    /// Where.
    pub symbol: String,
    /// Our number of the order, if it had one.
    pub order_id: Option<String>,
    /// Why.
    pub reason: &'static str,
}

/// One wish of a strategy.
#[derive(Clone, Debug, Serialize)]
pub struct SignalView {
    /// When.
    pub time_ms: u64,
    /// Who wants it.
    pub strategy: String,
    /// Where.
    pub symbol: String,
    /// What: `place`, `replace #…` or `cancel #…`.
    pub action: String,
    /// `buy` or `sell`.
    pub side: &'static str,
    /// The limit.
    pub price: String,
    /// How much.
    pub quantity: String,
    /// How sure the strategy is, 0 to 100.
    pub confidence_percent: u8,
    /// Why, in the strategy's words.
    pub reason: String,
    /// What the gate did: `released`, `shown only` or `waiting`.
    pub verdict: &'static str,
    /// Approve or decline by this id, if it waits.
    pub order_id: Option<String>,
}

/// Something a person did to a session.
#[derive(Clone, Debug, Serialize)]
pub struct SessionActionView {
    /// When it entered the journal.
    pub time_ms: u64,
    /// The gateway's name; empty if there is no such gateway.
    pub session: String,
    /// What.
    pub action: String,
}

/// Something to look at.
#[derive(Clone, Debug, Serialize)]
pub struct AlarmView {
    /// When.
    pub time_ms: u64,
    /// What.
    pub text: String,
}

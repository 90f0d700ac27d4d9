//! What we ask of a venue: MarketDataRequest(V), SecurityStatusRequest(e), SecurityListRequest(x),
//! SecurityDefinitionRequest(c).

use gannet_fix::codec::Writer;
use gannet_fix::tag;
use gannet_types::Instrument;

/// What the operator decides about a FIX feed.
#[derive(Clone, Debug, Default)]
pub struct FixFeedConfig {
    /// How much of a book is wanted.
    pub depth: MarketDepth,
    /// What the venue calls each instrument, in their order; fewer mean that the rest goes by its
    /// own symbol.
    pub names: Vec<String>,
    /// Whether the venue names instruments by SecurityID(48) and not by Symbol(55).
    pub by_security_id: bool,
    /// Whether it is asked whether it trades each instrument. What it tells unasked counts always.
    pub asks_status: bool,
}

/// How much of a book is wanted: MarketDepth(264).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarketDepth {
    /// All of it.
    #[default]
    Full,
    /// The best levels of each side.
    Levels(u16),
}

impl FixFeedConfig {
    pub(super) const fn key_tag(&self) -> u32 {
        if self.by_security_id { SECURITY_ID } else { tag::SYMBOL }
    }

    /// Returns the slot of the instrument that the venue calls `name`.
    pub(super) fn slot_of_name(&self, name: &[u8]) -> Option<usize> {
        self.names.iter().position(|known| !known.is_empty() && known.as_bytes() == name)
    }

    fn write_instrument(&self, writer: &mut Writer<'_>, slot: usize, instrument: &Instrument) {
        let own = self.names.get(slot).filter(|name| !name.is_empty());
        let name = own.map_or(instrument.symbol.as_bytes(), |name| name.as_bytes());
        writer.bytes(tag::SYMBOL, name);
        if self.by_security_id {
            writer.bytes(SECURITY_ID, name);
            // Exchange symbol.
            writer.char(SECURITY_ID_SOURCE, b'8');
        }
    }
}

/// Writes a subscription to book and trades: a snapshot, then updates.
pub(super) fn write_subscribe(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
    generation: u32,
) {
    write(writer, config, slot, instrument, generation, b'1');
}

/// Writes the end of a subscription.
pub(super) fn write_unsubscribe(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
    generation: u32,
) {
    write(writer, config, slot, instrument, generation, b'2');
}

fn write(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
    generation: u32,
    subscription: u8,
) {
    writer.uint(MD_REQ_ID, name(slot, generation));
    writer.char(SUBSCRIPTION_REQUEST_TYPE, subscription);
    let depth = match config.depth {
        MarketDepth::Full => 0,
        MarketDepth::Levels(levels) => u64::from(levels),
    };
    writer.uint(MARKET_DEPTH, depth);
    if subscription == b'1' {
        // Incremental, one entry a price.
        writer.char(MD_UPDATE_TYPE, b'1');
        writer.char(AGGREGATED_BOOK, b'Y');
    }
    writer.uint(NO_MD_ENTRY_TYPES, 3);
    for entry_type in *b"012" {
        writer.char(MD_ENTRY_TYPE, entry_type);
    }
    writer.uint(NO_RELATED_SYM, 1);
    config.write_instrument(writer, slot, instrument);
}

/// Writes a subscription to whether an instrument is traded.
pub(super) fn write_status_request(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
) {
    write_status(writer, config, slot, instrument, b'1');
}

/// Writes the end of such a subscription.
pub(super) fn write_status_end(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
) {
    write_status(writer, config, slot, instrument, b'2');
}

fn write_status(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
    subscription: u8,
) {
    writer.uint(SECURITY_STATUS_REQ_ID, 1 + slot as u64);
    config.write_instrument(writer, slot, instrument);
    writer.char(SUBSCRIPTION_REQUEST_TYPE, subscription);
}

/// Writes a request for the list of all instruments.
pub(super) fn write_security_list(writer: &mut Writer<'_>) {
    writer.uint(SECURITY_REQ_ID, 1);
    writer.uint(SECURITY_LIST_REQUEST_TYPE, ALL_SECURITIES);
}

/// Writes a request for the definition of one instrument.
pub(super) fn write_security_definition(
    writer: &mut Writer<'_>,
    config: &FixFeedConfig,
    slot: usize,
    instrument: &Instrument,
) {
    writer.uint(SECURITY_REQ_ID, 2 + slot as u64);
    // Identity and specifications.
    writer.uint(SECURITY_REQUEST_TYPE, 0);
    config.write_instrument(writer, slot, instrument);
}

/// The name of a subscription: a number, so that writing it needs no memory.
fn name(slot: usize, generation: u32) -> u64 {
    u64::from(generation) * SLOTS_MAX + slot as u64
}

/// Returns slot and generation of a subscription's name.
pub(super) fn parse_name(text: &[u8]) -> Option<(usize, u32)> {
    let (number, decimals) = gannet_types::increment::parse_decimal(text).ok()?;
    let number = u64::try_from(number).ok().filter(|_| decimals == 0)?;
    let generation = u32::try_from(number / SLOTS_MAX).ok()?;
    Some(((number % SLOTS_MAX) as usize, generation))
}

/// More instruments than one session carries.
const SLOTS_MAX: u64 = 100_000;

/// SecurityListRequestType(559).
const ALL_SECURITIES: u64 = 4;

const SECURITY_ID_SOURCE: u32 = 22;
const SECURITY_ID: u32 = 48;
pub(super) const RPT_SEQ: u32 = 83;
const NO_RELATED_SYM: u32 = 146;
pub(super) const MD_REQ_ID: u32 = 262;
const SUBSCRIPTION_REQUEST_TYPE: u32 = 263;
const MARKET_DEPTH: u32 = 264;
const MD_UPDATE_TYPE: u32 = 265;
const AGGREGATED_BOOK: u32 = 266;
const NO_MD_ENTRY_TYPES: u32 = 267;
pub(super) const MD_ENTRY_TYPE: u32 = 269;
pub(super) const MD_UPDATE_ACTION: u32 = 279;
const SECURITY_REQ_ID: u32 = 320;
const SECURITY_REQUEST_TYPE: u32 = 321;
pub(super) const SECURITY_STATUS_REQ_ID: u32 = 324;
const SECURITY_LIST_REQUEST_TYPE: u32 = 559;

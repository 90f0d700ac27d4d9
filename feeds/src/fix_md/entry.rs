//! The entries of a market data message, one after the other, without a dictionary: each begins
//! with the group's first field.

use gannet_fix::{Message, tag};
use gannet_types::{Instrument, Level, Lots, Nanos, NumError, Side, Ticks};

use super::request::{MD_ENTRY_TYPE, MD_UPDATE_ACTION, RPT_SEQ};

/// Most fields of one entry that are looked at.
const FIELDS_MAX: usize = 24;

/// One entry, borrowed from the message.
pub(super) struct Entry<'a> {
    pub(super) kind: EntryKind,
    pub(super) action: Action,
    fields: [(u32, &'a [u8]); FIELDS_MAX],
    count: usize,
}

/// What an entry is about: MDEntryType(269).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Bid,
    Offer,
    Trade,
    Other,
}

/// What happened to it: MDUpdateAction(279).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    New,
    Change,
    Delete,
}

/// Why an entry cannot be used; the book must be fetched anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadEntry {
    /// A price or size lies between two steps, or is out of range.
    OffStep,
    /// Price or size are missing or no numbers.
    Malformed,
}

/// Returns the entries that begin with `first`: 269 in a snapshot, 279 in an update.
pub(super) fn entries<'a>(
    message: &Message<'a>,
    first: u32,
) -> impl Iterator<Item = Entry<'a>> + use<'a> {
    let mut fields = message.body().skip_while(move |(tag, _)| *tag != first).peekable();
    std::iter::from_fn(move || {
        let begin = fields.next()?;
        let mut entry = Entry {
            kind: EntryKind::Other,
            action: Action::New,
            fields: [(0, &[]); FIELDS_MAX],
            count: 0,
        };
        entry.push(begin);
        while let Some(field) = fields.next_if(|(tag, _)| *tag != first) {
            entry.push(field);
        }
        Some(entry)
    })
}

impl<'a> Entry<'a> {
    #[inline]
    fn push(&mut self, (tag, value): (u32, &'a [u8])) {
        match (tag, value) {
            (MD_ENTRY_TYPE, b"0") => self.kind = EntryKind::Bid,
            (MD_ENTRY_TYPE, b"1") => self.kind = EntryKind::Offer,
            (MD_ENTRY_TYPE, b"2") => self.kind = EntryKind::Trade,
            (MD_UPDATE_ACTION, b"1") => self.action = Action::Change,
            // 3 and 4 delete all levels beyond; their own level goes, the rest follows by name.
            (MD_UPDATE_ACTION, b"2") => self.action = Action::Delete,
            _ => {}
        }
        if let Some(field) = self.fields.get_mut(self.count) {
            *field = (tag, value);
            self.count += 1;
        }
    }

    pub(super) fn get(&self, tag: u32) -> Option<&'a [u8]> {
        self.fields[..self.count].iter().find(|field| field.0 == tag).map(|field| field.1)
    }

    /// Returns price and size; a deletion needs no size. Zero for entries that are neither
    /// levels nor trades.
    pub(super) fn level(&self, instrument: &Instrument) -> Result<Level, BadEntry> {
        if self.kind == EntryKind::Other {
            return Ok(Level::default());
        }
        let number = |tag, parse: &dyn Fn(&[u8]) -> Result<i64, NumError>| match self.get(tag) {
            None => Err(BadEntry::Malformed),
            Some(text) => parse(text).map_err(|error| match error {
                NumError::OffStep | NumError::OutOfRange => BadEntry::OffStep,
                NumError::NotDecimal => BadEntry::Malformed,
            }),
        };
        let price = number(MD_ENTRY_PX, &|text| instrument.tick.parse_steps(text))?;
        let lots = if self.action == Action::Delete && self.get(MD_ENTRY_SIZE).is_none() {
            0
        } else {
            number(MD_ENTRY_SIZE, &|text| instrument.lot.parse_steps(text))?
        };
        if lots < 0 {
            return Err(BadEntry::Malformed);
        }
        Ok(Level { price: Ticks(price), lots: Lots(lots) })
    }

    pub(super) fn rpt_seq(&self) -> Option<u64> {
        self.get(RPT_SEQ).and_then(unsigned)
    }

    /// Returns who took liquidity, if the venue says it: AggressorSide(2446), or Side(54).
    pub(super) fn aggressor(&self) -> Option<Side> {
        match self.get(AGGRESSOR_SIDE).or_else(|| self.get(tag::SIDE))? {
            b"1" => Some(Side::Buy),
            b"2" => Some(Side::Sell),
            _ => None,
        }
    }

    /// Returns the number of a trade: TradeID(1003) or MDEntryID(278) if that is one, else zero.
    pub(super) fn trade_id(&self) -> u64 {
        [TRADE_ID, MD_ENTRY_ID].into_iter().find_map(|tag| unsigned(self.get(tag)?)).unwrap_or(0)
    }
}

/// Returns when the venue says it happened: TransactTime(60), else SendingTime(52).
pub(super) fn time_of(message: &Message<'_>, otherwise: Nanos) -> Nanos {
    let stated = message.get_timestamp(tag::TRANSACT_TIME);
    stated.or_else(|| message.get_timestamp(tag::SENDING_TIME)).map_or(otherwise, Nanos)
}

pub(super) fn unsigned(text: &[u8]) -> Option<u64> {
    let (number, decimals) = gannet_types::increment::parse_decimal(text).ok()?;
    u64::try_from(number).ok().filter(|_| decimals == 0)
}

const MD_ENTRY_PX: u32 = 270;
const MD_ENTRY_SIZE: u32 = 271;
const MD_ENTRY_ID: u32 = 278;
const TRADE_ID: u32 = 1003;
const AGGRESSOR_SIDE: u32 = 2446;

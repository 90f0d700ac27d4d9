//! Databento's DBN, market by order: the life of every order of an instrument, as venues in general.
//!
//! A file has a header that says which number stands for which symbol, then records of fixed length,
//! little-endian, prices times 10^9 (<https://databento.com/docs/schemas/mbo.md>, read 2026-11-26; versions 1
//! to 3). It may begin with a snapshot of the book, oldest orders first.
//!
//! Trades (`T`) and fills (`F`) leave the book alone in this format: what they took out of an order is told by
//! a cancel or a modification after them. Here the fill takes it out, and what follows takes out the rest: so
//! our orders meet the fill, and nothing leaves twice. A trade whose fills are not told, and an auction, is
//! told by itself and fills nothing of ours.

use std::collections::BTreeMap;

use gannet_types::{Instrument, InstrumentId, Level, Lots, Side, Ticks};

use super::itch::aggressor;
use super::record::{BadRecord, bytes, lots, price};
use super::{Event, Keeper};

/// What a file begins with, before its version and the length of the rest of the header.
pub const MAGIC: &[u8; 3] = b"DBN";

/// Bytes up to the rest of the header.
pub const PREFIX_BYTES: usize = 8;

/// The schema, and the record type, of market by order.
const SCHEMA_MBO: u16 = 0;
const RECORD_MBO: u8 = 160;

/// Bytes of a record that are read.
const RECORD_BYTES: usize = 56;

/// The record is the last of what happened at once.
const LAST: u8 = 128;

/// Which number stands for which symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Symbols and their numbers.
    pub symbols: Vec<(Vec<u8>, u32)>,
}

impl Header {
    /// Returns how long the rest of a header is, by its first bytes.
    ///
    /// # Errors
    /// If it is none, or of a version that is not known.
    pub fn rest_bytes(prefix: &[u8; PREFIX_BYTES]) -> Result<usize, BadRecord> {
        if !prefix.starts_with(MAGIC) || !(1..=3).contains(&prefix[3]) {
            return Err(BadRecord::Field("version"));
        }
        Ok(u32::from_le_bytes(bytes(prefix, 4)) as usize)
    }

    /// Reads a header.
    ///
    /// # Errors
    /// If it is cut off, of another schema, or a symbol has no number.
    pub fn parse(version: u8, rest: &[u8]) -> Result<Self, BadRecord> {
        let mut fields = Fields(rest);
        fields.skip(16)?;
        if u16::from_le_bytes(fields.take()?) != SCHEMA_MBO {
            return Err(BadRecord::Field("schema"));
        }
        let symbol_bytes = if version == 1 {
            fields.skip(3 * 8 + 8 + 3 + 47)?;
            22
        } else {
            fields.skip(3 * 8 + 3)?;
            let bytes = usize::from(u16::from_le_bytes(fields.take()?));
            fields.skip(53)?;
            bytes
        };
        let definitions = fields.count()?;
        fields.skip(definitions)?;
        for _ in 0..3 {
            let symbols = fields.count()?;
            fields.skip(symbols.saturating_mul(symbol_bytes))?;
        }
        let mut symbols = Vec::new();
        for _ in 0..fields.count()? {
            let symbol = fields.text(symbol_bytes)?.to_vec();
            for _ in 0..fields.count()? {
                fields.skip(8)?;
                let number = std::str::from_utf8(fields.text(symbol_bytes)?).ok();
                let number = number.and_then(|text| text.parse().ok());
                symbols.push((symbol.clone(), number.ok_or(BadRecord::Field("symbol's number"))?));
            }
        }
        Ok(Self { symbols })
    }
}

/// What of a header is left.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn skip(&mut self, count: usize) -> Result<&'a [u8], BadRecord> {
        let (skipped, rest) = self.0.split_at_checked(count).ok_or(BadRecord::Length)?;
        self.0 = rest;
        Ok(skipped)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], BadRecord> {
        Ok(bytes(self.skip(N)?, 0))
    }

    fn count(&mut self) -> Result<usize, BadRecord> {
        Ok(u32::from_le_bytes(self.take()?) as usize)
    }

    /// Takes a text that zeros fill up.
    fn text(&mut self, bytes: usize) -> Result<&'a [u8], BadRecord> {
        let text = self.skip(bytes)?;
        Ok(text.split(|byte| *byte == 0).next().unwrap_or_default())
    }
}

/// When a record is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// At the venue, in nanoseconds since 1970.
    pub exchange: u64,
    /// At the recorder.
    pub received: u64,
}

/// What the records have said so far.
#[derive(Clone, Debug)]
pub struct Dbn {
    instruments: Vec<(u32, Instrument)>,
    last: u64,
    /// What fills took out of orders and nothing else has told yet.
    filled: BTreeMap<(InstrumentId, u64), Lots>,
    /// A trade whose fills are not told yet.
    trade: Option<(Option<Side>, Level)>,
}

impl Dbn {
    /// Begins a file, of which these are traded, under these numbers.
    #[must_use]
    pub const fn new(instruments: Vec<(u32, Instrument)>) -> Self {
        Self { instruments, last: 0, filled: BTreeMap::new(), trade: None }
    }

    /// Takes a record; returns whom it completes, by index, and when. `keepers` are those of the
    /// instruments.
    ///
    /// # Errors
    /// If it is not of the format, a price lies between two ticks, it tells of an order what cannot have
    /// happened, or time runs backwards.
    ///
    /// # Panics
    /// If there are fewer keepers than instruments.
    pub fn read(
        &mut self,
        record: &[u8],
        keepers: &mut [Keeper],
    ) -> Result<Option<(usize, When)>, BadRecord> {
        let kind = *record.get(1).ok_or(BadRecord::Length)?;
        if kind != RECORD_MBO {
            return Ok(None);
        }
        if record.len() < RECORD_BYTES {
            return Err(BadRecord::Length);
        }
        let received = u64::from_le_bytes(bytes(record, 40));
        if received < self.last {
            return Err(BadRecord::Backwards);
        }
        self.last = received;
        let number = u32::from_le_bytes(bytes(record, 4));
        let Some(index) = self.instruments.iter().position(|(each, _)| *each == number) else {
            return Ok(None);
        };
        let is_last = record[36] & LAST != 0;
        self.happen(record, index, &mut keepers[index])?;
        if is_last {
            self.tell_trade(&mut keepers[index]);
        }
        let when = When { exchange: u64::from_le_bytes(bytes(record, 8)), received };
        Ok(is_last.then_some((index, when)))
    }

    /// Returns what is traded under an index.
    ///
    /// # Panics
    /// If nothing is.
    #[must_use]
    pub fn instrument(&self, index: usize) -> &Instrument {
        &self.instruments[index].1
    }

    fn happen(
        &mut self,
        record: &[u8],
        index: usize,
        keeper: &mut Keeper,
    ) -> Result<(), BadRecord> {
        let instrument = self.instruments[index].1;
        let id = u64::from_le_bytes(bytes(record, 16));
        let key = (instrument.id, id);
        let size = u64::from(u32::from_le_bytes(bytes(record, 32)));
        let side = side(record[39])?;
        let level = || {
            let price = price(&instrument, i64::from_le_bytes(bytes(record, 24)), 9)?;
            Ok(Level { price, lots: lots(&instrument, size)? })
        };
        let known = || side.ok_or(BadRecord::Field("side"));
        let action = record[38];
        if action != b'F' {
            self.tell_trade(keeper);
        }
        let event = match action {
            b'A' => {
                let Level { price, lots } = level()?;
                Event::Add { id, side: known()?, price, lots }
            }
            // In an auction nobody takes from anybody: orders on both sides are filled, some of which
            // were never shown. What that takes out of the book is told after it.
            b'F' if side.is_none() => return Ok(()),
            b'F' => {
                self.trade = None;
                return self.fill(key, known()?, level()?, keeper);
            }
            b'C' => {
                let lots = lots(&instrument, size)?;
                match self.filled.remove(&key) {
                    Some(filled) if keeper.book().place(id).is_none() || lots <= filled => {
                        return Ok(());
                    }
                    filled => Event::Reduce { id, lots: lots - filled.unwrap_or_default() },
                }
            }
            b'M' => {
                let Level { price, lots } = level()?;
                let was_filled = self.filled.remove(&key).is_some();
                if was_filled && keeper.book().place(id).is_none() {
                    // Filled as far as it was shown, and shown again: it comes last.
                    Event::Add { id, side: known()?, price, lots }
                } else {
                    Event::Modify { id, price, lots }
                }
            }
            b'R' => {
                self.filled.retain(|(of, _), _| *of != instrument.id);
                Event::Clear
            }
            b'T' => {
                self.trade = Some((side, level()?)).filter(|(_, it)| it.price != Ticks::ZERO);
                return Ok(());
            }
            b'N' => return Ok(()),
            _ => return Err(BadRecord::Kind(action)),
        };
        keeper.apply(event).map_err(BadRecord::of(id))
    }

    /// Fills an order. What it had beyond the lots that were shown came to be shown after everybody who
    /// stood at its price: those come before it.
    fn fill(
        &mut self,
        key: (InstrumentId, u64),
        side: Side,
        Level { price, lots }: Level,
        keeper: &mut Keeper,
    ) -> Result<(), BadRecord> {
        let (_, id) = key;
        let shown = keeper.book().lots(id).unwrap_or_default();
        if shown == Lots::ZERO && !self.filled.contains_key(&key) {
            return Err(BadRecord::Impossible(id));
        }
        let filled = lots.min(shown);
        *self.filled.entry(key).or_default() += filled;
        let events = [
            (filled, Event::Fill { id, lots: filled }),
            (lots - filled, Event::Unseen { side, price, lots: lots - filled }),
        ];
        for (_, event) in events.into_iter().filter(|(lots, _)| *lots > Lots::ZERO) {
            keeper.apply(event).map_err(BadRecord::of(id))?;
        }
        Ok(())
    }

    /// Tells of a trade that no fill has followed.
    fn tell_trade(&mut self, keeper: &mut Keeper) {
        if let Some((side, Level { price, lots })) = self.trade.take()
            && lots > Lots::ZERO
        {
            keeper.print(side.unwrap_or_else(|| aggressor(keeper, price)), price, lots);
        }
    }
}

/// Returns the number and the price of a record that enters an order; `None` of others.
#[must_use]
pub fn price_of(record: &[u8]) -> Option<(u32, i64)> {
    let is_order = record.len() >= RECORD_BYTES && record[1] == RECORD_MBO && record[38] == b'A';
    is_order.then(|| (u32::from_le_bytes(bytes(record, 4)), i64::from_le_bytes(bytes(record, 24))))
}

const fn side(byte: u8) -> Result<Option<Side>, BadRecord> {
    match byte {
        b'B' => Ok(Some(Side::Buy)),
        b'A' => Ok(Some(Side::Sell)),
        b'N' => Ok(None),
        _ => Err(BadRecord::Field("side")),
    }
}

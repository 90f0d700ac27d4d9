//! Nasdaq TotalView-ITCH 5.0: the life of every order of a whole exchange, in binary messages.
//!
//! As Nasdaq's specification "TotalView-ITCH 5.0" has it, a message is a type, the stock's number of that day,
//! a tracking number, nanoseconds after midnight in New York, and fields of that type, big-endian, prices
//! times 10,000. In a file two bytes before each message say how long it is.
//!
//! The day's file begins with an empty book, so every order is known from its entry on. Of stocks that are
//! not traded nothing is kept. Executions within a cross (not printable) take orders out of the book without a
//! trade; the cross itself is a trade. Trades with hidden orders do not say of which side those were (always
//! "B", the specification says): they are told, and fill nothing of ours.

use std::collections::BTreeMap;

use gannet_types::{Instrument, Level, Lots, NumError, Side, Ticks};

use super::record::{BadRecord, bytes, lots, price};
use super::{Event, Keeper};

/// What the messages have said so far.
#[derive(Clone, Debug)]
pub struct Itch {
    instruments: Vec<Instrument>,
    /// The day's numbers of our instruments.
    numbers: BTreeMap<u16, usize>,
    last: u64,
    between_ticks: u64,
}

impl Itch {
    /// Begins a day's file, of which these are traded.
    #[must_use]
    pub const fn new(instruments: Vec<Instrument>) -> Self {
        Self { instruments, numbers: BTreeMap::new(), last: 0, between_ticks: 0 }
    }

    /// Takes a message, without its length; returns whom it is about, by index, and when it was, in
    /// nanoseconds after midnight in New York. `keepers` are those of the instruments.
    ///
    /// # Errors
    /// If it is not of the format, a price of an order lies between two ticks, it tells of an order what
    /// cannot have happened, or time runs backwards.
    ///
    /// # Panics
    /// If there are fewer keepers than instruments.
    pub fn read(
        &mut self,
        message: &[u8],
        keepers: &mut [Keeper],
    ) -> Result<Option<(usize, u64)>, BadRecord> {
        let kind = *message.first().ok_or(BadRecord::Length)?;
        if message.len() != length(kind).ok_or(BadRecord::Kind(kind))? {
            return Err(BadRecord::Length);
        }
        let mut time = [0; 8];
        time[2..].copy_from_slice(&message[5..11]);
        let time = u64::from_be_bytes(time);
        if time < self.last {
            return Err(BadRecord::Backwards);
        }
        self.last = time;
        let number = u16::from_be_bytes(bytes(message, 1));
        if kind == b'R' {
            let symbol = message[11..19].trim_ascii_end();
            let of = |instrument: &Instrument| instrument.symbol.as_bytes() == symbol;
            if let Some(index) = self.instruments.iter().position(of) {
                self.numbers.insert(number, index);
            }
            return Ok(None);
        }
        let Some(&index) = self.numbers.get(&number) else { return Ok(None) };
        self.happen(kind, message, index, &mut keepers[index])?;
        Ok(Some((index, time)))
    }

    /// Returns what is traded.
    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Returns how many trades lay between two ticks.
    #[must_use]
    pub const fn between_ticks(&self) -> u64 {
        self.between_ticks
    }

    fn happen(
        &mut self,
        kind: u8,
        message: &[u8],
        index: usize,
        keeper: &mut Keeper,
    ) -> Result<(), BadRecord> {
        let instrument = &self.instruments[index];
        let id = || u64::from_be_bytes(bytes(message, 11));
        let size = |at| lots(instrument, u64::from(u32::from_be_bytes(bytes(message, at))));
        match kind {
            b'H' => keeper.halt(message[19] != b'T'),
            b'A' | b'F' => {
                let side = side(message[19])?;
                let (lots, price) = (size(20)?, self.price(index, message, 32)?);
                apply(keeper, id(), Event::Add { id: id(), side, price, lots })?;
            }
            b'E' => apply(keeper, id(), Event::Fill { id: id(), lots: size(19)? })?,
            b'C' if message[31] == b'Y' => {
                let (lots, price) = (size(19)?, self.price(index, message, 32));
                keeper.fill_at(id(), lots, price.ok()).map_err(BadRecord::of(id()))?;
            }
            b'C' | b'X' => apply(keeper, id(), Event::Reduce { id: id(), lots: size(19)? })?,
            b'D' => apply(keeper, id(), Event::Cancel { id: id() })?,
            b'U' => {
                let (new, old) = (u64::from_be_bytes(bytes(message, 19)), id());
                let (side, _) = keeper.book().place(old).ok_or(BadRecord::Impossible(old))?;
                let (lots, price) = (size(27)?, self.price(index, message, 31)?);
                apply(keeper, old, Event::Cancel { id: old })?;
                apply(keeper, new, Event::Add { id: new, side, price, lots })?;
            }
            b'P' => {
                let (lots, price) = (size(20)?, self.price(index, message, 32));
                self.print(price, lots, keeper)?;
            }
            b'Q' => {
                let shares = u64::from_be_bytes(bytes(message, 11));
                let (lots, price) = (lots(instrument, shares)?, self.price(index, message, 27));
                if lots > Lots::ZERO {
                    self.print(price, lots, keeper)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn price(&self, index: usize, message: &[u8], at: usize) -> Result<Ticks, BadRecord> {
        let mantissa = i64::from(u32::from_be_bytes(bytes(message, at)));
        price(&self.instruments[index], mantissa, 4)
    }

    /// Tells of a trade whose sides nobody says: whoever was nearer to the price was there before.
    fn print(
        &mut self,
        price: Result<Ticks, BadRecord>,
        lots: Lots,
        keeper: &mut Keeper,
    ) -> Result<(), BadRecord> {
        match price {
            Ok(price) => keeper.print(aggressor(keeper, price), price, lots),
            Err(BadRecord::Step(_, NumError::OffStep)) => self.between_ticks += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Guesses who took from whom: buyers pay more than the middle of the book.
pub(super) fn aggressor(keeper: &Keeper, price: Ticks) -> Side {
    let best = |side| keeper.book().levels(side).next().map(|level: Level| level.price.0);
    match (best(Side::Buy), best(Side::Sell)) {
        (Some(bid), Some(ask)) if 2 * price.0 < bid + ask => Side::Sell,
        _ => Side::Buy,
    }
}

fn apply(keeper: &mut Keeper, id: u64, event: Event) -> Result<(), BadRecord> {
    keeper.apply(event).map_err(BadRecord::of(id))
}

const fn side(byte: u8) -> Result<Side, BadRecord> {
    match byte {
        b'B' => Ok(Side::Buy),
        b'S' => Ok(Side::Sell),
        _ => Err(BadRecord::Field("side")),
    }
}

/// Returns how long messages of a type are.
#[must_use]
pub const fn length(kind: u8) -> Option<usize> {
    Some(match kind {
        b'S' | b'W' => 12,
        b'D' | b'B' => 19,
        b'Y' | b'N' => 20,
        b'h' => 21,
        b'X' => 23,
        b'H' => 25,
        b'L' => 26,
        b'V' | b'U' | b'J' => 35,
        b'E' => 31,
        b'K' => 28,
        b'C' | b'A' => 36,
        b'R' => 39,
        b'F' | b'Q' => 40,
        b'P' => 44,
        b'I' => 50,
        b'O' => 48,
        _ => return None,
    })
}

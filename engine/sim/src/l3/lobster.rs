//! LOBSTER: what Nasdaq's book did, as two files of lines that belong together.
//!
//! A line of the message file is `seconds,type,order,size,price,direction`, seconds after midnight in New
//! York, prices times 10,000; the same line of the book file is what stood there after it, `ask
//! price,ask size,bid price,bid size` for each level, best first
//! (<https://lobsterdata.com/info/DataStructure.php>, read 2026-11-26).
//!
//! The files are cut at a number of levels, and begin in the middle of a day: orders turn up that were never
//! entered, and vanish where nobody looks. So the book file is what stands there, and the messages say who
//! moved. Lots that no message explains stood there first; levels beyond the last that is shown are forgotten.
//! Both put our orders behind those that may have been there before.
//!
//! Trades with hidden orders may lie between two ticks: they are left out, and counted.

use gannet_types::{Instrument, Level, Lots, NumError, Side, Ticks};

use super::record::{BadRecord, lots, price};
use super::{Event, Keeper};

/// What a missing level has for a price.
const NO_ASK: i64 = 9_999_999_999;

/// What the lines have said so far.
#[derive(Clone, Debug)]
pub struct Lobster {
    instrument: Instrument,
    last: u64,
    between_ticks: u64,
}

impl Lobster {
    /// Begins a pair of files about an instrument.
    #[must_use]
    pub const fn new(instrument: Instrument) -> Self {
        Self { instrument, last: 0, between_ticks: 0 }
    }

    /// Takes a line of each file, without the line's end; returns when it was, in nanoseconds after
    /// midnight in New York.
    ///
    /// # Errors
    /// If a line is not of the format, a price lies between two ticks, or time runs backwards.
    pub fn read(
        &mut self,
        message: &[u8],
        book: &[u8],
        keeper: &mut Keeper,
    ) -> Result<u64, BadRecord> {
        let [time, kind, id, size, at, direction] = fields(message)?;
        let time = nanos(time).ok_or(BadRecord::Field("time"))?;
        if time < self.last {
            return Err(BadRecord::Backwards);
        }
        self.last = time;
        let kind = number(kind, "type")?;
        if kind == 7 {
            keeper.halt(number(at, "price")? == -1);
        } else {
            let id = u64::try_from(number(id, "order")?).map_err(|_| BadRecord::Field("order"))?;
            let size =
                u64::try_from(number(size, "size")?).map_err(|_| BadRecord::Field("size"))?;
            let lots = lots(&self.instrument, size)?;
            let side = match direction {
                b"1" => Side::Buy,
                b"-1" => Side::Sell,
                _ => return Err(BadRecord::Field("direction")),
            };
            match price(&self.instrument, number(at, "price")?, 4) {
                Ok(price) => happen(kind, (id, side, Level { price, lots }), keeper)?,
                Err(BadRecord::Step(_, NumError::OffStep)) if matches!(kind, 5 | 6) => {
                    self.between_ticks += 1;
                }
                Err(error) => return Err(error),
            }
        }
        self.show(book, keeper)?;
        Ok(time)
    }

    /// Returns what the files are about.
    #[must_use]
    pub const fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// Returns how many trades lay between two ticks.
    #[must_use]
    pub const fn between_ticks(&self) -> u64 {
        self.between_ticks
    }

    /// Makes the line of the book file true.
    fn show(&self, line: &[u8], keeper: &mut Keeper) -> Result<(), BadRecord> {
        let mut shown: [Vec<Level>; 2] = [Vec::new(), Vec::new()];
        let mut parts = line.split(|byte| *byte == b',');
        while let Some(first) = parts.next() {
            let mut rest = || parts.next().ok_or(BadRecord::Length);
            let (ask, bid) = ((first, rest()?), (rest()?, rest()?));
            for (levels, (at, size)) in shown.iter_mut().zip([bid, ask]) {
                let at = number(at, "price of a level")?;
                if at.abs() != NO_ASK {
                    let size = u64::try_from(number(size, "size of a level")?);
                    let size = size.map_err(|_| BadRecord::Field("size of a level"))?;
                    let lots = lots(&self.instrument, size)?;
                    levels.push(Level { price: price(&self.instrument, at, 4)?, lots });
                }
            }
        }
        for (side, levels) in [Side::Buy, Side::Sell].into_iter().zip(&shown) {
            let unshown = |price: Ticks| levels.iter().all(|level| level.price != price);
            let gone: Vec<Ticks> =
                keeper.book().levels(side).map(|it| it.price).filter(|it| unshown(*it)).collect();
            for price in gone {
                keeper.show(side, price, Lots::ZERO);
            }
        }
        for (side, levels) in [Side::Buy, Side::Sell].into_iter().zip(&shown) {
            for level in levels {
                keeper.show(side, level.price, level.lots);
            }
        }
        Ok(())
    }
}

/// Tells the keeper of one message. Orders that nobody has seen coming are among those that were there.
fn happen(
    kind: i64,
    (id, side, Level { price, lots }): (u64, Side, Level),
    keeper: &mut Keeper,
) -> Result<(), BadRecord> {
    let mut known = || keeper.known_or_crowd(id, side, price, lots);
    let event = match kind {
        1 => Event::Add { id, side, price, lots },
        2 | 3 => Event::Reduce { id: known(), lots },
        4 => Event::Fill { id: known(), lots },
        5 => Event::Unseen { side, price, lots },
        6 => {
            keeper.print(side.opposite(), price, lots);
            return Ok(());
        }
        _ => return Err(BadRecord::Field("type")),
    };
    keeper.apply(event).map_err(BadRecord::of(id))
}

fn fields(line: &[u8]) -> Result<[&[u8]; 6], BadRecord> {
    let mut parts = line.split(|byte| *byte == b',');
    let mut fields = [&line[..0]; 6];
    for field in &mut fields {
        *field = parts.next().ok_or(BadRecord::Length)?;
    }
    if parts.next().is_some() { Err(BadRecord::Length) } else { Ok(fields) }
}

fn number(text: &[u8], name: &'static str) -> Result<i64, BadRecord> {
    let text = std::str::from_utf8(text).map_err(|_| BadRecord::Field(name))?;
    text.parse().map_err(|_| BadRecord::Field(name))
}

/// Reads seconds with at most nine decimals.
fn nanos(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if decimals.len() > 9 || !is_number(decimals) || !is_number(seconds) {
        return None;
    }
    let fraction: u64 = format!("{decimals:0<9}").parse().ok()?;
    seconds.parse::<u64>().ok()?.checked_mul(1_000_000_000)?.checked_add(fraction)
}

//! What can be wrong with a record of a history, and the numbers that all formats have.

use gannet_types::{Instrument, Lots, NumError, Ticks};

use super::Impossible;

/// A record is not what its format says, or tells what cannot have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// It has fewer or more bytes or fields than its kind has.
    #[error("it is cut off, or longer than such a record is")]
    Length,
    /// It is of no kind that the format has.
    #[error("there are no records of type {0}")]
    Kind(u8),
    /// A field holds something else.
    #[error("the {0} is not what the format has there")]
    Field(&'static str),
    /// A price or size between two steps, or beyond what fits.
    #[error("the {0}: {1}")]
    Step(&'static str, NumError),
    /// An order is there twice, or is not there, or is left less than nothing.
    #[error(
        "order {0} cannot have done that: what came before it is missing, or this is there twice"
    )]
    Impossible(u64),
    /// It is earlier than the one before it.
    #[error("time runs backwards")]
    Backwards,
}

impl BadRecord {
    /// Returns what turns the book's refusal of an order into a bad record.
    pub(super) fn of(id: u64) -> impl Fn(Impossible) -> Self {
        move |Impossible| Self::Impossible(id)
    }
}

/// Converts a price with so many decimals; it must not be negative.
pub(super) fn price(
    instrument: &Instrument,
    mantissa: i64,
    decimals: u8,
) -> Result<Ticks, BadRecord> {
    let mantissa = u64::try_from(mantissa).map_err(|_| BadRecord::Field("price"))?;
    let ticks = instrument.tick.quantize(mantissa, decimals);
    ticks.map(Ticks).map_err(|error| BadRecord::Step("price", error))
}

/// Converts a whole number of shares or contracts.
pub(super) fn lots(instrument: &Instrument, count: u64) -> Result<Lots, BadRecord> {
    let lots = instrument.lot.quantize(count, 0);
    lots.map(Lots).map_err(|error| BadRecord::Step("size", error))
}

/// Returns the bytes from `at` on, as many as there are in the answer.
///
/// # Panics
/// If the record ends before: its length was checked.
pub(super) fn bytes<const N: usize>(record: &[u8], at: usize) -> [u8; N] {
    record[at..at + N].try_into().expect("so many bytes were cut out")
}

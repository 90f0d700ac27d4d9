//! Market data in: a venue's bytes become [`Market`](gannet_types::Market) messages.
//!
//! Follow a frame: [`session`] takes it from the driver, [`venues`] decodes the wire format with
//! the integer scanner of [`scan`], [`sync`] joins snapshot and deltas, the [`MarketSink`] gets
//! the result. No module does I/O or reads a clock: the driver hands bytes and times in, and
//! polls requests out.
//!
//! # Invariants
//! - A sink sees book levels only after snapshot and deltas were proven to join without a gap.
//! - No foreign byte panics, and none is trusted: a decoded frame or an error, nothing between.
//! - After construction, nothing allocates except the path builders.
#![forbid(unsafe_code)]

pub mod capture;
mod counters;
mod error;
mod feed;
pub mod fix_md;
pub mod scan;
pub mod session;
pub mod sync;
pub mod venues;

#[cfg(test)]
mod corpus;

use std::fmt;
use std::str::FromStr;

pub use counters::FeedCounters;
pub use error::{Affects, DecodeError, FeedError};
pub use feed::{BookLevels, Listing, MarketSink, Message, Snapshot, VenueFeed};
pub use session::{FeedConfig, FeedRequest, FeedSession};
pub use sync::{Sequence, SequenceRule};
use venues::binance_usdm::BinanceUsdm;

/// The venues with a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Venue {
    /// Binance USD-M futures.
    BinanceUsdm,
}

impl Venue {
    /// Every venue, in the order of the enum.
    pub const ALL: [Self; 1] = [Self::BinanceUsdm];

    /// Returns the name used in configuration files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BinanceUsdm => "binance_usdm",
        }
    }
}

impl fmt::Display for Venue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Venue {
    type Err = UnknownVenue;
    fn from_str(text: &str) -> Result<Self, UnknownVenue> {
        Self::ALL.into_iter().find(|venue| venue.name() == text).ok_or(UnknownVenue)
    }
}

/// The configuration names a venue that has no feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown venue")]
pub struct UnknownVenue;

/// What to do with a feed whose concrete type is not known before run time.
pub trait UseFeed {
    /// What comes out.
    type Output;
    /// Runs with the concrete venue.
    fn use_feed<V: VenueFeed>(self, venue: V) -> Self::Output;
}

/// Calls `user` with the type behind `venue`: the only place where a venue's name becomes a
/// type, so that everything after it is one monomorphised loop.
pub fn open<U: UseFeed>(venue: Venue, user: U) -> U::Output {
    match venue {
        Venue::BinanceUsdm => user.use_feed(BinanceUsdm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_venues_are_inverse() {
        for venue in Venue::ALL {
            assert_eq!(venue.to_string().parse(), Ok(venue));
        }
        assert_eq!("binance".parse::<Venue>(), Err(UnknownVenue));
    }

    #[test]
    fn a_venue_opens_as_its_type() {
        struct PathOf(gannet_types::Instrument);
        impl UseFeed for PathOf {
            type Output = String;
            fn use_feed<V: VenueFeed>(self, venue: V) -> String {
                venue.snapshot_path(&self.0)
            }
        }
        let instrument = crate::feed::tests::instrument(0, "BTCUSDT", "0.10", "0.001");
        assert_eq!(
            open(Venue::BinanceUsdm, PathOf(instrument)),
            "/fapi/v1/depth?symbol=BTCUSDT&limit=1000"
        );
    }
}

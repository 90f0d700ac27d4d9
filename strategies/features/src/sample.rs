//! What indicators read: prices, candles and their parts.
//!
//! A [`Candle`] is a bar in floats. An indicator names as its sample the narrowest part it reads;
//! where it reads one number, [`AppliedPrice`] chooses which.

use std::hint::cold_path;

use gannet_types::{Bar, Instrument, Nanos};

/// The largest magnitude taken for a number: its fourth power times a million is still finite,
/// so sums of products cannot overflow.
pub const LARGEST: f64 = 1e30;

/// One bar in floats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candle {
    /// When it began, UTC.
    pub time: Nanos,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Quantity traded.
    pub volume: f64,
}

impl Candle {
    /// Returns a bar of `instrument` in floats; its time is the bar's start.
    #[must_use]
    pub fn of(instrument: &Instrument, bar: &Bar) -> Self {
        Self {
            time: bar.start,
            open: instrument.price_f64(bar.open),
            high: instrument.price_f64(bar.high),
            low: instrument.price_f64(bar.low),
            close: instrument.price_f64(bar.close),
            volume: instrument.quantity_f64(bar.volume),
        }
    }

    /// Returns the number an indicator of one price reads.
    #[must_use]
    pub const fn price(&self, price: AppliedPrice) -> f64 {
        match price {
            AppliedPrice::Open => self.open,
            AppliedPrice::High => self.high,
            AppliedPrice::Low => self.low,
            AppliedPrice::Close => self.close,
            AppliedPrice::Median => (self.high + self.low) / 2.0,
            AppliedPrice::Typical => (self.high + self.low + self.close) / 3.0,
            AppliedPrice::Weighted => (self.high + self.low + self.close * 2.0) / 4.0,
            AppliedPrice::Average => (self.open + self.high + self.low + self.close) / 4.0,
            AppliedPrice::Volume => self.volume,
        }
    }
}

/// Which number of a candle an indicator of one price reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AppliedPrice {
    /// `open`.
    Open,
    /// `high`.
    High,
    /// `low`.
    Low,
    /// `close`.
    #[default]
    Close,
    /// `hl2`: (high + low) / 2.
    Median,
    /// `hlc3`: (high + low + close) / 3.
    Typical,
    /// `hlcc4`: (high + low + 2 · close) / 4.
    Weighted,
    /// `ohlc4`: (open + high + low + close) / 4.
    Average,
    /// `volume`.
    Volume,
}

impl AppliedPrice {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::High,
        Self::Low,
        Self::Close,
        Self::Median,
        Self::Typical,
        Self::Weighted,
        Self::Average,
        Self::Volume,
    ];

    /// Returns the name used in formulas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Median => "hl2",
            Self::Typical => "hlc3",
            Self::Weighted => "hlcc4",
            Self::Average => "ohlc4",
            Self::Volume => "volume",
        }
    }

    /// Returns the price of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|price| price.name() == name)
    }
}

/// What happens in a market that an indicator may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A bar closed.
    Candle,
    /// The best prices or quantities changed.
    Quote,
    /// The book changed.
    Book,
    /// Someone traded.
    Print,
}

/// What an indicator takes per step.
pub trait Sample: Copy {
    /// What it is a part of: [`Candle`] for all that runs on bars.
    type Origin;

    /// Which events hold one.
    const EVENT: EventKind = EventKind::Candle;

    /// Returns the part that is read, `None` if this origin holds none. `price` chooses among the
    /// prices where a single one is read.
    fn of(origin: &Self::Origin, price: AppliedPrice) -> Option<Self>;

    /// Returns whether every number read is finite and at most [`LARGEST`].
    fn is_valid(&self) -> bool;
}

#[inline]
const fn valid(number: f64) -> bool {
    number.abs() <= LARGEST
}

impl Sample for f64 {
    type Origin = Candle;

    fn of(candle: &Candle, price: AppliedPrice) -> Option<Self> {
        Some(candle.price(price))
    }

    #[inline]
    fn is_valid(&self) -> bool {
        valid(*self)
    }
}

impl Sample for Candle {
    type Origin = Self;

    fn of(candle: &Self, _: AppliedPrice) -> Option<Self> {
        Some(*candle)
    }

    #[inline]
    fn is_valid(&self) -> bool {
        valid(self.open)
            & valid(self.high)
            & valid(self.low)
            & valid(self.close)
            & valid(self.volume)
    }
}

/// Declares the parts of a candle: a struct of `f64`s with the candle's field names.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: f64,)+
        }

        impl Sample for $name {
            type Origin = Candle;

            fn of(candle: &Candle, _: AppliedPrice) -> Option<Self> {
                Some(Self { $($field: candle.$field),+ })
            }

            #[inline]
            fn is_valid(&self) -> bool {
                // One comparison decides for all but absurd numbers: no part exceeds the sum.
                if 0.0 $(+ self.$field.abs())+ <= LARGEST {
                    return true;
                }
                cold_path();
                $(valid(self.$field))&+
            }
        }
    };
}

part! {
    /// The range of a candle. Indicators of two series read the high as the first and the low as
    /// the second.
    HighLow {
        /// Highest price.
        high,
        /// Lowest price.
        low
    }
}

part! {
    /// The parts of a candle that range indicators read.
    HighLowClose {
        /// Highest price.
        high,
        /// Lowest price.
        low,
        /// Last price.
        close
    }
}

part! {
    /// The four prices of a candle.
    Ohlc {
        /// First price.
        open,
        /// Highest price.
        high,
        /// Lowest price.
        low,
        /// Last price.
        close
    }
}

part! {
    /// The parts of a candle that indicators of money flow read.
    HighLowCloseVolume {
        /// Highest price.
        high,
        /// Lowest price.
        low,
        /// Last price.
        close,
        /// Quantity traded.
        volume
    }
}

part! {
    /// Last price and quantity traded.
    CloseVolume {
        /// Last price.
        close,
        /// Quantity traded.
        volume
    }
}

//! How small things are laid out in records: words of eight bytes, and codes of one.
//!
//! Hot: everything here is inlined into the append.

use gannet_types::{
    DepthKind, DontKnowReason, ExecKind, GateMode, GatewayState, Level, Liquidity, ModelRole,
    Notional, OrderStatus, OrderType, PegReference, Rating, ReasonCode, RejectReason, RequestKind,
    School, Side, StaleReason, Stance, Text, TimeInForce, TradingStatus,
};

/// A fieldless enum as one byte. Codes are part of the format: never change one, only add.
pub(crate) trait Code: Sized {
    /// Returns the byte that is stored.
    fn code(self) -> u8;
    /// Returns what is stored as this byte.
    fn from_code(code: u8) -> Option<Self>;
}

/// Implements [`Code`]; the match is exhaustive, so a new variant does not compile without a code.
macro_rules! codes {
    ($name:ty { $($variant:ident = $code:literal,)* }) => {
        impl $crate::wire::Code for $name {
            #[inline]
            fn code(self) -> u8 {
                match self { $(Self::$variant => $code,)* }
            }
            #[inline]
            fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use codes;

codes! { Side { Buy = 1, Sell = 2, } }
codes! { OrderType {
    Market = 1, Limit = 2, Stop = 3, StopLimit = 4, TrailingStop = 5, Pegged = 6,
} }
codes! { PegReference { None = 0, Primary = 1, Market = 2, Midpoint = 3, Last = 4, } }
codes! { TimeInForce {
    GoodTillCancel = 1, ImmediateOrCancel = 2, FillOrKill = 3, PostOnly = 4, Day = 5,
    AtTheOpening = 6, GoodTillCrossing = 7, GoodTillDate = 8, AtTheClose = 9,
} }
codes! { RequestKind {
    New = 1, Cancel = 2, Replace = 3, Status = 4, MassCancel = 5, MassStatus = 6, Positions = 7,
} }
codes! { ExecKind {
    PendingNew = 1, New = 2, Trade = 3, Canceled = 4, Replaced = 5, Rejected = 6, Expired = 7,
    CancelRejected = 8, PendingCancel = 9, PendingReplace = 10, Status = 11, Unsent = 12,
    Triggered = 13, Restated = 14, Suspended = 15, Stopped = 16, DoneForDay = 17, Calculated = 18,
    TradeCancel = 19, TradeCorrect = 20,
} }
codes! { OrderStatus {
    PendingNew = 1, New = 2, PartiallyFilled = 3, Stopped = 4, Suspended = 5, DoneForDay = 6,
    Filled = 7, Canceled = 8, Rejected = 9, Expired = 10, PendingCancel = 11, PendingReplace = 12,
} }
codes! { Liquidity { Unknown = 1, Maker = 2, Taker = 3, } }
codes! { DepthKind { SnapshotStart = 1, SnapshotPart = 2, Delta = 3, } }
codes! { TradingStatus { Trading = 1, Halted = 2, } }
codes! { StaleReason {
    Disconnected = 1, Gap = 2, Malformed = 3, Overflow = 4, BadSnapshot = 5,
} }
codes! { GatewayState { Up = 1, Down = 2, Told = 3, } }
codes! { DontKnowReason {
    NoMatchingOrder = 1, Overfill = 2, UnknownSymbol = 3, WrongSide = 4,
} }
codes! { ModelRole { Champion = 1, Challenger = 2, Shadow = 3, Out = 4, } }
codes! { Rating { StrongSell = 1, Sell = 2, Hold = 3, Buy = 4, StrongBuy = 5, } }
codes! { ReasonCode {
    Slope = 1, AboveAverage = 2, LevelAhead = 3, NotReady = 4, ModelLean = 5, ModelMerit = 6,
    Boosted = 7, NotSure = 8, ModelSilent = 9, Trend = 10, Momentum = 11, Strength = 12,
    Cycle = 13, Angle = 14, Patterns = 15, Astro = 16, External = 17, Regime = 18, Vetoed = 19,
    SpreadWide = 20, Disagreement = 21, Unsized = 22,
} }
codes! { School {
    Classical = 1, Ehlers = 2, Gann = 3, Patterns = 4, Astro = 5, External = 6, Model = 7,
} }
codes! { Stance { Flat = 1, Long = 2, Short = 3, } }
codes! { GateMode { Manual = 1, Assisted = 2, Auto = 3, Paper = 4, } }

impl Code for bool {
    #[inline]
    fn code(self) -> u8 {
        u8::from(self)
    }
    #[inline]
    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Code for RejectReason {
    #[inline]
    fn code(self) -> u8 {
        self as u8
    }
    #[inline]
    fn from_code(code: u8) -> Option<Self> {
        Self::from_code(code)
    }
}

/// Packs two numbers of 16 bits into a record's detail.
#[inline]
pub(crate) const fn pair(first: u16, second: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (first.to_le_bytes(), second.to_le_bytes());
    [a, b, c, d]
}

/// Packs one number of 16 bits and two bytes into a record's detail.
#[inline]
pub(crate) const fn triple(first: u16, second: u8, third: u8) -> [u8; 4] {
    pair(first, u16::from_le_bytes([second, third]))
}

/// Takes a detail apart into its two numbers of 16 bits.
#[inline]
pub(crate) const fn unpair([a, b, c, d]: [u8; 4]) -> (u16, u16) {
    (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))
}

/// Splits money into two words, the lower first.
#[inline]
pub(crate) const fn money(Notional(amount): Notional) -> [u64; 2] {
    [amount as u64, (amount >> 64) as u64]
}

/// Joins two words to money.
#[inline]
pub(crate) const fn unmoney(low: u64, high: u64) -> Notional {
    Notional(((high as u128) << 64 | low as u128) as i128)
}

/// Lays a text out as words; what is not used is zero. The caller knows that it fits.
#[inline]
pub(crate) fn text<const N: usize, const W: usize>(text: &Text<N>) -> [u64; W] {
    let bytes = text.as_bytes();
    debug_assert!(bytes.len() <= 8 * W, "the words hold the text");
    let mut words = [0; W];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks(8)) {
        let mut padded = [0; 8];
        padded[..chunk.len()].copy_from_slice(chunk);
        *word = u64::from_le_bytes(padded);
    }
    words
}

/// Returns the text of `length` bytes in `words`, which hold no more than the text can.
pub(crate) fn untext<const N: usize>(length: u8, words: &[u64]) -> Option<Text<N>> {
    let mut bytes = [0; N];
    for (chunk, word) in bytes.chunks_exact_mut(8).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    bytes[..8 * words.len()].get(..usize::from(length)).map(Text::new)
}

/// Returns the first `N` words and what follows them.
#[inline]
pub(crate) fn split_words<const N: usize>(payload: &[u8]) -> Option<([u64; N], &[u8])> {
    let (head, rest) = payload.split_at_checked(8 * N)?;
    let mut words = [0; N];
    for (word, chunk) in words.iter_mut().zip(head.as_chunks().0) {
        *word = u64::from_le_bytes(*chunk);
    }
    Some((words, rest))
}

/// Returns a payload that is exactly `N` words.
#[inline]
pub(crate) fn all_words<const N: usize>(payload: &[u8]) -> Option<[u64; N]> {
    split_words(payload).and_then(|(words, rest)| rest.is_empty().then_some(words))
}

/// Reads levels in place; `None` if they are not aligned or not whole.
#[inline]
pub(crate) fn levels(bytes: &[u8]) -> Option<&[Level]> {
    // SAFETY: `Level` is `repr(C)` of two transparent i64: no padding, and every bit pattern is
    // a value. `align_to` keeps within `bytes`; what is not aligned ends up outside the middle
    // and is refused below. The result borrows `bytes`.
    let (before, levels, after) = unsafe { bytes.align_to::<Level>() };
    (before.is_empty() && after.is_empty()).then_some(levels)
}

const _: () = assert!(size_of::<Level>() == 16, "levels are stored as they are in memory");
const _: () = assert!(align_of::<Level>() == 8, "records are aligned to 8");

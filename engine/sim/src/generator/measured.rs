//! The proportions of the real market, measured once.
//!
//! Source: the public Binance USD-M streams of BTCUSDT on 2024-08-08/09, 344.8 s, 93,953 stream
//! frames: 272.5 frames a second, of them bookTicker 70.3 %, trade 22.7 %, depthUpdate 7.0 %.
//! A *burst* is a run of frames, depth aside, with less than 100 µs between them.

use crate::random::Quantiles;

/// Frames a second in each second of the capture: 60 to 2,466, median 195, mean 272.
pub(super) const FRAMES_PER_SECOND: Quantiles = Quantiles(&[
    (0, 60),
    (10, 60),
    (100, 90),
    (250, 122),
    (500, 195),
    (750, 322),
    (900, 513),
    (950, 656),
    (990, 1_520),
    (1_000, 1_600),
]);

/// The mean of [`FRAMES_PER_SECOND`] with straight lines between its points.
pub(super) const FRAMES_PER_SECOND_MEAN: u64 = 275;

/// Microseconds between bursts at mean activity, exponential with the measured mean of 9.65 ms.
/// The longer tail of the capture comes from [`FRAMES_PER_SECOND`].
pub(super) const BURST_GAP_US: Quantiles = Quantiles(&[
    (0, 100),
    (100, 1_017),
    (250, 2_776),
    (500, 6_689),
    (750, 13_378),
    (900, 22_220),
    (950, 28_909),
    (990, 44_440),
    (999, 66_660),
    (1_000, 80_000),
]);

/// Nanoseconds between the frames of one burst: median 1.0 µs, mean 2.8 µs.
pub(super) const FRAME_GAP_NS: Quantiles = Quantiles(&[
    (0, 300),
    (10, 400),
    (100, 500),
    (250, 700),
    (500, 1_000),
    (750, 1_800),
    (900, 3_300),
    (950, 8_300),
    (990, 42_000),
    (999, 92_700),
    (1_000, 99_900),
]);

/// Of a hundred bursts, those with trades: 5,370 of 35,655.
pub(super) const TRADE_BURST_PERCENT: u64 = 15;

/// bookTicker frames in a burst without trades: mean 2.05.
pub(super) const QUOTES_PER_BURST: Quantiles =
    Quantiles(&[(0, 1), (500, 1), (750, 2), (900, 4), (950, 6), (990, 15), (999, 31), (1_000, 55)]);

/// Trades in a burst with trades: mean 3.97.
pub(super) const TRADES_PER_BURST: Quantiles = Quantiles(&[
    (0, 1),
    (500, 1),
    (750, 3),
    (900, 8),
    (950, 14),
    (990, 48),
    (999, 90),
    (1_000, 120),
]);

/// Lots (0.001 BTC) of a trade: median 16, mean 114.
pub(super) const TRADE_LOTS: Quantiles = Quantiles(&[
    (0, 1),
    (10, 1),
    (100, 2),
    (250, 3),
    (500, 16),
    (750, 81),
    (900, 265),
    (950, 486),
    (990, 1_146),
    (999, 3_500),
    (1_000, 8_000),
]);

/// Lots by which the best bid or ask changes from one bookTicker to the next: median 87.
pub(super) const TOP_CHANGE_LOTS: Quantiles = Quantiles(&[
    (0, 2),
    (100, 2),
    (250, 8),
    (500, 87),
    (750, 310),
    (900, 550),
    (950, 744),
    (990, 1_640),
    (999, 6_024),
    (1_000, 9_000),
]);

/// The median size of the best bid and ask: 2,677 and 2,679 lots.
pub(super) const TOP_LOTS_MEDIAN: i64 = 2_678;

/// Lots of the thousand best levels of a side in the snapshot: median 113 and 36.
pub(super) const LEVEL_LOTS: Quantiles = Quantiles(&[
    (0, 1),
    (10, 2),
    (100, 4),
    (250, 15),
    (500, 100),
    (750, 335),
    (900, 980),
    (950, 1_490),
    (990, 4_000),
    (1_000, 20_000),
]);

/// Of a hundred prices near the market, those where something stands: the thousand best levels
/// of the snapshot cover 1,468 and 1,759 ticks.
pub(super) const LEVEL_PERCENT: u64 = 62;

/// Milliseconds between depthUpdate frames: median 52, mean 52.6.
pub(super) const DEPTH_GAP_MS: Quantiles = Quantiles(&[
    (0, 40),
    (10, 40),
    (100, 48),
    (250, 50),
    (500, 52),
    (750, 54),
    (900, 58),
    (950, 61),
    (990, 69),
    (999, 89),
    (1_000, 120),
]);

/// Levels in a depthUpdate: median 34, 99 of 100 below 611.
pub(super) const DEPTH_LEVELS: Quantiles = Quantiles(&[
    (0, 4),
    (10, 8),
    (100, 16),
    (250, 22),
    (500, 34),
    (750, 62),
    (900, 142),
    (950, 252),
    (990, 611),
    (999, 999),
    (1_000, 1_226),
]);

/// Ticks between the best price and a changed level: median 403. The farthest changes of the
/// capture lie beyond the generator's ladder and are left out.
pub(super) const CHANGE_DISTANCE: Quantiles = Quantiles(&[
    (0, 1),
    (20, 5),
    (100, 55),
    (250, 171),
    (500, 403),
    (750, 976),
    (900, 5_908),
    (1_000, 20_000),
]);

/// Of a hundred changes of a level that stands, those that remove it. With
/// [`LEVEL_ADD_PERCENT`] this keeps [`LEVEL_PERCENT`] of the prices taken, and 22 % of the levels
/// in a depthUpdate are removals (measured: 21.6 %).
pub(super) const LEVEL_REMOVE_PERCENT: u64 = 28;

/// Of a hundred looks at an empty price, those that place something.
pub(super) const LEVEL_ADD_PERCENT: u64 = 46;

/// Steps of the venue's update number, which all its instruments share, per message: mean 414.
pub(super) const UPDATE_ID_STEP: Quantiles = Quantiles(&[
    (0, 1),
    (10, 1),
    (100, 3),
    (250, 14),
    (500, 72),
    (750, 296),
    (900, 1_129),
    (950, 2_081),
    (990, 4_895),
    (1_000, 9_952),
]);

//! The list of the 61 candle patterns.

use super::window::Bars;
use super::{Candlesticks, crows, doji, engulfing, gaps, hammer, lines, methods, single};
use super::{soldiers, stars};
use crate::columns::Column;

/// Declares the patterns: name, title, candles, and how one is judged. `lookback` is the first
/// candle (from 0) with a value; it is also the number of candles the judging function reads.
macro_rules! patterns {
    ($($variant:ident $name:literal $title:literal $bars:literal $lookback:literal:
        $judge:expr;)+) => {
        /// A candle pattern.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum CandlePattern {
            $(#[doc = $title] $variant,)+
        }

        /// The columns, named as TA-Lib's functions.
        pub(crate) const COLUMNS: &[Column] =
            &[$(Column::new(concat!("cdl", $name), concat!("candlesticks.", $name))),+];

        impl CandlePattern {
            /// All of them, in the order of the outputs.
            pub const ALL: [Self; COLUMNS.len()] = [$(Self::$variant),+];

            /// The names of all, in the same order: TA-Lib's without `CDL`.
            pub const NAMES: [&'static str; COLUMNS.len()] = [$($name),+];

            /// Returns the name of its column: TA-Lib's function.
            #[must_use]
            pub const fn column(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("cdl", $name),)+
                }
            }

            /// Returns what people call it.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }

            /// Returns how many candles it spans.
            #[must_use]
            pub const fn bars(self) -> usize {
                match self {
                    $(Self::$variant => $bars,)+
                }
            }

            /// Returns how many candles come before the first that can complete it: its own, and
            /// those it is compared with.
            #[must_use]
            pub const fn lookback(self) -> usize {
                match self {
                    $(Self::$variant => $lookback,)+
                }
            }
        }

        impl Candlesticks {
            /// Returns whether and how the newest candle completes a pattern: 100 bullish, −100
            /// bearish, 0 not at all; ±80 where two bodies share an end, ±200 where a hikkake is
            /// confirmed. O(1).
            #[inline]
            #[must_use]
            pub fn judge(&self, pattern: CandlePattern) -> i32 {
                match pattern {
                    $(CandlePattern::$variant => {
                        if self.window.count() <= $lookback {
                            return 0;
                        }
                        let judge: fn(&Self, Bars<'_, $lookback>) -> i32 = $judge;
                        judge(self, Bars(&self.window))
                    })+
                }
            }

            /// Judges by every pattern.
            #[inline]
            pub(super) fn judge_all(&self) -> [i16; COLUMNS.len()] {
                [$(self.judge(CandlePattern::$variant) as i16),+]
            }
        }
    };
}

patterns! {
    TwoCrows "2crows" "Two crows" 3 12: |_, bars| crows::two_crows(bars);
    ThreeBlackCrows "3blackcrows" "Three black crows" 4 13: |_, bars| crows::three_black_crows(bars);
    ThreeInside "3inside" "Three inside up or down" 3 12: |_, bars| engulfing::three_inside(bars);
    ThreeLineStrike "3linestrike" "Three-line strike" 4 8: |_, bars| methods::three_line_strike(bars);
    ThreeOutside "3outside" "Three outside up or down" 3 3: |_, bars| engulfing::three_outside(bars);
    ThreeStarsInTheSouth "3starsinsouth" "Three stars in the south" 3 12:
        |_, bars| crows::three_stars_in_the_south(bars);
    ThreeWhiteSoldiers "3whitesoldiers" "Three advancing white soldiers" 3 12:
        |_, bars| soldiers::three_white_soldiers(bars);
    AbandonedBaby "abandonedbaby" "Abandoned baby" 3 12:
        |all, bars| stars::abandoned_baby(bars, all.star_penetration);
    AdvanceBlock "advanceblock" "Advance block" 3 12: |_, bars| soldiers::advance_block(bars);
    BeltHold "belthold" "Belt hold" 1 10: |_, bars| single::belt_hold(bars);
    Breakaway "breakaway" "Breakaway" 5 14: |_, bars| methods::breakaway(bars);
    ClosingMarubozu "closingmarubozu" "Closing marubozu" 1 10:
        |_, bars| single::closing_marubozu(bars);
    ConcealingBabySwallow "concealbabyswall" "Concealing baby swallow" 4 13:
        |_, bars| methods::concealing_baby_swallow(bars);
    Counterattack "counterattack" "Counterattack" 2 11: |_, bars| lines::counterattack(bars);
    DarkCloudCover "darkcloudcover" "Dark cloud cover" 2 11:
        |all, bars| lines::dark_cloud_cover(bars, all.cover_penetration);
    Doji "doji" "Doji" 1 10: |_, bars| doji::doji(bars);
    DojiStar "dojistar" "Doji star" 2 11: |_, bars| doji::star(bars);
    DragonflyDoji "dragonflydoji" "Dragonfly doji" 1 10: |_, bars| doji::dragonfly(bars);
    Engulfing "engulfing" "Engulfing" 2 2: |_, bars| engulfing::engulfing(bars);
    EveningDojiStar "eveningdojistar" "Evening doji star" 3 12:
        |all, bars| stars::evening_doji_star(bars, all.star_penetration);
    EveningStar "eveningstar" "Evening star" 3 12:
        |all, bars| stars::evening_star(bars, all.star_penetration);
    GapSideBySideWhite "gapsidesidewhite" "Side-by-side white lines beyond a gap" 3 7:
        |_, bars| gaps::gap_side_by_side_white(bars);
    GravestoneDoji "gravestonedoji" "Gravestone doji" 1 10: |_, bars| doji::gravestone(bars);
    Hammer "hammer" "Hammer" 2 11: |_, bars| hammer::hammer(bars);
    HangingMan "hangingman" "Hanging man" 2 11: |_, bars| hammer::hanging_man(bars);
    Harami "harami" "Harami" 2 11: |_, bars| engulfing::harami(bars);
    HaramiCross "haramicross" "Harami cross" 2 11: |_, bars| engulfing::harami_cross(bars);
    HighWave "highwave" "High wave" 1 10: |_, bars| single::high_wave(bars);
    Hikkake "hikkake" "Hikkake" 3 5: |all, _| all.hikkake.value();
    HikkakeModified "hikkakemod" "Modified hikkake" 4 10: |all, _| all.hikkake_modified.value();
    HomingPigeon "homingpigeon" "Homing pigeon" 2 11: |_, bars| engulfing::homing_pigeon(bars);
    IdenticalThreeCrows "identical3crows" "Identical three crows" 3 12:
        |_, bars| crows::identical_three_crows(bars);
    InNeck "inneck" "In-neck" 2 11: |_, bars| lines::in_neck(bars);
    InvertedHammer "invertedhammer" "Inverted hammer" 2 11: |_, bars| hammer::inverted_hammer(bars);
    Kicking "kicking" "Kicking" 2 11: |_, bars| lines::kicking(bars);
    KickingByLength "kickingbylength" "Kicking, by the longer marubozu" 2 11:
        |_, bars| lines::kicking_by_length(bars);
    LadderBottom "ladderbottom" "Ladder bottom" 5 14: |_, bars| methods::ladder_bottom(bars);
    LongLeggedDoji "longleggeddoji" "Long-legged doji" 1 10: |_, bars| doji::long_legged(bars);
    LongLine "longline" "Long line" 1 10: |_, bars| single::long_line(bars);
    Marubozu "marubozu" "Marubozu" 1 10: |_, bars| single::marubozu(bars);
    MatchingLow "matchinglow" "Matching low" 2 6: |_, bars| lines::matching_low(bars);
    MatHold "mathold" "Mat hold" 5 14: |all, bars| methods::mat_hold(bars, all.cover_penetration);
    MorningDojiStar "morningdojistar" "Morning doji star" 3 12:
        |all, bars| stars::morning_doji_star(bars, all.star_penetration);
    MorningStar "morningstar" "Morning star" 3 12:
        |all, bars| stars::morning_star(bars, all.star_penetration);
    OnNeck "onneck" "On-neck" 2 11: |_, bars| lines::on_neck(bars);
    Piercing "piercing" "Piercing" 2 11: |_, bars| lines::piercing(bars);
    RickshawMan "rickshawman" "Rickshaw man" 1 10: |_, bars| doji::rickshaw_man(bars);
    RisingFallingThreeMethods "risefall3methods" "Rising or falling three methods" 5 14:
        |_, bars| methods::rising_falling_three_methods(bars);
    SeparatingLines "separatinglines" "Separating lines" 2 11:
        |_, bars| lines::separating_lines(bars);
    ShootingStar "shootingstar" "Shooting star" 2 11: |_, bars| hammer::shooting_star(bars);
    ShortLine "shortline" "Short line" 1 10: |_, bars| single::short_line(bars);
    SpinningTop "spinningtop" "Spinning top" 1 10: |_, bars| single::spinning_top(bars);
    Stalled "stalledpattern" "Stalled pattern" 3 12: |_, bars| soldiers::stalled(bars);
    StickSandwich "sticksandwich" "Stick sandwich" 3 7: |_, bars| lines::stick_sandwich(bars);
    Takuri "takuri" "Takuri" 1 10: |_, bars| doji::takuri(bars);
    TasukiGap "tasukigap" "Tasuki gap" 3 7: |_, bars| gaps::tasuki_gap(bars);
    Thrusting "thrusting" "Thrusting" 2 11: |_, bars| lines::thrusting(bars);
    Tristar "tristar" "Tristar" 3 12: |_, bars| doji::tristar(bars);
    UniqueThreeRiver "unique3river" "Unique three river" 3 12:
        |_, bars| crows::unique_three_river(bars);
    UpsideGapTwoCrows "upsidegap2crows" "Upside gap two crows" 3 12:
        |_, bars| crows::upside_gap_two_crows(bars);
    GapThreeMethods "xsidegap3methods" "Upside or downside gap three methods" 3 2:
        |_, bars| gaps::gap_three_methods(bars);
}

//! What Uranus and Neptune have moved since VSOP87.
//!
//! VSOP87 was fitted to DE200, which holds no observation of a spacecraft at either planet: by 2100
//! Neptune is 2.5″ from where it is, Uranus 1.6″. Our own Chebyshev series of the difference
//! of JPL DE423 and VSOP87A from 1970 to 2100 leave 0.14″ of Uranus and 0.02″ of Neptune.

use super::apparent::Vector;
use super::pluto::chebyshev;

/// Days of Terrestrial Time since J2000 at the middle of the series, and half its length.
const MIDDLE: f64 = 12_800.0;
const HALF: f64 = 24_000.0;

/// What is to be added to VSOP87A, in the celestial frame, au.
pub(super) fn uranus(days: f64) -> Vector {
    added(&URANUS, days)
}

/// What is to be added to VSOP87A, in the celestial frame, au.
pub(super) fn neptune(days: f64) -> Vector {
    added(&NEPTUNE, days)
}

fn added(series: &[[f64; 12]; 3], days: f64) -> Vector {
    let at = ((days - MIDDLE) / HALF).clamp(-1.0, 1.0);
    series.map(|terms| chebyshev(&terms, at))
}

const URANUS: [[f64; 12]; 3] = [
    [
        -0.000_056_713_6,
        -0.000_026_387_4,
        0.000_031_152_5,
        0.000_001_225_3,
        -0.000_010_746_8,
        0.000_002_787_0,
        0.000_015_431_1,
        -0.000_008_192_8,
        -0.000_013_501_1,
        0.000_005_184_0,
        0.000_012_891_2,
        0.000_000_535_9,
    ],
    [
        -0.000_003_624_4,
        -0.000_010_487_7,
        0.000_009_837_6,
        0.000_020_516_0,
        0.000_004_611_0,
        -0.000_007_452_0,
        0.000_005_680_3,
        0.000_016_739_7,
        -0.000_007_219_4,
        -0.000_011_227_0,
        0.000_000_953_4,
        0.000_007_765_9,
    ],
    [
        -0.000_001_495_7,
        -0.000_005_912_8,
        0.000_003_356_7,
        0.000_006_076_5,
        0.000_002_697_1,
        -0.000_001_533_0,
        0.000_002_261_1,
        0.000_007_204_4,
        -0.000_002_978_3,
        -0.000_005_005_0,
        0.000_000_275_5,
        0.000_003_432_0,
    ],
];

const NEPTUNE: [[f64; 12]; 3] = [
    [
        0.000_109_316_7,
        0.000_162_248_5,
        -0.000_066_061_6,
        -0.000_114_419_6,
        -0.000_015_957_9,
        0.000_019_597_2,
        0.000_005_242_6,
        -0.000_002_246_5,
        -0.000_000_548_7,
        0.000_000_645_2,
        0.000_000_022_3,
        0.000_000_428_4,
    ],
    [
        0.000_028_435_2,
        0.000_162_754_9,
        0.000_166_519_7,
        0.000_003_965_6,
        -0.000_047_214_6,
        -0.000_009_745_8,
        0.000_006_503_9,
        0.000_001_918_8,
        -0.000_000_881_5,
        0.000_000_024_7,
        -0.000_000_238_5,
        0.000_000_094_0,
    ],
    [
        0.000_010_271_1,
        0.000_063_923_7,
        0.000_085_734_0,
        0.000_003_732_1,
        -0.000_021_540_6,
        -0.000_004_482_5,
        0.000_002_743_2,
        0.000_000_799_0,
        -0.000_000_306_0,
        -0.000_000_082_2,
        -0.000_000_004_6,
        0.000_000_052_1,
    ],
];

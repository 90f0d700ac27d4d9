//! Ehlers' indicators: some that TA-Lib has, and those with a budget of ours.

use std::hint::black_box;

use gannet_features::catalog::Catalogued;
use gannet_features::dsp::{
    AutocorrelationPeriodogram, Butterworth2, HighPass, HilbertPeriod, HilbertSine, HomodynePeriod,
    InstantaneousTrend, Mama, Reflex, Roofing, SuperSmoother, Trendflex,
};
use gannet_features::parameter::Arguments;

use super::{close, row};
use crate::measure::{Contestant, Row, ours};
use crate::talib::TaLib;

pub(super) fn rows(talib: Option<&TaLib>) -> Vec<Row> {
    vec![
        row(
            "ht_dcperiod",
            [
                Some(ours(HilbertPeriod::new, close, |value| value)),
                talib.and_then(|talib| talib.price("HT_DCPERIOD", 0)),
            ],
        ),
        row(
            "ht_sine",
            [
                // Ours computes the phase, the trendline and the mode besides.
                Some(ours(HilbertSine::new, close, |lines| black_box(lines).sine)),
                talib.and_then(|talib| talib.price_two("HT_SINE", 0)),
            ],
        ),
        row(
            "mama(0.5, 0.05)",
            [
                Some(ours(|| Mama::new(0.5, 0.05), close, |lines| black_box(lines).mama)),
                talib.and_then(|talib| talib.price_limits("MAMA", 0.5, 0.05, 0)),
            ],
        ),
        row("super_smoother", [Some(by_default::<SuperSmoother>(|value| value))]),
        row("butterworth_2", [Some(by_default::<Butterworth2>(|value| value))]),
        row("high_pass", [Some(by_default::<HighPass>(|value| value))]),
        row("roofing", [Some(by_default::<Roofing>(|value| value))]),
        row("instantaneous_trend", [Some(by_default::<InstantaneousTrend>(|lines| lines.it))]),
        row("reflex", [Some(by_default::<Reflex>(|value| value))]),
        row("trendflex", [Some(by_default::<Trendflex>(|value| value))]),
        row("homodyne", [Some(by_default::<HomodynePeriod>(|value| value))]),
        row("periodogram", [Some(by_default::<AutocorrelationPeriodogram>(|value| value))]),
    ]
}

/// One of ours with its default arguments.
fn by_default<I: Catalogued<Sample = f64> + 'static>(
    value: impl Fn(I::Output) -> f64 + 'static,
) -> Contestant {
    ours(
        || {
            let arguments = Arguments::new(I::ENTRY.parameters, &[]);
            I::build(&arguments.expect("defaults are allowed"))
        },
        close,
        value,
    )
}

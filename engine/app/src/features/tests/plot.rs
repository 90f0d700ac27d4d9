//! Pictures: that what was asked for is in them and nothing else is drawn outside of its panel.

use gannet_features::columns::ColumnParameters;

use super::patterns::{arguments, bars};
use crate::features::args::FanArgs;
use crate::features::patterns::find;
use crate::features::{Bars, FeatureSet, plot};

/// Checks that every tag of a picture is closed, and no number in it is none.
#[track_caller]
fn check_picture(svg: &str) {
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    for tag in svg.split('<').skip(1) {
        let whole = tag.contains('>') || tag.starts_with("/svg");
        assert!(whole, "{tag}");
    }
    assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
}

fn features(bars: &Bars, names: &[&str], last: usize) -> anyhow::Result<String> {
    plot::features(bars, &FeatureSet::of_columns(names, &ColumnParameters::default())?, last)
}

#[test]
fn features_lie_over_the_price_or_below_it() {
    let bars = bars(&[80.0, 100.0, 90.0, 100.0]);
    let svg = features(&bars, &["sma(3)", "rsi(5)", "macd(2,4,3).macd", "macd(2,4,3).hist"], 20)
        .expect("a picture");
    check_picture(&svg);
    // One frame for the whole, one for each panel (the lines of one indicator share theirs), and a
    // candle a bar.
    assert_eq!(svg.matches("<rect").count(), 1 + 3 + 20);
    for name in ["sma(3)", "rsi(5)", "macd(2,4,3).hist"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name}");
    }
    let many: Vec<String> = (2..30).map(|period| format!("sma({period})")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(features(&bars, &many, 20).is_err(), "more than can be seen");
    assert!(features(&bars, &["micro_price"], 20).is_err(), "not from bars");
}

#[test]
fn few_bars_are_a_picture_too() {
    for text in ["", "0,1,1,1,1,0\n"] {
        let bars = Bars::parse("few", &format!("time,open,high,low,close,volume\n{text}"));
        let bars = bars.expect("good bars");
        check_picture(&features(&bars, &["sma(3)", "obv"], 0).expect("a picture"));
        check_picture(&plot::levels(&bars, "none", std::iter::empty(), 5));
    }
}

#[test]
fn findings_levels_and_fans_are_drawn() {
    let bars = bars(&[80.0, 100.0, 90.0, 100.0, 80.0, 85.0]);
    let findings = find(&bars, &arguments("--no-candles")).expect("good arguments");
    let svg = plot::patterns(&bars, &findings, 50);
    check_picture(&svg);
    assert!(svg.contains("double"), "{svg}");

    let svg = plot::levels(&bars, "a & b", [(0.0, 90.0), (45.0, 1e9)].into_iter(), 50);
    check_picture(&svg);
    assert!(svg.contains("a &amp; b") && svg.contains("0° 90.00"), "{svg}");
    assert!(!svg.contains("45°"), "a level outside of the panel has no name: {svg}");

    let mut args = FanArgs {
        bars: "none".into(),
        pivot: "36000".to_owned(),
        price_per_bar: 1.0,
        down: true,
        plot: "none".into(),
        last: 30,
    };
    let svg = plot::fan(&bars, &args).expect("a picture");
    check_picture(&svg);
    assert!(svg.contains(">1x8</text>") && svg.contains(">8x1</text>"), "{svg}");
    args.price_per_bar = 0.0;
    assert!(plot::fan(&bars, &args).is_err(), "no slope");
    args.pivot = "1".to_owned();
    assert!(plot::fan(&bars, &args).is_err(), "no such bar");
}

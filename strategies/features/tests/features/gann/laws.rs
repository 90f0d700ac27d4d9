//! What holds for every number.

use gannet_features::gann::square_of_nine::{self as nine, Cell};
use gannet_features::gann::table::{FUNCTIONS, evaluate};
use gannet_features::gann::{Chart, SquareOf, SquareOfNine, hexagon, wheel_of_24};
use proptest::prelude::*;

fn any_price() -> impl Strategy<Value = f64> {
    prop_oneof![1.001..1e3_f64, 1e3..1e9_f64, 1e9..1e15_f64]
}

proptest! {
    #[test]
    fn a_number_has_a_cell_and_the_cell_that_number(number in prop_oneof![
        1..=200_u64, 1..=1_000_000_u64, 1..=(1_u64 << 53), (1_u64 << 53) - 9..=(1_u64 << 53)
    ]) {
        let cell = Cell::of(number).expect("counted");
        prop_assert_eq!(cell.number(), Ok(number));
        let ring = nine::ring(number).expect("counted");
        prop_assert_eq!(cell.x.unsigned_abs().max(cell.y.unsigned_abs()), ring);
        prop_assert!((2 * ring + 1).pow(2) >= number);
        prop_assert!(ring == 0 || (2 * ring - 1).pow(2) < number);
    }

    #[test]
    fn neighbours_on_the_spiral_touch(number in 1..=1_000_000_u64) {
        let (one, next) = (Cell::of(number), Cell::of(number + 1));
        let (one, next) = (one.expect("counted"), next.expect("counted"));
        prop_assert_eq!((one.x - next.x).abs() + (one.y - next.y).abs(), 1);
    }

    #[test]
    fn angles_are_within_a_turn(price in any_price(), whole in -10..=(1_i64 << 53)) {
        let angles = [
            nine::root_angle(price).expect("positive"),
            nine::one_centred_angle(price).expect("above one"),
            nine::cell_angle(whole),
            hexagon::angle(whole),
            hexagon::one_centred_angle(whole),
            wheel_of_24::angle(whole),
        ];
        for angle in angles {
            prop_assert!((0.0..360.0).contains(&angle), "{angles:?}");
        }
    }

    #[test]
    fn positions_and_numbers_are_inverse(price in any_price()) {
        for chart in Chart::ALL {
            let position = chart.position(price).expect("on the chart");
            let number = chart.number(position);
            // A position of the square of nine resolves a number no better than its root squared.
            prop_assert!((number - price).abs() <= 1e-11 * price + 1e-9, "{chart:?} {number}");
        }
    }

    #[test]
    fn positions_rise(price in 1.1..1e6_f64, further in 1e-3..10.0_f64) {
        for chart in Chart::ALL {
            prop_assert!(chart.position(price) < chart.position(price + further), "{chart:?}");
        }
    }

    #[test]
    fn cells_lie_where_whole_numbers_do(number in 2..=1_000_000_i64) {
        let turned = |chart: Chart| {
            chart.nearest(number as f64, 45.0).expect("on the chart").degrees
        };
        let apart = |a: f64, b: f64| (a - b + 180.0).rem_euclid(360.0) - 180.0;
        let nine = apart(turned(Chart::SquareOfNineCells), nine::cell_angle(number));
        prop_assert!(nine.abs() < 1e-6);
        let hexagon = apart(turned(Chart::HexagonCells), hexagon::angle(number));
        prop_assert!(hexagon.abs() < 1e-6);
        let wheel = apart(turned(Chart::WheelOf24), wheel_of_24::angle(number));
        prop_assert!(wheel.abs() < 1e-6);
    }

    #[test]
    fn levels_are_evenly_spaced_in_the_root(price in 1.0..1e9_f64, step in 1.0..360.0_f64) {
        let levels: Vec<f64> =
            nine::ladder(price, step, 1).expect("positive").map(|(_, level)| level.sqrt()).collect();
        for pair in levels.windows(2) {
            prop_assert!((pair[1] - pair[0] - step / 180.0).abs() < 1e-9 * pair[1]);
        }
        let there = nine::level(price, step).expect("above the centre");
        let back = nine::level(there, -step).expect("above the centre");
        prop_assert!((back - price).abs() <= 1e-12 * there);
    }

    #[test]
    fn the_nearest_level_is_within_half_a_step(price in 2.0..1e7_f64, step in 1.0..360.0_f64) {
        let nearest = SquareOfNine::new(step).nearest(price).expect("positive");
        let roots = (price.sqrt() - nearest.level.sqrt()).abs();
        prop_assert!(roots <= step / 360.0 + 1e-9);
        for chart in Chart::ALL {
            let nearest = chart.nearest(price, step).expect("on the chart");
            prop_assert!(nearest.share.abs() <= 0.5);
            prop_assert!((nearest.level + nearest.distance - price).abs() <= 1e-9 * price);
        }
    }

    #[test]
    fn a_place_is_within_its_square(
        size in 2.0..1e3_f64,
        bars in -1e5..1e5_f64,
        price in -1e6..1e6_f64,
    ) {
        let square = SquareOf::new(size, 2.5, 1.0).expect("positive");
        let place = square.place(bars, price).expect("numbers");
        prop_assert!((0.0..size).contains(&place.time) && (0.0..size).contains(&place.price));
        prop_assert!(place.time_eighth < 8 && place.price_eighth < 8);
        prop_assert!(place.from_time_division.abs() <= size / 16.0 + 1e-9);
        prop_assert!(place.from_diagonal.abs() <= size / 4.0 + 1e-9);
    }

    #[test]
    fn a_table_takes_anything(
        function in 0..FUNCTIONS.len(),
        argument in "[-0-9.;eNa ]{0,12}",
        parameter in "[-0-9.e]{0,6}",
    ) {
        let name = FUNCTIONS[function].name.replace("TxP", "1x2");
        if let Ok(value) = evaluate(&name, &argument, &parameter) {
            prop_assert!(value.is_finite(), "{name} {argument} {parameter}: {value}");
        }
    }
}

#[test]
fn a_table_says_what_is_wrong() {
    let check = |name: &str, argument: &str, parameter: &str, expected: &str| {
        let error = evaluate(name, argument, parameter).expect_err("no value");
        assert_eq!(error.to_string(), expected);
    };
    check("sq8_level", "1", "2", "no Gann function is called \"sq8_level\"");
    check("sq9_level|1x2", "1", "2", "no Gann function is called \"sq9_level|1x2\"");
    check("sq9_level", "1", "", "sq9_level takes the parameter degrees, not \"\"");
    check("sq9_level", "1;2", "3", "sq9_level takes the argument price, not \"1;2\"");
    check("sq9_level", "-1", "3", "sq9_level: price = -1 is not zero or a positive number");
    check(
        "sq9_level",
        "4",
        "-361",
        "sq9_level: degrees = -361 is not above the centre of the spiral",
    );
    check("sq9_deg_futia", "4", "1", "sq9_deg_futia takes no parameter, not \"1\"");
    check("sq9_deg_1centre", "1", "", "sq9_deg_1centre: number = 1 is not above one");
    check("sq9_cell_x", "2.5", "", "sq9_cell_x: number = 2.5 is not a whole number up to 2^53");
    check("sq9_cell_x", "0", "", "sq9_cell_x: number = 0 is not a whole number from 1 to 2^53");
    check(
        "gann_angle_up",
        "1;2",
        "3",
        "\"gann_angle_up\" lacks a ratio of time and price, such as gann_angle_up|1x8",
    );
    check(
        "gann_angle_up|1x0",
        "1;2",
        "3",
        "\"gann_angle_up|1x0\" lacks a ratio of time and price, such as gann_angle_up|1x8",
    );
    check("retr_from_high", "200;100", "0.5", "retr_from_high: high = 100 is not above the low");
    check("sq9_level", "NaN", "3", "sq9_level takes the argument price, not \"NaN\"");
}

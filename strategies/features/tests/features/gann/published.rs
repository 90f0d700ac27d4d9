//! Numbers that authors and vendors print.

use super::assert_near;
use gannet_features::gann::angles::{self, Direction, FAN, FAN_PRINTED_DEGREES, Fan, PricePerBar};
use gannet_features::gann::gann_box::{Corner, GannBox};
use gannet_features::gann::square_of_nine::{self as nine, Cell, Cross};
use gannet_features::gann::{SquareOf, SquareOfNine, hexagon, retracements, squaring, wheel_of_24};

fn numbers_at(axes: [[i64; 4]; 8], angle: impl Fn(i64) -> f64) {
    for (eighth, numbers) in axes.into_iter().enumerate() {
        for number in numbers {
            assert_near(angle(number), 45.0 * eighth as f64, 0.0);
        }
    }
}

/// Axes from 0° every 45°; the odd ones are the ordinal cross.
const NINE_AXES: [[i64; 4]; 8] = [
    [2, 11, 28, 53],
    [3, 13, 31, 57],
    [4, 15, 34, 61],
    [5, 17, 37, 65],
    [6, 19, 40, 69],
    [7, 21, 43, 73],
    [8, 23, 46, 77],
    [9, 25, 49, 81],
];

#[test]
fn square_of_nine_angles_are_the_published_ones() {
    let root = |number| nine::root_angle(number).expect("positive");
    for (number, degrees) in
        [(23_055.0, 105.9714), (2_305.0, 136.8748), (390.0, 89.7152), (25.0, 315.0), (16.0, 135.0)]
    {
        assert_near(root(number), degrees, 1e-4);
    }
    assert_near(nine::one_centred_angle(73.0).expect("above one"), 222.3506, 1e-4);
    assert_near(nine::cell_angle(390), 85.5, 0.0);
    numbers_at(NINE_AXES, nine::cell_angle);
    for (eighth, numbers) in (0..).zip(NINE_AXES) {
        for (ring, number) in (1..).zip(numbers) {
            assert_eq!(nine::axis_number(ring, eighth), Ok(number as u64));
            let cross = if eighth % 2 == 0 { Cross::Cardinal } else { Cross::Ordinal };
            assert_eq!(Cell::of(number as u64).expect("counted").cross(), Some(cross));
        }
    }
    assert_eq!(Cell::of(10).expect("counted").cross(), None);
}

#[test]
fn square_of_nine_cells_are_the_printed_grid() {
    let grid: [[u64; 9]; 9] = [
        [81, 80, 79, 78, 77, 76, 75, 74, 73],
        [50, 49, 48, 47, 46, 45, 44, 43, 72],
        [51, 26, 25, 24, 23, 22, 21, 42, 71],
        [52, 27, 10, 9, 8, 7, 20, 41, 70],
        [53, 28, 11, 2, 1, 6, 19, 40, 69],
        [54, 29, 12, 3, 4, 5, 18, 39, 68],
        [55, 30, 13, 14, 15, 16, 17, 38, 67],
        [56, 31, 32, 33, 34, 35, 36, 37, 66],
        [57, 58, 59, 60, 61, 62, 63, 64, 65],
    ];
    for (row, numbers) in (-4..).zip(grid) {
        for (x, number) in (-4..).zip(numbers) {
            let cell = Cell { x, y: -row };
            assert_eq!(Cell::of(number), Ok(cell));
            assert_eq!(cell.number(), Ok(number));
        }
    }
}

#[test]
fn square_of_nine_levels_are_the_published_ones() {
    let level = |price, degrees| nine::level(price, degrees).expect("above the centre");
    assert_near(level(25.0, 360.0), 49.0, 1e-12);
    assert_near(level(25.0, 90.0), 30.25, 1e-12);
    assert_near(level(15.0, 360.0), 34.49, 5e-3);
    assert_near(level(1576.0, -2250.0), 739.78, 5e-3);
    assert_near(level(1576.0, -2497.5), 666.87, 5e-3);
    assert_near(nine::level_half(25.0, 360.0).expect("above the centre"), 36.0, 1e-12);
    let squares: Vec<f64> = nine::odd_squares_above(25.0).expect("positive").take(3).collect();
    assert_eq!(squares, [49.0, 81.0, 121.0]);
    let squares: Vec<f64> = nine::odd_squares_above(0.5).expect("positive").take(2).collect();
    assert_eq!(squares, [1.0, 9.0]);
    let ladder: Vec<_> = nine::ladder(1.0, 90.0, 3).expect("positive").collect();
    let expected =
        [(-180.0, 0.0), (-90.0, 0.25), (0.0, 1.0), (90.0, 2.25), (180.0, 4.0), (270.0, 6.25)];
    assert_eq!(ladder, expected);

    let nearest = SquareOfNine::new(45.0).nearest(31.0).expect("positive");
    assert_near(nearest.level, 30.25, 1e-12);
    assert_near(nearest.distance, 0.75, 1e-12);
    assert_eq!(SquareOfNine::new(90.0).nearest(f64::NAN), None);
    assert_eq!(SquareOfNine::new(90.0).nearest(0.0), None);
}

#[test]
fn wheel_and_hexagon_are_the_published_ones() {
    for (number, ring, degrees) in [(1, 1, 0.0), (24, 1, 345.0), (25, 2, 0.0), (100, 5, 45.0)] {
        assert_eq!(wheel_of_24::ring(number), Ok(ring));
        assert_near(wheel_of_24::angle(number as i64), degrees, 0.0);
    }
    assert_eq!(wheel_of_24::spoke(100), Ok(4));
    assert_near(wheel_of_24::time_angle(3_600.0).expect("a number"), 15.0, 0.0);
    assert_near(wheel_of_24::time_angle(240.0).expect("a number"), 1.0, 0.0);

    let axes: [[i64; 3]; 6] =
        [[6, 18, 36], [1, 8, 21], [2, 10, 24], [3, 12, 27], [4, 14, 30], [5, 16, 33]];
    for (sixth, numbers) in axes.into_iter().enumerate() {
        for (ring, number) in (1..).zip(numbers) {
            assert_near(hexagon::angle(number), 60.0 * sixth as f64, 0.0);
            assert_near(hexagon::one_centred_angle(number + 1), 60.0 * sixth as f64, 0.0);
            assert_eq!(hexagon::ring(number as u64), Ok(ring));
        }
    }
    // Of a price of 36, the vendors' page prints 41.4 with one decimal.
    assert_near(hexagon::level(36.0, 90.0).expect("positive"), 41.4375, 1e-12);
    assert_near(hexagon::approximate_angle(36.0).expect("positive"), 0.0, 1e-9);
}

#[test]
fn squares_are_divided_as_published() {
    let square = |size| SquareOf::new(size, 1.0, 1.0).expect("positive");
    let of_144 = [18.0, 36.0, 48.0, 54.0, 72.0, 90.0, 96.0, 108.0, 126.0, 144.0];
    assert_eq!(square(144.0).divisions(), of_144);
    let of_90 = [11.25, 22.5, 30.0, 33.75, 45.0, 56.25, 60.0, 67.5, 78.75, 90.0];
    assert_eq!(square(90.0).divisions(), of_90);
    let of_24 = [3.0, 6.0, 8.0, 9.0, 12.0, 15.0, 16.0, 18.0, 21.0, 24.0];
    assert_eq!(square(24.0).divisions(), of_24);
    let quarters = [1, 4, 7].map(|index| square(52.0).divisions()[index]);
    assert_eq!(quarters, [13.0, 26.0, 39.0]);

    let [one_two, one_one, two_one] = [FAN[3], FAN[4], FAN[5]];
    let line = |ratio| 100.0 + square(144.0).line(ratio, 72.0);
    assert_eq!([line(one_one), line(one_two), line(two_one)], [172.0, 244.0, 136.0]);
    let place = square(144.0).place(72.0 + 144.0, 73.0).expect("numbers");
    assert_eq!((place.time_eighth, place.price_eighth), (4, 4));
    assert_near(place.from_time_division, 0.0, 1e-12);
    assert_near(place.from_price_division, 1.0, 1e-12);
    assert_near(place.from_diagonal, 1.0, 1e-12);
}

#[test]
fn angles_are_the_published_ones() {
    let true_degrees = [82.875, 75.964, 71.565, 63.435, 45.0, 26.565, 18.435, 14.036, 7.125];
    for (ratio, degrees) in FAN.into_iter().zip(true_degrees) {
        assert_near(ratio.degrees(), degrees, 5e-4);
    }
    // The printed degrees are labels: their slopes are not those of the lines.
    assert_near(FAN_PRINTED_DEGREES[3].to_radians().tan(), 2.0278, 5e-5);

    let fan = Fan { pivot: 100.0, price_per_bar: 0.5 };
    let rising = fan.lines(Direction::Up, 20.0);
    let expected = [180.0, 140.0, 130.0, 120.0, 110.0, 105.0, 103.333_333, 102.5, 101.25];
    for (line, expected) in rising.into_iter().zip(expected) {
        assert_near(line, expected, 1e-6);
    }
    assert_eq!(fan.lines(Direction::Down, 20.0)[4], 90.0);
    let line = angles::line(100.0, 0.5, FAN[0], Direction::Up, 20.0).expect("numbers");
    assert_eq!(line, 180.0);
    let around = fan.around(112.0, 20.0);
    assert_near(around.slope, 1.2, 1e-12);
    assert_eq!((around.support, around.resistance), (110.0, 120.0));
    let beyond = fan.around(100.0 - 10.0 * 17.0, 20.0);
    assert_eq!((beyond.support, beyond.resistance), (100.0 - 320.0, 100.0 - 160.0));

    let swing = PricePerBar::Swing { range: 30.0, bars: 60.0 };
    let squaring = PricePerBar::Squaring { pivot: 100.0, bars: 200.0 };
    let atr = PricePerBar::AverageTrueRange { atr: 2.0, factor: 0.25 };
    for scale in [PricePerBar::Fixed(0.5), swing, squaring, atr, PricePerBar::Root { pivot: 0.25 }]
    {
        assert_eq!(scale.value(), Ok(0.5));
    }
    let parallel = angles::nearest_parallel(&fan, Direction::Up, 4.0, 20.0, 115.0);
    assert_eq!(parallel, Ok(114.0));
}

#[test]
fn boxes_retracements_and_squaring_are_the_published_ones() {
    let square = GannBox::new(0.0, 100.0, 100.0, 200.0).expect("a box");
    let ratio = FAN[3];
    assert_eq!((square.price_at(0.618), square.bar_at(0.25)), (161.8, 25.0));
    let lines = [Corner::Start, Corner::StartAcross, Corner::End, Corner::EndAcross]
        .map(|corner| square.corner_line(corner, ratio, 75.0));
    assert_eq!(lines, [250.0, 50.0, 150.0, 150.0]);

    // A range from 100 to 200.
    let from_high = |fraction| retracements::from_high(100.0, 200.0, fraction).expect("a range");
    assert_eq!([0.125, 0.25, 0.375].map(from_high), [187.5, 175.0, 162.5]);
    let above = |fraction| retracements::above_high(100.0, 200.0, fraction).expect("a range");
    assert_eq!([0.125, 0.25, 0.5].map(above), [212.5, 225.0, 250.0]);
    assert_eq!(retracements::from_low(100.0, 200.0, 0.25), Ok(125.0));
    assert_eq!(retracements::below_low(100.0, 200.0, 0.25), Ok(75.0));
    assert_eq!(retracements::of_price(200.0, 0.375), Ok(75.0));
    let ranks = retracements::FRACTIONS.map(|fraction| retracements::rank(fraction).unwrap_or(9));
    assert_eq!(ranks, [3, 2, 2, 3, 1, 3, 2, 2, 3, 1]);
    assert_eq!(retracements::rank(retracements::FIFTHS[0]), None);

    assert_eq!(squaring::bars_to_square(100.0, 1.0), Ok(100.0));
    assert_eq!(squaring::is_square(99.0, 100.0, 1.0, 1.0), Ok(true));
    assert_eq!(squaring::is_square(98.0, 100.0, 1.0, 1.0), Ok(false));
    assert_near(squaring::days_to_degrees(154.0).expect("a number"), 151.79, 5e-3);
}

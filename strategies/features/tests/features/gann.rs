//! Square of nine against published numbers.

use gannet_features::gann::SquareOfNine;
use proptest::prelude::*;

#[test]
fn square_of_nine_angles_and_levels_are_the_published_ones() {
    let angle = |price| SquareOfNine::new(45.0).nearest(price).expect("positive").degrees;
    for (price, degrees) in
        [(23_055.0, 105.9714), (2_305.0, 136.8748), (390.0, 89.7152), (25.0, 315.0), (16.0, 135.0)]
    {
        assert!((angle(price) - degrees).abs() < 1e-4, "{price}: {}", angle(price));
    }
    let nearest = SquareOfNine::new(45.0).nearest(31.0).expect("positive");
    // 25 + 90 degrees is (5 + 0.5)² = 30.25.
    assert!((nearest.level - 30.25).abs() < 1e-12);
    assert!((nearest.distance - 0.75).abs() < 1e-12);
    assert_eq!(SquareOfNine::new(90.0).nearest(f64::NAN), None);
    assert_eq!(SquareOfNine::new(90.0).nearest(0.0), None);
}

proptest! {
    #[test]
    fn the_nearest_level_is_within_half_a_step(price in 0.2..1e7_f64, step in 1.0..360.0_f64) {
        let nearest = SquareOfNine::new(step).nearest(price).expect("positive");
        let roots = (price.sqrt() - nearest.level.sqrt()).abs();
        prop_assert!(roots <= step / 360.0 + 1e-9);
    }
}

//! Harmonic patterns: ratios of the four legs X-A-B-C-D between the last five pivots.
//!
//! Bullish if D is a low. The windows around the ideal ratios are the common ones for Gartley,
//! bat, butterfly, crab, cypher and AB=CD; alternate bat and deep crab take 5 % around theirs.

use super::side_sign;
use super::swing::Pivot;

/// A ratio from the first number to the second, both included.
type Span = (f64, f64);

/// What the legs of a pattern must be.
pub(super) struct Windows {
    ab_to_xa: Span,
    bc_to_ab: Span,
    cd_to_bc: Span,
    ad_to_xa: Span,
}

pub(super) const GARTLEY: Windows = Windows {
    ab_to_xa: (0.55, 0.70),
    bc_to_ab: (0.382, 0.886),
    cd_to_bc: (1.13, 1.618),
    ad_to_xa: (0.74, 0.84),
};

pub(super) const BAT: Windows = Windows {
    ab_to_xa: (0.382, 0.50),
    bc_to_ab: (0.382, 0.886),
    cd_to_bc: (1.618, 2.618),
    ad_to_xa: (0.84, 0.93),
};

pub(super) const ALTERNATE_BAT: Windows = Windows {
    ab_to_xa: (0.35, 0.42),
    bc_to_ab: (0.382, 0.886),
    cd_to_bc: (2.0, 3.618),
    ad_to_xa: (1.10, 1.16),
};

pub(super) const BUTTERFLY: Windows = Windows {
    ab_to_xa: (0.74, 0.84),
    bc_to_ab: (0.382, 0.886),
    cd_to_bc: (1.618, 2.618),
    ad_to_xa: (1.27, 1.618),
};

pub(super) const CRAB: Windows = Windows {
    ab_to_xa: (0.382, 0.618),
    bc_to_ab: (0.382, 0.886),
    cd_to_bc: (2.24, 3.618),
    ad_to_xa: (1.55, 1.65),
};

pub(super) const DEEP_CRAB: Windows = Windows {
    ab_to_xa: (0.84, 0.93),
    bc_to_ab: (0.382, 0.886),
    cd_to_bc: (2.0, 3.618),
    ad_to_xa: (1.55, 1.65),
};

/// The shark with its points named X to D.
pub(super) const SHARK: Windows = Windows {
    ab_to_xa: (0.382, 0.618),
    bc_to_ab: (1.13, 1.618),
    cd_to_bc: (1.618, 2.24),
    ad_to_xa: (0.886, 1.13),
};

/// The shark with its points shifted by one, 0-X-A-B-C.
pub(super) const SHARK_SHIFTED: Windows = Windows {
    ab_to_xa: (1.13, 1.618),
    bc_to_ab: (1.618, 2.24),
    cd_to_bc: (0.382, 0.886),
    ad_to_xa: (0.886, 1.13),
};

/// Returns whether the legs are within a pattern's windows. A leg of no length is within none.
pub(super) fn xabcd(pivots: &[Pivot; 5], windows: &Windows) -> i32 {
    let [d, c, b, a, x] = pivots;
    let xa = leg(x, a);
    let ab = leg(a, b);
    let bc = leg(b, c);
    let found = within(ab / xa, windows.ab_to_xa)
        && within(bc / ab, windows.bc_to_ab)
        && within(leg(c, d) / bc, windows.cd_to_bc)
        && within(leg(a, d) / xa, windows.ad_to_xa);
    if found { -side_sign(d.side) } else { 0 }
}

/// Cypher: C beyond A, D measured on the leg from X to C.
pub(super) fn cypher(pivots: &[Pivot; 5]) -> i32 {
    let [d, c, b, a, x] = pivots;
    let xa = leg(x, a);
    let xc = leg(x, c);
    let found = within(leg(a, b) / xa, (0.382, 0.618))
        && within(xc / xa, (1.272, 1.414))
        && within(leg(c, d) / xc, (0.74, 0.83));
    if found { -side_sign(d.side) } else { 0 }
}

/// AB=CD: two legs of one length but for a tenth.
pub(super) fn abcd(pivots: &[Pivot; 4]) -> i32 {
    let [d, c, b, a] = pivots;
    let ab = leg(a, b);
    let bc = leg(b, c);
    let cd = leg(c, d);
    let found = within(bc / ab, (0.382, 0.886))
        && within(cd / bc, (1.13, 2.618))
        && (ab - cd).abs() <= 0.10 * ab.max(cd);
    if found { -side_sign(d.side) } else { 0 }
}

fn leg(from: &Pivot, to: &Pivot) -> f64 {
    (to.price - from.price).abs()
}

fn within(ratio: f64, (low, high): Span) -> bool {
    ratio >= low && ratio <= high
}

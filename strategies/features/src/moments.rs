//! Means, variances and covariances of the last samples of one or two series.
//!
//! Sums of squares of prices cancel almost entirely when the square of the mean is taken away:
//! on a price of 65 000 that moves by 1 nine digits of sixteen are lost. So the sums are those of
//! differences from an anchor, the mean of an earlier window, and a pass over the window moves the
//! anchor and counts afresh every 32 windows, and whenever the window has moved so far that
//! cancellation begins again. O(1) amortised, O(period) at worst.

use crate::window::Window;

/// After how many windows the sums are counted afresh: a 32nd of a step each.
const TURNS: usize = 32;

/// The part of the mean square below which a variance has lost too many digits.
const CANCELLED: f64 = 1e-6;

/// The part of the mean square below which a variance is rounding noise even after a fresh count.
const NOISE: f64 = 1e-12;

/// A square that left and is that much larger than the sum took digits with it.
const ECLIPSED: f64 = 1e6;

/// The mean and the variance of the last samples.
#[derive(Clone, Debug)]
pub struct Moments {
    window: Window,
    sums: Anchored,
    /// Of each sample in the means.
    weight: f64,
    until_fresh: usize,
}

/// Sums of differences from an anchor, and of their squares.
#[derive(Clone, Copy, Debug, Default)]
struct Anchored {
    anchor: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    /// Builds them over `period` samples.
    ///
    /// # Panics
    /// If the period is zero.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self {
            window: Window::new(period),
            sums: Anchored::default(),
            weight: 1.0 / period as f64,
            until_fresh: 0,
        }
    }

    /// Takes a sample and returns mean and variance (of the population) when the window is full.
    ///
    /// Hot: no reference to itself leaves the inlined part, so that a loop keeps it in registers.
    #[expect(clippy::inline_always, reason = "a call would keep the sums in memory")]
    #[inline(always)]
    pub fn push(&mut self, sample: f64) -> Option<(f64, f64)> {
        let left = self.window.push(sample);
        if !self.window.is_full() {
            return None;
        }
        let weight = self.weight;
        // While the window fills nothing is counted; the first full one is counted afresh.
        if let Some(left) = left {
            let (came, left) = (sample - self.sums.anchor, left - self.sums.anchor);
            self.sums.sum += came - left;
            self.sums.squares += came * came - left * left;
            self.until_fresh -= 1;
            let (mean, square, variance) = self.sums.moments(weight);
            let worn = (variance < CANCELLED * square)
                | (left * left > ECLIPSED * self.sums.squares)
                | (self.until_fresh == 0);
            if !worn {
                return Some((mean, variance));
            }
        }
        self.until_fresh = TURNS * self.window.capacity();
        self.sums = Anchored::count(self.window.in_any_order(), weight);
        let (mean, square, variance) = self.sums.moments(weight);
        Some((mean, if variance < NOISE * square { 0.0 } else { variance }))
    }

    /// Returns how many samples there can be.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.window.capacity()
    }

    /// Forgets every sample.
    pub fn clear(&mut self) {
        self.window.clear();
    }
}

impl Anchored {
    /// Counts a whole window, whose mean becomes the anchor.
    #[cold]
    #[inline(never)]
    fn count(samples: &[f64], weight: f64) -> Self {
        let anchor = samples.iter().sum::<f64>() * weight;
        let (sum, squares) = samples.iter().fold((0.0, 0.0), |(sum, squares), sample| {
            let difference = sample - anchor;
            (sum + difference, squares + difference * difference)
        });
        Self { anchor, sum, squares }
    }

    /// Returns the mean, the mean square of the differences, and the variance.
    #[inline]
    fn moments(&self, weight: f64) -> (f64, f64, f64) {
        let (mean, square) = (self.sum * weight, self.squares * weight);
        (self.anchor + mean, square, square - mean * mean)
    }
}

/// Sums of products of the differences from the means of two series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Products {
    /// Of the first series with itself.
    pub xx: f64,
    /// Of the first with the second.
    pub xy: f64,
    /// Of the second with itself.
    pub yy: f64,
}

impl Products {
    /// Returns Pearson's correlation, 0 where one series has not moved.
    #[inline]
    #[must_use]
    pub fn correlation(&self) -> f64 {
        let product = self.xx * self.yy;
        if product > 0.0 { self.xy / product.sqrt() } else { 0.0 }
    }

    /// Returns the slope of the second series over the first, 0 where that has not moved.
    #[inline]
    #[must_use]
    pub fn slope(&self) -> f64 {
        if self.xx > 0.0 { self.xy / self.xx } else { 0.0 }
    }
}

/// How the last samples of two series vary together.
#[derive(Clone, Debug)]
pub struct PairMoments {
    x: Window,
    y: Window,
    period: f64,
    anchor: (f64, f64),
    sums: Sums,
    until_fresh: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Sums {
    #[inline]
    fn add(&mut self, x: f64, y: f64) {
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }

    #[inline]
    fn take(&mut self, x: f64, y: f64) {
        self.x -= x;
        self.y -= y;
        self.xx -= x * x;
        self.xy -= x * y;
        self.yy -= y * y;
    }

    #[inline]
    fn products(&self, period: f64) -> Products {
        Products {
            xx: self.xx - self.x * self.x / period,
            xy: self.xy - self.x * self.y / period,
            yy: self.yy - self.y * self.y / period,
        }
    }
}

impl PairMoments {
    /// Builds them over `period` pairs.
    ///
    /// # Panics
    /// If the period is zero.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self {
            x: Window::new(period),
            y: Window::new(period),
            period: period as f64,
            anchor: (0.0, 0.0),
            sums: Sums::default(),
            until_fresh: 0,
        }
    }

    /// Takes a pair and returns the sums of products when the window is full.
    #[inline]
    pub fn push(&mut self, x: f64, y: f64) -> Option<Products> {
        let left = self.x.push(x).zip(self.y.push(y));
        if !self.x.is_full() {
            return None;
        }
        let Some(left) = left else { return Some(self.count_afresh()) };
        let left = (left.0 - self.anchor.0, left.1 - self.anchor.1);
        self.sums.take(left.0, left.1);
        self.sums.add(x - self.anchor.0, y - self.anchor.1);
        self.until_fresh -= 1;
        let products = self.sums.products(self.period);
        let worn = products.xx < CANCELLED * self.sums.xx
            || products.yy < CANCELLED * self.sums.yy
            || left.0 * left.0 > ECLIPSED * self.sums.xx
            || left.1 * left.1 > ECLIPSED * self.sums.yy;
        if worn || self.until_fresh == 0 {
            return Some(self.count_afresh());
        }
        Some(products)
    }

    #[cold]
    fn count_afresh(&mut self) -> Products {
        let period = self.period;
        self.until_fresh = TURNS * self.x.capacity();
        self.anchor = (self.x.iter().sum::<f64>() / period, self.y.iter().sum::<f64>() / period);
        self.sums = Sums::default();
        for (x, y) in self.x.iter().zip(self.y.iter()) {
            self.sums.add(x - self.anchor.0, y - self.anchor.1);
        }
        let mut products = self.sums.products(period);
        if products.xx <= NOISE * self.sums.xx {
            products.xx = 0.0;
        }
        if products.yy <= NOISE * self.sums.yy {
            products.yy = 0.0;
        }
        products
    }

    /// Returns how many pairs there can be.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.x.capacity()
    }

    /// Forgets every pair.
    pub fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Prices in steps of 2⁻¹⁰ around 2¹⁶, where the two-pass form below is exact enough.
        #[test]
        fn moments_equal_a_pass_over_the_window(
            steps in prop::collection::vec((0..3000_i32, 0..3000_i32), 1..600),
            period in 1..40_usize,
        ) {
            let mut moments = Moments::new(period);
            let mut pairs = PairMoments::new(period);
            let at = |step: i32| 65_536.0 + f64::from(step) / 1024.0;
            for end in 1..=steps.len() {
                let (x, y) = steps[end - 1];
                let found = (moments.push(at(x)), pairs.push(at(x), at(y)));
                let (Some((mean, variance)), Some(products)) = found else {
                    prop_assert!(end < period);
                    continue;
                };
                let last = &steps[end - period..end];
                let n = period as f64;
                let (mx, my) = last.iter().fold((0.0, 0.0), |(sx, sy), &(x, y)| {
                    (sx + at(x) / n, sy + at(y) / n)
                });
                let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
                    last.iter().map(|&(x, y)| of(at(x) - mx, at(y) - my)).sum()
                };
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-11 * (1.0 + b.abs()) * n;
                prop_assert!(close(mean, mx));
                prop_assert!(close(variance * n, sum(&|x, _| x * x)), "{variance}");
                prop_assert!(close(products.xx, sum(&|x, _| x * x)));
                prop_assert!(close(products.xy, sum(&|x, y| x * y)));
                prop_assert!(close(products.yy, sum(&|_, y| y * y)));
                prop_assert!(products.correlation().abs() <= 1.0 + 1e-9);
            }
        }
    }

    #[test]
    fn what_does_not_move_has_no_variance() {
        let mut moments = Moments::new(7);
        for _ in 0..100 {
            let Some((_, variance)) = moments.push(0.1) else { continue };
            assert_eq!(variance, 0.0);
        }
        assert!(moments.push(0.2).is_some_and(|(_, variance)| variance > 0.0));
    }
}

//! Filters with windows of finite length: Hann, Hamming, triangle.

use std::f64::consts::TAU;

use super::past::Past;
use super::school::*;
use crate::prelude::*;

/// Hann's weights 1 − cos(2πk / (length + 1)), k = 1 … length.
pub(super) fn hann(length: usize) -> Box<[f64]> {
    let angle = TAU / (length as f64 + 1.0);
    (1..=length).map(|k| 1.0 - (angle * k as f64).cos()).collect()
}

/// The mean of the last samples with weights that fade at both ends. O(length).
#[derive(Clone, Debug)]
pub(super) struct Weighted {
    weights: Box<[f64]>,
    past: Past,
}

impl Weighted {
    /// Normalises the weights.
    pub(super) fn new(mut weights: Box<[f64]>) -> Self {
        let sum: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }
        let past = Past::new(weights.len());
        Self { weights, past }
    }

    #[inline]
    pub(super) fn next(&mut self, sample: f64, before: f64) -> f64 {
        self.past.push(sample, before);
        self.weights.iter().zip(self.past.newest_first()).map(|(weight, x)| weight * x).sum()
    }

    pub(super) fn reset(&mut self) {
        self.past.reset();
    }
}

/// The shapes of windows; all are symmetric.
const SHAPES: &[&str] = &["hann", "hamming", "triangle"];
/// The first angle of the Hamming window, degrees.
const PEDESTAL: f64 = 10.0;

/// The mean of the last samples with weights that fade towards both ends. O(length).
#[derive(Clone, Debug)]
pub struct WindowedAverage {
    inner: Weighted,
}

const SPAN: Parameter = Parameter { high: 10_000.0, ..LENGTH_2 };

impl WindowedAverage {
    /// Builds one with Hann's weights.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn hann(length: usize) -> Self {
        Self { inner: Weighted::new(hann(SPAN.require_whole(length))) }
    }

    /// Builds one with sines from 10 to 170 degrees, which is what the article calls Hamming's.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn hamming(length: usize) -> Self {
        let length = SPAN.require_whole(length);
        let step = (180.0 - 2.0 * PEDESTAL) / (length as f64 - 1.0);
        let weight = |k: usize| (PEDESTAL + step * k as f64).to_radians().sin();
        Self { inner: Weighted::new((0..length).map(weight).collect()) }
    }

    /// Builds one with the weights of a triangle.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn triangle(length: usize) -> Self {
        let length = SPAN.require_whole(length);
        let weight = |k: usize| k.min(length + 1 - k) as f64;
        Self { inner: Weighted::new((1..=length).map(weight).collect()) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.inner.next(price, price)
    }

    fn clear(&mut self) {
        self.inner.reset();
    }
}

impl Catalogued for WindowedAverage {
    const ENTRY: Entry = on_close(
        "windowed",
        "Windowed average",
        &[SPAN, Parameter::choice("window", SHAPES)],
        article("Windowing", 2021, "TASC, September"),
    );

    fn build(arguments: &Arguments) -> Self {
        let length = arguments.whole(0);
        match arguments.whole(1) {
            0 => Self::hann(length),
            1 => Self::hamming(length),
            _ => Self::triangle(length),
        }
    }
}

at_once!(WindowedAverage: f64 => f64);

/// Rises less falls as a share of both, weighted by Hann's window; −1 to 1. O(length).
#[derive(Clone, Debug)]
pub struct HannRsi {
    last: Option<f64>,
    weights: Box<[f64]>,
    changes: Past,
    value: f64,
}

impl HannRsi {
    /// Builds one over `length` steps.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = SPAN.require_whole(length);
        Self { last: None, weights: hann(length), changes: Past::new(length), value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let change = price - self.last.replace(price).unwrap_or(price);
        self.changes.push(change, 0.0);
        let (mut net, mut total) = (0.0, 0.0);
        for (weight, change) in self.weights.iter().zip(self.changes.newest_first()) {
            net += weight * change;
            total += weight * change.abs();
        }
        if let Some(share) = ratio(net, total) {
            self.value = share;
        }
        self.value
    }

    fn clear(&mut self) {
        self.last = None;
        self.changes.reset();
        self.value = 0.0;
    }
}

impl Catalogued for HannRsi {
    const ENTRY: Entry = on_close(
        "rsih",
        "RSI with Hann windowing",
        &[SPAN.or(14.0)],
        article("(Yet Another) Improved RSI", 2022, "TASC, January"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(HannRsi: f64 => f64);

//! Automatic gain control: fast attack, slow decay (Ehlers, "Cycle Analytics", ch. 5).

/// How much of the peak remains after a sample: 1.5 dB over the cycles of 10 to 48 samples.
const DECAY: f64 = 0.991;

/// Scales a signal by its decaying peak, to −1 to 1; 0 while there was no signal.
#[derive(Clone, Debug, Default)]
pub(super) struct GainControl {
    peak: f64,
}

impl GainControl {
    #[inline]
    pub(super) fn next(&mut self, signal: f64) -> f64 {
        self.peak = (DECAY * self.peak).max(signal.abs());
        if self.peak > 0.0 { signal / self.peak } else { 0.0 }
    }

    pub(super) fn reset(&mut self) {
        self.peak = 0.0;
    }
}

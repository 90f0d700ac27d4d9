//! RocketRSI.

use super::past::Past;
use super::relative_strength::Moves;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The Fisher transform of a [`MyRsi`](super::MyRsi) of a smoothed momentum: beyond ±2 a turn is
/// near.
#[derive(Clone, Debug)]
pub struct RocketRsi {
    past: Past,
    smoother: TwoPole,
    moves: Moves,
    strength: f64,
}

const RSI: Parameter = Parameter::samples("rsi", 2, 10);
const SMOOTH: Parameter = named("smooth", PERIOD, 8.0);
/// Beyond this the transform is cut off, at ±3.8.
const LIMIT: f64 = 0.999;

impl RocketRsi {
    /// Builds one with the length of the RSI, half a cycle, and the period of the smoother.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(rsi: usize, smooth: f64, constants: Constants) -> Self {
        let rsi = RSI.require_whole(rsi);
        Self {
            past: Past::new(rsi - 1),
            smoother: TwoPole::super_smoother(SMOOTH.require(smooth), constants),
            moves: Moves::new(rsi),
            strength: 0.0,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let momentum = price - self.past.push(price, price);
        let [rises, falls] = self.moves.next(self.smoother.next(momentum));
        if let Some(share) = ratio(rises - falls, rises + falls) {
            self.strength = share.clamp(-LIMIT, LIMIT);
        }
        fisher(self.strength)
    }

    fn clear(&mut self) {
        self.past.reset();
        self.smoother.reset();
        self.moves.reset();
        self.strength = 0.0;
    }
}

impl Catalogued for RocketRsi {
    const ENTRY: Entry = on_close(
        "rocket_rsi",
        "RocketRSI",
        &[RSI, SMOOTH, CONSTANTS],
        article("RocketRSI", 2018, "TASC, May"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.whole(0), arguments.number(1), constants)
    }
}

at_once!(RocketRsi: f64 => f64);

//! Microstructure: what quotes, books and trades say before the next bar does.
//!
//! A quote or book with one side missing or crossed changes nothing and gives no value, like every
//! sample that is not valid.

mod depth;
mod imbalance;
mod intensity;
mod kyle;
mod micro_price;
mod order_flow;
mod spread;
mod vpin;

pub use depth::{BookDepth, DepthLines};
pub use imbalance::{BookImbalance, QueueImbalance, TradeImbalance};
pub use intensity::{IntensityLines, TradeIntensity};
pub use kyle::KyleLambda;
pub use micro_price::MicroPrice;
pub use order_flow::{OrderFlow, OrderFlowLines};
pub use spread::{Spread, SpreadLines};
pub use vpin::Vpin;

use crate::catalog::Listing;
use crate::prelude::*;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[
    Listing::on_market::<BookDepth>(),
    Listing::on_market::<BookImbalance>(),
    Listing::on_market::<KyleLambda>(),
    Listing::on_market::<MicroPrice>(),
    Listing::on_market::<OrderFlow>(),
    Listing::on_market::<QueueImbalance>(),
    Listing::on_market::<Spread>(),
    Listing::on_market::<TradeImbalance>(),
    Listing::on_market::<TradeIntensity>(),
    Listing::on_market::<Vpin>(),
];

/// How many events count.
const PERIOD: Parameter = Parameter::samples("period", 1, 100);

const fn micro(
    name: &'static str,
    title: &'static str,
    parameters: &'static [Parameter],
    source: Source,
) -> Entry {
    let (school, price) = (School::Microstructure, AppliedPrice::Close);
    Entry { name, title, school, parameters, price, source }
}

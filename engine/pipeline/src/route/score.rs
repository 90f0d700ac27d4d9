//! What a gateway costs, in one integer: fees, time and refusals as billionths of the traded amount.

use gannet_types::Nanos;

use super::breaker::BreakerLimits;
use super::health::Known;

/// How gateways are compared, and when one is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutingConfig {
    /// What a millisecond between an order and its answer is worth, in billionths of the traded
    /// amount.
    pub latency_ppb_per_ms: u32,
    /// What a percent of refused orders is worth, in the same.
    pub refusal_ppb_per_percent: u32,
    /// How long what was measured counts; zero for ever.
    pub measure_age_max: Nanos,
    /// When a gateway gets no new orders for a while.
    pub breaker: BreakerLimits,
}

impl RoutingConfig {
    /// Only fees and the order of the list count, and no breaker opens.
    pub const PLAIN: Self = Self {
        latency_ppb_per_ms: 0,
        refusal_ppb_per_percent: 0,
        measure_age_max: Nanos::ZERO,
        breaker: BreakerLimits::OFF,
    };
}

/// What a broker charges, in millionths of the traded amount; negative is a rebate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewayFees {
    /// For orders that rest.
    pub maker_ppm: i32,
    /// For orders that trade at once.
    pub taker_ppm: i32,
}

const NANOS_PER_MILLI: u64 = 1_000_000;

/// A percent in millionths.
const PERCENT_PPM: i64 = 10_000;

/// Returns the cost of an order in billionths of the traded amount, rounded down. Nothing known costs
/// nothing: one order goes to find out. While that one is out the gateway comes after every other.
pub(super) fn cost_ppb(
    config: &RoutingConfig,
    fees: GatewayFees,
    takes: bool,
    known: Known,
) -> i64 {
    let fee_ppm = if takes { fees.taker_ppm } else { fees.maker_ppm };
    let fee = i64::from(fee_ppm) * 1_000;
    match known {
        Known::Nothing => fee,
        Known::Soon => i64::MAX,
        Known::Measured { latency, refused_ppm } => {
            // At most a minute and a million: both products fit by far.
            let time = u128::from(latency.0) * u128::from(config.latency_ppb_per_ms)
                / u128::from(NANOS_PER_MILLI);
            let refusals = refused_ppm * i64::from(config.refusal_ppb_per_percent) / PERCENT_PPM;
            fee.saturating_add(i64::try_from(time).unwrap_or(i64::MAX)).saturating_add(refusals)
        }
    }
}

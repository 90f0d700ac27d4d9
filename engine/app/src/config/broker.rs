//! `[broker]`, checked: how the simulated exchange behaves. Everything beyond latency and two fees
//! is off by default.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::Currencies;
use gannet_sim::{
    Bracket, ExchangeConfig, Exponent, FeeSchedule, Fees, Funding, Latency, Margin, Outage,
    QueueModel,
};
use gannet_types::{Money, Nanos};

use super::observed;
use super::raw::RawBroker;
use super::risk::limit;

/// The simulated broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerConfig {
    /// How its exchange behaves.
    pub exchange: ExchangeConfig,
    /// From the venue to the strategy, in a backtest: a recording has the way to its recorder.
    pub latency_feed: Latency,
}

/// The longest way of a message, in microseconds: a minute.
const LATENCY_US_MAX: u64 = 60_000_000;

/// Fees are part of what is traded, in millionths.
const FEE_PPM_MAX: i64 = 1_000_000;

/// Most tiers of fees, and most outages.
const TIERS_MAX: usize = 64;
const OUTAGES_MAX: usize = 1_024;

/// Most brackets of maintenance margin.
const BRACKETS_MAX: usize = 64;

/// The latest outage, in seconds: ten years.
const OUTAGE_S_MAX: u64 = 315_360_000;

/// Funding in millionths of a position's value: a tenth.
const FUNDING_PPM_MAX: i64 = 100_000;

/// What others withdraw, in percent of what we take.
const WITHDRAWAL_PERCENT_MAX: u32 = 10_000;

pub(super) fn broker(
    raw: &RawBroker,
    currencies: &Currencies,
    instruments: usize,
) -> anyhow::Result<BrokerConfig> {
    let micros = |count: u64, key: &str| {
        ensure!(count <= LATENCY_US_MAX, "broker.{key} must be 0 to {LATENCY_US_MAX}");
        Ok(Nanos(count * 1_000))
    };
    let jitter = micros(raw.latency_jitter_us, "latency_jitter_us")?;
    let even = |base: Nanos| Latency::Even { base, jitter };
    let latency_feed = Latency::constant(micros(raw.latency_feed_us, "latency_feed_us")?);
    let mut latency_in = even(micros(raw.latency_in_us, "latency_in_us")?);
    let mut latency_out = even(micros(raw.latency_out_us, "latency_out_us")?);
    if !raw.latency_observed.is_empty() {
        let observed = observed::load(&raw.latency_observed);
        (latency_in, latency_out) = observed
            .with_context(|| format!("broker.latency_observed: `{}`", raw.latency_observed))?;
    }
    ensure!(raw.reject_ppm <= 1_000_000, "broker.reject_ppm must be 0 to 1000000");
    ensure!(
        raw.withdrawal_percent <= WITHDRAWAL_PERCENT_MAX,
        "broker.withdrawal_percent must be 0 to {WITHDRAWAL_PERCENT_MAX}"
    );
    let exchange = ExchangeConfig {
        latency_in,
        latency_out,
        fees: fees(raw)?,
        queue: queue(raw)?,
        reject_ppm: raw.reject_ppm,
        outages: outages(raw)?,
        funding: funding(raw)?,
        margin: margin(raw)?,
        rates: (0..instruments).map(|it| currencies.rate_of(it)).collect(),
        withdrawal_percent: raw.withdrawal_percent,
        seed: raw.seed,
    };
    Ok(BrokerConfig { exchange, latency_feed })
}

fn fees(raw: &RawBroker) -> anyhow::Result<FeeSchedule> {
    let rates = |maker_ppm: i64, taker_ppm: i64, keys: &str| {
        let fits = |ppm: i64| (-FEE_PPM_MAX..=FEE_PPM_MAX).contains(&ppm);
        ensure!(
            fits(maker_ppm) && fits(taker_ppm),
            "broker.{keys} must be -{FEE_PPM_MAX} to {FEE_PPM_MAX}"
        );
        Ok(Fees { maker_ppm, taker_ppm })
    };
    let first = rates(raw.maker_fee_ppm, raw.taker_fee_ppm, "maker_fee_ppm and taker_fee_ppm")?;
    ensure!(raw.fee_tiers.len() <= TIERS_MAX, "broker.fee_tiers: {TIERS_MAX} at most");
    let mut tiers = Vec::new();
    for tier in &raw.fee_tiers {
        let zero = tier.volume.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        ensure!(!zero, "broker.fee_tiers: a volume must be positive");
        let volume = limit(&tier.volume, "broker.fee_tiers, volume")?;
        ensure!(
            tiers.iter().all(|(other, _)| *other != volume),
            "broker.fee_tiers: volume {} is there twice",
            tier.volume
        );
        tiers.push((volume, rates(tier.maker_fee_ppm, tier.taker_fee_ppm, "fee_tiers, fees")?));
    }
    Ok(FeeSchedule::new(first, tiers))
}

fn queue(raw: &RawBroker) -> anyhow::Result<QueueModel> {
    let exponent =
        Exponent::new(raw.queue_exponent).context("broker.queue_exponent must be 1 to 8")?;
    Ok(match raw.queue.as_str() {
        "behind" => QueueModel::Behind,
        "proportional" => QueueModel::PROPORTIONAL,
        "square" => QueueModel::SQUARE,
        "power" => QueueModel::Power(exponent),
        "power2" => QueueModel::PowerOfWhole(exponent),
        "power3" => QueueModel::PowerOfAhead(exponent),
        "log" => QueueModel::Log,
        "log2" => QueueModel::LogOfWhole,
        other => bail!(
            "broker.queue: `{other}` is not `behind`, `proportional`, `square`, `power`, \
             `power2`, `power3`, `log` or `log2`"
        ),
    })
}

fn outages(raw: &RawBroker) -> anyhow::Result<Vec<Outage>> {
    ensure!(raw.outages.len() <= OUTAGES_MAX, "broker.outages: {OUTAGES_MAX} at most");
    let mut outages = Vec::new();
    for outage in &raw.outages {
        ensure!(
            outage.after_s <= OUTAGE_S_MAX,
            "broker.outages: after_s must be 0 to {OUTAGE_S_MAX}"
        );
        ensure!(
            (1..=86_400).contains(&outage.length_s),
            "broker.outages: length_s must be 1 to 86400"
        );
        let seconds = |count: u64| Nanos(count * Nanos::SECOND.0);
        outages.push(Outage { after: seconds(outage.after_s), length: seconds(outage.length_s) });
    }
    Ok(outages)
}

fn funding(raw: &RawBroker) -> anyhow::Result<Option<Funding>> {
    let rate_ppm = raw.funding_ppm;
    ensure!(
        (-FUNDING_PPM_MAX..=FUNDING_PPM_MAX).contains(&rate_ppm),
        "broker.funding_ppm must be -{FUNDING_PPM_MAX} to {FUNDING_PPM_MAX}"
    );
    let seconds = raw.funding_interval_s;
    ensure!((60..=604_800).contains(&seconds), "broker.funding_interval_s must be 60 to 604800");
    let interval = Nanos(seconds * Nanos::SECOND.0);
    Ok((rate_ppm != 0).then_some(Funding { rate_ppm, interval }))
}

fn margin(raw: &RawBroker) -> anyhow::Result<Option<Margin>> {
    // A limit of zero is none; here it is nothing.
    let amount = |text: &str, key: &str| {
        let limit = limit(text, key)?;
        anyhow::Ok(if limit == Money::MAX { Money::ZERO } else { limit })
    };
    let collateral = amount(&raw.collateral, "broker.collateral")?;
    let brackets = &raw.margin_brackets;
    ensure!(brackets.len() <= BRACKETS_MAX, "broker.margin_brackets: {BRACKETS_MAX} at most");
    let mut checked = Vec::new();
    for bracket in brackets {
        let rate_ppm = bracket.maintenance_ppm;
        ensure!(
            (1..=1_000_000).contains(&rate_ppm),
            "broker.margin_brackets: maintenance_ppm must be 1 to 1000000"
        );
        let from = amount(&bracket.from, "broker.margin_brackets, from")?;
        checked.push(Bracket { from, rate_ppm });
    }
    let margin = Margin::new(collateral, checked).context(
        "broker.margin_brackets: one must begin at `from = \"0\"`, and no two at the same value",
    )?;
    Ok((collateral > Money::ZERO).then_some(margin))
}

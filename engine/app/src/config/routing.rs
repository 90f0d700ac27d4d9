//! `[routing]`, checked: which gateways an account's orders may take, and how one is chosen.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::{
    BREAKER_WINDOW_MAX, BreakerLimits, GatewayFees, GatewayList, PositionsTold, RoutingConfig,
};
use gannet_types::{GatewayId, Nanos};

use super::gateways::MAIN;
use super::raw::{RawConfig, RawGateway, RawRouting};

/// Fees are part of what is traded, in millionths.
const FEE_PPM_MAX: i32 = 1_000_000;

/// A day.
const MILLIS_MAX: u64 = 86_400_000;

/// A gateway's name, for how many accounts its broker has names if for any, and whether its fills
/// are simulated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    pub(super) name: &'a str,
    pub(super) accounts: usize,
    pub(super) simulated: bool,
}

pub(super) fn routing(raw: &RawRouting) -> anyhow::Result<RoutingConfig> {
    let millis = |count: u64, least: u64, key: &str| {
        let fits = (least..=MILLIS_MAX).contains(&count);
        ensure!(fits, "routing.{key} must be {least} to {MILLIS_MAX}");
        Ok(Nanos::from_millis(count))
    };
    ensure!(
        raw.breaker_failures_in_window <= BREAKER_WINDOW_MAX,
        "routing.breaker_failures_in_window must be 0 to {BREAKER_WINDOW_MAX}"
    );
    Ok(RoutingConfig {
        latency_ppb_per_ms: raw.latency_ppb_per_ms,
        refusal_ppb_per_percent: raw.refusal_ppb_per_percent,
        measure_age_max: millis(raw.measure_age_max_ms, 0, "measure_age_max_ms")?,
        breaker: BreakerLimits {
            in_a_row: raw.breaker_failures_in_a_row,
            in_window: raw.breaker_failures_in_window,
            window: millis(raw.breaker_window_ms, 1, "breaker_window_ms")?,
            open: millis(raw.breaker_open_ms, 1, "breaker_open_ms")?,
        },
    })
}

/// What the brokers of an account on several gateways tell of its positions.
pub(super) fn positions(text: &str) -> anyhow::Result<PositionsTold> {
    Ok(match text {
        "parts" => PositionsTold::InParts,
        "shared" => PositionsTold::Everywhere,
        "none" => PositionsTold::Nowhere,
        other => bail!("`{other}` is not `parts`, `shared` or `none`"),
    })
}

/// What a broker charges, as its gateway's section says.
pub(super) fn fees(raw: &RawGateway) -> anyhow::Result<GatewayFees> {
    let fits = |ppm: i32| (-FEE_PPM_MAX..=FEE_PPM_MAX).contains(&ppm);
    ensure!(
        fits(raw.maker_fee_ppm) && fits(raw.taker_fee_ppm),
        "gateway.maker_fee_ppm and taker_fee_ppm must be -{FEE_PPM_MAX} to {FEE_PPM_MAX}"
    );
    Ok(GatewayFees { maker_ppm: raw.maker_fee_ppm, taker_ppm: raw.taker_fee_ppm })
}

/// The gateways of the configuration as far as routes depend on them.
pub(super) fn ways<'a>(raw: &'a RawConfig) -> Vec<Way<'a>> {
    let main =
        Way { name: MAIN, accounts: raw.dialect.accounts.len(), simulated: raw.gateway.simulated };
    let further = raw.gateways.iter().map(|entry| Way {
        name: &entry.name,
        accounts: entry.own_dialect.accounts.len(),
        simulated: entry.session.simulated,
    });
    std::iter::once(main).chain(further).collect()
}

/// Finds the gateways of the account at `place` by their names. Their brokers must have a name for it
/// if they have any, and what is simulated never nets with what is not.
pub(super) fn list(
    names: &[String],
    ways: &[Way<'_>],
    place: usize,
) -> anyhow::Result<GatewayList> {
    let mut ids = Vec::new();
    let mut simulated = None;
    for name in names {
        let index = ways.iter().position(|way| way.name == name);
        let index =
            index.with_context(|| format!("`{name}` is neither `{MAIN}` nor of [[gateways]]"))?;
        let way = ways[index];
        ensure!(
            way.accounts == 0 || place < way.accounts,
            "the `accounts` of the dialect of `{name}` are {}, and this is account number {place}",
            way.accounts
        );
        ensure!(
            *simulated.get_or_insert(way.simulated) == way.simulated,
            "`{name}` and those before it are not both simulated, or both real"
        );
        ids.push(GatewayId(u8::try_from(index).context("too many gateways")?));
    }
    GatewayList::new(&ids).context("it names no gateway, or one of them twice")
}

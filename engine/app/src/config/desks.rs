//! Who trades for whom: `[[account]]` and `[[strategies]]`.
//!
//! Without any, `[strategy]` trades behind `[gate]` for one account with the limits of `[risk]`. An entry
//! says what is different: of an account its limits, of a strategy the keys of `[strategy]` and the gate's.
//!
//! Behind the strategies each account has a desk for what people order themselves.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::config::{ACCOUNTS_MAX, STRATEGIES_MAX};
use gannet_pipeline::{AccountConfig, StrategyConfig};
use gannet_types::{AccountId, GatewayId, StrategyId};

use super::checked::gate_mode;
use super::keys::lay_over;
use super::raw::{RawAccount, RawConfig, RawGate, RawRisk};
use super::routing::{self, Way};
use super::strategies::raw::RawStrategy;

/// What the account is called if nobody names one.
const DEFAULT: &str = "main";

/// What the desk for people's orders is called.
const MANUAL: &str = "manual";

/// Longest name of an account or a strategy.
const NAME_MAX: usize = 32;

/// Accounts and strategies, with what was written about how each strategy trades.
pub(super) struct Desks {
    pub(super) accounts: Vec<AccountConfig>,
    pub(super) strategies: Vec<StrategyConfig>,
    pub(super) written: Vec<(StrategyId, RawStrategy)>,
}

/// Checks and converts what was written.
pub(super) fn desks(raw: &RawConfig) -> anyhow::Result<Desks> {
    let accounts = accounts(raw, &routing::ways(raw))?;
    let mut desks = Desks { accounts, strategies: Vec::new(), written: Vec::new() };
    if raw.strategies.is_empty() {
        let name = raw.strategy.name.as_str();
        let only = strategy(&raw.gate, name, AccountId(0), false).context("strategy.name")?;
        let limits = super::risk::strategy(&raw.strategy.limits)?;
        desks.strategies.push(StrategyConfig { limits, ..only });
        desks.written.push((StrategyId(0), raw.strategy.clone()));
    }
    ensure!(
        raw.strategies.len() <= STRATEGIES_MAX,
        "strategies: at most {STRATEGIES_MAX} [[strategies]]"
    );
    for (id, written) in (0..).map(StrategyId).zip(&raw.strategies) {
        let place = || format!("[[strategies]] number {}", usize::from(id.0) + 1);
        desks.add(id, written.clone(), raw).with_context(place)?;
    }
    desks.add_manual(&raw.gate)?;
    Ok(desks)
}

impl Desks {
    /// Takes one of `[[strategies]]`.
    fn add(
        &mut self,
        id: StrategyId,
        mut keys: toml::Table,
        raw: &RawConfig,
    ) -> anyhow::Result<()> {
        let name = take_text(&mut keys, "id")?.context("id is missing: what people call it")?;
        let is_new = self.strategies.iter().all(|it| it.name.as_bytes() != name.as_bytes());
        ensure!(is_new, "id: `{name}` is there twice");
        let account = match take_text(&mut keys, "account")? {
            None => AccountId(0),
            Some(name) => {
                let known = |it: &AccountConfig| it.name.as_bytes() == name.as_bytes();
                let place = self.accounts.iter().position(known);
                let place = place.and_then(|place| u16::try_from(place).ok());
                place.map(AccountId).with_context(|| format!("account: no `{name}` is there"))?
            }
        };
        let mut gate = raw.gate.clone();
        if let Some(mode) = take_text(&mut keys, "mode")? {
            gate.mode = mode;
        }
        if let Some(max) = keys.remove("automated_orders_max") {
            gate.automated_orders_max = max.try_into().context("automated_orders_max")?;
        }
        let single = keys.remove("single_entry").map(toml::Value::try_into).transpose();
        let single = single.context("single_entry")?.unwrap_or(false);
        let own = strategy(&gate, &name, account, single)?;
        let mut all = toml::Table::try_from(&raw.strategy).context("[strategy]")?;
        lay_over(&mut all, keys);
        let written: RawStrategy =
            all.try_into().context("its other keys are those of [strategy]")?;
        let limits = super::risk::strategy(&written.limits)?;
        self.strategies.push(StrategyConfig { limits, ..own });
        self.written.push((id, written));
        Ok(())
    }

    /// Adds a desk for people to each account: `manual` for the first one, and with the account's name
    /// for others. Their gate begins as `[gate]` says.
    fn add_manual(&mut self, gate: &RawGate) -> anyhow::Result<()> {
        let mode = gate_mode(&gate.mode).context("gate.mode")?;
        for (id, account) in (0..).map(AccountId).zip(&self.accounts) {
            let mut name = match id {
                AccountId(0) => MANUAL.to_owned(),
                _ => format!("{MANUAL}.{}", account.name),
            };
            if name.len() > NAME_MAX {
                name = format!("{MANUAL}.{}", id.0);
            }
            // A strategy that is called so keeps its name.
            while self.strategies.iter().any(|it| it.name.as_bytes() == name.as_bytes()) {
                name.insert(0, '_');
            }
            self.strategies.push(StrategyConfig::manual(&name, id, mode));
        }
        Ok(())
    }
}

fn accounts(raw: &RawConfig, ways: &[Way<'_>]) -> anyhow::Result<Vec<AccountConfig>> {
    let common = &raw.routing.gateways;
    let gateways = routing::list(common, ways, 0).context("routing.gateways")?;
    let positions = routing::positions(&raw.routing.positions).context("routing.positions")?;
    if raw.account.is_empty() {
        let limits = super::risk::account(&raw.risk)?;
        let account = AccountConfig::new(DEFAULT, GatewayId(0));
        return Ok(vec![AccountConfig { limits, gateways, positions, ..account }]);
    }
    ensure!(raw.account.len() <= ACCOUNTS_MAX, "account: at most {ACCOUNTS_MAX} [[account]]s");
    let mut accounts: Vec<AccountConfig> = Vec::new();
    for written in &raw.account {
        let name = &written.name;
        ensure!(is_name(name), "account.name: `{name}` {NAME_RULE}");
        let is_new = accounts.iter().all(|it| it.name.as_bytes() != name.as_bytes());
        ensure!(is_new, "account.name: `{name}` is there twice");
        let names = match (&written.gateway, &written.gateways) {
            (None, None) => common,
            (None, Some(names)) => names,
            (Some(name), None) => &vec![name.clone()],
            (Some(_), Some(_)) => {
                bail!("account `{name}`: gateway and gateways exclude each other")
            }
        };
        let gateways = routing::list(names, ways, accounts.len())
            .with_context(|| format!("account.gateway of `{name}`"))?;
        let limits = super::risk::account(&laid_over(&raw.risk, written))
            .with_context(|| format!("account `{name}`, whose limits are called so in [risk]"))?;
        let positions = written.positions.as_deref().map_or(Ok(positions), routing::positions);
        let positions = positions.with_context(|| format!("account.positions of `{name}`"))?;
        accounts.push(AccountConfig {
            limits,
            positions,
            is_hedged: written.hedged.unwrap_or(false),
            gateways,
            ..AccountConfig::new(name, GatewayId(0))
        });
    }
    Ok(accounts)
}

/// The limits of `[risk]` with those of an account in their place.
fn laid_over(risk: &RawRisk, account: &RawAccount) -> RawRisk {
    let text = |own: &Option<String>, common: &String| own.as_ref().unwrap_or(common).clone();
    RawRisk {
        gross_exposure_max: text(&account.gross_exposure_max, &risk.gross_exposure_max),
        loss_per_day_max: text(&account.loss_per_day_max, &risk.loss_per_day_max),
        loss_per_week_max: text(&account.loss_per_week_max, &risk.loss_per_week_max),
        drawdown_max: text(&account.drawdown_max, &risk.drawdown_max),
        orders_per_day_max: account.orders_per_day_max.unwrap_or(risk.orders_per_day_max),
        losses_in_a_row_max: account.losses_in_a_row_max.unwrap_or(risk.losses_in_a_row_max),
        ..risk.clone()
    }
}

fn strategy(
    gate: &RawGate,
    name: &str,
    account: AccountId,
    single_entry: bool,
) -> anyhow::Result<StrategyConfig> {
    ensure!(is_name(name), "id: `{name}` {NAME_RULE}");
    let mode = gate_mode(&gate.mode).context("gate.mode")?;
    let automated_orders_max = gate.automated_orders_max;
    let strategy = StrategyConfig::new(name, account, mode);
    Ok(StrategyConfig { automated_orders_max, single_entry, ..strategy })
}

fn take_text(keys: &mut toml::Table, key: &str) -> anyhow::Result<Option<String>> {
    let value = keys.remove(key);
    value.map(toml::Value::try_into).transpose().with_context(|| key.to_owned())
}

/// Names stand in the paths of the admin port.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(plain)
}

const NAME_RULE: &str = "must be 1 to 32 letters, digits, `-`, `_` or `.`";

//! What stops trading, and what goes on all the same: kills, halts by people and by risk, drains,
//! closes. Each about its own scope, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use gannet_pipeline::PipelineConfig;
use gannet_types::{AccountId, Command, InstrumentId, RejectReason, Scope, StrategyId};

use super::Place;
use crate::conditions;

/// What is stopped.
#[derive(Debug, Default)]
pub(super) struct Stops {
    killed: bool,
    draining: bool,
    instruments: BTreeSet<InstrumentId>,
    accounts: BTreeSet<AccountId>,
    strategies: BTreeSet<StrategyId>,
    /// Accounts that risk has stopped.
    risk: BTreeSet<AccountId>,
    /// What may be closed, of all there is.
    closing: BTreeMap<Place, bool>,
}

impl Stops {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        let strategies = (0..config.strategies.len()).map(|index| StrategyId(index as u8));
        let places =
            strategies.flat_map(|it| conditions::ids().map(move |id| Place::of(config, it, id)));
        Self { closing: places.map(|place| (place, false)).collect(), ..Self::default() }
    }

    pub(super) fn halted(&self) -> Vec<Scope> {
        let instruments = self.instruments.iter().copied().map(Scope::Instrument);
        let accounts = self.accounts.iter().copied().map(Scope::Account);
        let strategies = self.strategies.iter().copied().map(Scope::Strategy);
        instruments.chain(accounts).chain(strategies).collect()
    }

    pub(super) fn on_command(&mut self, config: &PipelineConfig, command: Command) {
        match command {
            Command::Kill => self.killed = true,
            Command::CloseAll => {
                self.killed = true;
                self.close(|_| true, true);
            }
            Command::KillReset => {
                self.killed = false;
                self.risk.clear();
                self.close(|_| true, false);
            }
            Command::Drain => {
                self.draining = true;
                self.close(|_| true, false);
            }
            Command::Start => self.draining = false,
            Command::Halt(scope) => self.halt(config, scope),
            Command::Close(scope) => {
                self.halt(config, scope);
                self.close(|place| place.is_within(scope), true);
            }
            Command::Resume(scope) => self.resume(scope),
            _ => {}
        }
    }

    /// Risk has stopped an account.
    pub(super) fn on_halted(&mut self, account: AccountId) {
        self.risk.insert(account);
    }

    pub(super) fn is_stopped(&self, place: Place) -> bool {
        let Place { strategy, account, instrument } = place;
        self.killed
            || self.draining
            || self.risk.contains(&account)
            || self.instruments.contains(&instrument)
            || self.accounts.contains(&account)
            || self.strategies.contains(&strategy)
    }

    /// A close is one only where somebody wants it.
    pub(super) fn judge_close(&self, place: Place) -> Result<(), &'static str> {
        let closes = self.closing.get(&place).copied().unwrap_or(false);
        if closes { Ok(()) } else { Err("nobody closes this") }
    }

    /// What is refused because something is stopped is stopped.
    pub(super) fn judge_reject(
        &self,
        place: Place,
        reason: RejectReason,
    ) -> Result<(), &'static str> {
        let is_so = match reason {
            RejectReason::KillSwitch => self.killed,
            RejectReason::Draining => self.draining,
            RejectReason::InstrumentHalted => self.instruments.contains(&place.instrument),
            RejectReason::AccountHalted => self.accounts.contains(&place.account),
            RejectReason::StrategyHalted => self.strategies.contains(&place.strategy),
            _ => true,
        };
        if is_so { Ok(()) } else { Err("what is said to be stopped is not") }
    }

    fn halt(&mut self, config: &PipelineConfig, scope: Scope) {
        let (accounts, strategies) = (config.accounts.len(), config.strategies.len());
        match scope {
            Scope::Instrument(id) if id.0 < conditions::INSTRUMENTS => {
                self.instruments.insert(id);
            }
            Scope::Account(id) if usize::from(id.0) < accounts => {
                self.accounts.insert(id);
            }
            Scope::Strategy(id) if usize::from(id.0) < strategies => {
                self.strategies.insert(id);
            }
            Scope::Instrument(_) | Scope::Account(_) | Scope::Strategy(_) => {}
        }
    }

    fn resume(&mut self, scope: Scope) {
        match scope {
            Scope::Instrument(id) => self.instruments.remove(&id),
            Scope::Account(id) => {
                self.risk.remove(&id);
                self.accounts.remove(&id)
            }
            Scope::Strategy(id) => self.strategies.remove(&id),
        };
        self.close(|place| place.is_within(scope), false);
    }

    fn close(&mut self, is_meant: impl Fn(Place) -> bool, closes: bool) {
        for (place, closing) in &mut self.closing {
            if is_meant(*place) {
                *closing = closes;
            }
        }
    }
}

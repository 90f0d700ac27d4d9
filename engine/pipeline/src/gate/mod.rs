//! The execution gate: who releases an order, and what stops it.
//!
//! Each strategy has a mode of its own:
//!
//! | mode | new order or replacement | cancel |
//! |---|---|---|
//! | `Manual` | shown | released |
//! | `Assisted` | waits for a person | released |
//! | `Auto` | released | released |
//! | `Paper` | released if the venue is simulated, else refused | released |
//!
//! A cancel only takes risk away, so it always passes. While the kill switch is on, risk has halted
//! the account or the engine drains, nothing begins to wait. A person may halt an instrument, an
//! account or a strategy; nothing of it is released then, and everything else goes on. A released
//! order still has to pass risk.
//!
//! What a person orders is released by being given, unless something stops it or its desk is on paper and
//! the venue is not simulated.
//!
//! Orders that no person released are counted by strategy; after as many as are allowed a person arms
//! again.

use gannet_types::{AccountId, GateMode, RejectReason, Scope, SignalAction, StrategyId};

pub(crate) use approvals::{Approvals, Waiting};
use arming::Arming;

use crate::config::PipelineConfig;
use crate::scope::{Place, halt_reason};

mod approvals;
mod arming;
#[cfg(test)]
mod tests;

/// What the gate does with a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// On to risk.
    Release,
    /// Show it and send nothing.
    Show,
    /// Keep it until a person decides.
    Wait,
    /// Refuse it.
    Refuse(RejectReason),
}

/// Who releases orders, and what stops them.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) killed: bool,
    pub(crate) draining: bool,
    strategies: Vec<StrategyGate>,
    accounts: Vec<AccountGate>,
    /// By instrument: a person halted it.
    instruments: Vec<bool>,
    /// How many accounts were halted by risk without anybody being told.
    untold: usize,
}

/// Who releases the orders of one strategy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StrategyGate {
    pub(crate) mode: GateMode,
    pub(crate) arming: Arming,
    is_halted: bool,
}

/// What stops the orders of one account.
#[derive(Clone, Copy, Debug, Default)]
struct AccountGate {
    is_halted: bool,
    /// Stopped by risk, until a person resets it.
    halt: Option<Halt>,
}

#[derive(Clone, Copy, Debug)]
struct Halt {
    reason: RejectReason,
    /// Whether people were told, and open orders cancelled.
    is_told: bool,
}

impl Gate {
    pub(crate) fn new(config: &PipelineConfig) -> Self {
        let strategies = config.strategies.iter().map(|strategy| StrategyGate {
            mode: strategy.gate_mode,
            arming: Arming::new(strategy.automated_orders_max),
            is_halted: false,
        });
        Self {
            killed: false,
            draining: false,
            strategies: strategies.collect(),
            accounts: vec![AccountGate::default(); config.accounts.len()],
            instruments: vec![false; config.instruments.len()],
            untold: 0,
        }
    }

    /// Returns the gate of a strategy, if there is such a one.
    pub(crate) fn strategy_mut(&mut self, strategy: StrategyId) -> Option<&mut StrategyGate> {
        self.strategies.get_mut(usize::from(strategy.0))
    }

    /// Returns who releases a strategy's orders, if there is such a one.
    pub(crate) fn mode(&self, strategy: StrategyId) -> Option<GateMode> {
        Some(self.strategies.get(usize::from(strategy.0))?.mode)
    }

    /// Lets every strategy send orders without a person again.
    pub(crate) fn arm_all(&mut self) {
        self.strategies.iter_mut().for_each(|strategy| strategy.arming.arm());
    }

    /// Returns why nothing new may be sent for an account at all, if so.
    pub(crate) fn halt(&self, account: AccountId) -> Option<RejectReason> {
        if self.killed {
            Some(RejectReason::KillSwitch)
        } else if let Some(halt) = self.accounts[usize::from(account.0)].halt {
            Some(halt.reason)
        } else if self.draining {
            Some(RejectReason::Draining)
        } else {
            None
        }
    }

    /// Returns why a person wants nothing new to be sent, if so.
    #[inline]
    pub(crate) fn halt_by_person(&self, place: Place) -> Option<RejectReason> {
        let Place { strategy, account, instrument } = place;
        let scope = if self.instruments[usize::from(instrument.0)] {
            Scope::Instrument(instrument)
        } else if self.accounts[usize::from(account.0)].is_halted {
            Scope::Account(account)
        } else if self.strategies[usize::from(strategy.0)].is_halted {
            Scope::Strategy(strategy)
        } else {
            return None;
        };
        Some(halt_reason(scope))
    }

    /// Returns whether anything stops a place.
    pub(crate) fn is_stopped(&self, place: Place) -> bool {
        self.halt(place.account).is_some() || self.halt_by_person(place).is_some()
    }

    /// A person halts or resumes a scope; returns how it was, `None` if there is no such thing.
    pub(crate) fn set_halted(&mut self, scope: Scope, halted: bool) -> Option<bool> {
        let switch = match scope {
            Scope::Instrument(id) => self.instruments.get_mut(usize::from(id.0))?,
            Scope::Account(id) => &mut self.accounts.get_mut(usize::from(id.0))?.is_halted,
            Scope::Strategy(id) => &mut self.strategies.get_mut(usize::from(id.0))?.is_halted,
        };
        Some(std::mem::replace(switch, halted))
    }

    /// Risk stops an account, unless it is stopped already.
    pub(crate) fn halt_for(&mut self, account: AccountId, reason: RejectReason) {
        let gate = &mut self.accounts[usize::from(account.0)];
        if gate.halt.is_none() {
            gate.halt = Some(Halt { reason, is_told: false });
            self.untold += 1;
        }
    }

    /// Returns an account that was stopped, and why, if nobody was told yet; who asks has to tell.
    pub(crate) fn take_untold_halt(&mut self) -> Option<(AccountId, RejectReason)> {
        if self.untold == 0 {
            return None;
        }
        for (index, gate) in self.accounts.iter_mut().enumerate() {
            if let Some(halt) = gate.halt.as_mut().filter(|halt| !halt.is_told) {
                halt.is_told = true;
                self.untold -= 1;
                return Some((AccountId(index as u16), halt.reason));
            }
        }
        None
    }

    /// Ends what risk has stopped of an account.
    pub(crate) fn reset_account(&mut self, account: AccountId) {
        let halt = self.accounts[usize::from(account.0)].halt.take();
        self.untold -= usize::from(halt.is_some_and(|halt| !halt.is_told));
    }

    /// Trades again, but for what a person has halted.
    pub(crate) fn reset(&mut self) {
        self.killed = false;
        for index in 0..self.accounts.len() {
            self.reset_account(AccountId(index as u16));
        }
    }

    /// Returns whether a person must reset before anything new is sent for an account.
    pub(crate) fn is_killed(&self, account: AccountId) -> bool {
        self.killed || self.accounts[usize::from(account.0)].halt.is_some()
    }

    /// Judges what a person orders, which is released by being given.
    ///
    /// # Errors
    /// Something stops it, or its desk is on paper and the venue is not simulated.
    pub(crate) fn judge_manual(&self, place: Place, simulated: bool) -> Result<(), RejectReason> {
        let stopped = self.halt_by_person(place).or_else(|| self.halt(place.account));
        let mode = self.strategies[usize::from(place.strategy.0)].mode;
        match stopped {
            Some(reason) => Err(reason),
            None if mode == GateMode::Paper && !simulated => Err(RejectReason::GateClosed),
            None => Ok(()),
        }
    }

    /// Judges a signal on its way to a venue that is `simulated` or not.
    pub(crate) fn judge(&self, place: Place, action: SignalAction, simulated: bool) -> Passage {
        match action {
            SignalAction::Cancel(_) => return Passage::Release,
            SignalAction::Place | SignalAction::Replace(_) | SignalAction::Work(_) => {}
        }
        if let Some(reason) = self.halt_by_person(place) {
            return Passage::Refuse(reason);
        }
        let StrategyGate { mode, arming, .. } = self.strategies[usize::from(place.strategy.0)];
        let halt = self.halt(place.account);
        let automated = matches!(mode, GateMode::Auto | GateMode::Paper);
        let opens = matches!(action, SignalAction::Place | SignalAction::Work(_));
        if automated && opens && arming.is_spent() {
            return Passage::Refuse(halt.unwrap_or(RejectReason::NotArmed));
        }
        match (mode, halt) {
            (GateMode::Manual, _) => Passage::Show,
            (_, Some(reason)) => Passage::Refuse(reason),
            (GateMode::Assisted, None) => Passage::Wait,
            (GateMode::Auto, None) => Passage::Release,
            (GateMode::Paper, None) if simulated => Passage::Release,
            (GateMode::Paper, None) => Passage::Refuse(RejectReason::GateClosed),
        }
    }
}

//! The picture of accounts and strategies: what each holds, and what stops it.

use std::collections::BTreeMap;

use gannet_types::{
    AccountId, Alarm, Command, InstrumentId, Lots, Notional, PositionReport, RejectReason, Scope,
    Signal, Status, StrategyId, StrategyPosition,
};

/// Accounts and strategies; the place of each is its id.
#[derive(Clone, Debug)]
pub(crate) struct Desks {
    pub(crate) accounts: Vec<AccountState>,
    pub(crate) strategies: Vec<StrategyState>,
    /// Instruments that all strategies trade for one account: each one's part is told by itself.
    pub(crate) shared: Vec<InstrumentId>,
}

/// One account.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountState {
    pub(crate) name: String,
    /// A person halted it.
    pub(crate) is_halted: bool,
    /// Risk halted it, or everything is killed.
    pub(crate) is_stopped: bool,
    /// Why risk halted it, while it has.
    pub(crate) halt: Option<RejectReason>,
    pub(crate) held: BTreeMap<InstrumentId, Held>,
    /// People have ordered for it.
    pub(crate) is_shared: bool,
}

/// What an account holds of an instrument.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    pub(crate) position: PositionReport,
    pub(crate) unrealized: Notional,
    pub(crate) open_orders: u32,
}

/// One strategy.
#[derive(Clone, Debug, Default)]
pub(crate) struct StrategyState {
    pub(crate) account: AccountId,
    pub(crate) is_halted: bool,
    /// A person must arm before its orders are automated again.
    pub(crate) needs_arming: bool,
    /// Its part of the account's positions.
    pub(crate) held: BTreeMap<InstrumentId, PositionReport>,
    /// It is no strategy: people order under it.
    pub(crate) is_manual: bool,
}

impl Desks {
    /// Nobody has done anything yet. `trades_for` has the account of each strategy.
    pub(crate) fn new(accounts: Vec<String>, trades_for: Vec<AccountId>) -> Self {
        let account = |name| AccountState { name, ..AccountState::default() };
        let strategy = |account| StrategyState { account, ..StrategyState::default() };
        Self {
            accounts: accounts.into_iter().map(account).collect(),
            strategies: trades_for.into_iter().map(strategy).collect(),
            shared: Vec::new(),
        }
    }

    /// Takes an instruction; `false` if it names what there is not.
    pub(crate) fn on_command(&mut self, command: Command) -> bool {
        match command {
            Command::Kill | Command::CloseAll => self.kill(),
            Command::KillReset => self.accounts.iter_mut().for_each(AccountState::resume),
            Command::Halt(scope) | Command::Close(scope) => return self.halt(scope, true),
            Command::Resume(scope) => {
                if let Scope::Account(account) = scope
                    && let Some(account) = self.accounts.get_mut(usize::from(account.0))
                {
                    account.resume();
                }
                return self.halt(scope, false);
            }
            Command::Arm => self.strategies.iter_mut().for_each(|it| it.needs_arming = false),
            Command::ArmStrategy(strategy) => return self.arm(strategy, false),
            _ => {}
        }
        true
    }

    /// Takes an alarm; `false` if it names what there is not.
    pub(crate) fn on_alarm(&mut self, alarm: Alarm) -> bool {
        match alarm {
            Alarm::Killed => self.kill(),
            Alarm::NotArmed(strategy) => return self.arm(strategy, true),
            Alarm::Halted(account, reason) => match self.accounts.get_mut(usize::from(account.0)) {
                Some(account) => {
                    (account.is_stopped, account.halt) = (true, Some(reason));
                }
                None => return false,
            },
            _ => {}
        }
        true
    }

    /// Says which of the strategies are desks of people.
    pub(crate) fn set_manual(&mut self, is_manual: &[bool]) {
        for (strategy, is_manual) in self.strategies.iter_mut().zip(is_manual) {
            strategy.is_manual = *is_manual;
        }
    }

    /// Takes a wish: once people have ordered for an account, what it holds is not its only strategy's.
    pub(crate) fn on_signal(&mut self, signal: &Signal) {
        let Some(desk) = self.strategies.get(usize::from(signal.strategy.0)) else { return };
        let account = usize::from(desk.account.0);
        if let Some(account) = self.accounts.get_mut(account).filter(|_| desk.is_manual) {
            account.is_shared = true;
        }
    }

    /// Takes what an account holds after a trade.
    pub(crate) fn on_position(&mut self, position: &PositionReport) {
        if let Some(account) = self.accounts.get_mut(usize::from(position.account.0)) {
            account.held.entry(position.instrument).or_default().position = *position;
            if account.is_shared {
                return;
            }
        }
        if self.shared.contains(&position.instrument) {
            return;
        }
        let owns = |it: &&mut StrategyState| it.account == position.account && !it.is_manual;
        let mut owners = self.strategies.iter_mut().filter(owns);
        if let (Some(only), None) = (owners.next(), owners.next()) {
            only.held.insert(position.instrument, *position);
        }
    }

    /// Takes a strategy's part after a trade.
    pub(crate) fn on_strategy_position(&mut self, part: &StrategyPosition) -> bool {
        let strategy = self.strategies.get_mut(usize::from(part.strategy.0));
        strategy.map(|it| it.held.insert(part.position.instrument, part.position)).is_some()
    }

    /// Takes what an account holds, a few times a second.
    pub(crate) fn on_status(&mut self, status: &Status) {
        let Status { position, unrealized, open_orders, killed, .. } = *status;
        if let Some(account) = self.accounts.get_mut(usize::from(position.account.0)) {
            account.is_stopped = killed;
            account.held.insert(position.instrument, Held { position, unrealized, open_orders });
        }
    }

    /// Returns what all accounts hold of an instrument together.
    pub(crate) fn sum(&self, instrument: InstrumentId) -> Held {
        let held = self.accounts.iter().filter_map(|account| account.held.get(&instrument));
        let mut sum = Held::default();
        sum.position.instrument = instrument;
        for Held { position, unrealized, open_orders } in held {
            let all = &mut sum.position;
            all.lots = Lots(all.lots.0.saturating_add(position.lots.0));
            all.cost = add(all.cost, position.cost);
            all.realized = add(all.realized, position.realized);
            all.fees = add(all.fees, position.fees);
            sum.unrealized = add(sum.unrealized, *unrealized);
            sum.open_orders += open_orders;
        }
        sum
    }

    /// Returns whether nobody may send anything new.
    pub(crate) fn are_stopped(&self) -> bool {
        !self.accounts.is_empty() && self.accounts.iter().all(|account| account.is_stopped)
    }

    /// Returns whether a strategy waits for a person to arm it.
    pub(crate) fn need_arming(&self) -> bool {
        self.strategies.iter().any(|strategy| strategy.needs_arming)
    }

    fn kill(&mut self) {
        self.accounts.iter_mut().for_each(|account| account.is_stopped = true);
    }

    /// Instruments are not kept here.
    fn halt(&mut self, scope: Scope, halted: bool) -> bool {
        let switch = match scope {
            Scope::Instrument(_) => return true,
            Scope::Account(id) => {
                self.accounts.get_mut(usize::from(id.0)).map(|it| &mut it.is_halted)
            }
            Scope::Strategy(id) => {
                self.strategies.get_mut(usize::from(id.0)).map(|it| &mut it.is_halted)
            }
        };
        switch.map(|switch| *switch = halted).is_some()
    }

    fn arm(&mut self, strategy: StrategyId, needed: bool) -> bool {
        let strategy = self.strategies.get_mut(usize::from(strategy.0));
        strategy.map(|it| it.needs_arming = needed).is_some()
    }
}

impl AccountState {
    fn resume(&mut self) {
        (self.is_stopped, self.halt) = (false, None);
    }
}

fn add(left: Notional, right: Notional) -> Notional {
    Notional(left.0.saturating_add(right.0))
}

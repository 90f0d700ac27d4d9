//! What people do, sensible or not.

use gannet_types::{
    AccountId, Command, CurrencyId, GateMode, GatewayId, LimitKind, OrderId, Rate, Scope,
    StrategyId,
};

use super::{World, any_instrument};
use crate::conditions::{self, UNIT};
use crate::fault::Fault;

const MODES: [GateMode; 4] =
    [GateMode::Auto, GateMode::Assisted, GateMode::Manual, GateMode::Paper];

impl World<'_> {
    /// Lets people do something.
    pub(super) fn people(&mut self) -> Result<(), String> {
        self.decide()?;
        if self.alive() && self.dice.strikes(Fault::Command) {
            let command = self.any_command();
            self.command(command)?;
        }
        self.relieve()
    }

    /// Has a person approve or decline what waits, now and then twice.
    fn decide(&mut self) -> Result<(), String> {
        let waiting = self.auditor.waiting();
        let Some(&id) = waiting.last().filter(|_| self.random.chance(20)) else { return Ok(()) };
        let approved = self.random.chance(80);
        let answer = if approved { Command::Approve(id) } else { Command::Decline(id) };
        self.command(answer)?;
        if self.random.chance(10) {
            self.command(Command::Approve(id))?;
        }
        Ok(())
    }

    fn any_command(&mut self) -> Command {
        let strategy = self.any_strategy();
        match self.dice.below(Fault::Command, 16) {
            0 => Command::Kill,
            1 => Command::CloseAll,
            2 => Command::Halt(self.any_scope()),
            3 => Command::Close(self.any_scope()),
            4 => Command::CancelAll,
            5 => Command::CancelGateway(GatewayId(self.random.below(3) as u8)),
            6 => Command::Drain,
            7 => Command::Approve(OrderId(self.dice.below(Fault::Command, 300))),
            8 => Command::ArmStrategy(strategy),
            9 => Command::Resume(self.any_scope()),
            10 => {
                let hundredths = 50 + self.random.below(150);
                let rate = Rate::new(hundredths, 2).expect("at least a half");
                Command::SetRate(CurrencyId(self.random.below(3) as u8), rate)
            }
            11..13 => self.any_limit(),
            number => Command::SetGateMode(strategy, MODES[number as usize % 4]),
        }
    }

    fn any_strategy(&mut self) -> StrategyId {
        StrategyId(self.random.below(self.config.strategies.len() as u64) as u8)
    }

    fn any_account(&mut self) -> AccountId {
        AccountId(self.random.below(self.config.accounts.len() as u64) as u16)
    }

    /// Draws a scope; one beyond what is there now and then.
    fn any_scope(&mut self) -> Scope {
        match self.random.below(9) {
            0..3 => Scope::Account(self.any_account()),
            3..6 => Scope::Strategy(self.any_strategy()),
            6 => Scope::Account(AccountId(9)),
            _ => Scope::Instrument(any_instrument(&mut self.random)),
        }
    }

    /// Draws a limit: tighter, as it is, or looser than anybody may make it.
    fn any_limit(&mut self) -> Command {
        let of_instrument = Scope::Instrument(any_instrument(&mut self.random));
        let of_account = Scope::Account(self.any_account());
        let random = &mut self.random;
        let money = |value: u64| value * UNIT as u64;
        // A little more than the file has.
        let looser = 1 + random.below(3);
        let (limit, scope, value) = match random.below(10) {
            0 => (LimitKind::OrderQuantity, of_instrument, 1 + random.below(10)),
            1 => (LimitKind::OrderNotional, of_instrument, 1_000 + random.below(9_000)),
            2 | 3 => (LimitKind::PositionQuantity, of_instrument, 4 + random.below(22)),
            4 => (LimitKind::GrossExposure, of_account, money(6_000 + random.below(30_000))),
            5 => (LimitKind::NetExposure, of_account, money(6_000 + random.below(20_000))),
            6 => (LimitKind::OpenPositions, of_account, random.below(3)),
            7 => (LimitKind::OrderNotional, of_instrument, 9_500 + looser),
            8 => (LimitKind::PositionQuantity, of_instrument, 25 + looser),
            _ => (LimitKind::Credit, of_account, money(6_000 + random.below(30_000))),
        };
        Command::SetLimit { limit, scope, value }
    }

    /// Has people set right after a while what stops trading.
    fn relieve(&mut self) -> Result<(), String> {
        if self.random.below(60) > 0 {
            return Ok(());
        }
        for scope in self.auditor.halted() {
            self.command(Command::Resume(scope))?;
        }
        self.command(Command::KillReset)?;
        self.command(Command::Arm)?;
        for index in 0..self.config.strategies.len() {
            let strategy = StrategyId(index as u8);
            let first = self.config.strategies[index].gate_mode;
            if self.auditor.mode(strategy) != first {
                self.command(Command::SetGateMode(strategy, first))?;
            }
        }
        if self.random.chance(30) { self.loosen() } else { Ok(()) }
    }

    /// Sets the limits back to what the configuration has.
    fn loosen(&mut self) -> Result<(), String> {
        for instrument in conditions::ids() {
            let hard = self.config.limits[usize::from(instrument.0)];
            for limit in
                [LimitKind::OrderQuantity, LimitKind::OrderNotional, LimitKind::PositionQuantity]
            {
                let value = hard.get(limit).unwrap_or(u64::MAX);
                let scope = Scope::Instrument(instrument);
                self.command(Command::SetLimit { limit, scope, value })?;
            }
        }
        for index in 0..self.config.accounts.len() {
            let hard = self.config.accounts[index].limits;
            for limit in [
                LimitKind::GrossExposure,
                LimitKind::NetExposure,
                LimitKind::OpenPositions,
                LimitKind::Credit,
            ] {
                let value = hard.get(limit).unwrap_or(u64::MAX);
                let scope = Scope::Account(AccountId(index as u16));
                self.command(Command::SetLimit { limit, scope, value })?;
            }
        }
        Ok(())
    }
}

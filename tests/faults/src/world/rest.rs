//! The end of a seed: nothing goes wrong any more, and everybody must come to agree.

use gannet_types::{Command, GateMode, Lots, ModelHash, ModelRole, Nanos, StrategyId};

use super::World;
use crate::auditor::Known;
use crate::conditions::{self, ORDER_TIMEOUT};
use crate::fault::Fault;
use crate::venue::Working;

/// The longest moment once nothing goes wrong.
const PACE: Nanos = Nanos(20 * Nanos::MILLISECOND.0);

impl World<'_> {
    /// Ends all faults, and waits as long as everything may take to be settled.
    pub(super) fn come_to_rest(&mut self) -> Result<(), String> {
        self.trace.note(|| format!("{} nothing goes wrong any more", self.now));
        self.dice.rest();
        self.sites.iter_mut().for_each(|site| site.venue.lie_by(Lots::ZERO));
        self.pace = PACE;
        self.wait(3)?;
        for index in 0..self.config.strategies.len() {
            self.command(Command::SetGateMode(StrategyId(index as u8), GateMode::Manual))?;
        }
        // A close goes on for as long as nobody takes what it offers.
        for scope in self.auditor.halted() {
            self.command(Command::Resume(scope))?;
        }
        self.command(Command::KillReset)?;
        self.command(Command::Model(ModelHash(0), ModelRole::Out))?;
        if self.auditor.has_parents() {
            // They would go on for as long as they like.
            self.command(Command::CancelAll)?;
        }
        self.wait(10)?;
        self.expect_no_doubt("without another connection")?;
        for index in 0..=self.sites.len() {
            self.cut(index, Nanos::ZERO, Nanos(ORDER_TIMEOUT.0));
        }
        self.wait(10)?;
        self.agree("once everything was asked", false)?;
        self.command(Command::Kill)?;
        self.wait(15)?;
        self.agree("after a kill", true)?;
        let left = self.truth().working().len();
        if left > 0 { Err(format!("{left} orders survive a kill")) } else { Ok(()) }
    }

    /// Lets pass as much time as so many answers may take.
    fn wait(&mut self, timeouts: u64) -> Result<(), String> {
        let until = self.now.after(Nanos(timeouts * ORDER_TIMEOUT.0));
        while self.now < until {
            self.moment()?;
        }
        Ok(())
    }

    /// Lets everybody hear the last word, and compares the engine's books with the venues'.
    fn agree(&mut self, when: &str, adjusted_too: bool) -> Result<(), String> {
        self.stands_still = true;
        self.wait(1)?;
        self.stands_still = false;
        self.auditor.expect_cancelled(self.truth())?;
        self.compare(when, adjusted_too)
    }

    /// Expects that the engine has an answer about each of its orders.
    fn expect_no_doubt(&self, when: &str) -> Result<(), String> {
        let pipeline = self.engine.as_ref().ok_or("the engine is dead")?.pipeline();
        match pipeline.open_orders().find(|order| order.awaits_answer()) {
            Some(order) => Err(format!("{when} an order is in doubt: {order:?}")),
            None => Ok(()),
        }
    }

    fn compare(&self, when: &str, adjusted_too: bool) -> Result<(), String> {
        self.expect_no_doubt(when)?;
        let pipeline = self.engine.as_ref().ok_or("the engine is dead")?.pipeline();
        let mut believed: Vec<Working> = pipeline
            .open_orders()
            .map(|order| Working {
                id: order.id,
                instrument: order.instrument,
                lots: order.lots,
                cum_lots: order.cum_lots,
                price: order.price,
            })
            .collect();
        believed.sort_unstable();
        let working = self.truth().working();
        if believed != working {
            return Err(format!("{when} the engine has {believed:?}, the venues {working:?}"));
        }
        let ours = |account, instrument| {
            pipeline.account_position(account, instrument).unwrap_or_default()
        };
        let struck = |fault: Fault| self.dice.counts()[fault as usize] > 0;
        let every_trade_is_told = !struck(Fault::LostReport) && !struck(Fault::VenueRestart);
        let known = Known { adjusted_too, every_trade_is_told };
        let judged = self.auditor.expect_positions(self.truth(), ours, known);
        judged.map_err(|rule| format!("{when} {rule}"))?;
        self.compare_foreign(when)
    }

    /// What others hold is what the drop copy has told.
    fn compare_foreign(&self, when: &str) -> Result<(), String> {
        let pipeline = self.engine.as_ref().ok_or("the engine is dead")?.pipeline();
        for index in 0..self.config.accounts.len() {
            let account = gannet_types::AccountId(index as u16);
            for instrument in conditions::ids() {
                let told = self.auditor.foreign(account, instrument);
                let is_it = |it: &gannet_types::PositionReport| {
                    (it.account, it.instrument) == (account, instrument)
                };
                let held = pipeline.foreign_positions().find(is_it).unwrap_or_default().lots;
                if held != told {
                    return Err(format!("{when} others hold {held} in {account:?}, not {told}"));
                }
            }
        }
        Ok(())
    }
}

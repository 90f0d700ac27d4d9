//! The execution gate: who releases an order.
//!
//! | mode | new order or replacement | cancel |
//! |---|---|---|
//! | `Manual` | shown | released |
//! | `Assisted` | waits for a person | released |
//! | `Auto` | released | released |
//! | `Paper` | released if the venue is simulated, else refused | released |
//!
//! A cancel only takes risk away, so it always passes. While the kill switch is on, risk has halted
//! trading or the engine drains, nothing begins to wait. A released order still has to pass risk.
//!
//! Orders that no person released are counted; after as many as are allowed a person arms again.

use gannet_types::{GateMode, RejectReason, SignalAction};

pub(crate) use approvals::{Approvals, Waiting};
use arming::Arming;

mod approvals;
mod arming;

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

/// Who releases orders, and what stops all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    pub(crate) mode: GateMode,
    pub(crate) killed: bool,
    pub(crate) draining: bool,
    pub(crate) arming: Arming,
    halted: Option<Halt>,
}

/// Trading stopped by risk, until a person resets it.
#[derive(Clone, Copy, Debug)]
struct Halt {
    reason: RejectReason,
    /// Whether people were told, and open orders cancelled.
    is_told: bool,
}

impl Gate {
    pub(crate) fn new(mode: GateMode, automated_orders_max: u32) -> Self {
        let arming = Arming::new(automated_orders_max);
        Self { mode, killed: false, draining: false, arming, halted: None }
    }

    /// Returns why nothing new may be sent at all, if so.
    pub(crate) fn halt(&self) -> Option<RejectReason> {
        if self.killed {
            Some(RejectReason::KillSwitch)
        } else if let Some(halt) = self.halted {
            Some(halt.reason)
        } else if self.draining {
            Some(RejectReason::Draining)
        } else {
            None
        }
    }

    /// Stops trading, unless it is stopped already.
    pub(crate) fn halt_for(&mut self, reason: RejectReason) {
        self.halted.get_or_insert(Halt { reason, is_told: false });
    }

    /// Returns why trading was stopped, if nobody was told yet; who asks has to tell.
    pub(crate) fn take_untold_halt(&mut self) -> Option<RejectReason> {
        let halt = self.halted.as_mut().filter(|halt| !halt.is_told)?;
        halt.is_told = true;
        Some(halt.reason)
    }

    /// Trades again.
    pub(crate) fn reset(&mut self) {
        self.killed = false;
        self.halted = None;
    }

    /// Returns whether a person must reset before anything new is sent.
    pub(crate) fn is_stopped(&self) -> bool {
        self.killed || self.halted.is_some()
    }

    /// Judges a signal on its way to a venue that is `simulated` or not.
    pub(crate) fn judge(&self, action: SignalAction, simulated: bool) -> Passage {
        match action {
            SignalAction::Cancel(_) => return Passage::Release,
            SignalAction::Place | SignalAction::Replace(_) | SignalAction::Work(_) => {}
        }
        let automated = matches!(self.mode, GateMode::Auto | GateMode::Paper);
        let opens = matches!(action, SignalAction::Place | SignalAction::Work(_));
        if automated && opens && self.arming.is_spent() {
            return Passage::Refuse(self.halt().unwrap_or(RejectReason::NotArmed));
        }
        match (self.mode, self.halt()) {
            (GateMode::Manual, _) => Passage::Show,
            (_, Some(reason)) => Passage::Refuse(reason),
            (GateMode::Assisted, None) => Passage::Wait,
            (GateMode::Auto, None) => Passage::Release,
            (GateMode::Paper, None) if simulated => Passage::Release,
            (GateMode::Paper, None) => Passage::Refuse(RejectReason::GateClosed),
        }
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::OrderId;

    use super::*;

    #[test]
    fn every_mode_and_action() {
        let closed = Passage::Refuse(RejectReason::GateClosed);
        let cases = [
            (GateMode::Manual, Passage::Show, Passage::Show),
            (GateMode::Assisted, Passage::Wait, Passage::Wait),
            (GateMode::Auto, Passage::Release, Passage::Release),
            (GateMode::Paper, Passage::Release, closed),
        ];
        for (mode, simulated, real) in cases {
            let gate = Gate::new(mode, 0);
            for action in [SignalAction::Place, SignalAction::Replace(OrderId(1))] {
                assert_eq!(gate.judge(action, true), simulated, "{mode:?}");
                assert_eq!(gate.judge(action, false), real, "{mode:?}");
            }
            let halted = Gate { killed: true, ..gate };
            let cancel = SignalAction::Cancel(OrderId(1));
            assert_eq!(halted.judge(cancel, false), Passage::Release, "{mode:?}");
            assert!(!matches!(
                halted.judge(SignalAction::Place, true),
                Passage::Release | Passage::Wait
            ));
        }
    }

    #[test]
    fn the_kill_switch_is_named_before_draining() {
        let mut gate = Gate { draining: true, ..Gate::new(GateMode::Auto, 0) };
        assert_eq!(gate.halt(), Some(RejectReason::Draining));
        gate.killed = true;
        assert_eq!(gate.halt(), Some(RejectReason::KillSwitch));
    }
}

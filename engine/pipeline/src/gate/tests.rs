//! Modes, and what stops which orders.

use gannet_types::{InstrumentId, OrderId};

use super::*;

const PLACE: Place =
    Place { strategy: StrategyId(0), account: AccountId(0), instrument: InstrumentId(0) };

fn gate(mode: GateMode) -> Gate {
    Gate::new(&crate::tests::config(mode))
}

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
        let gate = gate(mode);
        for action in [SignalAction::Place, SignalAction::Replace(OrderId(1))] {
            assert_eq!(gate.judge(PLACE, action, true), simulated, "{mode:?}");
            assert_eq!(gate.judge(PLACE, action, false), real, "{mode:?}");
        }
        let halted = Gate { killed: true, ..gate };
        let cancel = SignalAction::Cancel(OrderId(1));
        assert_eq!(halted.judge(PLACE, cancel, false), Passage::Release, "{mode:?}");
        assert!(!matches!(
            halted.judge(PLACE, SignalAction::Place, true),
            Passage::Release | Passage::Wait
        ));
    }
}

#[test]
fn the_kill_switch_is_named_before_draining() {
    let mut gate = Gate { draining: true, ..gate(GateMode::Auto) };
    assert_eq!(gate.halt(AccountId(0)), Some(RejectReason::Draining));
    gate.killed = true;
    assert_eq!(gate.halt(AccountId(0)), Some(RejectReason::KillSwitch));
}

#[test]
fn a_halted_account_is_told_of_once_unless_it_was_reset_before() {
    let mut gate = gate(GateMode::Auto);
    gate.halt_for(AccountId(0), RejectReason::Drawdown);
    gate.halt_for(AccountId(0), RejectReason::LossesInARow);
    assert_eq!(gate.take_untold_halt(), Some((AccountId(0), RejectReason::Drawdown)));
    assert_eq!(gate.take_untold_halt(), None);
    gate.reset_account(AccountId(0));
    gate.halt_for(AccountId(0), RejectReason::Drawdown);
    gate.reset();
    assert_eq!((gate.take_untold_halt(), gate.halt(AccountId(0))), (None, None));
}

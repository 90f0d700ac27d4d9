//! A segment written before records had second versions is read as it was meant, and what it
//! holds is still written in the same bytes.
//!
//! `golden_v1.gnj` was written by the program at commit 2c846a3 and is never written again.

use gannet_types::*;

use super::scratch::Scratch;
use crate::{Body, Options, decode_segment};

const SEGMENT: &[u8] = include_bytes!("golden_v1.gnj");

enum Entry {
    Input(Input<'static>),
    Output(Output),
}

/// What the segment holds, with its times.
fn entries() -> Vec<(u64, Entry)> {
    let side = |n: u64| if n.is_multiple_of(2) { Side::Buy } else { Side::Sell };
    let times = [
        TimeInForce::GoodTillCancel,
        TimeInForce::ImmediateOrCancel,
        TimeInForce::FillOrKill,
        TimeInForce::PostOnly,
    ];
    let mut entries = Vec::new();
    for (n, kind) in (2..).zip(&ExecKind::ALL[..12]) {
        entries.push((n, Entry::Input(Input::Execution(report(n, *kind, side(n))))));
    }
    let requests =
        [RequestKind::New, RequestKind::Cancel, RequestKind::Replace, RequestKind::Status];
    for (n, kind) in (20..).zip(requests) {
        let request = request(n, kind, side(n), times[n as usize % 4]);
        entries.push((n, Entry::Output(Output::Order(request))));
    }
    let actions =
        [SignalAction::Place, SignalAction::Replace(OrderId(4)), SignalAction::Cancel(OrderId(5))];
    for (n, action) in (30..).zip(actions) {
        let signal = signal(n, action, side(n), times[n as usize % 4]);
        let verdict = GateVerdict::Waiting(OrderId(n));
        entries.push((n, Entry::Output(Output::Signal(signal, verdict))));
    }
    let alarms = [
        Alarm::UnknownExecution(ClientOrderId(1)),
        Alarm::FillMismatch(ClientOrderId(2)),
        Alarm::Killed,
        Alarm::GatewayDown,
        Alarm::NoAnswer(ClientOrderId(3)),
    ];
    for (n, alarm) in (40..).zip(alarms) {
        entries.push((n, Entry::Output(Output::Alarm(alarm))));
    }
    for state in [GatewayState::Up, GatewayState::Down] {
        let status = GatewayStatus { gateway: GatewayId(1), state };
        entries.push((50, Entry::Input(Input::Gateway(status))));
    }
    entries
}

fn report(n: u64, kind: ExecKind, side: Side) -> ExecutionReport {
    let i = n as i64;
    ExecutionReport {
        gateway: GatewayId(1),
        instrument: InstrumentId(3),
        kind,
        client_order_id: ClientOrderId(256 * n),
        side,
        last_lots: Lots(i),
        last_price: Ticks(100 + i),
        cum_lots: Lots(2 * i),
        leaves_lots: Lots(3 * i),
        price: Ticks(99),
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional(-7 * i128::from(i)),
        liquidity: Liquidity::Maker,
        reason: RejectReason::TooLate,
        transact_time: Nanos(10 * n),
        received: Nanos(11 * n),
        session_sequence: n,
        exec_id: Text::new(b"E-17"),
        exec_ref_id: Text::default(),
        venue_order_id: Text::new(b"VENUE-ORDER-123456789012"),
    }
}

fn request(n: u64, kind: RequestKind, side: Side, time_in_force: TimeInForce) -> OrderRequest {
    let even = n.is_multiple_of(2);
    OrderRequest {
        kind,
        gateway: GatewayId(1),
        account: AccountId(7),
        strategy: StrategyId(2),
        instrument: InstrumentId(3),
        client_order_id: ClientOrderId(256 * n + 1),
        original: ClientOrderId(256 * n),
        side,
        order_type: if even { OrderType::Limit } else { OrderType::Market },
        time_in_force,
        price: Ticks(n as i64),
        lots: Lots(n as i64 + 1),
        terms: OrderTerms::PLAIN,
        origin: Nanos(n + 2),
    }
}

fn signal(n: u64, action: SignalAction, side: Side, time_in_force: TimeInForce) -> Signal {
    Signal {
        strategy: StrategyId(2),
        instrument: InstrumentId(3),
        action,
        side,
        order_type: OrderType::Limit,
        price: Ticks(n as i64),
        lots: Lots(9),
        time_in_force,
        terms: OrderTerms::PLAIN,
        confidence: 55,
        reason: Text::new(b"because"),
        origin: Nanos(n),
    }
}

#[test]
fn the_first_versions_are_read_as_they_were_meant() {
    let expected = entries();
    let mut index = 0;
    let decoded = decode_segment(SEGMENT, |record| {
        if index == 0 {
            assert_eq!(record.body, Body::Start(b"[run]"));
        } else {
            let (time, entry) = &expected[index - 1];
            assert_eq!(record.time, Nanos(*time));
            match entry {
                Entry::Input(input) => assert_eq!(record.body, Body::Input(*input)),
                Entry::Output(output) => assert_eq!(record.body, Body::Output(*output)),
            }
        }
        index += 1;
    });
    assert!(decoded.expect("a whole segment").ended);
    assert_eq!(index, expected.len() + 1);
}

#[test]
fn what_the_first_versions_can_hold_is_written_in_them() {
    let scratch = Scratch::new();
    let options = Options { segment_bytes: 8192, prefault: false, ..Options::default() };
    let (mut writer, mut maintenance) = scratch.create(options);
    writer.append_start(Nanos(1), b"[run]").unwrap();
    for (time, entry) in entries() {
        match entry {
            Entry::Input(input) => writer.append_input(Nanos(time), &input),
            Entry::Output(output) => writer.append_output(Nanos(time), &output),
        }
        .unwrap();
    }
    writer.seal().unwrap();
    maintenance.work().unwrap();
    assert_eq!(std::fs::read(scratch.segment(0)).unwrap(), SEGMENT);
}

//! Drop copies: what one side of our own writes, the other reads.

use gannet_types::{DropCopy, ExecKind, ExecutionReport, Liquidity, Notional, RejectReason};

use super::*;

fn listening(version: Version) -> Link {
    let spec = DialectSpec {
        accounts: vec!["OURS".to_owned(), "THEIRS".to_owned()],
        ..DialectSpec::plain(version)
    };
    let dialect = Dialect::new(&spec, &[instrument()]).expect("a dialect");
    let ours = session(Role::Initiator, version);
    Link::of(FixGateway::listening(GatewayId(1), ours, dialect.clone()), dialect)
}

fn trade(kind: ExecKind) -> ExecutionReport {
    ExecutionReport {
        gateway: GatewayId(1),
        instrument: InstrumentId(0),
        kind,
        client_order_id: ClientOrderId(1280),
        side: Side::Sell,
        last_lots: Lots(3),
        last_price: Ticks(618_002),
        cum_lots: Lots(3),
        leaves_lots: Lots(2),
        price: Ticks(618_000),
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional(-4),
        liquidity: Liquidity::Maker,
        reason: RejectReason::None,
        transact_time: NOW,
        received: NOW,
        session_sequence: 2,
        exec_id: Text::new(b"E-1"),
        exec_ref_id: if kind.is_correction() { Text::new(b"E-0") } else { Text::default() },
        venue_order_id: Text::new(b"V-1"),
    }
}

#[test]
fn a_copy_arrives_with_its_account() {
    // The indicator came with 4.4.
    for version in VERSIONS.into_iter().filter(|version| *version >= Version::Fix44) {
        for kind in [ExecKind::Trade, ExecKind::TradeCorrect] {
            let mut link = listening(version);
            let report = ExecutionReport {
                transact_time: Nanos(NOW.0 / 1_000_000 * 1_000_000),
                ..trade(kind)
            };
            let dialect = link.dialect.clone();
            link.broker
                .send(NOW.0, b"8", |writer| {
                    report::write_copy(writer, &report, &dialect, AccountId(1), 77);
                })
                .expect("logged on");
            link.exchange();
            let expected = ExecutionReport {
                liquidity: if kind == ExecKind::Trade {
                    report.liquidity
                } else {
                    Liquidity::Maker
                },
                ..report
            };
            let copy = DropCopy { account: AccountId(1), report: expected };
            assert_eq!(link.events, [GatewayEvent::Copy(copy)]);
        }
    }
}

#[test]
fn a_copy_of_a_brokers_own() {
    let mut link = listening(Version::Fix44);
    let rest = "55=BTCUSDT|54=1|38=1|6=0|151=0|14=1|150=F|39=2|32=1|31=61800.2|";
    link.say("8", &format!("37=V1|11=MANUAL-7|17=X1|1=THEIRS|797=Y|{rest}"));
    link.say("8", &format!("37=V1|11=MANUAL-8|17=X2|1=SOMEBODY|797=Y|{rest}"));
    // What others do besides trading is counted and left alone.
    link.say(
        "8",
        "37=V1|11=MANUAL-9|17=X3|1=THEIRS|797=Y|55=BTCUSDT|54=1|38=1|6=0|151=1|14=0|150=0|39=0|",
    );
    let copies: Vec<_> = link
        .events
        .iter()
        .map(|event| match event {
            GatewayEvent::Copy(copy) => (copy.account, copy.report.client_order_id),
            other => panic!("{other:?}"),
        })
        .collect();
    let nobody = ClientOrderId(0);
    assert_eq!(copies, [(AccountId(1), nobody), (DropCopy::UNLISTED, nobody)]);
    assert_eq!(link.gateway.counters().untranslated, 1);
}

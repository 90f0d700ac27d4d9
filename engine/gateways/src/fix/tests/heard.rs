//! What brokers say, written by hand as they write it.

use gannet_types::{DontKnowReason, DontKnowTrade, ExecKind, ExecutionReport, RejectReason};

use super::*;

/// Returns the only report that came.
#[track_caller]
fn report(link: &mut Link) -> ExecutionReport {
    let [GatewayEvent::Execution(report)] = link.events[..] else { panic!("{:?}", link.events) };
    link.events.clear();
    report
}

#[test]
fn trades_and_their_corrections_before_and_from_4_3_on() {
    let mut old = Link::plain(Version::Fix42);
    let mut new = Link::plain(Version::Fix44);
    let about = "37=V1|11=1280|55=BTCUSDT|54=1|38=0.010|6=0|60=20231114-22:13:20|";
    let cases = [
        (
            "17=E1|20=0|150=1|39=1|32=0.002|31=61800.2|151=0.008|14=0.002|",
            "17=E1|150=F|39=1|32=0.002|31=61800.2|151=0.008|14=0.002|",
            (ExecKind::Trade, 2, 2, ""),
        ),
        (
            "17=E2|20=1|19=E1|150=0|39=0|151=0.010|14=0|",
            "17=E2|19=E1|150=H|39=0|151=0.010|14=0|",
            (ExecKind::TradeCancel, 0, 0, "E1"),
        ),
        (
            "17=E3|20=2|19=E1|150=1|39=1|32=0.003|31=61800.2|151=0.007|14=0.003|",
            "17=E3|19=E1|150=G|39=1|32=0.003|31=61800.2|151=0.007|14=0.003|",
            (ExecKind::TradeCorrect, 3, 3, "E1"),
        ),
        (
            "17=0|20=3|150=1|39=1|151=0.007|14=0.003|",
            "17=0|150=I|39=1|151=0.007|14=0.003|",
            (ExecKind::Status, 0, 3, ""),
        ),
        (
            "17=0|20=3|150=4|39=4|151=0|14=0.003|",
            "17=0|150=I|39=4|151=0|14=0.003|",
            (ExecKind::Canceled, 0, 3, ""),
        ),
        (
            "17=E4|20=0|150=D|39=1|151=0.001|14=0.003|44=61000|",
            "17=E4|150=D|39=1|151=0.001|14=0.003|44=61000|",
            (ExecKind::Restated, 0, 3, ""),
        ),
    ];
    for (in_42, in_44, (kind, last, cum, reference)) in cases {
        for (link, body) in [(&mut old, in_42), (&mut new, in_44)] {
            link.say("8", &format!("{about}{body}"));
            let report = report(link);
            assert_eq!(report.kind, kind, "{body}");
            assert_eq!((report.last_lots, report.cum_lots), (Lots(last), Lots(cum)), "{body}");
            assert_eq!(report.exec_ref_id.as_bytes(), reference.as_bytes());
            assert_eq!(report.client_order_id, ClientOrderId::new(OrderId(5), 0));
        }
    }
}

#[test]
fn a_refused_cancel_of_a_real_broker_names_no_instrument() {
    let mut link = Link::plain(Version::Fix44);
    link.say("9", "37=V1|11=1281|41=1280|39=2|434=1|102=0|58=Too late|");
    let report = report(&mut link);
    assert_eq!((report.kind, report.reason), (ExecKind::CancelRejected, RejectReason::TooLate));
    assert_eq!(report.client_order_id, ClientOrderId::new(OrderId(5), 1));
}

#[test]
fn a_trade_under_a_foreign_id_comes_out_under_none() {
    let mut link = Link::plain(Version::Fix44);
    let rest = "37=V1|17=E1|55=BTCUSDT|54=2|38=1|6=0|151=0|14=1|";
    link.say("8", &format!("{rest}11=DESK-7|150=F|39=2|32=1|31=61800.2|"));
    let report = report(&mut link);
    assert_eq!((report.client_order_id, report.last_lots), (ClientOrderId(0), Lots(1_000)));
    // Anything else about a foreign order is not for us.
    link.say("8", &format!("{rest}11=DESK-7|150=0|39=0|"));
    assert_eq!(link.events, []);
    assert_eq!(link.gateway.counters().untranslated, 1);
}

#[test]
fn a_trade_between_two_ticks_costs_us_the_worse_one() {
    let mut link = Link::plain(Version::Fix44);
    for (side, ticks) in [('1', 618_003), ('2', 618_002)] {
        link.say(
            "8",
            &format!(
                "37=V1|17=E1|11=1280|55=BTCUSDT|54={side}|38=1|6=0|151=0|14=1|150=F|39=2|32=1|\
                 31=61800.2375|"
            ),
        );
        assert_eq!(report(&mut link).last_price, Ticks(ticks));
    }
}

#[test]
fn a_business_reject_ends_what_it_names() {
    let cases = [
        ("372=D|379=1280|", Some((ExecKind::Rejected, 1280))),
        ("372=F|379=1281|", Some((ExecKind::CancelRejected, 1281))),
        ("372=q|379=1536|", Some((ExecKind::CancelRejected, 1536))),
        // That a question is not understood says nothing about the order.
        ("372=H|379=1280|", None),
        ("372=AF|379=1792|", None),
        // Without the id: the message of ours with this number tells.
        ("372=D|", Some((ExecKind::Rejected, 1280))),
    ];
    for (body, expected) in cases {
        let mut link = Link::plain(Version::Fix44);
        link.gateway.send(NOW, &new_order()).expect("logged on");
        link.exchange();
        link.say("j", &format!("45=2|{body}380=3|58=no such thing|"));
        match expected {
            None => assert_eq!(link.events, [], "{body}"),
            Some((kind, id)) => {
                let report = report(&mut link);
                assert_eq!((report.kind, report.client_order_id.0), (kind, id), "{body}");
            }
        }
    }
}

#[test]
fn a_session_reject_ends_the_order_it_names() {
    let mut link = Link::plain(Version::Fix44);
    link.gateway.send(NOW, &new_order()).expect("logged on");
    let question = OrderRequest { kind: RequestKind::Status, ..new_order() };
    link.gateway.send(NOW, &question).expect("logged on");
    link.exchange();
    link.broker.send(NOW.0, b"3", |writer| writer.uint(45, 3)).expect("logged on");
    link.exchange();
    assert_eq!(link.events, [], "a question that is rejected ends nothing");
    link.broker.send(NOW.0, b"3", |writer| writer.uint(45, 2)).expect("logged on");
    link.exchange();
    let report = report(&mut link);
    assert_eq!(report.kind, ExecKind::Rejected);
    assert_eq!(report.client_order_id, new_order().client_order_id);
}

#[test]
fn a_mass_cancel_is_refused_or_not() {
    let mut link = Link::plain(Version::Fix44);
    link.say("r", "11=1536|37=0|530=7|531=7|533=4|");
    assert_eq!(link.events, []);
    assert_eq!(link.gateway.counters().received, 1);
    link.say("r", "11=1536|37=0|530=7|531=0|532=0|");
    let report = report(&mut link);
    assert_eq!((report.kind, report.client_order_id.0), (ExecKind::CancelRejected, 1536));
}

#[test]
fn the_end_of_an_answer_to_a_mass_status_request_is_told() {
    let told = GatewayEvent::State(GatewayState::Told);
    let order = |id: u32, more: &str| {
        format!("37=V1|17=0|11={id}|55=BTCUSDT|54=1|38=1|6=0|151=1|14=0|150=I|39=0|584=1792|{more}")
    };
    let ends = |link: &Link| link.events.last() == Some(&told);
    // By the flag of the last one, by their number, or because there are none.
    let mut link = Link::plain(Version::Fix44);
    link.say("8", &order(1280, "911=2|912=N|"));
    assert!(!ends(&link));
    link.say("8", &order(1536, "911=2|912=Y|"));
    assert!(ends(&link));
    let mut link = Link::plain(Version::Fix44);
    link.say("8", &order(1280, "911=2|"));
    assert!(!ends(&link));
    link.say("8", &order(1536, "911=2|"));
    assert!(ends(&link));
    let mut link = Link::plain(Version::Fix44);
    link.say("8", "37=NONE|17=0|55=BTCUSDT|54=1|6=0|151=0|14=0|150=8|39=8|103=5|584=1792|");
    assert_eq!(link.events, [told]);
}

#[test]
fn an_order_without_a_session_is_refused_and_reported_as_unsent() {
    let ours = session(Role::Initiator, Version::Fix44);
    let mut gateway = FixGateway::new(GatewayId(0), ours, Dialect::plain(&[instrument()]));
    assert!(gateway.send(NOW, &new_order()).is_err());
    assert!(gateway.stored_requests().is_empty());
    let report = unsent(&new_order(), NOW, RejectReason::GatewayDown);
    assert_eq!((report.kind, report.reason), (ExecKind::Unsent, RejectReason::GatewayDown));
}

#[test]
fn messages_that_are_not_ours_are_counted() {
    let mut link = Link::plain(Version::Fix44);
    let rest = "37=V1|17=0|55=BTCUSDT|54=1|6=0|151=1|14=0|150=0|39=0|";
    for id in ["ABC", "99999999999999999999999"] {
        link.say("8", &format!("11={id}|{rest}"));
    }
    link.say("B", "148=news|33=1|58=text|");
    assert_eq!(link.events, []);
    assert_eq!(link.gateway.counters().untranslated, 3);
}

#[test]
fn a_trade_that_is_not_ours_is_said_in_every_version() {
    let reasons = [
        (DontKnowReason::UnknownSymbol, 'A'),
        (DontKnowReason::WrongSide, 'B'),
        (DontKnowReason::Overfill, 'C'),
        (DontKnowReason::NoMatchingOrder, 'D'),
    ];
    for version in VERSIONS {
        for (reason, code) in reasons {
            let mut link = Link::plain(version);
            let trade = DontKnowTrade {
                gateway: GatewayId(0),
                instrument: InstrumentId(0),
                side: Side::Sell,
                reason,
                client_order_id: ClientOrderId(0),
                last_lots: Lots(3),
                last_price: Ticks(618_002),
                order_lots: Lots::ZERO,
                exec_id: Text::new(b"E9"),
                venue_order_id: Text::new(b"V9"),
            };
            link.gateway.dont_know(NOW, &trade).expect("logged on");
            link.exchange();
            assert_eq!(link.refused, [""; 0]);
            let said =
                format!("|37=V9|17=E9|127={code}|55=BTCUSDT|54=2|38=0.003|32=0.003|31=61800.2|");
            assert!(link.heard[0].contains(&said), "{}", link.heard[0]);
        }
    }
}

/// In the broker's own words, in every version that its dictionary then checks.
#[test]
fn a_trade_in_an_unknown_symbol_is_not_known() {
    for version in VERSIONS {
        let old = version < Version::Fix43;
        let (trans, trade) = if old { ("20=0|", "1") } else { ("", "F") };
        let report = |exec_type: &str| {
            format!(
                "37=V9|11=1280|17=E9|{trans}150={exec_type}|39=1|55=NOPE|54=2|38=5|32=3|31=7.50|\
                 151=2|14=3|6=0|"
            )
        };
        let mut link = Link::plain(version);
        link.say("8", &report(trade));
        assert_eq!(link.refused, [""; 0]);
        assert_eq!(link.events, []);
        assert_eq!(link.heard.len(), 1);
        let said = "|37=V9|17=E9|127=A|55=NOPE|54=2|38=5|32=3|31=7.50|";
        assert!(link.heard[0].contains("|35=Q|"), "{}", link.heard[0]);
        assert!(link.heard[0].contains(said), "{}", link.heard[0]);
        // What is no trade cannot be answered so.
        link.say("8", &report("0"));
        assert_eq!(link.heard.len(), 1);
        let counters = link.gateway.counters();
        assert_eq!((counters.unknown_symbols, counters.untranslated), (1, 2));
    }
    let mut silent = DialectSpec::plain(Version::Fix44);
    silent.capabilities.dont_know_trade = false;
    let mut link = Link::new(Dialect::new(&silent, &[instrument()]).expect("a dialect"));
    link.say("8", "37=V9|11=1280|17=E9|150=F|39=1|55=NOPE|54=2|32=3|31=7.50|151=2|14=3|6=0|");
    assert_eq!(link.heard, [""; 0]);
    assert_eq!(link.gateway.counters().unknown_symbols, 1);
}

//! Positions: the question, every form of the answer, and brokers that do not answer.

use gannet_types::{Notional, PositionTold, VenueId, VenuePosition};
use proptest::prelude::*;

use super::*;

/// The versions that have the messages.
const ASKING: [Version; 4] = [Version::Fix44, Version::Fix50, Version::Fix50Sp1, Version::Fix50Sp2];

fn question() -> OrderRequest {
    OrderRequest {
        kind: RequestKind::Positions,
        account: AccountId(1),
        price: Ticks::ZERO,
        lots: Lots::ZERO,
        ..new_order()
    }
}

fn answer(told: PositionTold) -> VenuePosition {
    VenuePosition {
        gateway: GatewayId(0),
        account: Some(AccountId(1)),
        request: question().client_order_id,
        told,
        reports: Some(3),
        session_sequence: 2,
        received: NOW,
    }
}

const fn held(lots: i64, funding: Option<Notional>) -> PositionTold {
    PositionTold::Held { instrument: InstrumentId(0), lots: Lots(lots), funding }
}

/// A broker that names accounts in a place.
fn speaking(version: Version, account_field: AccountField) -> Link {
    let spec = DialectSpec {
        accounts: vec!["FUND-1".to_owned(), "FUND-2".to_owned()],
        account_field,
        ..DialectSpec::plain(version)
    };
    Link::new(Dialect::new(&spec, &[instrument()]).expect("a dialect"))
}

fn places() -> [AccountField; 3] {
    [AccountField::Account, AccountField::Party { source: b'D', role: 24 }, AccountField::None]
}

/// Has the broker give an answer; returns what comes out.
#[track_caller]
fn answered(link: &mut Link, answer: &VenuePosition) -> VenuePosition {
    let (dialect, report_id) = (link.dialect.clone(), VenueId::new(b"P-1"));
    link.events.clear();
    link.broker
        .send(NOW.0, position::message_type(&answer.told), |writer| {
            position::write(writer, answer, &dialect, &report_id, NOW);
        })
        .expect("a message");
    link.exchange();
    assert_eq!(link.gateway.session().counters().rejects_sent, 0);
    let [GatewayEvent::Position(heard)] = link.events[..] else { panic!("{:?}", link.events) };
    heard
}

#[test]
fn the_question_is_what_the_standard_allows() {
    for version in ASKING {
        for place in places() {
            // Where the session says whose they are, only 4.4 wants Account(1) all the same.
            let by_session = place == AccountField::None;
            let mut link = speaking(version, place);
            link.gateway.send(NOW, &question()).expect("logged on");
            link.exchange();
            assert_eq!(link.refused, [""; 0], "{:?}", link.heard);
            let named =
                link.heard[0].contains("|1=FUND-2|") || link.heard[0].contains("|448=FUND-2|");
            assert_eq!(named, version == Version::Fix44 || !by_session, "{:?}", link.heard);
            let account = AccountId(u16::from(!by_session));
            assert_eq!(link.requests, [Ok(OrderRequest { account, ..question() })]);
        }
    }
    let mut link = Link::plain(Version::Fix44);
    link.gateway.send(NOW, &question()).expect("logged on");
    link.exchange();
    let wanted = "|710=1280|724=0|1=1|581=1|715=20231114|60=20231114-22:13:20.123|10=";
    assert!(link.heard[0].contains(wanted), "{}", link.heard[0]);
}

#[test]
fn a_version_without_the_messages_cannot_have_the_capability() {
    let mut spec = DialectSpec::plain(Version::Fix43);
    assert!(!spec.capabilities.positions);
    spec.capabilities.positions = true;
    let error = Dialect::new(&spec, &[instrument()]).expect_err("too old");
    assert_eq!(error.to_string(), "RequestForPositions is not part of this FIX version");
}

proptest! {
    #[test]
    fn an_answer_arrives_as_it_was_given(
        version in prop::sample::select(ASKING.to_vec()),
        place in prop::sample::select(places().to_vec()),
        lots in -(1_i64 << 40)..1 << 40,
        funding in prop::option::of(-(1_i128 << 40)..1 << 40),
        kind in 0..4,
    ) {
        let mut link = speaking(version, place.clone());
        let told = match kind {
            0 => PositionTold::Announced,
            1 => PositionTold::NoPositions,
            2 => PositionTold::Refused,
            _ => held(lots, funding.map(Notional)),
        };
        let told = answer(told);
        let heard = answered(&mut link, &told);
        // Where the session says whose it is, the messages do not.
        let account = if place == AccountField::None { None } else { told.account };
        prop_assert_eq!(heard, VenuePosition { account, ..told });
    }
}

#[test]
fn what_is_held_now_counts_of_several_quantities() {
    let report = "721=P1|710=1280|727=3|728=0|715=20231114|1=1|581=1|55=BTCUSDT|730=0|731=1|734=0|";
    let cases = [
        ("702=1|703=TQ|704=0.005|", held(5, None)),
        ("702=1|703=TQ|704=0.005|705=0.007|", held(-2, None)),
        ("702=2|703=SOD|704=0.009|703=TQ|705=0.003|", held(-3, None)),
        ("702=2|703=TQ|704=0.001|703=TOT|704=0.004|", held(4, None)),
        ("702=2|703=TOT|704=0.004|703=TOT|705=0.001|", held(3, None)),
        ("702=2|703=DLV|704=0.009|703=FIN|704=0.002|", held(2, None)),
        ("702=1|704=0.002|", held(2, None)),
        ("702=1|703=TQ|704=0|753=1|707=CASH|708=-1.5|", held(0, Some(Notional(15_000)))),
        // A ten-thousandth is the unit: received is rounded down, paid up.
        ("702=1|703=TQ|704=0|753=1|707=CASH|708=0.00019|", held(0, Some(Notional(-1)))),
        ("702=1|703=TQ|704=0|753=1|707=CASH|708=-0.00019|", held(0, Some(Notional(2)))),
        (
            "702=1|703=TQ|704=0.001|753=3|707=FMTM|708=9|707=CASH|708=1|707=CASH|708=2|",
            held(1, Some(Notional(-30_000))),
        ),
    ];
    for (quantities, told) in cases {
        let mut link = Link::plain(Version::Fix44);
        link.say("AP", &format!("{report}{quantities}"));
        let expected = answer(told);
        assert_eq!(link.events, [GatewayEvent::Position(expected)], "{quantities}");
    }
    let elsewhere = report.replace("BTCUSDT", "ACME");
    let mut link = Link::plain(Version::Fix44);
    link.say("AP", &format!("{elsewhere}702=1|703=TQ|704=5|"));
    assert_eq!(link.events, [GatewayEvent::Position(answer(PositionTold::Elsewhere))]);
}

#[test]
fn what_cannot_be_read_is_counted_and_missed() {
    let report = "721=P1|710=1280|728=0|715=20231114|1=1|581=1|55=BTCUSDT|730=0|731=1|734=0|";
    let mut link = Link::plain(Version::Fix44);
    for quantities in [
        "702=1|703=SOD|704=0.005|",
        "702=1|703=TQ|704=0.0005|",
        "702=2|703=TQ|704=9223372036854775.807|703=TQ|704=0.001|",
        "",
    ] {
        link.say("AP", &format!("{report}{quantities}"));
    }
    link.say("AP", &report.replace("710=1280|", "710=ABC|"));
    assert_eq!(link.events, []);
    assert_eq!(link.gateway.counters().untranslated, 5);
}

#[test]
fn a_broker_that_cannot_is_heard_whatever_way_it_says_so() {
    let acknowledgement = "721=P1|710=1280|728=4|729=2|1=1|581=1|";
    let cases = [
        ("AO", acknowledgement.to_owned()),
        ("j", "45=2|372=AN|379=1280|380=3|".to_owned()),
        // Without the id the number of our message tells.
        ("j", "45=2|372=AN|380=3|58=what?|".to_owned()),
        ("3", "45=2|372=AN|373=11|".to_owned()),
    ];
    for (msg_type, body) in cases {
        let mut link = Link::plain(Version::Fix44);
        link.gateway.send(NOW, &question()).expect("logged on");
        link.exchange();
        link.say(msg_type, &body);
        let [GatewayEvent::Position(heard)] = link.events[..] else {
            panic!("{msg_type} {body}: {:?}", link.events)
        };
        assert_eq!(
            (heard.request, heard.told),
            (question().client_order_id, PositionTold::Refused)
        );
    }
}

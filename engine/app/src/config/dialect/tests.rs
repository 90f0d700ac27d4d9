//! The shipped dialects: they load, and what they say is what the standard allows.

use gannet_fix::dictionary::Validation;
use gannet_fix::session::Role;
use gannet_fix::{Event, MemoryStore, Session};
use gannet_gateways::fix::{Dialect, FixGateway};
use gannet_types::{
    AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, OrderId, OrderRequest,
    OrderTerms, PegReference, PositionEffect, RequestKind, Side, StrategyId, Ticks,
};

use super::*;
use crate::config::{self, Config};

const NOW: Nanos = Nanos(1_700_000_000_000_000_000);

fn load(file: &str, symbol: &str) -> anyhow::Result<Config> {
    let path = format!("{}/../../config/fix/{file}", env!("CARGO_MANIFEST_DIR"));
    let overlay = format!(
        "[gateway]\nhost = \"broker.example\"\nport = 9880\ndialect = \"{path}\"\n\
         [[instrument]]\nsymbol = \"{symbol}\"\ntick = \"0.01\"\nlot = \"1\"\n\
         [bars]\nquantity = []\n[strategy]\nquantity = \"1\"\n\
         [risk]\norder_quantity_max = \"10\"\nposition_quantity_max = \"10\""
    );
    config::parse(&[(&overlay, "the test")])
}

/// A request of `kind`, plain.
fn request(kind: RequestKind) -> OrderRequest {
    let revision = u8::from(matches!(kind, RequestKind::Cancel | RequestKind::Replace));
    OrderRequest {
        kind,
        gateway: GatewayId(0),
        account: AccountId(0),
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::new(OrderId(5), revision),
        original: ClientOrderId::new(OrderId(5), 0),
        side: Side::Buy,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Day,
        price: Ticks(10_050),
        lots: Lots(7),
        terms: OrderTerms::PLAIN,
        origin: NOW,
    }
}

/// Every order that the capabilities allow, and every other request.
fn requests(can: &Capabilities) -> Vec<OrderRequest> {
    let mut requests = Vec::new();
    for order_type in OrderType::ALL {
        for time_in_force in TimeInForce::ALL {
            let stop = matches!(order_type, OrderType::Stop | OrderType::StopLimit);
            let terms = OrderTerms {
                stop_price: if stop { Ticks(10_060) } else { Ticks::ZERO },
                offset: Ticks(i64::from(order_type == OrderType::TrailingStop) * 5),
                peg: if order_type == OrderType::Pegged {
                    PegReference::Midpoint
                } else {
                    PegReference::None
                },
                display_lots: Lots(i64::from(can.display_lots)),
                expire_time: if time_in_force == TimeInForce::GoodTillDate {
                    NOW
                } else {
                    Nanos::ZERO
                },
                ..OrderTerms::PLAIN
            };
            let price = if order_type.has_limit() { Ticks(10_050) } else { Ticks::ZERO };
            let plain = request(RequestKind::New);
            let order = OrderRequest { order_type, time_in_force, terms, price, ..plain };
            let sound = terms.check(order_type, time_in_force, order.lots).is_ok();
            // FIX 4.2 has market and limit orders at the close only.
            let closes = time_in_force == TimeInForce::AtTheClose && stop;
            if sound && !closes && can.check(order_type, time_in_force, &terms).is_ok() {
                requests.push(order);
            }
        }
    }
    requests.extend([RequestKind::Cancel, RequestKind::Status].map(request));
    if can.replace {
        requests.push(request(RequestKind::Replace));
    }
    if can.mass_cancel {
        requests.push(request(RequestKind::MassCancel));
    }
    if can.mass_status {
        requests.push(request(RequestKind::MassStatus));
    }
    if can.positions {
        requests.push(request(RequestKind::Positions));
    }
    requests
}

/// Sends everything a dialect can say to a broker that checks it, and returns the bodies.
fn say_everything(config: &Config) -> Vec<String> {
    say(config, &requests(&config.dialect.spec.capabilities))
}

/// Sends requests to a broker that checks them, and returns the bodies.
fn say(config: &Config, requests: &[OrderRequest]) -> Vec<String> {
    let dialect = &config.dialect;
    let ours = dialect.session(config.fix.session.clone()).expect("a session");
    // The broker knows its own fields, 9001 and the like.
    let theirs = SessionConfig {
        version: ours.version,
        dictionaries: SessionConfig::standard_dictionaries(ours.version),
        validation: Validation { user_defined_tags: false, ..Validation::full() },
        ..SessionConfig::new(Role::Acceptor, &ours.target_comp_id, &ours.sender_comp_id)
    };
    let session = |config| Session::new(config, MemoryStore::new(1 << 20)).expect("a session");
    let spoken = Dialect::new(&dialect.spec, &config.pipeline.instruments).expect("a dialect");
    let mut gateway = FixGateway::new(GatewayId(0), session(ours), spoken);
    let mut broker = session(theirs);
    broker.on_connected(NOW.0);
    gateway.on_connected(NOW);
    let mut bodies = Vec::new();
    let mut exchange = |gateway: &mut FixGateway<MemoryStore>| {
        for _ in 0..4 {
            let out = gateway.poll_transmit().to_vec();
            gateway.consume_transmit(out.len());
            broker.handle_bytes(NOW.0, &out, &mut |event| match event {
                Event::Application { message, .. } => {
                    let field = |(tag, value)| format!("{tag}={}|", String::from_utf8_lossy(value));
                    let msg_type = String::from_utf8_lossy(message.msg_type());
                    bodies.push(format!(
                        "{msg_type} {}",
                        message.body().map(field).collect::<String>()
                    ));
                }
                Event::Refused { .. } | Event::Garbled { .. } => panic!("{event:?}"),
                _ => {}
            });
            let back = broker.poll_transmit().to_vec();
            broker.consume_transmit(back.len());
            gateway.handle_bytes(NOW, &back, &mut |_| {});
        }
    };
    exchange(&mut gateway);
    for request in requests {
        gateway.send(NOW, request).unwrap_or_else(|error| panic!("{error}: {request:?}"));
        exchange(&mut gateway);
    }
    bodies
}

#[test]
fn an_equities_agency_broker_on_4_2() {
    let config = load("harbour.toml", "ACME").expect("a dialect");
    let bodies = say_everything(&config);
    assert_eq!(bodies.len(), 4 * 7 - 2 + 3, "{bodies:?}");
    let named =
        "1=HS-4417|55=ACME|48=US0000000001|22=4|167=CS|207=N|54=1|60=20231114-22:13:20.000000|";
    assert_eq!(
        bodies[0],
        format!("D 11=GN-ZK|{named}38=7|21=2|40=1|59=0|111=1|100=N|47=A|9001=PASSIVE|439=HS-4417|")
    );
    let replace =
        format!("G 11=GN-ZL|41=GN-ZK|{named}38=7|21=2|40=2|44=100.50|59=0|100=N|9001=PASSIVE|");
    assert_eq!(bodies.last(), Some(&replace));
    assert_eq!(config.dialect.required, [("8".to_owned(), 60), ("8".to_owned(), 198)]);
}

#[test]
fn a_foreign_exchange_ecn_on_4_4() {
    let config = load("meridian.toml", "EURUSD").expect("a dialect");
    let bodies = say_everything(&config);
    let last: Vec<_> = bodies.iter().rev().take(5).map(String::as_str).collect();
    let named = "1=GANNET-FX|55=EUR/USD|167=FOR|54=1|";
    assert_eq!(
        last,
        [
            "AN 710=G1280|724=0|1=GANNET-FX|581=1|715=20231114|60=20231114-22:13:20.000000|",
            "AF 584=G1280|585=7|1=GANNET-FX|",
            "q 11=G1280|530=7|60=20231114-22:13:20.000000|",
            &format!("H 11=G1280|{named}"),
            &format!("F 11=G1281|41=G1280|{named}60=20231114-22:13:20.000000|"),
        ]
    );
    assert!(!config.pipeline.gateways[0].capabilities.replace);
    assert_eq!(config.dialect.logon_fields, [(9406, "Y".to_owned())]);
}

#[test]
fn a_prime_broker_on_5_0() {
    let config = load("summit.toml", "BTCUSDT").expect("a dialect");
    let bodies = say_everything(&config);
    let named = "453=1|448=FUND-ONE|447=D|452=24|55=BTC|48=BTC-PERP|22=8|461=FFDPSX|207=SMTX|54=1|\
                 60=20231114-22:13:20.000000|";
    assert_eq!(bodies[0], format!("D 11=ZK|{named}38=7|40=1|59=0|1138=1|582=4|"));
    let trailing = format!("D 11=ZK|{named}38=7|40=P|59=0|1094=8|211=0.05|1138=1|582=4|");
    assert!(bodies.contains(&trailing), "{bodies:?}");
}

#[test]
fn an_order_that_only_closes_says_so_where_the_broker_has_words_for_it() {
    let cases = [
        ("harbour.toml", "ACME", ""),
        ("meridian.toml", "EURUSD", ""),
        ("summit.toml", "BTCUSDT", "18=E|77=C|"),
        ("standard.toml", "ANY", "18=E|77=C|"),
    ];
    for (file, symbol, words) in cases {
        let config = load(file, symbol).expect("a dialect");
        let position_effect = PositionEffect::Close;
        let terms = OrderTerms { position_effect, ..OrderTerms::REDUCING };
        let closing = OrderRequest { terms, ..request(RequestKind::New) };
        let bodies = say(&config, &[request(RequestKind::New), closing]);
        let [plain, closing] = &bodies[..] else { panic!("two orders: {bodies:?}") };
        let more: String = closing.split_inclusive('|').filter(|it| !plain.contains(it)).collect();
        assert_eq!(more, words, "{file}: {closing}");
    }
}

#[test]
fn the_journal_keeps_what_the_pipeline_must_know() {
    let standard = config::parse(&[]).expect("the default");
    assert!(!standard.decisive.contains("dialect"), "{}", standard.decisive);
    let config = load("meridian.toml", "EURUSD").expect("a dialect");
    let again = config::parse(&[(&config.decisive, "the journal")]).expect("the decisive part");
    assert_eq!(again.pipeline.gateways[0].capabilities, config.pipeline.gateways[0].capabilities);
    assert_eq!(again.decisive, config.decisive);
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("[dialect]\nversoin = \"FIX.4.4\"", "did you mean `version`?"),
        ("[dialect.orders]\nhandl_ints = \"1\"", "did you mean `handl_inst`?"),
        ("[[dialect.instrument]]\nsymbl = \"X\"", "did you mean `symbol`?"),
        ("[dialect]\nversion = \"FIX.4.1\"", "FIX 4.2 is the oldest version"),
        ("[dialect.capabilities]\norder_types = [\"limt\"]", "capabilities.order_types: `limt`"),
        ("[dialect.capabilities]\nreplace = \"no\"", "`no` is not `native` or `cancel_new`"),
        ("[dialect.cl_ord_id]\nprefix = \"a b\"", "cl_ord_id: the prefix"),
        ("[dialect.cl_ord_id]\nlength_max = 12", "cl_ord_id: the prefix"),
        ("[dialect.orders]\naccount_field = \"x\"", "`account`, `party` or `none`"),
        ("[[dialect.field]]\ntag = 9\nmessages = [\"D\"]", "field 9: it needs a value"),
        ("[[dialect.field]]\ntag = 9\nmessages = [\"8\"]\nvalue = \"x\"", "`8` is no message"),
        ("[gateway]\ndialect = \"nowhere.toml\"", "cannot read the configuration nowhere.toml"),
    ];
    for (overlay, told) in cases {
        let error = config::parse(&[(overlay, "the test")]).expect_err(overlay);
        assert!(format!("{error:#}").contains(told), "{error:#}");
    }
}

#[test]
fn an_acceptor_speaks_one_dialect_a_version() {
    let path = |file: &str| format!("{}/../../config/fix/{file}", env!("CARGO_MANIFEST_DIR"));
    let acceptor = |files: &[&str]| {
        let files: Vec<String> = files.iter().map(|file| path(file)).collect();
        config::parse(&[(&format!("[acceptor]\ndialects = {files:?}"), "the test")])
    };
    let config = acceptor(&["harbour.toml", "meridian.toml", "summit.toml"]).expect("dialects");
    let versions = config.acceptor.dialects.iter().map(|dialect| dialect.spec.version);
    assert!(versions.eq([Version::Fix42, Version::Fix44, Version::Fix50Sp2]));
    let error = acceptor(&["meridian.toml", "standard.toml"]).expect_err("two of 4.4");
    assert!(format!("{error:#}").contains("standard.toml is the second of FIX.4.4"), "{error:#}");
    let error = acceptor(&["nowhere.toml"]).expect_err("no file");
    assert!(format!("{error:#}").contains("acceptor.dialects: "), "{error:#}");
}

#[test]
fn a_drop_copy_session_has_the_keys_of_the_gateway() {
    let path = format!("{}/../../config/fix/harbour.toml", env!("CARGO_MANIFEST_DIR"));
    let overlay = format!(
        "[drop_copy]\nhost = \"copies.example\"\nport = 9881\nsender_comp_id = \"GANNET-DC\"\n\
         dialect = \"{path}\"\n[drop_copy.session]\nresend_chunk = 100"
    );
    let config = config::parse(&[(&overlay, "the test")]).expect("a drop copy");
    assert_eq!(config.pipeline.drop_copy, Some(GatewayId(1)));
    let (session, dialect) = config.drop_copy.as_ref().expect("a drop copy");
    assert_eq!(session.session.sender_comp_id, "GANNET-DC");
    assert_eq!(session.session.version, Version::Fix42);
    assert_eq!(dialect.spec.accounts, ["HS-4417", "HS-4418"]);
    // The journal keeps that there is one, not where.
    assert!(!config.decisive.contains("example"), "{}", config.decisive);
    let again = config::parse(&[(&config.decisive, "the journal")]).expect("the decisive part");
    assert_eq!(again.pipeline.drop_copy, Some(GatewayId(1)));
    assert_eq!(again.decisive, config.decisive);
    let wrong = config::parse(&[("[drop_copy]\nhsot = \"x\"", "the test")]).expect_err("a typo");
    assert!(format!("{wrong:#}").contains("did you mean `host`?"), "{wrong:#}");
}

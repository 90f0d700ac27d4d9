//! Brokers with ways of their own, message by message.

use super::*;

/// Returns the body of what the broker hears when `request` is sent.
#[track_caller]
fn body(link: &mut Link, request: &OrderRequest) -> String {
    link.heard.clear();
    link.gateway.send(NOW, request).expect("logged on");
    link.exchange();
    assert_eq!(link.refused, [""; 0]);
    let [heard] = &link.heard[..] else { panic!("{:?}", link.heard) };
    let (_, body) = heard.split_once("|56=BROKER|").expect("a header");
    let (body, _) = body.rsplit_once("10=").expect("a checksum");
    body.to_owned()
}

fn equities() -> DialectSpec {
    let names = InstrumentNames {
        symbol: "ACME".to_owned(),
        security_id: "US0000000001".to_owned(),
        security_id_source: "4".to_owned(),
        security_type: "CS".to_owned(),
        exchange: "XNAS".to_owned(),
        ..InstrumentNames::default()
    };
    let constant = |messages: &[&str], tag, value: &str| OwnField {
        messages: messages.iter().map(|&each| each.to_owned()).collect(),
        tag,
        value: OwnValue::Constant(value.to_owned()),
    };
    let desk = OwnField { messages: vec!["D".to_owned()], tag: 439, value: OwnValue::Account };
    DialectSpec {
        ids: IdFormat::new("GN", IdBase::Base36, 20).expect("a format"),
        order_id_in_cancels: true,
        expiry: Expiry::Date,
        instruments: vec![names],
        accounts: vec!["AG-100".to_owned(), "AG-200".to_owned()],
        fields: vec![constant(&["D", "G"], 100, "XNAS"), constant(&["D"], 47, "A"), desk],
        ..DialectSpec::plain(Version::Fix42)
    }
}

#[test]
fn an_equities_broker_on_4_2() {
    let dialect = Dialect::new(&equities(), &[instrument()]).expect("a dialect");
    let mut link = Link::new(dialect);
    let order = OrderRequest {
        account: AccountId(1),
        time_in_force: TimeInForce::GoodTillDate,
        terms: OrderTerms { expire_time: NOW, display_lots: Lots(2), ..OrderTerms::PLAIN },
        ..new_order()
    };
    let named =
        "1=AG-200|55=ACME|48=US0000000001|22=4|167=CS|207=XNAS|54=1|60=20231114-22:13:20.123|";
    assert_eq!(
        body(&mut link, &order),
        format!(
            "11=GNZK|{named}38=0.010|21=1|40=2|44=61800.2|59=6|432=20231114|111=0.002|100=XNAS|\
             47=A|439=AG-200|"
        )
    );
    assert_eq!(
        link.requests,
        [Ok(OrderRequest {
            // A date is the beginning of its day.
            terms: OrderTerms { expire_time: Nanos(1_699_920_000_000_000_000), ..order.terms },
            ..order
        })]
    );
    // The venue's OrderID is in the cancel once a report has told it.
    link.say("8", "37=V-77|11=GNZK|17=1|20=0|150=0|39=0|55=ACME|54=1|38=0.01|151=0.01|14=0|6=0|");
    let cancel = OrderRequest {
        kind: RequestKind::Cancel,
        client_order_id: ClientOrderId::new(OrderId(5), 1),
        terms: OrderTerms::PLAIN,
        ..order
    };
    assert_eq!(body(&mut link, &cancel), format!("11=GNZL|41=GNZK|37=V-77|{named}38=0.010|"));
    let close =
        OrderRequest { time_in_force: TimeInForce::AtTheClose, terms: OrderTerms::PLAIN, ..order };
    let said = body(&mut link, &close);
    assert!(said.contains("|40=B|44=61800.2|59=0|"), "{said}");
    let trailing = OrderRequest {
        order_type: OrderType::TrailingStop,
        time_in_force: TimeInForce::Day,
        terms: OrderTerms { offset: Ticks(5), ..OrderTerms::PLAIN },
        ..order
    };
    assert!(link.gateway.send(NOW, &trailing).is_err(), "4.2 cannot say it");
}

#[test]
fn a_prime_broker_on_5_0() {
    let spec = DialectSpec {
        handling: None,
        key: SymbolKey::SecurityId,
        account_field: AccountField::Party { source: b'D', role: 24 },
        instruments: vec![InstrumentNames {
            symbol: "BTC".to_owned(),
            security_id: "BTC-PERP".to_owned(),
            security_id_source: "8".to_owned(),
            cfi_code: "FFDPSX".to_owned(),
            maturity: "202412".to_owned(),
            ..InstrumentNames::default()
        }],
        accounts: vec!["FUND-1".to_owned()],
        ..DialectSpec::plain(Version::Fix50Sp2)
    };
    let mut link = Link::new(Dialect::new(&spec, &[instrument()]).expect("a dialect"));
    let trailing = OrderRequest {
        order_type: OrderType::TrailingStop,
        time_in_force: TimeInForce::Day,
        price: Ticks::ZERO,
        terms: OrderTerms { offset: Ticks(5), display_lots: Lots(1), ..OrderTerms::PLAIN },
        ..new_order()
    };
    assert_eq!(
        body(&mut link, &trailing),
        "11=1280|453=1|448=FUND-1|447=D|452=24|55=BTC|48=BTC-PERP|22=8|461=FFDPSX|200=202412|54=1|\
         60=20231114-22:13:20.123|38=0.010|40=P|59=0|1094=8|211=0.5|1138=0.001|"
    );
    assert_eq!(link.requests, [Ok(trailing)]);
    let mass = OrderRequest {
        kind: RequestKind::MassStatus,
        order_type: OrderType::Limit,
        terms: OrderTerms::PLAIN,
        ..trailing
    };
    let said = body(&mut link, &mass);
    assert_eq!(said, "584=1280|585=7|453=1|448=FUND-1|447=D|452=24|");
}

#[test]
fn an_account_without_a_name_is_not_sent() {
    let dialect = Dialect::new(&equities(), &[instrument()]).expect("a dialect");
    let mut link = Link::new(dialect);
    let foreign = OrderRequest { account: AccountId(2), ..new_order() };
    assert!(link.gateway.send(NOW, &foreign).is_err());
}

#[test]
fn a_dialect_that_contradicts_itself_is_refused() {
    let two =
        [instrument(), Instrument { id: InstrumentId(1), symbol: Text::new(b"X"), ..instrument() }];
    let named =
        |symbol: &str| InstrumentNames { symbol: symbol.to_owned(), ..InstrumentNames::default() };
    let field = |message: &str, value: &str| OwnField {
        messages: vec![message.to_owned()],
        tag: 9_001,
        value: OwnValue::Constant(value.to_owned()),
    };
    let old = DialectSpec::plain(Version::Fix42);
    let plain = DialectSpec::plain(Version::Fix44);
    let mut mass = old.clone();
    mass.capabilities.mass_cancel = true;
    let cases = [
        (DialectSpec::plain(Version::Fix41), "FIX 4.2 is the oldest version with an ExecType"),
        (mass, "OrderMassCancelRequest is not part of this FIX version"),
        (DialectSpec { handling: None, ..old }, "FIX 4.2 needs a handl_inst"),
        (
            DialectSpec { instruments: vec![named("A"), named("A")], ..plain.clone() },
            "two instruments are called `A`",
        ),
        (
            DialectSpec { instruments: vec![named("A\x01B")], ..plain.clone() },
            "`A\x01B` cannot be the value of a field",
        ),
        (
            DialectSpec { key: SymbolKey::SecurityId, ..plain.clone() },
            "`security_id of BTCUSDT` cannot be the value of a field",
        ),
        (
            DialectSpec { fields: vec![field("8", "x")], ..plain.clone() },
            "`8` is no message that we send; known are D, F, G, H, q, AF and AN",
        ),
        (
            DialectSpec { fields: vec![field("D", "")], ..plain },
            "`` cannot be the value of a field",
        ),
    ];
    for (spec, text) in cases {
        let error = Dialect::new(&spec, &two).expect_err(text);
        assert_eq!(error.to_string(), text);
    }
}

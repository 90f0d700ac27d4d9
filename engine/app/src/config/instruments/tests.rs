//! What an inverse contract must say, and what becomes of it.

use gannet_types::{CurrencyId, Lots, Notional, Valuation};

use super::*;
use crate::config::{self, Config};

const INVERSE: &str = "[[instrument]]\nsymbol = \"BTCUSD\"\ntick = \"0.5\"\nlot = \"1\"\nkind = \"inverse\"\n\
                       contract = \"1\"\nsettlement_currency = \"BTC\"\norder_quantity_max = \"5000\"\n\
                       order_notional_max = \"2.5\"\nposition_quantity_max = \"20000\"\nloss_max = \"0.1\"\n";
const COIN: &str = "[strategy]\nquantity = \"100\"\n[currencies]\naccount = \"USD\"\n\
                    others = [{ name = \"BTC\", rate = \"60000\", symbols = [] }]\n";

fn read(text: &str) -> anyhow::Result<Config> {
    config::parse(&[(text, "the test")])
}

#[track_caller]
fn check_refused(text: &str, parts: &[&str]) {
    let error = format!("{:#}", read(text).expect_err(text));
    assert!(parts.iter().all(|part| error.contains(part)), "{error}");
}

#[test]
fn an_inverse_contract_is_counted_and_limited_in_coins() {
    let config = read(&format!("{INVERSE}{COIN}")).expect("a configuration");
    let instrument = &config.pipeline.instruments[0];
    assert_eq!(instrument.valuation(), Valuation::Inverse);
    let limits = config.pipeline.limits[0];
    // A unit is 2×10^-15 coins.
    assert_eq!(limits.order_notional_max, Notional(1_250_000_000_000_000));
    assert_eq!(limits.loss_max, Notional(50_000_000_000_000));
    assert_eq!(limits.order_notional_min, Notional::ZERO, "what [risk] says is no coins");
    assert_eq!((limits.order_lots_max, limits.position_lots_max), (Lots(5_000), Lots(20_000)));
    assert_eq!(config.pipeline.currencies.quoted, [CurrencyId(1)]);
    let rate = Rate::parse(b"60000").expect("a rate");
    assert_eq!(config.broker.exchange.rates, [rate]);
    let again = read(&config.decisive).expect("the journal's own words");
    assert_eq!((&again.decisive, again.pipeline.limits[0]), (&config.decisive, limits));
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let whole = format!("{INVERSE}{COIN}");
    let without = |key: &str| {
        let kept = whole.lines().filter(|line| !line.starts_with(key));
        kept.collect::<Vec<_>>().join("\n")
    };
    for key in [
        "contract",
        "settlement_currency",
        "order_quantity_max",
        "order_notional_max",
        "position_quantity_max",
        "loss_max",
    ] {
        check_refused(&without(key), &[&format!("instrument.{key} of BTCUSD")]);
    }
    for key in ["contract = \"1\"", "settlement_currency = \"BTC\""] {
        let name = key.split(' ').next().expect("a name");
        let linear = format!("[[instrument]]\nsymbol = \"X\"\ntick = \"1\"\nlot = \"1\"\n{key}\n");
        check_refused(&linear, &[&format!("instrument.{name} of X is for"), "inverse"]);
    }
    for (from, to, parts) in [
        ("kind = \"inverse\"", "kind = \"quanto\"", ["instrument.kind of BTCUSD", "`quanto`"]),
        ("contract = \"1\"", "contract = \"0\"", ["instrument.contract of BTCUSD", "`0`"]),
        ("contract = \"1\"", "contract = \"-1\"", ["instrument.contract of BTCUSD", "`-1`"]),
        ("tick = \"0.5\"", "tick = \"0.3\"", ["instrument.kind of BTCUSD", "power of ten"]),
        ("settlement_currency = \"BTC\"", "settlement_currency = \"ETH\"", ["`ETH`", "neither"]),
        ("symbols = []", "symbols = [\"BTCUSD\"]", ["", ""]),
        ("loss_max = \"0.1\"", "loss_max = \"0\"", ["instrument.loss_max", "positive"]),
        (
            "order_notional_max = \"2.5\"",
            "order_notional_max = \"x\"",
            ["instrument.order_notional_max", "x"],
        ),
    ] {
        let text = whole.replace(from, to);
        if parts == ["", ""] {
            assert!(read(&text).is_ok(), "it says the same twice");
        } else {
            check_refused(&text, &parts);
        }
    }
    let two = whole.replace(
        "symbols = [] }]",
        "symbols = [] }, { name = \"ETH\", rate = \"3000\", symbols = [\"BTCUSD\"] }]",
    );
    check_refused(&two, &["`BTCUSD` is listed in another currency", "`BTC`"]);
    let of_account = whole
        .replace("account = \"USD\"", "account = \"BTC\"")
        .replace("\"BTC\", rate", "\"ETH\", rate");
    let config = read(&of_account).expect("the account counts in the coin");
    assert_eq!(config.pipeline.currencies.quoted, [CurrencyId(0)]);
}

#[test]
fn a_linear_instrument_may_have_limits_of_its_own_and_old_journals_are_read() {
    let config = read("").expect("the defaults");
    let default = config.pipeline.limits[0];
    assert!(!config.decisive.contains("settlement_currency"), "{}", config.decisive);
    let spot = "[[instrument]]\nsymbol = \"BTCUSDT\"\ntick = \"0.10\"\nlot = \"0.001\"\nkind = \"spot\"\n\
                order_quantity_max = \"0.005\"\n";
    let own = read(spot).expect("a configuration").pipeline.limits[0];
    assert_eq!(own.order_lots_max, Lots(5));
    assert_eq!(own, gannet_pipeline::InstrumentLimits { order_lots_max: Lots(5), ..default });
    let plain = "[[instrument]]\nsymbol = \"BTCUSDT\"\ntick = \"0.10\"\nlot = \"0.001\"\n";
    assert_eq!(read(plain).expect("a configuration").decisive, config.decisive);
}

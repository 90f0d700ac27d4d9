//! What is written of further gateways, and what becomes of it.

use super::*;
use crate::config;

const TWO: &str = "[[gateways]]\nname = \"second\"\ntarget_comp_id = \"SECOND\"\n";

fn read(text: &str) -> anyhow::Result<Config> {
    config::parse(&[(text, "the test")])
}

#[track_caller]
fn check_refused(text: &str, parts: &[&str]) {
    let error = format!("{:#}", read(text).expect_err(text));
    assert!(parts.iter().all(|part| error.contains(part)), "{error}");
}

#[test]
fn alone_the_gateway_is_main_and_the_drop_copy_comes_after_it() {
    let config = read("[drop_copy]\nhost = \"a.example\"\nport = 1\n").expect("a configuration");
    let names: Vec<_> = config.order_gateways().map(|it| (it.id, it.name)).collect();
    assert_eq!(names, [(GatewayId(0), MAIN)]);
    assert_eq!(config.pipeline.drop_copy, Some(GatewayId(1)));
    assert!(
        !config.decisive.contains("[[gateways]]"),
        "old journals know of none: {}",
        config.decisive
    );
}

#[test]
fn a_further_gateway_has_the_defaults_of_the_main_one_and_its_own_keys() {
    let text = format!(
        "[gateway]\nheartbeat_s = 77\nsimulated = false\n{TWO}\
         on_disconnect = \"cancel_all\"\n[gateways.session]\nreset_on_logon = true\n\
         [gateways.own_dialect.capabilities]\nmass_cancel = true\n\
         [[gateways]]\nname = \"third\"\nhost = \"c.example\"\nport = 3\n"
    );
    let config = read(&text).expect("a configuration");
    let [main, second, third] = config.order_gateways().collect::<Vec<_>>()[..] else {
        panic!("three gateways");
    };
    assert_eq!((main.id, second.id, third.id), (GatewayId(0), GatewayId(1), GatewayId(2)));
    assert_eq!((second.name, third.name), ("second", "third"));
    assert_eq!((main.fix.session.heartbeat_s, second.fix.session.heartbeat_s), (77, 10));
    assert_eq!(second.fix.on_disconnect, config::fix::OnDisconnect::CancelAll);
    assert!(second.fix.session.reset_on_logon && !third.fix.session.reset_on_logon);
    assert!(second.is_simulated_here() && !third.is_simulated_here());
    let pipeline = &config.pipeline.gateways;
    let [first, second, third] = &pipeline[..] else { panic!("{pipeline:?}") };
    assert_eq!((first.simulated, second.simulated, third.simulated), (false, true, true));
    let can = [first, second, third].map(|gateway| gateway.capabilities.mass_cancel);
    assert_eq!(can, [false, true, false]);
}

#[test]
fn each_has_a_dialect_of_its_own() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/fix/meridian.toml");
    let text = format!(
        "[[gateways]]\nname = \"b\"\nhost = \"b.example\"\nport = 2\ndialect = '{file}'\n\
         [gateways.own_dialect]\nversion = \"FIX.4.2\"\n"
    );
    let config = read(&text).expect("a configuration");
    let alone = format!("[gateway]\nhost = \"b.example\"\nport = 2\ndialect = '{file}'\n");
    let alone = read(&alone).expect("a configuration");
    let second = config.order_gateways().nth(1).expect("two");
    assert_eq!(second.dialect.spec.capabilities, alone.dialect.spec.capabilities);
    assert_eq!(second.dialect.spec.version, alone.dialect.spec.version, "the file comes last");
    let standard = &read("").expect("the default").dialect;
    assert_eq!(config.dialect.spec.capabilities, standard.spec.capabilities);
}

#[test]
fn the_journal_keeps_what_decisions_depend_on() {
    let text = format!(
        "[routing]\ngateways = [\"third\", \"main\"]\nbreaker_failures_in_a_row = 4\n\
         {TWO}simulated = false\nheartbeat_s = 5\ntaker_fee_ppm = 40\ndrop_copied = false\n\
         [gateways.own_dialect.capabilities]\nmass_status = true\n\
         [[gateways]]\nname = \"third\"\nhost = \"c.example\"\nport = 3\n\
         [drop_copy]\nhost = \"d.example\"\nport = 4\n"
    );
    let config = read(&text).expect("a configuration");
    assert!(!config.decisive.contains("heartbeat") && !config.decisive.contains("example"));
    let again = read(&config.decisive).expect("the journal's own words");
    assert_eq!(again.decisive, config.decisive);
    assert_eq!(again.pipeline.gateways, config.pipeline.gateways);
    assert_eq!(again.pipeline.routing, config.pipeline.routing);
    assert_eq!(again.pipeline.accounts, config.pipeline.accounts);
    assert_eq!(config.pipeline.routing.breaker.in_a_row, 4);
    let fees = config.pipeline.gateways[1].fees;
    assert_eq!((fees.maker_ppm, fees.taker_ppm), (0, 40));
    assert!(!config.pipeline.gateways[1].is_copied && config.pipeline.gateways[2].is_copied);
    assert_eq!(again.pipeline.drop_copy, Some(GatewayId(3)));
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let entry = |text: &str| format!("[[gateways]]\n{text}");
    check_refused(&entry("nme = \"b\"\n"), &["unknown key `gateways.nme`", "`name`"]);
    check_refused(&entry("target_comp_id = \"B\"\n"), &["the name `` must be"]);
    for name in ["Big", "with space", "../up", "a-name-that-is-longer-than-24"] {
        check_refused(&entry(&format!("name = \"{name}\"\n")), &[name, "small letters"]);
    }
    check_refused(&entry("name = \"main\"\n"), &["`main` is the name of another session"]);
    check_refused(&entry("name = \"drop-copy\"\n"), &["is the name of another session"]);
    check_refused(&format!("{TWO}{TWO}"), &["`second` is there twice"]);
    check_refused(&entry("name = \"b\"\n"), &["GANNET and BROKER", "target_comp_id"]);
    check_refused(&format!("{TWO}heartbeat_s = 90000\n"), &["`second`", "gateway.heartbeat_s"]);
    check_refused(&format!("{TWO}host = \"a\"\n"), &["`second`", "gateway.port is missing"]);
    check_refused(&format!("{TWO}dialect = 'none.toml'\n"), &["gateways.dialect: none.toml"]);
    let unknown = format!("{TWO}[gateways.own_dialect.orders]\nhandl = \"1\"\n");
    check_refused(&unknown, &["unknown key `gateways.own_dialect.orders.handl`"]);
    let one = |number: usize| entry(&format!("name = \"g{number}\"\nhost = \"a\"\nport = 1\n"));
    let many: String = (0..GATEWAYS_MAX).map(one).collect();
    check_refused(&many, &["7 at most"]);
    assert!(read(&(1..GATEWAYS_MAX).map(one).collect::<String>()).is_ok());
}

#[test]
fn an_account_has_the_gateways_of_its_own_or_those_of_routing() {
    let text = format!(
        "account = [{{ name = \"a\" }}, {{ name = \"b\", gateway = \"second\" }}, \
         {{ name = \"c\", gateways = [\"main\", \"second\"] }}]\n\
         [routing]\ngateways = [\"second\", \"main\"]\n{TWO}"
    );
    let config = read(&text).expect("a configuration");
    let lists = config.pipeline.accounts.iter().map(|account| account.gateways);
    let lists: Vec<Vec<u8>> =
        lists.map(|list| list.as_slice().iter().map(|id| id.0).collect()).collect();
    assert_eq!(lists, [vec![1, 0], vec![1], vec![0, 1]]);
}

#[test]
fn routes_that_make_no_sense_are_refused_by_name() {
    let routing = |text: &str| format!("[routing]\n{text}\n{TWO}");
    check_refused(&routing("gateways = []"), &["routing.gateways", "no gateway"]);
    check_refused(&routing("gateways = [\"main\", \"main\"]"), &["routing.gateways", "twice"]);
    check_refused(&routing("gateways = [\"third\"]"), &["`third` is neither `main` nor of"]);
    let mixed = format!("{}simulated = false\n", routing("gateways = [\"main\", \"second\"]"));
    check_refused(&mixed, &["`second`", "not both simulated, or both real"]);
    let key = "breaker_failures_in_window";
    check_refused(&routing("breaker_failures_in_window = 65"), &[key, "0 to 64"]);
    check_refused(&routing("breaker_window_ms = 0"), &["routing.breaker_window_ms"]);
    check_refused(&routing("breaker_open_ms = 0"), &["routing.breaker_open_ms"]);
    check_refused(&routing("measure_age_max_ms = 86400001"), &["routing.measure_age_max_ms"]);
    check_refused("[gateway]\nmaker_fee_ppm = 1000001\n", &["gateway.maker_fee_ppm"]);
    check_refused(&format!("{TWO}taker_fee_ppm = -1000001\n"), &["taker_fee_ppm"]);
    let both =
        format!("account = [{{ name = \"a\", gateway = \"main\", gateways = [\"main\"] }}]\n{TWO}");
    check_refused(&both, &["account `a`", "exclude each other"]);
}

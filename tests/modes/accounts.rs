//! Two accounts and three strategies through a whole engine against the simulated exchange, and through
//! the admin port of a running one.

use gannet_tests::desk::{Desk, LIVELY, lively};
use gannet_tests::temp::TempDir;
use gannet_types::{
    AccountId, Command, GateMode, InstrumentId, Lots, OrderRequest, RequestKind, Scope, StrategyId,
};
use serde_json::Value;

use super::PATIENCE;
use super::admin::{ask, demo, until};
use super::run::{replay, summary};

/// Strategy 0 trades for the fund, 1 and 2 for the house.
const DESKS: &str = r#"
    [[account]]
    name = "fund"
    [[account]]
    name = "house"
    [[strategies]]
    id = "first"
    account = "fund"
    [[strategies]]
    id = "second"
    account = "house"
    patience_ms = 150
    [[strategies]]
    id = "third"
    account = "house"
    quantity = "0.020"
    single_entry = true
    [risk]
    open_orders_max = 64
    [gate]
    mode = "auto"
"#;

const BTC: InstrumentId = InstrumentId(0);
const HOUSE: Scope = Scope::Account(AccountId(1));

fn is_of(account: u16) -> impl Fn(&&OrderRequest) -> bool {
    move |request| request.account == AccountId(account) && request.kind == RequestKind::New
}

fn new_orders(desk: &Desk, account: u16) -> usize {
    desk.inlet.venue.sent.iter().filter(is_of(account)).count()
}

fn held(desk: &Desk, account: u16) -> Lots {
    let pipeline = desk.inlet.engine.pipeline();
    pipeline.account_position(AccountId(account), BTC).expect("an account").lots
}

#[test]
fn every_strategy_trades_for_its_account_and_positions_are_the_exchanges() {
    let mut desk = Desk::start(lively(DESKS), 5);
    desk.play(6_000);
    let pipeline = desk.inlet.engine.pipeline();
    for account in [0, 1] {
        assert!(new_orders(&desk, account) > 3, "account {account}");
        let told = desk.inlet.venue.position(AccountId(account), BTC);
        assert_eq!(held(&desk, account), told, "account {account}");
    }
    let parts = [1, 2].map(|id| pipeline.strategy_position(StrategyId(id), BTC).expect("it is"));
    assert_eq!(parts[0].lots + parts[1].lots, held(&desk, 1));
    let orders = desk.inlet.venue.sent.iter();
    let fits = |it: &OrderRequest| (it.strategy == StrategyId(0)) == (it.account == AccountId(0));
    assert!(orders.filter(|it| it.kind.is_about_one_order()).all(fits));
}

#[test]
fn an_account_is_halted_closed_and_resumed_while_the_other_trades() {
    let mut desk = Desk::start(lively(DESKS), 5);
    desk.play(3_000);
    desk.command(Command::Close(HOUSE));
    desk.play(1_500);
    assert_eq!(held(&desk, 1), Lots::ZERO);
    let before = [0, 1].map(|account| new_orders(&desk, account));
    desk.play(6_000);
    assert_eq!(new_orders(&desk, 1), before[1], "the house is halted");
    assert!(new_orders(&desk, 0) > before[0], "the fund is not");
    assert!(!desk.inlet.engine.pipeline().is_killed());
    desk.command(Command::Resume(HOUSE));
    desk.command(Command::SetGateMode(StrategyId(0), GateMode::Manual));
    desk.play(100);
    let before = [0, 1].map(|account| new_orders(&desk, account));
    desk.play(6_000);
    assert_eq!(new_orders(&desk, 0), before[0], "the fund's strategy is manual");
    assert!(new_orders(&desk, 1) > before[1], "the house trades again");
}

#[test]
fn accounts_and_strategies_of_a_running_engine_are_stopped_by_name() {
    let folder = TempDir::new("accounts");
    let (config, journal) = (folder.join("engine.toml"), folder.join("journal"));
    let desks = DESKS.replace("[gate]\n    mode = \"auto\"", "");
    let both = LIVELY.replace("[risk]", "[risk]\n    open_orders_max = 64");
    let desks = desks.replace("[risk]\n    open_orders_max = 64", "");
    std::fs::write(&config, format!("{desks}\n{both}")).expect("a configuration");
    let (process, address, operator) = demo(&config, &journal);
    let post = |path: &str| {
        let (code, body) = ask(&address, "POST", path, &operator);
        assert_eq!(code, 202, "{path}: {body}");
    };
    let account = |status: &Value, place: usize| status["accounts"][place].clone();
    let traded = |view: &Value| !view["positions"].as_array().expect("a list").is_empty();
    until(&address, "both accounts have traded", |status| {
        (0..2).all(|place| traded(&account(status, place)))
    });
    assert_eq!(ask(&address, "POST", "/api/halt/account/nobody", &operator).0, 404);
    post("/api/close/account/house");
    until(&address, "the house is flat and halted", |status| {
        let house = account(status, 1);
        let flat = house["positions"].as_array().expect("a list").iter();
        house["is_halted"] == true && flat.into_iter().all(|each| each["quantity"] == "0.000")
    });
    post("/api/halt/strategy/first");
    until(&address, "all but the third is stopped", |status| {
        let strategies = status["strategies"].as_array().expect("a list");
        let mine = status["open_orders"].as_array().expect("a list");
        strategies[0]["is_halted"] == true && mine.is_empty()
    });
    post("/api/resume/account/house");
    post("/api/gate/strategy/third/manual");
    until(&address, "the third is manual", |status| {
        status["strategies"][2]["mode"] == "manual" && account(status, 1)["is_halted"] == false
    });
    summary(&process.stop(PATIENCE));
    replay(&journal.display().to_string());
}

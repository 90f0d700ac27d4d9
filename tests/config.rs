//! What the operator writes: every shipped file parses, every key is documented, every mistake
//! gets an answer that names the key.

use std::path::PathBuf;

use gannet_app::config::{self, DEFAULT, RawConfig};
use gannet_pipeline::StrategyLimits;
use gannet_tests::tree;
use gannet_types::GateMode;
use toml::{Table, Value};

/// Returns the path of every key in `table`; lists of tables count by their first item.
fn keys(table: &Table, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        match value {
            Value::Table(inner) => found.extend(keys(inner, &format!("{path}."))),
            Value::Array(items) if matches!(items.first(), Some(Value::Table(_))) => {
                let first = items[0].as_table().expect("a table");
                found.extend(keys(first, &format!("{path}.")));
            }
            _ => found.push(path),
        }
    }
    found.sort();
    found
}

/// The files that configure a run; sets of features are another kind, which `gannet-app` tests.
fn configurations() -> Vec<PathBuf> {
    let files = tree::files(&[".toml"]).into_iter();
    files.filter(|path| path.parent() == Some("config".as_ref())).collect()
}

fn error_of(overlay: &str) -> String {
    match config::parse(&[(overlay, "the test")]) {
        Ok(_) => panic!("accepted: {overlay}"),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn every_file_parses() {
    let files = configurations();
    assert!(files.len() >= 3, "{files:?}");
    for path in files {
        let text = tree::read(&path);
        let name = path.display().to_string();
        if let Err(error) = config::parse(&[(&text, &name)]) {
            panic!("{error:#}");
        }
    }
}

#[test]
fn the_file_and_the_code_have_the_same_keys() {
    let written: Table = config::known().expect("the shipped files");
    let raw: RawConfig = written.clone().try_into().expect("the default is complete");
    let known = Table::try_from(&raw).expect("TOML");
    assert_eq!(keys(&written, ""), keys(&known, ""));
    assert_eq!(written, known, "and the same values");
}

#[test]
fn every_key_has_a_comment() {
    let mut explained = false;
    let lines = [DEFAULT, config::dialect::STANDARD].into_iter().flat_map(str::lines);
    for line in lines.map(str::trim) {
        if line.is_empty() {
            explained = false;
        } else if line.starts_with('#') {
            explained = true;
        } else if !line.starts_with('[') {
            assert!(explained, "no comment above `{line}` since the last empty line");
        }
    }
}

#[test]
fn other_files_hold_differences_only() {
    let shipped: Table = DEFAULT.parse().expect("TOML");
    let shipped = keys(&shipped, "").len();
    // Those of dialects stand in a file of their own.
    let known = keys(&config::known().expect("the shipped files"), "");
    for path in configurations() {
        let table: Table = tree::read(&path).parse().expect("TOML");
        let own = keys(&table, "");
        assert!(own.iter().all(|key| known.contains(key)), "{}", path.display());
        let whole = path.ends_with("default.toml");
        assert_eq!(whole, own.len() == shipped, "{}", path.display());
    }
}

#[test]
fn an_unknown_key_is_refused_with_a_suggestion() {
    let cases = [
        ("[engine]\ntopolgy = \"fused\"", "engine.topolgy", "`topology`"),
        ("[engnie]\ntopology = \"fused\"", "engnie", "`engine`"),
        ("[journal]\nsegment_mb = 64", "journal.segment_mb", "`segment_mib`"),
        ("[feed]\nwebsocket = \"ws://a\"", "feed.websocket", "`websocket_url`"),
        ("[strategy]\nema_perid = 3", "strategy.ema_perid", "`ema_period`"),
        ("[risk]\nprice_colar_ppm = 1", "risk.price_colar_ppm", "`price_collar_ppm`"),
        ("[risk]\norder_quantity = \"1\"", "risk.order_quantity", "`order_quantity_max`"),
        ("[gateway]\nsender_compid = \"A\"", "gateway.sender_compid", "`sender_comp_id`"),
        ("[admin]\nlistn = \"127.0.0.1:0\"", "admin.listn", "`listen`"),
        ("[currencies]\nacount = \"USDT\"", "currencies.acount", "`account`"),
        ("[demo]\nsped = \"1\"", "demo.sped", "`speed`"),
        ("[[instrument]]\nsymbl = \"A\"", "instrument.symbl", "`symbol`"),
    ];
    for (overlay, key, suggestion) in cases {
        let error = error_of(overlay);
        assert!(error.contains(&format!("unknown key `{key}`")), "{error}");
        assert!(error.contains(&format!("did you mean {suggestion}?")), "{error}");
        assert!(error.contains("the test"), "it says where: {error}");
    }
}

#[test]
fn a_key_like_no_other_is_refused_with_the_known_ones() {
    let error = error_of("[gate]\nxyzzy = 1");
    assert!(error.contains("unknown key `gate.xyzzy`"), "{error}");
    assert!(error.contains("mode") && error.contains("approval_timeout_ms"), "{error}");
}

#[test]
fn a_wrong_type_is_refused_by_name() {
    let cases = [
        ("[engine]\ntimer_interval_ms = \"10\"", "timer_interval_ms"),
        ("[engine]\ncores = 3", "cores"),
        ("[engine]\ncores = [\"a\"]", "cores"),
        ("[journal]\ndirectory = 7", "directory"),
        ("[bars]\ntrades = [1.5]", "trades"),
        ("[bars]\ntrades = [-1]", "trades"),
        ("[strategy]\nema_period = 2.5", "ema_period"),
        ("[risk]\nopen_orders_max = -1", "open_orders_max"),
        ("[risk]\nloss_max = 500", "loss_max"),
        ("[gateway]\nport = 70000", "port"),
        ("[gateway]\nsimulated = \"yes\"", "simulated"),
        ("[demo]\nspeed = 1", "speed"),
    ];
    check_refused(&cases);
}

#[test]
fn a_value_out_of_range_is_refused_by_name() {
    let cases = [
        ("[engine]\ntopology = \"both\"", "engine.topology"),
        ("[engine]\nidle = \"sleep\"", "engine.idle"),
        ("[engine]\ntimer_interval_ms = 0", "engine.timer_interval_ms"),
        ("[engine]\ntimer_interval_ms = 1001", "engine.timer_interval_ms"),
        ("[journal]\ndirectory = \"\"", "journal.directory"),
        ("[journal]\nsegment_mib = 0", "journal.segment_mib"),
        ("[journal]\ndurability = \"always\"", "journal.durability"),
        ("[feed]\nvenue = \"nyse\"", "feed.venue"),
        ("[feed]\nvenue = \"fix\"", "[feed_session]"),
        ("[feed]\nvenue = \"fix\"\n[feed_session]\nhost = \"a\"", "gateway.port"),
        ("[feed]\nwebsocket_url = \"fstream\"", "feed.websocket_url"),
        ("[feed]\nrest_url = \"ftp://a\"", "feed.rest_url"),
        ("[feed]\nsilence_timeout_ms = 99", "feed.silence_timeout_ms"),
        ("[[instrument]]\nsymbol = \"\"\ntick = \"1\"\nlot = \"1\"", "instrument.symbol"),
        ("[[instrument]]\nsymbol = \"A/B\"\ntick = \"1\"\nlot = \"1\"", "instrument.symbol"),
        ("[[instrument]]\nsymbol = \"A\"\ntick = \"0\"\nlot = \"1\"", "instrument.tick"),
        ("[[instrument]]\nsymbol = \"A\"\ntick = \"1\"\nlot = \"-1\"", "instrument.lot"),
        ("[bars]\ntime_ms = [0]", "bars.time_ms"),
        ("[bars]\ntime_ms = []", "bars.time_ms"),
        ("[bars]\ntrades = [0]", "bars.trades"),
        ("[bars]\nquantity = [\"0.0001\"]", "bars.quantity"),
        ("[strategy]\nname = \"tea leaves\"", "strategy.name"),
        ("[strategy]\nkind = \"magic\"", "strategy.kind"),
        ("[strategy]\ninstrument = \"DOGEUSDT\"", "strategy.instrument"),
        ("[strategy]\nreversal = \"never\"", "strategy.reversal"),
        ("[strategy]\nagreeing_bars_ms = [7]", "strategy.agreeing_bars_ms"),
        ("[strategy.sizing]\nmethod = \"all\"", "strategy.sizing.method"),
        ("[strategy.sizing]\nmethod = \"risk\"", "strategy.sizing.quantity_max"),
        ("[strategy.sizing]\nquantity_max = \"0.001\"", "strategy.sizing.quantity"),
        ("[strategy.protection]\nstop = \"soon\"", "strategy.protection.stop"),
        ("[strategy.protection]\ntarget_percent = 50", "strategy.protection.target_percent"),
        ("[strategy.veto]\ncontrary_percent = 101", "strategy.veto.contrary_percent"),
        ("[strategy]\nkind = \"hybrid\"\nhybrid.sma_fast = 0", "strategy.hybrid.sma_fast"),
        ("[strategy]\nkind = \"council\"\ncouncil.weights.gann = 1001", "strategy.council.weights"),
        ("[strategy]\nkind = \"cross_venue\"", "strategy.cross_venue.other"),
        ("[strategy]\nquantity = \"0.0105\"", "strategy.quantity"),
        ("[strategy]\nquantity = \"0\"", "strategy.quantity"),
        ("[strategy]\nema_period = 0", "strategy.ema_period"),
        ("[strategy]\natr_period = 10001", "strategy.atr_period"),
        ("[strategy]\nsmoother_period = 1.9", "strategy.smoother_period"),
        ("[strategy]\nsmoother_period = nan", "strategy.smoother_period"),
        ("[strategy]\nsquare_of_nine_degrees = 0.0", "strategy.square_of_nine_degrees"),
        ("[strategy]\nslope_percent_of_atr = -1.0", "strategy.slope_percent_of_atr"),
        ("[strategy]\nfollow_ticks = -1", "strategy.follow_ticks"),
        ("[gate]\nmode = \"maybe\"", "gate.mode"),
        ("[admin]\nlisten = \"localhost\"", "admin.listen"),
        ("[demo]\nspeed = \"0\"", "demo.speed"),
    ];
    check_refused(&cases);
}

#[test]
fn a_limit_out_of_range_is_refused_by_name() {
    let cases = [
        ("[risk]\norder_quantity_max = \"a\"", "risk.order_quantity_max"),
        ("[risk]\norder_notional_max = \"-1\"", "risk.order_notional_max"),
        ("[risk]\norder_notional_min = \"30000\"", "risk.order_notional_min is above"),
        ("[risk]\nrestricted = [\"DOGEUSDT\"]", "risk.restricted: no [[instrument]]"),
        ("[risk]\nloss_per_day_max = \"-5\"", "risk.loss_per_day_max must not be negative"),
        ("[risk]\ngross_leverage_max = \"3\"", "share of the equity: set risk.capital"),
        ("[risk]\nnet_leverage_max = \"0.0000001\"", "more than 6 decimals"),
        ("[risk]\ntrade_risk_ppm_max = 1000001", "risk.trade_risk_ppm_max must be at most 1000000"),
        ("[risk]\nworst_move_ppm = 0", "risk.worst_move_ppm must be 1 to 1000000"),
        ("[risk]\ncorrelated = [[\"NOPE\"]]", "no [[instrument]] has the symbol `NOPE`"),
        ("[risk]\nmarket = \"nyse\"", "risk.market: `nyse` is no market"),
        ("[risk]\nmarkets = [[]]", "risk.markets: a list begins with a market"),
        ("[risk]\nmarkets = [[\"MOON\", \"BTCUSDT\"]]", "risk.markets: `MOON` is no market"),
        ("[risk]\nmarkets = [[\"KRX\", \"005930\"]]", "risk.markets: no [[instrument]] has"),
        ("[risk]\ntrading_hours = \"all\"", "risk.trading_hours"),
        ("[risk]\nhistorical_var_max = \"9\"\nvar_bar_ms = 7", "has no bars of 7 ms"),
        ("[risk]\nvar_returns = 1025", "risk.var_returns must be 2 to 1024"),
        ("[risk]\nvar_returns_min = 251", "risk.var_returns_min must be 2 to risk.var_returns"),
        ("[risk]\nvar_quantile_ppm = 499999", "risk.var_quantile_ppm must be 500000 to"),
        ("[risk]\nvar_decay_ppm = 1000000", "risk.var_decay_ppm must be below 1000000"),
        ("[risk]\nvar_horizon_bars = 0", "risk.var_horizon_bars must be 1 to 10000"),
        ("[risk]\nvar_deviations = \"0\"", "risk.var_deviations must be 0.1 to 10"),
        ("[risk]\ntrades_per_window_max = 4097", "risk.trades_per_window_max must be at most 4096"),
        ("[risk]\ndrawdown_max = \"0.123456789\"", "risk.drawdown_max"),
        ("[risk]\nposition_quantity_max = \"0\"", "risk.position_quantity_max must be positive"),
        ("[risk]\nopen_orders_per_instrument_max = 0", "risk.open_orders_per_instrument_max"),
        ("[risk]\nslippage_ppm_max = 1000000", "risk.slippage_ppm_max"),
        ("[risk]\nprice_collar_ppm = -1", "risk.price_collar_ppm"),
        ("[risk]\nposition_quantity_max = \"0\"", "risk.position_quantity_max"),
        ("[risk]\nmessages_max = 0", "risk.messages_max"),
        ("[risk]\nmessage_window_ms = 0", "risk.message_window_ms"),
        ("[risk]\nbook_age_max_ms = 0", "risk.book_age_max_ms"),
        ("[risk]\nopen_orders_max = 129", "risk.open_orders_max"),
        ("[risk]\nloss_max = \"0\"", "risk.loss_max"),
        ("[risk]\npositions_unknown = \"guess\"", "risk.positions_unknown: `guess` is not"),
        ("[risk]\npositions_timeout_s = 99999999999", "risk.positions_timeout_s is out of range"),
        ("[routing]\npositions = \"whole\"", "routing.positions: `whole` is not `parts`"),
        ("[[account]]\nname = \"a\"\npositions = \"\"", "account.positions of `a`"),
        ("[risk]\norder_timeout_ms = 0", "risk.order_timeout_ms"),
        (
            "[risk]\ncapital = \"9\"\nnet_leverage_max = \"1001\"",
            "net_leverage_max must be at most 1000",
        ),
        (
            "[risk]\ncorrelated = [[\"BTCUSDT\"], [\"BTCUSDT\"]]",
            "risk.correlated: `BTCUSDT` stands there twice",
        ),
    ];
    check_refused(&cases);
}

#[test]
fn a_currency_out_of_range_is_refused_by_name() {
    let won = |fields: &str| {
        format!("[currencies]\naccount = \"USDT\"\nothers = [{{ name = \"KRW\", {fields} }}]")
    };
    let cases = [
        (won("rate = \"0\", symbols = []"), "rate of KRW"),
        (won("rate = \"dear\", symbols = []"), "rate of KRW"),
        (won("rate = \"1\", symbols = [\"DOGEKRW\"]"), "`DOGEKRW` of KRW is no [[instrument]]"),
        (won("rate = \"1\""), "symbols"),
        (won("rate = \"1\", symbols = [\"BTCUSDT\", \"BTCUSDT\"]"), "quoted in two currencies"),
        (won("rate = \"1\", symbols = []").replace("KRW", "USDT"), "`USDT` is there twice"),
        (won("rate = \"1\", symbols = []").replace("account = \"USDT\"", ""), "currencies.account"),
        (won("rate = \"1\", symbols = []").replace("KRW", "K/W"), "name `K/W`"),
    ];
    for (overlay, key) in &cases {
        check_refused(&[(overlay, key)]);
    }
    let right = won("rate = \"0.00072\", symbols = [\"BTCUSDT\"]");
    let config = config::parse(&[(&right, "the test")]).expect("a configuration");
    assert_eq!(config.currency_names.others, ["KRW"]);
}

#[test]
fn accounts_and_strategies_are_lists_of_differences() {
    let text = r#"
        [[account]]
        name = "fund"
        [[account]]
        name = "house"
        hedged = true
        loss_per_day_max = "7"
        [[strategies]]
        id = "patient"
        mode = "assisted"
        patience_ms = 60000
        [[strategies]]
        id = "quick"
        account = "house"
        quantity = "0.020"
        single_entry = true
        automated_orders_max = 9
        limits = { open_orders_max = 2, position_quantity_max = "0.5" }
        [risk]
        loss_per_day_max = "5"
    "#;
    let config = config::parse(&[(text, "the test")]).expect("a configuration");
    let pipeline = &config.pipeline;
    let [fund, house] = pipeline.accounts[..] else { panic!("{:?}", pipeline.accounts) };
    assert_eq!((fund.name.to_string(), house.name.to_string()), ("fund".into(), "house".into()));
    assert_eq!((fund.is_hedged, house.is_hedged), (false, true));
    let losses = [fund, house].map(|account| account.limits.loss_per_day_max.0 / 100_000_000);
    assert_eq!(losses, [5, 7]);
    let [patient, quick, desks @ ..] = &pipeline.strategies[..] else {
        panic!("{:?}", pipeline.strategies)
    };
    assert_eq!((patient.account.0, quick.account.0), (0, 1));
    assert_eq!((patient.gate_mode, quick.gate_mode), (GateMode::Assisted, GateMode::Paper));
    assert_eq!((quick.automated_orders_max, quick.single_entry), (9, true));
    assert_eq!(patient.limits, StrategyLimits::NONE);
    let own = StrategyLimits { open_orders_max: 2, ..StrategyLimits::NONE };
    assert_eq!(quick.limits, StrategyLimits { position_quantity_max: 50_000_000, ..own });
    // People have a desk for each account, behind the strategies.
    let desk =
        |it: &gannet_pipeline::StrategyConfig| (it.name.to_string(), it.account.0, it.is_manual);
    let desks: Vec<_> = desks.iter().map(desk).collect();
    assert_eq!(desks, [("manual".to_owned(), 0, true), ("manual.house".to_owned(), 1, true)]);
    // What is read from the journal's first record is the same again.
    let again = config::parse(&[(&config.decisive, "the journal")]).expect("a configuration");
    assert_eq!(again.decisive, config.decisive);
    assert_eq!(again.pipeline.accounts, config.pipeline.accounts);
    assert_eq!(again.pipeline.strategies, config.pipeline.strategies);
    let none = config::parse(&[]).expect("the default");
    let names = |config: &config::Config| {
        let accounts = config.pipeline.accounts.iter().map(|account| account.name.to_string());
        accounts.collect::<Vec<_>>()
    };
    assert_eq!((names(&none), none.pipeline.strategies.len()), (vec!["main".to_owned()], 2));
    let listed = ["[[account]]", "strategies"].map(|it| none.decisive.contains(it));
    assert_eq!(listed, [false; 2], "{}", none.decisive);
}

#[test]
fn a_strategy_that_is_called_as_the_desk_of_people_keeps_its_name() {
    let text = "[[strategies]]\nid = \"manual\"\n";
    let config = config::parse(&[(text, "the test")]).expect("a configuration");
    let names = config.pipeline.strategies.iter().map(|it| (it.name.to_string(), it.is_manual));
    let names: Vec<_> = names.collect();
    assert_eq!(names, [("manual".to_owned(), false), ("_manual".to_owned(), true)]);
}

#[test]
fn a_curve_of_the_day_is_decisive_and_a_bad_one_refused() {
    let text = |volume: &str| format!("[[curve]]\nsymbols = [\"BTCUSDT\"]\nvolume = {volume}\n");
    let good = text(r#"[["00:00", "1"], ["13:30", "4"]]"#);
    let config = config::parse(&[(&good, "the test")]).expect("a configuration");
    assert!(config.pipeline.day_volumes[0].is_some());
    let again = config::parse(&[(&config.decisive, "the journal")]).expect("a configuration");
    assert_eq!(again.pipeline.day_volumes, config.pipeline.day_volumes);
    let bad = text(r#"[["00:00", "0"]]"#);
    let error = config::parse(&[(&bad, "the test")]).err().map(|error| format!("{error:#}"));
    assert!(error.is_some_and(|error| error.contains("nothing is ever traded")));
}

#[test]
fn an_account_or_a_strategy_that_cannot_be_is_refused_by_name() {
    let cases = [
        ("[[account]]\nname = \"a b\"", "account.name"),
        ("[[account]]\nname = \"a\"\n[[account]]\nname = \"a\"", "`a` is there twice"),
        ("[[account]]\nname = \"a\"\ngateway = \"b\"", "account.gateway of `a`"),
        ("[[account]]\nname = \"a\"\nhedgd = true", "hedgd"),
        ("[[account]]\nname = \"a\"\ndrawdown_max = \"-1\"", "account `a`"),
        ("[[strategies]]\naccount = \"main\"", "number 1: id"),
        ("[[strategies]]\nid = \"a\"\n[[strategies]]\nid = \"a\"", "number 2: id"),
        ("[[strategies]]\nid = \"a\"\naccount = \"nobody\"", "account: no `nobody`"),
        ("[[strategies]]\nid = \"a\"\nmode = \"on\"", "gate.mode"),
        ("[[strategies]]\nid = \"a\"\nsingle_entry = 1", "single_entry"),
        ("[[strategies]]\nid = \"a\"\nautomated_orders_max = -1", "automated_orders_max"),
        ("[[strategies]]\nid = \"a\"\nema_perid = 3", "ema_perid"),
        ("[[strategies]]\nid = \"a\"\nlimits = { order = 1 }", "`order`"),
        ("[strategy.limits]\norder_value_max = \"-1\"", "strategy.limits.order_value_max"),
        (
            "[[strategies]]\nid = \"a\"\nlimits = { order_quantity_max = \"999999999999\" }",
            "strategy.limits.order_quantity_max: `999999999999` is out of range",
        ),
        (
            "[dialect]\naccounts = [\"X\"]\n[[account]]\nname = \"a\"\n[[account]]\nname = \"b\"",
            "are 1, and this is account number 1",
        ),
    ];
    check_refused(&cases);
    let many = (0..17).map(|id| format!("[[strategies]]\nid = \"s{id}\"\n")).collect::<String>();
    check_refused(&[(&many, "at most 16")]);
    let many = (0..129).map(|id| format!("[[account]]\nname = \"a{id}\"\n")).collect::<String>();
    check_refused(&[(&many, "at most 128")]);
}

#[test]
fn a_condition_of_the_simulated_broker_out_of_range_is_refused_by_name() {
    let cases = [
        ("[broker]\nlatency_in_us = 60000001", "broker.latency_in_us"),
        ("[broker]\nlatency_feed_us = 60000001", "broker.latency_feed_us"),
        ("[broker]\nlatency_observed = \"median\"", "broker.latency_observed"),
        ("[broker]\nlatency_observed = \"journal:no/such\"", "broker.latency_observed"),
        ("[broker]\nmaker_fee_ppm = -1000001", "broker.maker_fee_ppm"),
        ("[broker]\nqueue = \"front\"", "broker.queue"),
        ("[broker]\nqueue_exponent = 0", "broker.queue_exponent"),
        ("[broker]\nqueue_exponent = 9", "broker.queue_exponent"),
        ("[broker]\nreject_ppm = 1000001", "broker.reject_ppm"),
        ("[broker]\noutages = [{ after_s = 1, length_s = 0 }]", "broker.outages"),
        ("[broker]\noutages = [{ after_s = 400000000, length_s = 1 }]", "broker.outages"),
        ("[broker]\noutages = [{ after_s = 1 }]", "length_s"),
        ("[broker]\nfunding_ppm = 100001", "broker.funding_ppm"),
        ("[broker]\nfunding_ppm = 1\nfunding_interval_s = 59", "broker.funding_interval_s"),
        ("[broker]\ncollateral = \"-1\"", "broker.collateral"),
        ("[broker]\nmargin_brackets = []", "broker.margin_brackets"),
        (
            "[broker]\nmargin_brackets = [{ from = \"5\", maintenance_ppm = 1 }]",
            "broker.margin_brackets",
        ),
        (
            "[broker]\nmargin_brackets = [{ from = \"0\", maintenance_ppm = 1000001 }]",
            "maintenance_ppm",
        ),
        ("[broker]\nwithdrawal_percent = 10001", "broker.withdrawal_percent"),
    ];
    check_refused(&cases);
    let tier = |volume: &str, taker: i64| {
        format!("{{ volume = \"{volume}\", maker_fee_ppm = 0, taker_fee_ppm = {taker} }}")
    };
    for tiers in [
        tier("0", 1),
        tier("-5", 1),
        tier("5", 1_000_001),
        format!("{}, {}", tier("5", 1), tier("5.0", 2)),
    ] {
        let overlay = format!("[broker]\nfee_tiers = [{tiers}]");
        check_refused(&[(&overlay, "broker.fee_tiers")]);
    }
}

#[test]
fn a_fix_value_out_of_range_is_refused_by_name() {
    let cases = [
        ("[gateway]\nhost = \"a\"", "gateway.port"),
        ("[gateway]\nheartbeat_s = 86401", "gateway.heartbeat_s"),
        ("[gateway]\nreconnect_ms_min = 0", "gateway.reconnect_ms_min"),
        ("[gateway]\nbackup_hosts = [\"b:1\"]", "gateway.backup_hosts"),
        ("[gateway]\nhost = \"a\"\nport = 1\nbackup_hosts = [\"b\"]", "gateway.backup_hosts"),
        ("[gateway]\non_disconnect = \"panic\"", "gateway.on_disconnect"),
        ("[gateway.tls]\nmode = \"maybe\"", "gateway.tls.mode"),
        ("[gateway.tls]\nkey_file = \"k\"", "gateway.tls.certificate_file"),
        ("[gateway.tls]\ncertificate_file = \"c\"", "gateway.tls.key_file"),
        ("[dialect]\nversion = \"FIX.4.5\"", "the dialect"),
        ("[gateway.session]\nmessages = \"some\"", "gateway.session.messages"),
        ("[gateway.session]\nvalidation = \"half\"", "gateway.session.validation"),
        ("[gateway.session]\nlogon_timeout_s = 0", "gateway.session.logon_timeout_s"),
        ("[gateway.session]\nqueue_kib = 2000000", "gateway.session.queue_kib"),
        ("[gateway]\nsender_comp_id = \"\"", "gateway.session"),
        ("[gateway.schedule]\nopen = \"nightly\"", "gateway.schedule.open"),
        ("[gateway.schedule]\nopen = \"daily\"", "gateway.schedule.days"),
        ("[gateway.schedule]\nopen = \"weekly\"\ndays = [\"mon\"]", "gateway.schedule.days"),
        ("[gateway.schedule]\ndays = [\"monday\"]", "gateway.schedule.days"),
        ("[gateway.schedule]\nstart = \"24:00:00\"", "gateway.schedule.start"),
        ("[gateway.schedule]\nend = \"8:00\"", "gateway.schedule.end"),
        ("[gateway.schedule]\nzone = \"+9\"", "gateway.schedule.zone"),
        ("[gateway.schedule]\nzone = \"America/Gotham\"", "gateway.schedule.zone"),
        ("[acceptor]\nlisten = \"9880\"", "acceptor.listen"),
        ("[acceptor]\nproxies = [\"balancer\"]", "acceptor.proxies"),
        ("[acceptor]\ncores = [1, 2]", "acceptor.cores"),
        ("[acceptor]\nconnections_max = 0", "acceptor.connections_max"),
        ("[acceptor]\nconnections_per_address_max = 5000", "acceptor.connections_per_address_max"),
        ("[acceptor]\nlogon_timeout_ms = 0", "acceptor.logon_timeout_ms"),
        ("[acceptor.tls]\nmode = \"on\"", "acceptor.tls.certificate_file"),
        (
            "[[acceptor.session]]\nversion = \"FIX.4.4\"\nsender_comp_id = \"A\"\n\
             target_comp_id = \"B\"\nlogin = \"maybe\"",
            "acceptor.session.login",
        ),
        (
            "[[acceptor.session]]\nversion = \"4.4\"\nsender_comp_id = \"A\"\n\
             target_comp_id = \"B\"\nlogin = \"none\"",
            "acceptor.session.version",
        ),
        (
            "[[acceptor.template]]\nversion = \"FIX.4.4\"\nsender_comp_id = \"A\"\n\
             sessions_max = 0",
            "acceptor.template.sessions_max",
        ),
        ("[acceptor.schedule]\nopen = \"daily\"", "acceptor.schedule.days"),
        ("[acceptor.options]\nmessages = \"some\"", "acceptor.options.messages"),
    ];
    check_refused(&cases);
}

/// Each text is refused by the name of the key beside it.
#[track_caller]
fn check_refused(cases: &[(&str, &str)]) {
    for (overlay, key) in cases {
        let error = error_of(overlay);
        assert!(error.contains(key), "`{key}` is not named for {overlay:?}: {error}");
    }
}

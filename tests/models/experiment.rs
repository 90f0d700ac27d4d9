//! Which model is better: a seeded A/B backtest, counted once more by hand, and the same figures at the
//! command line and at the admin port.

use std::collections::BTreeMap;
use std::path::Path;

use gannet_app::config::Config;
use gannet_app::experiment::{compare, comparison};
use gannet_control::comparison::{ComparisonView, Options, page};
use gannet_control::registry::Act;
use gannet_control::{Engine, Projection, Server, Setup, Token, follow_journal};
use gannet_journal::{Body, Reader};
use gannet_runtime::counters::Counters;
use gannet_runtime::histogram::hops;
use gannet_runtime::ring::{Overflow, ring};
use gannet_runtime::shutdown::Stop;
use gannet_types::{
    ExecKind, Input, ModelHash, OrderId, Output, PositionReport, Prediction, PredictionReport,
    RequestKind,
};

use super::Scene;
use crate::modes::admin::{ask, until};

/// What the manifests of the shelf say.
const HORIZON: usize = 5;

/// A champion and a challenger that take turns of a second.
fn contest(name: &str) -> (Scene, Config) {
    let scene = Scene::new(name);
    scene.change(Act::Challenge, "new");
    let config = scene.config("experiment = 'turns'\nexperiment_bucket_ms = 1000");
    (scene, config)
}

/// What one model has done, counted in the plainest way.
#[derive(Debug, Default, PartialEq)]
struct Count {
    predictions: u64,
    led: u64,
    trips: u64,
    wins: u64,
    total_percent: f64,
    scored: u64,
    hits: u64,
    brier: f64,
}

/// Everything that a journal tells, at once.
#[derive(Default)]
struct Told {
    closes: Vec<f64>,
    predictions: Vec<Prediction>,
    counts: BTreeMap<ModelHash, Count>,
}

/// A trip: who led, what it has earned after fees, and what it cost.
struct Trip {
    model: Option<ModelHash>,
    profit: i128,
    cost: i128,
}

impl Told {
    fn take(&mut self, trip: &Trip) {
        let Some(model) = trip.model else { return };
        let count = self.counts.entry(model).or_default();
        let percent = trip.profit as f64 / trip.cost as f64 * 100.0;
        count.trips += 1;
        count.wins += u64::from(percent > 0.0);
        count.total_percent += percent;
    }
}

/// The newest report, and the trip that runs.
#[derive(Default)]
struct Account {
    lots: i64,
    cost: i128,
    realized: i128,
    fees: i128,
    trip: Option<Trip>,
}

impl Account {
    /// Takes a report; returns the trip that it ends. A report may close one side and open the other.
    fn book(&mut self, report: &PositionReport, model: Option<ModelHash>) -> Option<Trip> {
        let (lots, cost) = (report.lots.0, report.cost.0);
        let (earned, mut paid) = (report.realized.0 - self.realized, report.fees.0 - self.fees);
        let (had, had_cost) = (self.lots, self.cost);
        (self.lots, self.cost) = (lots, cost);
        (self.realized, self.fees) = (report.realized.0, report.fees.0);
        let mut ended = None;
        let (mut from, mut from_cost) = (had.abs(), had_cost.abs());
        if had != 0 && had.signum() != lots.signum() {
            let closed = i128::from(had.abs());
            let own = (paid * closed).div_euclid(closed + i128::from(lots.abs()));
            ended = self.trip.take().map(|it| Trip { profit: it.profit + earned - own, ..it });
            (from, from_cost, paid) = (0, 0, paid - own);
        } else if let Some(trip) = &mut self.trip {
            trip.profit += earned - paid;
        }
        if lots != 0 && self.trip.is_none() {
            self.trip = Some(Trip { model, profit: -paid, cost: 0 });
        }
        if let Some(trip) = &mut self.trip
            && lots.abs() > from
        {
            trip.cost += cost.abs() - from_cost;
        }
        ended
    }
}

fn recount(journal: &Path, config: &Config) -> Told {
    let mut told = Told::default();
    let (mut leader, mut traded) = (None::<(ModelHash, u32)>, OrderId(0));
    let mut orders = BTreeMap::new();
    let mut account = Account::default();
    let mut reader = Reader::open(journal).expect("a journal");
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Output(Output::Bar(bar)) if bar.kind == config.strategy.bars => {
                told.closes.push(bar.close.0 as f64);
            }
            Body::Output(Output::Prediction(prediction)) => {
                told.predictions.push(prediction);
                let PredictionReport { model, frame, .. } = prediction.report;
                leader = leader.filter(|(_, led)| *led == frame);
                leader = if prediction.leads { Some((model, frame)) } else { leader };
            }
            Body::Output(Output::Order(order)) if order.kind == RequestKind::New => {
                orders.insert(order.client_order_id.order(), leader.map(|(model, _)| model));
            }
            Body::Input(Input::Execution(report)) if report.kind != ExecKind::CancelRejected => {
                traded = report.client_order_id.order();
            }
            Body::Output(Output::Position(report)) => {
                let model = orders.get(&traded).copied().flatten();
                if let Some(trip) = account.book(&report, model) {
                    told.take(&trip);
                }
            }
            _ => {}
        }
    }
    score(&mut told);
    told
}

/// Frames count from 1, and each is a close.
fn score(told: &mut Told) {
    for prediction in &told.predictions {
        let count = told.counts.entry(prediction.report.model).or_default();
        count.predictions += 1;
        count.led += u64::from(prediction.leads);
        let place = prediction.report.frame as usize - 1;
        let Some(later) = told.closes.get(place + HORIZON) else { continue };
        let up: Vec<f32> = prediction.report.answer.numbers().collect();
        let rose = *later > told.closes[place];
        count.scored += 1;
        count.hits += u64::from((up[1] > up[0]) == rose);
        let truth = if rose { [0.0, 1.0] } else { [1.0, 0.0] };
        count.brier +=
            (f64::from(up[0]) - truth[0]).powi(2) + (f64::from(up[1]) - truth[1]).powi(2);
    }
}

#[test]
fn the_report_is_what_a_recount_says() {
    let (scene, config) = contest("recount");
    let (journal, _) = scene.run(config.clone(), "journal");
    let view = compare(&journal, Options::default()).expect("a journal");
    let told = recount(&journal, &config);
    assert_eq!(view.champion.as_deref(), Some("old"));
    assert_eq!(view.arms.len(), 2);
    assert_eq!(told.counts.len(), 2);
    let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
    for arm in &view.arms {
        let (_, count) =
            told.counts.iter().find(|(model, _)| model.to_string() == arm.model).expect("counted");
        assert_eq!((arm.predictions, arm.led), (count.predictions, count.led), "{}", arm.id);
        assert_eq!((arm.traded.trips, arm.traded.wins), (count.trips, count.wins), "{}", arm.id);
        assert!(arm.traded.trips > 3, "{} trips of {}", arm.traded.trips, arm.id);
        assert!(near(arm.traded.total_percent, count.total_percent), "{count:?}");
        let forecast = arm.forecast.as_ref().expect("predictions");
        assert_eq!((forecast.horizon_bars, forecast.frames), (HORIZON as u32, count.scored));
        let scored = count.scored as f64;
        assert!(near(forecast.hit_rate_all.expect("a rate"), count.hits as f64 / scored));
        assert!(near(forecast.brier_all.expect("a score"), count.brier / scored), "{count:?}");
    }
    // Both see the same frames, so they are paired on each that counts.
    let pair = &view.comparisons[0];
    let apart = told.closes.len().saturating_sub(HORIZON) / HORIZON;
    assert!(apart > 20, "{apart}");
    assert!(pair.brier_saved.count <= apart as u64 && pair.brier_saved.count + 6 > apart as u64);
    assert_eq!(pair.traded.verdict, "keep going", "nobody knows after so few trips");
    assert!(page(&view, false).contains("new against old"));
}

#[test]
fn the_same_market_has_the_same_result() {
    let (scene, config) = contest("again");
    let (first, _) = scene.run(config.clone(), "first");
    let (second, _) = scene.run(config, "second");
    let view = |journal| compare(journal, Options::default()).expect("a journal");
    assert_eq!(view(&first), view(&second));
    let other = Options { horizon_bars: Some(9), level: 0.01, ..Options::default() };
    let other = compare(&first, other).expect("a journal");
    let horizon = |view: &ComparisonView| view.arms[0].forecast.as_ref().expect("it").horizon_bars;
    assert_eq!((horizon(&view(&first)), horizon(&other)), (HORIZON as u32, 9));
}

#[test]
fn the_page_and_the_command_agree() {
    let (scene, mut config) = contest("agree");
    let (journal, _) = scene.run(config.clone(), "journal");
    config.journal.directory.clone_from(&journal);
    let view = compare(&journal, Options::default()).expect("a journal");
    let expected = serde_json::to_string(&view).expect("JSON");

    let setup = Setup {
        run_mode: "test".to_owned(),
        instruments: config.pipeline.instruments.clone(),
        strategies: Vec::new(),
        gateways: Vec::new(),
        features: Vec::new(),
    };
    let projection = Projection::new(setup).comparing(comparison(&config, Options::default()));
    let loopback = "127.0.0.1:0".parse().expect("an address");
    let server =
        gannet_control::Config { address: loopback, allow_remote: false, hosts: Vec::new() };
    let server = Server::bind(&server).expect("a port");
    let address = server.address().to_string();
    let engine = Engine {
        projection,
        commands: ring(2, Overflow::Reject).0,
        counters: Counters::new(),
        hops: hops().1,
        token: Token::generate().expect("a token"),
        sessions: Vec::new(),
        models: None,
    };
    // As the page follows a running engine: a little at a time.
    let mut all = follow_journal(&journal).expect("a journal");
    let stop = Stop::new();
    let done = stop.clone();
    let thread = std::thread::spawn(move || {
        server.serve(engine, move |projection, _| all(projection, 2_000), &done)
    });
    until(&address, "the whole journal was compared", |_| {
        let (code, body) = ask(&address, "GET", "/api/experiment", "");
        assert_eq!(code, 200, "{body}");
        body == expected
    });
    let (code, body) = ask(&address, "GET", "/experiment", "");
    assert_eq!(code, 200);
    assert_eq!(body, page(&view, true));
    stop.request();
    thread.join().expect("no panic").expect("served");
}

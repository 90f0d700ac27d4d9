//! Frames are counted, late answers are refused, and models get their roles by commands.

use gannet_types::{
    BarKind, Lean, ModelAnswer, ModelHash, ModelRole, Prediction, PredictionReport,
};

use super::*;

/// Follows every answer with an order, and accepts models of even numbers.
#[derive(Default)]
struct Advised {
    said: Vec<Prediction>,
    frames: Vec<u32>,
    roles: Vec<(u64, ModelRole)>,
}

impl Strategy for Advised {
    fn observe(&mut self, view: &View<'_>, event: StrategyEvent<'_>) {
        self.said.clear();
        match event {
            StrategyEvent::Bar(_) => self.frames.push(view.frame),
            StrategyEvent::Prediction(report) => {
                let (report, role) = (*report, ModelRole::Champion);
                self.said.push(Prediction { report, role, leads: true, lean: Lean(5_000) });
            }
            _ => {}
        }
    }

    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        if let StrategyEvent::Prediction(_) = event {
            let wish = signal(SignalAction::Place, Side::Buy, 100, 1);
            assert!(signals.push(Signal { origin: view.origin, ..wish }).is_ok());
        }
    }

    fn predictions(&self) -> &[Prediction] {
        &self.said
    }

    fn on_model(&mut self, model: ModelHash, role: ModelRole) -> bool {
        let here = model.0.is_multiple_of(2);
        if here {
            self.roles.push((model.0, role));
        }
        here
    }
}

struct Bench {
    pipeline: Pipeline<Advised>,
    outbox: Outbox,
    now: Nanos,
}

impl Bench {
    fn new() -> Self {
        let bars = vec![BarKind::Tick(1), BarKind::Tick(2)];
        let frames = Some(BarKind::Tick(2));
        let config = PipelineConfig { bars, frames, ..config(GateMode::Auto) };
        let pipeline = Pipeline::new(config, Advised::default());
        let outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
        let mut bench = Self { pipeline, outbox, now: Nanos::SECOND };
        let status = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        bench.input(&Input::Gateway(status));
        bench.market(MarketEvent::Feed(FeedState::Live));
        bench.market(MarketEvent::Top(TopOfBook {
            update_id: 1,
            bid: level(99, 9),
            ask: level(101, 9),
        }));
        bench
    }

    fn input(&mut self, input: &Input<'_>) -> Vec<Output> {
        self.outbox.clear();
        self.pipeline.on_input(self.now, input, &mut self.outbox);
        self.outbox.to_vec()
    }

    fn market(&mut self, event: MarketEvent<'_>) -> Vec<Output> {
        self.input(&market(event, self.now))
    }

    fn trade(&mut self) {
        let trade = Trade { trade_id: 1, aggressor: Side::Buy, price: Ticks(100), lots: Lots(1) };
        self.market(MarketEvent::Trade(trade));
    }

    fn answer(&mut self, frame: u32) -> Vec<Output> {
        let answer = ModelAnswer::new(&[0.25, 0.75]).expect("two numbers");
        let (model, instrument) = (ModelHash(2), InstrumentId(0));
        self.input(&Input::Prediction(PredictionReport { model, instrument, frame, answer }))
    }

    fn wait(&mut self, millis: u64) {
        self.now = self.now.after(Nanos::from_millis(millis));
    }

    fn stale(&self) -> u64 {
        self.pipeline.counters().predictions_stale
    }
}

#[test]
fn only_bars_of_the_kind_of_the_features_are_frames() {
    let mut bench = Bench::new();
    for _ in 0..6 {
        bench.trade();
    }
    // The bar of one trade comes first; the frame is counted before the strategy hears of its bar.
    assert_eq!(bench.pipeline.strategy().frames, [0, 0, 1, 1, 1, 2, 2, 2, 3]);
    assert_eq!(bench.pipeline.frame(InstrumentId(0)), Some(3));
    assert_eq!(bench.pipeline.frame(InstrumentId(1)), None);
}

#[test]
fn an_answer_in_time_is_journaled_before_what_follows_from_it() {
    let mut bench = Bench::new();
    bench.trade();
    bench.wait(5);
    bench.trade();
    bench.wait(1_000);
    let outputs = bench.answer(1);
    let Output::Prediction(prediction) = outputs[0] else { panic!("{outputs:?}") };
    assert_eq!(prediction.report.frame, 1);
    let Output::Signal(wish, GateVerdict::Released) = outputs[1] else { panic!("{outputs:?}") };
    // Tick to trade counts from the message that completed the frame.
    assert_eq!(wish.origin, Nanos::SECOND.after(Nanos::from_millis(5)));
    assert!(matches!(outputs[2], Output::Order(_)), "{outputs:?}");
    assert_eq!((bench.stale(), bench.pipeline.counters().predictions), (0, 1));
}

#[test]
fn an_answer_that_is_too_old_is_refused_and_counted() {
    let mut bench = Bench::new();
    assert!(bench.answer(1).is_empty());
    bench.trade();
    bench.trade();
    bench.wait(1_001);
    assert!(bench.answer(1).is_empty());
    assert_eq!(bench.stale(), 2);
    bench.trade();
    bench.trade();
    // About the frame before, about one that is not there, and about an unknown instrument.
    assert!(bench.answer(1).is_empty());
    assert!(bench.answer(3).is_empty());
    let answer = ModelAnswer::new(&[0.5]).expect("a number");
    let (model, instrument) = (ModelHash(2), InstrumentId(9));
    let lost = PredictionReport { model, instrument, frame: 2, answer };
    assert!(bench.input(&Input::Prediction(lost)).is_empty());
    assert_eq!(bench.stale(), 5);
    assert!(!bench.answer(2).is_empty());
}

#[test]
fn a_role_that_cannot_be_had_is_an_alarm() {
    let mut bench = Bench::new();
    let mut command = |model| {
        let outputs =
            bench.input(&Input::Command(Command::Model(ModelHash(model), ModelRole::Champion)));
        outputs.iter().filter_map(describe).collect::<Vec<_>>()
    };
    assert!(command(4).is_empty());
    assert_eq!(command(5), ["Alarm ModelRefused 0000000000000005"]);
    assert_eq!(bench.pipeline.strategy().roles, [(4, ModelRole::Champion)]);
}

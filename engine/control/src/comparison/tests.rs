//! A tape of records, written by hand, and what it says about models.

use gannet_types::*;

use super::forecast::{Said, Score, score};
use super::*;
use crate::projections::tests::{report, request};

const MINUTE: Nanos = Nanos(60_000_000_000);
const BARS: BarKind = BarKind::Time(MINUTE);
const HORIZON: u32 = 4;

/// Two models that claim a name each.
const CHAMPION: ModelHash = ModelHash(7);
const CHALLENGER: ModelHash = ModelHash(3);

/// Writes records of one instrument.
struct Tape {
    comparison: Comparison,
    frame: u32,
    now: Nanos,
    order: u64,
    booked: PositionReport,
}

impl Tape {
    fn new(options: Options) -> Self {
        let claims = Claims::new(|model| {
            (model.0 < 100).then(|| Claim {
                id: format!("<model {}>", model.0),
                family: "mlp".to_owned(),
                horizon_bars: HORIZON,
                meaning: Meaning::Classes { threshold_percent: 0.0 },
            })
        });
        let flat = PositionReport {
            account: AccountId(0),
            instrument: InstrumentId(0),
            lots: Lots(0),
            cost: Notional(0),
            realized: Notional(0),
            fees: Notional(0),
            funding: Notional(0),
        };
        let comparison = Comparison::new(options, 1, BARS, claims);
        Self { comparison, frame: 0, now: Nanos::ZERO, order: 0, booked: flat }
    }

    fn output(&mut self, output: &Output) {
        self.comparison.on_output(self.now, output);
    }

    fn bar(&mut self, close: i64) {
        self.now = self.now.after(MINUTE);
        self.frame += 1;
        let (open, high, low, close) = (Ticks(close), Ticks(close), Ticks(close), Ticks(close));
        let (start, end) = (self.now, self.now);
        let (volume, notional, trades) = (Lots(1), Notional(1), 1);
        let instrument = InstrumentId(0);
        let kind = BARS;
        let bar =
            Bar { instrument, kind, start, end, open, high, low, close, volume, notional, trades };
        self.output(&Output::Bar(bar));
        // A bar of another kind is no frame.
        self.output(&Output::Bar(Bar { kind: BarKind::Tick(10), ..bar }));
    }

    fn says(&mut self, model: ModelHash, role: ModelRole, leads: bool, up: f32) {
        let answer = ModelAnswer::new(&[1.0 - up, up]).expect("an answer");
        let (instrument, frame) = (InstrumentId(0), self.frame);
        let report = PredictionReport { model, instrument, frame, answer };
        let lean = Lean::of(2.0 * up - 1.0);
        self.output(&Output::Prediction(Prediction { report, role, leads, lean }));
    }

    /// Both predict, one of them leads.
    fn both(&mut self, champion: f32, challenger: f32, challenger_leads: bool) {
        self.says(CHAMPION, ModelRole::Champion, !challenger_leads, champion);
        self.says(CHALLENGER, ModelRole::Challenger, challenger_leads, challenger);
    }

    fn order(&mut self) -> OrderId {
        self.order += 1;
        let client_order_id = ClientOrderId::new(OrderId(self.order), 0);
        let original = client_order_id;
        let order = OrderRequest { client_order_id, original, ..request(RequestKind::New, 0) };
        self.output(&Output::Order(order));
        OrderId(self.order)
    }

    /// An order trades: the position costs so much afterwards, and has earned so much more.
    fn trades(&mut self, order: OrderId, lots: i64, cost: i128, earned: i128, fee: i128) {
        let client_order_id = ClientOrderId::new(order, 0);
        let said = ExecutionReport { client_order_id, ..report(ExecKind::Trade, 0, 1, 1) };
        self.comparison.on_input(&Input::Execution(said));
        self.booked.lots = Lots(lots);
        self.booked.cost = Notional(cost);
        self.booked.realized.0 += earned;
        self.booked.fees.0 += fee;
        self.output(&Output::Position(self.booked));
    }

    /// A trip of an order that is sent now: of 10,000 it earns so much, after a fee of 2.
    fn trip(&mut self, profit: i128) {
        let order = self.order();
        self.trades(order, 1, 10_000, 0, 1);
        let order = self.order();
        self.trades(order, 0, 0, profit + 2, 1);
    }

    fn view(&self) -> ComparisonView {
        self.comparison.view()
    }
}

/// A walk of closes, a step up or down, from a seed (Knuth's generator of 64 bits).
fn walk(seed: u64, bars: usize) -> Vec<i64> {
    let (mut state, mut close) = (seed, 100_000);
    let step = |()| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        close += if state >> 63 == 1 { 10 } else { -10 };
        close
    };
    std::iter::repeat_n((), bars).map(step).collect()
}

#[test]
fn a_trip_belongs_to_whoever_led_when_its_order_was_sent() {
    let mut tape = Tape::new(Options::default());
    let first = tape.order();
    tape.trades(first, 1, 10_000, 0, 0);
    tape.trades(first, 0, 0, 5, 0);
    assert_eq!(tape.view().trips_without_model, 1, "nobody had led");
    tape.bar(100);
    tape.both(0.5, 0.5, true);
    let opening = tape.order();
    // The challenger's turn, but it says nothing: what is opened now belongs to nobody.
    tape.bar(100);
    tape.says(CHAMPION, ModelRole::Champion, false, 0.5);
    let mute = tape.order();
    tape.trades(mute, 1, 10_000, 0, 0);
    tape.trades(mute, 0, 0, 5, 0);
    assert_eq!(tape.view().trips_without_model, 2);
    tape.bar(101);
    tape.both(0.5, 0.5, false);
    let closing = tape.order();
    tape.trades(opening, 2, 20_000, 0, 3);
    tape.trades(closing, 0, 0, 47, 4);
    tape.trip(-30);
    let view = tape.view();
    let [champion, challenger] = &view.arms[..] else { panic!("two arms") };
    assert_eq!((champion.id.as_str(), champion.role), ("<model 7>", "champion"));
    assert_eq!((champion.traded.trips, champion.traded.wins), (1, 0));
    assert_eq!(champion.traded.total_percent, -0.3);
    assert_eq!((challenger.traded.trips, challenger.traded.wins), (1, 1));
    assert_eq!(challenger.traded.total_percent, 0.2);
    assert_eq!((challenger.predictions, challenger.led), (2, 1));
    // What the broker corrects afterwards is corrected here; of the last trip.
    tape.trades(closing, 0, 0, 100, 0);
    let view = tape.view();
    let total = view.arms[0].traded.total_percent;
    assert!((total - 0.7).abs() < 1e-12, "{total}");
    assert_eq!((view.arms[0].traded.wins, view.trips_open), (1, 0));
}

#[test]
fn whoever_knows_the_future_is_found() {
    let mut tape = Tape::new(Options::default());
    let closes = walk(5, 900);
    for (index, close) in closes.iter().enumerate() {
        tape.bar(*close);
        let Some(later) = closes.get(index + HORIZON as usize) else { break };
        let challenger_leads = index % 3 == 0;
        let truth = if later > close { 0.9 } else { 0.1 };
        tape.both(if index % 8 < 4 { 0.6 } else { 0.4 }, truth, challenger_leads);
        // Whoever knows gains a part of the way, the other one gains or loses it.
        let way = i128::from((later - close).abs() / 2) + 1;
        let won = challenger_leads || index % 4 < 2;
        tape.trip(if won { way } else { -way });
    }
    let view = tape.view();
    let [pair] = &view.comparisons[..] else { panic!("one pair") };
    assert_eq!(pair.traded.verdict, "challenger better");
    assert_eq!(pair.forecast.verdict, "challenger better");
    let decided = pair.traded.decided.expect("a point");
    assert!(decided.low > 0.0 && decided.count < 890, "{decided:?}");
    let forecast = |place: usize| view.arms[place].forecast.as_ref().expect("predictions");
    assert_eq!(forecast(1).hit_rate_all, Some(1.0));
    assert!((forecast(1).brier_all.expect("a score") - 0.02).abs() < 1e-6);
    let half = forecast(0).hit_rate;
    assert!(half.low < Some(0.5) && half.high > Some(0.5), "{half:?}");
    // Every frame of 897 that is a horizon old is scored, one in a horizon counts.
    assert_eq!(forecast(1).frames, 893);
    assert_eq!(forecast(1).hit_rate.count, u64::from(893 / HORIZON));
    assert_eq!(pair.brier_saved.count, u64::from(893 / HORIZON));
}

#[test]
fn between_equal_ones_nothing_is_decided() {
    let mut tape = Tape::new(Options { worth_percent: 0.001, ..Options::default() });
    let closes = walk(9, 1_200);
    for (index, close) in closes.iter().enumerate() {
        tape.bar(*close);
        let noise = walk(index as u64 + 1, 3);
        let guess = |bit: usize| if noise[bit] > 100_000 { 0.55 } else { 0.45 };
        tape.both(guess(0), guess(1), index % 2 == 0);
        tape.trip(i128::from(noise[2] - 100_000));
    }
    let view = tape.view();
    let pair = &view.comparisons[0];
    assert_eq!(pair.traded.verdict, "keep going", "{:?}", pair.traded.decided);
    assert!(pair.traded.low < Some(0.0) && pair.traded.high > Some(0.0));
    assert!(pair.traded.pairs_needed > Some(600) && pair.traded.p_value > 0.05);
    // Two that say the same differ by nothing.
    let mut tape = Tape::new(Options::default());
    for close in closes {
        tape.bar(close);
        tape.both(0.6, 0.6, false);
    }
    let view = tape.view();
    assert_eq!(view.comparisons[0].forecast.verdict, "no difference worth 0.005");
    assert_eq!(view.comparisons[0].forecast.decided.map(|point| point.count), Some(30));
}

#[test]
fn it_does_not_matter_whose_name_is_smaller() {
    let view = |champion: ModelHash, challenger: ModelHash| {
        let mut tape = Tape::new(Options::default());
        for (index, close) in walk(3, 400).into_iter().enumerate() {
            tape.bar(close);
            tape.says(champion, ModelRole::Champion, index % 2 == 0, 0.7);
            tape.says(challenger, ModelRole::Challenger, index % 2 == 1, 0.4);
            tape.trip((index % 7) as i128 * 3 - if index % 2 == 0 { 12 } else { 3 });
        }
        let mut view = tape.view();
        for arm in &mut view.arms {
            (arm.id, arm.model) = (String::new(), String::new());
        }
        for pair in &mut view.comparisons {
            (pair.id, pair.model, pair.champion) = (String::new(), String::new(), String::new());
        }
        view.champion = None;
        view
    };
    let (one, other) = (view(CHAMPION, CHALLENGER), view(CHALLENGER, CHAMPION));
    assert_eq!(one, other);
    assert!(one.comparisons[0].traded.estimate > Some(0.0));
    assert_eq!(one.comparisons[0].traded.verdict, "challenger better");
}

#[test]
fn a_horizon_can_be_asked_for_and_a_stranger_has_none() {
    let horizon = |horizon_bars, model| {
        let mut tape = Tape::new(Options { horizon_bars, ..Options::default() });
        for close in walk(1, 60) {
            tape.bar(close);
            tape.says(ModelHash(model), ModelRole::Champion, true, 0.6);
        }
        let view = tape.view();
        view.arms[0].forecast.as_ref().map(|it| (it.horizon_bars, it.frames, it.brier.count))
    };
    assert_eq!(horizon(None, 7), Some((HORIZON, 56, 14)));
    assert_eq!(horizon(Some(10), 7), Some((10, 50, 5)));
    assert_eq!(horizon(None, 100), None);
    assert_eq!(horizon(Some(10), 100), Some((10, 50, 5)));
}

#[test]
fn predictions_are_scored_as_their_meaning_says() {
    let scored = |meaning, numbers: &[f32], lean, forward| {
        let answer = ModelAnswer::new(numbers).expect("an answer");
        score(meaning, &Said { model: CHAMPION, answer, lean: Lean(lean) }, forward)
    };
    let classes = |threshold_percent| Meaning::Classes { threshold_percent };
    let right = |hit, brier, truth: f64, gain_percent| {
        Some(Score { hit, brier: Some(brier), log_loss: Some(-truth.ln()), gain_percent })
    };
    // Squares over all classes: of 0.25 and 0.75 that is 2 × 0.0625 if it was right.
    let cases = [
        (classes(0.0), &[0.25, 0.75][..], 5_000, 0.5, right(true, 0.125, 0.75, 0.5)),
        (classes(0.0), &[0.25, 0.75], 5_000, -0.5, right(false, 1.125, 0.25, -0.5)),
        // Nothing is down, as in training; and one does not lean to what is even.
        (classes(0.0), &[0.5, 0.5], 0, 0.0, right(true, 0.5, 0.5, 0.0)),
        (classes(0.6), &[0.25, 0.75], 5_000, 0.5, right(false, 1.125, 0.25, 0.5)),
        (classes(0.1), &[0.25, 0.5, 0.25], 0, 0.05, right(true, 0.375, 0.5, 0.0)),
        (classes(0.1), &[0.25, 0.5, 0.25], 0, -0.15, right(false, 0.875, 0.25, 0.0)),
        (classes(0.1), &[0.0, 0.0, 1.0], 10_000, -1.0, right(false, 2.0, 1e-7, -1.0)),
        (Meaning::Trade, &[0.25, 0.75], 5_000, 0.5, None),
        (classes(0.0), &[0.75], 5_000, 0.5, None),
    ];
    for (meaning, numbers, lean, forward, expected) in cases {
        assert_eq!(scored(meaning, numbers, lean, forward), expected, "{numbers:?} {forward}");
    }
    let found = scored(Meaning::Return, &[-0.2], -4_000, -0.5).expect("a score");
    let (brier, log_loss) = (None, None);
    assert_eq!(found, Score { hit: true, brier, log_loss, gain_percent: 0.5 });
}

#[test]
fn memory_is_bounded_and_who_is_silent_goes() {
    let mut tape = Tape::new(Options { horizon_bars: Some(1_024), ..Options::default() });
    for model in 0..200 {
        tape.bar(100);
        tape.says(ModelHash(model), ModelRole::Shadow, true, 0.5);
        tape.trip(1);
        tape.order();
    }
    let view = tape.view();
    assert_eq!(view.arms.len(), ARMS_MAX);
    assert_eq!(view.arms[0].model, ModelHash(200 - ARMS_MAX as u64).to_string());
    assert!(tape.comparison.pairs.len() <= ARMS_MAX * (ARMS_MAX - 1) / 2);
    for _ in 0..2 * ORDERS_MAX {
        tape.order();
    }
    assert_eq!(tape.comparison.orders.len(), ORDERS_MAX);
    // A prediction about an older frame than the newest is counted and not scored.
    tape.frame -= 1;
    tape.says(ModelHash(199), ModelRole::Shadow, true, 0.5);
    assert_eq!(tape.view().predictions_unmatched, 1);
}

#[test]
fn the_page_shows_names_as_text_and_reaches_nowhere() {
    let mut tape = Tape::new(Options::default());
    for (index, close) in walk(4, 300).into_iter().enumerate() {
        tape.bar(close);
        tape.both(0.6, 0.4, index % 2 == 0);
        tape.trip(index as i128 % 5);
    }
    let view = tape.view();
    let (report, live) = (page(&view, false), page(&view, true));
    assert!(report.contains("&lt;model 7&gt;") && !report.contains("<model"));
    assert!(!report.contains("://") && !report.contains("<script") && !report.contains("NaN"));
    assert!(report.matches("<svg").count() == 3 && report.ends_with("</html>\n"));
    assert!(live.contains("http-equiv=\"refresh\"") && !report.contains("refresh"));
    // The port's pages may have no style of their own.
    assert!(live.contains("/experiment.css") && !live.contains("<style"));
    // Nothing was said and nobody traded: that is a page, too.
    let blank = page(&Tape::new(Options::default()).view(), false);
    assert!(blank.contains("No model has predicted") && !blank.contains("NaN"));
}

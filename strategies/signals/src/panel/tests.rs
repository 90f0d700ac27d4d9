//! Models come and go, one leads, and each is asked.

use gannet_types::{InstrumentId, ModelAnswer, ModelHash, ModelRole, Nanos, PredictionReport};

use super::*;

const BTC: InstrumentId = InstrumentId(0);

fn panel(share_percent: u8) -> Panel {
    Panel::new(Experiment { seed: 7, bucket: Nanos::SECOND, share_percent }, 5)
}

/// A model that answers from another thread.
fn remote(model: u64) -> Box<Advisor> {
    let reading = Reading::DownUp;
    Box::new(Advisor { model: ModelHash(model), reading, evaluator: None })
}

fn compiled(model: u64) -> Box<Advisor> {
    let bytes = include_bytes!("../../../models/tests/data/xgboost_binary.onnx");
    let evaluator = Some(Evaluator::from_bytes(bytes).expect("a model"));
    Box::new(Advisor { evaluator, ..*remote(model) })
}

fn seat(panel: &mut Panel, advisor: Box<Advisor>, role: ModelRole) -> bool {
    let model = advisor.model;
    panel.offer(advisor);
    panel.seat(model, role)
}

fn roles(panel: &Panel) -> Vec<(u64, ModelRole)> {
    let mut roles: Vec<_> = panel.roles().map(|(model, role)| (model.0, role)).collect();
    roles.sort_by_key(|(model, _)| *model);
    roles
}

fn left(panel: &mut Panel) -> Vec<u64> {
    std::iter::from_fn(|| panel.take_left()).map(|advisor| advisor.model.0).collect()
}

fn report(model: u64, up: f32) -> PredictionReport {
    let answer = ModelAnswer::new(&[1.0 - up, up]).expect("two numbers");
    PredictionReport { model: ModelHash(model), instrument: BTC, frame: 1, answer }
}

#[test]
fn a_new_champion_leaves_the_old_one_as_a_shadow_and_back() {
    let mut panel = panel(0);
    assert!(seat(&mut panel, remote(1), ModelRole::Champion));
    assert!(seat(&mut panel, remote(2), ModelRole::Champion));
    assert_eq!(roles(&panel), [(1, ModelRole::Shadow), (2, ModelRole::Champion)]);
    // Rolling back needs nothing to be brought along.
    assert!(panel.seat(ModelHash(1), ModelRole::Champion));
    assert_eq!(roles(&panel), [(1, ModelRole::Champion), (2, ModelRole::Shadow)]);
    assert!(panel.seat(ModelHash(2), ModelRole::Out));
    assert_eq!(roles(&panel), [(1, ModelRole::Champion)]);
    assert_eq!(left(&mut panel), [2]);
}

#[test]
fn what_was_not_offered_is_refused() {
    let mut panel = panel(0);
    assert!(!panel.seat(ModelHash(9), ModelRole::Champion));
    assert!(!seat(&mut panel, remote(9), ModelRole::Out));
    assert_eq!(left(&mut panel), [9]);
    assert!(roles(&panel).is_empty());
}

#[test]
fn the_oldest_shadow_makes_room_and_nobody_else() {
    let mut panel = panel(50);
    assert!(seat(&mut panel, remote(1), ModelRole::Champion));
    for model in 2..=SEATS as u64 {
        assert!(seat(&mut panel, remote(model), ModelRole::Shadow));
    }
    assert!(seat(&mut panel, remote(20), ModelRole::Challenger));
    assert_eq!(left(&mut panel), [2]);
    // A shadow once more is the youngest.
    assert!(panel.seat(ModelHash(3), ModelRole::Shadow));
    assert!(seat(&mut panel, remote(21), ModelRole::Champion));
    assert_eq!(left(&mut panel), [4]);
    for model in [3, 5, 6, 7, 8, 1] {
        assert!(panel.seat(ModelHash(model), ModelRole::Challenger), "{model}");
    }
    assert!(!seat(&mut panel, remote(22), ModelRole::Champion));
    assert_eq!(left(&mut panel), [22]);
    assert!(panel.has(ModelHash(21)));
}

#[test]
fn a_thousand_champions_come_and_go() {
    let mut panel = panel(0);
    let mut gone = Vec::new();
    for model in 0..1_000 {
        assert!(seat(&mut panel, remote(model), ModelRole::Champion));
        assert_eq!(panel.roles().filter(|(_, role)| *role == ModelRole::Champion).count(), 1);
        gone.extend(left(&mut panel));
    }
    assert_eq!(gone, (0..1_000 - SEATS as u64).collect::<Vec<_>>());
}

#[test]
fn a_second_copy_of_a_model_goes_back() {
    let mut panel = panel(0);
    assert!(seat(&mut panel, remote(1), ModelRole::Champion));
    assert!(seat(&mut panel, remote(1), ModelRole::Shadow));
    assert_eq!(left(&mut panel), [1]);
    assert_eq!(roles(&panel), [(1, ModelRole::Shadow)]);
}

#[test]
fn offers_beyond_the_room_come_back() {
    let mut panel = panel(0);
    for model in 0..OFFERED_MAX as u64 + 3 {
        panel.offer(remote(model));
    }
    let mut gone = left(&mut panel);
    gone.sort_unstable();
    assert_eq!(gone, [16, 17, 18]);
}

#[test]
fn only_the_one_whose_turn_it_is_is_followed() {
    let mut panel = panel(50);
    assert!(seat(&mut panel, remote(1), ModelRole::Champion));
    assert!(seat(&mut panel, remote(2), ModelRole::Challenger));
    assert!(seat(&mut panel, remote(3), ModelRole::Shadow));
    let mut turns = [0; 2];
    for second in 0..400 {
        let now = Nanos(second * Nanos::SECOND.0);
        panel.begin();
        let advice = [1, 2, 3].map(|model| panel.on_report(now, &report(model, 0.75)));
        assert_eq!(advice.iter().flatten().count(), 1);
        assert_eq!(advice[2], None);
        let leads: Vec<bool> = panel.said().iter().map(|said| said.leads).collect();
        assert_eq!(leads, advice.map(|advice| advice.is_some()));
        turns[usize::from(advice[1].is_some())] += 1;
    }
    // Half of 400, with a standard deviation of 10.
    assert!((150..=250).contains(&turns[0]), "{turns:?}");
}

#[test]
fn a_compiled_model_answers_on_the_frame_and_says_what_it_answers_elsewhere() {
    let mut panel = panel(0);
    assert!(seat(&mut panel, compiled(1), ModelRole::Champion));
    assert!(seat(&mut panel, compiled(2), ModelRole::Shadow));
    let row = [0.5, -1.0, 0.25, 3.0, -0.75];
    panel.begin();
    let advice = panel.on_frame(Nanos::SECOND, BTC, 41, row.iter().map(|&value| Some(value)));
    let mut evaluator = compiled(1).evaluator.expect("compiled");
    let expected = evaluator.predict(&row.map(|value| value as f32)).expect("an answer").to_vec();
    let said = panel.said();
    assert_eq!(said.len(), 2);
    for (prediction, role) in said.iter().zip([ModelRole::Champion, ModelRole::Shadow]) {
        assert_eq!(prediction.role, role);
        assert_eq!(prediction.report.frame, 41);
        assert_eq!(prediction.report.answer.numbers().collect::<Vec<_>>(), expected);
    }
    assert_eq!(advice, Some(Advice::Market(Lean::of(expected[1] - expected[0]))));
    // Another width is no frame for these models.
    panel.begin();
    assert_eq!(panel.on_frame(Nanos::SECOND, BTC, 42, std::iter::once(Some(1.0))), None);
    assert!(panel.said().is_empty());
}

#[test]
fn an_answer_of_another_shape_is_counted_and_ignored() {
    let mut panel = panel(0);
    assert!(seat(&mut panel, remote(1), ModelRole::Champion));
    let answer = ModelAnswer::new(&[0.5]).expect("one number");
    let odd = PredictionReport { answer, ..report(1, 0.5) };
    assert_eq!(panel.on_report(Nanos::SECOND, &odd), None);
    assert_eq!(panel.on_report(Nanos::SECOND, &report(5, 0.5)), None);
    assert_eq!(panel.missing(), 1);
    assert!(panel.said().is_empty());
}

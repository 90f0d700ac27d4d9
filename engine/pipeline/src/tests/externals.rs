//! What somebody outside wants reaches the strategies, and weights reach the one they are for.

use gannet_types::{Decision, ExternalOpinion, ExternalSignal, Rating, School, Stance, Text};

use super::*;

/// Follows what it is told with an order, and has weights of Gann alone.
#[derive(Default)]
struct Listening {
    heard: Option<ExternalSignal>,
    weights: Vec<(u8, u16)>,
}

impl Strategy for Listening {
    fn observe(&mut self, _view: &View<'_>, event: StrategyEvent<'_>) {
        self.heard = match event {
            StrategyEvent::External(signal) => Some(*signal),
            _ => None,
        };
    }

    fn on_event(&mut self, view: &View<'_>, _event: StrategyEvent<'_>, signals: &mut Signals) {
        if self.heard.is_some_and(|signal| signal.strategy == view.strategy) {
            assert!(signals.push(signal(SignalAction::Place, Side::Buy, 100, 1)).is_ok());
        }
    }

    fn decision(&self, strategy: StrategyId) -> Option<Decision> {
        let heard = self.heard.filter(|signal| signal.strategy == strategy)?;
        let (rating, confidence) = (Rating::of(Side::Buy, heard.confidence), heard.confidence);
        Some(Decision { strategy, rating, confidence, ..Decision::default() })
    }

    fn on_weight(&mut self, strategy: StrategyId, school: School, weight: u16) -> bool {
        let taken = school == School::Gann;
        if taken {
            self.weights.push((strategy.0, weight));
        }
        taken
    }

    /// Listens to one source.
    fn on_opinion(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        assert_eq!(now, Nanos::SECOND);
        opinion.source.as_bytes() == b"llm:news"
    }
}

fn told(commands: &[Command]) -> (Vec<Output>, u64, Vec<(u8, u16)>) {
    let mut pipeline = Pipeline::new(config(GateMode::Auto), Listening::default());
    let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
    let mut outputs = Vec::new();
    for command in commands {
        outbox.clear();
        pipeline.on_input(Nanos::SECOND, &Input::Command(*command), &mut outbox);
        outputs.extend(outbox.iter().copied());
    }
    (outputs, pipeline.counters().bad_inputs, pipeline.strategy().weights.clone())
}

fn external(instrument: u16, confidence: u8) -> Command {
    Command::External(ExternalSignal {
        strategy: StrategyId(0),
        instrument: InstrumentId(instrument),
        stance: Stance::Long,
        confidence,
    })
}

#[test]
fn a_signal_is_decided_on_and_then_acted_upon() {
    let (outputs, bad, _) = told(&[external(0, 70)]);
    let [Output::Decision(decision), Output::Signal(..), ..] = &outputs[..] else {
        panic!("{outputs:?}")
    };
    assert_eq!((decision.rating, decision.confidence), (Rating::StrongBuy, 70));
    assert_eq!(bad, 0);
}

#[test]
fn a_signal_about_nothing_or_too_sure_is_counted_and_ignored() {
    let (outputs, bad, _) = told(&[external(9, 70), external(0, 101)]);
    assert!(outputs.is_empty(), "{outputs:?}");
    assert_eq!(bad, 2);
}

#[test]
fn a_weight_that_is_not_taken_is_counted() {
    let weight = |school| Command::Weight(StrategyId(0), school, 7);
    let (_, bad, weights) = told(&[weight(School::Gann), weight(School::Astro)]);
    assert_eq!((bad, &weights[..]), (1, &[(0, 7)][..]));
}

#[test]
fn an_opinion_that_is_impossible_or_not_taken_is_counted() {
    let good = ExternalOpinion {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        source: Text::new(b"llm:news"),
        score: -100,
        confidence: 100,
        horizon: Nanos::SECOND,
        lifetime: Nanos::SECOND,
    };
    let bad = [
        ExternalOpinion { score: -101, ..good },
        ExternalOpinion { horizon: Nanos::ZERO, ..good },
        ExternalOpinion { source: Text::new(b"stranger"), ..good },
    ];
    let (outputs, count, _) = told(&[Command::Opinion(good)]);
    assert!(outputs.is_empty() && count == 0, "{outputs:?}");
    let (_, count, _) = told(&bad.map(Command::Opinion));
    assert_eq!(count, 3);
}

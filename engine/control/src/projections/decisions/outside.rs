//! Whose opinions from outside a decision has weighed, by name: the decision itself has their sum only.

use gannet_types::{Decision, ExternalOpinion, Nanos, School};
use serde::Serialize;

/// One opinion as it stood when it was weighed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpinionView {
    /// Whose it is.
    pub source: String,
    /// Which way, -100 to 100, when it was told.
    pub score: i8,
    /// How sure, when it was told.
    pub confidence_percent: u8,
    /// How long before.
    pub age_s: u64,
    /// What was left of it: score times confidence, faded, in percent.
    pub lean_percent: f32,
}

/// Returns those that a decision at `time` weighed, of opinions `newest_first` with their times.
pub(super) fn weighed<'a>(
    time: Nanos,
    decision: &Decision,
    newest_first: impl Iterator<Item = &'a (Nanos, ExternalOpinion)>,
) -> Vec<OpinionView> {
    let mut views: Vec<OpinionView> = Vec::new();
    let mut taken: Vec<&[u8]> = Vec::new();
    if decision.schools.of(School::External) == 0 {
        return views;
    }
    for (told, opinion) in newest_first.filter(|(told, _)| *told <= time) {
        let is_meant = opinion.strategy == decision.strategy
            && opinion.instrument == decision.instrument
            && opinion.is_possible();
        if !is_meant || taken.contains(&opinion.source.as_bytes()) {
            continue;
        }
        taken.push(opinion.source.as_bytes());
        let age = time.since(*told);
        if let Some(lean) = opinion.lean_after(age) {
            views.push(OpinionView {
                source: opinion.source.to_string(),
                score: opinion.score,
                confidence_percent: opinion.confidence,
                age_s: age.0 / Nanos::SECOND.0,
                lean_percent: f32::from(lean) / 100.0,
            });
        }
    }
    views
}

/// Returns them as a sentence; nothing if there are none.
pub(super) fn sentence(opinions: &[OpinionView]) -> String {
    let mut text = String::new();
    for OpinionView { source, score, confidence_percent, age_s, .. } in opinions {
        text.push_str(if text.is_empty() { " Outside: " } else { ", " });
        text.push_str(&format!("{source} {score:+} at {confidence_percent} %, {age_s} s ago"));
    }
    if !text.is_empty() {
        text.push('.');
    }
    text
}

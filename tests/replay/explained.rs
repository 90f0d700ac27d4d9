//! Decisions in the journal: one a frame, true to what was decided, and readable.

use gannet_app::offline::explain::explain;
use gannet_journal::{Body, Reader};
use gannet_types::{GateVerdict, Output, Rating, ReasonCode, Source};

use super::generated;

#[test]
fn every_frame_is_explained_and_signals_follow_what_was_explained() {
    let (_folder, directory, tested) = generated();
    let mut reader = Reader::open(&directory).expect("a journal");
    let (mut frames, mut rated, mut wanted) = (Vec::new(), 0, None);
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Output(Output::Decision(decision)) => {
                frames.push(decision.frame);
                let seen = decision.reasons.iter().flatten().next().expect("a reason").code;
                match decision.rating {
                    Rating::Hold => {
                        assert!(matches!(seen, ReasonCode::NotReady | ReasonCode::Slope));
                    }
                    rating => {
                        rated += 1;
                        wanted = Some((rating, decision.confidence));
                        let share = decision.shares[0].expect("a share");
                        assert_eq!((share.source, share.percent), (Source::Technical, 100));
                        let strong = matches!(rating, Rating::StrongBuy | Rating::StrongSell);
                        assert_eq!(strong, decision.confidence >= 60);
                    }
                }
            }
            Body::Output(Output::Signal(signal, GateVerdict::Released)) => {
                let (_, confidence) = wanted.expect("a signal follows a decision");
                assert_eq!(signal.confidence, confidence);
            }
            _ => {}
        }
    }
    assert!(rated > 20, "{rated}");
    assert!(frames.len() > 150 && frames.is_sorted(), "{} of {:?}", frames.len(), tested.pipeline);
    let text = explain(&directory, 5, false).expect("explained");
    assert_eq!(text.lines().count(), 5);
    assert!(text.lines().all(|line| line.contains("% sure: the smoothed price")), "{text}");
    for line in explain(&directory, 0, true).expect("explained").lines() {
        let json: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(json["reasons"].is_array() && json["attribution"].is_array(), "{line}");
    }
}

//! What models may do, case by case.

use gannet_types::Text;

use super::*;

fn technical(side: Side, confidence: u8) -> Opinion {
    Opinion { side, confidence, reason: Text::new(b"trend") }
}

fn market(lean: i16) -> Option<Advice> {
    Some(Advice::Market(Lean(lean)))
}

fn joined(mode: FusionMode, said: Option<Opinion>, advice: Option<Advice>) -> Option<(Side, u8)> {
    let fusion = Fusion { mode, confidence_min: 0 };
    fusion.join(said, advice).map(|opinion| (opinion.side, opinion.confidence))
}

#[test]
fn a_boost_scales_within_its_bounds_and_never_makes_or_turns_an_opinion() {
    let mode = FusionMode::Boost { least: 50, most: 150 };
    for side in [Side::Buy, Side::Sell] {
        for confidence in 1..=100 {
            for lean in (-10_000..=10_000).step_by(500) {
                let said = technical(side, confidence);
                for advice in [market(lean), Some(Advice::Trade(Lean(lean)))] {
                    let (same, scaled) = joined(mode, Some(said), advice).expect("an opinion");
                    let (low, high) = (confidence / 2, u16::from(confidence) * 3 / 2);
                    assert_eq!(same, side);
                    assert!(scaled >= low.max(1) && u16::from(scaled) <= high.clamp(1, 100));
                }
                assert_eq!(joined(mode, None, market(lean)), None);
            }
        }
    }
    let up = Some(technical(Side::Buy, 40));
    assert_eq!(joined(mode, up, market(10_000)), Some((Side::Buy, 60)));
    assert_eq!(joined(mode, up, market(-10_000)), Some((Side::Buy, 20)));
    assert_eq!(joined(mode, up, None), Some((Side::Buy, 40)));
    let down = Some(technical(Side::Sell, 40));
    assert_eq!(joined(mode, down, market(-5_000)), Some((Side::Sell, 50)));
    assert_eq!(joined(mode, down, Some(Advice::Trade(Lean(5_000)))), Some((Side::Sell, 50)));
}

#[test]
fn votes_are_weighed() {
    let mode = FusionMode::Vote { technical: 1, model: 3 };
    let up = Some(technical(Side::Buy, 40));
    assert_eq!(joined(mode, up, market(-8_000)), Some((Side::Sell, 50)));
    assert_eq!(joined(mode, None, market(8_000)), Some((Side::Buy, 60)));
    assert_eq!(joined(mode, up, None), Some((Side::Buy, 40)));
    assert_eq!(joined(mode, up, Some(Advice::Trade(Lean(9_000)))), Some((Side::Buy, 40)));
    assert_eq!(joined(mode, None, market(100)), None);
    let nobody = FusionMode::Vote { technical: 0, model: 0 };
    assert_eq!(joined(nobody, up, market(8_000)), None);
}

#[test]
fn a_leader_decides_alone() {
    let up = Some(technical(Side::Buy, 40));
    assert_eq!(joined(FusionMode::Lead, up, market(-700)), Some((Side::Sell, 7)));
    assert_eq!(joined(FusionMode::Lead, up, None), None);
    assert_eq!(joined(FusionMode::Lead, up, Some(Advice::Trade(Lean(9_000)))), None);
}

#[test]
fn what_is_not_sure_enough_is_not_followed() {
    let fusion = Fusion { mode: FusionMode::Lead, confidence_min: 30 };
    assert_eq!(fusion.join(None, market(2_999)), None);
    assert!(fusion.join(None, market(3_000)).is_some());
}

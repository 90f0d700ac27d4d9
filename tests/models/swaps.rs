//! A thousand champions, one after the other, while the market goes on: nothing is allocated on the
//! pipeline's thread, nothing is lost, and every one of them is asked.

use gannet_app::agents::model_port::{self, Delivery};
use gannet_app::models::arsenal::Arsenal;
use gannet_app::offline::replay::replay;
use gannet_signals::Advisor;
use gannet_types::{Command, ModelRole};

use super::Scene;
use crate::allocator::{self, Allocations, counted};
use crate::no_alloc::Rig;

const SWAPS: usize = 1_000;

/// Between two swaps: about a bar.
const FRAMES_A_SWAP: usize = 30;

#[test]
fn a_thousand_champions_under_load_allocate_nothing() {
    let scene = Scene::new("swaps");
    let config = scene.config("mode = 'vote'");
    let mut rig = Rig::new(config.clone());
    let journal = rig.folder.join("journal");
    let arsenal = Arsenal::new(&config, &journal);
    let ids = ["old", "new", "third"];
    let armed = ids.map(|id| arsenal.bring(&scene.shelf.path().join(id)).expect("a model").advisor);
    rig.play(4_000);
    let before = *rig.ours.path.engine.pipeline().counters();
    let mut left = Vec::new();
    allocator::take();
    for swap in 0..SWAPS {
        // What is loaded elsewhere is allocated elsewhere.
        let next = &armed[swap % ids.len()];
        let (model, reading) = (next.model, next.reading);
        let advisor = Box::new(Advisor { model, reading, evaluator: next.evaluator.clone() });
        let command = Command::Model(model, ModelRole::Champion);
        let delivery = Delivery { command, advisor: Some(advisor) };
        let (now, path) = (rig.now, &mut rig.ours.path);
        counted(|| model_port::deliver(now, delivery, &mut path.engine, &mut path.gateway));
        while let Some(back) = counted(|| path.engine.strategy_mut().models_mut().take_left()) {
            left.push(back);
        }
        rig.play(FRAMES_A_SWAP);
    }
    assert_eq!(allocator::take(), Allocations::default(), "the hot path must not allocate");
    // The second of each model finds the first in its seat, and goes back.
    assert_eq!(left.len(), SWAPS - ids.len());
    let after = *rig.ours.path.engine.pipeline().counters();
    let predictions = after.predictions - before.predictions;
    assert!(predictions > 2 * SWAPS as u64, "{predictions} predictions of {SWAPS} champions");
    assert_eq!(after.alarms, before.alarms);
    assert!(after.fills > before.fills, "it trades meanwhile");
    let Rig { ours, folder, .. } = rig;
    let (pipeline, writer, _) = ours.path.engine.into_parts();
    assert_eq!(pipeline.counters().features_dropped, 0);
    writer.seal().expect("sealed");
    let replayed = replay(&journal).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
    drop(folder);
}

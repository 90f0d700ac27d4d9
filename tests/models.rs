//! Models in the engine: where they are asked, how they come and go, and that a replay asks them again.

mod experiment;
mod live;
mod placement;
mod registry;
mod swaps;

use std::path::{Path, PathBuf};

use gannet_app::config::Config;
use gannet_app::offline::backtest::{Backtested, backtest};
use gannet_app::offline::capture::Capture;
use gannet_control::registry::{Act, Change, Registry};
use gannet_journal::{Body, Reader};
use gannet_tests::desk::lively;
use gannet_tests::market;
use gannet_tests::shelf::Shelf;
use gannet_tests::temp::TempDir;
use gannet_types::{Output, Prediction, Signal};

/// Half a minute of market.
const FRAMES: usize = 8_000;

/// A recording, and a registry of three models.
struct Scene {
    folder: TempDir,
    shelf: Shelf,
}

impl Scene {
    /// `old` leads, `new` is on trial, `third` is only there.
    fn new(name: &str) -> Self {
        let scene = Self { folder: TempDir::new(name), shelf: Shelf::new(name) };
        market::record(&scene.folder.join("capture.txt"), 7, FRAMES);
        scene.shelf.shelve("old", "xgboost_binary.onnx");
        scene.shelf.shelve("new", "lightgbm_binary.onnx");
        scene.shelf.shelve("third", "lightgbm_missing.onnx");
        for (act, id) in [(Act::Promote, "old"), (Act::Promote, "old"), (Act::Promote, "new")] {
            scene.change(act, id);
        }
        scene
    }

    fn change(&self, act: Act, id: &str) {
        let bytes = std::fs::read(self.shelf.path().join(id).join("model.onnx")).expect("a model");
        let onnx_blake3 = blake3::hash(&bytes).to_hex().to_string();
        let reason = "a test".to_owned();
        let mut registry = Registry::open_to_change(self.shelf.path()).expect("a registry");
        let change = Change { at_ns: 1, act, id: id.to_owned(), onnx_blake3, reason };
        registry.change(change).expect("allowed");
    }

    /// A lively engine that asks the registry's models; `models` are more keys of theirs.
    fn config(&self, models: &str) -> Config {
        lively(&self.overlay(models))
    }

    fn overlay(&self, models: &str) -> String {
        let (set, registry) = (self.shelf.set(), self.shelf.path());
        format!(
            "[features]\nset = '{}'\n[models]\ndirectory = '{}'\n{models}\n",
            set.display(),
            registry.display()
        )
    }

    fn run(&self, config: Config, journal: &str) -> (PathBuf, Backtested) {
        let tested = self.try_run(config, journal).expect("a backtest");
        (self.folder.join(journal), tested)
    }

    fn try_run(&self, mut config: Config, journal: &str) -> Result<Backtested, String> {
        config.journal.directory = self.folder.join(journal);
        let capture = Capture::load(&[self.folder.join("capture.txt")]).expect("a recording");
        backtest(&config, &capture).map_err(|error| format!("{error:#}"))
    }
}

/// The predictions and the signals of a journal.
fn told(journal: &Path) -> (Vec<Prediction>, Vec<Signal>) {
    let (mut predictions, mut signals) = (Vec::new(), Vec::new());
    let mut reader = Reader::open(journal).expect("a journal");
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Output(Output::Prediction(prediction)) => predictions.push(prediction),
            Body::Output(Output::Signal(signal, _)) => signals.push(signal),
            _ => {}
        }
    }
    (predictions, signals)
}

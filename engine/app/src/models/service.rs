//! The thread that keeps the engine's models as the registry says.
//!
//! The registry is what counts: whoever changes it, the command line, the page or a learning job, the
//! engine follows within a moment. A model is loaded, checked and copied beside the journal here, off
//! the hot threads, and then delivered with the command about it. One that cannot be used is told of and
//! left out; whoever leads goes on leading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use gannet_control::registry::{History, Registry, Stage};
use gannet_runtime::ring::{Receiver, Sender};
use gannet_runtime::shutdown::Stop;
use gannet_signals::{Advisor, SEATS};
use gannet_types::{Command, ModelHash, ModelRole};

use super::arsenal::{self, Armed, Arsenal};
use super::shelf;
use crate::agents::inference::Serve;
use crate::agents::model_port::Delivery;

/// The service's ends of the rings.
pub struct ModelEnds {
    /// Models and commands to the engine.
    pub deliveries: Sender<Delivery>,
    /// Models that the engine needs no more.
    pub returned: Receiver<Box<Advisor>>,
    /// Models to the inference thread.
    pub serve: Sender<Serve>,
}

/// Why models that the registry wants are not asked, by their ids.
pub type Troubles = Arc<Mutex<BTreeMap<String, String>>>;

/// Returns what is known of models that are not asked.
#[must_use]
pub fn troubles(of: &Troubles) -> BTreeMap<String, String> {
    of.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The running service.
pub struct Service {
    stop: Stop,
    thread: JoinHandle<()>,
    troubles: Troubles,
}

impl Service {
    /// Starts the thread. `roles` are those that the journal's models have.
    ///
    /// # Errors
    /// If a model of the journal cannot be loaded, or the system refuses the thread.
    pub fn start(
        directory: &Path,
        arsenal: Arsenal,
        roles: BTreeMap<ModelHash, ModelRole>,
        ends: ModelEnds,
    ) -> anyhow::Result<Self> {
        let (stop, troubles) = (Stop::new(), Troubles::default());
        let mut keeper = Keeper {
            directory: directory.to_owned(),
            arsenal,
            roles,
            ends,
            seen: None,
            troubles: Arc::clone(&troubles),
            stop: stop.clone(),
        };
        keeper.resume()?;
        let thread = std::thread::Builder::new()
            .name("models".to_owned())
            .spawn(move || keeper.run())
            .context("cannot start the thread of the models")?;
        Ok(Self { stop, thread, troubles })
    }

    /// Returns the thread, to be unparked when the registry has changed.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        self.thread.thread()
    }

    /// Returns why models are not asked, now and later.
    #[must_use]
    pub fn troubles(&self) -> Troubles {
        Arc::clone(&self.troubles)
    }

    /// Ends the thread.
    pub fn stop(self) {
        self.stop.request();
        self.thread.thread().unpark();
        if self.thread.join().is_err() {
            eprintln!("gannet: the thread of the models panicked");
        }
    }
}

struct Keeper {
    directory: PathBuf,
    arsenal: Arsenal,
    /// What the engine was told.
    roles: BTreeMap<ModelHash, ModelRole>,
    ends: ModelEnds,
    /// The history file when it was last read.
    seen: Option<(u64, SystemTime)>,
    troubles: Troubles,
    stop: Stop,
}

/// What the registry wants of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) id: String,
    pub(super) model: ModelHash,
    pub(super) role: ModelRole,
}

impl Keeper {
    fn run(&mut self) {
        while !self.stop.is_requested() {
            self.collect();
            if self.has_changed() {
                self.follow();
            }
            std::thread::park_timeout(ROUND);
        }
        self.collect();
    }

    /// Serves the models of the journal that are asked on the inference thread.
    fn resume(&mut self) -> anyhow::Result<()> {
        for &model in self.roles.keys() {
            if let Some(remote) = self.arsenal.recall(model)?.remote {
                let served = self.ends.serve.push(Serve::Ask(model, remote));
                ensure!(served.is_ok(), "the ring to the inference thread is full at the start");
            }
        }
        Ok(())
    }

    /// Frees what the engine has given back.
    fn collect(&mut self) {
        while let Some(advisor) = self.ends.returned.pop() {
            self.roles.remove(&advisor.model);
            if advisor.evaluator.is_none() {
                self.serve(Serve::Forget(advisor.model));
            }
        }
    }

    fn has_changed(&mut self) -> bool {
        let file = std::fs::metadata(self.directory.join("registry.jsonl"));
        let now = file.and_then(|file| Ok((file.len(), file.modified()?))).ok();
        let changed = now != self.seen;
        self.seen = now;
        changed
    }

    /// Makes the engine's models those of the registry.
    fn follow(&mut self) {
        let wishes = match Registry::open(&self.directory) {
            Ok(registry) => wishes(registry.history()),
            Err(error) => {
                eprintln!("gannet: models: {error}; the models stay as they are");
                return;
            }
        };
        let mut troubles = BTreeMap::new();
        let wanted: BTreeSet<ModelHash> = wishes.iter().map(|wish| wish.model).collect();
        let (leading, leaving): (Vec<_>, Vec<_>) = self
            .roles
            .keys()
            .copied()
            .filter(|model| !wanted.contains(model))
            .partition(|model| self.roles[model] == ModelRole::Champion);
        // First, so that nobody who is wanted has to make room.
        for model in leaving {
            self.deliver(model, ModelRole::Out, None);
        }
        let mut succeeded = true;
        for wish in &wishes {
            // Whose successor cannot be used goes on leading, whatever the registry wants.
            let leads = self.roles.get(&wish.model) == Some(&ModelRole::Champion);
            if leads && !succeeded {
                continue;
            }
            if let Err(error) = self.grant(wish) {
                eprintln!("gannet: model {}: {error:#}; it is not asked", wish.id);
                troubles.insert(wish.id.clone(), format!("{error:#}"));
                succeeded &= wish.role != ModelRole::Champion;
            }
        }
        if succeeded {
            for model in leading {
                self.deliver(model, ModelRole::Out, None);
            }
        }
        *self.troubles.lock().unwrap_or_else(PoisonError::into_inner) = troubles;
    }

    fn grant(&mut self, wish: &Wish) -> anyhow::Result<()> {
        if self.roles.get(&wish.model) == Some(&wish.role) {
            return Ok(());
        }
        if self.roles.contains_key(&wish.model) {
            self.deliver(wish.model, wish.role, None);
            return Ok(());
        }
        let Armed { advisor, remote } =
            self.arsenal.bring(&shelf::find(&self.directory, &wish.id)?)?;
        ensure!(
            advisor.model == wish.model,
            "another ONNX file is there than the one that was promoted"
        );
        if let Some(remote) = remote {
            self.serve(Serve::Ask(wish.model, remote));
        }
        self.deliver(wish.model, wish.role, Some(advisor));
        Ok(())
    }

    fn deliver(&mut self, model: ModelHash, role: ModelRole, advisor: Option<Box<Advisor>>) {
        let mut delivery = Delivery { command: Command::Model(model, role), advisor };
        while let Err(back) = self.ends.deliveries.push(delivery) {
            if self.stop.is_requested() {
                return;
            }
            delivery = back;
            std::thread::sleep(PATIENCE);
        }
        if role == ModelRole::Champion {
            for other in self.roles.values_mut().filter(|other| **other == role) {
                *other = ModelRole::Shadow;
            }
        }
        if role == ModelRole::Out {
            self.roles.remove(&model);
        } else {
            self.roles.insert(model, role);
        }
    }

    fn serve(&mut self, mut change: Serve) {
        while let Err(back) = self.ends.serve.push(change) {
            if self.stop.is_requested() {
                return;
            }
            change = back;
            std::thread::sleep(PATIENCE);
        }
    }
}

/// What a history asks for: the champion first, then challengers, then as many shadows as there are
/// seats, the newest first.
pub(super) fn wishes(history: &History) -> Vec<Wish> {
    let mut seen = BTreeSet::new();
    let newest_first = history.changes().iter().rev().map(|change| change.id.as_str());
    let ids: Vec<&str> = newest_first.filter(|id| seen.insert(*id)).collect();
    let stages = [
        (Stage::Champion, ModelRole::Champion),
        (Stage::Challenger, ModelRole::Challenger),
        (Stage::Shadow, ModelRole::Shadow),
    ];
    let mut wishes = Vec::new();
    for (stage, role) in stages {
        for id in ids.iter().filter(|id| history.stage(id) == stage) {
            let hash = history.onnx_blake3(id).and_then(arsenal::parse);
            if let Some(model) = hash.filter(|_| wishes.len() < SEATS) {
                wishes.push(Wish { id: (*id).to_owned(), model, role });
            }
        }
    }
    wishes
}

/// How often the registry is looked at.
const ROUND: Duration = Duration::from_millis(200);

/// How long an engine that is busy is waited for between two tries.
const PATIENCE: Duration = Duration::from_millis(1);

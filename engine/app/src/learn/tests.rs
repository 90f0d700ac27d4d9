//! Runs from samples to registry, with scripts in the place of `gannet samples` and `gannet-train`:
//! they answer what a test lays ready, and write down what they were asked.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use gannet_control::registry::{Act, Registry, Stage};
use gannet_models::Family;

use super::*;
use crate::models::registry::change;
use crate::models::testing::Folder;

/// What stands for `gannet samples`: rows that a test can change, and the schema of the set.
const SAMPLES: &str = r#"#!/bin/sh
[ -e "$HERE/empty" ] && { echo "gannet: journal J has no trade" >&2; exit 1; }
cp "$HERE/rows" "$5"
"#;

/// What stands for `gannet-train`. It says how it was called; a file `STEP.ends` holds commands that
/// it runs first.
const TRAINER: &str = r#"#!/bin/sh
case "$1" in analyze|compare) step=$1 ;; *) step=train ;; esac
echo "$@" >> "$HERE/asked"
[ -e "$HERE/$step.ends" ] && . "$HERE/$step.ends"
case $step in
analyze) cat "$HERE/trades" ;;
compare) cat "$HERE/found" ;;
train)
    while [ "$1" != --output ]; do
        [ "$1" = --id ] && id=$2
        shift
    done
    echo "1/1 fold" >&2
    cp -r "$HERE/made" "$2" && sed -i "s/^id = .*/id = \"$id\"/" "$2/manifest.toml" ;;
esac
"#;

const TRADES: &str = r#"{"samples":121,"closed":120,"first":"2026-11-01T00:00:00Z","last":"2026-11-25T00:00:00Z","schema_hash":"00ff"}"#;

/// More than it takes a program to start; a program that works holds the lock for longer.
const TRIES: u32 = 1_000_000;

/// A registry, the stand-ins, and what they answer.
struct Bench {
    folder: Folder,
    stop: Stop,
}

impl Bench {
    fn new(name: &str) -> Self {
        let bench = Self { folder: Folder::new(name), stop: Stop::new() };
        std::fs::create_dir(bench.models()).expect("a folder");
        bench.script("gannet", SAMPLES);
        bench.script("gannet-train", TRAINER);
        bench.write("rows", "rows");
        bench.write("trades", TRADES);
        bench.found(true, "better than a constant guess: 3.00 standard errors");
        // What a training makes: a model of the crate that evaluates them, under any id.
        bench.folder.shelve("made", "lightgbm_binary.onnx");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    fn models(&self) -> PathBuf {
        self.path("models")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    fn script(&self, name: &str, text: &str) {
        let here = format!("#!/bin/sh\nHERE='{}'\n", self.folder.0.display());
        self.write(name, &text.replacen("#!/bin/sh\n", &here, 1));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.path(name), executable).expect("executable");
    }

    fn found(&self, better: bool, verdict: &str) {
        self.write("found", &format!(r#"{{"better":{better},"verdict":"{verdict}","trades":30}}"#));
    }

    fn args(&self) -> LearnArgs {
        LearnArgs {
            journal: self.path("journal"),
            models: self.models(),
            family: Family::LightGbm,
            every: Duration::from_secs(86_400),
            once: true,
            minimum: 100,
            set: Some(self.path("five.toml").display().to_string()),
            trainer: None,
            config: None,
            limit: Duration::from_secs(600),
            more: vec!["--param".into(), "trees=50".into()],
        }
    }

    /// Takes the lock. A test beside this one may be starting a program: until that has become
    /// another one, it holds every file of this process.
    fn lock(&self) -> File {
        let taken = (0..TRIES).find_map(|_| {
            std::thread::yield_now();
            lock(&self.models()).ok()
        });
        taken.expect("nobody else")
    }

    fn learn(&self) -> Line {
        let lock = self.lock();
        let args = self.args();
        let (gannet, trainer) = (self.path("gannet"), self.path("gannet-train"));
        let learner = Learner {
            args: &args,
            gannet: &gannet,
            trainer: &trainer,
            lock: &lock,
            stop: &self.stop,
        };
        let told = learner.once().expect("a line");
        assert!(!self.models().join(".learn/work").exists(), "nothing is left of the work");
        let lines = round::lines_of(&args).read().expect("lines");
        assert_eq!(lines.last(), Some(&told), "it can be read later");
        told
    }

    fn stage(&self, id: &str) -> Stage {
        Registry::open(&self.models()).expect("whole").history().stage(id)
    }

    /// Promotes a shadow, as a person does.
    fn make_lead(&self, id: &str) {
        let mut registry = Registry::open_to_change(&self.models()).expect("free");
        let hash = registry.history().onnx_blake3(id).expect("registered").to_owned();
        registry.change(change(Act::Promote, id, hash, "a test")).expect("it leads");
    }

    fn asked(&self) -> String {
        std::fs::read_to_string(self.path("asked")).unwrap_or_default()
    }

    fn models_there(&self) -> usize {
        let entries = std::fs::read_dir(self.models()).expect("a folder");
        entries
            .filter(|entry| entry.as_ref().expect("read").path().join("model.onnx").is_file())
            .count()
    }
}

#[test]
fn what_beats_the_guess_is_put_on_trial_and_the_same_trades_are_not_learned_twice() {
    let bench = Bench::new("learn-shadow");
    let told = bench.learn();
    assert_eq!(told.outcome, Outcome::Shadow, "{}", told.reason);
    let id = told.id.expect("a model");
    assert!(id.starts_with("lightgbm-learned-"), "{id}");
    assert_eq!(bench.stage(&id), Stage::Shadow);
    assert_eq!(told.trades.map(|trades| trades.closed), Some(120));
    assert_eq!(told.comparison.expect("found")["trades"], 30);
    let registry = Registry::open(&bench.models()).expect("whole");
    let reason = &registry.history().changes()[0].reason;
    assert_eq!(reason, "learned: better than a constant guess: 3.00 standard errors");
    let asked = bench.asked();
    for part in [
        "analyze",
        "--minimum 100",
        "--family lightgbm",
        "--label outcome",
        "--hold-out 0.3",
        "--param trees=50",
        "compare",
    ] {
        assert!(asked.contains(part), "{part} was not asked:\n{asked}");
    }
    assert!(!asked.contains("--champion"), "nobody leads:\n{asked}");

    let again = bench.learn();
    assert_eq!((again.outcome, again.id), (Outcome::Unchanged, Some(id)));
    assert_eq!(bench.models_there(), 1);
}

#[test]
fn what_does_not_beat_the_champion_stays_a_candidate() {
    let bench = Bench::new("learn-candidate");
    let first = bench.learn().id.expect("a model");
    bench.make_lead(&first);
    bench.write("rows", "more rows");
    bench.write("trades", &TRADES.replace("120", "130"));
    bench.found(false, "not better than the champion");
    let told = bench.learn();
    assert_eq!((told.outcome, &*told.reason), (Outcome::Candidate, "not better than the champion"));
    let second = told.id.expect("a model");
    assert_ne!(first, second);
    assert_eq!((bench.stage(&first), bench.stage(&second)), (Stage::Champion, Stage::Candidate));
    let asked = bench.asked();
    assert!(asked.contains(&format!("--champion {}/{first}", bench.models().display())), "{asked}");

    // A champion whose file is another one is not compared with, and the candidate is kept.
    bench.write("trades", &TRADES.replace("120", "140"));
    bench.write("rows", "still more rows");
    bench.folder.shelve("other", "lightgbm_missing.onnx");
    let place = bench.models().join(&first);
    std::fs::copy(bench.path("other/model.onnx"), place.join("model.onnx")).expect("copied");
    std::fs::copy(bench.path("other/manifest.toml"), place.join("manifest.toml")).expect("copied");
    let told = bench.learn();
    assert_eq!(told.outcome, Outcome::Candidate);
    assert!(told.reason.starts_with("it was not compared: "), "{}", told.reason);
}

#[test]
fn a_comparison_that_is_refused_keeps_the_candidate() {
    let bench = Bench::new("learn-few");
    bench.write("compare.ends", "echo 'gannet-train: 12 trades are new to all models' >&2; exit 2");
    let told = bench.learn();
    assert_eq!(told.outcome, Outcome::Candidate);
    assert_eq!(told.reason, "it was not compared: gannet-train: 12 trades are new to all models");
    assert_eq!(bench.stage(&told.id.expect("a model")), Stage::Candidate);
}

#[test]
fn too_few_trades_or_none_are_refused_and_the_reason_is_kept() {
    let bench = Bench::new("learn-refused");
    bench.write("analyze.ends", "echo 'gannet-train: S has 20 closed trades' >&2; exit 2");
    let told = bench.learn();
    assert_eq!(
        (told.outcome, &*told.reason),
        (Outcome::Refused, "gannet-train: S has 20 closed trades")
    );
    bench.write("empty", "");
    let told = bench.learn();
    assert_eq!(told.outcome, Outcome::Refused);
    assert!(told.reason.ends_with("has no trade"), "{}", told.reason);
    assert_eq!(bench.models_there(), 0);
}

#[test]
fn what_breaks_is_told_and_nothing_of_it_stays() {
    let bench = Bench::new("learn-broken");
    for (step, commands, told) in [
        (
            "train",
            "echo 'Traceback' >&2; echo 'ValueError: no' >&2; exit 1",
            "ended with code 1: ValueError: no",
        ),
        ("train", "kill -9 $$", "ended by itself (signal: 9"),
        ("analyze", "echo nonsense; exit 0", "the answer of gannet-train analyze: "),
        ("compare", "echo '{}'; exit 0", "the answer of gannet-train compare: "),
        ("compare", "exit 3", "comparison ended with code 3: comparison said nothing"),
    ] {
        bench.write(&format!("{step}.ends"), commands);
        let line = bench.learn();
        assert_eq!(line.outcome, Outcome::Failed, "{step}: {commands}");
        assert!(line.reason.contains(told), "{step}: {}", line.reason);
        assert_eq!(bench.models_there(), 0);
        std::fs::remove_file(bench.path(&format!("{step}.ends"))).expect("removed");
    }
    // A model that its engine does not believe.
    bench.write("compare.ends", "echo >> \"$HERE/models/.learn/work/candidate/model.onnx\"");
    let line = bench.learn();
    assert!(line.reason.starts_with("the candidate: "), "{}", line.reason);
    assert_eq!((line.outcome, bench.models_there()), (Outcome::Failed, 0));
}

/// Every step runs forever until the operator stops it; it ends with its own children.
#[test]
fn a_stop_ends_the_step_and_changes_nothing() {
    for step in ["analyze", "train", "compare"] {
        let bench = Bench::new(&format!("learn-stop-{step}"));
        bench.write(&format!("{step}.ends"), ": > \"$HERE/at-work\"; sleep 600");
        let (at_work, stop) = (bench.path("at-work"), bench.stop.clone());
        let operator = std::thread::spawn(move || {
            while !at_work.exists() {
                std::thread::yield_now();
            }
            stop.request();
        });
        let told = bench.learn();
        operator.join().expect("nothing asserted");
        assert_eq!(told.outcome, Outcome::Stopped);
        assert_eq!(bench.models_there(), 0);
        // Its children are gone, so nobody holds the lock.
        drop(bench.lock());
        // A run that was stopped does not count: the next one is due.
        let lines = round::lines_of(&bench.args()).read().expect("lines");
        assert_eq!(last_begun(&lines, "lightgbm"), None);
    }
}

#[test]
fn a_step_that_takes_too_long_is_ended() {
    let bench = Bench::new("learn-long");
    bench.write("train.ends", "sleep 600");
    let lock = bench.lock();
    let args = LearnArgs { limit: Duration::ZERO, ..bench.args() };
    let desk = Desk { lock: &lock, stop: &bench.stop, limit: args.limit };
    let trainer = bench.path("gannet-train");
    let step = step::Step { name: "training", program: &trainer, arguments: Vec::new() };
    let ended = desk.run(&step).expect("it was started");
    assert_eq!(ended, step::Ended::Failed("training took more than 0 s".to_owned()));
}

#[test]
fn one_process_learns_at_a_time_and_what_outlives_it_keeps_the_next_out() {
    let bench = Bench::new("learn-lock");
    let first = bench.lock();
    let refused = lock(&bench.models()).expect_err("taken").to_string();
    assert!(refused.starts_with("another process learns into "), "{refused}");
    // A program that was started before its parent was killed.
    let mut orphan = std::process::Command::new("sleep")
        .arg("600")
        .stdin(first.try_clone().expect("shared"))
        .spawn()
        .expect("started");
    drop(first);
    assert!(lock(&bench.models()).is_err(), "the orphan still works there");
    orphan.kill().expect("killed");
    orphan.wait().expect("collected");
    drop(bench.lock());
}

/// What a run that was killed leaves, at each moment, and what the next one makes of it.
#[test]
fn a_kill_at_any_moment_leaves_everything_whole() {
    let bench = Bench::new("learn-killed");
    // While it worked: the next run empties the folder.
    let work = bench.models().join(".learn/work/candidate");
    std::fs::create_dir_all(&work).expect("a folder");
    std::fs::write(work.join("manifest.toml"), "half").expect("written");
    let told = bench.learn();
    let id = told.id.expect("a model");
    assert_eq!(told.outcome, Outcome::Shadow);
    // After the model was moved, or put on trial, before the line: the same again, once.
    let line = bench.models().join("learn.jsonl");
    std::fs::write(&line, "{\"at_ns\":17, \"seco").expect("torn");
    let told = bench.learn();
    assert_eq!((told.outcome, told.id.as_deref()), (Outcome::Candidate, Some(&*id)));
    assert!(
        told.reason.ends_with("; not put on trial, as it is shadow already"),
        "{}",
        told.reason
    );
    assert_eq!(bench.stage(&id), Stage::Shadow, "twice would have made it lead");
    assert_eq!(bench.models_there(), 1);
    let text = std::fs::read_to_string(&line).expect("lines");
    assert_eq!(text.lines().count(), 2, "the torn line and the new one:\n{text}");
    // Moved, and not put on trial.
    std::fs::remove_file(bench.models().join("registry.jsonl")).expect("removed");
    std::fs::remove_file(&line).expect("removed");
    assert_eq!(bench.learn().outcome, Outcome::Shadow);
    // Another model under that id is not touched.
    std::fs::remove_file(&line).expect("removed");
    bench.folder.shelve("made", "lightgbm_missing.onnx");
    let told = bench.learn();
    assert_eq!(told.outcome, Outcome::Failed);
    assert!(told.reason.ends_with("holds another model"), "{}", told.reason);
}

#[test]
fn who_leads_since_the_comparison_is_not_taken_for_beaten() {
    let bench = Bench::new("learn-race");
    let id = bench.learn().id.expect("a model");
    let refused = shelf::put_on_trial(&bench.models(), &id, Some("other"), "r").expect("asked");
    assert_eq!(refused.as_deref(), Some("nobody leads since it was compared"));
}

#[test]
fn the_cores_of_the_configuration_are_left_alone() {
    let bench = Bench::new("learn-cores");
    bench.write("engine.toml", "[engine]\ntopology = \"pipelined\"\ncores = [1, 2, 5]\n");
    let pinned = pinned_cores(Some(&bench.path("engine.toml"))).expect("a configuration");
    assert_eq!(pinned, [1, 2, 5]);
    let default = pinned_cores(None).expect("the default");
    assert!(default.iter().all(|core| available_cores().contains(core)));
}

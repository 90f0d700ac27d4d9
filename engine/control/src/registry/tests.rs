//! The registry against its rules, and its file against what disks and people do to files.

use std::path::{Path, PathBuf};

use super::*;

/// A folder of this test alone, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("gannet-registry-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("removed");
    }
}

fn change(act: Act, id: &str) -> Change {
    Change {
        at_ns: 1,
        act,
        id: id.to_owned(),
        onnx_blake3: format!("hash of {id}"),
        reason: "a test".to_owned(),
    }
}

/// Runs a script such as `promote a; retire b`, and returns where a, b and c stand, or the refusal.
fn run(script: &str) -> String {
    let mut history = History::default();
    for word in script.split("; ").filter(|word| !word.is_empty()) {
        let (act, id) = word.split_once(' ').expect("an act and a model");
        let act = match act {
            "promote" => Act::Promote,
            "challenge" => Act::Challenge,
            "withdraw" => Act::Withdraw,
            "roll_back" => Act::RollBack,
            "retire" => Act::Retire,
            other => panic!("no act is called {other}"),
        };
        let before = history.clone();
        if let Err(error) = history.apply(change(act, id)) {
            assert_eq!(history.changes(), before.changes(), "a refusal changes nothing");
            return error.to_string();
        }
    }
    ["a", "b", "c"].map(|id| history.stage(id).name()).join(" ")
}

#[test]
fn every_act_at_every_stage() {
    let stages = [
        ("", "candidate"),
        ("promote a; ", "shadow"),
        ("promote a; promote a; ", "champion"),
        ("retire a; ", "retired"),
    ];
    let told = stages.map(|(before, stage)| {
        let after = ["promote", "roll_back", "retire"].map(|act| run(&format!("{before}{act} a")));
        format!("{stage}: {}", after.join(" | "))
    });
    assert_eq!(
        told.join("\n"),
        "candidate: shadow candidate candidate | model a is candidate: only the champion is rolled back | retired candidate candidate\n\
         shadow: champion candidate candidate | model a is shadow: only the champion is rolled back | retired candidate candidate\n\
         champion: model a is champion: there is nothing above | there is no champion before a to go back to | model a is champion: roll it back or promote another one first\n\
         retired: model a is retired: train it again under a new id | model a is retired: only the champion is rolled back | model a is retired: there is nothing to do"
    );
}

#[test]
fn a_challenger_is_a_shadow_in_an_experiment() {
    let challenger = "promote a; challenge a";
    assert_eq!(run(challenger), "challenger candidate candidate");
    assert_eq!(run(&format!("{challenger}; withdraw a")), "shadow candidate candidate");
    assert_eq!(run(&format!("{challenger}; promote a")), "champion candidate candidate");
    assert_eq!(run(&format!("{challenger}; retire a")), "retired candidate candidate");
    let refused = [
        ("challenge a", "model a is candidate: only a shadow becomes a challenger"),
        ("promote a; withdraw a", "model a is shadow: only a challenger is withdrawn"),
        (
            "promote a; promote a; challenge a",
            "model a is champion: only a shadow becomes a challenger",
        ),
        ("retire a; withdraw a", "model a is retired: only a challenger is withdrawn"),
    ];
    for (script, told) in refused {
        assert_eq!(run(script), told);
    }
}

#[test]
fn a_new_champion_puts_the_old_one_on_trial_and_a_roll_back_brings_it_back() {
    let two = "promote a; promote a; promote b; promote b";
    assert_eq!(run(two), "shadow champion candidate");
    assert_eq!(run(&format!("{two}; roll_back b")), "champion shadow candidate");
    let three = format!("{two}; promote c; promote c");
    assert_eq!(run(&three), "shadow shadow champion");
    assert_eq!(run(&format!("{three}; roll_back c; roll_back b")), "champion shadow shadow");
    // Who was retired since does not come back.
    assert_eq!(run(&format!("{three}; retire b; roll_back c")), "champion retired shadow");
    assert_eq!(
        run(&format!("{two}; retire a; roll_back b")),
        "there is no champion before b to go back to"
    );
    // Who led twice around a retired one led once.
    assert_eq!(
        run(&format!("{two}; promote a; retire b; roll_back a")),
        "there is no champion before a to go back to"
    );
}

#[test]
fn another_file_under_the_same_id_is_refused() {
    let mut history = History::default();
    history.apply(change(Act::Promote, "a")).expect("promoted");
    let other = Change { onnx_blake3: "another".to_owned(), ..change(Act::Promote, "a") };
    let error = history.apply(other).expect_err("refused").to_string();
    assert_eq!(
        error,
        "model a was registered with the ONNX file hash of a, but this one is another"
    );
    assert_eq!(history.stage("a"), Stage::Shadow);
}

/// Any sequence of acts leaves at most one champion, and the file says what memory does.
#[test]
fn the_file_says_what_memory_does() {
    let folder = Folder::new("sequence");
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |bound: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice >> 33) % bound
    };
    let (mut made, mut refused) = (0, 0);
    for _ in 0..100 {
        let act = [
            Act::Promote,
            Act::Promote,
            Act::Promote,
            Act::RollBack,
            Act::Retire,
            Act::Challenge,
            Act::Withdraw,
        ];
        let act = act[usize::try_from(below(7)).expect("small")];
        let id = format!("model-{}", below(12));
        let mut registry = Registry::open_to_change(&folder.0).expect("open");
        match registry.change(change(act, &id)) {
            Ok(stage) => {
                made += 1;
                assert_eq!(registry.history().stage(&id), stage);
            }
            Err(RegistryError::Refused(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
        let read = Registry::open(&folder.0).expect("reads what was written");
        assert_eq!(read.history().changes(), registry.history().changes());
        assert_eq!(read.history().champion(), registry.history().champion());
    }
    assert!(made > 20 && refused > 20, "the script does something: {made} {refused}");
}

fn damage(folder: &Path, edit: impl Fn(String) -> String) -> String {
    let path = folder.join("registry.jsonl");
    let text = std::fs::read_to_string(&path).expect("a history");
    std::fs::write(&path, edit(text)).expect("written");
    let error = Registry::open(folder).expect_err("damaged").to_string();
    error.rsplit_once(".jsonl").expect("the file is named").1.to_owned()
}

type Edit = fn(String) -> String;

#[test]
fn a_damaged_history_is_refused_by_its_line() {
    let cases: [(&str, Edit); 4] = [
        (":2: the line has no end", |text| text.trim_end().to_owned()),
        (":1: unknown field `mood`", |text| text.replacen("\"reason\"", "\"mood\"", 1)),
        (":2: model a is shadow: only the champion is rolled back", |text| {
            let (first, second) = text.split_once('\n').expect("two lines");
            format!("{first}\n{}", second.replace("promote", "roll_back"))
        }),
        (":2: EOF while parsing", |text| text.replacen("}\n{", "}\n\n{", 1)),
    ];
    for (index, (told, edit)) in cases.into_iter().enumerate() {
        let folder = Folder::new(&format!("damage{index}"));
        for _ in 0..2 {
            let mut registry = Registry::open_to_change(&folder.0).expect("open");
            registry.change(change(Act::Promote, "a")).expect("promoted");
        }
        let error = damage(&folder.0, edit);
        assert!(error.starts_with(told), "{error}");
    }
}

#[test]
fn one_process_changes_at_a_time_and_a_killed_one_leaves_nothing() {
    let folder = Folder::new("lock");
    let mut first = Registry::open_to_change(&folder.0).expect("open");
    let busy = Registry::open_to_change(&folder.0).expect_err("busy").to_string();
    assert!(busy.ends_with("is being changed by another process"), "{busy}");
    first.change(change(Act::Promote, "a")).expect("promoted");
    assert_eq!(Registry::open(&folder.0).expect("to look at").history().changes().len(), 1);
    drop(first);
    // What a process that was killed while writing left beside the history.
    std::fs::write(folder.0.join("registry.jsonl.new"), "{\"at_ns\":").expect("written");
    let mut second = Registry::open_to_change(&folder.0).expect("open");
    assert_eq!(second.change(change(Act::Promote, "a")).expect("promoted"), Stage::Champion);
    assert_eq!(Registry::open(&folder.0).expect("whole").history().champion(), Some("a"));
}

#[test]
fn no_folder_is_no_registry() {
    let folder = Folder::new("none");
    let nowhere = folder.0.join("nowhere");
    assert!(Registry::open(&nowhere).is_err());
    assert!(Registry::open_to_change(&nowhere).is_err());
    assert!(Registry::open(&folder.0).expect("empty").history().changes().is_empty());
}

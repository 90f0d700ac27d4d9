//! A registry of models whose features are a set of their own, from training to retirement.

use gannet_app::models::args::{Decision, RegistryFolder, RollBackArgs, ShowArgs};
use gannet_app::models::registry::{decide, list, roll_back, show};
use gannet_control::registry::Act;
use gannet_tests::shelf::{SET, Shelf};

/// What is done on the command line.
struct Folder(Shelf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(Shelf::new(name))
    }

    fn shelve(&self, id: &str, onnx: &str) {
        self.0.shelve(id, onnx);
    }

    fn registry(&self) -> RegistryFolder {
        RegistryFolder { models: self.0.path().to_owned() }
    }

    fn decision(&self, id: &str) -> Decision {
        Decision { id: id.to_owned(), registry: self.registry(), reason: "a test".to_owned() }
    }

    fn promote(&self, id: &str) -> String {
        match decide(&self.decision(id), Act::Promote) {
            Ok(text) => text,
            Err(error) => format!("{error:#}\n"),
        }
    }

    fn roll_back(&self) -> String {
        let args = RollBackArgs { registry: self.registry(), reason: "drifts".to_owned() };
        match roll_back(&args) {
            Ok(text) => text,
            Err(error) => format!("{error:#}\n"),
        }
    }
}

#[test]
fn a_model_rises_leads_is_rolled_back_and_retires() {
    let folder = Folder::new("life");
    folder.shelve("old", "lightgbm_binary.onnx");
    folder.shelve("new", "lightgbm_missing.onnx");
    assert_eq!(
        list(&folder.registry()).expect("listed"),
        "candidate lightgbm      new\ncandidate lightgbm      old\n"
    );
    assert_eq!(folder.roll_back(), "no model leads, so none is rolled back\n");
    assert_eq!(folder.promote("old"), "old: candidate -> shadow\n");
    assert_eq!(folder.promote("old"), "old: shadow -> champion\n");
    assert_eq!(folder.roll_back(), "there is no champion before old to go back to\n");
    folder.promote("new");
    assert_eq!(folder.promote("new"), "new: shadow -> champion\nold: champion -> shadow\n");
    assert_eq!(folder.roll_back(), "new: champion -> shadow\nold: shadow -> champion\n");
    let retired = decide(&folder.decision("new"), Act::Retire).expect("retired");
    assert_eq!(retired, "new: shadow -> retired\n");
    assert_eq!(
        list(&folder.registry()).expect("listed"),
        "retired   lightgbm      new\nchampion  lightgbm      old\n"
    );
    let show = |id: &str| show(&ShowArgs { id: id.to_owned(), registry: folder.registry() });
    let text = show("new").expect("shown");
    for part in ["input: 5 features", "\nstage: retired\n", "Z roll_back: drifts\n", "Z retire: "] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(show("other").expect_err("none").to_string().contains("holds no model other"));
}

#[test]
fn what_does_not_verify_is_not_promoted() {
    let folder = Folder::new("refused");
    folder.shelve("a", "lightgbm_binary.onnx");
    let onnx = folder.0.path().join("a/model.onnx");
    let bytes = std::fs::read(&onnx).expect("a model");
    std::fs::write(&onnx, &bytes[..1000]).expect("cut short");
    assert!(folder.promote("a").contains("a: "), "the folder is named");
    std::fs::write(&onnx, &bytes).expect("whole again");
    std::fs::write(folder.0.path().join("five.toml"), SET.replace("ema(5)", "ema(6)"))
        .expect("written");
    let refused = folder.promote("a");
    assert!(refused.contains("ema(5)"), "the feature is named: {refused}");
    std::fs::write(folder.0.path().join("five.toml"), SET).expect("written");
    assert_eq!(folder.promote("a"), "a: candidate -> shadow\n");
    // Another model under the same id, with a manifest that is true.
    folder.shelve("a", "lightgbm_missing.onnx");
    let refused = folder.promote("a");
    assert!(refused.contains("model a was registered with the ONNX file"), "{refused}");
}

#[test]
fn a_champion_whose_file_changed_is_not_gone_back_to() {
    let folder = Folder::new("swapped");
    folder.shelve("a", "lightgbm_binary.onnx");
    folder.shelve("b", "lightgbm_missing.onnx");
    for id in ["a", "a", "b", "b"] {
        folder.promote(id);
    }
    folder.shelve("a", "lightgbm_missing.onnx");
    let refused = folder.roll_back();
    assert!(refused.contains("but another one is there now"), "{refused}");
    let of = ShowArgs { id: "a".to_owned(), registry: folder.registry() };
    let text = show(&of).expect("shown");
    assert!(text.contains("changed: this is not the ONNX file that was promoted"), "{text}");
}

#[test]
fn folders_that_hold_no_model_are_told_and_two_of_one_name_are_refused() {
    let folder = Folder::new("odd");
    folder.shelve("a", "lightgbm_binary.onnx");
    folder.promote("a");
    std::fs::rename(folder.0.path().join("a"), folder.0.path().join("b")).expect("renamed");
    assert_eq!(list(&folder.registry()).expect("listed"), "shadow    lightgbm      a\n");
    std::fs::write(folder.0.path().join("b/manifest.toml"), "format = 1\n").expect("written");
    let text = list(&folder.registry()).expect("listed");
    assert!(text.starts_with("shadow    -             a: its folder is gone\n"), "{text}");
    assert!(text.contains("manifest.toml: "), "{text}");
    folder.shelve("a", "lightgbm_binary.onnx");
    std::fs::copy(folder.0.path().join("a/manifest.toml"), folder.0.path().join("b/manifest.toml"))
        .expect("copied");
    let error = list(&folder.registry()).expect_err("two").to_string();
    assert!(error.ends_with("are both called a"), "{error}");
}

//! The house rules that a machine can check.

use std::path::Path;

use gannet_tests::tree;

/// Lines after which a file is too long to hold one idea.
const LINES_MAX: usize = 800;

/// Written by `cargo xtask`, read by nobody: as long as what they are made from.
const GENERATED: &[&str] = &["fix/src/dictionary/tables"];

/// Crates a tick passes, and what must not stand in them: (text, what to do instead).
const HOT_CRATES: &[&str] = &["engine/pipeline/src", "feeds/src", "engine/types/src", "fix/src"];
const HOT_BANS: &[(&str, &str)] = &[
    ("Instant::now", "take `now` as an argument"),
    ("SystemTime", "take `now` as an argument"),
    ("HashMap", "iteration order breaks replay; index by a dense id"),
    ("Mutex", "state has one owner; send a message through a ring"),
    ("Rc<", "state has one owner"),
    ("println!", "count it; text is made by someone who has time"),
];

/// Crates that may hold `unsafe`; every other one forbids it at its root.
/// The peers' workspace calls C and counts allocations; nothing of it is shipped.
const UNSAFE_CRATES: &[&str] = &["engine/runtime", "engine/journal", "fix", "bench/peers"];

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "examples")
        || path.file_name().is_some_and(|name| name == "tests.rs" || name == "corpus.rs")
}

/// The part of a source file before its unit tests.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn files_hold_one_idea() {
    for path in tree::files(&[".rs", ".js", ".css", ".html", ".py"]) {
        if GENERATED.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let lines = tree::read(&path).lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines; split it", path.display());
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Spelled apart so that this file does not find itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["todo", "!("], ["unimplemented", "!("]];
    for path in tree::files(&[".rs", ".py", ".js", ".toml"]) {
        let text = tree::read(&path);
        for word in words.map(|halves| halves.concat()) {
            assert!(!text.contains(&word), "{} says {word}", path.display());
        }
    }
}

#[test]
fn tests_run_and_fail_honestly() {
    let skipped = ["#[ig", "nore"].concat();
    let expected_panic = ["#[should_", "panic"].concat();
    for path in tree::files(&[".rs"]) {
        let text = tree::read(&path);
        assert!(!text.contains(&skipped), "{} skips a test", path.display());
        assert!(!text.contains(&expected_panic), "{}: return the error", path.display());
    }
}

#[test]
fn hot_crates_use_no_clock_lock_or_hash_map() {
    for path in tree::files(&[".rs"]) {
        let hot = HOT_CRATES.iter().any(|folder| path.starts_with(folder));
        if !hot || is_test(&path) {
            continue;
        }
        let text = tree::read(&path);
        for line in shipped(&text).lines().filter(|line| !line.trim_start().starts_with("//")) {
            for (banned, instead) in HOT_BANS {
                assert!(!line.contains(banned), "{}: {banned}: {instead}", path.display());
            }
        }
    }
}

#[test]
fn unsafe_is_forbidden_where_it_is_not_needed() {
    for path in tree::files(&["src/lib.rs", "src/main.rs"]) {
        let of_unsafe_crate = UNSAFE_CRATES.iter().any(|folder| path.starts_with(folder));
        let text = tree::read(&path);
        assert!(
            of_unsafe_crate || text.contains("#![forbid(unsafe_code)]"),
            "{} does not forbid unsafe code",
            path.display()
        );
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for path in tree::files(&[".rs"]) {
        let text = tree::read(&path);
        assert!(text.starts_with("//!"), "{} has no summary on its first line", path.display());
    }
}

#[test]
fn names_mean_something() {
    for path in tree::files(&[".rs"]) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        for vague in ["utils", "util", "helpers", "helper", "manager", "misc", "common"] {
            assert_ne!(name, vague, "{}: name the idea", path.display());
        }
    }
}

#[test]
fn paths_named_in_documents_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = tree::read(document.as_ref());
        for word in text.split('`').skip(1).step_by(2) {
            let looks_like_path = word.contains('/')
                && [".rs", ".toml", ".md", ".js", ".html"].iter().any(|end| word.ends_with(end))
                && !word.contains(['<', ' ', '{', '*', ':']);
            let exists = tree::root().join(word).exists();
            assert!(!looks_like_path || exists, "{document} names {word}, which is not there");
        }
    }
}

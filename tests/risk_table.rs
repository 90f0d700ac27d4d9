//! `docs/risk.md` tells of every check that there is, and names tests that exist.

use std::collections::BTreeSet;

use gannet_tests::tree;

/// The checks, and what the pipeline calls by their reasons.
const RISK: &str = "engine/pipeline/src/risk";

/// Reads every word that stands between two backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn table(after: &str) -> String {
    let text = tree::read("docs/risk.md".as_ref());
    let rows = text.split_once(after).expect("the table's head").1;
    let rows = rows.split_once("\n\n").map_or(rows, |(rows, _)| rows);
    rows.to_owned()
}

/// Returns every reason that the checks refuse for.
fn reasons() -> BTreeSet<String> {
    let files = tree::files(&[".rs"]).into_iter();
    let checks = files.filter(|path| {
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        path.starts_with(RISK) && !is_test && !path.ends_with("tests.rs")
    });
    let mut found = BTreeSet::new();
    for path in checks {
        let text = tree::read(&path);
        let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for rest in shipped.split("RejectReason::").skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.insert(name);
        }
    }
    found
}

/// Returns the name of every test in the project.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in tree::files(&[".rs"]) {
        for rest in tree::read(&path).split("#[test]").skip(1) {
            let name = rest.split_once("fn ").map_or("", |(_, rest)| rest);
            found.insert(name.split('(').next().unwrap_or_default().to_owned());
        }
    }
    found
}

#[test]
fn every_reason_has_a_line() {
    let reasons = reasons();
    assert!(reasons.len() > 30, "the reasons were found: {reasons:?}");
    let table = table("| # | check |");
    let told: BTreeSet<&str> = quoted(&table).collect();
    for reason in &reasons {
        assert!(told.contains(reason.as_str()), "docs/risk.md has no line for {reason}");
    }
    let known = |word: &str| {
        reasons.contains(word)
            || gannet_types::RejectReason::ALL.iter().any(|it| format!("{it:?}") == word)
    };
    for word in told {
        if !word.starts_with(|first: char| first.is_ascii_uppercase()) {
            continue;
        }
        assert!(known(word), "docs/risk.md tells of {word}, which is no reason");
    }
}

#[test]
fn every_line_names_a_test_that_exists() {
    let tests = tests();
    for head in ["| # | check |", "| rule | asks for |"] {
        let table = table(head);
        let lines = table.lines().skip(2);
        let mut count = 0;
        for line in lines {
            let named: Vec<_> = quoted(line).filter(|word| word.contains("tests::")).collect();
            assert!(!named.is_empty(), "no test in: {line}");
            for path in named {
                let name = path.rsplit("::").next().unwrap_or_default();
                assert!(tests.contains(name), "docs/risk.md names {path}, which is no test");
            }
            count += 1;
        }
        assert!(count > 10, "the table was read");
    }
}

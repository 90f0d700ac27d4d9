//! What somebody may have meant who wrote a name that nothing has.

/// How alike (0 to 1) a name must be to be suggested.
const LIKENESS_MIN: f64 = 0.75;

/// How many names are suggested at most.
const SUGGESTIONS_MAX: usize = 3;

/// Returns `; did you mean …?` with the nearest names, or nothing.
pub(super) fn hint<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut likeness: Vec<(f64, &str)> = known
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .collect();
    likeness.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    likeness.dedup();
    let names: Vec<&str> = likeness.iter().take(SUGGESTIONS_MAX).map(|(_, name)| *name).collect();
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(", ")) }
}

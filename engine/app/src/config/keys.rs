//! Laying one table over another, and refusing keys that the default does not have.

use anyhow::bail;
use toml::{Table, Value};

/// How alike (0 to 1) a known key must be to be suggested.
const SUGGESTION_LIKENESS_MIN: f64 = 0.7;

/// Refuses every key of `changes` that `known` does not have, with the nearest one that it has.
///
/// # Errors
/// Names the first unknown key, with its section.
pub(super) fn refuse_unknown(changes: &Table, known: &Table) -> anyhow::Result<()> {
    refuse_in_section(changes, known, "")
}

fn refuse_in_section(changes: &Table, known: &Table, section: &str) -> anyhow::Result<()> {
    for (key, value) in changes {
        let path = if section.is_empty() { key.clone() } else { format!("{section}.{key}") };
        let Some(expected) = known.get(key) else {
            bail!("unknown key `{path}`{}", suggestion(key, known));
        };
        match (value, expected) {
            (Value::Table(inner), Value::Table(expected)) => {
                refuse_in_section(inner, expected, &path)?;
            }
            (Value::Array(items), Value::Array(examples)) => {
                if let Some(Value::Table(expected)) = examples.first() {
                    for item in items.iter().filter_map(Value::as_table) {
                        refuse_in_section(item, expected, &path)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn suggestion(key: &str, known: &Table) -> String {
    known
        .keys()
        .map(|candidate| (strsim::jaro_winkler(key, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= SUGGESTION_LIKENESS_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(
            || {
                let keys: Vec<&str> = known.keys().map(String::as_str).collect();
                format!("; known here are: {}", keys.join(", "))
            },
            |(_, candidate)| format!("; did you mean `{candidate}`?"),
        )
}

/// Replaces what `changes` names in `table`, section by section; lists are replaced whole.
pub(super) fn lay_over(table: &mut Table, changes: Table) {
    for (key, value) in changes {
        match (table.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

//! The catalogue for people: a line an indicator, or everything about one.

use std::fmt::Write as _;

use gannet_features::catalog::{self, Listing, School};
use gannet_features::columns::{self, ColumnParameters};
use gannet_features::formula::Formula;
use gannet_features::parameter::{Parameter, Unit};

use super::FeatureSet;
use super::args::SchoolArg;
use super::set::{SHIPPED, resolve};

/// Returns a line for each indicator of a school, or of all.
pub(super) fn list(school: Option<SchoolArg>) -> String {
    let mut rows = vec![["NAME", "SCHOOL", "TITLE", "PARAMETERS", "OUTPUTS"].map(String::from)];
    for listing in catalog::all() {
        let entry = &listing.entry;
        let its_school = school_of(entry.school);
        if school.is_some_and(|school| school != its_school) {
            continue;
        }
        rows.push([
            entry.name.to_owned(),
            school_name(its_school),
            entry.title.to_owned(),
            joined(entry.parameters.iter().map(|it| format!("{}={}", it.name, default_of(it)))),
            joined(listing.outputs.iter().map(|&output| output.to_owned())),
        ]);
    }
    aligned(&rows)
}

/// Explains an indicator, a column or a set.
///
/// # Errors
/// If nothing is called so; names what is near.
pub(super) fn show(name: &str) -> anyhow::Result<String> {
    if SHIPPED.iter().any(|(set, _)| *set == name) || name.ends_with(".toml") {
        return FeatureSet::load(name).map(|set| set_text(&set));
    }
    if let Some(listing) = catalog::find(name) {
        let mut text = indicator(listing);
        let parameters = ColumnParameters::default();
        // A column may have the name of an indicator with other arguments than its defaults.
        if columns::names(&parameters)?.iter().any(|column| column == name) {
            writeln!(text, "column      {}", resolve(name, &parameters)?)?;
        }
        return Ok(text);
    }
    let formula: Formula = resolve(name, &ColumnParameters::default())?;
    Ok(format!("{name} = {formula}\n\n{}", indicator(formula.listing)))
}

fn set_text(set: &FeatureSet) -> String {
    let mut rows = vec![["FEATURE", "READS", "FORMULA"].map(String::from)];
    for feature in set.features() {
        let formula = &feature.formula;
        let reads = if formula.listing.is_on_market() { "market" } else { "candles" };
        rows.push([feature.name.clone(), reads.to_owned(), formula.to_string()]);
    }
    format!("{}\nfeatures={} schema={}\n", aligned(&rows), rows.len() - 1, set.schema_hash())
}

fn indicator(listing: &Listing) -> String {
    let entry = &listing.entry;
    let source = entry.source;
    let mut place = format!("{}, \"{}\"", source.author, source.title);
    if source.year > 0 {
        place.push_str(&format!(", {}", source.year));
    }
    if !source.place.is_empty() {
        place.push_str(&format!(", {}", source.place));
    }
    let reads = if listing.is_on_market() { "books and trades" } else { "candles" };
    let warm_up = if listing.is_on_market() {
        listing.build_on_market(&[]).map(|indicator| indicator.warm_up())
    } else {
        listing.build(&[], entry.price).map(|indicator| indicator.warm_up())
    };
    let warm_up = warm_up.map_or_else(|error| error.to_string(), |samples| samples.to_string());
    let lines = [
        ["name".to_owned(), entry.name.to_owned()],
        ["title".to_owned(), entry.title.to_owned()],
        ["school".to_owned(), school_name(school_of(entry.school))],
        ["reads".to_owned(), format!("{reads}; {} where it reads one price", entry.price.name())],
        ["outputs".to_owned(), joined(listing.outputs.iter().map(|&output| output.to_owned()))],
        ["warm-up".to_owned(), format!("{warm_up} samples with default arguments")],
        ["source".to_owned(), place],
    ];
    let mut text = aligned(&lines);
    if !entry.parameters.is_empty() {
        let mut rows = vec![["PARAMETER", "UNIT", "FROM", "TO", "DEFAULT"].map(String::from)];
        rows.extend(entry.parameters.iter().map(|parameter| {
            let (low, high) = match parameter.unit {
                Unit::Choice(words) => (words.join(" | "), String::new()),
                _ => (parameter.low.to_string(), parameter.high.to_string()),
            };
            let unit = unit_name(parameter.unit).to_owned();
            [parameter.name.to_owned(), unit, low, high, default_of(parameter)]
        }));
        text.push('\n');
        text.push_str(&aligned(&rows));
    }
    text
}

fn default_of(parameter: &Parameter) -> String {
    match parameter.unit {
        Unit::Choice(words) => words[parameter.default as usize].to_owned(),
        _ => parameter.default.to_string(),
    }
}

const fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Samples => "samples",
        Unit::Period => "period in samples",
        Unit::Count => "count",
        Unit::Ratio => "ratio",
        Unit::Deviations => "deviations",
        Unit::Percent => "percent",
        Unit::Degrees => "degrees",
        Unit::Seconds => "seconds",
        Unit::Price => "price units",
        Unit::Quantity => "quantity units",
        Unit::Choice(_) => "word",
    }
}

const fn school_of(school: School) -> SchoolArg {
    match school {
        School::Classical => SchoolArg::Classical,
        School::Microstructure => SchoolArg::Microstructure,
        School::Ehlers => SchoolArg::Ehlers,
        School::Gann => SchoolArg::Gann,
        School::Astro => SchoolArg::Astro,
        School::Patterns => SchoolArg::Patterns,
    }
}

fn school_name(school: SchoolArg) -> String {
    format!("{school:?}").to_lowercase()
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns rows as lines whose columns begin below each other.
pub(super) fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| width(column).unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (field, width) in row.iter().zip(widths) {
            // Two spaces between columns.
            line.push_str(&format!("{field:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

//! The parameters of columns: `default`, `alt`, or a JSON file with differences from the default,
//! such as `{"classic": {"ma": [7, 34], "n": 9}, "ehlers": {"ss": 23}}`.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use gannet_features::columns::{self, ColumnError, ColumnParameters};
use serde_json::Value;

use super::nearest;
use super::set::said_once;

/// Returns the parameters of that name, or of that file.
///
/// # Errors
/// If there is no such file, it is not JSON of that shape, no column refers to a key, or a column
/// refuses a value; names the key or column.
pub fn load(name: &str) -> anyhow::Result<ColumnParameters> {
    match name {
        "default" => Ok(ColumnParameters::default()),
        "alt" => Ok(ColumnParameters::alternative()),
        file => {
            let text = std::fs::read_to_string(Path::new(file)).with_context(|| {
                format!("cannot read {file} (parameters are default, alt or a JSON file)")
            })?;
            parse(&text).with_context(|| format!("in {file}"))
        }
    }
}

/// Returns the parameters a JSON text changes from the default.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str) -> anyhow::Result<ColumnParameters> {
    let Value::Object(groups) = serde_json::from_str(text)? else {
        bail!("parameters are an object of groups such as {{\"classic\": {{\"n\": 14}}}}");
    };
    let mut parameters = ColumnParameters::default();
    for (group, keys) in groups {
        let Value::Object(keys) = keys else {
            bail!("\"{group}\" is not an object of parameters");
        };
        for (key, value) in keys {
            let key = format!("{group}.{key}");
            let written = write(&value)
                .ok_or_else(|| anyhow!("\"{key}\" is no number, list of numbers or word"))?;
            parameters.set(&key, &written).map_err(|error| {
                let known: Vec<&str> = parameters.keys().collect();
                anyhow!("{error}{}", nearest::hint(&key, known.iter().copied()))
            })?;
        }
    }
    for column in columns::names(&parameters)? {
        columns::resolve(&column, &parameters).map_err(|error| match error {
            ColumnError::UnknownColumn(name) => {
                anyhow!("the period in the column \"{name}\" is not a whole number")
            }
            other => said_once(other),
        })?;
    }
    Ok(parameters)
}

/// Returns a value as formulas write it.
fn write(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => number.as_f64().map(|number| number.to_string()),
        Value::String(word) => Some(word.clone()),
        Value::Array(values) if !values.is_empty() => {
            let written: Option<Vec<String>> = values
                .iter()
                .map(|value| if value.is_number() { write(value) } else { None })
                .collect();
            written.map(|values| values.join(","))
        }
        _ => None,
    }
}

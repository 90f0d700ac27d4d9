//! The golden table. Its arguments of two numbers are printed with six digits, its values were
//! computed with more.

use std::collections::{BTreeMap, HashMap};

use crate::support::corpus;
use gannet_features::gann::table::evaluate;

/// One row.
struct Row {
    function: String,
    argument: String,
    parameter: String,
    value: f64,
}

fn rows() -> Option<Vec<Row>> {
    let table = corpus("golden/gann.csv")?;
    assert_eq!(table.header, ["fn", "arg", "param", "value"]);
    let row = |cells: Vec<String>| match cells.as_slice() {
        [function, argument, parameter, value] => Row {
            function: function.clone(),
            argument: argument.clone(),
            parameter: parameter.clone(),
            value: value.parse().expect("a number"),
        },
        cells => panic!("{cells:?}"),
    };
    Some(table.rows.into_iter().map(row).collect())
}

/// The arguments behind those printed: the values of other rows give them back.
fn full_arguments(rows: &[Row]) -> HashMap<String, String> {
    let value = |function: &str, argument: &str, parameter: &str| {
        rows.iter()
            .find(|row| {
                row.function == function && row.argument == argument && row.parameter == parameter
            })
            .map(|row| row.value)
    };
    let mut full = HashMap::new();
    for Row { argument, parameter, .. } in rows {
        let Some((first, second)) = argument.split_once(';') else { continue };
        // A whole range below the high is the low, and as much above it the high again.
        let low = value("retr_from_high", argument, "1.000000000");
        let above = value("ext_above_high", argument, "1.000000000");
        // Up and down lines lie symmetrically around the pivot; the price per bar is exact.
        let up = value("gann_angle_up|1x1", argument, parameter);
        let down = value("gann_angle_down|1x1", argument, parameter);
        if let (Some(up), Some(down)) = (up, down) {
            full.insert(argument.clone(), format!("{:.2};{second}", f64::midpoint(up, down)));
        } else if let (Some(low), Some(above)) = (low, above) {
            full.insert(argument.clone(), format!("{low:.2};{:.2}", f64::midpoint(low, above)));
        } else {
            panic!("{first};{second}");
        }
    }
    full
}

/// Returns an argument with each number rounded to six digits, as the table prints them.
fn printed(argument: &str) -> String {
    let six_digits = |text: &str| {
        let number: f64 = text.parse().expect("a number");
        let decimals = (5.0 - number.abs().log10().floor()).max(0.0);
        let rounded = format!("{number:.*}", decimals as usize);
        rounded.parse::<f64>().expect("a number").to_string()
    };
    argument.split(';').map(six_digits).collect::<Vec<_>>().join(";")
}

#[test]
fn the_table_is_golden() {
    let Some(rows) = rows() else { return };
    let full = full_arguments(&rows);
    for (argument, full) in &full {
        assert_eq!(&printed(full), argument);
    }
    let mut errors: BTreeMap<&str, (usize, f64, f64)> = BTreeMap::new();
    for Row { function, argument, parameter, value } in &rows {
        let error = |argument: &str, parameter: &str| {
            let ours = evaluate(function, argument, parameter).expect("a value");
            (ours - value).abs() / value.abs().max(1.0)
        };
        // Thirds are printed with nine decimals.
        let parameter_full = match parameter.as_str() {
            "0.333333333" => (1.0_f64 / 3.0).to_string(),
            "0.666666667" => (2.0_f64 / 3.0).to_string(),
            parameter => parameter.to_owned(),
        };
        let argument_full = full.get(argument).unwrap_or(argument);
        let entry = errors.entry(function).or_default();
        entry.0 += 1;
        entry.1 = entry.1.max(error(argument, parameter));
        entry.2 = entry.2.max(error(argument_full, &parameter_full));
    }
    println!("function, rows, largest error as printed, with the arguments behind");
    for (function, (count, as_printed, largest)) in &errors {
        println!("{function:22} {count:4} {as_printed:.1e} {largest:.1e}");
        let two_numbers = function.starts_with("gann_angle") || function.contains("_high");
        assert!(*largest <= 1e-9, "{function}");
        assert!(two_numbers || *as_printed <= 1e-9, "{function}");
    }
}

//! What other tools answered, as `tests/parity/make.py` writes it: features, then answers in groups.

use std::path::Path;

/// The rows and answers of a CSV file.
pub(crate) struct Answers {
    pub(crate) rows: Vec<Vec<f32>>,
    pub(crate) groups: Vec<(String, Vec<Vec<f32>>)>,
}

impl Answers {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("the answers");
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
        let mut answers = Self { rows: Vec::new(), groups: Vec::new() };
        for name in header.iter().filter_map(|name| name.split_once(':')).map(|(group, _)| group) {
            if answers.groups.iter().all(|(other, _)| other != name) {
                answers.groups.push((name.to_owned(), Vec::new()));
            }
        }
        for line in lines {
            let number = |cell: &str| {
                if cell.is_empty() { f32::NAN } else { cell.parse().expect("a number") }
            };
            let cells: Vec<(&str, f32)> =
                header.iter().copied().zip(line.split(',').map(number)).collect();
            let of = |wanted: Option<&str>| {
                let cells = cells
                    .iter()
                    .filter(|(name, _)| name.split_once(':').map(|(group, _)| group) == wanted);
                cells.map(|(_, number)| *number).collect::<Vec<f32>>()
            };
            answers.rows.push(of(None));
            for (name, rows) in &mut answers.groups {
                rows.push(of(Some(name)));
            }
        }
        answers
    }
}

/// The largest difference of two answers, relative above 1; infinite if they cannot be compared.
pub(crate) fn difference(ours: &[f32], theirs: &[f32]) -> f32 {
    if ours.len() != theirs.len() {
        return f32::INFINITY;
    }
    let one = |(ours, theirs): (&f32, &f32)| {
        if ours == theirs || (ours.is_nan() && theirs.is_nan()) {
            return 0.0;
        }
        let difference = (ours - theirs).abs() / theirs.abs().max(1.0);
        if difference.is_nan() { f32::INFINITY } else { difference }
    };
    ours.iter().zip(theirs).map(one).fold(0.0, f32::max)
}

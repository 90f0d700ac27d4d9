//! Every model of `tests/data` answers as onnxruntime and the training library do.

use gannet_models::{Evaluator, Kernel, LoadError, Model, Output, TOLERANCE};

use crate::answers::{Answers, difference};
use crate::data;

/// Two classes where the format's text leaves open what is meant, and tract 0.23 answers something
/// else than onnxruntime: votes for one of them only without a logistic transform, or two base values.
/// Without a manifest these are refused.
fn tract_differs(name: &str) -> bool {
    let one_sided = name.contains("onesided") && !name.contains("positive");
    let two_bases = name.contains("_2_") && name.ends_with("_base2");
    let logistic = name.contains("logistic_2_onesided_base0");
    name.contains("only_class") || (two_bases || one_sided) && !logistic
}

/// The names of the models in `tests/data`.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(data("")).expect("the folder of models");
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.expect("an entry").file_name().into_string().expect("a name");
            name.strip_suffix(".onnx").map(str::to_owned)
        })
        .collect();
    names.sort();
    names
}

/// The largest difference from a group of answers, with every kernel.
fn largest(name: &str, evaluator: &mut Evaluator, answers: &Answers) -> f32 {
    let mut largest = 0.0_f32;
    for (row, input) in answers.rows.iter().enumerate() {
        let mut bits: Option<Vec<u32>> = None;
        for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_here()) {
            evaluator.set_kernel(kernel);
            // What is not finite is compared, too.
            let _ = evaluator.predict(input);
            let Output::Numbers(ours) = evaluator.output(evaluator.primary()) else {
                panic!("{name} answers no numbers");
            };
            for (_, theirs) in &answers.groups {
                largest = largest.max(difference(ours, &theirs[row]));
            }
            let here: Vec<u32> = ours.iter().map(|number| number.to_bits()).collect();
            assert!(bits.as_ref().is_none_or(|bits| *bits == here), "{name}: {kernel:?} differs");
            bits = Some(here);
        }
    }
    largest
}

#[test]
fn every_model_answers_as_the_tools_that_made_it() {
    let names = names();
    assert!(names.len() > 100, "the folder of models is incomplete");
    for name in &names {
        let bytes = std::fs::read(data(&format!("{name}.onnx"))).expect("a model");
        let answers = Answers::read(&data(&format!("{name}.csv")));
        let mut evaluator = Evaluator::from_bytes(&bytes)
            .unwrap_or_else(|error| panic!("{name} is not compiled: {error}"));
        let largest = largest(name, &mut evaluator, &answers);
        // Winitzki's formula subtracts two nearly equal floats, so each step is the same or it shows.
        let tolerance = if name.contains("probit") { 0.0 } else { TOLERANCE };
        assert!(largest <= tolerance, "{name} differs by {largest}");
    }
}

#[test]
fn tract_agrees_or_is_named() {
    let mut refused = 0;
    for name in names().iter().filter(|name| !name.starts_with("dense_")) {
        match Model::load(&data(&format!("{name}.onnx"))) {
            Ok(model) => {
                assert!(!tract_differs(name) || model.parity().tract.is_err(), "{name}");
                if let Ok(difference) = model.parity().tract {
                    assert!(difference <= TOLERANCE, "{name}");
                }
            }
            Err(LoadError::Parity(disparity)) => {
                assert!(tract_differs(name), "{name}: {disparity}");
                assert_eq!(disparity.by, "tract");
                refused += 1;
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }
    assert!(refused > 5, "tract was asked");
}

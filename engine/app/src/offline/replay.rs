//! `gannet replay`: a journal's inputs once more, every output compared.

use std::path::Path;

use anyhow::{Context, bail};
use gannet_journal::{Body, Reader};

use crate::models::arsenal::Arsenal;
use crate::recovery::{Difference, Origin, Replayer};

/// How a replay ended.
#[derive(Debug)]
pub struct Replayed {
    /// Inputs fed.
    pub inputs: u64,
    /// Outputs that were equal.
    pub outputs: u64,
    /// The first difference, if there was one.
    pub difference: Option<Difference>,
    /// Outputs the last input would still have caused: the process died before recording them.
    pub unrecorded: usize,
}

/// Replays the journal in `directory`.
///
/// # Errors
/// If it is no journal or is damaged.
pub fn replay(directory: &Path) -> anyhow::Result<Replayed> {
    let name = || format!("journal {}", directory.display());
    let mut reader = Reader::open(directory).with_context(name)?;
    let Some(first) = reader.next().with_context(name)? else {
        return Ok(Replayed { inputs: 0, outputs: 0, difference: None, unrecorded: 0 });
    };
    let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
    let (origin, config) = Origin::parse(text).with_context(name)?;
    let mut replayer = Replayer::new(origin.pipeline(&config), Arsenal::new(&config, directory));
    let mut difference = None;
    while let Some(record) = reader.next().with_context(name)? {
        if let Err(found) = replayer.step(&record) {
            difference = Some(found);
            break;
        }
    }
    Ok(Replayed {
        inputs: replayer.inputs(),
        outputs: replayer.outputs(),
        unrecorded: if difference.is_none() { replayer.unrecorded().len() } else { 0 },
        difference,
    })
}

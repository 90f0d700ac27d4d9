//! The state that a journal leads to.

use std::path::Path;

use gannet_app::config::Config;
use gannet_app::models::arsenal::Arsenal;
use gannet_app::recovery::{Origin, Replayer};
use gannet_journal::{Body, Reader};

/// A journal fed to a new pipeline.
pub struct Rebuilt {
    /// The pipeline at its end.
    pub replayer: Replayer,
    /// The configuration its first record tells.
    pub config: Config,
}

/// Feeds the journal in `directory` to a new pipeline.
///
/// # Panics
/// If it is damaged, or an output is not what follows from the inputs.
#[must_use]
pub fn rebuild(directory: &Path) -> Rebuilt {
    let mut reader = Reader::open(directory).expect("a journal");
    let first = reader.next().expect("a whole record").expect("a first record");
    let Body::Start(text) = first.body else { panic!("it begins with {first:?}") };
    let (origin, config) = Origin::parse(text).expect("an origin");
    let mut replayer = Replayer::new(origin.pipeline(&config), Arsenal::new(&config, directory));
    while let Some(record) = reader.next().expect("a whole record") {
        if let Err(difference) = replayer.step(&record) {
            panic!("{difference:#?}");
        }
    }
    Rebuilt { replayer, config }
}

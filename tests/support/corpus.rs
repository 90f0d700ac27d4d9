//! Recordings that may be used but not shipped: `GANNET_CORPUS` names their folder.

use std::io::Read;
use std::path::PathBuf;

/// Returns the path of a corpus file, or prints that the test skips without it.
#[must_use]
pub fn path(file: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("GANNET_CORPUS") else {
        println!("skipped: GANNET_CORPUS is not set, {file} is not there");
        return None;
    };
    let path = PathBuf::from(root).join(file);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// Reads a gzip file of the corpus whole.
///
/// # Panics
/// If it is there but is no gzip file.
#[must_use]
pub fn gunzip(file: &str) -> Option<Vec<u8>> {
    let compressed = std::fs::File::open(path(file)?).expect("readable corpus file");
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(compressed).read_to_end(&mut bytes).expect("gzip");
    Some(bytes)
}

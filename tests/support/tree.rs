//! The source tree as the tests see it.

use std::path::{Path, PathBuf};

/// Returns the folder that holds the workspace's `Cargo.toml`.
///
/// # Panics
/// If this crate does not lie one folder below it.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder above tests").to_path_buf()
}

/// Returns every file below the root whose name ends with one of `endings`, sorted, as paths
/// relative to the root. Build output and dot-folders are left out.
///
/// # Panics
/// If a folder cannot be read.
#[must_use]
pub fn files(endings: &[&str]) -> Vec<PathBuf> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("readable folder") {
            let path = entry.expect("readable entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                let is_output = matches!(name, "target" | "journal" | "corpus" | "artifacts")
                    && !folder.ends_with("engine");
                if !name.starts_with('.') && !is_output {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path.strip_prefix(&root).expect("below the root").to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// Reads a file given relative to the root.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn read(path: &Path) -> String {
    let whole = root().join(path);
    std::fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{}: {error}", whole.display()))
}

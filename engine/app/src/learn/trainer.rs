//! Where `gannet-train` is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::bail;

/// Where `strategies/training/setup.sh` puts it, from the folder Gannet is started in.
const OWN: &str = "strategies/training/.venv/bin/gannet-train";

/// Its name on PATH.
const NAME: &str = "gannet-train";

/// Returns the program: the one that is named, else that of `setup.sh`, else the first on PATH.
///
/// # Errors
/// If there is none; says how to get one.
pub(super) fn find(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    choose(named, Path::new(OWN), std::env::var_os("PATH").as_deref())
}

fn choose(named: Option<&Path>, own: &Path, path: Option<&OsStr>) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        if !named.is_file() {
            bail!("there is no trainer {}; {HOW}", named.display());
        }
        return Ok(named.to_owned());
    }
    let on_path = path.into_iter().flat_map(std::env::split_paths).map(|folder| folder.join(NAME));
    let mut places = std::iter::once(own.to_owned()).chain(on_path);
    match places.find(|place| place.is_file()) {
        Some(found) => Ok(found),
        None => bail!("there is neither {} nor {NAME} on PATH; {HOW}", own.display()),
    }
}

const HOW: &str = "strategies/training/setup.sh makes it, or name another with --trainer";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::testing::Folder;

    #[test]
    fn the_one_that_is_named_comes_first_then_our_own_then_that_on_path() {
        let folder = Folder::new("trainer");
        let [named, own, bin] = ["named", "own", "bin"].map(|name| folder.0.join(name));
        let path = std::env::join_paths([folder.0.join("none"), bin.clone()]).expect("a PATH");
        let find = |named| choose(named, &own, Some(&path)).map_err(|error| error.to_string());
        let refused = find(None).expect_err("there is none");
        assert!(refused.ends_with("own nor gannet-train on PATH; strategies/training/setup.sh makes it, or name another with --trainer"), "{refused}");
        std::fs::create_dir(&bin).expect("a folder");
        std::fs::write(bin.join(NAME), "").expect("written");
        assert_eq!(find(None), Ok(bin.join(NAME)));
        std::fs::write(&own, "").expect("written");
        assert_eq!(find(None), Ok(own.clone()));
        let refused = find(Some(&named)).expect_err("it is not there");
        assert!(refused.starts_with("there is no trainer "), "{refused}");
        std::fs::write(&named, "").expect("written");
        assert_eq!(find(Some(&named)), Ok(named.clone()));
    }
}

//! Runs without sockets: replaying a journal, and trading a recording in virtual time.

use std::path::Path;

use anyhow::{Context, bail};
use gannet_journal::{Body, Reader};

use crate::config::Config;
use crate::recovery::Origin;

pub mod backtest;
pub mod by_order;
pub mod capture;
pub mod explain;
pub mod fix_decode;
pub mod orders;
pub mod recorded;
pub mod refusals;
pub mod replay;

/// Opens a journal behind its start record, with the configuration that stands there.
fn open(directory: &Path) -> anyhow::Result<(Reader, Config)> {
    let name = || format!("journal {}", directory.display());
    let mut reader = Reader::open(directory).with_context(name)?;
    let first = reader.next().with_context(name)?.context("the journal is empty")?;
    let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
    let (_, config) = Origin::parse(text).with_context(name)?;
    Ok((reader, config))
}

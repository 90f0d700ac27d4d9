//! Who releases an order, and who drives: the gate modes through a whole engine, the run modes
//! as processes.

mod accounts;
pub(crate) mod admin;
mod drop_copy;
mod fix;
mod fix_only;
mod gate;
mod gateways;
mod lost_gateway;
mod people;
mod positions;
pub(crate) mod run;
mod stops;
mod tls;

use std::time::Duration;

/// How long a process may take for anything it is asked; a busy machine is slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

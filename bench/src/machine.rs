//! Where and when something was measured: figures mean nothing without it.

use gannet_fix::codec::timestamp::{Precision, Timestamps};
use gannet_runtime::clock::Clock;
use gannet_runtime::host;
use serde::Serialize;

/// The machine, and the time of the measurement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub cpu: String,
    /// How many cores this process may use.
    pub cores: String,
    /// The kernel's release.
    pub kernel: String,
    /// The hypervisor, if there is one.
    pub hypervisor: String,
    /// UTC, as FIX writes it.
    pub date: String,
    /// Whether the optimiser was on; figures of a debug build mean nothing.
    pub optimised: bool,
}

impl Machine {
    /// Asks the system.
    #[must_use]
    pub fn inspect() -> Self {
        let facts = host::inspect();
        let fact = |name: &str| {
            let found = facts.iter().find(|fact| fact.name == name);
            found.map_or_else(|| "unknown".to_owned(), |fact| fact.value.clone())
        };
        let mut timestamps = Timestamps::new(Precision::Millis);
        let date = timestamps.format(Clock::new().now());
        Self {
            cpu: fact("cpu model"),
            cores: fact("cores available"),
            kernel: fact("kernel"),
            hypervisor: fact("hypervisor"),
            date: String::from_utf8_lossy(date).into_owned(),
            optimised: !cfg!(debug_assertions),
        }
    }
}

//! What risk must be told besides its limits, once.

use gannet_types::Nanos;

use super::hours::OpenInterval;
use super::var::VarConfig;

/// What pre-trade risk knows of instruments and windows. The default knows nothing and limits
/// nothing by it.
#[derive(Clone, Debug, Default)]
pub struct RiskSetup {
    /// The group of correlated instruments each belongs to, in their order; those beyond the end
    /// are in none.
    pub groups: Vec<Option<u8>>,
    /// Most new orders of a strategy in an instrument in `trade_window`; zero for any number.
    pub trades_per_window_max: u32,
    /// The span that `trades_per_window_max` speaks of.
    pub trade_window: Nanos,
    /// When markets are open: of each calendar the intervals, sorted.
    pub calendars: Vec<Vec<OpenInterval>>,
    /// The calendar that each instrument follows; without one it is always open.
    pub followed: Vec<Option<u8>>,
    /// How long before a close positions may only be reduced.
    pub closing_window: Nanos,
    /// How value at risk is measured; without it its limits refuse.
    pub var: Option<VarConfig>,
}

//! What risk must be told besides its limits, once.

use gannet_types::Nanos;

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
}

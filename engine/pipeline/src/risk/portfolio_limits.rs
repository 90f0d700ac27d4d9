//! What an account may hold, measured against its capital, its other positions and its credit.

use gannet_types::Money;

/// No limit, of those in millionths.
pub const NO_RATIO: u64 = u64::MAX;

/// The limits of one account's positions as a whole. Every position counts as if each working
/// order of its worse side had traded, unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortfolioLimits {
    /// What the account began with; profit is added to it. Needed by what is measured in shares
    /// of it; those refuse everything while it is not positive.
    pub capital: Money,
    /// Largest sum of the values with their signs, long or short.
    pub net_exposure_max: Money,
    /// Largest gross exposure, in millionths of the equity.
    pub gross_leverage_ppm_max: u64,
    /// Largest net exposure, in millionths of the equity.
    pub net_leverage_ppm_max: u64,
    /// Most instruments with a position or a working order.
    pub open_positions_max: u32,
    /// Most that one order may lose in the worst move, in millionths of the equity.
    pub trade_risk_ppm_max: u64,
    /// How far a price is thought to move against an order, in millionths of it.
    pub worst_move_ppm: u64,
    /// Largest share of an instrument in the gross exposure, in millionths; others count as held.
    pub concentration_ppm_max: u64,
    /// Gross exposure from which shares are looked at: the first position is all there is.
    pub concentration_from: Money,
    /// Largest gross exposure in a group of correlated instruments.
    pub group_exposure_max: Money,
    /// What the account may use: its gross exposure and what it has lost.
    pub credit: Money,
    /// What all accounts together may use.
    pub credit_of_all: Money,
    /// Most that could be lost in a bar by the quantile of what was, every instrument at its own
    /// worst.
    pub historical_var_max: Money,
    /// Most that could be lost in a bar by variances and covariances.
    pub parametric_var_max: Money,
}

impl PortfolioLimits {
    /// No limit at all.
    pub const NONE: Self = Self {
        capital: Money::ZERO,
        net_exposure_max: Money::MAX,
        gross_leverage_ppm_max: NO_RATIO,
        net_leverage_ppm_max: NO_RATIO,
        open_positions_max: u32::MAX,
        trade_risk_ppm_max: NO_RATIO,
        worst_move_ppm: 0,
        concentration_ppm_max: NO_RATIO,
        concentration_from: Money::ZERO,
        group_exposure_max: Money::MAX,
        credit: Money::MAX,
        credit_of_all: Money::MAX,
        historical_var_max: Money::MAX,
        parametric_var_max: Money::MAX,
    };
}

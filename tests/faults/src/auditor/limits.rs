//! How much may be asked for: the limits as they stand after every change by a person, and what all
//! accounts would hold if everything that may trade did.

use gannet_pipeline::{AccountLimits, PipelineConfig};
use gannet_types::{
    AccountId, Command, InstrumentId, LimitKind, Lots, Money, Notional, OrderRequest, OrderType,
    Rate, RequestKind, Scope, Side, Ticks, TimeInForce, may_set,
};

use super::pace::Pace;
use crate::conditions::{self, FOREIGN, UNIT};
use crate::truth::{Truth, new};
use crate::venue::Standing;

/// What rounding may add up to.
const SLACK: i128 = 4 * UNIT;

/// What of an instrument may be asked for.
#[derive(Clone, Copy, Debug)]
struct OfInstrument {
    order_lots: u64,
    order_notional: u64,
    position_lots: u64,
}

/// The limits that stand.
#[derive(Debug)]
pub(super) struct Limits {
    config: PipelineConfig,
    instruments: Vec<OfInstrument>,
    accounts: Vec<AccountLimits>,
    /// Hundredths that a unit of the other currency is worth.
    rate: i128,
}

/// What may trade once a request has arrived.
#[derive(Debug)]
pub(super) struct After {
    standing: Vec<Standing>,
    account: AccountId,
    instrument: InstrumentId,
    strategy: gannet_types::StrategyId,
    side: Side,
    /// Whether more may trade than before.
    is_more: bool,
}

impl After {
    pub(super) fn of(request: &OrderRequest, truth: Truth<'_>) -> Self {
        let mut standing = truth.standing();
        let id = request.client_order_id.order();
        let known = standing.iter_mut().find(|order| order.working.id == id);
        let is_more = match (request.kind, known) {
            (RequestKind::Replace, Some(order)) => {
                let before = order.leaves;
                order.leaves = (request.lots - order.working.cum_lots).max(Lots::ZERO);
                order.leaves > before
            }
            (RequestKind::New, None) => {
                standing.push(new(request));
                true
            }
            // It is done, and the engine does not know.
            _ => false,
        };
        let OrderRequest { account, instrument, strategy, side, .. } = *request;
        Self { standing, account, instrument, strategy, side, is_more }
    }

    /// Returns whether more may trade than before: what a smaller replacement leaves has passed.
    pub(super) const fn is_more(&self) -> bool {
        self.is_more
    }

    /// Returns whether what it is about can only become smaller on its side.
    pub(super) fn reduces(&self, truth: Truth<'_>) -> bool {
        let holder = (self.account, self.instrument);
        if truth.config.accounts[usize::from(self.account.0)].is_hedged {
            let held = self.side.signed(truth.share(self.strategy, self.instrument));
            return held < Lots::ZERO;
        }
        truth.worst(holder, self.side, &self.standing) <= Lots::ZERO
    }

    /// What the strategy's orders of its side may trade.
    fn closing(&self) -> Lots {
        let own = (self.strategy, self.instrument, self.side);
        let is_its = |it: &&Standing| (it.strategy, it.working.instrument, it.side) == own;
        self.standing.iter().filter(is_its).map(|order| order.leaves).sum()
    }

    /// What an account may come to hold of an instrument, both sides of a hedged one.
    fn gross(&self, truth: Truth<'_>, account: AccountId, instrument: InstrumentId) -> Lots {
        let worst = |side| truth.worst((account, instrument), side, &self.standing);
        let (bought, sold) = (worst(Side::Buy), worst(Side::Sell));
        if truth.config.accounts[usize::from(account.0)].is_hedged {
            bought + sold
        } else {
            bought.max(sold)
        }
    }

    /// What an account's position in an instrument becomes if all of a side trades.
    fn toward(&self, truth: Truth<'_>, instrument: InstrumentId) -> Lots {
        let is_its = |order: &&Standing| {
            (order.account, order.working.instrument, order.side)
                == (self.account, instrument, self.side)
        };
        let leaves: Lots = self.standing.iter().filter(is_its).map(|order| order.leaves).sum();
        self.side.signed(truth.position(self.account, instrument)) + leaves
    }
}

impl Limits {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        let of = |index: usize| {
            let limits = &config.limits[index];
            OfInstrument {
                order_lots: limits.order_lots_max.0 as u64,
                order_notional: limits.order_notional_max.0 as u64,
                position_lots: limits.position_lots_max.0 as u64,
            }
        };
        Self {
            instruments: (0..config.instruments.len()).map(of).collect(),
            accounts: config.accounts.iter().map(|account| account.limits).collect(),
            rate: 125,
            config: config.clone(),
        }
    }

    pub(super) fn on_command(&mut self, command: Command) {
        match command {
            Command::SetRate(FOREIGN, rate) => self.rate = hundredths(rate),
            Command::SetLimit { limit, scope, value } => self.set(limit, scope, value),
            _ => {}
        }
    }

    fn set(&mut self, limit: LimitKind, scope: Scope, value: u64) {
        match scope {
            Scope::Instrument(id) => {
                let Some(hard) = self.config.limits.get(usize::from(id.0)) else { return };
                let limits = &mut self.instruments[usize::from(id.0)];
                let (hard, kept) = match limit {
                    LimitKind::OrderQuantity => {
                        (hard.order_lots_max.0 as u64, &mut limits.order_lots)
                    }
                    LimitKind::OrderNotional => {
                        (hard.order_notional_max.0 as u64, &mut limits.order_notional)
                    }
                    LimitKind::PositionQuantity => {
                        (hard.position_lots_max.0 as u64, &mut limits.position_lots)
                    }
                    _ => return,
                };
                if value <= hard {
                    *kept = value;
                }
            }
            Scope::Account(id) => self.set_account(limit, id, value),
            Scope::Strategy(_) => {}
        }
    }

    fn set_account(&mut self, limit: LimitKind, account: AccountId, value: u64) {
        let Some(hard) = self.config.accounts.get(usize::from(account.0)) else { return };
        let limits = &mut self.accounts[usize::from(account.0)];
        if !may_set(hard.limits.get(limit), value) {
            return;
        }
        let money = if value == u64::MAX { Money::MAX } else { Money(i128::from(value)) };
        match limit {
            LimitKind::GrossExposure => limits.gross_exposure_max = money,
            LimitKind::NetExposure => limits.portfolio.net_exposure_max = money,
            LimitKind::Credit => limits.portfolio.credit = money,
            LimitKind::OpenPositions => {
                limits.portfolio.open_positions_max = u32::try_from(value).unwrap_or(u32::MAX);
            }
            _ => {}
        }
    }

    pub(super) fn judge_size(&self, request: &OrderRequest) -> Result<(), &'static str> {
        let limits = &self.instruments[usize::from(request.instrument.0)];
        if request.lots <= Lots::ZERO || request.lots.0 as u64 > limits.order_lots {
            return Err("the size is not allowed");
        }
        let value = Notional::of(request.price.max(request.terms.stop_price), request.lots);
        if value.0 > i128::from(limits.order_notional) {
            return Err("the value is not allowed");
        }
        Ok(())
    }

    /// Judges how large the position may become.
    pub(super) fn judge_position(
        &self,
        request: &OrderRequest,
        truth: Truth<'_>,
        after: &After,
    ) -> Result<(), &'static str> {
        let OrderRequest { account, instrument, side, .. } = *request;
        let worst = truth.worst((account, instrument), side, &after.standing);
        let most = self.instruments[usize::from(instrument.0)].position_lots;
        if self.config.accounts[usize::from(account.0)].is_hedged && after.reduces(truth) {
            // It closes a side, makes none larger, and turns none over.
            let held = side.opposite().signed(truth.share(request.strategy, instrument));
            let turns = after.closing() > held;
            return if turns { Err("a side can be turned over") } else { Ok(()) };
        }
        if worst.0 > most as i64 { Err("the position can become too large") } else { Ok(()) }
    }

    /// Judges what the account may come to hold, of all instruments; the order's own is valued at the
    /// lower of its price and the market's.
    pub(super) fn judge_exposure(
        &self,
        request: &OrderRequest,
        truth: Truth<'_>,
        after: &After,
        (pace, all_are_known): (&Pace, bool),
        own_stop: Option<i64>,
    ) -> Result<(), &'static str> {
        let account = request.account;
        let limits = &self.accounts[usize::from(account.0)];
        let portfolio = &limits.portfolio;
        let worth = |lots: Lots, id: InstrumentId| self.worth(request, pace, lots, id);
        let gross_of = |account: AccountId| -> i128 {
            conditions::ids().map(|id| worth(after.gross(truth, account, id), id)).sum()
        };
        let gross = gross_of(account);
        let over = |amount: i128, max: Money| max != Money::MAX && amount > max.0 + SLACK;
        if over(gross, limits.gross_exposure_max) {
            return Err("gross exposure is too large");
        }
        let net: i128 = conditions::ids().map(|id| worth(after.toward(truth, id), id)).sum();
        if over(net, portfolio.net_exposure_max) {
            return Err("net exposure is too large");
        }
        if over(gross, portfolio.credit) {
            return Err("there is no credit");
        }
        if self.config.risk_setup.groups.len() > 1 && over(gross, portfolio.group_exposure_max) {
            return Err("a group is too large");
        }
        let is_open = |id: &InstrumentId| {
            *id != request.instrument && after.gross(truth, account, *id) != Lots::ZERO
        };
        let others = conditions::ids().filter(is_open).count();
        if others >= portfolio.open_positions_max as usize {
            return Err("too many positions are open");
        }
        let all: i128 =
            (0..self.config.accounts.len() as u16).map(|it| gross_of(AccountId(it))).sum();
        if all_are_known && over(all, portfolio.credit_of_all) {
            return Err("there is no credit for all");
        }
        self.judge_equity(request, gross, worth(request.lots, request.instrument), own_stop)
    }

    /// Judges leverage and risk with as much equity as nobody has earned here.
    fn judge_equity(
        &self,
        request: &OrderRequest,
        gross: i128,
        order: i128,
        own_stop: Option<i64>,
    ) -> Result<(), &'static str> {
        let portfolio = &self.accounts[usize::from(request.account.0)].portfolio;
        let equity = portfolio.capital.0 + portfolio.capital.0 / 10;
        let over = |amount: i128, ppm: u64| {
            ppm != u64::MAX && amount * 1_000_000 > equity * i128::from(ppm)
        };
        if over(gross, portfolio.gross_leverage_ppm_max) {
            return Err("leverage is too large");
        }
        let in_worst_move = order * i128::from(portfolio.worst_move_ppm) / 1_000_000;
        let at_stop =
            own_stop.map(|ticks| order * i128::from(ticks) / i128::from(request.price.0.max(1)));
        let risk = at_stop.map_or(in_worst_move, |at_stop| at_stop.min(in_worst_move));
        let is_new = request.kind == RequestKind::New;
        if is_new && over(risk, portfolio.trade_risk_ppm_max) {
            return Err("the order risks too much");
        }
        Ok(())
    }

    /// What lots are worth, rounded down; nothing without a price.
    fn worth(&self, request: &OrderRequest, pace: &Pace, lots: Lots, id: InstrumentId) -> i128 {
        let Some(twice_mid) = pace.twice_mid(id) else { return 0 };
        let price = request.price.max(request.terms.stop_price);
        let own = id == request.instrument && price > Ticks::ZERO && lots > Lots::ZERO;
        let twice = if own { twice_mid.min(2 * i128::from(price.0)) } else { twice_mid };
        let notional = (i128::from(lots.0) * twice).div_euclid(2);
        let is_foreign = self.config.currencies.quoted.get(usize::from(id.0)) == Some(&FOREIGN);
        let rate = if is_foreign { self.rate } else { 100 };
        notional * UNIT * rate / 100
    }
}

/// Looks at what works at the venues.
///
/// # Errors
/// The rule that it breaks.
pub(super) fn inspect(config: &PipelineConfig, truth: Truth<'_>) -> Result<(), String> {
    let standing: Vec<Standing> = truth.at_venues().collect();
    let risk = &config.risk;
    if standing.len() > risk.open_orders_max {
        return Err(format!("{} orders are open", standing.len()));
    }
    for instrument in conditions::ids() {
        let there = || standing.iter().filter(move |it| it.working.instrument == instrument);
        for account in (0..config.accounts.len() as u16).map(AccountId) {
            let open = there().filter(|order| order.account == account).count();
            if open > risk.open_orders_per_instrument_max {
                return Err(format!("{open} orders of {account:?} are open in {instrument:?}"));
            }
        }
        let prices = |side| {
            let rests = there().filter(move |it| it.side == side && it.working.price > Ticks::ZERO);
            rests.map(|order| order.working.price)
        };
        if let (Some(bid), Some(ask)) = (prices(Side::Buy).max(), prices(Side::Sell).min())
            && bid >= ask
        {
            return Err(format!("own orders meet in {instrument:?}: {bid} and {ask}"));
        }
    }
    Ok(())
}

/// A close only makes the strategy's position smaller, at once or not at all. While the engine cannot
/// know the position its own word has to do.
pub(super) fn judge_close(
    request: &OrderRequest,
    truth: Truth<'_>,
    is_changed: bool,
) -> Result<(), &'static str> {
    let OrderRequest { strategy, account, instrument, side, .. } = *request;
    let held = side.opposite().signed(truth.share(strategy, instrument));
    let at_once = request.time_in_force == TimeInForce::ImmediateOrCancel
        || request.order_type == OrderType::Market;
    let is_known = !truth.has_misled(account) && !truth.has_taken_over(account) && !is_changed;
    if at_once && (request.lots <= held || !is_known) {
        Ok(())
    } else {
        Err("a close makes a position larger")
    }
}

fn hundredths(rate: Rate) -> i128 {
    let (units, decimals) = rate.parts();
    i128::from(units) * 100 / 10_i128.pow(u32::from(decimals))
}

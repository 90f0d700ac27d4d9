//! A venue: the simulated exchange behind one gateway, what it forgets when it starts again, what its
//! back office does, how it lies about positions, and what it really did.

use std::collections::{BTreeMap, BTreeSet};

use gannet_pipeline::PipelineConfig;
use gannet_sim::{Bracket, Exchange, ExchangeConfig, Funding, Margin, Said};
use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, InstrumentId, Lots, Market,
    Money, Nanos, Notional, OrderId, OrderRequest, PositionTold, RejectReason, RequestKind, Side,
    StrategyId, Ticks, VenuePosition,
};

use crate::conditions;
use crate::fault::{Dice, Fault};
use crate::report;

/// Ids of requests that are the venue's own.
const OWN_IDS: u64 = 1 << 62;

/// A venue.
#[derive(Debug)]
pub struct Venue {
    gateway: GatewayId,
    exchange: Exchange,
    known: BTreeMap<OrderId, Known>,
    /// Done orders that it does not know any more.
    forgotten: BTreeSet<OrderId>,
    /// Orders of which a report was lost for good: they are not forgotten.
    pub unheard: BTreeSet<OrderId>,
    /// What fills, takeovers and the back office make.
    positions: BTreeMap<(AccountId, InstrumentId), Lots>,
    /// What fills make of each strategy.
    shares: BTreeMap<(StrategyId, InstrumentId), Lots>,
    /// What the back office and others did in our accounts.
    external: BTreeMap<(AccountId, InstrumentId), Lots>,
    /// How it lies about positions, while it does.
    lie: Option<Lots>,
    /// Accounts of which it has forgotten an order whose fills the engine hears of later: until then
    /// the engine takes it for refused.
    misled: BTreeSet<AccountId>,
    restarts: u64,
    /// Requests that it refused for no reason.
    pub refused: u64,
    /// Accounts whose positions it took over, as often as it did.
    pub takeovers: Vec<AccountId>,
}

/// What it was asked about an order.
#[derive(Clone, Copy, Debug)]
struct Known {
    account: AccountId,
    strategy: StrategyId,
    /// The largest size that was ever asked for.
    asked: Lots,
    filled: Lots,
    is_done: bool,
}

/// An order that works at a venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Working {
    /// Which.
    pub id: OrderId,
    /// In what.
    pub instrument: InstrumentId,
    /// The total size.
    pub lots: Lots,
    /// What of it has traded.
    pub cum_lots: Lots,
    /// Its limit; zero if it has none.
    pub price: Ticks,
}

/// The same with whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// How it stands.
    pub working: Working,
    /// Whose wish it was.
    pub strategy: StrategyId,
    /// Whose position it changes.
    pub account: AccountId,
    /// Through which gateway it came.
    pub gateway: GatewayId,
    /// Buy or sell.
    pub side: Side,
    /// What of it may still trade.
    pub leaves: Lots,
}

impl Venue {
    /// Opens the one behind a gateway. Its margin is tight if that is a frequent fault, and no account
    /// shares the gateway: nobody could say whose position was taken over.
    #[must_use]
    pub fn new(seed: u64, gateway: GatewayId, config: &PipelineConfig, dice: &Dice) -> Self {
        let users = config.accounts.iter();
        let users = users.filter(|it| it.gateways.as_slice().contains(&gateway)).count();
        let is_tight = dice.is_frequent(Fault::Liquidation) && users == 1;
        let pays = seed.is_multiple_of(3);
        let rate = Funding { rate_ppm: 500, interval: Nanos::from_millis(700) };
        let config = ExchangeConfig {
            seed: seed.wrapping_add(u64::from(gateway.0)),
            reject_ppm: dice.odds_ppm(Fault::Refusal),
            margin: margin().filter(|_| is_tight),
            funding: pays.then_some(rate),
            ..ExchangeConfig::default()
        };
        Self {
            gateway,
            exchange: Exchange::new(config, &conditions::instruments()),
            known: BTreeMap::new(),
            forgotten: BTreeSet::new(),
            unheard: BTreeSet::new(),
            positions: BTreeMap::new(),
            shares: BTreeMap::new(),
            external: BTreeMap::new(),
            lie: None,
            misled: BTreeSet::new(),
            restarts: 0,
            refused: 0,
            takeovers: Vec::new(),
        }
    }

    /// Shows it the market.
    pub fn on_market(&mut self, now: Nanos, market: &Market<'_>) {
        self.exchange.on_market(now, market);
    }

    /// Hands it a request, of which it may say at once that it does not know what it is about.
    pub fn on_request(&mut self, now: Nanos, request: &OrderRequest) -> Option<ExecutionReport> {
        let id = request.client_order_id.order();
        if request.kind == RequestKind::Status && self.forgotten.contains(&id) {
            return Some(report::about(request, ExecKind::Rejected, RejectReason::UnknownOrder));
        }
        if matches!(request.kind, RequestKind::New | RequestKind::Replace) {
            let OrderRequest { account, strategy, .. } = *request;
            let (asked, filled) = (Lots::ZERO, Lots::ZERO);
            let first = Known { account, strategy, asked, filled, is_done: false };
            let known = self.known.entry(id).or_insert(first);
            known.asked = known.asked.max(request.lots);
        }
        self.exchange.on_request(now, request);
        None
    }

    /// Starts again: everything that works is cancelled, and what was done is forgotten unless
    /// somebody was not told of it.
    pub fn restart(&mut self, now: Nanos, template: &OrderRequest, under_way: &BTreeSet<OrderId>) {
        self.restarts += 1;
        let id = ClientOrderId(OWN_IDS + self.restarts);
        let everything = OrderRequest {
            kind: RequestKind::MassCancel,
            gateway: self.gateway,
            client_order_id: id,
            original: id,
            ..*template
        };
        self.exchange.on_request(now, &everything);
        for (id, known) in self.known.iter().filter(|(_, known)| known.is_done) {
            if self.unheard.contains(id) || !self.forgotten.insert(*id) {
                continue;
            }
            if under_way.contains(id) {
                self.misled.insert(known.account);
            }
        }
    }

    /// Somebody else trades in an account of ours, or its back office books lots: nobody tells the
    /// order session.
    pub fn change_position(&mut self, account: AccountId, instrument: InstrumentId, lots: Lots) {
        self.exchange.transfer(account, instrument, lots);
        *self.positions.entry((account, instrument)).or_default() += lots;
        *self.external.entry((account, instrument)).or_default() += lots;
    }

    /// From now on positions are told larger by so much, until that is nothing.
    pub fn lie_by(&mut self, lots: Lots) {
        self.lie = (lots != Lots::ZERO).then_some(lots);
    }

    /// Returns what it says, and books it.
    ///
    /// # Errors
    /// If it did what no order asked for.
    pub fn poll(&mut self, now: Nanos) -> Result<Option<Said>, String> {
        let Some(mut said) = self.exchange.poll_said(now) else { return Ok(None) };
        if let Some(position) = &mut said.position {
            self.distort(position);
            return Ok(Some(said));
        }
        self.book(&said.report)?;
        // Its own books are ahead of what it has said by what is still to be polled.
        if self.exchange.next_time().is_none_or(|next| next > now) {
            for (&(account, instrument), &position) in &self.positions {
                let booked = self.exchange.position(account, instrument);
                if booked != position {
                    return Err(format!("the fills make {position}, the venue's books {booked}"));
                }
            }
        }
        Ok(Some(said))
    }

    fn distort(&self, position: &mut VenuePosition) {
        if let (Some(lie), PositionTold::Held { lots, .. }) = (self.lie, &mut position.told) {
            *lots += lie;
        }
    }

    fn book(&mut self, report: &ExecutionReport) -> Result<(), String> {
        let (id, instrument) = (report.client_order_id.order(), report.instrument);
        let signed = report.side.signed(report.last_lots);
        match report.kind {
            ExecKind::Trade if report.reason == RejectReason::Liquidated => {
                let held = self.positions.iter_mut().filter(|((_, of), _)| *of == instrument);
                // No other account trades here.
                if let Some(((account, _), lots)) = held.into_iter().next() {
                    *lots += signed;
                    self.takeovers.push(*account);
                }
            }
            ExecKind::Trade => {
                let known = self.known.get_mut(&id).ok_or("a fill of an order nobody sent")?;
                known.filled += report.last_lots;
                known.is_done = report.leaves_lots == Lots::ZERO;
                let Known { account, strategy, filled, asked, .. } = *known;
                if filled > asked {
                    return Err(format!("{id:?} has filled {filled} of {asked}"));
                }
                *self.positions.entry((account, instrument)).or_default() += signed;
                *self.shares.entry((strategy, instrument)).or_default() += signed;
            }
            ExecKind::Canceled | ExecKind::Expired => {
                if let Some(known) = self.known.get_mut(&id) {
                    known.is_done = true;
                }
            }
            _ => self.refused += u64::from(report.reason == RejectReason::Venue),
        }
        Ok(())
    }

    /// Returns the position of an account as the venue has it.
    #[must_use]
    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        self.exchange.position(account, instrument)
    }

    /// Returns what fills here have made of a strategy's position.
    #[must_use]
    pub fn share(&self, strategy: StrategyId, instrument: InstrumentId) -> Lots {
        self.shares.get(&(strategy, instrument)).copied().unwrap_or_default()
    }

    /// Returns what of a position no order of ours has made.
    #[must_use]
    pub fn external(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        self.external.get(&(account, instrument)).copied().unwrap_or_default()
    }

    /// Returns what an account received for what it sold, less what it paid.
    #[must_use]
    pub fn cash(&self, account: AccountId, instrument: InstrumentId) -> Notional {
        self.exchange.statement(account, instrument).cash
    }

    /// Returns what of an order has traded.
    #[must_use]
    pub fn filled(&self, order: OrderId) -> Lots {
        self.known.get(&order).map_or(Lots::ZERO, |known| known.filled)
    }

    /// Returns whether an account's engine could be wrong about it for want of a true word.
    #[must_use]
    pub fn has_misled(&self, account: AccountId) -> bool {
        self.misled.contains(&account)
    }

    /// Returns the account whose order this is, if it was ever asked for it.
    #[must_use]
    pub fn owner(&self, order: OrderId) -> Option<AccountId> {
        self.known.get(&order).map(|known| known.account)
    }

    /// Returns what works.
    pub fn standing(&self) -> impl Iterator<Item = Standing> {
        self.exchange.open_orders().map(|order| {
            let id = order.client_order_id.order();
            Standing {
                working: Working {
                    id,
                    instrument: order.instrument,
                    lots: order.lots,
                    cum_lots: order.cum_lots,
                    price: order.price,
                },
                strategy: self.known.get(&id).map_or(StrategyId(0), |known| known.strategy),
                account: order.account,
                gateway: self.gateway,
                side: order.side,
                leaves: order.leaves_lots(),
            }
        })
    }
}

/// A hundredth of a position's value must be there, of a collateral that a bad day costs.
fn margin() -> Option<Margin> {
    let brackets = vec![Bracket { from: Money::ZERO, rate_ppm: 10_000 }];
    Margin::new(Money(6_000_000), brackets)
}

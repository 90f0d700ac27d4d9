//! The venue: the simulated exchange, what it forgets when it starts again, and what it really did.

use std::collections::{BTreeMap, BTreeSet};

use gannet_sim::{Bracket, Exchange, ExchangeConfig, Margin, Said};
use gannet_types::{
    ClientOrderId, ExecKind, ExecutionReport, InstrumentId, Lots, Market, Money, Nanos, OrderId,
    OrderRequest, RejectReason, RequestKind, Side, Ticks,
};

use crate::conditions::{self, ACCOUNT, INSTRUMENTS};
use crate::report;

/// Ids of requests that are the venue's own.
const OWN_IDS: u64 = 1 << 62;

/// The venue.
#[derive(Debug)]
pub struct Venue {
    exchange: Exchange,
    /// What traded of each order, by the exchange's own reports.
    filled: BTreeMap<OrderId, Lots>,
    /// The largest size that was ever asked for an order.
    asked: BTreeMap<OrderId, Lots>,
    /// Orders that are done.
    done: BTreeSet<OrderId>,
    /// Done orders that it does not know any more.
    forgotten: BTreeSet<OrderId>,
    /// Orders of which a report was lost for good: they are not forgotten.
    pub unheard: BTreeSet<OrderId>,
    positions: Vec<Lots>,
    restarts: u64,
    has_misled: bool,
    /// Requests that it refused for no reason.
    pub refused: u64,
    /// Positions that it took over.
    pub takeovers: u64,
}

/// An order that works at the venue.
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

impl Venue {
    /// Opens it: so many requests are refused, and the margin is tight or there are no rules.
    #[must_use]
    pub fn new(seed: u64, reject_ppm: u32, is_tight: bool) -> Self {
        let margin = margin().filter(|_| is_tight);
        let config = ExchangeConfig { seed, reject_ppm, margin, ..ExchangeConfig::default() };
        Self {
            exchange: Exchange::new(config, &conditions::instruments()),
            filled: BTreeMap::new(),
            asked: BTreeMap::new(),
            done: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            unheard: BTreeSet::new(),
            positions: vec![Lots::ZERO; usize::from(INSTRUMENTS)],
            restarts: 0,
            has_misled: false,
            refused: 0,
            takeovers: 0,
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
            let asked = self.asked.entry(id).or_insert(Lots::ZERO);
            *asked = (*asked).max(request.lots);
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
            client_order_id: id,
            original: id,
            ..*template
        };
        self.exchange.on_request(now, &everything);
        let forgotten: BTreeSet<OrderId> = self.done.difference(&self.unheard).copied().collect();
        self.has_misled |= forgotten.intersection(under_way).next().is_some();
        self.forgotten.extend(forgotten);
    }

    /// Returns what it says, and books it.
    ///
    /// # Errors
    /// If it did what no order asked for.
    pub fn poll(&mut self, now: Nanos) -> Result<Option<Said>, String> {
        let Some(said) = self.exchange.poll_said(now) else { return Ok(None) };
        let report = &said.report;
        let id = report.client_order_id.order();
        match report.kind {
            ExecKind::Trade if report.reason == RejectReason::Liquidated => {
                self.takeovers += 1;
                self.book(report);
            }
            ExecKind::Trade => {
                let filled = self.filled.entry(id).or_insert(Lots::ZERO);
                *filled += report.last_lots;
                let (filled, asked) = (*filled, self.asked.get(&id).copied().unwrap_or_default());
                if filled > asked {
                    return Err(format!("{id:?} has filled {filled} of {asked}"));
                }
                self.book(report);
                if report.leaves_lots == Lots::ZERO {
                    self.done.insert(id);
                }
            }
            ExecKind::Canceled => drop(self.done.insert(id)),
            _ => self.refused += u64::from(report.reason == RejectReason::Venue),
        }
        for (index, &position) in self.positions.iter().enumerate() {
            let booked = self.exchange.position(ACCOUNT, InstrumentId(index as u16));
            // Its own books are ahead of what it has said by what is still to be polled.
            if self.exchange.next_time().is_none() && booked != position {
                return Err(format!("the fills make {position}, the venue's books {booked}"));
            }
        }
        Ok(Some(said))
    }

    fn book(&mut self, trade: &ExecutionReport) {
        let signed = trade.side.signed(trade.last_lots);
        self.positions[usize::from(trade.instrument.0)] += signed;
    }

    /// Returns the position that the fills make.
    #[must_use]
    pub fn position(&self, instrument: InstrumentId) -> Lots {
        self.exchange.position(ACCOUNT, instrument)
    }

    /// Returns whether it has ever forgotten an order whose fills the engine hears of later: until
    /// then the engine takes it for refused.
    #[must_use]
    pub const fn has_misled(&self) -> bool {
        self.has_misled
    }

    /// Returns what works, in order of its id.
    #[must_use]
    pub fn working(&self) -> Vec<Working> {
        let mut working: Vec<Working> = self
            .exchange
            .open_orders()
            .map(|order| Working {
                id: order.client_order_id.order(),
                instrument: order.instrument,
                lots: order.lots,
                cum_lots: order.cum_lots,
                price: order.price,
            })
            .collect();
        working.sort_unstable();
        working
    }

    /// Returns how large a position in an instrument can become on each side: bought, sold.
    #[must_use]
    pub fn worst(&self, instrument: InstrumentId) -> [Lots; 2] {
        let position = self.position(instrument);
        let of = |side: Side| {
            let orders = self.exchange.open_orders();
            let orders = orders.filter(|it| it.instrument == instrument && it.side == side);
            orders.map(|order| order.leaves_lots()).sum::<Lots>()
        };
        [position + of(Side::Buy), of(Side::Sell) - position]
    }

    /// Returns the prices between which nothing of ours may trade with ourselves: the highest bid
    /// and the lowest offer that rest.
    #[must_use]
    pub fn own_best(&self, instrument: InstrumentId) -> (Option<Ticks>, Option<Ticks>) {
        let of = |side: Side| {
            let orders = self.exchange.open_orders();
            let rests = move |it: &&gannet_sim::exchange::Order| {
                it.instrument == instrument && it.side == side && it.price > Ticks::ZERO
            };
            orders.filter(rests).map(|order| order.price)
        };
        (of(Side::Buy).max(), of(Side::Sell).min())
    }
}

/// A hundredth of a position's value must be there, of a collateral that a bad day costs.
fn margin() -> Option<Margin> {
    let brackets = vec![Bracket { from: Money::ZERO, rate_ppm: 10_000 }];
    Margin::new(Money(6_000_000), brackets)
}

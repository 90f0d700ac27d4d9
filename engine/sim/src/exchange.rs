//! A matching engine for our orders against a foreign market.
//!
//! ```text
//! on_request ─latency─▶ requests ─┐                 ┌─▶ history (duplicates, status)
//!                                 ├─▶ listing ─▶ desk ─latency─▶ poll
//! on_market ──▶ visible book, trades ─┘   (fees, positions)
//! ```
//! The market is what the feed shows: our orders do not move it. Taking orders walk the visible
//! book; resting orders stand in a modelled queue ([`crate::queue`]). Stops wait beside it until a trade
//! at their price, or a market that has passed it, sets them off; trailing stops and pegs follow the
//! market; good-till-date orders end at their time. The venue never closes, so a day order lives as long as it does. What the feed brings at
//! `now` counts as the venue's state at `now`: the feed's own latency is not taken out.
//!
//! # Invariants
//! - `cum_lots + leaves_lots = lots` for every working order; no order is overfilled or filled
//!   beyond its limit.
//! - What our resting orders get from a trade is at most that trade; what they and our taking
//!   orders get from a level is at most what it displayed, until it changes.
//! - Requests and reports arrive in the order they were sent.

mod account;
mod by_order;
mod desk;
mod follow;
mod history;
mod liquidation;
mod listing;
mod order;
mod positions;
mod requests;
mod visible;

use std::collections::{BTreeMap, VecDeque};

use gannet_types::{
    AccountId, ExecutionReport, FeedState, GatewayId, Instrument, InstrumentId, Lots, Market,
    MarketEvent, Nanos, OrderRequest, Rate, Ticks,
};

use crate::fees::FeeSchedule;
use crate::funding::Funding;
use crate::latency::{Latency, Link};
use crate::margin::Margin;
use crate::outage::{Outage, Outages};
use crate::queue::QueueModel;
use crate::random::Random;
use account::Accounts;
pub use account::Statement;
use desk::Desk;
pub use desk::{MassAnswer, Said};
use history::History;
use listing::Listing;
pub use order::Order;

/// How the venue behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeConfig {
    /// From us to the venue.
    pub latency_in: Latency,
    /// From the venue to us.
    pub latency_out: Latency,
    /// What it charges.
    pub fees: FeeSchedule,
    /// Where foreign cancels happen in a queue.
    pub queue: QueueModel,
    /// Millionths of the new orders and replacements that are refused for no reason of ours.
    pub reject_ppm: u32,
    /// When no message gets through, either way.
    pub outages: Vec<Outage>,
    /// What a position pays; nothing for instruments that are no perpetual futures.
    pub funding: Option<Funding>,
    /// What an account must have to hold its positions; without it nobody is liquidated.
    pub margin: Option<Margin>,
    /// What a unit of each instrument's money is worth in that of collateral, brackets and volumes, in
    /// the order of the instruments; one where there is none.
    pub rates: Vec<Rate>,
    /// What leaves a level besides what we take from it, in percent of that, until the level
    /// changes: the impact of our orders.
    pub withdrawal_percent: u32,
    /// Fixes what is drawn: latencies and refusals.
    pub seed: u64,
}

/// The venue.
#[derive(Clone, Debug)]
pub struct Exchange {
    queue: QueueModel,
    reject_ppm: u32,
    refusals: Random,
    outages: Vec<Outage>,
    funding: Option<Funding>,
    /// When it is paid next; unknown before the first market message, and without funding.
    next_funding: Option<Nanos>,
    margin: Option<Margin>,
    /// Through which gateway each account has sent something: reports go there.
    gateways: BTreeMap<AccountId, GatewayId>,
    is_open: bool,
    link: Link,
    /// Requests and when they reach the venue, in that order.
    inbound: VecDeque<(Nanos, OrderRequest)>,
    /// By instrument.
    listings: Vec<Option<Listing>>,
    history: History,
    desk: Desk,
    /// Orders so far.
    orders: u64,
}

impl Exchange {
    /// Opens a venue for `instruments`. Books are stale until the feed says that they are live.
    #[must_use]
    pub fn new(config: ExchangeConfig, instruments: &[Instrument]) -> Self {
        let mut listings = Vec::new();
        for instrument in instruments {
            let index = usize::from(instrument.id.0);
            if listings.len() <= index {
                listings.resize_with(index + 1, || None);
            }
            listings[index] = Some(Listing::new(config.withdrawal_percent));
        }
        let link_out = Link::new(config.latency_out, config.seed.wrapping_add(1));
        Self {
            queue: config.queue,
            reject_ppm: config.reject_ppm,
            refusals: Random::new(config.seed.wrapping_add(2)),
            outages: config.outages,
            funding: config.funding,
            next_funding: None,
            margin: config.margin,
            gateways: BTreeMap::new(),
            is_open: false,
            link: Link::new(config.latency_in, config.seed),
            inbound: VecDeque::new(),
            listings,
            history: History::default(),
            desk: Desk::new(Accounts::new(config.fees, instruments, &config.rates), link_out),
            orders: 0,
        }
    }

    /// Takes a market message that is true from `now` on; requests that arrived up to `now` met
    /// the market before it. While a feed is stale its orders are kept, nothing fills and new
    /// orders are refused.
    ///
    /// Cost: the change of the book, and little more while no order of ours works there.
    pub fn on_market(&mut self, now: Nanos, market: &Market<'_>) {
        self.open(now);
        self.arrive(now);
        self.meet(now, market);
        self.call_margins(now);
    }

    /// Takes a request sent at `now`; it arrives a latency later.
    pub fn on_request(&mut self, now: Nanos, request: &OrderRequest) {
        self.gateways.insert(request.account, request.gateway);
        self.inbound.push_back((self.link.arrival(now), *request));
    }

    /// Returns when the next request or report arrives or an order expires; poll then.
    #[must_use]
    pub fn next_time(&self) -> Option<Nanos> {
        let request = self.inbound.front().map(|(due, _)| *due);
        request.into_iter().chain(self.desk.next_time()).chain(self.next_expiry()).min()
    }

    /// Returns the next report that reached us up to `now`, in order; `received` is zero, the
    /// driver stamps it. Poll until there is none, after each [`Self::on_request`] and
    /// [`Self::on_market`] and at [`Self::next_time`].
    ///
    /// That there are no orders, in answer to a question about all, is not among them, and neither
    /// are positions: see [`Self::poll_said`].
    pub fn poll(&mut self, now: Nanos) -> Option<ExecutionReport> {
        loop {
            let said = self.poll_said(now)?;
            if let Some(report) = said.report() {
                return Some(report);
            }
        }
    }

    /// The same for those who pass on which question about all orders a report answers, and what the
    /// venue says of positions.
    pub fn poll_said(&mut self, now: Nanos) -> Option<Said> {
        self.arrive(now);
        self.desk.poll(now)
    }

    /// Returns the working orders; within an instrument and side, best price first.
    pub fn open_orders(&self) -> impl Iterator<Item = &Order> {
        self.listings.iter().flatten().flat_map(Listing::working)
    }

    /// Returns the position as the venue booked it.
    #[must_use]
    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        self.statement(account, instrument).position
    }

    /// Returns an account's state in an instrument as the venue booked it.
    #[must_use]
    pub fn statement(&self, account: AccountId, instrument: InstrumentId) -> Statement {
        self.desk.accounts.statement(account, instrument)
    }

    /// Lets our orders meet the market.
    fn meet(&mut self, now: Nanos, market: &Market<'_>) {
        let index = usize::from(market.instrument.0);
        let Some(Some(listing)) = self.listings.get_mut(index) else {
            return;
        };
        let is_of_orders = !matches!(market.event, MarketEvent::Feed(_) | MarketEvent::Status(_));
        if listing.by_order.is_some() && is_of_orders {
            return;
        }
        let is_book = match &market.event {
            MarketEvent::Top(top) => listing.visible.on_top(*top),
            MarketEvent::Depth(depth) => listing.visible.on_depth(depth),
            MarketEvent::Trade(_) => false,
            MarketEvent::Feed(feed) => {
                listing.visible.on_feed(*feed);
                if let (Some(book), FeedState::Stale(_)) = (&mut listing.by_order, feed) {
                    book.clear();
                }
                true
            }
            MarketEvent::Status(status) => {
                listing.visible.on_status(*status);
                false
            }
        };
        let last = match &market.event {
            MarketEvent::Trade(trade) => Some(trade.price),
            _ => None,
        };
        if let Some(price) = last {
            listing.note_trade(price);
        }
        if listing.is_idle() || !listing.visible.is_tradable() {
            return;
        }
        if let MarketEvent::Trade(trade) = &market.event {
            listing.on_trade(now, trade, &mut self.desk);
        }
        if is_book {
            listing.on_book(now, self.queue, &market.event, &mut self.desk);
        }
        self.set_off(now, index, last);
    }

    /// Takes out what is filled, and moves or sets off what follows the market; `last` is the price
    /// of the trade that happened just now.
    fn set_off(&mut self, now: Nanos, index: usize, last: Option<Ticks>) {
        let Some(Some(listing)) = self.listings.get_mut(index) else { return };
        listing.retire(&mut self.history);
        let (stops, pegs) = (listing.set_off(last), listing.repeg());
        for stop in stops {
            self.trigger(now, stop);
        }
        for peg in pegs {
            self.place(now, peg);
        }
    }

    /// Sets the clocks of outages and funding when the market begins.
    fn open(&mut self, now: Nanos) {
        if std::mem::replace(&mut self.is_open, true) {
            return;
        }
        let outages = Outages::new(now, &self.outages);
        self.link.interrupt(outages.clone());
        self.desk.interrupt(outages);
        self.next_funding = self.funding.map(|funding| funding.next(now));
    }

    /// Lets happen what is due up to `now`: funding, then what the same moment brings.
    fn arrive(&mut self, now: Nanos) {
        while let Some(at) = self.next_funding.filter(|at| *at <= now) {
            self.answer(Nanos(at.0 - 1));
            self.pay_funding(at);
            self.call_margins(at);
        }
        self.answer(now);
    }

    /// Has every position pay at the middle of the best prices, or at the last trade while the book
    /// cannot be believed. Without any price nothing is paid.
    fn pay_funding(&mut self, at: Nanos) {
        self.next_funding = self.funding.map(|funding| funding.next(at));
        let Some(funding) = self.funding else { return };
        for (id, listing) in (0..).map(InstrumentId).zip(&self.listings) {
            if let Some(best) = listing.as_ref().and_then(Listing::prices) {
                self.desk.accounts.fund(id, &funding, best);
            }
        }
    }

    /// Executes the requests that arrived up to `now` and ends the orders that expired, in order.
    fn answer(&mut self, now: Nanos) {
        loop {
            let expiry = self.next_expiry().filter(|due| *due <= now);
            match self.inbound.front() {
                Some(&(due, request)) if due <= now && expiry.is_none_or(|expiry| due < expiry) => {
                    self.inbound.pop_front();
                    self.execute(due, &request);
                    self.call_margins(due);
                }
                _ => match expiry {
                    Some(at) => self.expire(at),
                    None => return,
                },
            }
        }
    }

    fn next_expiry(&self) -> Option<Nanos> {
        self.open_orders().filter_map(Order::expires).min()
    }
}

#[cfg(test)]
mod tests;

//! The trading floor: one desk and one exchange a session, all on the same market.
//!
//! Our orders do not move the market, so the sessions need not meet; an exchange each keeps their
//! order ids, positions and reports apart. A session that is made later starts with the book as
//! it stands.

use gannet_feeds::MarketSink;
use gannet_fix::session::Config as SessionConfig;
use gannet_fix::{Message, Session};
use gannet_sim::{Exchange, ExchangeConfig};
use gannet_types::{Instrument, Market, Nanos};

use super::market_desk::MarketDesk;
use super::order_desk::{BrokerReport, OrderDesk};
use super::quotes::Quotes;
use crate::config::DialectConfig;
use crate::fix::acceptor::{Desk, Sent};
use crate::fix::store::SessionStore;

/// Desks and exchanges, each pair at its session's place.
pub(super) struct Floor {
    quotes: Quotes,
    /// How sessions speak, one a version at most.
    dialects: Vec<DialectConfig>,
    /// Follows the market and has no orders: what a new session gets.
    market: Exchange,
    booths: Vec<Booth>,
}

pub(super) struct Booth {
    pub(super) exchange: Exchange,
    pub(super) desk: OrderDesk,
    market: MarketDesk,
    /// The counterparty's name.
    pub(super) name: String,
}

impl Floor {
    pub(super) fn new(
        exchange: ExchangeConfig,
        instruments: Vec<Instrument>,
        dialects: Vec<DialectConfig>,
    ) -> Self {
        let market = Exchange::new(exchange, &instruments);
        Self { quotes: Quotes::new(instruments), dialects, market, booths: Vec::new() }
    }

    /// Returns whether a session can keep no more messages.
    pub(super) fn is_store_full(&self) -> bool {
        self.booths.iter().any(|booth| booth.desk.is_store_full())
    }

    /// Returns the accounts of all sessions, each at its place, with the counterparty's name.
    pub(super) fn reports(&self) -> impl Iterator<Item = (&str, BrokerReport)> {
        let report = |booth: &Booth| booth.desk.report_of(&booth.exchange);
        self.booths.iter().map(move |booth| (booth.name.as_str(), report(booth)))
    }

    #[cfg(test)]
    pub(super) fn booth(&self, place: usize) -> &Booth {
        &self.booths[place]
    }

    /// Lets a feed speak to all exchanges at a time.
    pub(super) const fn at(&mut self, now: Nanos) -> Matching<'_> {
        Matching { floor: self, now }
    }
}

impl Desk for Floor {
    fn open(&mut self, _: usize, config: &SessionConfig) {
        let own = self.dialects.iter().find(|dialect| dialect.spec.version == config.version);
        let instruments = self.quotes.instruments().to_vec();
        self.booths.push(Booth {
            exchange: self.market.clone(),
            desk: match own {
                Some(dialect) => OrderDesk::speaking(instruments, dialect),
                None => OrderDesk::new(instruments, config.version),
            },
            market: MarketDesk::new(config.version),
            name: config.target_comp_id.clone(),
        });
    }

    fn on_connected(&mut self, place: usize) {
        self.booths[place].market.on_connected();
    }

    fn on_message(&mut self, now: Nanos, place: usize, message: &Message<'_>, msg_seq_num: u64) {
        let Booth { exchange, desk, market, .. } = &mut self.booths[place];
        if !market.on_message(message, &self.quotes) {
            desk.on_message(now, message, msg_seq_num, exchange);
        }
    }

    fn answer(&mut self, now: Nanos, place: usize, session: &mut Session<SessionStore>) -> Sent {
        let Booth { exchange, desk, market, .. } = &mut self.booths[place];
        match desk.answer(now, exchange, session) {
            Sent::One => Sent::One,
            Sent::Nothing => market.answer(now, &self.quotes, session),
        }
    }

    fn next_time(&self, place: usize) -> Option<Nanos> {
        self.booths[place].exchange.next_time()
    }
}

/// The floor while a feed speaks.
pub(super) struct Matching<'a> {
    floor: &'a mut Floor,
    now: Nanos,
}

impl MarketSink for Matching<'_> {
    fn on_market(&mut self, market: &Market<'_>) {
        self.floor.market.on_market(self.now, market);
        let changed = self.floor.quotes.on_market(market);
        for booth in &mut self.floor.booths {
            booth.exchange.on_market(self.now, market);
            if let Some((index, change)) = &changed {
                booth.market.on_change(*index, change);
            }
        }
    }
}

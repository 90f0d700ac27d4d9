//! What is really so, over all venues: positions, orders that work, and requests on their way. The
//! engine cannot know all of it; whatever it knows otherwise must be on the safe side.

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    AccountId, InstrumentId, Lots, Notional, OrderId, OrderRequest, RequestKind, Side, StrategyId,
};

use crate::link::Link;
use crate::venue::{Standing, Venue, Working};

/// A venue and the line to it.
#[derive(Debug)]
pub struct Site {
    /// The venue.
    pub venue: Venue,
    /// The line.
    pub link: Link,
}

/// What is so.
#[derive(Clone, Copy, Debug)]
pub struct Truth<'a> {
    /// By gateway.
    pub sites: &'a [Site],
    /// As the engine is configured.
    pub config: &'a PipelineConfig,
}

impl Truth<'_> {
    /// Returns the position that an account's fills and takeovers have made.
    #[must_use]
    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        let of = |site: &Site| {
            site.venue.position(account, instrument) - site.venue.external(account, instrument)
        };
        self.sites.iter().map(of).sum()
    }

    /// Returns what of a position no order of ours has made.
    #[must_use]
    pub fn external(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        self.sites.iter().map(|site| site.venue.external(account, instrument)).sum()
    }

    /// Returns what was received in an account for what was sold, less what was paid.
    #[must_use]
    pub fn cash(&self, account: AccountId, instrument: InstrumentId) -> Notional {
        self.sites.iter().map(|site| site.venue.cash(account, instrument)).sum()
    }

    /// Returns what a strategy's fills have made.
    #[must_use]
    pub fn share(&self, strategy: StrategyId, instrument: InstrumentId) -> Lots {
        self.sites.iter().map(|site| site.venue.share(strategy, instrument)).sum()
    }

    /// Returns what of an order has traded.
    #[must_use]
    pub fn filled(&self, order: OrderId) -> Lots {
        self.sites.iter().map(|site| site.venue.filled(order)).sum()
    }

    /// Returns whether a venue has misled the engine about an account.
    #[must_use]
    pub fn has_misled(&self, account: AccountId) -> bool {
        self.sites.iter().any(|site| site.venue.has_misled(account))
    }

    /// Returns whether a position of an account was ever taken over.
    #[must_use]
    pub fn has_taken_over(&self, account: AccountId) -> bool {
        self.sites.iter().any(|site| site.venue.takeovers.contains(&account))
    }

    /// Returns what works at the venues, in order of its id.
    #[must_use]
    pub fn working(&self) -> Vec<Working> {
        let mut working: Vec<Working> = self.at_venues().map(|order| order.working).collect();
        working.sort_unstable();
        working
    }

    /// Returns the orders that work at the venues.
    pub fn at_venues(&self) -> impl Iterator<Item = Standing> {
        self.sites.iter().flat_map(|site| site.venue.standing())
    }

    /// Returns all that may still trade: what works, as large as it becomes by what is on its way, and
    /// what is on its way itself.
    #[must_use]
    pub fn standing(&self) -> Vec<Standing> {
        let mut standing: Vec<Standing> = self.at_venues().collect();
        for request in self.sites.iter().flat_map(|site| site.link.requests()) {
            self.arrive(&mut standing, request);
        }
        standing
    }

    /// Lets a request arrive: an order becomes as large as it may.
    fn arrive(&self, standing: &mut Vec<Standing>, request: &OrderRequest) {
        let id = request.client_order_id.order();
        let known = standing.iter_mut().find(|order| order.working.id == id);
        match (request.kind, known) {
            (RequestKind::New | RequestKind::Replace, Some(order)) => {
                let leaves = request.lots - order.working.cum_lots;
                order.leaves = order.leaves.max(leaves);
            }
            (RequestKind::New, None) if self.owner(id).is_none() => standing.push(new(request)),
            _ => {}
        }
    }

    fn owner(&self, order: OrderId) -> Option<AccountId> {
        self.sites.iter().find_map(|site| site.venue.owner(order))
    }

    /// Returns how large an account's position can become on a side if `standing` trades: of a hedged
    /// account the side's own strategies count.
    #[must_use]
    pub fn worst(
        &self,
        (account, instrument): (AccountId, InstrumentId),
        side: Side,
        standing: &[Standing],
    ) -> Lots {
        let leaves = |is_meant: &dyn Fn(&Standing) -> bool| -> Lots {
            let of = |it: &&Standing| {
                (it.account, it.working.instrument, it.side) == (account, instrument, side)
            };
            standing.iter().filter(of).filter(|it| is_meant(it)).map(|it| it.leaves).sum()
        };
        if !self.config.accounts[usize::from(account.0)].is_hedged {
            return side.signed(self.position(account, instrument)) + leaves(&|_| true);
        }
        let strategies = (0..).map(StrategyId).zip(&self.config.strategies);
        let own = strategies.filter(|(_, it)| it.account == account);
        own.map(|(id, _)| {
            let held = side.signed(self.share(id, instrument));
            (held + leaves(&|it| it.strategy == id)).max(Lots::ZERO)
        })
        .sum()
    }
}

/// A new order as it stands once it has arrived.
#[must_use]
pub fn new(request: &OrderRequest) -> Standing {
    Standing {
        working: Working {
            id: request.client_order_id.order(),
            instrument: request.instrument,
            lots: request.lots,
            cum_lots: Lots::ZERO,
            price: request.price,
        },
        strategy: request.strategy,
        account: request.account,
        gateway: request.gateway,
        side: request.side,
        leaves: request.lots,
    }
}

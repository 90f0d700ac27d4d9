//! Where the kept sums of exposure learn what has changed: prices, positions, working orders.
//!
//! What changes is noted, and counted while nothing else is to do, by `catch_up`. An order that comes
//! before that counts what is due, unless only its own entry is: no check asks for that one.
//!
//! While no limit asks for sums, none are kept.
//!
//! Hot: a market that nobody holds costs one load, one that is held a flag for each holder.

use gannet_types::{AccountId, Bar, InstrumentId, Lots, Side};

use crate::Pipeline;
use crate::risk::{Holding, Price, Standing, Worth};
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Notes that an instrument has another price, for those who hold it.
    #[inline]
    pub(crate) fn reprice(&mut self, instrument: InstrumentId) {
        for account in self.risk.exposures.holders(instrument) {
            self.orders.changed.mark(account, instrument);
        }
    }

    /// Takes the newest close, or rate, of an instrument to those who hold it.
    pub(crate) fn reweigh(&mut self, instrument: InstrumentId) {
        for account in self.risk.exposures.holders(instrument) {
            self.weigh(account, instrument);
            self.recount(account, instrument);
        }
    }

    /// Begins to keep the sums if a limit of an account asks for them now and none did before.
    pub(crate) fn watch_exposures(&mut self, account: AccountId) {
        let asks = self.risk.account(account).limits().asks_for_exposures();
        if !asks || !self.orders.changed.watch() {
            return;
        }
        for account in 0..self.config.accounts.len() {
            for instrument in 0..self.config.instruments.len() {
                let place = (AccountId(account as u16), InstrumentId(instrument as u16));
                if !self.holding(place.0, place.1).is_empty() {
                    self.orders.changed.mark(place.0, place.1);
                }
            }
        }
    }

    /// Does what can wait: for a thread that has nothing to do. Whether and when it is called changes
    /// nothing that is decided, for what is due is done before it is asked for.
    pub fn catch_up(&mut self) {
        while let Some((account, instrument)) = self.orders.changed.take() {
            self.weigh(account, instrument);
            self.recount(account, instrument);
        }
    }

    /// Counts what has changed, unless it is only the entry of an account in an instrument: what an
    /// order there asks for leaves it out.
    #[inline]
    pub(crate) fn catch_up_for(&mut self, account: AccountId, instrument: InstrumentId) {
        if !self.orders.changed.has_none_but((account, instrument)) {
            self.catch_up();
        }
    }

    /// Takes a bar: what is held may lose more or less than before.
    pub(crate) fn measure(&mut self, bar: &Bar) {
        let valuation = self.desks[usize::from(bar.instrument.0)].scale.valuation();
        if self.risk.var.as_mut().is_some_and(|measures| measures.on_bar(bar, valuation)) {
            self.reweigh(bar.instrument);
        }
    }

    /// Returns what an account has besides what an order is about: its other instruments, and the
    /// other side of this one if sides are kept apart.
    #[inline]
    pub(crate) fn standing(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        is_long: bool,
    ) -> Standing {
        if !self.risk.account(account).is_limited() {
            return Standing { account, ..Standing::default() };
        }
        let mut standing = self.risk.standing(account, instrument);
        if self.config.account(account).is_hedged {
            let other = self.holding(account, instrument).side(!is_long);
            standing.elsewhere.add(&Worth::of(&other, &self.price(instrument)));
        }
        standing
    }

    /// Counts a position in the variance of its account, valued at the last close.
    fn weigh(&mut self, account: AccountId, instrument: InstrumentId) {
        let scale = self.desks[usize::from(instrument.0)].scale;
        if let Some(measures) = &mut self.risk.var {
            let held = self.holdings.held(account, instrument);
            measures.hold(account, instrument, held.position.lots, scale);
        }
    }

    fn recount(&mut self, account: AccountId, instrument: InstrumentId) {
        let (holding, price) = (self.holding(account, instrument), self.price(instrument));
        self.risk.exposures.set(account, instrument, &holding, &price);
    }

    /// What an account has in an instrument.
    pub(crate) fn holding(&self, account: AccountId, instrument: InstrumentId) -> Holding {
        let held = self.holdings.held(account, instrument);
        let working = self.orders.working(account, instrument);
        let [buys, sells] = [Side::Buy, Side::Sell].map(|side| working.opening(side));
        if self.config.account(account).is_hedged {
            let [closing_buys, closing_sells] =
                [Side::Buy, Side::Sell].map(|side| working.closing(side));
            let (long, short) = (held.long, held.short);
            return Holding {
                long,
                short,
                buys,
                sells,
                closing_buys,
                closing_sells,
                is_hedged: true,
            };
        }
        let lots = held.position.lots;
        let (long, short) = (lots.max(Lots::ZERO), Lots(lots.0.min(0).saturating_neg()));
        Holding { long, short, buys, sells, ..Holding::default() }
    }

    /// What an instrument is valued by.
    pub(crate) fn price(&self, instrument: InstrumentId) -> Price {
        let desk = &self.desks[usize::from(instrument.0)];
        let measures = self.risk.var.as_ref();
        Price {
            twice_mid: desk.market.twice_mid().and_then(|twice| i64::try_from(twice).ok()),
            scale: desk.scale,
            tails: measures.and_then(|measures| measures.tails(instrument)),
            deviation: measures.and_then(|measures| measures.deviation(instrument)),
        }
    }
}

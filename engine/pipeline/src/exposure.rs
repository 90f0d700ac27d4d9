//! Where the kept sums of exposure learn what has changed: prices at once, as there may be many
//! between two orders; positions and working orders before the next order is checked.
//!
//! Hot: a market that nobody holds costs one load.

use gannet_types::{AccountId, Bar, InstrumentId, Lots, Side};

use crate::Pipeline;
use crate::risk::{Holding, Price, Standing, Worth};
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Takes the newest price of an instrument to those who hold it.
    #[inline]
    pub(crate) fn reprice(&mut self, instrument: InstrumentId) {
        for account in self.risk.exposures.holders(instrument) {
            self.recount(account, instrument);
        }
    }

    /// Takes the newest close, or rate, of an instrument to those who hold it.
    pub(crate) fn reweigh(&mut self, instrument: InstrumentId) {
        for account in self.risk.exposures.holders(instrument) {
            self.weigh(account, instrument);
            self.recount(account, instrument);
        }
    }

    /// Takes what has changed in positions and working orders.
    pub(crate) fn settle_exposures(&mut self) {
        while let Some((account, instrument)) = self.orders.changed.take() {
            self.weigh(account, instrument);
            self.recount(account, instrument);
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
    pub(crate) fn standing(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        is_long: bool,
    ) -> Standing {
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
            twice_mid: desk.market.twice_mid(),
            scale: desk.scale,
            tails: measures.and_then(|measures| measures.tails(instrument)),
            deviation: measures.and_then(|measures| measures.deviation(instrument)),
        }
    }
}

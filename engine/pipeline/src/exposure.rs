//! Where the kept sums of exposure learn what has changed: prices at once, as there may be many
//! between two orders; positions and working orders before the next order is checked.
//!
//! Hot: a market that nobody holds costs one load.

use gannet_types::{AccountId, Bar, InstrumentId, Lots, Side};

use crate::Pipeline;
use crate::risk::{Holding, Price};
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Takes the newest price of an instrument to those who hold it.
    pub(crate) fn reprice(&mut self, instrument: InstrumentId) {
        for account in self.risk.exposures.holders(instrument) {
            self.recount(account, instrument);
        }
    }

    /// Takes what has changed in positions and working orders.
    pub(crate) fn settle_exposures(&mut self) {
        while let Some(instrument) = self.orders.working.take_changed() {
            self.recount(self.config.account, instrument);
        }
    }

    fn recount(&mut self, account: AccountId, instrument: InstrumentId) {
        let desk = &self.desks[usize::from(instrument.0)];
        let working = |side| self.orders.working.lots(instrument, side, Lots::ZERO);
        let holding = Holding {
            lots: desk.position.lots,
            buys: working(Side::Buy),
            sells: working(Side::Sell),
        };
        let measures = self.risk.var.as_ref();
        let price = Price {
            twice_mid: desk.market.twice_mid(),
            scale: desk.scale,
            tails: measures.and_then(|measures| measures.tails(instrument)),
            deviation: measures.and_then(|measures| measures.deviation(instrument)),
        };
        if let Some(measures) = &mut self.risk.var {
            measures.hold(account, instrument, &holding, &price);
        }
        self.risk.exposures.set(account, instrument, &holding, &price);
    }

    /// Takes a bar: what is held may lose more or less than before.
    pub(crate) fn measure(&mut self, bar: &Bar) {
        if self.risk.var.as_mut().is_some_and(|measures| measures.on_bar(bar)) {
            self.reprice(bar.instrument);
        }
    }
}

//! What goes wrong besides what lines and venues do by themselves.

use gannet_types::{
    AccountId, DropCopy, ExecKind, ExecutionReport, GatewayId, Lots, Nanos, RejectReason, Side,
    Text,
};

use super::{World, any_instrument};
use crate::conditions::ORDER_TIMEOUT;
use crate::fault::Fault;
use crate::report;

impl World<'_> {
    /// Lets go wrong what may.
    pub(super) fn misfortune(&mut self) -> Result<(), String> {
        for index in 0..=self.sites.len() {
            if self.dice.strikes(Fault::Disconnect) {
                let blind = self.dice.below(Fault::Disconnect, ORDER_TIMEOUT.0 * 2);
                let away = self.dice.below(Fault::Disconnect, ORDER_TIMEOUT.0 * 2);
                self.cut(index, Nanos(blind), Nanos(blind + away));
            }
        }
        if self.dice.strikes(Fault::FeedLoss) {
            let away = self.dice.below(Fault::FeedLoss, ORDER_TIMEOUT.0 * 2);
            self.feed.lose(self.now, self.now.after(Nanos(away)));
        }
        if self.dice.strikes(Fault::FeedStall) {
            let silence = self.dice.below(Fault::FeedStall, ORDER_TIMEOUT.0 * 4);
            self.feed.fall_silent(self.now.after(Nanos(silence)));
        }
        if self.dice.strikes(Fault::ClockStep) {
            self.step_clock();
        }
        self.restart_venue()?;
        self.books_of_others();
        Ok(())
    }

    fn step_clock(&mut self) {
        let span = [Nanos::MILLISECOND, Nanos::SECOND, Nanos(600 * Nanos::SECOND.0)]
            [self.dice.below(Fault::ClockStep, 3) as usize];
        let by = self.dice.below(Fault::ClockStep, 2 * span.0) as i64 - span.0 as i64;
        // Before the world began there is no time.
        let before = self.ahead;
        self.ahead = (self.ahead + by).max(-(999 * Nanos::SECOND.0 as i64));
        self.auditor.note_step(self.now, self.ahead - before);
        self.trace.note(|| format!("{} the clock steps by {by}", self.now));
    }

    fn restart_venue(&mut self) -> Result<(), String> {
        let Some(template) = self.last_request.filter(|_| self.dice.strikes(Fault::VenueRestart))
        else {
            return Ok(());
        };
        let index = self.dice.below(Fault::VenueRestart, self.sites.len() as u64) as usize;
        self.trace.note(|| format!("{} venue {index} restarts", self.now));
        self.cut(index, Nanos::ZERO, Nanos(ORDER_TIMEOUT.0 * 2));
        let site = &mut self.sites[index];
        site.venue.restart(self.now, &template, &site.link.under_way());
        self.listen(index)
    }

    /// Changes positions by what no order of ours did, or what is told of them.
    fn books_of_others(&mut self) {
        if self.dice.strikes(Fault::BackOffice) {
            let (index, account) = self.any_book(Fault::BackOffice);
            let lots = self.any_lots(Fault::BackOffice);
            let instrument = any_instrument(&mut self.random);
            self.trace.note(|| format!("{} {lots} are booked for {account:?}", self.now));
            self.sites[index].venue.change_position(account, instrument, lots);
        }
        if self.dice.strikes(Fault::Lie) {
            let index = self.dice.below(Fault::Lie, self.sites.len() as u64) as usize;
            let lots = self.any_lots(Fault::Lie);
            self.trace.note(|| format!("{} venue {index} lies by {lots}", self.now));
            self.sites[index].venue.lie_by(lots);
        }
        if self.config.drop_copy.is_some() && self.dice.strikes(Fault::Stranger) {
            self.trade_by_stranger();
        }
    }

    fn trade_by_stranger(&mut self) {
        let (index, account) = self.any_book(Fault::Stranger);
        let lots = self.any_lots(Fault::Stranger);
        let instrument = any_instrument(&mut self.random);
        let (Some(template), true) = (self.last_request, lots != Lots::ZERO) else { return };
        self.strangers += 1;
        self.sites[index].venue.change_position(account, instrument, lots);
        let about = report::about(&template, ExecKind::Trade, RejectReason::None);
        let exec_id = format!("S{}", self.strangers);
        let report = ExecutionReport {
            instrument,
            client_order_id: gannet_types::ClientOrderId::default(),
            side: if lots > Lots::ZERO { Side::Buy } else { Side::Sell },
            last_lots: lots.abs(),
            last_price: gannet_types::Ticks(900),
            cum_lots: lots.abs(),
            exec_id: Text::new(exec_id.as_bytes()),
            ..about
        };
        self.trace.note(|| format!("{} a stranger trades {lots} for {account:?}", self.now));
        self.tell_copy(DropCopy { account, report });
    }

    /// Draws an account, and a venue where it trades.
    fn any_book(&mut self, fault: Fault) -> (usize, AccountId) {
        let account = self.dice.below(fault, self.config.accounts.len() as u64) as usize;
        let GatewayId(gateway) = self.config.accounts[account].gateways.first();
        (usize::from(gateway), AccountId(account as u16))
    }

    fn any_lots(&mut self, fault: Fault) -> Lots {
        Lots(self.dice.below(fault, 7) as i64 - 3)
    }
}

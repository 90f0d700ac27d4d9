//! An account that is asked about: where, when, how far, and what waits for the answer.
//!
//! Of several gateways either each tells the whole account, and any that is ready is asked, or each
//! tells its own part: all are asked, one after the other, and what they tell is added up. New
//! positions wait from the start, and from each reconnect on, until an answer has been compared and
//! nothing in it is doubtful.

use gannet_types::{AccountId, GatewayId, Nanos};

use crate::config::{AccountConfig, PipelineConfig, PositionsTold};
use crate::route::{GatewayList, GatewaySet};
use crate::timers::apart;

/// An account and the gateways that tell of it.
pub(crate) struct Seat {
    pub(crate) account: AccountId,
    gateways: GatewayList,
    /// Each gateway tells its own part.
    is_parted: bool,
    /// The brokers that have said that they do not tell.
    refused: GatewaySet,
    pub(super) when: When,
    /// When the last question was asked, or its answer came.
    pub(super) since: Nanos,
    /// That it was not told was said already.
    is_missed: bool,
    /// Since when it should be asked about and only some of its gateways are ready.
    torn_since: Option<Nanos>,
    /// How many parts of an answer have come.
    parts: usize,
    /// Whether those were whole.
    is_whole: bool,
    /// Whether something in the answer may be explained by what is on its way.
    is_doubtful: bool,
    /// Whether new positions ever wait.
    may_wait: bool,
    wait: Wait,
}

/// When to ask next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// As soon as orders are reconciled.
    AtOnce,
    /// An order timeout later: something differs, or is waited for.
    Soon,
    /// After the interval.
    Later,
}

/// Whether new positions wait for a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    Over,
    /// Its time begins with the next look.
    Begun,
    Since(Nanos),
    /// It has lasted too long, and somebody was told.
    Overdue,
}

impl Seat {
    /// Returns the seat of an account, if its brokers tell positions and somebody trades for it.
    pub(super) fn of(
        config: &PipelineConfig,
        account: AccountId,
        configured: &AccountConfig,
    ) -> Option<Self> {
        let tells = |gateway: &GatewayId| {
            config.capabilities(*gateway).is_some_and(|broker| broker.positions)
        };
        let all = configured.gateways.as_slice();
        let is_alone = all.len() == 1;
        let gateways = match configured.positions {
            PositionsTold::Nowhere if !is_alone => None,
            PositionsTold::InParts if !all.iter().all(tells) => None,
            PositionsTold::Nowhere | PositionsTold::InParts | PositionsTold::Everywhere => {
                let telling: Vec<GatewayId> = all.iter().copied().filter(tells).collect();
                GatewayList::new(&telling)
            }
        }?;
        let trades = config.has_strategy(account) || config.listings.trades_for(account);
        let may_wait = config.position_check.makes_wait();
        trades.then_some(Self {
            account,
            gateways,
            is_parted: configured.positions == PositionsTold::InParts && !is_alone,
            refused: GatewaySet::NONE,
            when: When::AtOnce,
            since: Nanos::ZERO,
            is_missed: false,
            torn_since: None,
            parts: 0,
            is_whole: true,
            is_doubtful: false,
            may_wait,
            wait: if may_wait { Wait::Begun } else { Wait::Over },
        })
    }

    /// Returns whether new positions wait for a comparison.
    pub(super) fn waits(&self) -> bool {
        self.wait != Wait::Over
    }

    /// Returns whether a part of an answer has come, and others have not.
    pub(super) fn is_under_way(&self) -> bool {
        self.parts > 0
    }

    /// The engine starts again: brokers may have learned to tell.
    pub(super) fn restart(&mut self) {
        (self.when, self.refused, self.is_missed) = (When::AtOnce, GatewaySet::NONE, false);
        self.parts = 0;
        self.begin_wait();
    }

    /// A gateway came or went.
    pub(super) fn on_gateway(&mut self, gateway: GatewayId, is_up: bool) {
        if self.gateways.as_slice().contains(&gateway) {
            (self.when, self.parts) = (When::AtOnce, 0);
            if is_up {
                self.begin_wait();
            }
        }
    }

    fn begin_wait(&mut self) {
        if self.may_wait {
            self.wait = Wait::Begun;
        }
    }

    /// Returns whether it is time to ask.
    pub(super) fn is_due(&self, now: Nanos, patience: Nanos, interval: Nanos) -> bool {
        let wait = match self.when {
            When::AtOnce => Nanos::ZERO,
            When::Soon => patience,
            When::Later => interval,
        };
        !self.is_refused() && apart(now, self.since) >= wait
    }

    /// Returns the gateway that is asked next, if it is ready; the first part is not asked for before
    /// all are.
    pub(super) fn next_gateway(&self, is_ready: impl Fn(GatewayId) -> bool) -> Option<GatewayId> {
        let all = self.gateways.as_slice();
        if !self.is_parted {
            let mut willing = all.iter().filter(|it| !self.refused.contains(**it));
            return willing.find(|it| is_ready(**it)).copied();
        }
        let begins = self.parts == 0 && all.iter().all(|it| is_ready(*it));
        let next = all.get(self.parts).copied();
        next.filter(|it| begins || self.parts > 0 && is_ready(*it))
    }

    /// Looks whether it `is_due` and some of its parts can be asked for, and others not for longer
    /// than the patience. Returns whether a person shall know.
    pub(super) fn tear(
        &mut self,
        now: Nanos,
        is_due: bool,
        patience: Nanos,
        is_ready: impl Fn(GatewayId) -> bool,
    ) -> bool {
        let all = self.gateways.as_slice().iter();
        let ready = || all.clone().filter(|it| is_ready(**it)).count();
        let is_torn = self.is_parted && is_due && (1..all.len()).contains(&ready());
        let since = self.torn_since.filter(|_| is_torn).unwrap_or(now);
        self.torn_since = is_torn.then_some(since);
        is_torn && apart(now, since) >= patience && self.say_missed()
    }

    /// A broker does not tell; returns whether there is nobody else to ask.
    pub(super) fn refuse(&mut self, gateway: GatewayId) -> bool {
        self.refused = self.refused.with(GatewaySet::of(gateway));
        (self.parts, self.when) = (0, When::AtOnce);
        self.is_refused()
    }

    fn is_refused(&self) -> bool {
        let mut all = self.gateways.as_slice().iter();
        let is_refused = |gateway: &GatewayId| self.refused.contains(*gateway);
        if self.is_parted { all.any(is_refused) } else { all.all(is_refused) }
    }

    /// An answer did not come; returns whether that is news.
    pub(super) fn miss(&mut self, now: Nanos) -> bool {
        self.since = now;
        self.when = if self.waits() { When::Soon } else { When::Later };
        self.parts = 0;
        self.say_missed()
    }

    /// Returns whether that something was not told was not said before.
    pub(super) fn say_missed(&mut self) -> bool {
        !std::mem::replace(&mut self.is_missed, true)
    }

    /// A question never left: it is asked again soon, from the first part on.
    pub(super) fn ask_again(&mut self) {
        (self.when, self.parts) = (When::Soon, 0);
    }

    /// An answer has come; returns, if no other part is missing, whether all of it is whole.
    pub(super) fn end_part(&mut self, now: Nanos, is_whole: bool) -> Option<bool> {
        self.is_whole = is_whole && (self.is_whole || self.parts == 0);
        self.parts += 1;
        self.since = now;
        if self.is_parted && self.parts < self.gateways.as_slice().len() {
            self.when = When::AtOnce;
            return None;
        }
        (self.parts, self.when) = (0, When::Later);
        (self.is_missed, self.is_doubtful) = (false, false);
        Some(self.is_whole)
    }

    /// Something in the answer may be explained by what is on its way.
    pub(super) fn doubt(&mut self) {
        self.is_doubtful = true;
    }

    /// An answer has been compared: what waited for it goes on, unless there is doubt.
    pub(super) fn end_comparison(&mut self) {
        if !self.is_doubtful {
            self.wait = Wait::Over;
        } else if self.waits() {
            self.when = When::Soon;
        }
    }

    /// Lets time pass while new positions wait; after too much of it they go on if `trades`. Returns
    /// whether a person shall know.
    pub(super) fn pass_wait(&mut self, now: Nanos, patience: Nanos, trades: bool) -> bool {
        let since = match self.wait {
            Wait::Over | Wait::Overdue => return false,
            Wait::Begun => now,
            Wait::Since(since) => since,
        };
        if apart(now, since) < patience {
            self.wait = Wait::Since(since);
            return false;
        }
        self.wait = if trades { Wait::Over } else { Wait::Overdue };
        self.say_missed()
    }
}

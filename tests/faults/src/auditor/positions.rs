//! What positions become: the fills' own, until the venue tells something else twice and that is to be
//! booked. Nothing is overwritten silently.

use std::collections::{BTreeMap, BTreeSet};

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    AccountId, Adjustment, ClientOrderId, InstrumentId, Lots, Nanos, Notional, OrderRequest,
    PositionReport, PositionTold, VenuePosition,
};

use crate::conditions;
use crate::truth::Truth;

/// How often the same must be told before it is believed.
const TOLD_MIN: u32 = 2;

/// How often what was told before nobody knows.
const UNKNOWN: u32 = 1_000;

/// With one of so many first sums of funding the engine may have begun to count.
const FIRST: usize = 3;

type Holder = (AccountId, InstrumentId);

/// What of the end can be known.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Positions that differences are booked in have come to rest.
    pub adjusted_too: bool,
    /// No report was lost for good, so that every trade has its own price.
    pub every_trade_is_told: bool,
}

/// How far a venue's word was from ours last, and how many answers in a row said so.
#[derive(Clone, Copy, Debug)]
struct Told {
    difference: Lots,
    times: u32,
}

/// The answer that is being told.
#[derive(Debug)]
struct Answer {
    account: AccountId,
    request: ClientOrderId,
    asked: Nanos,
    named: BTreeMap<InstrumentId, (Lots, Notional)>,
    expected: Option<u32>,
    heard: u32,
}

/// What is known of positions.
#[derive(Debug)]
pub(super) struct Positions {
    /// Accounts whose differences are booked.
    adjusted: BTreeSet<AccountId>,
    answer: Option<Answer>,
    /// Empty after a question that may have been given up.
    told: BTreeMap<Holder, Told>,
    /// Whether an answer may have been taken, or not, that is not among those noted here.
    is_unsure: bool,
    /// The first sums of funding that were told, and the last.
    funding: BTreeMap<Holder, (Vec<i128>, i128)>,
    patience: Nanos,
    ours: BTreeMap<Holder, Lots>,
    foreign: BTreeMap<Holder, Lots>,
    adjustments: BTreeMap<Holder, Lots>,
}

impl Positions {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        Self {
            adjusted: accounts_told(config).filter(|_| config.position_check.adjusts).collect(),
            answer: None,
            patience: config.order_timeout,
            told: BTreeMap::new(),
            is_unsure: false,
            funding: BTreeMap::new(),
            ours: BTreeMap::new(),
            foreign: BTreeMap::new(),
            adjustments: BTreeMap::new(),
        }
    }

    /// Returns whether an account's position was changed by the venue's word.
    pub(super) fn are_changed(&self, account: AccountId) -> bool {
        self.adjustments.keys().any(|(of, _)| *of == account)
    }

    /// The clock was changed: whether a question was given up is not known.
    pub(super) fn note_step(&mut self) {
        self.is_unsure |= self.answer.take().is_some();
        self.told.clear();
    }

    pub(super) fn on_question(&mut self, world: Nanos, request: &OrderRequest) {
        self.answer = Some(Answer {
            account: request.account,
            request: request.client_order_id,
            asked: world,
            named: BTreeMap::new(),
            expected: None,
            heard: 0,
        });
    }

    pub(super) fn on_told(&mut self, world: Nanos, position: &VenuePosition) {
        let Some(answer) = self.answer.as_mut().filter(|it| it.request == position.request) else {
            return;
        };
        answer.expected = position.reports.or(answer.expected);
        match position.told {
            PositionTold::NoPositions => answer.expected = Some(0),
            PositionTold::Held { instrument, lots, funding } => {
                answer.heard += 1;
                answer.named.insert(instrument, (lots, funding.unwrap_or_default()));
            }
            PositionTold::Announced | PositionTold::Elsewhere | PositionTold::Refused => {}
        }
        if answer.expected.is_some_and(|expected| answer.heard >= expected)
            && let Some(answer) = self.answer.take()
        {
            self.take_answer(world, &answer);
        }
    }

    fn take_answer(&mut self, world: Nanos, answer: &Answer) {
        // A little before it would be given up nobody knows whether it was.
        if world.since(answer.asked) >= Nanos(self.patience.0 * 9 / 10) {
            self.told.clear();
            self.is_unsure = true;
            return;
        }
        for instrument in conditions::ids() {
            let holder = (answer.account, instrument);
            let (lots, paid) = answer.named.get(&instrument).copied().unwrap_or_default();
            let difference = lots - of(&self.ours, holder) - of(&self.foreign, holder);
            let times = match self.told.get(&holder) {
                None => UNKNOWN,
                Some(told) if told.difference == difference => told.times + 1,
                Some(_) => 1,
            };
            self.told.insert(holder, Told { difference, times });
            let (first, last) = self.funding.entry(holder).or_default();
            if first.len() < FIRST {
                first.push(paid.0);
            }
            *last = paid.0;
        }
    }

    pub(super) fn on_position(&mut self, report: &PositionReport) {
        self.ours.insert((report.account, report.instrument), report.lots);
    }

    pub(super) fn on_foreign(&mut self, report: &PositionReport) {
        self.foreign.insert((report.account, report.instrument), report.lots);
    }

    /// An adjustment leads to what was told, more than once.
    pub(super) fn judge(&mut self, adjustment: &Adjustment) -> Result<(), &'static str> {
        let holder = (adjustment.account, adjustment.instrument);
        if !self.adjusted.contains(&adjustment.account) {
            return Err("nobody wants differences booked");
        }
        if let Some(told) = self.told.get(&holder) {
            if told.times < TOLD_MIN {
                return Err("a difference was believed at once");
            }
            if adjustment.lots != told.difference {
                return Err("the difference is another");
            }
        }
        *self.adjustments.entry(holder).or_default() += adjustment.lots;
        Ok(())
    }

    /// Compares what the engine ends with, as far as it can be known.
    pub(super) fn compare(
        &self,
        truth: Truth<'_>,
        ours: &PositionReport,
        Known { adjusted_too, every_trade_is_told }: Known,
    ) -> Result<(), String> {
        let PositionReport { account, instrument, lots, funding, .. } = *ours;
        let holder = (account, instrument);
        let own = truth.position(account, instrument);
        let expected = if self.adjusted.contains(&account) {
            if !adjusted_too {
                return Ok(());
            }
            own + truth.external(account, instrument) - of(&self.foreign, holder)
        } else {
            own
        };
        if lots != expected {
            return Err(format!("{account:?} holds {lots} of {instrument:?}, not {expected}"));
        }
        let cash = ours.realized - ours.cost;
        if every_trade_is_told
            && !self.are_changed(account)
            && cash != truth.cash(account, instrument)
        {
            let theirs = truth.cash(account, instrument);
            return Err(format!("{account:?} has {cash} of {instrument:?}, not {theirs}"));
        }
        let told = self.funding.get(&holder);
        let is_paid = self.is_unsure
            || told.is_none_or(|(first, last)| first.iter().any(|first| last - first == funding.0));
        if !is_paid {
            return Err(format!("{account:?} has paid {funding} for {instrument:?}: {told:?}"));
        }
        Ok(())
    }
}

fn of(books: &BTreeMap<Holder, Lots>, holder: Holder) -> Lots {
    books.get(&holder).copied().unwrap_or_default()
}

/// The accounts whose broker tells positions: those of one gateway that somebody trades for.
fn accounts_told(config: &PipelineConfig) -> impl Iterator<Item = AccountId> {
    let asks = config.position_check.interval.0 > 0;
    let accounts = (0..).map(AccountId).zip(&config.accounts).filter(move |_| asks);
    accounts.filter_map(|(id, account)| match *account.gateways.as_slice() {
        [gateway] => {
            let tells = config.gateways[usize::from(gateway.0)].capabilities.positions;
            tells.then_some(id)
        }
        _ => None,
    })
}

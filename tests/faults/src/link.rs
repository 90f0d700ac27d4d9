//! The line between engine and a venue, which lies: it breaks, loses, delays, doubles, reorders. The one
//! on which copies of executions come is of the same kind.
//!
//! Requests keep their order, as in a session they do. What was said while the line was broken is
//! said again when it is whole, as a session does; what a fault lost is lost.

use std::collections::{BTreeSet, VecDeque};

use gannet_sim::Random;
use gannet_types::{
    DropCopy, ExecutionReport, Nanos, OrderId, OrderRequest, RejectReason, RequestKind,
    VenuePosition,
};

use crate::conditions::ORDER_TIMEOUT;
use crate::fault::{Dice, Fault};

/// Reports that may be said again long after.
const MEMORY: usize = 200;

/// What the engine hears.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// The venue about an order.
    Report(ExecutionReport),
    /// The answer to a question about all orders is complete.
    Told,
    /// The venue about a position. A session numbers its messages: none comes twice.
    Position(VenuePosition),
    /// What the drop copy tells.
    Copy(DropCopy),
}

/// The line.
#[derive(Debug)]
pub struct Link {
    random: Random,
    /// Whether messages get through; the engine may not know yet.
    pub is_whole: bool,
    /// When the engine notices that it is broken.
    pub noticed_at: Option<Nanos>,
    /// When it is whole again.
    pub whole_at: Option<Nanos>,
    requests: VecDeque<(Nanos, OrderRequest)>,
    words: Vec<(Nanos, u64, Word)>,
    /// What is said again when the line is whole.
    unheard: Vec<(u64, Word)>,
    heard: VecDeque<Word>,
    said: u64,
    last_due: Nanos,
}

impl Link {
    /// Makes a line that is not whole yet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed ^ 0x11ff),
            is_whole: false,
            noticed_at: None,
            whole_at: Some(Nanos::ZERO),
            requests: VecDeque::new(),
            words: Vec::new(),
            unheard: Vec::new(),
            heard: VecDeque::new(),
            said: 0,
            last_due: Nanos::ZERO,
        }
    }

    /// Sends a request on its way.
    pub fn send(&mut self, now: Nanos, request: OrderRequest, dice: &mut Dice) {
        if !self.is_whole || dice.strikes(Fault::LostRequest) {
            return;
        }
        let due = self.requests.back().map_or(now, |(due, _)| *due).max(now);
        let due = due.after(Nanos(50_000 + self.random.below(1_500_000)));
        self.requests.push_back((due, request));
        // The answer to a question about positions is told once: its parts are summed.
        let is_order = request.kind != RequestKind::Positions;
        if is_order && dice.strikes(Fault::RepeatedRequest) {
            self.requests.push_back((due, request));
        }
    }

    /// Returns the next request that reaches the venue.
    pub fn poll_request(&mut self, now: Nanos) -> Option<OrderRequest> {
        self.requests.pop_front_if(|(due, _)| *due <= now).map(|(_, request)| request)
    }

    /// Sends what the venue says on its way; returns whether it is lost for good.
    pub fn say(&mut self, now: Nanos, word: Word, dice: &mut Dice) -> bool {
        self.said += 1;
        if !self.is_whole {
            self.unheard.push((self.said, word));
            return false;
        }
        // Nobody can ask for what is about no order: a session says it again.
        let can_be_asked = match word {
            Word::Report(report) => report.reason != RejectReason::Liquidated,
            Word::Copy(copy) => copy.report.client_order_id.0 != 0,
            Word::Told | Word::Position(_) => true,
        };
        if can_be_asked && dice.strikes(Fault::LostReport) {
            return true;
        }
        let latency = Nanos(50_000 + self.random.below(1_500_000));
        let mut due = now.after(latency).max(self.last_due);
        if dice.strikes(Fault::LateReport) {
            due = due.after(Nanos(dice.below(Fault::LateReport, 4 * ORDER_TIMEOUT.0)));
        } else if dice.strikes(Fault::ReorderedReport) {
            due = due.after(Nanos(dice.below(Fault::ReorderedReport, 8_000_000)));
        } else {
            self.last_due = due;
        }
        self.words.push((due, self.said, word));
        if !matches!(word, Word::Position(_)) && dice.strikes(Fault::DuplicateReport) {
            self.words.push((due, self.said, word));
        }
        false
    }

    /// Returns what the engine hears next. Give it back with [`Self::unhear`] if it died of it.
    pub fn poll_word(&mut self, now: Nanos, dice: &mut Dice) -> Option<Word> {
        if !self.is_whole {
            return None;
        }
        if let Some(index) = self.next_word().filter(|index| self.words[*index].0 <= now) {
            let (_, _, word) = self.words.swap_remove(index);
            if matches!(word, Word::Report(_) | Word::Copy(_)) {
                self.heard.push_back(word);
                if self.heard.len() > MEMORY {
                    self.heard.pop_front();
                }
            }
            return Some(word);
        }
        if !self.heard.is_empty() && dice.strikes(Fault::RepeatedReport) {
            let pick = dice.below(Fault::RepeatedReport, self.heard.len() as u64);
            return Some(self.heard[pick as usize]);
        }
        None
    }

    /// Takes back what the engine did not live to write down: it is said again.
    pub fn unhear(&mut self, word: Word) {
        self.unheard.push((0, word));
    }

    /// Breaks the line: some of the requests under way have passed already, the rest never will.
    pub fn cut(&mut self) {
        self.is_whole = false;
        let passed = self.random.below(self.requests.len() as u64 + 1);
        self.requests.truncate(passed as usize);
        self.unheard.extend(self.words.drain(..).map(|(_, number, word)| (number, word)));
    }

    /// Makes the line whole: what was not heard is said again, in order, at once or after a while.
    pub fn mend(&mut self, now: Nanos, dice: &mut Dice) {
        self.is_whole = true;
        (self.noticed_at, self.whole_at) = (None, None);
        self.last_due = now;
        let mut due = now;
        if dice.strikes(Fault::LateReport) {
            due = due.after(Nanos(dice.below(Fault::LateReport, 4 * ORDER_TIMEOUT.0)));
        }
        self.unheard.sort_by_key(|(number, _)| *number);
        for (number, word) in std::mem::take(&mut self.unheard) {
            // Answers to questions were said to the session before.
            if matches!(word, Word::Report(_) | Word::Copy(_)) {
                due = due.after(Nanos(100_000 + self.random.below(400_000)));
                self.words.push((due, number, word));
            }
        }
    }

    /// Returns the requests that are under way to the venue.
    pub fn requests(&self) -> impl Iterator<Item = &OrderRequest> {
        self.requests.iter().map(|(_, request)| request)
    }

    /// Returns the orders about which something is under way to the engine.
    #[must_use]
    pub fn under_way(&self) -> BTreeSet<OrderId> {
        let words = self.words.iter().map(|(_, _, word)| word);
        let words = words.chain(self.unheard.iter().map(|(_, word)| word));
        words
            .filter_map(|word| match word {
                Word::Report(report) => Some(report.client_order_id.order()),
                Word::Told | Word::Position(_) | Word::Copy(_) => None,
            })
            .collect()
    }

    fn next_word(&self) -> Option<usize> {
        let words = self.words.iter().enumerate();
        words.min_by_key(|(_, (due, number, _))| (*due, *number)).map(|(index, _)| index)
    }
}

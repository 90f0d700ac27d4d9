//! How much is sent in which true time, and how old the market is by then.
//!
//! The engine's clock is set back and ahead; the world's is not. Only a step ahead within a window is
//! excused: nobody could tell it from time that has passed.

use std::collections::{BTreeSet, VecDeque};

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    Command, FeedState, InstrumentId, Level, Market, MarketEvent, Nanos, OrderId, OrderRequest,
    OrderType, RequestKind, Ticks, TopOfBook,
};

/// How far the engine may have counted less than has passed, per step back: the time between two
/// inputs.
const UNSEEN: Nanos = Nanos(10 * Nanos::MILLISECOND.0);

/// What the auditor knows of a market.
#[derive(Clone, Copy, Debug, Default)]
struct Desk {
    is_live: bool,
    /// When the engine last heard of it, in the world's time.
    heard: Nanos,
    top: TopOfBook,
}

/// What was sent when, and what was heard.
#[derive(Debug)]
pub(super) struct Pace {
    config: PipelineConfig,
    desks: Vec<Desk>,
    messages: VecDeque<Nanos>,
    news: VecDeque<(Nanos, OrderRequest)>,
    /// Orders that provably never left.
    unsent: BTreeSet<OrderId>,
    /// When the clock was last set ahead.
    ahead: Option<Nanos>,
    /// How much true time steps back may have hidden.
    hidden: Nanos,
}

impl Pace {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        Self {
            desks: vec![Desk::default(); config.instruments.len()],
            config: config.clone(),
            messages: VecDeque::new(),
            news: VecDeque::new(),
            unsent: BTreeSet::new(),
            ahead: None,
            hidden: Nanos::ZERO,
        }
    }

    pub(super) const fn note_step(&mut self, world: Nanos, by: i64) {
        if by > 0 {
            self.ahead = Some(world);
        } else {
            self.hidden = Nanos(self.hidden.0 + UNSEEN.0);
        }
    }

    pub(super) fn on_command(&mut self, command: Command) {
        if command == Command::Start {
            for desk in &mut self.desks {
                (desk.is_live, desk.top) = (false, TopOfBook::default());
            }
        }
    }

    pub(super) fn on_market(&mut self, world: Nanos, market: &Market<'_>) {
        let desk = &mut self.desks[usize::from(market.instrument.0)];
        desk.heard = world;
        match &market.event {
            MarketEvent::Top(top) if top.update_id >= desk.top.update_id => desk.top = *top,
            MarketEvent::Depth(depth) if depth.update_id >= desk.top.update_id => {
                let best = |levels: &[Level]| levels.first().copied().unwrap_or_default();
                let (bid, ask) = (best(depth.bids), best(depth.asks));
                desk.top = TopOfBook { update_id: depth.update_id, bid, ask };
            }
            MarketEvent::Top(_)
            | MarketEvent::Depth(_)
            | MarketEvent::Trade(_)
            | MarketEvent::Status(_) => {}
            MarketEvent::Feed(FeedState::Live) => desk.is_live = true,
            MarketEvent::Feed(FeedState::Stale(_)) => {
                (desk.is_live, desk.top) = (false, TopOfBook::default());
            }
        }
    }

    /// Notes that an order never left.
    pub(super) fn on_unsent(&mut self, order: OrderId) {
        self.unsent.insert(order);
    }

    /// Notes that a request was sent.
    pub(super) fn on_message(&mut self, world: Nanos) {
        self.messages.push_back(world);
        if self.messages.len() > 1_000 {
            self.messages.pop_front();
        }
    }

    /// Returns twice the middle of a market as the engine sees it, if there is one.
    pub(super) fn twice_mid(&self, instrument: InstrumentId) -> Option<i128> {
        let top = self.desks[usize::from(instrument.0)].top;
        let twice = i128::from(top.bid.price.0) + i128::from(top.ask.price.0);
        (top.bid.price > Ticks::ZERO && top.ask.price > Ticks::ZERO).then_some(twice)
    }

    /// Judges an order by the market that the engine has seen.
    pub(super) fn judge_market(
        &self,
        world: Nanos,
        request: &OrderRequest,
    ) -> Result<(), &'static str> {
        let desk = self.desks[usize::from(request.instrument.0)];
        let age_max = self.config.risk.book_age_max.after(self.hidden);
        if !desk.is_live || world.since(desk.heard) > age_max {
            return Err("the market is not known");
        }
        if request.order_type != OrderType::Limit {
            return Ok(());
        }
        if request.price <= Ticks::ZERO {
            return Err("there is no price");
        }
        let twice_mid = i128::from(desk.top.bid.price.0) + i128::from(desk.top.ask.price.0);
        let distance = (2 * i128::from(request.price.0) - twice_mid).abs() * 1_000_000;
        if distance > twice_mid * i128::from(self.config.risk.price_collar_ppm) {
            return Err("the price is too far from the market");
        }
        Ok(())
    }

    /// Judges rate and repetition: what never left is not repeated.
    pub(super) fn judge(
        &mut self,
        world: Nanos,
        request: &OrderRequest,
    ) -> Result<(), &'static str> {
        let risk = self.config.risk;
        let set_ahead = self.set_ahead(world);
        let within = |time: &&Nanos| world.since(**time) < risk.message_window;
        let messages = self.messages.iter().filter(within).count();
        if messages >= risk.messages_max as usize && set_ahead >= risk.message_window {
            return Err("too many messages");
        }
        if request.kind != RequestKind::New {
            return Ok(());
        }
        self.judge_repetition(world, request, set_ahead)?;
        self.news.push_back((world, *request));
        Ok(())
    }

    /// Judges how often a strategy trades an instrument, of what does not reduce its position.
    pub(super) fn judge_frequency(
        &self,
        world: Nanos,
        request: &OrderRequest,
    ) -> Result<(), &'static str> {
        let setup = &self.config.risk_setup;
        let (may, window) = (setup.trades_per_window_max as usize, setup.trade_window);
        let place = |it: &OrderRequest| (it.strategy, it.instrument);
        let alike = self
            .news
            .iter()
            .filter(|(time, other)| world.since(*time) < window && place(other) == place(request));
        let is_full = may > 0 && alike.count() >= may && self.set_ahead(world) >= window;
        if is_full && request.kind == RequestKind::New { Err("too many trades") } else { Ok(()) }
    }

    /// How long ago the clock was set ahead.
    fn set_ahead(&self, world: Nanos) -> Nanos {
        self.ahead.map_or(Nanos(u64::MAX), |ahead| world.since(ahead))
    }

    fn judge_repetition(
        &mut self,
        world: Nanos,
        request: &OrderRequest,
        set_ahead: Nanos,
    ) -> Result<(), &'static str> {
        let window = self.config.risk.duplicate_window;
        let longest = window.max(self.config.risk_setup.trade_window);
        while self.news.front().is_some_and(|(time, _)| world.since(*time) >= longest) {
            self.news.pop_front();
        }
        let shape = |it: &OrderRequest| (it.strategy, it.instrument, it.side, it.price, it.lots);
        let is_limit = request.order_type == OrderType::Limit;
        let recent = self.news.iter().filter(|(time, _)| world.since(*time) < window);
        let again = recent
            .filter(|(_, other)| other.order_type == OrderType::Limit)
            .filter(|(_, other)| !self.unsent.contains(&other.client_order_id.order()))
            .any(|(_, other)| shape(other) == shape(request));
        if again && is_limit && set_ahead >= window {
            return Err("the same was sent a moment ago");
        }
        Ok(())
    }
}

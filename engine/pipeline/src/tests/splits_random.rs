//! Split orders at random venues behind bad lines: lots are conserved, whatever is refused, missed, lost
//! or told late.

use std::collections::BTreeMap;

use gannet_types::ParentReport;
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::random::Venue;
use super::splits::{Street, three_venues};
use super::*;

struct World {
    street: Street,
    venues: [Venue; 3],
    parents: BTreeMap<OrderId, ParentReport>,
}

/// Smallest lots in a lot of each venue.
const LOTS: [i64; 3] = [1, 1, 10];

impl World {
    fn new() -> Self {
        let street = Street::new(three_venues());
        let mut world = Self { street, venues: Default::default(), parents: BTreeMap::new() };
        for venue in 0..3 {
            world.quote(venue, 1_000);
        }
        world
    }

    /// Sends what was said to the venues.
    fn collect(&mut self) {
        for request in std::mem::take(&mut self.street.requests) {
            let venue = usize::from(request.gateway.0);
            assert_eq!(usize::from(request.account.0), venue, "{request:?}");
            self.venues[venue].requests.push_back(request);
        }
        for parent in std::mem::take(&mut self.street.parents) {
            self.parents.insert(parent.id, parent);
        }
    }

    /// A book around a price, thinner and wider at some venues.
    fn quote(&mut self, venue: u16, bid: i64) {
        let tick = if venue == 1 { 2 } else { 1 };
        let (bid, lots) = (bid * tick, 1 + i64::from(venue));
        let bids = [(bid, lots), (bid - 1, 5)];
        self.street.book(venue, &bids, &[(bid + 1, lots), (bid + 3, 5)]);
        self.collect();
    }

    fn deliver(&mut self, report: ExecutionReport) {
        self.street.input(&Input::Execution(report));
        self.collect();
    }

    fn deliver_next(&mut self, venue: usize) {
        if let Some(report) = self.venues[venue].reports.pop_front() {
            self.venues[venue].delivered.push(report);
            self.deliver(report);
        }
    }

    fn act(&mut self, act: u8, number: u16) {
        let (place, pick) = (number % 3, usize::from(number / 3));
        let venue = usize::from(place);
        match act {
            0..=1 => {
                let side = if pick.is_multiple_of(2) { Side::Buy } else { Side::Sell };
                let lives = [
                    TimeInForce::ImmediateOrCancel,
                    TimeInForce::GoodTillCancel,
                    TimeInForce::PostOnly,
                ];
                let price = 997 + i64::from(number % 7);
                let lots = 1 + i64::from(number / 8 % 50);
                self.street.split(side, price, lots, lives[pick / 2 % 3]);
                self.collect();
            }
            2..=9 => self.quote(place, 997 + i64::from(number / 3 % 6)),
            10..=12 => {
                self.street.wait(u64::from(number % 40));
                self.collect();
            }
            13..=18 => self.venues[venue].answer(number.is_multiple_of(5)),
            19..=21 => self.venues[venue].trade(pick),
            22..=24 => self.venues[venue].expire(),
            25..=34 => self.deliver_next(venue),
            35 => {
                let told = &self.venues[venue].delivered;
                if let Some(&again) = told.get(pick % told.len().max(1)) {
                    self.deliver(again);
                }
            }
            36 if pick.is_multiple_of(3) => {
                self.venues[venue].requests.clear();
                self.street.gateway(place as u8, GatewayState::Down);
                self.collect();
            }
            36..=37 => self.up(venue),
            38 => self.command(Command::CancelGateway(GatewayId(place as u8))),
            39 => {
                if let Some(request) = self.venues[venue].requests.pop_front() {
                    let unsent = report(ExecKind::Unsent, request.client_order_id);
                    self.deliver(ExecutionReport { gateway: request.gateway, ..unsent });
                }
            }
            40 if pick.is_multiple_of(4) => {
                self.command(Command::Halt(Scope::Account(AccountId(place))));
            }
            40..=41 => self.command(Command::Resume(Scope::Account(AccountId(place)))),
            42 if pick.is_multiple_of(3) => {
                let id = self.parents.keys().nth(pick % self.parents.len().max(1)).copied();
                if let Some(id) = id {
                    self.street.wish(signal(SignalAction::Cancel(id), Side::Buy, 0, 0));
                    self.collect();
                }
            }
            _ => {
                let state = if pick.is_multiple_of(5) {
                    FeedState::Stale(StaleReason::Gap)
                } else {
                    FeedState::Live
                };
                self.street.feed(place, state);
                self.collect();
            }
        }
    }

    fn up(&mut self, venue: usize) {
        if !self.street.pipeline.route.is_up(GatewayId(venue as u8)) {
            self.street.gateway(venue as u8, GatewayState::Up);
            self.collect();
        }
    }

    fn command(&mut self, command: Command) {
        self.street.input(&Input::Command(command));
        self.collect();
    }

    /// No parent may ever trade more than its size, with all that is open.
    fn check(&self) {
        for parent in self.parents.values() {
            assert!(parent.cum_lots <= parent.lots, "{parent:?}");
        }
        let sides = [Side::Buy, Side::Sell].map(|side| {
            let open = self.street.pipeline.open_orders().filter(|order| order.side == side);
            let lot = |id: InstrumentId| LOTS[usize::from(id.0)];
            let open: i64 = open.map(|order| order.exposure().0 * lot(order.instrument)).sum();
            let live = self.parents.values().filter(|it| it.side == side && !it.status.is_done());
            let left: i64 = live.map(|parent| (parent.lots - parent.cum_lots).0).sum();
            (open, left)
        });
        for (open, left) in sides {
            assert!(open <= left, "{open} are open of {left}");
        }
    }

    /// Kills, then lets everything be answered.
    fn finish(&mut self) {
        (0..3).for_each(|venue| self.up(venue));
        self.command(Command::Kill);
        for _ in 0..40 {
            for venue in 0..3 {
                while !self.venues[venue].requests.is_empty()
                    || !self.venues[venue].reports.is_empty()
                {
                    self.venues[venue].answer(false);
                    self.deliver_next(venue);
                }
                self.venues[venue].expire();
            }
            self.street.wait(100);
            self.collect();
        }
    }

    fn executed(&self) -> i64 {
        self.venues.iter().zip(LOTS).map(|(venue, lot)| venue.executed * lot).sum()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn lots_are_conserved_over_all_venues(
        acts in prop::collection::vec((0_u8..44, any::<u16>()), 0..400),
    ) {
        let mut world = World::new();
        for (act, number) in acts {
            world.act(act, number);
            world.check();
        }
        world.finish();
        world.check();
        let pipeline = &world.street.pipeline;
        prop_assert!(pipeline.is_drained(), "{:?}", pipeline.open_orders().collect::<Vec<_>>());
        prop_assert!(world.venues.iter().all(|venue| !venue.has_open()));
        let parents = world.parents.values();
        prop_assert!(parents.clone().all(|parent| parent.status.is_done()), "{parents:?}");
        let told: Lots = parents.map(|parent| parent.side.signed(parent.cum_lots)).sum();
        prop_assert_eq!(told, Lots(world.executed()), "what the parents say is what was executed");
        let seen = pipeline.position_seen(StrategyId(0), InstrumentId(0));
        prop_assert_eq!(seen.lots, told, "and what is held");
    }
}

/// The generator above is only worth what it reaches.
#[test]
fn every_venue_trades_and_refuses() {
    let (mut draw, mut ends) = (7_u32, [0_u32; 3]);
    let mut executed = [0_u32; 3];
    for _ in 0..60 {
        let mut world = World::new();
        for _ in 0..300 {
            draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            world.act(((draw >> 8) % 44) as u8, (draw >> 16) as u16);
        }
        world.finish();
        for (count, venue) in executed.iter_mut().zip(&world.venues) {
            *count += u32::from(venue.executed != 0);
        }
        for parent in world.parents.values() {
            let place = match (parent.status, parent.cum_lots) {
                (gannet_types::OrderStatus::Filled, _) => 0,
                (_, Lots::ZERO) => 1,
                _ => 2,
            };
            ends[place] += 1;
        }
    }
    println!("venues that traded: {executed:?}; filled, not at all, in part: {ends:?}");
    assert!(executed.iter().chain(&ends).all(|&count| count > 20), "{executed:?} {ends:?}");
}

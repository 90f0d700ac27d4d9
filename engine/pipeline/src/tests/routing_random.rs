//! Random brokers behind random connections: whatever they answer, an order goes where it may, is sent
//! elsewhere only if it provably never left, and stays where it is otherwise.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use crate::BreakerLimits;

use super::routing::three;
use super::*;

const OPEN: Nanos = Nanos(Nanos::SECOND.0);

const ROUTING: RoutingConfig = RoutingConfig {
    latency_ppb_per_ms: 100,
    refusal_ppb_per_percent: 50,
    measure_age_max: Nanos(3 * Nanos::SECOND.0),
    breaker: BreakerLimits {
        in_a_row: 3,
        in_window: 5,
        window: Nanos(2 * Nanos::SECOND.0),
        open: OPEN,
    },
};

/// Two pipelines that are given the same, and what is known of them from outside.
struct World {
    runner: Runner,
    twin: Runner,
    /// Where each order was sent.
    places: BTreeMap<OrderId, OrderRequest>,
    /// Orders that were placed for one that never left, and which that was.
    forerunners: BTreeMap<OrderId, OrderId>,
    up: [bool; 3],
    opened: [Option<Nanos>; 3],
    failovers: usize,
    breaks: usize,
}

impl World {
    fn new() -> Self {
        let mut config = three(ROUTING);
        config.risk.open_orders_max = 64;
        config.risk.open_orders_per_instrument_max = 64;
        config.limits[0].position_lots_max = Lots(1_000_000);
        let runner = || {
            let mut runner = Runner::new(config.clone());
            for step in ["up", "up 1", "up 2", "book 99 101", "live"] {
                runner.step(step);
            }
            runner
        };
        Self {
            runner: runner(),
            twin: runner(),
            places: BTreeMap::new(),
            forerunners: BTreeMap::new(),
            up: [true; 3],
            opened: [None; 3],
            failovers: 0,
            breaks: 0,
        }
    }

    fn step(&mut self, step: &str) {
        let in_doubt = self.in_doubt();
        self.runner.step(step);
        self.twin.step(step);
        assert_eq!(self.runner.outbox.to_vec(), self.twin.outbox.to_vec(), "after {step}");
        let outputs: Vec<Output> = self.runner.outbox.iter().copied().collect();
        for output in outputs {
            match output {
                Output::Order(request) => self.check_request(step, &request, in_doubt),
                Output::Alarm(Alarm::BreakerOpened(gateway)) => {
                    self.opened[usize::from(gateway.0)] = Some(self.runner.now);
                    self.breaks += 1;
                }
                Output::Alarm(Alarm::BreakerClosed(gateway)) => {
                    let opened = self.opened[usize::from(gateway.0)].take();
                    let since = opened.expect("what closes was open");
                    assert!(self.runner.now.since(since) >= OPEN, "closed by an order on trial");
                }
                _ => {}
            }
        }
    }

    /// The gateways with an order in doubt.
    fn in_doubt(&self) -> [bool; 3] {
        let open = || self.runner.pipeline.open_orders();
        [0, 1, 2].map(|id| open().any(|order| order.gateway == GatewayId(id) && order.in_doubt))
    }

    fn check_request(&mut self, step: &str, request: &OrderRequest, in_doubt: [bool; 3]) {
        let (place, id) = (usize::from(request.gateway.0), request.client_order_id.order());
        if request.kind != RequestKind::New {
            assert_eq!(self.places[&id].gateway, request.gateway, "an order stays where it is");
            return;
        }
        assert!(self.up[place] && !in_doubt[place], "{request:?} after {step}");
        let left_alone = self.opened[place].is_some_and(|at| self.runner.now.since(at) < OPEN);
        assert!(!left_alone, "{request:?} after {step}");
        if let Some(unsent) = step.strip_prefix("unsent ") {
            let (number, reason) = unsent.split_once(' ').expect("a reason");
            let forerunner = order_id(number);
            assert_eq!(reason, "full", "what a crash kept is not sent");
            self.check_same(forerunner, request);
            self.forerunners.insert(id, forerunner);
            self.failovers += 1;
        } else {
            assert!(step.starts_with("buy") || step.starts_with("sell"), "{request:?}: {step}");
        }
        assert!(self.places.insert(id, *request).is_none(), "an id is used once");
    }

    /// What fails over is the same wish, at a gateway where none of its forerunners was.
    fn check_same(&self, forerunner: OrderId, request: &OrderRequest) {
        let wish = |it: &OrderRequest| (it.side, it.price, it.lots, it.order_type, it.strategy);
        assert_eq!(wish(&self.places[&forerunner]), wish(request));
        let mut before = Some(forerunner);
        while let Some(id) = before {
            assert_ne!(self.places[&id].gateway, request.gateway, "each is tried once");
            before = self.forerunners.get(&id).copied();
        }
    }

    fn act(&mut self, act: u8, number: u16) {
        let pick = usize::from(number);
        let open: Vec<_> = self.runner.pipeline.open_orders().map(|order| order.id.0).collect();
        let some = (!open.is_empty()).then(|| open[pick % open.len()]);
        match act {
            0..=9 => {
                let (price, lots) = (90 + number % 9, 1 + number % 7);
                self.step(&format!("buy {price}x{lots}"));
            }
            10..=12 => self.step(&format!("sell 101x{}", 1 + number % 7)),
            13..=15 => self.step(&format!("wait {}", number % 130)),
            16 => self.step(&format!("wait {}", number % 3_000)),
            17 | 18 => {
                let place = pick % 3;
                self.up[place] = !self.up[place];
                let word = if self.up[place] { "up" } else { "down" };
                self.step(&format!("{word} {place}"));
            }
            _ => {
                let Some(id) = some else { return };
                let words = [
                    "new", "new", "rejected", "rejected", "unsent", "unsent", "crash", "would",
                    "canceled", "status", "cancel",
                ];
                let step = match words[usize::from(act) % words.len()] {
                    "unsent" => format!("unsent {id} full"),
                    "crash" => format!("unsent {id} crash"),
                    "would" => format!("rejected {id} would_take"),
                    word => format!("{word} {id}"),
                };
                self.step(&step);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_order_goes_where_it_may_and_nowhere_twice(
        acts in prop::collection::vec((0_u8..48, any::<u16>()), 0..300),
    ) {
        let mut world = World::new();
        for (act, number) in acts {
            world.act(act, number);
        }
        let counted = world.runner.pipeline.counters();
        prop_assert_eq!(counted.failovers, world.failovers as u64);
        prop_assert!(counted.orders >= counted.failovers);
    }
}

#[test]
fn the_random_worlds_do_fail_over_and_break() {
    let mut world = World::new();
    for number in 0..4_000_u32 {
        let mixed = number.wrapping_mul(2_654_435_761) >> 7;
        world.act((mixed % 48) as u8, (mixed >> 6) as u16);
    }
    let World { failovers, breaks, .. } = world;
    assert!(failovers > 10 && breaks > 10, "{failovers} orders failed over, {breaks} breaks");
}

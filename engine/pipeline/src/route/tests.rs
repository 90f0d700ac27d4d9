//! Breaker, measurements and costs by themselves; the breaker against a history of everything.

use gannet_types::{GatewayId, Nanos, OrderId};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};

use super::breaker::{Breaker, BreakerLimits, Turned};
use super::health::{Health, Known};
use super::score::{GatewayFees, RoutingConfig, cost_ppb};
use super::{GatewayList, GatewaySet};

const MILLI: Nanos = Nanos::MILLISECOND;

const LIMITS: BreakerLimits =
    BreakerLimits { in_a_row: 3, in_window: 4, window: Nanos(100), open: Nanos(50) };

/// The definition, slow: every failure is kept, and the state is derived from the lists.
#[derive(Default)]
struct History {
    failures: Vec<u64>,
    in_a_row: usize,
    open_until: Option<u64>,
    trial: Option<(u64, u64)>,
}

impl History {
    fn lets_through(&self, now: u64) -> bool {
        match (self.trial, self.open_until) {
            (Some((_, since)), _) => now - since >= LIMITS.open.0,
            (None, Some(until)) => now >= until,
            (None, None) => true,
        }
    }

    fn on_sent(&mut self, now: u64, order: u64) {
        if self.open_until.is_some() && self.lets_through(now) {
            self.trial = Some((order, now));
        }
    }

    fn on_accepted(&mut self, order: u64) -> Option<Turned> {
        if self.open_until.is_none() {
            self.in_a_row = 0;
            return None;
        }
        (self.trial.map(|trial| trial.0) == Some(order)).then(|| {
            *self = Self::default();
            Turned::Closed
        })
    }

    fn on_failed(&mut self, now: u64, order: u64) -> Option<Turned> {
        let opens = if self.open_until.is_none() {
            self.failures.push(now);
            self.in_a_row += 1;
            let recent = self.failures.iter().filter(|at| now - **at < LIMITS.window.0).count();
            self.in_a_row >= LIMITS.in_a_row as usize || recent >= LIMITS.in_window as usize
        } else {
            self.trial.map(|trial| trial.0) == Some(order)
        };
        opens.then(|| {
            self.open_until = Some(now + LIMITS.open.0);
            self.trial = None;
            Turned::Open
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_breaker_is_what_its_history_says(
        acts in prop::collection::vec((0_u8..8, any::<u8>()), 0..200),
    ) {
        let (mut breaker, mut history) = (Breaker::new(LIMITS), History::default());
        let (mut now, mut next, mut out) = (1_u64, 0_u64, Vec::new());
        for (act, number) in acts {
            let at = Nanos(now);
            prop_assert_eq!(breaker.lets_through(at), history.lets_through(now));
            let index = (!out.is_empty()).then(|| usize::from(number) % out.len());
            match (act, index) {
                (0 | 1, _) => now += u64::from(number % 40),
                (2..=4, _) if history.lets_through(now) => {
                    next += 1;
                    out.push(next);
                    breaker.on_sent(at, OrderId(next));
                    history.on_sent(now, next);
                }
                (5, Some(index)) => {
                    let order: u64 = out.swap_remove(index);
                    let turned = breaker.on_accepted(OrderId(order));
                    prop_assert_eq!(turned, history.on_accepted(order));
                }
                (6 | 7, Some(index)) => {
                    let order: u64 = out.swap_remove(index);
                    let turned = breaker.on_failed(at, OrderId(order));
                    prop_assert_eq!(turned, history.on_failed(now, order));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn an_average_lies_between_what_was_measured(
        samples in prop::collection::vec(0_u64..120_000, 1..100),
    ) {
        let mut health = Health::default();
        for &micros in &samples {
            health.on_outcome(Nanos(1), micros % 3 == 0, Some(Nanos(micros * 1_000)));
        }
        let Known::Measured { latency, refused_ppm } = health.known(Nanos(1), Nanos::ZERO) else {
            panic!("nothing is known");
        };
        let least = samples.iter().min().expect("a sample") * 1_000;
        let most = samples.iter().max().expect("a sample") * 1_000;
        prop_assert_eq!(latency.0.clamp(least, most), latency.0);
        prop_assert_eq!(refused_ppm.clamp(0, 1_000_000), refused_ppm);
    }
}

#[test]
fn a_breaker_without_limits_never_opens() {
    let mut breaker = Breaker::new(BreakerLimits::OFF);
    for order in 0..1_000 {
        assert_eq!(breaker.on_failed(Nanos(order), OrderId(order)), None);
        assert!(breaker.lets_through(Nanos(order)));
    }
}

#[test]
fn averages_follow_in_their_shares() {
    let mut health = Health::default();
    let millis = |count: u64| Some(Nanos(count * MILLI.0));
    assert_eq!(health.known(Nanos(0), MILLI), Known::Nothing);
    health.on_sent(Nanos(0), MILLI, OrderId(1));
    assert_eq!(health.known(Nanos(0), MILLI), Known::Soon);
    health.on_outcome(Nanos(5), false, millis(8));
    let known = |latency, refused_ppm| Known::Measured { latency: Nanos(latency), refused_ppm };
    assert_eq!(health.known(Nanos(5), MILLI), known(8_000_000, 0));
    health.on_outcome(Nanos(5), true, millis(16));
    assert_eq!(health.known(Nanos(5), MILLI), known(9_000_000, 62_500));
    health.on_outcome(Nanos(5), false, None);
    assert_eq!(health.known(Nanos(5), MILLI), known(9_000_000, 58_594));
    assert_eq!(health.known(Nanos(5 + MILLI.0), MILLI), Known::Nothing, "long ago");
    assert_eq!(health.known(Nanos(5 + MILLI.0), Nanos::ZERO), known(9_000_000, 58_594));
    health.on_sent(Nanos(5 + MILLI.0), MILLI, OrderId(2));
    health.on_down();
    assert_eq!(health.known(Nanos(5 + MILLI.0), MILLI), Known::Nothing, "nobody will answer");
}

#[test]
fn costs_add_up_in_billionths() {
    let config = RoutingConfig {
        latency_ppb_per_ms: 100,
        refusal_ppb_per_percent: 500,
        ..RoutingConfig::PLAIN
    };
    let fees = GatewayFees { maker_ppm: -20, taker_ppm: 50 };
    let measured = Known::Measured { latency: Nanos(2_500_000), refused_ppm: 30_000 };
    assert_eq!(cost_ppb(&config, fees, true, Known::Nothing), 50_000);
    assert_eq!(cost_ppb(&config, fees, false, Known::Nothing), -20_000);
    assert_eq!(cost_ppb(&config, fees, true, measured), 50_000 + 250 + 1_500);
    assert_eq!(cost_ppb(&config, fees, false, Known::Soon), i64::MAX);
    let dear = RoutingConfig {
        latency_ppb_per_ms: u32::MAX,
        refusal_ppb_per_percent: u32::MAX,
        ..RoutingConfig::PLAIN
    };
    let worst = Known::Measured { latency: Nanos(60_000_000_000), refused_ppm: 1_000_000 };
    let most = GatewayFees { maker_ppm: i32::MAX, taker_ppm: i32::MAX };
    assert!(cost_ppb(&dear, most, true, worst) < i64::MAX, "known is better than unknown");
}

#[test]
fn lists_and_sets_hold_what_they_were_given() {
    let ids = |numbers: &[u8]| numbers.iter().map(|&id| GatewayId(id)).collect::<Vec<_>>();
    let list = GatewayList::new(&ids(&[2, 0, 5])).expect("three");
    assert_eq!(list.as_slice(), ids(&[2, 0, 5]));
    assert_eq!(
        (list.first(), GatewayList::only(GatewayId(3)).as_slice()),
        (GatewayId(2), &ids(&[3])[..])
    );
    assert_eq!(GatewayList::new(&[]), None);
    assert_eq!(GatewayList::new(&ids(&[1, 1])), None);
    assert_eq!(GatewayList::new(&ids(&[0, 1, 2, 3, 4, 5, 6, 7, 8])), None);
    let set = GatewaySet::of(GatewayId(1)).with(GatewaySet::of(GatewayId(7)));
    let held: Vec<u8> = (0..=255).filter(|&id| set.contains(GatewayId(id))).collect();
    assert_eq!(held, [1, 7]);
    let rest = GatewaySet::ALL.without(GatewayId(4));
    assert!(!rest.contains(GatewayId(4)) && rest.contains(GatewayId(5)));
    assert!(!GatewaySet::NONE.contains(GatewayId(0)));
}

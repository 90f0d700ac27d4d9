//! Groups are what they should be, and a split costs no more than the best of all ways to split.

use gannet_types::{Increment, Text};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, proptest};

use super::split::Parts;
use super::*;

fn instrument(id: u16, tick: &str, lot: &str) -> Instrument {
    let step = |text: &str| Increment::parse(text.as_bytes()).expect("a step");
    Instrument {
        id: InstrumentId(id),
        symbol: Text::new(b"X"),
        tick: step(tick),
        lot: step(lot),
        kind: gannet_types::InstrumentKind::Linear,
    }
}

fn group(steps: &[(&str, &str)]) -> Result<Vec<(i64, i64)>, ListingError> {
    let instruments: Vec<_> = (0..).zip(steps).map(|(id, it)| instrument(id, it.0, it.1)).collect();
    let listed = instruments.iter().map(|it| ListedAt::new(it.id)).collect();
    let listings = Listings::new(&instruments, &[listed])?;
    Ok(listings.venues(0).iter().map(|venue| (venue.tick, venue.lot)).collect())
}

#[test]
fn ticks_and_lots_are_compared_in_whole_numbers() {
    assert_eq!(group(&[("0.10", "0.001"), ("0.25", "0.01")]), Ok(vec![(2, 1), (5, 10)]));
    assert_eq!(group(&[("1000", "1"), ("0.5", "100")]), Ok(vec![(2_000, 1), (1, 100)]));
    assert_eq!(group(&[("0.01", "0.0001"); 3]), Ok(vec![(1, 1); 3]));
    let fine = "0.000000000000000001";
    assert_eq!(group(&[("1", fine), ("1", "99")]), Err(ListingError::Lots));
    assert_eq!(group(&[("100", "1"), (fine, "1")]), Err(ListingError::Ticks));
}

#[test]
fn what_cannot_be_one_thing_is_refused() {
    let lots = |sizes: &[&str]| {
        let steps: Vec<_> = sizes.iter().map(|size| ("0.1", *size)).collect();
        group(&steps).map(|_| ())
    };
    assert_eq!(lots(&["0.001", "0.002", "0.01"]), Ok(()));
    assert_eq!(lots(&["0.002", "0.005"]), Err(ListingError::Lots));
    assert_eq!(lots(&["1", "2", "4", "8"]), Err(ListingError::Lots));
    assert_eq!(lots(&["1"]), Err(ListingError::Venues));
    assert_eq!(lots(&["1"; VENUES_MAX]), Ok(()));
    assert_eq!(lots(&["1"; VENUES_MAX + 1]), Err(ListingError::Venues));
    let instruments = [instrument(0, "1", "1"), instrument(1, "1", "1")];
    let listed = |ids: &[u16]| ids.iter().map(|&id| ListedAt::new(InstrumentId(id))).collect();
    let refused = |groups: &[Vec<ListedAt>]| Listings::new(&instruments, groups).err();
    assert_eq!(refused(&[listed(&[0, 0])]), Some(ListingError::Instrument));
    assert_eq!(refused(&[listed(&[0, 2])]), Some(ListingError::Instrument));
    assert_eq!(refused(&[listed(&[0, 1]), listed(&[1, 0])]), Some(ListingError::Instrument));
    let kind = InstrumentKind::Inverse { contract: gannet_types::Rate::ONE };
    let inverse = [instrument(0, "1", "1"), Instrument { kind, ..instrument(1, "1", "1") }];
    assert_eq!(Listings::new(&inverse, &[listed(&[0, 1])]), Err(ListingError::Inverse));
    assert_eq!(refused(&[listed(&[0, 1])]), None);
}

#[test]
fn a_listing_names_the_account_of_its_instrument() {
    let instruments = [0, 1, 2].map(|id| instrument(id, "1", "1"));
    let own = ListedAt::new(InstrumentId(2));
    let other = ListedAt { account: Some(AccountId(3)), ..ListedAt::new(InstrumentId(0)) };
    let listings = Listings::new(&instruments, &[vec![own, other]]).expect("one thing");
    let accounts = [0, 1, 2, 9].map(|id| listings.account(InstrumentId(id)));
    assert_eq!(accounts, [Some(AccountId(3)), None, None, None]);
    let groups = [0, 1, 2, 9].map(|id| listings.group_of(InstrumentId(id)));
    assert_eq!(groups, [Some(0), None, Some(0), None]);
    assert!(listings.trades_for(AccountId(3)) && !listings.trades_for(AccountId(0)));
    assert!(listings.are_known(4) && !listings.are_known(3));
}

/// What one venue offers: lot, smallest order, steps as (cost of a lot, lots).
type Offered = (i64, i64, Vec<(i128, i64)>);

fn split(offers: &[Offered], units: i64) -> Parts {
    let mut splitter = Splitter::new(true);
    for (venue, (lot, least, steps)) in offers.iter().enumerate() {
        splitter.begin(venue, *lot, *least);
        for &(cost, lots) in steps {
            splitter.add(venue, cost, lots);
        }
    }
    splitter.split(units)
}

/// All ways to split, one by one: the most that can be had, and the least it costs.
fn best_of_all(offers: &[Offered], units: i64) -> (i64, i128) {
    let Some(((lot, least, steps), others)) = offers.split_first() else { return (0, 0) };
    let (mut best, mut lots, mut cost) = (best_of_all(others, units), 0, 0);
    let prices = steps.iter().flat_map(|&(cost, lots)| (0..lots).map(move |_| cost));
    for price in prices {
        (lots, cost) = (lots + 1, cost + price);
        if lots * lot > units {
            break;
        }
        if lots >= *least {
            let (filled, others_cost) = best_of_all(others, units - lots * lot);
            let way = (filled + lots * lot, cost + others_cost);
            if (way.0, best.1) > (best.0, way.1) {
                best = way;
            }
        }
    }
    best
}

/// A lot of 1, 2 or 6; costs of a lot rise, and may be below zero as those of sales are.
fn offer() -> impl Strategy<Value = Offered> {
    let steps = prop::collection::vec((1_i128..12, 1_i64..5), 0..4);
    (prop::sample::select(vec![1_i64, 2, 6]), 0_i64..4, 90_i128..110, steps, any::<bool>())
        .prop_flat_map(|(lot, least, first, steps, sells)| {
            let mut cost = if sells { first - 220 } else { first } * i128::from(lot);
            let rising = steps.into_iter().map(|(more, lots)| {
                cost += more;
                (cost, lots)
            });
            Just((lot, least, rising.collect()))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_way_to_split_is_cheaper(
        offers in prop::collection::vec(offer(), 1..5),
        units in 0_i64..40,
    ) {
        let parts = split(&offers, units);
        prop_assert_eq!((parts.filled, parts.cost), best_of_all(&offers, units));
        let (mut filled, mut cost) = (0, 0);
        for ((lot, least, steps), &lots) in offers.iter().zip(&parts.lots) {
            let there: i64 = steps.iter().map(|step| step.1).sum();
            assert!(lots == 0 || (lots >= *least && lots <= there), "{lots} of {there}");
            let prices = steps.iter().flat_map(|&(cost, lots)| (0..lots).map(move |_| cost));
            cost += prices.take(lots as usize).sum::<i128>();
            filled += lots * lot;
        }
        prop_assert_eq!((parts.filled, parts.cost), (filled, cost), "they are what they are said to be");
    }
}

#[test]
fn a_cheap_small_lot_does_not_keep_a_cheap_large_one_out() {
    // Three cheap single lots leave seventeen: no second ten fits.
    let offers = [(10, 0, vec![(1_000, 2)]), (1, 0, vec![(99, 3), (105, 20)])];
    let parts = split(&offers, 20);
    assert_eq!((parts.lots[0], parts.lots[1], parts.cost), (2, 0, 2_000));
}

#[test]
fn the_largest_books_fit_into_what_was_reserved() {
    let mut splitter = Splitter::new(true);
    for round in 0..3 {
        splitter.clear();
        for venue in 0..VENUES_MAX {
            let lot = [1, 7, 49][(venue + round) % 3];
            splitter.begin(venue, lot, 0);
            for step in 0..2 * LEVELS_MAX as i128 {
                splitter.add(venue, (1_000 + 3 * step + venue as i128) * i128::from(lot), 11);
            }
        }
        let reserved = splitter.reserved();
        let parts = splitter.split(40_000 + round as i64);
        assert!(parts.filled > 10_000, "{parts:?}");
        assert_eq!(splitter.reserved(), reserved, "nothing is allocated");
    }
}

//! The book against a sorted map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn level(price: i64, lots: i64) -> Level {
    Level { price: Ticks(price), lots: Lots(lots) }
}

fn prices(book: &Book, side: Side) -> Vec<(i64, i64)> {
    book.levels(side).map(|level| (level.price.0, level.lots.0)).collect()
}

#[test]
fn levels_come_best_first() {
    let mut book = Book::new();
    for price in [618_000, 617_999, 617_900, 1, 0, 700_000] {
        book.apply(Side::Buy, level(price, price + 1));
        book.apply(Side::Sell, level(price + 100_000, 7));
    }
    assert_eq!(book.best_bid(), Some(level(700_000, 700_001)));
    assert_eq!(book.best_ask(), Some(level(100_000, 7)));
    assert_eq!(book.lots_at(Side::Buy, Ticks(617_900)), Lots(617_901));
    assert_eq!(book.lots_at(Side::Buy, Ticks(617_901)), Lots::ZERO);
    assert_eq!(book.level_count(Side::Sell), 6);
    assert!(book.is_crossed());
    book.apply(Side::Buy, level(700_000, 0));
    assert_eq!(
        prices(&book, Side::Buy),
        [(618_000, 618_001), (617_999, 618_000), (617_900, 617_901), (1, 2), (0, 1)]
    );
    book.clear();
    assert_eq!(book.best_bid(), None);
    assert_eq!(prices(&book, Side::Sell), []);
    assert!(!book.is_crossed());
}

#[test]
fn what_it_cannot_hold_makes_it_unusable_until_cleared() {
    let far = SPAN as i64 + 5;
    let cases = [level(-1, 3), level(5, -3), level(far, 1), level(i64::MAX, 1), level(i64::MIN, 1)];
    for refused in cases {
        let mut book = Book::new();
        book.apply(Side::Buy, level(100, 1));
        book.apply(Side::Buy, refused);
        assert!(!book.is_usable(), "{refused:?}");
        assert_eq!(book.refused(), 1);
        book.clear();
        assert!(book.is_usable());
    }
    let mut book = Book::new();
    book.apply(Side::Buy, level(100, 1));
    book.apply(Side::Sell, level(far, 0));
    assert!(book.is_usable(), "removing what cannot be there is no harm");
}

#[test]
fn a_high_price_places_the_span_around_itself() {
    let mut book = Book::new();
    let high = i64::MAX / 2;
    book.apply(Side::Buy, level(high, 1));
    book.apply(Side::Sell, level(high + 1_000_000, 2));
    book.apply(Side::Buy, level(high - 1_000_000, 3));
    assert!(book.is_usable());
    assert_eq!(prices(&book, Side::Buy), [(high, 1), (high - 1_000_000, 3)]);
    assert_eq!(book.best_ask(), Some(level(high + 1_000_000, 2)));
    book.clear();
    book.apply(Side::Buy, level(i64::MAX, 1));
    assert_eq!(book.best_bid(), Some(level(i64::MAX, 1)));
}

#[test]
fn running_out_of_pages_is_no_wrong_book() {
    let mut book = Book::new();
    for page in 0..(1_i64 << 13) {
        book.apply(Side::Sell, level(page * 64, 1));
    }
    assert!(book.is_usable());
    book.apply(Side::Sell, level(1 << 23, 1));
    assert!(!book.is_usable());
    book.clear();
    book.apply(Side::Sell, level(1 << 23, 1));
    assert!(book.is_usable(), "pages came back");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A walk that crosses pages, adds, changes, removes and now and then clears.
    #[test]
    fn it_agrees_with_a_sorted_map(
        start in 0_i64..20_000_000,
        steps in prop::collection::vec((-300_i64..300, 0_i64..4, any::<bool>(), 0_u8..255), 1..2_000),
    ) {
        let mut book = Book::new();
        let mut model = [BTreeMap::new(), BTreeMap::new()];
        let mut centre = start;
        for (offset, lots, buy, clear) in steps {
            if clear == 0 {
                book.clear();
                model.iter_mut().for_each(BTreeMap::clear);
            }
            centre = (centre + offset / 8).max(0);
            let price = (centre + offset * offset.abs()).max(0);
            let (side, levels) =
                if buy { (Side::Buy, &mut model[0]) } else { (Side::Sell, &mut model[1]) };
            book.apply(side, level(price, lots));
            if lots == 0 { levels.remove(&price); } else { levels.insert(price, lots); }
            prop_assert_eq!(book.lots_at(side, Ticks(price)), Lots(lots));
            let best_bid = model[0].iter().next_back().map(|(&price, &lots)| level(price, lots));
            let best_ask = model[1].iter().next().map(|(&price, &lots)| level(price, lots));
            prop_assert_eq!(book.best_bid(), best_bid);
            prop_assert_eq!(book.best_ask(), best_ask);
        }
        prop_assert!(book.is_usable());
        let bids: Vec<_> = model[0].iter().rev().map(|(&price, &lots)| (price, lots)).collect();
        let asks: Vec<_> = model[1].iter().map(|(&price, &lots)| (price, lots)).collect();
        prop_assert_eq!(book.level_count(Side::Buy), bids.len());
        prop_assert_eq!(prices(&book, Side::Buy), bids);
        prop_assert_eq!(prices(&book, Side::Sell), asks);
    }
}

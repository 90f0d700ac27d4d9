//! Sums over many accounts and instruments, against folding over all of them.

use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

use super::*;
use crate::risk::worth::Tails;

const ACCOUNTS: u16 = 3;
const INSTRUMENTS: u16 = 5;
const GROUPS: [Option<u8>; 4] = [Some(1), None, Some(0), Some(1)];

/// What a netted account has.
fn holding(lots: i64, buys: i64, sells: i64) -> Holding {
    let (long, short) = (Lots(lots.max(0)), Lots(lots.min(0).saturating_neg()));
    Holding { long, short, buys: Lots(buys), sells: Lots(sells), ..Holding::default() }
}

fn lots() -> impl Strategy<Value = i64> {
    prop_oneof![6 => -50_i64..50, 3 => Just(0), 1 => any::<i64>()]
}

fn mids() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        6 => (1_i64..5_000).prop_map(Some),
        1 => Just(None),
        1 => Just(Some(i64::MAX)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_sum_is_that_of_its_entries(
        changes in prop::collection::vec(
            ((0..ACCOUNTS, 0..INSTRUMENTS), (lots(), lots(), lots()), mids(), any::<u32>()), 1..80,
        ),
    ) {
        let (accounts, instruments) = (usize::from(ACCOUNTS), usize::from(INSTRUMENTS));
        let mut kept = Exposures::new(accounts, instruments, &GROUPS);
        let mut entries = vec![Worth::default(); accounts * instruments];
        let mut profits = [Some(Money::ZERO); ACCOUNTS as usize];
        for ((account, instrument), (held, buys, sells), twice_mid, tail) in changes {
            let working = (buys.saturating_abs(), sells.saturating_abs());
            let mut holding = holding(held, working.0, working.1);
            if tail % 3 == 0 {
                holding = Holding {
                    short: holding.buys, closing_buys: holding.sells, is_hedged: true, ..holding
                };
            }
            let tails = (tail % 5 != 0).then(|| Tails { fall: tail.into(), rise: 7 });
            let deviation = Some(u64::from(tail));
            let price = Price { twice_mid, scale: scale(), tails, deviation };
            kept.set(AccountId(account), InstrumentId(instrument), &holding, &price);
            let index = usize::from(account) * instruments + usize::from(instrument);
            entries[index] = Worth::of(&holding, &price);
            let profit = twice_mid.map(|mid| Money(i128::from(mid) - 2_000));
            kept.set_profit(AccountId(account), profit);
            profits[usize::from(account)] = profit;
            let others = |keep: &dyn Fn(usize) -> bool| {
                let mut sum = Worth::default();
                (0..entries.len()).filter(|at| *at != index && keep(*at))
                    .for_each(|at| sum = sum.and(&entries[at]));
                sum
            };
            let of_account = |at: usize| at / instruments == usize::from(account);
            let group = |at: usize| GROUPS.get(at % instruments).copied().flatten();
            let same_group = |at: usize| of_account(at) && group(at) == group(index);
            let lost = profits.iter().map(|profit| profit.map(|it| it.0.min(0).saturating_neg()));
            let lost: Option<i128> = lost.sum();
            let expected = Elsewhere {
                account: others(&of_account),
                group: group(index).map(|_| others(&same_group).gross()),
                all: others(&|_| true).gross(),
                loss_of_all: lost.map(Money),
            };
            prop_assert_eq!(kept.elsewhere(AccountId(account), InstrumentId(instrument)), expected);
            let holders: Vec<u16> =
                kept.holders(InstrumentId(instrument)).map(|account| account.0).collect();
            let there: Vec<u16> = (0..ACCOUNTS)
                .filter(|at| entries[usize::from(*at) * instruments + usize::from(instrument)].open > 0)
                .collect();
            prop_assert_eq!(holders, there);
        }
    }
}

#[test]
fn a_holding_is_worth_its_worst() {
    let price = Price {
        twice_mid: Some(2_000),
        scale: scale(),
        tails: Some(Tails { fall: 10_000_000, rise: 20_000_000 }),
        deviation: Some(5_000_000),
    };
    let worth = |lots, buys, sells| Worth::of(&holding(lots, buys, sells), &price);
    let long = worth(10, 5, 30);
    assert_eq!((long.held, long.worst, long.up, long.down), (10_000, 20_000, 15_000, -20_000));
    assert_eq!(long.tail, 400, "20000 short may rise 2 %; 15000 long may fall 1 %: 150");
    assert_eq!(long.deviation, 150, "30000 to be sold, half a percent");
    assert_eq!(worth(-10, 0, 0).tail, 200);
    assert_eq!(worth(10, 0, 0).tail, 100);
    assert_eq!(worth(0, 0, 0), Worth::default());
    let unknown = Worth::of(&holding(1, 0, 0), &Price { twice_mid: None, ..price });
    assert_eq!((unknown.gross(), unknown.unmeasured), (Money::MAX, 1));
}

#[test]
fn sides_that_are_kept_apart_add_up() {
    let price = Price { twice_mid: Some(2_000), scale: scale(), tails: None, deviation: None };
    let lots = |long, short, closing| Holding {
        long: Lots(long),
        short: Lots(short),
        closing_buys: Lots(closing),
        is_hedged: true,
        ..Holding::default()
    };
    let both = Worth::of(&lots(10, 4, 3), &price);
    assert_eq!((both.held, both.worst, both.up, both.down), (14_000, 14_000, 9_000, 6_000));
    let short = Worth::of(&lots(10, 4, 3).side(false), &price);
    assert_eq!((short.held, short.worst, short.up, short.down), (4_000, 4_000, -1_000, -4_000));
    let long = Worth::of(&lots(10, 4, 3).side(true), &price);
    assert_eq!((long.held, long.worst, long.up, long.down), (10_000, 10_000, 10_000, 10_000));
    let mut elsewhere = Elsewhere { group: Some(Money(5)), ..Elsewhere::default() };
    elsewhere.add(&short);
    let gross = Money(4_000);
    assert_eq!((elsewhere.account.gross(), elsewhere.all), (gross, gross));
    assert_eq!(elsewhere.group, Some(Money(4_005)));
}

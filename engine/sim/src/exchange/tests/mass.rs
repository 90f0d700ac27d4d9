//! Requests about all orders: of the gateway that asks, whichever account's they are; and about all
//! positions.

use super::*;

#[test]
fn a_request_about_all_orders_is_about_every_account_of_its_gateway() {
    use RequestKind::{MassCancel, MassStatus, New};
    let mut bench = Bench::new(ExchangeConfig::default());
    bench.live();
    bench.depth(DepthKind::SnapshotStart, &[level(100, 5)], &[level(101, 5)]);
    let buy = |id| request(New, (id, id), Side::Buy, 1, Some(90), TimeInForce::GoodTillCancel);
    bench.request(&buy(1));
    bench.request(&OrderRequest { account: AccountId(5), ..buy(2) });
    bench.request(&OrderRequest { gateway: GatewayId(2), ..buy(3) });
    bench.reports();
    let all = |kind, id| request(kind, (id, id), Side::Buy, 0, None, TimeInForce::GoodTillCancel);
    for (kind, said) in [(MassStatus, ExecKind::Status), (MassCancel, ExecKind::Canceled)] {
        bench.request(&all(kind, 4));
        let told: Vec<_> =
            bench.reports().iter().map(|it| (it.kind, it.client_order_id.0)).collect();
        assert_eq!(told, [(said, 1), (said, 2)]);
    }
    let left: Vec<u64> = bench.exchange.open_orders().map(|it| it.client_order_id.0).collect();
    assert_eq!(left, [3]);
}

/// Seed 39 of the fault simulation: what was paid must not go on being believed.
#[test]
fn a_position_whose_payments_cancel_out_is_named() {
    use gannet_types::PositionTold;
    let funding = Some(crate::Funding { rate_ppm: 1_000_000, interval: Nanos(1_000) });
    let mut bench = Bench::new(ExchangeConfig { funding, ..ExchangeConfig::default() });
    bench.live();
    bench.depth(DepthKind::SnapshotStart, &[level(100, 9)], &[level(102, 9)]);
    let order = |id, side, lots, price| {
        let new = RequestKind::New;
        request(new, (id, id), side, lots, Some(price), TimeInForce::GoodTillCancel)
    };
    for (id, side, lots, price) in [(1, Side::Buy, 1, 102), (2, Side::Sell, 2, 100)] {
        bench.request(&order(id, side, lots, price));
        bench.reports();
        bench.now = bench.now.after(Nanos(1_000));
        bench.trade(Side::Buy, level(101, 1));
    }
    bench.request(&order(3, Side::Buy, 1, 102));
    bench.reports();
    let statement = bench.exchange.statement(ACCOUNT, INSTRUMENT);
    assert_eq!((statement.position, statement.funding), (Lots(0), gannet_types::Notional(0)));
    let ask = request(RequestKind::Positions, (4, 4), Side::Buy, 0, None, TimeInForce::Day);
    bench.request(&ask);
    let mut said = std::iter::from_fn(|| bench.exchange.poll_said(bench.now));
    let told = said.find_map(|said| match said.position?.told {
        PositionTold::Held { lots, funding, .. } => Some((lots, funding)),
        _ => None,
    });
    assert_eq!(told, Some((Lots(0), Some(gannet_types::Notional(0)))));
}

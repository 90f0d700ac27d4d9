//! hftbacktest's side, as its documentation has it: `elapse`, clear what is done, look, act.

use std::collections::BTreeMap;
use std::time::Instant;

use gannet_types::{Lots, Side as OurSide, Ticks};
use hftbacktest::backtest::assettype::LinearAsset;
use hftbacktest::backtest::data::{Data, DataSource};
use hftbacktest::backtest::models::{
    CommonFees, ConstantLatency, QueueModel, TradingValueFeeModel,
};
use hftbacktest::backtest::{Backtest, ExchangeKind, L2AssetBuilder};
use hftbacktest::prelude::*;

use crate::quotes::{Fill, INTERVAL, LATENCY, Quotes, Run};
use crate::tape::{LOT, TICK};

type Book = HashMapMarketDepth;

/// Trades `order` lots a side over the rows.
pub fn run(
    rows: &[Event],
    queue: impl QueueModel<Book> + 'static,
    kind: ExchangeKind,
    order: Lots,
) -> Run {
    let latency = LATENCY.0.cast_signed();
    let asset = L2AssetBuilder::new()
        .data(vec![DataSource::Data(Data::from_data(rows))])
        .latency_model(ConstantLatency::new(latency, latency))
        .asset_type(LinearAsset::new(1.0))
        .fee_model(TradingValueFeeModel::new(CommonFees::new(0.0, 0.0)))
        .exchange(kind)
        .queue_model(queue)
        .depth(|| Book::new(TICK, LOT))
        .build()
        .expect("an asset");
    let mut backtest = Backtest::builder().add_asset(asset).build().expect("a backtest");
    let mut run = Run { positions: Vec::with_capacity(1 << 16), ..Run::default() };
    let started = Instant::now();
    trade(&mut backtest, order, &mut run);
    run.seconds = started.elapsed().as_secs_f64();
    run.fills.sort_unstable();
    run
}

fn trade(backtest: &mut Backtest<Book>, order: Lots, run: &mut Run) {
    let interval = INTERVAL.0.cast_signed();
    let quantity = order.0 as f64 * LOT;
    let mut next_id = 0;
    let mut open = BTreeMap::new();
    while let Ok(ElapseResult::Ok) = backtest.elapse(interval) {
        run.note(backtest, &mut open);
        backtest.clear_inactive_orders(Some(0));
        let position = lots(backtest.position(0));
        run.positions.push(position);
        let (bid, ask) = {
            let depth = backtest.depth(0);
            (depth.best_bid_tick(), depth.best_ask_tick())
        };
        if bid == INVALID_MIN || ask == INVALID_MAX {
            continue;
        }
        let quotes = Quotes::around(Ticks(bid), Ticks(ask), position, order.0);
        for (side, wanted) in [(OurSide::Buy, quotes.bid), (OurSide::Sell, quotes.ask)] {
            let mut stands = false;
            let mut cancel = None;
            for order in backtest.orders(0).values().filter(|order| is_of(order, side)) {
                stands = true;
                let is_wanted = wanted.is_some_and(|price| price.0 == order.price_tick);
                if !is_wanted && order.cancellable() {
                    cancel = Some(order.order_id);
                }
            }
            if let Some(id) = cancel {
                run.requests += 1;
                backtest.cancel(0, id, false).expect("it is cancellable");
            }
            // Our risk refuses to trade with ourselves; here nobody does.
            let crosses = |price: Ticks| {
                let mut others = backtest.orders(0).values().filter(|order| !is_of(order, side));
                others.any(|order| side.reaches(price, Ticks(order.price_tick)))
            };
            if let Some(price) = wanted.filter(|&price| !stands && !crosses(price)) {
                run.requests += 1;
                next_id += 1;
                let price = price.0 as f64 * TICK;
                let (gtx, limit) = (TimeInForce::GTX, OrdType::Limit);
                match side {
                    OurSide::Buy => {
                        backtest.submit_buy_order(0, next_id, price, quantity, gtx, limit, false)
                    }
                    OurSide::Sell => {
                        backtest.submit_sell_order(0, next_id, price, quantity, gtx, limit, false)
                    }
                }
                .expect("a new id");
            }
        }
    }
}

fn is_of(order: &Order, side: OurSide) -> bool {
    (order.side == Side::Buy) == (side == OurSide::Buy)
}

fn lots(quantity: f64) -> i64 {
    (quantity / LOT).round() as i64
}

impl Run {
    /// Notes what was filled since the last look, before `clear_inactive_orders` forgets it. An
    /// order's remaining quantity tells all of it, whatever its other fields say by now; the time is
    /// that of the last part.
    fn note(&mut self, backtest: &Backtest<Book>, open: &mut BTreeMap<u64, i64>) {
        for order in backtest.orders(0).values() {
            let left = lots(order.leaves_qty);
            let before = open.insert(order.order_id, left).unwrap_or_else(|| lots(order.qty));
            if left < before {
                self.fills.push(Fill {
                    at: order.exch_timestamp.cast_unsigned(),
                    buys: order.side == Side::Buy,
                    price: order.exec_price_tick,
                    lots: before - left,
                });
            }
            if !order.active() {
                open.remove(&order.order_id);
            }
        }
    }
}

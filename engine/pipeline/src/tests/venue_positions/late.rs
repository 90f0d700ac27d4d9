//! A truthful venue whose reports are late, out of order or lost, and whose positions are those of
//! a while ago: no difference is ever believed, until there is one.

use gannet_types::OrderRequest;
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::*;

/// Reports, answers and snapshots are late by less than this many milliseconds; the order timeout
/// is longer than twice that.
const LATE_MAX: u64 = 45;

struct VenueOrder {
    request: OrderRequest,
    cum: i64,
    open: bool,
}

struct LateVenue {
    asked: Asked,
    orders: Vec<VenueOrder>,
    /// What was executed in all, and since when.
    executed: Vec<(Nanos, i64)>,
    /// What is on its way: when it arrives, in which order it left.
    inputs: Vec<(Nanos, u64, Input<'static>)>,
    sent: u64,
    answers: u64,
    taken: usize,
}

impl LateVenue {
    fn new() -> Self {
        let mut venue = Self {
            asked: Asked::new(asking(true)),
            orders: Vec::new(),
            executed: vec![(Nanos::ZERO, 0)],
            inputs: Vec::new(),
            sent: 0,
            answers: 0,
            taken: 0,
        };
        for step in ["up", "book 99 101", "live"] {
            venue.step(step, 0);
        }
        venue
    }

    fn now(&self) -> Nanos {
        self.asked.runner.now
    }

    fn truth(&self) -> i64 {
        self.executed.last().expect("it begins with nothing").1
    }

    fn step(&mut self, step: &str, number: u64) {
        self.asked.runner.step(step);
        self.collect(number);
    }

    /// Answers what was asked; `number` decides how late, and what is lost.
    fn collect(&mut self, number: u64) {
        let requests: Vec<OrderRequest> = self
            .asked
            .runner
            .outbox
            .iter()
            .filter_map(|output| match output {
                Output::Order(request) => Some(*request),
                _ => None,
            })
            .collect();
        self.asked.runner.outbox.clear();
        for (request, salt) in requests.into_iter().zip(1..) {
            self.on_request(&request, number.wrapping_mul(salt * 7 + 1));
        }
    }

    fn on_request(&mut self, request: &OrderRequest, number: u64) {
        let id = request.client_order_id;
        let find = |order: &VenueOrder| order.request.client_order_id.order() == id.order();
        let index = self.orders.iter().position(find);
        match (request.kind, index) {
            (RequestKind::Positions, _) => self.tell_position(id, number),
            (RequestKind::New, None) => {
                self.orders.push(VenueOrder { request: *request, cum: 0, open: true });
                self.say(ExecKind::New, id, self.orders.len() - 1, number);
            }
            (RequestKind::Cancel, Some(index)) if self.orders[index].open => {
                self.orders[index].open = false;
                self.say(ExecKind::Canceled, id, index, number);
            }
            (RequestKind::Cancel, Some(index)) => {
                self.say(ExecKind::CancelRejected, id, index, number);
            }
            // Answers to questions are late and never lost.
            (RequestKind::Status, Some(index)) => {
                let order = &self.orders[index];
                let done = !order.open && order.cum < order.request.lots.0;
                let kind = if done { ExecKind::Canceled } else { ExecKind::Status };
                self.say(kind, id, index, number | 7);
            }
            _ => panic!("{request:?}"),
        }
    }

    fn say(&mut self, kind: ExecKind, id: ClientOrderId, index: usize, number: u64) {
        let order = &self.orders[index];
        let left = if order.open { order.request.lots.0 - order.cum } else { 0 };
        let said = ExecutionReport {
            side: order.request.side,
            price: order.request.price,
            cum_lots: Lots(order.cum),
            leaves_lots: Lots(left),
            ..report(kind, id)
        };
        self.send(Input::Execution(said), number);
    }

    /// Trades some lots of one of the open orders.
    fn trade(&mut self, number: u64) {
        let open: Vec<_> = (0..self.orders.len()).filter(|&at| self.orders[at].open).collect();
        let Some(&index) = open.get(number as usize % open.len().max(1)) else { return };
        let order = &mut self.orders[index];
        let lots = 1 + number as i64 % (order.request.lots.0 - order.cum);
        order.cum += lots;
        order.open = order.cum < order.request.lots.0;
        let (id, price) = (order.request.client_order_id, order.request.price);
        let traded = order.request.side.signed(Lots(lots)).0;
        let left = order.request.lots.0 - order.cum;
        let mut said = report(ExecKind::Trade, id);
        (said.side, said.price) = (order.request.side, price);
        (said.last_lots, said.last_price) = (Lots(lots), price);
        (said.cum_lots, said.leaves_lots) = (Lots(order.cum), Lots(left));
        said.exec_id = Text::new(format!("E{}", self.sent).as_bytes());
        self.executed.push((self.now(), self.truth() + traded));
        self.send(Input::Execution(said), number);
    }

    /// Tells the position of a while ago.
    fn tell_position(&mut self, request: ClientOrderId, number: u64) {
        self.answers += 1;
        let then = self.now().since(Nanos::from_millis(number / 11 % LATE_MAX));
        let known = self.executed.iter().rev().find(|(since, _)| *since <= then);
        let lots = known.map_or(0, |(_, lots)| *lots);
        self.send(Input::VenuePosition(answer(request, held(lots, None), Some(1))), number | 7);
    }

    /// Lets an input be late, or get lost: one in eight.
    fn send(&mut self, input: Input<'static>, number: u64) {
        self.sent += 1;
        if !number.is_multiple_of(8) {
            let due = self.now().after(Nanos::from_millis(number % LATE_MAX));
            self.inputs.push((due, self.sent, input));
        }
    }

    /// Lets time pass, and arrive what is due.
    fn wait(&mut self, millis: u64, number: u64) {
        for _ in 0..millis {
            self.step("wait 1", number);
            let now = self.now();
            while let Some(first) = (0..self.inputs.len())
                .filter(|&at| self.inputs[at].0 <= now)
                .min_by_key(|&at| (self.inputs[at].0, self.inputs[at].1))
            {
                let (_, _, input) = self.inputs.remove(first);
                self.asked.runner.input(&input);
                self.collect(number);
            }
        }
    }

    fn act(&mut self, act: u8, number: u64) {
        let (price, lots) = (97 + number % 7, 1 + number / 7 % 10);
        match act {
            0..=3 => self.wait(1 + number % 60, number),
            4 => self.step(&format!("buy {price}x{lots}"), number),
            5 => self.step(&format!("sell {price}x{lots}"), number),
            6 => {
                let open = self.asked.runner.pipeline.open_orders().next().map(|order| order.id.0);
                if let Some(id) = open {
                    self.step(&format!("cancel {id}"), number);
                }
            }
            _ => self.trade(number),
        }
    }

    /// Returns what was said of positions that differ since the last call.
    fn differences(&mut self) -> Vec<String> {
        let said = &self.asked.runner.transcript[self.taken..];
        let differs = |line: &&String| line.contains("Differs") || line.contains("Adjustment");
        let differences = said.iter().filter(differs).cloned().collect();
        self.taken = self.asked.runner.transcript.len();
        differences
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn what_is_late_is_no_difference_and_what_differs_is_found(
        acts in prop::collection::vec((0_u8..9, any::<u32>()), 0..150),
        moved in prop::sample::select(vec![-3_i64, 0, 2]),
    ) {
        let mut venue = LateVenue::new();
        for (act, number) in acts {
            venue.act(act, u64::from(number));
        }
        prop_assert_eq!(venue.differences(), [""; 0]);
        // Nothing trades any more; what was lost is found by comparing.
        venue.wait(1_500, 7);
        prop_assert_eq!(venue.differences(), [""; 0]);
        let position = |venue: &LateVenue| {
            venue.asked.runner.pipeline.position(InstrumentId(0)).expect("configured").lots
        };
        prop_assert_eq!(position(&venue), Lots(venue.truth()));
        let answers = venue.answers;
        // Behind our back.
        let truth = venue.truth();
        venue.executed.push((venue.now(), truth + moved));
        venue.wait(1_500, 7);
        let expected = if moved == 0 {
            Vec::new()
        } else {
            let differs = format!("Alarm PositionDiffers {truth} {}", truth + moved);
            vec![differs, format!("Adjustment {moved} for {}", moved * 100)]
        };
        prop_assert_eq!(venue.differences(), expected);
        prop_assert_eq!(position(&venue), Lots(truth + moved));
        prop_assert!(venue.answers > answers);
    }
}

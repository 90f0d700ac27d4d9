//! Orders that people place, change and cancel over the port; the test plays the engine.

use std::collections::VecDeque;

use gannet_types::{
    ClientOrderId, Lots, ManualChange, ManualOrder, OrderRequest, OrderTerms, OrderType, Output,
    Reject, RejectReason, RequestKind, Side, Ticks, TimeInForce,
};

use super::*;

enum Record {
    Input(Command),
    Output(Output),
}

type Journal = Arc<Mutex<VecDeque<Record>>>;

/// A server that follows what the test appends to the journal.
fn start() -> (Running, Journal) {
    let journal = Journal::default();
    let followed = Arc::clone(&journal);
    let server = Running::start_following(move |projection, _| {
        let mut journal = lock(&followed);
        let count = u32::try_from(journal.len()).expect("a few");
        for record in journal.drain(..) {
            match record {
                Record::Input(command) => {
                    projection.on_input(Nanos(5), &Input::Command(command));
                }
                Record::Output(output) => projection.on_output(Nanos(5), &output),
            }
        }
        Ok::<_, &str>(count)
    });
    (server, journal)
}

fn request(method: &str, path: &str, host: SocketAddr, body: &str) -> String {
    let token = bearer();
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{token}Content-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

impl Running {
    /// Sends a body; the answer is read later.
    fn begin(&self, method: &str, path: &str, body: &str) -> TcpStream {
        self.send(&request(method, path, self.address, body))
    }

    fn ask_with(&self, method: &str, path: &str, body: &str) -> String {
        finish(self.begin(method, path, body))
    }

    /// Waits for the next command, as the engine does.
    fn next_command(&mut self) -> Command {
        loop {
            if let Some(command) = self.commands.pop() {
                return command;
            }
            std::thread::yield_now();
        }
    }
}

fn finish(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn order(name: &str) -> ManualOrder {
    ManualOrder {
        client_ref: Text::new(name.as_bytes()),
        account: AccountId(1),
        instrument: InstrumentId(0),
        side: Side::Sell,
        order_type: OrderType::Limit,
        price: Ticks(1_005),
        lots: Lots(20),
        time_in_force: TimeInForce::GoodTillCancel,
        terms: OrderTerms::PLAIN,
        plan: None,
    }
}

fn body(name: &str) -> String {
    format!(
        r#"{{"client_ref":"{name}","account":"second","symbol":"BTCUSDT","side":"sell","quantity":"0.020","price":"100.5"}}"#
    )
}

fn sent(id: u64) -> Output {
    let client_order_id = ClientOrderId::new(OrderId(id), 0);
    let ManualOrder { instrument, side, order_type, price, lots, time_in_force, terms, .. } =
        order("");
    Output::Order(OrderRequest {
        kind: RequestKind::New,
        gateway: GatewayId(0),
        account: AccountId(1),
        strategy: StrategyId(0),
        instrument,
        client_order_id,
        original: client_order_id,
        side,
        order_type,
        time_in_force,
        price,
        lots,
        terms,
        origin: Nanos::ZERO,
    })
}

fn refused(id: u64, reason: RejectReason) -> Output {
    Output::Reject(Reject {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::new(OrderId(id), 0),
        reason,
    })
}

/// Places an order that becomes `output`, and returns the answer.
fn place(server: &mut Running, journal: &Journal, name: &str, output: Output) -> String {
    let asked = server.begin("POST", "/api/orders", &body(name));
    let command = server.next_command();
    assert_eq!(command, Command::PlaceOrder(order(name)));
    lock(journal).extend([Record::Input(command), Record::Output(output)]);
    finish(asked)
}

#[test]
fn an_order_is_answered_with_what_became_of_it_and_given_once() {
    let (mut server, journal) = start();
    let answer = place(&mut server, &journal, "a", sent(7));
    check_status(&answer, 201);
    let told = r#"{"client_ref":"a","order_id":"7","is_parent":false}"#;
    assert!(answer.contains(told), "{answer}");
    let answer = place(&mut server, &journal, "b", refused(8, RejectReason::OrderSize));
    check_status(&answer, 409);
    let told = r#"{"error":"order size over the limit","help":"nothing was sent;"#;
    assert!(answer.contains(told) && answer.contains(r#""order_id":"8""#), "{answer}");
    for (name, status) in [("a", 200), ("b", 409)] {
        check_status(&server.ask_with("POST", "/api/orders", &body(name)), status);
        assert_eq!(server.commands.pop(), None, "{name} is not done twice");
    }
    let mut events =
        server.send(&format!("GET /api/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.address));
    let state = r#""client_ref":"b","account":"second","symbol":"BTCUSDT","state":"refused""#;
    read_until(&mut events, state);
    let listed = server.ask("GET", "/api/orders", "");
    check_status(&listed, 200);
    assert!(listed.contains(r#""state":"sent","order_id":"7""#), "{listed}");
}

#[test]
fn an_order_is_changed_and_cancelled() {
    let (mut server, journal) = start();
    check_status(&place(&mut server, &journal, "a", sent(7)), 201);
    check_status(&place(&mut server, &journal, "b", refused(8, RejectReason::KillSwitch)), 409);
    let change = r#"{"price":"100.4","quantity":"0.030"}"#;
    check_status(&server.ask_with("POST", "/api/orders/7/replace", change), 202);
    let expected = ManualChange {
        order: OrderId(7),
        price: Ticks(1_004),
        lots: Lots(30),
        stop_price: Ticks(0),
    };
    assert_eq!(server.next_command(), Command::ReplaceOrder(expected));
    check_status(&server.ask("DELETE", "/api/orders/7", &bearer()), 202);
    assert_eq!(server.next_command(), Command::CancelOrder(OrderId(7)));
    for (path, body, status) in [
        ("/api/orders/7/replace", "{}", 400),
        ("/api/orders/7/replace", r#"{"price":"100.45"}"#, 400),
        ("/api/orders/7/replace", r#"{"side":"buy"}"#, 400),
        ("/api/orders/8/replace", change, 409),
        ("/api/orders/9/replace", change, 404),
        ("/api/orders/x/replace", change, 400),
    ] {
        check_status(&server.ask_with("POST", path, body), status);
        assert_eq!(server.commands.pop(), None, "{path} {body}");
    }
}

#[test]
fn what_is_no_order_or_has_no_token_is_not_placed() {
    let (mut server, _journal) = start();
    let good = body("a");
    for (body, status, said) in [
        ("", 400, "the body: "),
        ("[]", 400, "the body: "),
        (&*good.replace("100.5", "100.55"), 400, "price: `100.55`"),
        (&*good.replace("BTCUSDT", "XRPUSDT"), 404, "instrument"),
        (&*good.replace("second", "third"), 404, "account"),
        (&*" ".repeat(4_097), 413, "too large"),
    ] {
        let answer = server.ask_with("POST", "/api/orders", body);
        check_status(&answer, status);
        assert!(answer.contains(said) && answer.contains(r#""help":"#), "{answer}");
    }
    check_status(&server.ask_with("POST", "/api/kill", "{}"), 413);
    let foreign = request("POST", "/api/orders", server.address, &good)
        .replace(&bearer(), "Authorization: Bearer wrong\r\n");
    check_status(&finish(server.send(&foreign)), 401);
    for (method, path) in [("DELETE", "/api/orders/7"), ("POST", "/api/orders/7/replace")] {
        check_status(&server.ask(method, path, ""), 401);
    }
    assert_eq!(server.commands.pop(), None);
}

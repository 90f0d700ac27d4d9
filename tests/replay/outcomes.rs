//! Orders in the journal: each with what it took, the same whenever it is asked.

use gannet_app::offline::orders::orders;
use gannet_journal::{Body, Reader};
use gannet_types::{ExecKind, Input, Output, RequestKind};

use super::generated;

#[test]
fn every_order_is_listed_with_its_latency_and_slippage() {
    let (_folder, directory, _) = generated();
    let mut reader = Reader::open(&directory).expect("a journal");
    let (mut sent, mut traded) = (0, std::collections::BTreeSet::new());
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Output(Output::Order(request)) => {
                sent += usize::from(request.kind == RequestKind::New);
            }
            Body::Input(Input::Execution(report)) if report.kind == ExecKind::Trade => {
                traded.insert(report.client_order_id.order());
            }
            _ => {}
        }
    }
    assert!(sent > 10 && traded.len() > 5, "{sent} {traded:?}");
    let json = orders(&directory, 0, true).expect("listed");
    let rows: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), sent);
    let filled = rows.iter().filter(|row| row["order_to_fill_us"].is_f64());
    assert_eq!(filled.clone().count(), traded.len());
    for row in filled {
        let latency = |key: &str| row[key].as_f64().expect("a number");
        assert!(latency("order_to_ack_us") > 0.0, "{row}");
        assert!(latency("order_to_fill_us") >= latency("order_to_ack_us"), "{row}");
        assert!(row["slippage_bps"].as_f64().expect("a number").abs() < 100.0, "{row}");
    }
    let text = orders(&directory, 5, false).expect("listed");
    assert_eq!(text.lines().count(), 7, "{text}");
    assert_eq!(orders(&directory, 0, true).expect("listed"), json);
}

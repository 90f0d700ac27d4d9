//! What the projection adds to the engine's counters in `/metrics`, in Prometheus text 0.0.4.

use std::fmt::Write as _;

use crate::projections::{InstrumentView, Snapshot};

/// Renders position, profit, book and state of every instrument, gateway and switch.
pub(crate) fn render(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    let engine = &snapshot.engine;
    let switch = [(String::new(), flag(engine.is_killed))];
    family(&mut text, "kill_switch", "Whether the kill switch is on.", switch);
    let followed = [(String::new(), snapshot.journal.records.to_string())];
    family(&mut text, "control_journal_records", "Records the admin port has followed.", followed);
    let gateways = engine.gateways.iter();
    let up = gateways
        .map(|view| (label("gateway", &view.gateway), flag(view.state == "up")))
        .collect::<Vec<_>>();
    family(&mut text, "gateway_up", "Whether orders can be sent.", up);
    for (name, help, value) in PER_INSTRUMENT {
        let samples = snapshot.instruments.iter();
        let samples = samples
            .filter_map(|view| Some((label("symbol", &view.symbol), value(view)?)))
            .collect::<Vec<_>>();
        family(&mut text, name, help, samples);
    }
    text
}

fn family(
    text: &mut String,
    name: &str,
    help: &str,
    samples: impl IntoIterator<Item = (String, String)>,
) {
    let written = write!(text, "# HELP gannet_{name} {help}\n# TYPE gannet_{name} gauge\n");
    written.expect("a String takes everything");
    for (labels, value) in samples {
        writeln!(text, "gannet_{name}{labels} {value}").expect("a String takes everything");
    }
}

fn label(name: &str, value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{{{name}=\"{escaped}\"}}")
}

fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

type Value = fn(&InstrumentView) -> Option<String>;

const PER_INSTRUMENT: &[(&str, &str, Value)] = &[
    ("feed_live", "Whether the book can be believed.", |view| Some(flag(view.feed == "live"))),
    ("bid_price", "Best bid.", |view| view.bid_price.clone()),
    ("ask_price", "Best ask.", |view| view.ask_price.clone()),
    ("position_quantity", "Position; negative is short.", |view| {
        Some(view.position_quantity.clone())
    }),
    ("pnl_realized_quote", "Profit of what was closed, before fees.", |view| {
        Some(view.realized_quote.clone())
    }),
    ("pnl_unrealized_quote", "Profit of the open position at the mid price.", |view| {
        Some(view.unrealized_quote.clone())
    }),
    ("fees_quote", "Fees paid.", |view| Some(view.fees_quote.clone())),
    ("open_orders", "Orders that are not done.", |view| Some(view.open_orders.to_string())),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        assert_eq!(label("symbol", "A\"B\\C\nD"), r#"{symbol="A\"B\\C\nD"}"#);
    }
}

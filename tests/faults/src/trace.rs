//! What happened last, for whoever looks at a seed that failed.

use std::collections::VecDeque;

use gannet_types::{Input, Output};

/// Lines of a trace.
const LINES: usize = 400;

/// The last events of a world. A silent one costs nothing.
#[derive(Debug, Default)]
pub struct Trace {
    lines: Option<VecDeque<String>>,
}

impl Trace {
    /// Makes one that remembers.
    #[must_use]
    pub fn remembering() -> Self {
        Self { lines: Some(VecDeque::with_capacity(LINES)) }
    }

    /// Notes an event.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            if lines.len() == LINES {
                lines.pop_front();
            }
            lines.push_back(line());
        }
    }

    /// Returns what was noted last, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().flatten().map(String::as_str)
    }

    /// Writes an input in a line.
    #[must_use]
    pub fn input(input: &Input<'_>) -> String {
        match input {
            Input::Execution(report) => {
                let id = report.client_order_id;
                format!(
                    "{:?} {}.{} last {}@{} cum {} leaves {} at {} {:?}",
                    report.kind,
                    id.order().0,
                    id.revision(),
                    report.last_lots,
                    report.last_price,
                    report.cum_lots,
                    report.leaves_lots,
                    report.price,
                    report.reason,
                )
            }
            Input::Market(market) => format!("market {}", market.instrument.0),
            other => format!("{other:?}"),
        }
    }

    /// Writes an output in a line.
    #[must_use]
    pub fn output(output: &Output) -> String {
        match output {
            Output::Order(request) => {
                let id = request.client_order_id;
                format!(
                    "{:?} {}.{} of {} {:?} {:?} {:?} {}@{}",
                    request.kind,
                    id.order().0,
                    id.revision(),
                    request.instrument.0,
                    request.side,
                    request.order_type,
                    request.time_in_force,
                    request.lots,
                    request.price
                )
            }
            Output::Status(_) => "status".to_owned(),
            Output::Bar(_) => "bar".to_owned(),
            Output::Signal(signal, verdict) => {
                format!("{:?} {:?} {verdict:?}", signal.action, signal.side)
            }
            other => format!("{other:?}"),
        }
    }
}

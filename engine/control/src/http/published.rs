//! The newest snapshot as JSON, section by section, with the revision in which each last changed.

use serde::Serialize;

use crate::projections::Snapshot;

/// What every client is shown; written a few times a second, read by everybody.
#[derive(Debug, Default)]
pub(crate) struct Published {
    revision: u64,
    sections: Vec<Section>,
    snapshot: Option<Snapshot>,
}

#[derive(Debug)]
struct Section {
    name: &'static str,
    json: String,
    revision: u64,
}

impl Published {
    /// Replaces what is shown; sections that read the same keep their revision.
    pub(crate) fn publish(&mut self, snapshot: Snapshot) {
        self.revision += 1;
        // Every field by name, so that a new one is not forgotten.
        let Snapshot {
            engine,
            journal,
            hops,
            instruments,
            charts,
            features,
            accounts,
            listings,
            strategies,
            models,
            open_orders,
            recent_orders,
            parents,
            given_orders,
            fills,
            rejects,
            decisions,
            signals,
            approvals,
            foreign_positions,
            position_checks,
            alarms,
            sessions,
            session_actions,
        } = &snapshot;
        self.section("engine", engine);
        self.section("journal", journal);
        self.section("hops", hops);
        self.section("instruments", instruments);
        self.section("charts", charts);
        self.section("features", features);
        self.section("accounts", accounts);
        self.section("listings", listings);
        self.section("strategies", strategies);
        self.section("models", models);
        self.section("open_orders", open_orders);
        self.section("recent_orders", recent_orders);
        self.section("parents", parents);
        self.section("given_orders", given_orders);
        self.section("fills", fills);
        self.section("rejects", rejects);
        self.section("decisions", decisions);
        self.section("signals", signals);
        self.section("approvals", approvals);
        self.section("foreign_positions", foreign_positions);
        self.section("position_checks", position_checks);
        self.section("alarms", alarms);
        self.section("sessions", sessions);
        self.section("session_actions", session_actions);
        self.snapshot = Some(snapshot);
    }

    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns a JSON object of the sections that changed after `revision`, `None` if none did;
    /// revision 0 is before everything.
    pub(crate) fn changed_since(&self, revision: u64) -> Option<String> {
        let mut json = String::from("{");
        for section in self.sections.iter().filter(|section| section.revision > revision) {
            let comma = if json.len() > 1 { "," } else { "" };
            json.push_str(comma);
            json.push_str(&format!("\"{}\":", section.name));
            json.push_str(&section.json);
        }
        json.push('}');
        (json.len() > 2).then_some(json)
    }

    fn section(&mut self, name: &'static str, content: &impl Serialize) {
        let json = serde_json::to_string(content).expect("views have text keys only");
        let revision = self.revision;
        match self.sections.iter_mut().find(|section| section.name == name) {
            Some(section) if section.json == json => {}
            Some(section) => {
                section.json = json;
                section.revision = revision;
            }
            None => self.sections.push(Section { name, json, revision }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_sections_are_sent_again() {
        let mut published = Published::default();
        assert_eq!(published.changed_since(0), None);
        published.revision = 1;
        published.section("a", &1);
        published.section("b", &"x");
        assert_eq!(published.changed_since(0).as_deref(), Some(r#"{"a":1,"b":"x"}"#));
        published.revision = 2;
        published.section("a", &1);
        published.section("b", &"y");
        assert_eq!(published.changed_since(1).as_deref(), Some(r#"{"b":"y"}"#));
        assert_eq!(published.changed_since(2), None);
    }
}

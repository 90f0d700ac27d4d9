//! How our positions compare with the venues': who was asked, when it told, and what differs.

use gannet_types::{
    AccountId, Adjustment, Alarm, ClientOrderId, InstrumentId, Lots, Nanos, OrderRequest,
    PositionDifference, PositionTold, RequestKind, VenuePosition,
};

use super::snapshot::{PositionCheckView, PositionDifferenceView};

/// Every account that was asked about, in the order of the first time; the pipeline bounds how
/// many there are.
#[derive(Clone, Debug, Default)]
pub(super) struct PositionChecks(Vec<PositionCheck>);

#[derive(Clone, Debug)]
struct PositionCheck {
    account: AccountId,
    /// The last question.
    request: ClientOrderId,
    state: State,
    told: Option<Nanos>,
    /// By instrument, at most one each.
    differences: Vec<PositionDifference>,
    adjustments: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Told,
    Silent,
    Refused,
}

impl PositionChecks {
    /// Takes a request to a venue, which may be a question for positions.
    pub(super) fn on_request(&mut self, request: &OrderRequest) {
        if request.kind != RequestKind::Positions {
            return;
        }
        let (account, request) = (request.account, request.client_order_id);
        match self.find(account) {
            Some(check) => check.request = request,
            None => self.0.push(PositionCheck {
                account,
                request,
                state: State::Waiting,
                told: None,
                differences: Vec::new(),
                adjustments: 0,
            }),
        }
    }

    /// Takes the word of a venue.
    pub(super) fn on_told(&mut self, time: Nanos, position: &VenuePosition) {
        let asked = |check: &&mut PositionCheck| check.request == position.request;
        if let Some(check) = self.0.iter_mut().find(asked)
            && position.told != PositionTold::Refused
        {
            (check.state, check.told) = (State::Told, Some(time));
        }
    }

    pub(super) fn on_alarm(&mut self, alarm: &Alarm) {
        let (account, state) = match *alarm {
            Alarm::PositionDiffers(difference) => return self.on_difference(difference),
            Alarm::PositionsRefused(account) => (account, State::Refused),
            Alarm::PositionsNotTold(account) => (account, State::Silent),
            _ => return,
        };
        if let Some(check) = self.find(account) {
            check.state = state;
        }
    }

    /// Takes the change of a position to what the venue says.
    pub(super) fn on_adjustment(&mut self, adjustment: &Adjustment) {
        if let Some(check) = self.find(adjustment.account) {
            check.differences.retain(|known| known.instrument != adjustment.instrument);
            check.adjustments += 1;
        }
    }

    /// Returns all of it, with the symbol of an instrument and a quantity of it in words.
    pub(super) fn show(
        &self,
        name: impl Fn(InstrumentId, Lots) -> (String, String),
    ) -> Vec<PositionCheckView> {
        let difference = |difference: &PositionDifference| {
            let PositionDifference { instrument, ours, venue, .. } = *difference;
            let (symbol, quantity) = name(instrument, ours);
            let (_, venue_quantity) = name(instrument, venue);
            PositionDifferenceView { symbol, quantity, venue_quantity }
        };
        let check = |check: &PositionCheck| PositionCheckView {
            account: check.account.0,
            told_ms: check.told.map(|time| time.0 / Nanos::MILLISECOND.0),
            state: match check.state {
                State::Waiting => "waiting",
                State::Told => "told",
                State::Silent => "silent",
                State::Refused => "refused",
            },
            differences: check.differences.iter().map(difference).collect(),
            adjustments: check.adjustments,
        };
        self.0.iter().map(check).collect()
    }

    fn on_difference(&mut self, difference: PositionDifference) {
        if let Some(check) = self.find(difference.account) {
            check.differences.retain(|known| known.instrument != difference.instrument);
            if difference.lots() != Lots::ZERO {
                check.differences.push(difference);
            }
        }
    }

    fn find(&mut self, account: AccountId) -> Option<&mut PositionCheck> {
        self.0.iter_mut().find(|check| check.account == account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projections::tests::request;

    /// What is shown: state, when told, differences as lots, adjustments.
    fn shown(checks: &PositionChecks) -> (&'static str, Option<u64>, Vec<(String, String)>, u64) {
        let [check] = &checks.show(|_, lots| (String::new(), lots.to_string()))[..] else {
            panic!("one account")
        };
        let differs = check.differences.iter();
        let differs = differs.map(|row| (row.quantity.clone(), row.venue_quantity.clone()));
        (check.state, check.told_ms, differs.collect(), check.adjustments)
    }

    #[test]
    fn what_differs_stays_until_it_agrees_or_is_booked() {
        let mut checks = PositionChecks::default();
        checks.on_request(&request(RequestKind::New, 0));
        assert!(checks.show(|_, _| Default::default()).is_empty());
        let question = request(RequestKind::Positions, 0);
        checks.on_request(&question);
        assert_eq!(shown(&checks), ("waiting", None, vec![], 0));
        let account = question.account;
        checks.on_alarm(&Alarm::PositionsNotTold(account));
        assert_eq!(shown(&checks).0, "silent");
        let told = VenuePosition {
            gateway: question.gateway,
            account: None,
            request: question.client_order_id,
            told: PositionTold::NoPositions,
            reports: None,
            session_sequence: 0,
            received: Nanos::ZERO,
        };
        checks.on_told(Nanos::from_millis(7), &told);
        let instrument = InstrumentId(0);
        let ours = PositionDifference { account, instrument, ours: Lots(3), venue: Lots(0) };
        checks.on_alarm(&Alarm::PositionDiffers(ours));
        let row = |ours: &str, venue: &str| (ours.to_owned(), venue.to_owned());
        assert_eq!(shown(&checks), ("told", Some(7), vec![row("3", "0")], 0));
        checks.on_alarm(&Alarm::PositionDiffers(PositionDifference { venue: Lots(3), ..ours }));
        assert_eq!(shown(&checks).2, []);
        checks.on_alarm(&Alarm::PositionDiffers(PositionDifference { venue: Lots(1), ..ours }));
        checks.on_adjustment(&Adjustment { account, instrument, ..Adjustment::default() });
        assert_eq!(shown(&checks), ("told", Some(7), vec![], 1));
        checks.on_alarm(&Alarm::PositionsRefused(account));
        assert_eq!(shown(&checks).0, "refused");
    }
}

//! The engine's enums as words for people.

use gannet_types::{
    Alarm, ClientOrderId, FeedState, GateMode, GateVerdict, Liquidity, Lots, ModelRole,
    OrderStatus, OrderType, Pace, Plan, Scope, SessionAction, Side, SignalAction, StaleReason,
    TimeInForce, TradingStatus,
};

pub(crate) fn session_action(action: SessionAction) -> String {
    match action {
        SessionAction::ResetNumbers => "reset both numbers".to_owned(),
        SessionAction::SetNextInbound(next) => format!("expect {next} next"),
        SessionAction::SetNextOutbound(next) => format!("send {next} next"),
        SessionAction::Logout => "log out".to_owned(),
        SessionAction::Logon => "log on".to_owned(),
    }
}

pub(crate) const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

pub(crate) const fn order_type(order_type: OrderType) -> &'static str {
    match order_type {
        OrderType::Market => "market",
        OrderType::Limit => "limit",
        OrderType::Stop => "stop",
        OrderType::StopLimit => "stop limit",
        OrderType::TrailingStop => "trailing stop",
        OrderType::Pegged => "pegged",
    }
}

pub(crate) const fn time_in_force(time_in_force: TimeInForce) -> &'static str {
    match time_in_force {
        TimeInForce::Day => "day",
        TimeInForce::GoodTillCancel => "good till cancel",
        TimeInForce::AtTheOpening => "at the opening",
        TimeInForce::ImmediateOrCancel => "immediate or cancel",
        TimeInForce::FillOrKill => "fill or kill",
        TimeInForce::GoodTillCrossing => "good till crossing",
        TimeInForce::GoodTillDate => "good till date",
        TimeInForce::AtTheClose => "at the close",
        TimeInForce::PostOnly => "post only",
    }
}

pub(crate) const fn order_status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::PendingNew => "pending new",
        OrderStatus::New => "new",
        OrderStatus::PartiallyFilled => "partially filled",
        OrderStatus::Stopped => "stopped",
        OrderStatus::Suspended => "suspended",
        OrderStatus::DoneForDay => "done for day",
        OrderStatus::Filled => "filled",
        OrderStatus::Canceled => "canceled",
        OrderStatus::Rejected => "rejected",
        OrderStatus::Expired => "expired",
        OrderStatus::PendingCancel => "pending cancel",
        OrderStatus::PendingReplace => "pending replace",
    }
}

pub(crate) const fn liquidity(liquidity: Liquidity) -> &'static str {
    match liquidity {
        Liquidity::Unknown => "unknown",
        Liquidity::Maker => "maker",
        Liquidity::Taker => "taker",
    }
}

pub(crate) const fn gate_mode(mode: GateMode) -> &'static str {
    match mode {
        GateMode::Manual => "manual",
        GateMode::Assisted => "assisted",
        GateMode::Auto => "auto",
        GateMode::Paper => "paper",
    }
}

/// Returns the gate mode that a person wrote.
pub(crate) fn parse_gate_mode(text: &str) -> Option<GateMode> {
    [GateMode::Manual, GateMode::Assisted, GateMode::Auto, GateMode::Paper]
        .into_iter()
        .find(|&mode| gate_mode(mode) == text)
}

pub(crate) const fn trading(status: TradingStatus) -> &'static str {
    match status {
        TradingStatus::Trading => "trading",
        TradingStatus::Halted => "halted",
    }
}

pub(crate) const fn feed(state: FeedState) -> &'static str {
    match state {
        FeedState::Live => "live",
        FeedState::Stale(StaleReason::Disconnected) => "disconnected",
        FeedState::Stale(StaleReason::Gap) => "stale: gap",
        FeedState::Stale(StaleReason::Malformed) => "stale: malformed message",
        FeedState::Stale(StaleReason::Overflow) => "stale: overflow",
        FeedState::Stale(StaleReason::BadSnapshot) => "stale: bad snapshot",
    }
}

pub(crate) fn action(action: SignalAction) -> String {
    match action {
        SignalAction::Place => "place".to_owned(),
        SignalAction::Replace(order) => format!("replace #{order}", order = order.0),
        SignalAction::Cancel(order) => format!("cancel #{order}", order = order.0),
        SignalAction::Work(plan) => format!("work {}", plan_word(plan)),
    }
}

const fn plan_word(plan: Plan) -> &'static str {
    match plan {
        Plan::Emulate => "by the engine where the broker cannot",
        Plan::Touched(_) => "once touched",
        Plan::Either { .. } => "one or the other",
        Plan::Split => "split over venues",
        Plan::Bracket { .. } => "bracket",
        Plan::Sliced(schedule) => match schedule.pace {
            Pace::Time => "slices by time",
            Pace::Volume => "slices by the day's volume",
            Pace::Participation => "slices by participation",
        },
    }
}

pub(crate) const fn verdict(verdict: GateVerdict) -> &'static str {
    match verdict {
        GateVerdict::Released => "released",
        GateVerdict::Shown => "shown only",
        GateVerdict::Waiting(_) => "waiting",
    }
}

pub(crate) const fn model_role(role: ModelRole) -> &'static str {
    match role {
        ModelRole::Champion => "champion",
        ModelRole::Challenger => "challenger",
        ModelRole::Shadow => "shadow",
        ModelRole::Out => "out",
    }
}

pub(crate) fn alarm(alarm: Alarm) -> String {
    let about = |text: &str, id: ClientOrderId| format!("{text} (order #{})", id.order().0);
    match alarm {
        Alarm::UnknownExecution(id) => about("The venue reported on an order we do not have", id),
        Alarm::FillMismatch(id) => about("The venue's filled quantity does not fit ours", id),
        Alarm::Killed => "The kill switch was turned on".to_owned(),
        Alarm::GatewayDown => "A gateway went down with orders open".to_owned(),
        Alarm::NoAnswer(id) => about("The venue did not answer in time", id),
        Alarm::TradeCorrected(id) => about("The venue took back or changed a trade", id),
        Alarm::UnknownCorrection(id) => {
            about("The venue took back or changed a trade that we do not know", id)
        }
        Alarm::OrderRevived(id) => about("The venue works an order again that was done", id),
        Alarm::DropCopyOnly(id) => {
            about("The drop copy has a trade that the order session did not report", id)
        }
        Alarm::DropCopyMissing(id) => about("The drop copy does not have a trade of ours", id),
        Alarm::ScopeHalted(Scope::Instrument(_)) => "An instrument was halted".to_owned(),
        Alarm::ScopeHalted(Scope::Account(_)) => "An account was halted".to_owned(),
        Alarm::ScopeHalted(Scope::Strategy(_)) => "A strategy was halted".to_owned(),
        Alarm::NotArmed(_) => {
            "As many orders as are allowed were sent without a person; arm to go on".to_owned()
        }
        Alarm::BreakerOpened(gateway) => {
            format!("Gateway {} failed too often: it gets no new orders for a while", gateway.0)
        }
        Alarm::BreakerClosed(gateway) => format!("Gateway {} takes new orders again", gateway.0),
        Alarm::ModelRefused(model) => {
            format!("Model {model} could not be given a role: all seats are taken")
        }
        Alarm::Halted(_, reason) => format!("Risk halted trading: {}", reason.text()),
        Alarm::PositionDiffers(it) if it.lots() == Lots::ZERO => {
            "The venue has the same position as we again".to_owned()
        }
        Alarm::PositionDiffers(_) => "The venue has another position than we".to_owned(),
        Alarm::PositionsRefused(_) => "The venue does not tell positions".to_owned(),
        Alarm::PositionsNotTold(_) => "The venue did not tell positions in time".to_owned(),
        Alarm::UnknownAccount => "The drop copy names an account we do not know".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_modes_survive_being_written() {
        for mode in [GateMode::Manual, GateMode::Assisted, GateMode::Auto, GateMode::Paper] {
            assert_eq!(parse_gate_mode(gate_mode(mode)), Some(mode));
        }
        assert_eq!(parse_gate_mode("Auto"), None);
    }
}

//! An order as a person writes it, JSON with decimal text, and as the engine takes it.
//!
//! Every number becomes whole ticks and lots or is refused by the name of its field: nothing is rounded.

use gannet_types::increment::parse_decimal;
use gannet_types::{
    AccountId, Increment, Instrument, Lots, ManualOrder, Nanos, OrderTerms, OrderType, Pace, Plan,
    Schedule, Side, Text, Ticks, TimeInForce,
};
use serde::Deserialize;

use crate::projections::decimal;

/// What is wrong with an order, by the name of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadOrder(pub(super) String);

/// An order as it is written; `docs/orders.md` tells what each field means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderForm {
    client_ref: String,
    pub(super) account: Option<String>,
    pub(super) symbol: String,
    side: String,
    quantity: String,
    #[serde(rename = "type")]
    order_type: Option<String>,
    price: Option<String>,
    stop_price: Option<String>,
    touch_price: Option<String>,
    trail: Option<String>,
    display_quantity: Option<String>,
    time_in_force: Option<String>,
    expire_ms: Option<u64>,
    oco: Option<LegForm>,
    bracket: Option<BracketForm>,
    algo: Option<AlgoForm>,
}

/// The other order of a pair.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LegForm {
    #[serde(rename = "type")]
    order_type: String,
    side: Option<String>,
    price: Option<String>,
    stop_price: Option<String>,
    trail: Option<String>,
}

/// The exits of a bracket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BracketForm {
    target: Option<String>,
    stop: Option<String>,
    trail: Option<String>,
}

/// How an order is sliced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlgoForm {
    kind: String,
    lasts_s: u32,
    every_s: u32,
    share_percent: Option<String>,
    child_max_percent: Option<String>,
    #[serde(default)]
    behind_percent: u8,
    #[serde(default)]
    jitter_percent: u8,
    #[serde(default)]
    seed: u32,
}

/// Reads JSON; the error names the field that is missing or unknown.
pub(super) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, BadOrder> {
    serde_json::from_slice(body).map_err(|error| BadOrder(format!("the body: {error}")))
}

/// Checks the name that a person gives.
pub(super) fn client_ref(text: &str) -> Result<Text<32>, BadOrder> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    if !(1..=32).contains(&text.len()) || !text.bytes().all(plain) {
        let rule = "1 to 32 letters, digits, `-`, `_`, `.` or `:`, new for each order";
        return Err(bad("client_ref", rule));
    }
    Ok(Text::new(text.as_bytes()))
}

/// Reads a price of an instrument; none is zero.
pub(super) fn price(
    instrument: &Instrument,
    field: &str,
    text: Option<&str>,
) -> Result<Ticks, BadOrder> {
    text.map_or(Ok(Ticks::ZERO), |text| steps(&instrument.tick, field, text, "tick").map(Ticks))
}

/// Reads a quantity of an instrument; none is zero.
pub(super) fn quantity(
    instrument: &Instrument,
    field: &str,
    text: Option<&str>,
) -> Result<Lots, BadOrder> {
    text.map_or(Ok(Lots::ZERO), |text| steps(&instrument.lot, field, text, "lot").map(Lots))
}

impl OrderForm {
    /// Returns what the engine is to do.
    ///
    /// # Errors
    /// Names the field that is wrong and what it must be.
    pub(super) fn order(
        &self,
        account: AccountId,
        instrument: &Instrument,
    ) -> Result<ManualOrder, BadOrder> {
        let parts = [self.oco.is_some(), self.bracket.is_some(), self.algo.is_some()];
        if parts.iter().filter(|given| **given).count() > 1 {
            return Err(bad("oco, bracket, algo", "an order has one of them at most"));
        }
        let written = self.order_type.as_deref().unwrap_or("limit");
        let touched = written == TAKE_PROFIT;
        let order_type = match (touched, &self.price) {
            (true, Some(_)) => OrderType::Limit,
            (true, None) => OrderType::Market,
            (false, _) => order_type("type", written)?,
        };
        let sliced = self.algo.is_some();
        if sliced && (touched || order_type != OrderType::Limit) {
            return Err(bad("type", "what is sliced is a limit order, whose price is optional"));
        }
        let fields = ["price", "stop_price", "trail"];
        let given = [&self.price, &self.stop_price, &self.trail].map(|it| it.as_deref());
        check_prices(order_type, fields, given, sliced)?;
        let lots = quantity(instrument, "quantity", Some(&self.quantity))?;
        let time_in_force = time_in_force(self.time_in_force.as_deref().unwrap_or("gtc"))?;
        let dated = time_in_force == TimeInForce::GoodTillDate;
        if dated != self.expire_ms.is_some() {
            return Err(bad("expire_ms", "time_in_force gtd has it, and no other"));
        }
        let terms = OrderTerms {
            stop_price: price(instrument, "stop_price", self.stop_price.as_deref())?,
            offset: price(instrument, "trail", self.trail.as_deref())?,
            display_lots: quantity(
                instrument,
                "display_quantity",
                self.display_quantity.as_deref(),
            )?,
            expire_time: Nanos(self.expire_ms.unwrap_or(0).saturating_mul(Nanos::MILLISECOND.0)),
            ..OrderTerms::PLAIN
        };
        terms.check(order_type, time_in_force, lots).map_err(|_| {
            bad("time_in_force, display_quantity", "they do not go with this type and quantity")
        })?;
        let is_special = !matches!(order_type, OrderType::Market | OrderType::Limit)
            || terms.display_lots > Lots::ZERO
            || dated;
        let plan = self.plan(instrument, touched)?;
        Ok(ManualOrder {
            client_ref: client_ref(&self.client_ref)?,
            account,
            instrument: instrument.id,
            side: side("side", &self.side)?,
            order_type,
            price: price(instrument, "price", self.price.as_deref())?,
            lots,
            time_in_force,
            terms,
            plan: plan.or(is_special.then_some(Plan::Emulate)),
        })
    }

    fn plan(&self, instrument: &Instrument, touched: bool) -> Result<Option<Plan>, BadOrder> {
        let is_parent = self.oco.is_some() || self.bracket.is_some() || self.algo.is_some();
        if touched != self.touch_price.is_some() {
            return Err(bad("touch_price", "type take_profit has it, and no other"));
        }
        if touched && is_parent {
            return Err(bad("type", "a take_profit has neither oco, bracket nor algo"));
        }
        if touched {
            let at = price(instrument, "touch_price", self.touch_price.as_deref())?;
            return Ok(Some(Plan::Touched(at)));
        }
        if let Some(leg) = &self.oco {
            return leg.plan(instrument, &self.side).map(Some);
        }
        if let Some(BracketForm { target, stop, trail }) = &self.bracket {
            let target = price(instrument, "bracket.target", target.as_deref())?;
            let stop = price(instrument, "bracket.stop", stop.as_deref())?;
            let trail = distance(instrument, "bracket.trail", trail.as_deref())?;
            if (target, stop, trail) == (Ticks::ZERO, Ticks::ZERO, 0) {
                return Err(bad("bracket", "it has a target, a stop or a trail"));
            }
            return Ok(Some(Plan::Bracket { target, stop, trail }));
        }
        self.algo.as_ref().map(AlgoForm::plan).transpose()
    }
}

impl LegForm {
    fn plan(&self, instrument: &Instrument, side_of_other: &str) -> Result<Plan, BadOrder> {
        let order_type = order_type("oco.type", &self.order_type)?;
        let fields = ["oco.price", "oco.stop_price", "oco.trail"];
        let given = [&self.price, &self.stop_price, &self.trail].map(|it| it.as_deref());
        check_prices(order_type, fields, given, false)?;
        Ok(Plan::Either {
            side: side("oco.side", self.side.as_deref().unwrap_or(side_of_other))?,
            order_type,
            price: price(instrument, "oco.price", self.price.as_deref())?,
            stop_price: price(instrument, "oco.stop_price", self.stop_price.as_deref())?,
            trail: distance(instrument, "oco.trail", self.trail.as_deref())?,
        })
    }
}

impl AlgoForm {
    fn plan(&self) -> Result<Plan, BadOrder> {
        let pace = match self.kind.as_str() {
            "twap" => Pace::Time,
            "vwap" => Pace::Volume,
            "pov" => Pace::Participation,
            _ => return Err(bad("algo.kind", "twap, vwap or pov")),
        };
        let millis = |field: &str, seconds: u32| {
            let millis = seconds.checked_mul(1_000).filter(|millis| *millis > 0);
            millis.ok_or_else(|| bad(field, "seconds, at least 1 and at most 4294967"))
        };
        if (pace == Pace::Participation) != self.share_percent.is_some() {
            return Err(bad("algo.share_percent", "kind pov has it, and no other"));
        }
        if self.every_s > self.lasts_s {
            return Err(bad("algo.every_s", "a slice is not longer than the whole"));
        }
        if self.jitter_percent > 100 || self.behind_percent > 100 {
            return Err(bad("algo.jitter_percent, algo.behind_percent", "0 to 100"));
        }
        let share = self.share_percent.as_deref();
        let child = self.child_max_percent.as_deref();
        Ok(Plan::Sliced(Schedule {
            pace,
            share_bp: share.map_or(Ok(0), |text| basis_points("algo.share_percent", text))?,
            lasts_ms: millis("algo.lasts_s", self.lasts_s)?,
            every_ms: millis("algo.every_s", self.every_s)?,
            child_max_bp: child.map_or(Ok(0), |it| basis_points("algo.child_max_percent", it))?,
            behind_percent: self.behind_percent,
            jitter_percent: self.jitter_percent,
            seed: self.seed,
        }))
    }
}

/// The word of an order that waits until the market is as good as a price.
const TAKE_PROFIT: &str = "take_profit";

fn bad(field: &str, rule: &str) -> BadOrder {
    BadOrder(format!("{field}: {rule}"))
}

fn side(field: &str, text: &str) -> Result<Side, BadOrder> {
    match text {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err(bad(field, "buy or sell")),
    }
}

fn order_type(field: &str, text: &str) -> Result<OrderType, BadOrder> {
    Ok(match text {
        "market" => OrderType::Market,
        "limit" => OrderType::Limit,
        "stop" => OrderType::Stop,
        "stop_limit" => OrderType::StopLimit,
        "trailing_stop" => OrderType::TrailingStop,
        _ => {
            let types =
                "market, limit, stop, stop_limit, trailing_stop or (not of oco) take_profit";
            return Err(bad(field, types));
        }
    })
}

fn time_in_force(text: &str) -> Result<TimeInForce, BadOrder> {
    Ok(match text {
        "gtc" => TimeInForce::GoodTillCancel,
        "day" => TimeInForce::Day,
        "ioc" => TimeInForce::ImmediateOrCancel,
        "fok" => TimeInForce::FillOrKill,
        "post_only" => TimeInForce::PostOnly,
        "gtd" => TimeInForce::GoodTillDate,
        "at_the_opening" => TimeInForce::AtTheOpening,
        "at_the_close" => TimeInForce::AtTheClose,
        "gtx" => TimeInForce::GoodTillCrossing,
        _ => {
            let words = "gtc, day, ioc, fok, post_only, gtd, at_the_opening, at_the_close or gtx";
            return Err(bad("time_in_force", words));
        }
    })
}

/// Checks which of limit, stop price and distance a type has; the limit of what is sliced is optional.
fn check_prices(
    order_type: OrderType,
    [price, stop, trail]: [&str; 3],
    [has_price, has_stop, has_trail]: [Option<&str>; 3],
    sliced: bool,
) -> Result<(), BadOrder> {
    let trails = order_type == OrderType::TrailingStop;
    let stops = matches!(order_type, OrderType::Stop | OrderType::StopLimit);
    let rules = [
        (price, has_price.is_some(), order_type.has_limit(), sliced),
        // Of a trailing stop it is where it begins.
        (stop, has_stop.is_some(), stops, trails),
        (trail, has_trail.is_some(), trails, false),
    ];
    for (field, is_given, is_needed, is_optional) in rules {
        if is_given && !is_needed && !is_optional {
            return Err(bad(field, "an order of this type has none"));
        }
        if is_needed && !is_given && !is_optional {
            return Err(bad(field, "an order of this type needs it"));
        }
    }
    Ok(())
}

/// Reads positive decimal text as whole steps.
fn steps(step: &Increment, field: &str, text: &str, name: &str) -> Result<i64, BadOrder> {
    let steps = step.parse_steps(text.as_bytes()).ok().filter(|steps| *steps > 0);
    steps.ok_or_else(|| {
        let (units, decimals) = step.parts();
        let step = decimal::decimal(i128::from(units), decimals);
        bad(field, &format!("`{text}` is no positive decimal number of whole {name}s of {step}"))
    })
}

fn distance(instrument: &Instrument, field: &str, text: Option<&str>) -> Result<u32, BadOrder> {
    let ticks = price(instrument, field, text)?;
    u32::try_from(ticks.0).map_err(|_| bad(field, "too far"))
}

/// Reads a percentage above zero with at most two decimals.
fn basis_points(field: &str, text: &str) -> Result<u16, BadOrder> {
    let read = || {
        let (mantissa, decimals) = parse_decimal(text.as_bytes()).ok()?;
        let scale = 10_i64.checked_pow(2_u32.checked_sub(u32::from(decimals))?)?;
        u16::try_from(mantissa.checked_mul(scale)?)
            .ok()
            .filter(|points| (1..=10_000).contains(points))
    };
    read().ok_or_else(|| bad(field, "a percentage from 0.01 to 100, as text"))
}

#[cfg(test)]
mod tests;

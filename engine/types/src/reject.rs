//! Why something was refused: by the gate, by pre-trade risk, by a gateway or by a venue.

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $text:literal;)*) => {
        /// Why a signal, an order or a cancel was refused. The code is what the journal stores.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum RejectReason { $($(#[doc = $doc])* $name = $code,)* }

        impl RejectReason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the reason as a person reads it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Returns the reason with this code.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// Nothing was refused.
    None = 0, "none";
    /// The kill switch is on.
    KillSwitch = 1, "kill switch is on";
    /// The engine is draining before it stops.
    Draining = 2, "engine is stopping";
    /// The gate's mode does not send orders.
    GateClosed = 3, "gate mode does not release orders";
    /// A person declined.
    Declined = 4, "declined by the operator";
    /// Nobody approved in time.
    ApprovalExpired = 5, "approval expired";
    /// Too many signals wait for approval.
    ApprovalsFull = 6, "too many signals wait for approval";
    /// The gateway is not connected and reconciled.
    GatewayDown = 7, "gateway is not ready";
    /// The ring to the gateway is full.
    GatewayFull = 8, "order ring to the gateway is full";
    /// The book is stale or one-sided.
    StaleBook = 10, "market data is stale";
    /// The size is zero or negative.
    BadSize = 11, "size must be positive";
    /// The price is not positive.
    BadPrice = 12, "price must be positive";
    /// The order is larger than allowed.
    OrderSize = 13, "order size over the limit";
    /// The order is worth more than allowed.
    OrderNotional = 14, "order notional over the limit";
    /// The price is too far from the market.
    PriceCollar = 15, "price outside the collar";
    /// The position could become larger than allowed.
    PositionLimit = 16, "position limit";
    /// Too many messages in the window.
    MessageRate = 17, "message rate limit";
    /// The same order was sent a moment ago.
    Duplicate = 18, "duplicate of a recent order";
    /// Too many orders are open.
    OpenOrders = 19, "too many open orders";
    /// There is no such order.
    UnknownOrder = 20, "unknown order";
    /// The order is done or about to change.
    OrderNotReady = 21, "order cannot be changed now";
    /// The order was changed too often; cancel it and send a new one.
    TooManyRevisions = 22, "order changed too often";
    /// The realised and open loss is over the limit.
    LossLimit = 23, "loss limit";
    /// The broker's dialect has no such order type.
    OrderTypeUnsupported = 24, "the broker has no such order type";
    /// The broker's dialect has no such time in force.
    TimeInForceUnsupported = 25, "the broker has no such time in force";
    /// The broker's dialect cannot hide part of an order.
    DisplayUnsupported = 26, "the broker cannot hide part of an order";
    /// Stop price, offset, peg, expiry or tip are missing, or said in vain.
    BadTerms = 27, "stop price, offset, expiry or shown size do not fit the order type";
    /// The order is worth less than the venue takes.
    OrderNotionalMin = 31, "order notional below the minimum";
    /// Too many orders are open in the instrument.
    OpenOrdersOfInstrument = 32, "too many open orders in the instrument";
    /// It would trade with an order of our own.
    SelfTrade = 33, "would trade with an own order";
    /// The book does not hold as much, within the slippage allowed.
    Liquidity = 34, "not enough in the book within the slippage allowed";
    /// The instrument is on the restricted list.
    Restricted = 35, "instrument is on the restricted list";
    /// The day's loss is over the limit.
    DailyLoss = 36, "daily loss limit";
    /// The week's loss is over the limit.
    WeeklyLoss = 37, "weekly loss limit";
    /// The profit has fallen too far from its best.
    Drawdown = 38, "drawdown limit; reset to trade again";
    /// Too many round trips lost in a row.
    LossesInARow = 39, "too many losses in a row; reset to trade again";
    /// Too many new orders today.
    OrdersPerDay = 48, "daily number of orders";
    /// All positions together could become worth too much.
    GrossExposure = 49, "gross exposure limit";
    /// A person halted the instrument.
    InstrumentHalted = 50, "instrument is halted; resume it to trade again";
    /// As many orders as are allowed were sent without a person.
    NotArmed = 51, "as many automated orders as are allowed; arm to go on";
    /// The venue took a position over: there was too little margin.
    Liquidated = 52, "liquidated: the venue took the position over for lack of margin";
    /// All positions with their signs could become worth too much, long or short.
    NetExposure = 60, "net exposure limit";
    /// Exposure would be too large for the equity, or that is not known.
    Leverage = 61, "leverage limit, or the equity is not known";
    /// Positions or orders in too many instruments.
    OpenPositions = 62, "too many open positions";
    /// The order could lose too much of the equity, or that is not known.
    TradeRisk = 63, "risk of the trade over the limit, or the equity is not known";
    /// The instrument would be too large a share of what is held.
    Concentration = 64, "too large a share of what is held";
    /// Instruments that move together would become worth too much.
    Correlation = 65, "exposure limit of the group of correlated instruments";
    /// The account would use more than its credit.
    Credit = 66, "credit of the account";
    /// All accounts together would use more than the credit of all.
    CreditOfAll = 67, "credit of all accounts";
    /// The strategy trades the instrument too often.
    TradeFrequency = 68, "too many orders in the instrument in a while";
    /// The instrument's market is closed, or not known to be open.
    OutsideHours = 69, "outside the trading hours of the instrument";
    /// The market closes soon: positions may be reduced.
    ClosingSoon = 70, "the market closes soon; positions may be reduced";
    /// The historical value at risk would be too large, or is not known.
    HistoricalVar = 71, "historical value at risk over the limit, or not known yet";
    /// The parametric value at risk would be too large, or is not known.
    ParametricVar = 72, "parametric value at risk over the limit, or not known yet";
    /// A limit was to be set looser than the configuration's, or is none of what was named.
    LimitRefused = 73, "limits may be tightened, not loosened beyond the file";
    /// A person halted the account.
    AccountHalted = 80, "account is halted; resume it to trade again";
    /// A person halted the strategy.
    StrategyHalted = 81, "strategy is halted; resume it to trade again";
    /// A strategy gave a signal in the name of another.
    ForeignStrategy = 82, "signal names another strategy";
    /// The order would close a position and open the opposite one, where sides are kept apart.
    HedgedTurn = 83, "would turn a position over in a hedged account; close it first";
    /// An order of the strategy in the instrument is not answered yet, or waits for a person.
    DecisionPending = 84, "an earlier decision of the strategy is not settled";
    /// The strategy has a position or an order in the instrument already.
    EntryActive = 85, "strategy has entered already";
    /// The gateway failed too often; it gets no new orders for a while.
    BreakerOpen = 105, "gateway failed too often; it gets no new orders for a while";
    /// The account's positions have not been compared with the venue's since it was connected.
    PositionsNotCompared = 129, "positions are not compared with the venue's yet";
    /// The feed tells that the venue has halted the instrument.
    HaltedByVenue = 130, "the venue has halted the instrument";
    /// The order is larger, or worth more, than its strategy may send.
    StrategyOrder = 131, "order over the limit of its strategy";
    /// The strategy's position could become larger than it may be.
    StrategyPosition = 132, "position limit of the strategy";
    /// The strategy has lost more today than it may.
    StrategyDailyLoss = 133, "daily loss limit of the strategy";
    /// Too many orders of the strategy are open.
    StrategyOpenOrders = 134, "too many open orders of the strategy";
    /// The request provably never left this machine.
    NotSent = 30, "request never left this machine";
    /// The venue refused without a reason we know.
    Venue = 40, "refused by the venue";
    /// The venue: it would have traded at once.
    WouldTake = 41, "post-only order would take liquidity";
    /// The venue: unknown instrument.
    UnknownInstrument = 42, "unknown instrument";
    /// The venue: duplicate client order id.
    DuplicateId = 43, "duplicate client order id";
    /// The venue: too late, the order is done.
    TooLate = 44, "too late to cancel";
    /// The venue: it is closed.
    MarketClosed = 45, "the market is closed";
    /// The venue: unknown account.
    UnknownAccount = 46, "unknown account";
    /// The venue: it does not do that.
    Unsupported = 47, "not supported by the venue";
    /// Too many parent orders are worked.
    ParentsFull = 90, "too many parent orders";
    /// The plan of a parent order contradicts itself, or nothing is left of its time.
    BadPlan = 91, "the plan of the parent order makes no sense";
    /// The instrument is not one of several listings of the same thing.
    NotListed = 118, "instrument is listed at no other venue";
    /// An order is split in the smallest of the listings' lots.
    ListingLot = 119, "orders are split in the smallest lot of the listings; order it there";
    /// The order is a child of a parent order.
    ChildOrder = 92, "only its parent changes a child order; cancel the parent";
    /// A person's order was given before under the same name.
    KnownReference = 123, "client_ref was given before; nothing was done twice";
    /// A newer wish of the same strategy took its place before anybody decided.
    WishReplaced = 124, "a newer wish of the strategy took its place";
    /// People place no orders for the account.
    NoDesk = 125, "people place no orders for this account";
    /// A listing says that another account trades the instrument.
    ListedElsewhere = 120, "another account trades this instrument";
    /// A person may cancel a strategy's order, not change it.
    StrategysOrder = 126, "the order is a strategy's; cancel it, or halt the strategy";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_to_their_reasons() {
        for &reason in RejectReason::ALL {
            assert_eq!(RejectReason::from_code(reason as u8), Some(reason));
        }
        assert_eq!(RejectReason::from_code(255), None);
    }
}

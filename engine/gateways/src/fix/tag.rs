//! The tags of order messages, beside those that the session knows; from FIX 4.4 volume 6 and,
//! above 1000, FIX 5.0 SP2.

pub(super) use gannet_fix::tag::*;

macro_rules! tags {
    ($($name:ident = $number:literal $text:literal;)*) => {
        $(#[doc = concat!($text, "(", $number, ").")] pub(super) const $name: u32 = $number;)*
    };
}

tags! {
    EXEC_INST = 18 "ExecInst";
    EXEC_REF_ID = 19 "ExecRefID";
    EXEC_TRANS_TYPE = 20 "ExecTransType";
    SECURITY_ID_SOURCE = 22 "SecurityIDSource";
    SECURITY_ID = 48 "SecurityID";
    POSITION_EFFECT = 77 "PositionEffect";
    MAX_FLOOR = 111 "MaxFloor";
    EXPIRE_TIME = 126 "ExpireTime";
    DK_REASON = 127 "DKReason";
    SECURITY_TYPE = 167 "SecurityType";
    MATURITY_MONTH_YEAR = 200 "MaturityMonthYear";
    SECURITY_EXCHANGE = 207 "SecurityExchange";
    PEG_OFFSET_VALUE = 211 "PegOffsetValue";
    BUSINESS_REJECT_REF_ID = 379 "BusinessRejectRefID";
    EXPIRE_DATE = 432 "ExpireDate";
    PARTY_ID_SOURCE = 447 "PartyIDSource";
    PARTY_ID = 448 "PartyID";
    PARTY_ROLE = 452 "PartyRole";
    NO_PARTY_IDS = 453 "NoPartyIDs";
    CFI_CODE = 461 "CFICode";
    SECONDARY_EXEC_ID = 527 "SecondaryExecID";
    MASS_CANCEL_REQUEST_TYPE = 530 "MassCancelRequestType";
    MASS_CANCEL_RESPONSE = 531 "MassCancelResponse";
    ACCOUNT_TYPE = 581 "AccountType";
    MASS_STATUS_REQ_ID = 584 "MassStatusReqID";
    MASS_STATUS_REQ_TYPE = 585 "MassStatusReqType";
    NO_POSITIONS = 702 "NoPositions";
    POS_TYPE = 703 "PosType";
    LONG_QTY = 704 "LongQty";
    SHORT_QTY = 705 "ShortQty";
    POS_AMT_TYPE = 707 "PosAmtType";
    POS_AMT = 708 "PosAmt";
    POS_REQ_ID = 710 "PosReqID";
    CLEARING_BUSINESS_DATE = 715 "ClearingBusinessDate";
    POS_MAINT_RPT_ID = 721 "PosMaintRptID";
    POS_REQ_TYPE = 724 "PosReqType";
    TOTAL_NUM_POS_REPORTS = 727 "TotalNumPosReports";
    POS_REQ_RESULT = 728 "PosReqResult";
    POS_REQ_STATUS = 729 "PosReqStatus";
    SETTL_PRICE = 730 "SettlPrice";
    SETTL_PRICE_TYPE = 731 "SettlPriceType";
    PRIOR_SETTL_PRICE = 734 "PriorSettlPrice";
    NO_POS_AMT = 753 "NoPosAmt";
    COPY_MSG_INDICATOR = 797 "CopyMsgIndicator";
    TOT_NUM_REPORTS = 911 "TotNumReports";
    LAST_RPT_REQUESTED = 912 "LastRptRequested";
    PEG_PRICE_TYPE = 1094 "PegPriceType";
    DISPLAY_QTY = 1138 "DisplayQty";
}

/// MsgType(35) of an OrderMassCancelRequest.
pub(super) const ORDER_MASS_CANCEL_REQUEST: &[u8] = b"q";
/// MsgType(35) of an OrderMassCancelReport.
pub(super) const ORDER_MASS_CANCEL_REPORT: &[u8] = b"r";
/// MsgType(35) of an OrderMassStatusRequest.
pub(super) const ORDER_MASS_STATUS_REQUEST: &[u8] = b"AF";
/// MsgType(35) of a RequestForPositions.
pub(super) const REQUEST_FOR_POSITIONS: &[u8] = b"AN";
/// MsgType(35) of a RequestForPositionsAck.
pub(super) const REQUEST_FOR_POSITIONS_ACK: &[u8] = b"AO";
/// MsgType(35) of a PositionReport.
pub(super) const POSITION_REPORT: &[u8] = b"AP";
/// MsgType(35) of a DontKnowTrade.
pub(super) const DONT_KNOW_TRADE: &[u8] = b"Q";

//! The tags and message types that the engine or its users name, from FIX 4.4 volume 6.
//!
//! This is no dictionary: a tag that is missing here is still decoded and can be asked for
//! by its number.

macro_rules! tags {
    ($($name:ident = $number:literal $text:literal;)*) => {
        $(#[doc = concat!($text, "(", $number, ").")] pub const $name: u32 = $number;)*
    };
}

tags! {
    ACCOUNT = 1 "Account";
    AVG_PX = 6 "AvgPx";
    BEGIN_SEQ_NO = 7 "BeginSeqNo";
    BEGIN_STRING = 8 "BeginString";
    BODY_LENGTH = 9 "BodyLength";
    CHECK_SUM = 10 "CheckSum";
    CL_ORD_ID = 11 "ClOrdID";
    COMMISSION = 12 "Commission";
    COMM_TYPE = 13 "CommType";
    CUM_QTY = 14 "CumQty";
    END_SEQ_NO = 16 "EndSeqNo";
    EXEC_ID = 17 "ExecID";
    HANDL_INST = 21 "HandlInst";
    LAST_PX = 31 "LastPx";
    LAST_QTY = 32 "LastQty";
    MSG_SEQ_NUM = 34 "MsgSeqNum";
    MSG_TYPE = 35 "MsgType";
    NEW_SEQ_NO = 36 "NewSeqNo";
    ORDER_ID = 37 "OrderID";
    ORDER_QTY = 38 "OrderQty";
    ORD_STATUS = 39 "OrdStatus";
    ORD_TYPE = 40 "OrdType";
    ORIG_CL_ORD_ID = 41 "OrigClOrdID";
    POSS_DUP_FLAG = 43 "PossDupFlag";
    PRICE = 44 "Price";
    REF_SEQ_NUM = 45 "RefSeqNum";
    SENDER_COMP_ID = 49 "SenderCompID";
    SENDER_SUB_ID = 50 "SenderSubID";
    SENDING_TIME = 52 "SendingTime";
    SIDE = 54 "Side";
    SYMBOL = 55 "Symbol";
    TARGET_COMP_ID = 56 "TargetCompID";
    TARGET_SUB_ID = 57 "TargetSubID";
    TEXT = 58 "Text";
    TIME_IN_FORCE = 59 "TimeInForce";
    TRANSACT_TIME = 60 "TransactTime";
    SIGNATURE = 89 "Signature";
    SECURE_DATA = 91 "SecureData";
    RAW_DATA_LENGTH = 95 "RawDataLength";
    RAW_DATA = 96 "RawData";
    POSS_RESEND = 97 "PossResend";
    ENCRYPT_METHOD = 98 "EncryptMethod";
    STOP_PX = 99 "StopPx";
    CXL_REJ_REASON = 102 "CxlRejReason";
    ORD_REJ_REASON = 103 "OrdRejReason";
    HEART_BT_INT = 108 "HeartBtInt";
    TEST_REQ_ID = 112 "TestReqID";
    ON_BEHALF_OF_COMP_ID = 115 "OnBehalfOfCompID";
    ON_BEHALF_OF_SUB_ID = 116 "OnBehalfOfSubID";
    ORIG_SENDING_TIME = 122 "OrigSendingTime";
    GAP_FILL_FLAG = 123 "GapFillFlag";
    DELIVER_TO_COMP_ID = 128 "DeliverToCompID";
    DELIVER_TO_SUB_ID = 129 "DeliverToSubID";
    RESET_SEQ_NUM_FLAG = 141 "ResetSeqNumFlag";
    SENDER_LOCATION_ID = 142 "SenderLocationID";
    TARGET_LOCATION_ID = 143 "TargetLocationID";
    ON_BEHALF_OF_LOCATION_ID = 144 "OnBehalfOfLocationID";
    DELIVER_TO_LOCATION_ID = 145 "DeliverToLocationID";
    EXEC_TYPE = 150 "ExecType";
    LEAVES_QTY = 151 "LeavesQty";
    XML_DATA = 213 "XmlData";
    LAST_MSG_SEQ_NUM_PROCESSED = 369 "LastMsgSeqNumProcessed";
    REF_TAG_ID = 371 "RefTagID";
    REF_MSG_TYPE = 372 "RefMsgType";
    SESSION_REJECT_REASON = 373 "SessionRejectReason";
    BUSINESS_REJECT_REASON = 380 "BusinessRejectReason";
    CXL_REJ_RESPONSE_TO = 434 "CxlRejResponseTo";
    TEST_MESSAGE_INDICATOR = 464 "TestMessageIndicator";
    USERNAME = 553 "Username";
    PASSWORD = 554 "Password";
    NEXT_EXPECTED_MSG_SEQ_NUM = 789 "NextExpectedMsgSeqNum";
    LAST_LIQUIDITY_IND = 851 "LastLiquidityInd";
    NEW_PASSWORD = 925 "NewPassword";
    APPL_VER_ID = 1128 "ApplVerID";
    CSTM_APPL_VER_ID = 1129 "CstmApplVerID";
    DEFAULT_APPL_VER_ID = 1137 "DefaultApplVerID";
    APPL_EXT_ID = 1156 "ApplExtID";
    SECURITY_XML = 1185 "SecurityXML";
    DERIVATIVE_SECURITY_XML = 1283 "DerivativeSecurityXML";
    ENCRYPTED_PASSWORD_METHOD = 1400 "EncryptedPasswordMethod";
    ENCRYPTED_PASSWORD_LEN = 1401 "EncryptedPasswordLen";
    ENCRYPTED_PASSWORD = 1402 "EncryptedPassword";
    ENCRYPTED_NEW_PASSWORD_LEN = 1403 "EncryptedNewPasswordLen";
    ENCRYPTED_NEW_PASSWORD = 1404 "EncryptedNewPassword";
}

/// Values of MsgType(35).
pub mod msg_type {
    /// Heartbeat.
    pub const HEARTBEAT: &[u8] = b"0";
    /// TestRequest.
    pub const TEST_REQUEST: &[u8] = b"1";
    /// ResendRequest.
    pub const RESEND_REQUEST: &[u8] = b"2";
    /// Reject, on session level.
    pub const REJECT: &[u8] = b"3";
    /// SequenceReset, both modes.
    pub const SEQUENCE_RESET: &[u8] = b"4";
    /// Logout.
    pub const LOGOUT: &[u8] = b"5";
    /// ExecutionReport.
    pub const EXECUTION_REPORT: &[u8] = b"8";
    /// OrderCancelReject.
    pub const ORDER_CANCEL_REJECT: &[u8] = b"9";
    /// Logon.
    pub const LOGON: &[u8] = b"A";
    /// NewOrderSingle.
    pub const NEW_ORDER_SINGLE: &[u8] = b"D";
    /// OrderCancelRequest.
    pub const ORDER_CANCEL_REQUEST: &[u8] = b"F";
    /// OrderCancelReplaceRequest.
    pub const ORDER_CANCEL_REPLACE_REQUEST: &[u8] = b"G";
    /// OrderStatusRequest.
    pub const ORDER_STATUS_REQUEST: &[u8] = b"H";
    /// BusinessMessageReject.
    pub const BUSINESS_MESSAGE_REJECT: &[u8] = b"j";

    /// Says whether the type belongs to the session: such messages are never resent but
    /// replaced by a gap fill.
    #[must_use]
    pub const fn is_admin(msg_type: &[u8]) -> bool {
        matches!(msg_type, [b'0'..=b'5' | b'A'])
    }
}

/// Pairs of a length tag and the data tag that follows it, of all versions, ascending.
/// BodyLength(9) and MaxMessageSize(383) are lengths as well but announce no data field.
#[rustfmt::skip]
const DATA_PAIRS: [(u32, u32); 83] = [
    (90, 91), (93, 89), (95, 96), (212, 213), (348, 349), (350, 351), (352, 353), (354, 355),
    (356, 357), (358, 359), (360, 361), (362, 363), (364, 365), (445, 446), (618, 619), (621, 622),
    (1184, 1185), (1277, 1278), (1280, 1281), (1282, 1283), (1397, 1398), (1401, 1402),
    (1403, 1404), (1468, 1469), (1525, 1527), (1578, 1579), (1620, 1621), (1664, 1665),
    (1678, 1697), (1733, 1734), (1871, 1872), (1874, 1875), (2072, 2073), (2074, 2075),
    (2111, 2112), (2179, 2180), (2287, 2288), (2351, 2352), (2372, 2371), (2481, 2482),
    (2494, 2493), (2522, 2521), (2637, 2638), (2651, 2652), (2665, 2666), (2715, 2716),
    (2718, 2719), (2721, 2722), (2797, 2798), (2802, 2801), (2809, 2808), (2815, 2814),
    (40004, 40005), (40008, 40009), (40978, 40979), (40980, 40981), (40982, 40983), (40984, 40985),
    (40986, 40987), (40988, 40989), (41083, 41084), (41101, 41102), (41107, 41108), (41256, 41257),
    (41320, 41321), (41324, 41325), (41458, 41459), (41476, 41477), (41482, 41483), (41653, 41654),
    (41710, 41711), (41806, 41807), (41811, 41812), (41873, 41874), (41969, 41970), (42025, 42026),
    (42171, 42172), (42451, 42452), (42652, 42653), (42947, 42948), (43109, 42684), (43110, 42486),
    (43111, 42982),
];

/// All tags of the standard header after the first three fields, hops included; FIXT 1.1 adds
/// those of [`FIXT_HEADER`].
const HEADER: [u32; 29] = [
    34, 35, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212,
    213, 347, 369, 370, 627, 628, 629, 630,
];

/// ApplVerID, CstmApplVerID, ApplExtID.
const FIXT_HEADER: [u32; 3] = [APPL_VER_ID, CSTM_APPL_VER_ID, APPL_EXT_ID];

/// Fields that no log may show.
pub(crate) const SECRETS: [u32; 5] =
    [RAW_DATA, PASSWORD, NEW_PASSWORD, ENCRYPTED_PASSWORD, ENCRYPTED_NEW_PASSWORD];

/// Data fields that hold XML.
pub(crate) const XML: [u32; 3] = [XML_DATA, SECURITY_XML, DERIVATIVE_SECURITY_XML];

/// For each routing field of an answer, ascending, the field of the question that it repeats.
pub(crate) const REVERSE_ROUTE: [(u32, u32); 6] = [
    (ON_BEHALF_OF_COMP_ID, DELIVER_TO_COMP_ID),
    (ON_BEHALF_OF_SUB_ID, DELIVER_TO_SUB_ID),
    (DELIVER_TO_COMP_ID, ON_BEHALF_OF_COMP_ID),
    (DELIVER_TO_SUB_ID, ON_BEHALF_OF_SUB_ID),
    (ON_BEHALF_OF_LOCATION_ID, DELIVER_TO_LOCATION_ID),
    (DELIVER_TO_LOCATION_ID, ON_BEHALF_OF_LOCATION_ID),
];

/// Those of them that the session asks for; each has a slot of its own, counted from 1.
const ASKED: [u32; 7] = [
    MSG_SEQ_NUM,
    SENDER_COMP_ID,
    TARGET_COMP_ID,
    SENDING_TIME,
    ORIG_SENDING_TIME,
    POSS_DUP_FLAG,
    POSS_RESEND,
];

/// Tags below are the specification's, from here on the counterparties'.
pub(crate) const FIRST_USER_DEFINED: u32 = 5000;

/// From here on they are the specification's again, in its extension packs.
pub(crate) const FIRST_EXTENSION: u32 = 40_000;

/// Negative tags are kept as their two's complement, so that a Reject can name them.
pub(crate) const FIRST_NEGATIVE: u32 = 1 << 31;

/// For each tag below 640: its slot, 0 for other header tags, `NO_HEADER` for the body's.
const HEADER_SLOTS: [u8; 640] = {
    let mut slots = [NO_HEADER; 640];
    let mut index = 0;
    while index < HEADER.len() {
        slots[HEADER[index] as usize] = 0;
        index += 1;
    }
    index = 0;
    while index < ASKED.len() {
        slots[ASKED[index] as usize] = index as u8 + 1;
        index += 1;
    }
    slots
};

const NO_HEADER: u8 = u8::MAX;

/// What the decoder wants to know of a tag, in one byte: header and slot, length of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(u8);

impl Class {
    const SLOT: u8 = 0b0111;
    const HEADER: u8 = 0b1000;
    const DATA_LENGTH: u8 = 0b1_0000;
    const USER_DEFINED: u8 = 0b10_0000;

    /// The class of a tag that is nothing special.
    pub(crate) const PLAIN: Self = Self(0);

    /// What at least one of two tags is.
    #[inline]
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the class of a tag.
    #[inline]
    pub(crate) fn of(tag: u32) -> Self {
        match CLASSES.get(tag as usize) {
            Some(class) => *class,
            None => Self::search(tag),
        }
    }

    fn search(tag: u32) -> Self {
        if (FIRST_USER_DEFINED..FIRST_EXTENSION).contains(&tag) {
            return Self(Self::USER_DEFINED);
        }
        let header = if header_slot(tag).is_some() { Self::HEADER } else { 0 };
        let length = if data_tag(tag).is_some() { Self::DATA_LENGTH } else { 0 };
        Self(header | length)
    }

    /// Says whether there is nothing special about the tag.
    #[inline]
    pub(crate) const fn is_plain(self) -> bool {
        self.0 == 0
    }

    /// Returns the slot of a header field, below 8.
    #[inline]
    pub(crate) const fn header_slot(self) -> Option<usize> {
        if self.0 & Self::HEADER != 0 { Some((self.0 & Self::SLOT) as usize) } else { None }
    }

    /// Says whether the counterparties decide what the tag is.
    #[inline]
    pub(crate) const fn is_user_defined(self) -> bool {
        self.0 & Self::USER_DEFINED != 0
    }

    /// Says whether the tag announces the length of a data field.
    #[inline]
    pub(crate) const fn is_data_length(self) -> bool {
        self.0 & Self::DATA_LENGTH != 0
    }
}

/// The classes of the tags that most messages are made of.
static CLASSES: [Class; 1024] = {
    let mut classes = [Class(0); 1024];
    let mut tag = 0;
    while tag < HEADER_SLOTS.len() {
        if HEADER_SLOTS[tag] != NO_HEADER {
            classes[tag].0 |= Class::HEADER | HEADER_SLOTS[tag];
        }
        tag += 1;
    }
    tag = 0;
    while tag < classes.len() {
        if is_data_length(tag as u32) {
            classes[tag].0 |= Class::DATA_LENGTH;
        }
        tag += 1;
    }
    classes
};

/// Returns the slot of a tag that may stand in the standard header, at most 7.
#[inline]
pub(crate) fn header_slot(tag: u32) -> Option<u8> {
    match HEADER_SLOTS.get(tag as usize) {
        Some(&slot) => (slot != NO_HEADER).then_some(slot),
        None => FIXT_HEADER.contains(&tag).then_some(0),
    }
}

/// Returns the data tag that a length tag announces. Its value may hold any byte, SOH too.
#[must_use]
pub fn data_tag(length_tag: u32) -> Option<u32> {
    let found = DATA_PAIRS.binary_search_by_key(&length_tag, |pair| pair.0);
    found.ok().map(|index| DATA_PAIRS[index].1)
}

/// Says whether the tag announces data, for tables that are made by the compiler.
pub(crate) const fn is_data_length(tag: u32) -> bool {
    let mut index = 0;
    while index < DATA_PAIRS.len() {
        if DATA_PAIRS[index].0 == tag {
            return true;
        }
        index += 1;
    }
    false
}

/// Says whether a tag belongs to the trailer: SignatureLength, Signature, CheckSum.
pub(crate) const fn is_trailer(tag: u32) -> bool {
    matches!(tag, 93 | 89 | CHECK_SUM)
}

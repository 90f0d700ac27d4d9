//! The types of values, and which texts they allow.

use crate::codec::timestamp::{is_date, parse_timestamp};

/// The type of a field's values. Types that allow the same texts are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text: String, Currency, Exchange, Country, Language, and types we do not know.
    Text,
    /// One character.
    Char,
    /// `Y` or `N`.
    Boolean,
    /// A whole number: int, Length, SeqNum, NumInGroup, DayOfMonth.
    Int,
    /// A decimal number: float, Price, Qty, Amt, Percentage, PriceOffset.
    Float,
    /// Texts separated by spaces.
    MultipleText,
    /// Characters separated by spaces.
    MultipleChar,
    /// `YYYYMMDD-HH:MM:SS[.sss…]`
    UtcTimestamp,
    /// `HH:MM:SS[.sss…]`
    UtcTimeOnly,
    /// `YYYYMMDD`: UTCDate, UTCDateOnly, LocalMktDate.
    Date,
    /// `YYYYMM`, `YYYYMMDD` or `YYYYMMWw`.
    MonthYear,
    /// Any bytes behind a length.
    Data,
}

impl Kind {
    /// Returns the type of a name in a dictionary, for its version: before FIX 4.2 `CHAR` was
    /// any text and `TIME` a timestamp. Unknown types allow any text.
    #[must_use]
    pub fn of(name: &str, version: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "CHAR" if version < "FIX.4.2" => Self::Text,
            "CHAR" => Self::Char,
            "BOOLEAN" => Self::Boolean,
            "INT" | "LENGTH" | "SEQNUM" | "NUMINGROUP" | "DAYOFMONTH" => Self::Int,
            "FLOAT" | "PRICE" | "QTY" | "QUANTITY" | "AMT" | "PERCENTAGE" | "PRICEOFFSET" => {
                Self::Float
            }
            "MULTIPLEVALUESTRING" | "MULTIPLESTRINGVALUE" => Self::MultipleText,
            "MULTIPLECHARVALUE" => Self::MultipleChar,
            "UTCTIMESTAMP" | "TIME" => Self::UtcTimestamp,
            "UTCTIMEONLY" => Self::UtcTimeOnly,
            "UTCDATE" | "UTCDATEONLY" | "LOCALMKTDATE" | "DATE" => Self::Date,
            "MONTHYEAR" => Self::MonthYear,
            "DATA" | "XMLDATA" => Self::Data,
            _ => Self::Text,
        }
    }

    /// Says whether a field may hold several of its allowed values.
    #[must_use]
    pub const fn is_multiple(self) -> bool {
        matches!(self, Self::MultipleText | Self::MultipleChar)
    }

    /// Says whether the text is one of this type.
    #[must_use]
    pub fn accepts(self, text: &[u8]) -> bool {
        match self {
            Self::Text | Self::Data | Self::MultipleText => true,
            Self::Char => text.len() == 1,
            Self::Boolean => matches!(text, b"Y" | b"N"),
            Self::Int => digits(text.strip_prefix(b"-").unwrap_or(text)),
            Self::Float => is_float(text.strip_prefix(b"-").unwrap_or(text)),
            Self::MultipleChar => text.split(|byte| *byte == b' ').all(|part| part.len() == 1),
            Self::UtcTimestamp => parse_timestamp(text).is_some(),
            Self::UtcTimeOnly => with_prefix(b"19700101-", text),
            Self::Date => is_date(text),
            Self::MonthYear => is_month_year(text),
        }
    }
}

fn digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn is_float(text: &[u8]) -> bool {
    let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at(point);
    let fraction = fraction.strip_prefix(b".").unwrap_or(fraction);
    let all = whole.iter().chain(fraction).all(u8::is_ascii_digit);
    all && whole.len() + fraction.len() > 0
}

fn with_prefix(prefix: &[u8; 9], text: &[u8]) -> bool {
    let mut whole = [0; 27];
    let Some(room) = whole.get_mut(..prefix.len() + text.len()) else { return false };
    room[..prefix.len()].copy_from_slice(prefix);
    room[prefix.len()..].copy_from_slice(text);
    parse_timestamp(room).is_some()
}

fn is_month_year(text: &[u8]) -> bool {
    let Some((month, rest)) = text.split_first_chunk::<6>() else { return false };
    let mut date = [b'0'; 8];
    date[..6].copy_from_slice(month);
    date[7] = b'1';
    let of_month = match rest {
        [] | [b'w', b'1'..=b'5'] => true,
        [_, _] => is_date(text),
        _ => false,
    };
    of_month && is_date(&date)
}

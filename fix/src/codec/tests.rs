//! The codec against tables, against itself, and against bytes that mean harm.

use proptest::prelude::*;

use super::decimal::Decimal;
use super::timestamp::{Precision, Timestamps, parse_timestamp};
use super::*;
use crate::tag;

/// Makes a message from `|`-separated fields: adds 8, 9 and 10.
pub(crate) fn framed(body: &str) -> Vec<u8> {
    let body = body.replace('|', "\x01");
    let mut bytes = format!("8=FIX.4.4\x019={}\x01{body}", body.len()).into_bytes();
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    bytes
}

/// Decodes everything; messages as `tag=value|…`, skips as `!reason`.
fn decode_all(bytes: &[u8]) -> Vec<String> {
    let mut decoder = Decoder::new();
    let (seen, _) = decode_some(&mut decoder, bytes);
    seen
}

fn decode_some(decoder: &mut Decoder, bytes: &[u8]) -> (Vec<String>, usize) {
    let (mut seen, mut at) = (Vec::new(), 0);
    loop {
        match decoder.decode(&bytes[at..]) {
            Decoded::Message { message, consumed } => {
                let fields = message.fields().map(|(tag, value)| {
                    format!("{tag}={}|", String::from_utf8_lossy(value).replace('\x01', "^"))
                });
                seen.push(fields.collect::<String>());
                at += consumed;
            }
            Decoded::Garbled { consumed, reason } => {
                assert!(consumed > 0, "a skip makes progress");
                seen.push(format!("!{reason:?}"));
                at += consumed;
            }
            Decoded::Incomplete => return (seen, at),
        }
        assert!(at <= bytes.len(), "no more is consumed than there is");
    }
}

#[track_caller]
fn check(bytes: &[u8], expected: &[&str]) {
    assert_eq!(decode_all(bytes), expected);
}

/// A good message to follow a bad one.
fn good() -> Vec<u8> {
    framed("35=0|34=9|")
}

const GOOD: &str = "35=0|34=9|";

#[test]
fn whole_messages() {
    check(&good(), &[GOOD]);
    check(&[good(), good()].concat(), &[GOOD, GOOD]);
    check(&framed("35=0|"), &["35=0|"]);
    check(&framed("35=D|58=FIX.4.4|1234567=x|"), &["35=D|58=FIX.4.4|1234567=x|"]);
    check(&framed("35=D|58=|44=1|"), &["35=D|58=|44=1|"]);
    check(&framed("35=D|58=a=b|"), &["35=D|58=a=b|"]);
}

#[test]
fn data_fields_may_hold_separators() {
    check(&framed("35=n|95=5|96=a|b|c|44=1|"), &["35=n|95=5|96=a^b^c|44=1|"]);
    check(&framed("35=n|93=3|89=|||||"), &["!Field"]);
    check(&framed("35=n|621=4|622=8=FI|"), &["35=n|621=4|622=8=FI|"]);
    check(&framed("35=n|95=9|96=abc|"), &["!Field"]);
    check(&framed("35=n|95=2|96=abc|"), &["!Field"]);
    check(&framed("35=n|95=99999999999999999999|96=abc|"), &["!Field"]);
    check(&framed("35=n|95=18446744073709551|96=abc|"), &["!Field"]);
    check(&framed("35=n|95=x|96=abc|"), &["!Field"]);
    // 9 and 383 are lengths of something else; a length without its data is just a field.
    check(&framed("35=A|383=5|96=a|"), &["35=A|383=5|96=a|"]);
    check(&framed("35=n|95=5|44=1|"), &["35=n|95=5|44=1|"]);
}

#[test]
fn garbled_messages_are_skipped() {
    let after = |bad: &[u8]| decode_all(&[bad, &good()].concat());
    let edit = |from: &str, to: &str| {
        let text = String::from_utf8(framed("35=D|34=2|58=hello|")).unwrap();
        assert!(text.contains(from));
        text.replacen(from, to, 1).into_bytes()
    };
    assert_eq!(after(b"noise"), ["!BeginString", GOOD]);
    assert_eq!(after(b"noise 58=FIX.4.4\x01"), ["!BeginString", GOOD]);
    assert_eq!(after(&edit("hello", "hallo")), ["!CheckSum", GOOD]);
    assert_eq!(after(&edit("9=19", "9=9")), ["!Trailer", GOOD]);
    assert_eq!(after(&edit("9=19", "9=x")), ["!BodyLength", GOOD]);
    assert_eq!(after(&edit("9=19", "9=")), ["!BodyLength", GOOD]);
    assert_eq!(after(&edit("9=19", "9=-1")), ["!BodyLength", GOOD]);
    assert_eq!(after(&edit("9=19", "9=2147483648")), ["!BodyLength", GOOD]);
    assert_eq!(after(&edit("9=19", "9=65537")), ["!BodyLength", GOOD]);
    assert_eq!(after(&edit("FIX.4.4\x019=19", "FIX.4.4\x0135=D")), ["!BodyLength", GOOD]);
    assert_eq!(after(&edit("8=FIX.4.4", "8=FIX.4.4.4.4.4.4.4")), ["!BeginString", GOOD]);
    assert_eq!(after(&framed("34=2|35=0|")), ["!MsgType", GOOD]);
    assert_eq!(after(&framed("35=0|4x=2|")), ["!Field", GOOD]);
    assert_eq!(after(&framed("35=0|=2|")), ["!Field", GOOD]);
    assert_eq!(after(&framed("35=0|hello|")), ["!Field", GOOD]);
    assert_eq!(after(&framed("35=0|12345678=2|")), ["!Field", GOOD]);
    assert_eq!(after(&framed("35=0|--1=2|")), ["!Field", GOOD]);
    let many = |count| framed(&format!("35=W|{}", "270=1|".repeat(count)));
    assert_eq!(after(&many(MAX_FIELDS)), ["!TooManyFields", GOOD]);
    assert_eq!(after(&many(MAX_FIELDS - 1)).len(), 2);
    // A length that is too long swallows the next message, not the one after.
    let long = edit("9=19", "9=50");
    assert_eq!(decode_all(&[long, good(), good()].concat()), ["!Trailer", GOOD]);
}

#[test]
fn decimals() {
    let parse = |text: &str| Decimal::parse(text.as_bytes()).map(|d| (d.mantissa, d.decimals));
    assert_eq!(parse("61800.20"), Some((6_180_020, 2)));
    assert_eq!(parse("-0.5"), Some((-5, 1)));
    assert_eq!(parse("00.50"), Some((50, 2)));
    assert_eq!(parse("5."), Some((5, 0)));
    assert_eq!(parse(".5"), Some((5, 1)));
    assert_eq!(parse("9223372036854775807"), Some((i64::MAX, 0)));
    for bad in ["", "-", ".", "1.2.3", "+1", "1e5", "9223372036854775808", "1 ", "--1"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
    assert_eq!(Decimal { mantissa: 150, decimals: 2 }.rescale(1), Some(15));
    assert_eq!(Decimal { mantissa: 155, decimals: 2 }.rescale(1), None);
    assert_eq!(Decimal { mantissa: 155, decimals: 2 }.rescale(4), Some(15_500));
    assert_eq!(Decimal { mantissa: i64::MAX, decimals: 0 }.rescale(1), None);
}

#[test]
fn timestamps() {
    let text =
        |precision, ns| String::from_utf8(Timestamps::new(precision).format(ns).to_vec()).unwrap();
    let time = 1_723_118_461_123_456_789;
    assert_eq!(text(Precision::Millis, time), "20240808-12:01:01.123");
    assert_eq!(text(Precision::Micros, time), "20240808-12:01:01.123456");
    assert_eq!(text(Precision::Nanos, time), "20240808-12:01:01.123456789");
    assert_eq!(text(Precision::Millis, 0), "19700101-00:00:00.000");
    assert_eq!(parse_timestamp(b"20240808-12:01:01"), Some(time / 1_000_000_000 * 1_000_000_000));
    assert_eq!(parse_timestamp(b"19700101-00:00:60"), Some(60_000_000_000));
    assert_eq!(parse_timestamp(b"20000229-00:00:00"), Some(951_782_400_000_000_000));
    let bad = ["", "20240808", "20240808-12:01:01.", "20240808 12:01:01", "20240808-12:01:0x"];
    let worse = ["20230229-00:00:00", "20241301-00:00:00", "20240100-00:00:00", "9999999999999999"];
    let worst = ["20240808-24:00:00", "20240808-12:60:00", "20240808-12:01:01.1234567890"];
    for text in bad.iter().chain(&worse).chain(&worst) {
        assert_eq!(parse_timestamp(text.as_bytes()), None, "{text}");
    }
}

fn encoder() -> Encoder {
    Encoder::new("FIX.4.4", "A", "B", Precision::Millis)
}

fn envelope(replay: Replay<'_>) -> Envelope<'_> {
    Envelope { msg_type: b"D", msg_seq_num: 7, sending_time_ns: 0, replay }
}

fn encode(replay: Replay<'_>, body: impl FnOnce(&mut Writer<'_>)) -> Result<String, EncodeError> {
    let mut buffer = [0; 4096];
    let length = encoder().encode(&mut buffer, &envelope(replay), body)?;
    Ok(String::from_utf8(buffer[..length].to_vec()).unwrap().replace('\x01', "|"))
}

#[test]
fn every_kind_of_field_is_written() {
    let text = encode(Replay::No, |writer| {
        writer.uint(5, 0);
        writer.uint(58, u64::MAX);
        writer.int(100, i64::MIN);
        writer.decimal(1000, 6_180_020, 2);
        writer.decimal(44, -5, 3);
        writer.decimal(44, 7, 0);
        writer.decimal(44, i64::MIN, 18);
        writer.bool(43, true);
        writer.data(95, 96, b"a\x01b");
        writer.timestamp(60, 1_001_000_000);
    });
    let expected = "8=FIX.4.4|9=194|35=D|34=7|49=A|52=19700101-00:00:00.000|56=B|5=0|\
        58=18446744073709551615|100=-9223372036854775808|1000=61800.20|44=-0.005|44=7|\
        44=-9.223372036854775808|43=Y|95=3|96=a|b|60=19700101-00:00:01.001|10=";
    assert!(text.as_ref().unwrap().starts_with(expected), "{text:?}");
    let replayed = encode(Replay::Of(b"T"), |_| {}).unwrap();
    assert!(replayed.contains("|34=7|43=Y|49=A|"), "{replayed}");
    assert!(replayed.contains("|56=B|122=T|10="), "{replayed}");
}

#[test]
fn bad_values_refuse_the_message() {
    let refused = |body: fn(&mut Writer<'_>)| encode(Replay::No, body).unwrap_err();
    let value = EncodeError::Value { tag: 58 };
    assert_eq!(refused(|writer| writer.str(58, "")), value);
    assert_eq!(refused(|writer| writer.str(58, "a\x0110=000\x01")), value);
    assert_eq!(refused(|writer| writer.char(58, 1)), value);
    assert_eq!(refused(|writer| writer.decimal(58, 1, 19)), value);
    assert_eq!(refused(|writer| writer.data(59, 58, b"x")), value);
    assert_eq!(refused(|writer| writer.bytes(58, &[b'x'; 5000])), EncodeError::TooLong);
}

#[test]
fn a_buffer_of_any_size_is_safe_and_every_length_is_exact() {
    for length in (1..=40).chain(60..=80).chain(930..=970) {
        let body = |writer: &mut Writer<'_>| writer.bytes(tag::TEXT, &vec![b'x'; length]);
        let mut buffer = [0; 2048];
        let whole = encoder().encode(&mut buffer, &envelope(Replay::No), body).unwrap();
        assert_eq!(decode_all(&buffer[..whole]).len(), 1);
        assert!(!decode_all(&buffer[..whole])[0].starts_with('!'), "{length}");
        for size in 0..whole {
            let result = encoder().encode(&mut buffer[..size], &envelope(Replay::No), body);
            assert_eq!(result, Err(EncodeError::TooLong), "{size} of {whole}");
        }
    }
}

/// The reader of tags, written without tricks.
fn plain_tag(bytes: &[u8]) -> Option<(u32, usize)> {
    let equals = bytes.iter().take(8).position(|byte| *byte == b'=')?;
    let digits = std::str::from_utf8(&bytes[..equals]).ok()?;
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    (all && equals > 0).then(|| (digits.parse().expect("seven digits"), equals + 1))
}

proptest! {
    #[test]
    fn tags_are_read_as_by_the_plain_reader(bytes in "\\PC{0,3}[0-9]{0,8}=?.{0,4}") {
        prop_assert_eq!(scan::tag_at(bytes.as_bytes(), 0), plain_tag(bytes.as_bytes()));
    }

    #[test]
    fn tags_are_read_from_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
        prop_assert_eq!(scan::tag_at(&bytes, 0), plain_tag(&bytes));
    }

    #[test]
    fn separators_are_found(
        bytes in prop::collection::vec(prop_oneof![Just(1_u8), any::<u8>()], 0..300),
        start in 0_usize..300,
    ) {
        let mut separators = scan::Separators::new(&bytes, start);
        let found: Vec<_> = std::iter::from_fn(|| separators.next()).collect();
        let expected: Vec<_> =
            (start..bytes.len()).filter(|at| bytes[*at] == SOH).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn checksums_are_the_sum(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let sum = bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        prop_assert_eq!(u64::from(scan::checksum(&bytes)), sum % 256);
    }

    #[test]
    fn decimals_round_trip(mantissa in any::<i64>(), decimals in 0_u8..=18) {
        // The smallest number has no positive twin to be read through.
        prop_assume!(mantissa != i64::MIN);
        let text = encode(Replay::No, |writer| writer.decimal(44, mantissa, decimals)).unwrap();
        let value = text.split("|44=").nth(1).unwrap().split('|').next().unwrap();
        let read = Decimal::parse(value.as_bytes());
        prop_assert_eq!(read, Some(Decimal { mantissa, decimals }));
    }

    #[test]
    fn timestamps_round_trip(ns in 0_u64..18_400_000_000_000_000_000) {
        let mut nanos = Timestamps::new(Precision::Nanos);
        prop_assert_eq!(parse_timestamp(nanos.format(ns)), Some(ns));
        let mut millis = Timestamps::new(Precision::Millis);
        prop_assert_eq!(parse_timestamp(millis.format(ns)), Some(ns / 1_000_000 * 1_000_000));
    }

    #[test]
    fn messages_round_trip(
        fields in prop::collection::vec((200_u32..9999, "[ -~]{1,40}"), 0..40),
        data in prop::collection::vec(any::<u8>(), 1..50),
    ) {
        // Length tags would make data of what follows.
        prop_assume!(fields.iter().all(|field| tag::data_tag(field.0).is_none()));
        let mut buffer = [0; 8192];
        let length = encoder().encode(&mut buffer, &envelope(Replay::No), |writer| {
            writer.data(tag::RAW_DATA_LENGTH, tag::RAW_DATA, &data);
            fields.iter().for_each(|(tag, value)| writer.str(*tag, value));
        }).unwrap();
        let mut decoder = Decoder::new();
        let Decoded::Message { message, consumed } = decoder.decode(&buffer[..length]) else {
            return Err(TestCaseError::fail("not decoded"));
        };
        prop_assert_eq!(consumed, length);
        prop_assert_eq!(message.msg_seq_num(), Some(7));
        prop_assert_eq!(message.get(tag::RAW_DATA), Some(&data[..]));
        let body: Vec<_> = message.fields().skip(7).collect();
        let expected: Vec<_> = fields.iter().map(|(tag, value)| (*tag, value.as_bytes())).collect();
        prop_assert_eq!(body, expected);
    }

    #[test]
    fn any_cut_gives_the_same(
        bytes in stream(),
        cuts in prop::collection::vec(1_usize..40, 1..60),
    ) {
        let whole = decode_all(&bytes);
        let messages = |seen: &[String]| -> Vec<String> {
            // Garbage is counted by piece, messages are not.
            seen.iter().filter(|text| !text.starts_with('!')).cloned().collect()
        };
        let (mut buffer, mut seen, mut decoder) = (Vec::new(), Vec::new(), Decoder::new());
        let mut rest = &bytes[..];
        for cut in cuts.iter().cycle() {
            let (piece, tail) = rest.split_at((*cut).min(rest.len()));
            buffer.extend_from_slice(piece);
            let (more, used) = decode_some(&mut decoder, &buffer);
            seen.extend(more);
            buffer.drain(..used);
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(messages(&seen), messages(&whole));
    }

    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        decode_all(&bytes);
    }

    #[test]
    fn mutated_messages_do_no_harm(
        mut bytes in stream(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        for (index, byte) in &changes {
            let at = index.index(bytes.len());
            bytes[at] = *byte;
        }
        decode_all(&bytes);
    }
}

/// Good messages, bad ones and noise in any order.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "(35=[0-9A-Z]\\|34=[0-9]{1,4}\\|)(58=[ -{]{1,30}\\|){0,3}"
            .prop_map(|body| framed(&body)),
        1 => Just(framed("35=n|95=12|96=8=FIX.4.4|9=|44=1|")),
        1 => "[ -~\\x01]{1,30}".prop_map(String::into_bytes),
        1 => Just(b"8=FIX.4.4\x019=10\x0135=0\x01".to_vec()),
        1 => Just(b"58=FIX.4.4\x01".to_vec()),
        1 => "[08]{1,4}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

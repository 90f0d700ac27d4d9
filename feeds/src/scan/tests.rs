//! The scanner against tables, and against a slow parser.

use proptest::prelude::*;

use super::*;

fn decimal(text: &str) -> Result<(u64, u8), ScanReason> {
    let mut scanner = Scanner::new(text.as_bytes());
    let decimal = scanner.decimal().map_err(|error| error.reason)?;
    Ok((decimal.mantissa, decimal.decimals))
}

#[test]
fn decimals_of_every_length_are_read() {
    let bad = Err(ScanReason::Unexpected);
    let cases = [
        (r#""0.014""#, Ok((14, 3))),
        (r#""61800.20""#, Ok((6_180_020, 2))),
        (r#""100000.10""#, Ok((10_000_010, 2))),
        (r#""1""#, Ok((1, 0))),
        (r#""1.5"]"#, Ok((15, 1))),
        (r#""12345678""#, Ok((12_345_678, 0))),
        (r#""123456789.123456789""#, Ok((123_456_789_123_456_789, 9))),
        (r#""0.0000000000000000001""#, Ok((1, 19))),
        (r#""9999999999999999999""#, Ok((9_999_999_999_999_999_999, 0))),
        (r#""10000000000000000000""#, Err(ScanReason::OutOfRange)),
        (r#""99999999999.9999999999""#, Err(ScanReason::OutOfRange)),
        (r#""""#, bad),
        (r#"".""#, bad),
        (r#"".5""#, bad),
        (r#""5.""#, bad),
        (r#""1.2.3""#, bad),
        (r#""1.2"#, bad),
        (r#""1.23456"#, bad),
        (r#""1.234567"#, bad),
        (r#""-1.5""#, bad),
        (r#""1e5""#, bad),
        (r#""1.2x""#, bad),
        (r#""1,5""#, bad),
        (r#""1 .5""#, bad),
        ("1.5", bad),
        ("", bad),
    ];
    for (text, expected) in cases {
        assert_eq!(decimal(text), expected, "{text}");
    }
}

#[test]
fn whole_numbers_are_strict() {
    let read = |text: &str| {
        let mut scanner = Scanner::new(text.as_bytes());
        let value = scanner.unsigned().map_err(|error| error.reason)?;
        scanner.finish().map_err(|error| error.reason)?;
        Ok(value)
    };
    let cases = [
        ("0", Ok(0)),
        (" 7 ", Ok(7)),
        ("1723161256313", Ok(1_723_161_256_313)),
        ("12345678", Ok(12_345_678)),
        ("9999999999999999999", Ok(9_999_999_999_999_999_999)),
        ("18446744073709551615", Err(ScanReason::OutOfRange)),
        ("01", Err(ScanReason::Unexpected)),
        ("1.0", Err(ScanReason::Unexpected)),
        ("1e3", Err(ScanReason::Unexpected)),
        ("-1", Err(ScanReason::Unexpected)),
        ("\"1\"", Err(ScanReason::Unexpected)),
        ("", Err(ScanReason::Unexpected)),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn values_are_skipped_by_the_grammar() {
    let good = [
        "null",
        "true",
        "-0",
        "0.5",
        "1E+9",
        "[]",
        "{}",
        "[1, [2], {\"a\" : []}]",
        r#""a\"]}\\\u00e4\/""#,
        r#"{"a":{"b":[{"c":"}"}]},"d":-1.5e-3}"#,
    ];
    for text in good {
        let padded = format!(" {text} ");
        let span = Scanner::new(padded.as_bytes()).skip_value();
        assert_eq!(span, Ok(Span { start: 1, end: 1 + text.len() }), "{text}");
    }
    let bad = [
        "",
        "nul",
        "tru",
        "+1",
        "01x",
        ".5",
        "1.",
        "1e",
        "-",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":1]",
        r#""a"#,
        r#""\x""#,
        r#""\u12g4""#,
        "\"a\nb\"",
        "[[[",
        "{\"a\":[}",
    ];
    for text in bad {
        let mut scanner = Scanner::new(text.as_bytes());
        let result = scanner.skip_value().and_then(|_| scanner.finish());
        assert!(result.is_err(), "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Scanner::new(nested(64).as_bytes()).skip_value().is_ok());
    let error = Scanner::new(nested(100_000).as_bytes()).skip_value().expect_err("too deep");
    // The innermost empty array is no level of its own to go back to.
    assert_eq!((error.reason, error.offset), (ScanReason::TooDeep, 64));
}

#[test]
fn wanted_members_are_found_once() {
    let members = |text: &str| {
        Scanner::new(text.as_bytes()).members::<2>(|key| match key {
            b"a" => Some(0),
            b"b" => Some(1),
            _ => None,
        })
    };
    let span = |start, end| Some(Span { start, end });
    assert_eq!(members("{}"), Ok([None, None]));
    assert_eq!(members(r#"{"b":1,"x":{"a":2},"a":[3]}"#), Ok([span(23, 26), span(5, 6)]));
    let error = members(r#"{"a":1,"x":1,"x":2,"a":2}"#).expect_err("repeated");
    assert_eq!((error.reason, error.offset), (ScanReason::Repeated, 23));
}

#[test]
fn pairs_may_have_more_elements_and_spaces() {
    let pairs = |text: &str| {
        let mut found = Vec::new();
        let mut scanner = Scanner::new(text.as_bytes());
        scanner.pairs(|first, second| {
            found.push((first.mantissa, second.mantissa));
            Ok::<(), ScanError>(())
        })?;
        scanner.finish().map(|()| found)
    };
    assert_eq!(pairs("[]"), Ok(vec![]));
    assert_eq!(pairs(" [ ] "), Ok(vec![]));
    assert_eq!(pairs(r#"[["1.0","2.00"],["3","4.0"]]"#), Ok(vec![(10, 200), (3, 40)]));
    assert_eq!(pairs(r#"[ ["1.0" , "2.0" , [5]] , ["3.0","4.0",null] ]"#).map(|p| p.len()), Ok(2));
    for bad in ["", "[", "[[]]", r#"[["1.0"]]"#, r#"[["1.0","2.0"],]"#, r#"[["1.0","2.0"]"#] {
        assert!(pairs(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn decimals_agree_with_the_slow_parser(
        text in prop_oneof!["[0-9]{0,10}(\\.[0-9]{0,8})?", "[0-9./x-]{0,12}"], padding in 0..10_usize,
    ) {
        // Bytes after the number must not matter, nor how many there are.
        let frame = format!("\"{text}\"{}", &"],[\"9.9\"],1"[..padding]);
        let slow = gannet_types::increment::parse_decimal(text.as_bytes());
        match decimal(&frame) {
            Ok((mantissa, decimals)) => {
                prop_assert_eq!(slow, Ok((i64::try_from(mantissa).expect("small"), decimals)));
            }
            Err(_) => prop_assert!(
                slow.is_err() || text.starts_with(['.', '-']) || text.ends_with('.'),
                "{} is a number", text
            ),
        }
    }

    #[test]
    fn words_are_the_bytes_and_then_zeros(
        bytes in proptest::collection::vec(any::<u8>(), 0..40), at in 0..50_usize,
    ) {
        let expected: Vec<u8> = (at..at + 8).map(|at| bytes.get(at).copied().unwrap_or(0)).collect();
        prop_assert_eq!(digits::word(&bytes, at).to_le_bytes().to_vec(), expected);
    }

    #[test]
    fn the_first_special_byte_is_found(bytes in any::<[u8; 8]>()) {
        let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
        let expected = bytes.iter().position(special).unwrap_or(8);
        prop_assert_eq!(digits::first_special(u64::from_le_bytes(bytes)), expected);
    }

    #[test]
    fn skipping_survives_any_bytes(text in "[\\[\\]{}\",:\\\\u0-9eE.+ -]{0,60}") {
        let mut scanner = Scanner::new(text.as_bytes());
        if scanner.skip_value().is_ok() && scanner.finish().is_ok() {
            // What the grammar lets pass, simd-json lets pass, unless a number overflows there.
            let mut copy = text.clone().into_bytes();
            let accepted = simd_json::to_tape(&mut copy).is_ok();
            prop_assert!(accepted || text.contains(|c: char| c.is_ascii_digit()), "{}", text);
        }
    }
}

//! Frames by table, in any order of members, and against simd-json.

use gannet_types::{InstrumentId, Level};
use proptest::prelude::*;
use simd_json::prelude::*;

use super::*;
use crate::feed::tests::{instrument, listing};

type Decoded = (Message, Vec<Level>, Vec<Level>);

const TOP: &str = r#"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256314}}"#;
const TRADE: &str = r#"{"stream":"ethusdt@trade","data":{"e":"trade","E":1723161256344,"T":1723161256343,"s":"ETHUSDT","t":5266583936,"p":"2681.62","q":"0.199","X":"MARKET","m":true}}"#;
const DEPTH: &str = r#"{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256352,"T":1723161256351,"s":"BTCUSDT","U":12,"u":17,"pu":9,"b":[["61800.20","2.534"],["100000.10","0.000"]],"a":[]}}"#;

fn decode(payload: &[u8]) -> Result<Decoded, DecodeError> {
    let mut levels = BookLevels::new();
    BinanceUsdm.decode(&listing(), payload, &mut levels).map(|message| {
        let levels = match message {
            Message::Depth { .. } => levels,
            _ => BookLevels::new(),
        };
        (message, levels.bids.to_vec(), levels.asks.to_vec())
    })
}

/// What the frame says according to simd-json and the slow decimal parser; `None` if they do
/// not understand it. Skipped frames are `Message::Skipped`.
pub(crate) fn oracle(listing: &Listing, payload: &[u8]) -> Option<Decoded> {
    let mut copy = payload.to_vec();
    let value = simd_json::to_borrowed_value(&mut copy).ok()?;
    let event = value.get("data").unwrap_or(&value);
    let (skipped, empty) = (Some((Message::Skipped, vec![], vec![])), Vec::new);
    let Some(name) = event.get_str("e") else {
        return value.get("result").and(skipped);
    };
    if !["bookTicker", "depthUpdate", "trade"].contains(&name) {
        return skipped;
    }
    let Some(slot) = listing.slot_of_symbol(event.get_str("s")?.as_bytes()) else {
        return skipped;
    };
    let listed = &listing.instruments()[slot];
    let steps = |increment: &Increment, text: &str| increment.parse_steps(text.as_bytes()).ok();
    let level = |price: &str, lots: &str| {
        let price = Ticks(steps(&listed.tick, price)?);
        Some(Level { price, lots: Lots(steps(&listed.lot, lots)?) })
    };
    let member_level = |price, lots| level(event.get_str(price)?, event.get_str(lots)?);
    let side = |name| -> Option<Vec<Level>> {
        let pairs = event.get_array(name)?.iter();
        pairs.map(|pair| level(pair.get_idx(0)?.as_str()?, pair.get_idx(1)?.as_str()?)).collect()
    };
    let millis = event.get_u64("T").or_else(|| event.get_u64("E"))?;
    let exchange_time = Nanos::from_millis(millis);
    if name == "depthUpdate" {
        let number = |name| event.get_u64(name);
        let sequence =
            Sequence { first: number("U")?, last: number("u")?, previous: number("pu")? };
        return Some((Message::Depth { slot, exchange_time, sequence }, side("b")?, side("a")?));
    }
    if name == "bookTicker" {
        let update_id = event.get_u64("u")?;
        let (bid, ask) = (member_level("b", "B")?, member_level("a", "A")?);
        let top = TopOfBook { update_id, bid, ask };
        return Some((Message::Top { slot, exchange_time, top }, empty(), empty()));
    }
    if event.get_str("X")? != "MARKET" {
        return skipped;
    }
    let Level { price, lots } = member_level("p", "q")?;
    let aggressor = if event.get_bool("m")? { Side::Sell } else { Side::Buy };
    let trade = Trade { trade_id: event.get_u64("t")?, aggressor, price, lots };
    Some((Message::Trade { slot, exchange_time, trade }, empty(), empty()))
}

/// Returns whether the bytes are JSON that simd-json refuses all the same: it converts every
/// number, also where nobody reads it, and has none beyond 64 bits. `IgnoredAny` only looks at the
/// grammar, as we do for what we skip.
fn holds_a_number_too_large_for_simd_json(payload: &[u8]) -> bool {
    simd_json::to_borrowed_value(&mut payload.to_vec()).is_err()
        && serde_json::from_slice::<serde::de::IgnoredAny>(payload).is_ok()
}

fn top(update_id: u64, bid: (i64, i64), ask: (i64, i64)) -> Message {
    let level = |(price, lots)| Level { price: Ticks(price), lots: Lots(lots) };
    let top = TopOfBook { update_id, bid: level(bid), ask: level(ask) };
    Message::Top { slot: 0, exchange_time: Nanos::from_millis(1_723_161_256_313), top }
}

#[test]
fn usual_frames_take_the_fast_way_and_say_what_they_say() {
    let mut levels = BookLevels::new();
    let mut usual = |text: &str| {
        usual::decode(&listing(), text.as_bytes(), &mut levels)
            .map(|message| (message, levels.bids.to_vec(), levels.asks.to_vec()))
    };
    let (message, ..) = usual(TOP).expect("usual");
    assert_eq!(message, top(5_123_107_839_020, (618_002, 2_507), (618_003, 2_510)));
    let (message, ..) = usual(TRADE).expect("usual");
    let trade = Trade {
        trade_id: 5_266_583_936,
        aggressor: Side::Sell,
        price: Ticks(268_162),
        lots: Lots(199),
    };
    let exchange_time = Nanos::from_millis(1_723_161_256_343);
    assert_eq!(message, Message::Trade { slot: 1, exchange_time, trade });
    let sequence = Sequence { first: 12, last: 17, previous: 9 };
    let exchange_time = Nanos::from_millis(1_723_161_256_351);
    let (message, bids, asks) = usual(DEPTH).expect("usual");
    assert_eq!(message, Message::Depth { slot: 0, exchange_time, sequence });
    assert_eq!(bids[1], Level { price: Ticks(1_000_001), lots: Lots(0) });
    assert_eq!((bids.len(), asks.len()), (2, 0));
}

#[test]
fn unusual_frames_mean_the_same() {
    let same = [
        r#"{"e":"bookTicker","u":5,"s":"BTCUSDT","b":"1.0","B":"2","a":"1.1","A":"2.510","T":1723161256313,"E":9}"#,
        r#"{"e":"bookTicker","u":5,"s":"BTCUSDT","b":"1.0","B":"2","a":"1.1","A":"2.510","T":1723161256313,"E":9,"ps":"x","st":[1,{"u":7}]}"#,
        r#"{"A":"2.510","T":1723161256313,"a":"1.10","B":"2","s":"BTCUSDT","b":"1.0000","u":5,"e":"bookTicker"}"#,
        r#"{"new":{"u":[{}, "]}\"\\"]},"e":"bookTicker","u":5,"s":"BTCUSDT","b":"1.0","B":"2","a":"1.1","A":"2.510","E":1723161256313}"#,
        r#"{"e":"bookTicker","u":5,"s":"BTCUSDT","b":"1.0","B":"2","a":"1.1","A":"2.510","T":1723161256313,"E":9,"f":{"u":18446744073709551616},"g":-1.5e+333}"#,
        r#"{"data":{"e":"bookTicker","u":5,"s":"BTCUSDT","b":"1.0","B":"2","a":"1.1","A":"2.510","E":1723161256313},"stream":"x"}"#,
        " { \"e\" : \"bookTicker\" ,\n\"u\" : 5 , \"s\" : \"BTCUSDT\" , \"b\" : \"1.0\" , \"B\":\"2\",\"a\":\"1.1\",\"A\":\"2.510\",\t\"E\" : 1723161256313 } \r\n",
        r#"{"code":1,"error":2,"result":3,"e":"bookTicker","u":5,"s":"BTCUSDT","b":"1","B":"2","a":"1.1","A":"2.51","E":1723161256313}"#,
    ];
    for text in same {
        let decoded = decode(text.as_bytes()).map(|(message, ..)| message);
        assert_eq!(decoded, Ok(top(5, (10, 2_000), (11, 2_510))), "{text}");
    }
}

#[test]
fn frames_without_a_market_message_are_skipped() {
    let skipped = [
        r#"{"result":null,"id":1}"#.to_owned(),
        r#"{"result":["btcusdt@trade"],"id":1,"error":null}"#.to_owned(),
        TRADE.replace("MARKET", "INSURANCE_FUND"),
        TRADE.replace("MARKET", "NA").replace("2681.62", "0"),
        TOP.replace("BTCUSDT", "XRPUSDT"),
        TOP.replace("\"bookTicker\"", "\"markPriceUpdate\""),
    ];
    for text in skipped {
        let result = decode(text.as_bytes()).map(|(message, ..)| message);
        assert_eq!(result, Ok(Message::Skipped), "{text}");
    }
}

#[test]
fn errors_say_what_may_be_lost() {
    let id = InstrumentId(7);
    let off = FeedError::BadPrice { instrument: id, reason: NumError::OffStep };
    let range = FeedError::BadPrice { instrument: id, reason: NumError::OutOfRange };
    let refused = |code| Some(FeedError::Refused { code });
    let cases = [
        (TOP.replace("61800.20", "61800.25"), Some(off), Affects::Nothing),
        (DEPTH.replace("61800.20", "61800.25"), Some(off), Affects::Book(0)),
        (DEPTH.replace("2.534", "2.5345"), Some(off), Affects::Book(0)),
        (r#"{"u":1,"s":"BTCUSDT","b":"1.05","B":"1","a":"2","A":"1","T":1,"e":"bookTicker"}"#.into(), Some(off), Affects::Nothing),
        (r#"{"T":1,"U":1,"u":1,"pu":0,"b":[["1.05","1"]],"a":[],"e":"depthUpdate","s":"BTCUSDT"}"#.into(), Some(off), Affects::Book(0)),
        (DEPTH.replace("61800.20", "99999999999999999999.0"), Some(range), Affects::Book(0)),
        (DEPTH.replace("2.534", "9999999999999999999"), Some(range), Affects::Book(0)),
        (DEPTH.replace("\"61800.20\"", "61800.20"), None, Affects::Book(0)),
        (DEPTH.replace("61800.20", "-1.0"), None, Affects::Book(0)),
        (DEPTH.replace("61800.20", "6e4"), None, Affects::Book(0)),
        (DEPTH.replace("\"U\":12", "\"U\":18"), None, Affects::Book(0)),
        (DEPTH.replace("\"u\":17", "\"U\":17"), None, Affects::Book(0)),
        (DEPTH.replace("btcusdt@", "xrpusdt@").replace("17", "x"), None, Affects::AllBooks),
        (TRADE.replace("\"m\":true", "\"m\":1"), None, Affects::Nothing),
        (r#"{"e":"depthUpdate"}"#.into(), None, Affects::AllBooks),
        (r#"{"e":"trade","E":}"#.into(), None, Affects::Nothing),
        ("{}".into(), None, Affects::AllBooks),
        ("[]".into(), None, Affects::AllBooks),
        (String::new(), None, Affects::AllBooks),
        (r#"{"code":-1121,"msg":"Invalid symbol."}"#.into(), refused(-1121), Affects::Nothing),
        (r#"{"error":{"code":2,"msg":"x"},"id":1}"#.into(), refused(2), Affects::Nothing),
    ];
    for (text, error, affects) in cases {
        let failure = decode(text.as_bytes()).expect_err(&text);
        assert_eq!(failure.affects, affects, "{text}");
        match error {
            Some(error) => assert_eq!(failure.error, error, "{text}"),
            None => assert!(matches!(failure.error, FeedError::Malformed(_)), "{text}"),
        }
    }
}

#[test]
fn a_truncated_frame_is_malformed_at_every_byte() {
    for text in [TOP, TRADE, DEPTH] {
        for length in 0..text.len() {
            let error = decode(&text.as_bytes()[..length]).expect_err("incomplete").error;
            let FeedError::Malformed(at) = error else {
                panic!("{error} at {length}");
            };
            assert!(at.offset as usize <= length, "{at} of {length}");
        }
    }
}

#[test]
fn a_frame_with_too_many_levels_is_refused() {
    let pair = r#"["1.00","1.000"],"#.repeat(BookLevels::SIDE_MAX);
    let fits = DEPTH.replace("[]", &format!("[{}]", pair.trim_end_matches(',')));
    let (_, _, asks) = decode(fits.as_bytes()).expect("fits");
    assert_eq!(asks.len(), BookLevels::SIDE_MAX);
    let over = DEPTH.replace("[]", &format!(r#"[{pair}["1.00","1"]]"#));
    assert_eq!(decode(over.as_bytes()).expect_err("over").error, FeedError::TooManyLevels);
}

#[test]
fn a_snapshot_is_a_number_and_two_sides() {
    let listed = instrument(7, "BTCUSDT", "0.10", "0.001");
    let mut levels = BookLevels::new();
    let mut decode = |text: &str| {
        BinanceUsdm
            .decode_snapshot(&listed, text.as_bytes(), &mut levels)
            .map(|snapshot| (snapshot, levels.bids.len(), levels.asks.len()))
    };
    let body = r#"{"lastUpdateId":42,"E":8,"T":7,"bids":[["1.10","1.000"]],"asks":[["1.20","2.5"],["1.3","1"]]}"#;
    let snapshot = Snapshot { update_id: 42, exchange_time: Nanos::from_millis(7) };
    assert_eq!(decode(body), Ok((snapshot, 1, 2)));
    for length in 0..body.len() {
        assert!(decode(&body[..length]).is_err(), "{length}");
    }
    assert_eq!(
        decode(r#"{"code":-1003,"msg":"Too many requests"}"#),
        Err(FeedError::Refused { code: -1003 })
    );
    assert!(matches!(decode(&body.replace("1.10", "1.15")), Err(FeedError::BadPrice { .. })));
    assert!(matches!(decode("{}"), Err(FeedError::Malformed(_))));
}

#[test]
fn paths_name_every_stream_and_the_snapshot() {
    assert_eq!(
        BinanceUsdm.stream_paths(&listing()),
        [
            "/public/stream?streams=btcusdt@depth@0ms/btcusdt@bookTicker\
             /ethusdt@depth@0ms/ethusdt@bookTicker",
            "/market/stream?streams=btcusdt@trade/ethusdt@trade",
        ]
    );
    assert_eq!(
        BinanceUsdm.snapshot_path(&listing().instruments()[1]),
        "/fapi/v1/depth?symbol=ETHUSDT&limit=1000"
    );
}

#[test]
fn updates_follow_by_the_previous_number() {
    let update = |first, last, previous| Sequence { first, last, previous };
    // (update, snapshot): contained, joins
    let cases = [
        (update(5, 9, 4), 10, true, false),
        (update(5, 9, 4), 9, false, true),
        (update(5, 9, 4), 5, false, true),
        (update(5, 9, 4), 4, false, true),
        (update(5, 9, 3), 4, false, false),
        (update(5, 9, 4), 3, false, false),
    ];
    for (update, snapshot, contained, joins) in cases {
        assert_eq!(BinanceUsdm::contained(snapshot, &update), contained, "{update:?} {snapshot}");
        assert_eq!(BinanceUsdm::joins(snapshot, &update), joins, "{update:?} {snapshot}");
    }
    assert!(BinanceUsdm::follows(4, &update(6, 9, 4)));
    assert!(!BinanceUsdm::follows(5, &update(6, 9, 4)));
}

/// Any JSON value, as text.
fn any_value() -> impl Strategy<Value = String> {
    let text = r#"[ -!#-\[\]-~äß]{0,12}"#;
    let escape = proptest::sample::select(vec![r#"\""#, r"\\", r"\n", r"\u00e4", r"\/", ""]);
    let leaf = prop_oneof![
        proptest::sample::select(vec![
            "null", "true", "false", "0", "-1.5e+3", "12.0", "{}", "[ ]"
        ])
        .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        (text, escape, text).prop_map(|(head, escape, tail)| format!("\"{head}{escape}{tail}\"")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|values| format!("[{}]", values.join(" , "))),
            proptest::collection::vec(inner, 0..4).prop_map(|values| {
                let members = values.iter().map(|value| format!("\"u\" : {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

fn decimal_text(whole: std::ops::Range<u32>, places: usize) -> impl Strategy<Value = String> {
    (whole, 0..10_u32.pow(places as u32), any::<bool>()).prop_map(move |(whole, part, pad)| {
        let zeros = if pad { "00" } else { "" };
        format!("\"{whole}.{part:0places$}{zeros}\"")
    })
}

fn side_text() -> impl Strategy<Value = String> {
    let pair = (decimal_text(0..200_000, 1), decimal_text(0..5_000, 3))
        .prop_map(|(price, lots)| format!("[{price},{lots}]"));
    proptest::collection::vec(pair, 0..90).prop_map(|pairs| format!("[{}]", pairs.join(",")))
}

/// The members of an event in the usual order.
fn any_event() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let symbols = vec![r#""BTCUSDT""#, r#""ETHUSDT""#, r#""XRPUSDT""#];
    let symbol = proptest::sample::select(symbols).prop_map(str::to_owned);
    let price = || decimal_text(0..200_000, 1);
    let lots = || decimal_text(0..5_000, 3);
    let number = || (0..10_u64.pow(18)).prop_map(|number| number.to_string());
    let time = || (0..10_u64.pow(13)).prop_map(|number| number.to_string());
    let word = |word: &'static str| format!("\"{word}\"");
    prop_oneof![
        (number(), symbol.clone(), price(), lots(), price(), lots(), time(), time()).prop_map(
            move |(u, s, b, b_lots, a, a_lots, t, e)| vec![
                ("e", word("bookTicker")),
                ("u", u),
                ("s", s),
                ("b", b),
                ("B", b_lots),
                ("a", a),
                ("A", a_lots),
                ("T", t),
                ("E", e),
            ]
        ),
        (time(), time(), symbol.clone(), number(), price(), lots(), any::<bool>()).prop_map(
            move |(e, t, s, id, p, q, m)| vec![
                ("e", word("trade")),
                ("E", e),
                ("T", t),
                ("s", s),
                ("t", id),
                ("p", p),
                ("q", q),
                ("X", word("MARKET")),
                ("m", m.to_string()),
            ]
        ),
        (time(), time(), symbol, 0..10_u64.pow(18), 0_u64..99_999, side_text(), side_text())
            .prop_map(move |(e, t, s, first, count, b, a)| vec![
                ("e", word("depthUpdate")),
                ("E", e),
                ("T", t),
                ("s", s),
                ("U", first.to_string()),
                ("u", (first + count).to_string()),
                ("pu", first.saturating_sub(1).to_string()),
                ("b", b),
                ("a", a),
            ]),
    ]
}

fn object(members: &[(&str, String)], space: &str) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{space}\"{name}\"{space}:{space}{value}{space}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn usual_frame() -> impl Strategy<Value = String> {
    (any_event(), any::<bool>()).prop_map(|(members, enveloped)| {
        let event = object(&members, "");
        if enveloped { format!(r#"{{"stream":"btcusdt@x","data":{event}}}"#) } else { event }
    })
}

fn any_frame() -> impl Strategy<Value = String> {
    let spaces = proptest::sample::select(vec!["", "", " ", "\n\t"]);
    let extras = proptest::collection::vec(("[f-l]{1,9}", any_value()), 0..4);
    (any_event(), extras, spaces, any::<bool>(), any::<prop::sample::Index>()).prop_map(
        |(mut members, extras, space, enveloped, at)| {
            let extras: Vec<(String, String)> = extras;
            let named = extras.iter().map(|(name, value)| (name.as_str(), value.clone()));
            let place = at.index(members.len() + 1);
            members.splice(place..place, named.collect::<Vec<_>>());
            let rotation = at.index(members.len());
            members.rotate_left(rotation);
            let event = object(&members, space);
            let envelope = [("data", event.clone()), ("stream", "\"btcusdt@x\"".to_owned())];
            if enveloped { object(&envelope, space) } else { event }
        },
    )
}

proptest! {
    #[test]
    fn valid_frames_decode_to_what_simd_json_says(payload in any_frame()) {
        let expected = oracle(&listing(), payload.as_bytes());
        prop_assert!(expected.is_some());
        prop_assert_eq!(decode(payload.as_bytes()).ok(), expected);
    }

    #[test]
    fn both_ways_agree(payload in usual_frame()) {
        let mut levels = [BookLevels::new(), BookLevels::new()];
        let usual = usual::decode(&listing(), payload.as_bytes(), &mut levels[0]);
        let any = decode_any(&listing(), payload.as_bytes(), &mut levels[1]).ok();
        if any == Some(Message::Skipped) {
            prop_assert_eq!(usual, None);
        } else {
            prop_assert_eq!(usual, any);
            prop_assert_eq!(&levels[0].bids[..], &levels[1].bids[..]);
            prop_assert_eq!(&levels[0].asks[..], &levels[1].asks[..]);
        }
    }

    #[test]
    fn a_mutated_frame_is_an_error_or_means_what_it_says(
        payload in prop_oneof![usual_frame(), any_frame()],
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4),
    ) {
        let mut bytes = payload.into_bytes();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(decoded) = decode(&bytes) && std::str::from_utf8(&bytes).is_ok() {
            match oracle(&listing(), &bytes) {
                Some(expected) => prop_assert_eq!(decoded, expected),
                None => prop_assert!(holds_a_number_too_large_for_simd_json(&bytes)),
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(&bytes);
        let listed = instrument(7, "BTCUSDT", "0.10", "0.001");
        let _ = BinanceUsdm.decode_snapshot(&listed, &bytes, &mut BookLevels::new());
    }
}

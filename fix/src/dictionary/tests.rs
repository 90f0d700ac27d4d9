//! The committed tables, the loader, formats, and one message for every fault.

use super::*;
use crate::codec::{Decoded, Decoder};
use crate::message::Message;
use crate::session::RejectReason;

const SMALL: &str = "<?xml version='1.0'?>
<!-- a broker's own -->
<fix type='FIX' major='4' minor='4' servicepack='0'>
 <header>
  <field name='BeginString' required='Y'/><field name='BodyLength' required='Y'/>
  <field name='MsgType' required='Y'/><field name='MsgSeqNum' required='Y'/>
 </header>
 <messages>
  <message name='Order' msgtype='D' msgcat='app'>
   <field name='ClOrdID' required='Y'/><component name='Parties' required='N'/>
   <field name='Side' required='N'/><field name='Flags' required=\"N\"/>
  </message>
 </messages>
 <trailer><field name='CheckSum' required='Y'/></trailer>
 <components>
  <component name='Parties'>
   <group name='NoPartyIDs' required='N'>
    <field name='PartyID' required='Y'/><field name='PartyRole' required='N'/>
    <group name='NoSubIDs' required='N'><field name='SubID' required='N'/></group>
   </group>
  </component>
 </components>
 <fields>
  <field number='8' name='BeginString' type='STRING'/><field number='9' name='BodyLength' type='LENGTH'/>
  <field number='10' name='CheckSum' type='STRING'/><field number='11' name='ClOrdID' type='STRING'/>
  <field number='34' name='MsgSeqNum' type='SEQNUM'/><field number='35' name='MsgType' type='STRING'/>
  <field number='54' name='Side' type='CHAR'>
   <value enum='1' description='BUY &amp; HOLD'/><value enum='2' description='SELL'/>
  </field>
  <field number='448' name='PartyID' type='NEWTYPE'/><field number='452' name='PartyRole' type='INT'/>
  <field number='453' name='NoPartyIDs' type='INT'/><field number='802' name='NoSubIDs' type='INT'/>
  <field number='523' name='SubID' type='STRING'/>
  <field number='55' name='Symbol' type='STRING'/>
  <field number='5001' name='Flags' type='MULTIPLECHARVALUE'>
   <value enum='A' description='A'/><value enum='B' description='B'/>
  </field>
 </fields>
</fix>";

fn small() -> Dictionary {
    Dictionary::from_xml(SMALL).expect("the text above is right")
}

/// Runs `check` on a message with this body behind MsgType and MsgSeqNum.
fn with_message<R>(body: &str, check: impl FnOnce(&Message<'_>) -> R) -> R {
    let body = format!("35=D|{body}").replace('|', "\x01");
    let mut bytes = format!("8=FIX.4.4\x019={}\x01{body}", body.len()).into_bytes();
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    match Decoder::new().decode(&bytes) {
        Decoded::Message { message, .. } => check(&message),
        other => panic!("{body}: {other:?}"),
    }
}

#[track_caller]
fn check(rules: &Validation, body: &str, expected: Result<(), (RejectReason, u32)>) {
    let dictionary = small();
    let found = with_message(body, |message| rules.check(message, &dictionary, &dictionary));
    let expected = expected.map_err(|(reason, tag)| validate::Fault { reason, tag: Some(tag) });
    assert_eq!(found, expected, "{body}");
}

#[test]
fn every_committed_table_compiles_and_knows_its_version() {
    for version in Version::ALL {
        let dictionary = Dictionary::standard(version);
        assert_eq!(dictionary.version(), version.name());
        assert_eq!(dictionary.field(11).map(|field| field.name.as_str()), Some("ClOrdID"));
        assert_eq!(dictionary.value_name(54, b"1"), Some("BUY"));
        assert!(dictionary.message_name(b"D").is_some());
        assert_eq!(dictionary.message_name(b"A").is_some(), !version.is_fixt());
    }
    let session = Dictionary::fixt();
    assert_eq!(session.version(), "FIXT.1.1");
    assert_eq!(session.message_name(b"A"), Some("Logon"));
    assert!(session.field(crate::tag::NEW_PASSWORD).is_some());
}

/// Fields of components stand where the component is used, in the versions with components.
#[test]
fn components_and_nested_groups_are_in_place() {
    let dictionary = Dictionary::standard(Version::Fix44);
    let order = dictionary.body(b"D").expect("FIX 4.4 has orders");
    assert!(order.find(11).is_some_and(|(_, member)| member.required));
    assert!(order.find(55).is_some_and(|(_, member)| !member.required || member.group.is_none()));
    let (_, parties) = order.find(453).expect("orders have parties");
    let parties = dictionary.container(parties.group.expect("they are a group"));
    assert_eq!(parties.first, 448);
    let (_, subs) = parties.find(802).expect("parties have sub-ids");
    assert_eq!(dictionary.container(subs.group.expect("they are a group")).first, 523);
    assert!(order.find(448).is_none());
}

#[test]
fn every_data_field_has_its_length_field() {
    for version in Version::ALL {
        let dictionary = Dictionary::standard(version);
        let data = dictionary.fields().iter().filter(|field| field.kind == Kind::Data);
        for field in data {
            let lengths = dictionary.fields().iter().map(|length| length.tag);
            let announced = lengths.filter_map(crate::tag::data_tag).any(|tag| tag == field.tag);
            assert!(announced, "{} {}", version.name(), field.name);
        }
    }
}

#[test]
fn a_loaded_dictionary_knows_what_its_text_says() {
    let dictionary = small();
    assert_eq!(dictionary.version(), "FIX.4.4");
    assert_eq!(dictionary.value_name(54, b"1"), Some("BUY & HOLD"));
    assert_eq!(dictionary.field(448).map(|field| field.kind), Some(Kind::Text));
    assert_eq!(dictionary.messages().collect::<Vec<_>>(), [("D", "Order")]);
}

/// Data of a broker's own may hold separators if its dictionary says so.
#[test]
fn agreed_data_fields_are_found_and_decoded() {
    for version in Version::ALL {
        assert_eq!(Dictionary::standard(version).data_fields(), [], "{version:?}");
    }
    let fields = "<field name='Side' required='N'/>\
        <field name='BlobLen' required='N'/><field name='Blob' required='N'/>";
    let definitions = "<fields><field number='6000' name='BlobLen' type='LENGTH'/>\
        <field number='6001' name='Blob' type='DATA'/>";
    let text = SMALL.replacen("<field name='Side' required='N'/>", fields, 1);
    let dictionary = Dictionary::from_xml(&text.replacen("<fields>", definitions, 1));
    let pairs = dictionary.expect("it is still right").data_fields();
    assert_eq!(pairs, [(6000, 6001)]);
    let body = "35=D\x0134=1\x016000=3\x016001=a\x01b\x0154=1\x01";
    let mut bytes = format!("8=FIX.4.4\x019={}\x01{body}", body.len()).into_bytes();
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    match Decoder::with_data_fields(pairs).decode(&bytes) {
        Decoded::Message { message, .. } => {
            assert_eq!(message.get(6001), Some(&b"a\x01b"[..]));
            assert_eq!(message.get(54), Some(&b"1"[..]));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(Decoder::new().decode(&bytes), Decoded::Garbled { .. }));
}

#[test]
fn what_is_no_dictionary_is_refused() {
    let edits = [
        ("<fix ", "<fax "),
        ("</fix>", ""),
        ("number='55'", "number='x'"),
        ("number='55'", "number='54'"),
        ("name='Side' required", "name='Sidd' required"),
        ("name='Parties' required", "name='Partys' required"),
        ("&amp;", "&unknown;"),
        ("msgtype='D'", ""),
        (
            "<field name='PartyID' required='Y'/><field name='PartyRole' required='N'/>",
            "<component name='Parties' required='N'/>",
        ),
    ];
    for (from, to) in edits {
        let text = SMALL.replacen(from, to, 1);
        assert_ne!(text, SMALL, "{from}");
        assert!(Dictionary::from_xml(&text).is_err(), "{from} -> {to}");
    }
    for cut in (0..SMALL.len()).step_by(7) {
        assert!(Dictionary::from_xml(&SMALL[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn each_fault_is_found() {
    use RejectReason::*;
    let full = Validation::full();
    let good = "34=1|11=a|453=2|448=x|452=1|802=2|523=p|523=q|448=y|54=1|5001=A B|";
    check(&full, good, Ok(()));
    check(&full, "34=1|11=a|453=0|", Ok(()));
    check(&full, "34=1|54=1|", Err((RequiredTagMissing, 11)));
    check(&full, "11=a|", Err((RequiredTagMissing, 34)));
    check(&full, "34=1|11=a|453=1|452=1|", Err((RequiredTagMissing, 448)));
    check(&full, "11=a|34=1|", Err((OutOfOrder, 34)));
    check(&full, "34=1|11=|", Err((TagWithoutValue, 11)));
    check(&full, "34=1|11=a|54=3|", Err((ValueOutOfRange, 54)));
    check(&full, "34=1|11=a|54=12|", Err((IncorrectFormat, 54)));
    check(&full, "34=1|11=a|5001=A C|", Err((ValueOutOfRange, 5001)));
    check(&full, "34=1|11=a|55=x|", Err((TagNotDefined, 55)));
    check(&full, "34=1|11=a|448=x|", Err((TagNotDefined, 448)));
    check(&full, "34=1|11=a|999=x|", Err((InvalidTag, 999)));
    check(&full, "34=1|11=a|5002=x|", Err((InvalidTag, 5002)));
    check(&full, "34=1|11=a|-1=x|", Err((InvalidTag, 1_u32.wrapping_neg())));
    check(&full, "34=1|11=a|11=b|", Err((RepeatedTag, 11)));
    check(&full, "34=1|34=1|11=a|", Err((RepeatedTag, 34)));
    check(&full, "34=1|11=a|453=3|448=x|448=y|", Err((GroupCount, 453)));
    check(&full, "34=1|11=a|453=1|448=x|802=1|523=p|523=q|", Err((GroupCount, 802)));
    check(&full, "34=1|11=a|453=3|448=x|452=x|", Err((GroupCount, 453)));
    check(&full, "34=1|11=a|453=1|448=x|452=x|", Err((IncorrectFormat, 452)));
    // Of several, the lowest tag.
    check(&full, "34=1|11=a|999=x|54=3|", Err((ValueOutOfRange, 54)));
}

#[test]
fn checks_can_be_left_out() {
    let lenient = Validation::lenient();
    check(&lenient, "34=1|11=a|999=x|5002=y|55=z|11=b|", Ok(()));
    let strict = Validation { group_order: true, ..Validation::full() };
    let wrong = "34=1|11=a|453=1|452=1|448=x|";
    check(
        &Validation { required: false, ..Validation::full() },
        wrong,
        Err((RejectReason::GroupCount, 453)),
    );
    check(&Validation { required: false, ..strict }, wrong, Err((RejectReason::GroupOrder, 452)));
    let wanted = Validation { also_required: vec![("D".to_owned(), 54)], ..Validation::full() };
    check(&wanted, "34=1|11=a|", Err((RejectReason::RequiredTagMissing, 54)));
    let empty = Validation { values_present: false, values: false, ..Validation::full() };
    check(&empty, "34=1|11=|", Ok(()));
}

#[test]
fn groups_can_be_read() {
    let dictionary = small();
    let body = "34=1|11=a|453=2|448=x|452=1|802=2|523=p|523=q|448=y|54=1|";
    with_message(body, |message| {
        let entries: Vec<_> = message.group(&dictionary, 453).expect("it is there").collect();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].get(448), Some(&b"x"[..]));
        assert_eq!(entries[0].get(523), None);
        let subs = entries[0].group(802).expect("it is there");
        assert_eq!(subs.filter_map(|sub| sub.get(523)).collect::<Vec<_>>(), [b"p", b"q"]);
        assert_eq!(entries[1].get(448), Some(&b"y"[..]));
        assert!(entries[1].group(802).is_none());
        assert_eq!(entries[1].fields().collect::<Vec<_>>(), [(448, &b"y"[..])]);
        assert!(message.group(&dictionary, 54).is_none());
        let top: Vec<_> = message.top_level(&dictionary).map(|field| field.0).collect();
        assert_eq!(top, [11, 453, 54]);
        let whole = message.top_level(&dictionary).nth(1).map(|field| field.1);
        assert_eq!(
            whole.map(<[u8]>::len),
            Some("453=2|448=x|452=1|802=2|523=p|523=q|448=y|".len())
        );
    });
}

#[test]
fn values_are_of_their_type() {
    let cases: [(Kind, &[&str], &[&str]); 9] = [
        (Kind::Int, &["0", "-5", "007", "99999999999999999999999"], &["", "-", "+1", "1.0", "x"]),
        (
            Kind::Float,
            &["1", "-1.5", "002000.00", ".5", "5."],
            &["", ".", "-", "+200.00", "1e5", "1.2.3"],
        ),
        (Kind::Char, &["x"], &["", "xy"]),
        (Kind::Boolean, &["Y", "N"], &["", "y", "1"]),
        (
            Kind::UtcTimestamp,
            &["20240808-12:01:01", "20240808-12:01:01.123456789"],
            &["20040415", ""],
        ),
        (Kind::UtcTimeOnly, &["12:01:01", "12:01:01.123"], &["25:00:00", "12:01", ""]),
        (Kind::Date, &["20240229", "99991231", "19000101"], &["20230229", "2024", "20241301", ""]),
        (
            Kind::MonthYear,
            &["202408", "20240831", "202408w5"],
            &["202413", "20240832", "202408w6", ""],
        ),
        (Kind::MultipleChar, &["A", "A B"], &["", "AB", "A  B"]),
    ];
    for (kind, good, bad) in cases {
        for text in good {
            assert!(kind.accepts(text.as_bytes()), "{kind:?} {text}");
        }
        for text in bad {
            assert!(!kind.accepts(text.as_bytes()), "{kind:?} {text}");
        }
    }
    assert_eq!(Kind::of("CHAR", "FIX.4.1"), Kind::Text);
    assert_eq!(Kind::of("CHAR", "FIX.4.2"), Kind::Char);
}

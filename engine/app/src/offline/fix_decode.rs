//! `gannet fix decode`: FIX messages as people read them, names from the dictionary.
//!
//! Takes what lies about: messages one after the other or one a line, with SOH, `|` or `^A` between
//! the fields, log text before and after. Nothing is validated; wrong lengths and checksums are
//! said, not refused, and passwords are not shown.

use std::collections::BTreeMap;
use std::fmt::Write;

use gannet_fix::Version;
use gannet_fix::dictionary::Dictionary;
use serde_json::{Map, Value};

/// One message.
pub struct Decoded {
    version: String,
    name: Option<String>,
    fields: Vec<Field>,
    remarks: Vec<String>,
}

struct Field {
    tag: u32,
    name: Option<String>,
    value: String,
    meaning: Option<String>,
}

/// The dictionaries that messages have asked for.
#[derive(Default)]
pub struct Names {
    known: BTreeMap<String, Vec<Dictionary>>,
}

/// Returns every message in `bytes`, in order.
#[must_use]
pub fn decode(bytes: &[u8], names: &mut Names) -> Vec<Decoded> {
    let plain = with_soh(bytes);
    split(&plain).into_iter().map(|message| read(message, names)).collect()
}

/// Puts SOH where a tool that showed the message put something printable.
fn with_soh(bytes: &[u8]) -> Vec<u8> {
    if bytes.contains(&SOH) {
        return bytes.to_vec();
    }
    let text = String::from_utf8_lossy(bytes).replace("^A", "\u{1}").replace('|', "\u{1}");
    text.into_bytes()
}

/// Finds the messages: each begins with `8=FIX` and ends with its CheckSum, the line, or the next.
fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = bytes
        .windows(BEGIN.len())
        .enumerate()
        .filter(|(at, window)| *window == BEGIN && (*at == 0 || bytes[at - 1] != b'1'))
        .map(|(at, _)| at)
        .collect();
    let end_of = |start: usize, limit: usize| {
        let message = &bytes[start..limit];
        let line = message.iter().position(|&byte| byte == b'\n').unwrap_or(message.len());
        let checked = message.windows(CHECK.len()).position(|window| window == CHECK);
        let after = checked.map(|at| at + CHECK.len() + 3).filter(|&end| end <= message.len());
        // The separator after the CheckSum belongs to the message.
        let after = after.map(|end| end + usize::from(message.get(end) == Some(&SOH)));
        &message[..after.unwrap_or(line)]
    };
    let limits = starts.iter().copied().skip(1).chain([bytes.len()]);
    starts.iter().copied().zip(limits).map(|(start, limit)| end_of(start, limit)).collect()
}

fn read(message: &[u8], names: &mut Names) -> Decoded {
    let mut version = String::new();
    let mut remarks = check(message);
    let mut raw = Vec::new();
    for part in message.split(|&byte| byte == SOH).filter(|part| !part.is_empty()) {
        let text = String::from_utf8_lossy(part);
        match text.split_once('=').map(|(tag, value)| (tag.parse::<u32>(), value)) {
            Some((Ok(tag), value)) => raw.push((tag, value.to_owned())),
            _ => remarks.push(format!("`{text}` is no field")),
        }
    }
    if let Some((8, begin)) = raw.first() {
        version.clone_from(begin);
    }
    let application = raw.iter().find(|(tag, _)| *tag == APPL_VER_ID);
    let dictionaries = names.of(&version, application.map(|(_, value)| value.as_str()));
    let fields: Vec<Field> = raw.into_iter().map(|field| explain(field, dictionaries)).collect();
    let message_type = fields.iter().find(|field| field.tag == 35).map(|field| field.value.clone());
    let name = message_type.and_then(|code| {
        let known =
            |dictionary: &Dictionary| dictionary.message_name(code.as_bytes()).map(str::to_owned);
        dictionaries.iter().find_map(known)
    });
    Decoded { version, name, fields, remarks }
}

fn explain((tag, value): (u32, String), dictionaries: &[Dictionary]) -> Field {
    let name = dictionaries
        .iter()
        .find_map(|dictionary| dictionary.field(tag).map(|field| field.name.clone()));
    let meaning = dictionaries
        .iter()
        .find_map(|dictionary| dictionary.value_name(tag, value.as_bytes()).map(str::to_owned));
    let value = if SECRETS.contains(&tag) { "***".to_owned() } else { value };
    Field { tag, name, value, meaning }
}

/// Says whether BodyLength and CheckSum are those of the message.
fn check(message: &[u8]) -> Vec<String> {
    let number = |tag: &[u8]| {
        let at = message.windows(tag.len()).position(|window| window == tag)? + tag.len();
        let digits = message[at..].split(|&byte| byte == SOH).next()?;
        Some((at, std::str::from_utf8(digits).ok()?.parse::<usize>().ok()?))
    };
    let mut remarks = Vec::new();
    let end = message.windows(CHECK.len()).position(|window| window == CHECK);
    let (Some((at, length)), Some(end)) = (number(b"\x019="), end) else {
        remarks.push("it has no BodyLength or no CheckSum".to_owned());
        return remarks;
    };
    let body = message[at..].iter().position(|&byte| byte == SOH).map_or(at, |skip| at + skip + 1);
    let really = (end + 1).saturating_sub(body);
    if really != length {
        remarks.push(format!("BodyLength says {length}, the body has {really} bytes"));
    }
    let sum: u32 = message[..=end].iter().map(|&byte| u32::from(byte)).sum();
    match number(CHECK) {
        Some((_, said)) if said as u32 == sum % 256 => {}
        Some((_, said)) => remarks.push(format!("CheckSum says {said}, it is {}", sum % 256)),
        None => remarks.push("CheckSum is no number".to_owned()),
    }
    remarks
}

impl Names {
    /// Returns the dictionaries of a message, the most specific first; none for no known version.
    fn of(&mut self, begin: &str, application: Option<&str>) -> &[Dictionary] {
        let key = format!("{begin}/{}", application.unwrap_or_default());
        self.known.entry(key).or_insert_with(|| {
            if begin == "FIXT.1.1" {
                let version = match application {
                    Some("7") => Version::Fix50,
                    Some("8") => Version::Fix50Sp1,
                    _ => Version::Fix50Sp2,
                };
                return vec![Dictionary::standard(version), Dictionary::fixt()];
            }
            let speaks = |version: &Version| version.begin_string() == begin;
            Version::ALL.into_iter().find(speaks).map(Dictionary::standard).into_iter().collect()
        })
    }
}

impl Decoded {
    /// Returns the message as people read it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let width = |of: fn(&Field) -> usize| self.fields.iter().map(of).max().unwrap_or_default();
        let names = width(|field| field.name.as_ref().map_or(1, String::len));
        let mut text =
            format!("{} {}\n", self.version, self.name.as_deref().unwrap_or("unknown message"));
        for Field { tag, name, value, meaning } in &self.fields {
            let name = name.as_deref().unwrap_or("?");
            let _ = write!(text, "  {tag:>5}  {name:names$}  {value}");
            match meaning {
                Some(meaning) => text += &format!("  {meaning}\n"),
                None => text.push('\n'),
            }
        }
        for remark in &self.remarks {
            text += &format!("  !  {remark}\n");
        }
        text
    }

    /// Returns the message as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let field = |field: &Field| {
            let mut object = Map::new();
            object.insert("tag".to_owned(), field.tag.into());
            object.insert("name".to_owned(), field.name.clone().into());
            object.insert("value".to_owned(), field.value.clone().into());
            object.insert("meaning".to_owned(), field.meaning.clone().into());
            Value::Object(object)
        };
        let mut object = Map::new();
        object.insert("version".to_owned(), self.version.clone().into());
        object.insert("message".to_owned(), self.name.clone().into());
        object.insert("fields".to_owned(), self.fields.iter().map(field).collect());
        object.insert("remarks".to_owned(), self.remarks.clone().into());
        Value::Object(object)
    }
}

const SOH: u8 = 1;
const BEGIN: &[u8] = b"8=FIX";
const CHECK: &[u8] = b"\x0110=";

/// ApplVerID.
const APPL_VER_ID: u32 = 1128;

/// RawData, Password, NewPassword, EncryptedPassword, EncryptedNewPassword.
const SECRETS: [u32; 5] = [96, 554, 925, 1402, 1404];

#[cfg(test)]
mod tests {
    use super::*;

    const LOGON: &str = "noise 8=FIX.4.4|9=73|35=A|34=1|49=GANNET|52=20260102-03:04:05.000|\
                         56=BROKER|98=0|108=30|554=secret|10=000| more noise";

    #[test]
    fn messages_are_found_named_and_checked() {
        let two = format!("{LOGON}\n8=FIX.4.2|9=5|35=0|10=161|\n");
        let found = decode(two.as_bytes(), &mut Names::default());
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name.as_deref(), Some("Logon"));
        let text = found[0].to_text();
        assert!(text.contains("HeartBtInt") && text.contains("30"), "{text}");
        assert!(text.contains("CheckSum says 0"), "{text}");
        assert!(!text.contains("secret"), "{text}");
        assert_eq!(found[1].name.as_deref(), Some("Heartbeat"));
        assert_eq!(found[1].remarks, Vec::<String>::new());
        assert_eq!(found[1].to_json()["message"], "Heartbeat");
    }

    #[test]
    fn what_is_no_message_is_said_or_skipped() {
        assert!(decode(b"", &mut Names::default()).is_empty());
        assert!(decode(b"nothing here 8=FI", &mut Names::default()).is_empty());
        let broken = decode(b"8=FIX.9.9|x|35=D|", &mut Names::default());
        assert_eq!(broken[0].name, None);
        assert!(broken[0].to_text().contains("`x` is no field"), "{}", broken[0].to_text());
    }
}

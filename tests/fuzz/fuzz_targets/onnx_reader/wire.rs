//! Protobuf messages without their meaning, changed so that they stay messages.
//!
//! A byte changed in a file breaks the lengths around it, and a decoder stops there. Here fields are
//! taken apart, one is changed, and the lengths are written anew, so that changes reach what lies
//! behind the decoder.

/// Messages within messages: a model's tensors lie five deep.
const DEPTH_MAX: usize = 8;

/// Numbers that are at some limit.
const LIMITS: [u64; 16] = [
    0,
    1,
    2,
    3,
    7,
    16,
    64,
    255,
    1 << 16,
    u32::MAX as u64,
    1 << 40,
    1 << 62,
    i64::MAX as u64,
    i64::MIN as u64,
    u64::MAX - 1,
    u64::MAX,
];

/// One field of a message.
#[derive(Clone)]
pub struct Field {
    tag: u64,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Integer(u64),
    Word(Vec<u8>),
    Bytes(Vec<u8>),
    Message(Vec<Field>),
}

/// Takes a message apart; `None` if the bytes are none.
pub fn parse(bytes: &[u8], depth: usize) -> Option<Vec<Field>> {
    let mut rest = bytes;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let tag = integer(&mut rest)?;
        let value = match tag & 7 {
            0 => Value::Integer(integer(&mut rest)?),
            1 => Value::Word(take(&mut rest, 8)?),
            5 => Value::Word(take(&mut rest, 4)?),
            2 => {
                let length = usize::try_from(integer(&mut rest)?).ok()?;
                let inside = take(&mut rest, length)?;
                match parse(&inside, depth + 1).filter(|_| depth < DEPTH_MAX) {
                    Some(fields) if !inside.is_empty() => Value::Message(fields),
                    _ => Value::Bytes(inside),
                }
            }
            _ => return None,
        };
        if tag >> 3 == 0 {
            return None;
        }
        fields.push(Field { tag, value });
    }
    Some(fields)
}

/// Puts a message together.
pub fn write(fields: &[Field], out: &mut Vec<u8>) {
    for field in fields {
        put(field.tag, out);
        match &field.value {
            Value::Integer(number) => put(*number, out),
            Value::Word(bytes) => out.extend_from_slice(bytes),
            Value::Bytes(bytes) => {
                put(bytes.len() as u64, out);
                out.extend_from_slice(bytes);
            }
            Value::Message(fields) => {
                let mut inside = Vec::new();
                write(fields, &mut inside);
                put(inside.len() as u64, out);
                out.extend_from_slice(&inside);
            }
        }
    }
}

/// Changes one field somewhere, or leaves it out, or has it twice, or moves it. `bytes` changes
/// bytes that are no message.
pub fn change(fields: &mut Vec<Field>, dice: &mut Dice, bytes: &mut dyn FnMut(&mut Vec<u8>)) {
    if fields.is_empty() {
        return;
    }
    let at = dice.below(fields.len());
    if let Value::Message(inside) = &mut fields[at].value
        && dice.below(6) > 0
    {
        return change(inside, dice, bytes);
    }
    match dice.below(8) {
        0 => drop(fields.remove(at)),
        1 => fields.insert(dice.below(at + 1), fields[at].clone()),
        2 => fields.swap(at, dice.below(at + 1)),
        _ => match &mut fields[at].value {
            Value::Integer(number) => {
                *number = match dice.below(4) {
                    0 => number.wrapping_add(1),
                    1 => number.wrapping_sub(1),
                    _ => LIMITS[dice.below(LIMITS.len())],
                }
            }
            Value::Word(word) => {
                let index = dice.below(word.len());
                word[index] ^= 1 << dice.below(8);
            }
            Value::Bytes(inside) => bytes(inside),
            Value::Message(inside) => {
                let mut flat = Vec::new();
                write(inside, &mut flat);
                bytes(&mut flat);
                fields[at].value = Value::Bytes(flat);
            }
        },
    }
}

/// Numbers from a seed (Marsaglia's xorshift).
pub struct Dice(pub u64);

impl Dice {
    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }
}

fn integer(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, others) = rest.split_first()?;
        *rest = others;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take(rest: &mut &[u8], length: usize) -> Option<Vec<u8>> {
    let (taken, others) = rest.split_at_checked(length)?;
    *rest = others;
    Some(taken.to_vec())
}

fn put(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

//! ONNX files written field by field, so that a test can say what no tool would write.

/// A protobuf message under construction. Numbers of fields are those of `onnx.proto`.
#[derive(Clone, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    pub(crate) fn int(mut self, field: u64, value: i64) -> Self {
        self.put(field << 3);
        self.put(value.cast_unsigned());
        self
    }

    pub(crate) fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.put(field << 3 | 2);
        self.put(u64::try_from(bytes.len()).expect("a length fits 64 bits"));
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    pub(crate) fn inside(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    pub(crate) fn all(self, field: u64, messages: &[Self]) -> Self {
        messages.iter().fold(self, |whole, message| whole.inside(field, message))
    }

    /// The encoded bytes.
    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }

    fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }
}

/// A parameter of integers.
pub(crate) fn ints(name: &str, values: &[i64]) -> Message {
    let attribute = Message::default().text(1, name).int(20, 7);
    values.iter().fold(attribute, |attribute, value| attribute.int(8, *value))
}

/// A parameter of strings.
pub(crate) fn texts(name: &str, values: &[&str]) -> Message {
    let attribute = Message::default().text(1, name).int(20, 8);
    values.iter().fold(attribute, |attribute, value| attribute.text(9, value))
}

/// A parameter of numbers.
pub(crate) fn floats(name: &str, values: &[f32]) -> Message {
    let packed: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Message::default().text(1, name).int(20, 6).bytes(7, &packed)
}

/// A parameter that is one integer.
pub(crate) fn int(name: &str, value: i64) -> Message {
    Message::default().text(1, name).int(20, 2).int(3, value)
}

/// An operator, `ai.onnx.ml` if its name begins so.
pub(crate) fn node(
    operator: &str,
    inputs: &[&str],
    outputs: &[&str],
    attributes: &[Message],
) -> Message {
    let (domain, operator) = operator.rsplit_once(' ').unwrap_or(("", operator));
    let node = inputs.iter().fold(Message::default(), |node, name| node.text(1, name));
    let node = outputs.iter().fold(node, |node, name| node.text(2, name));
    node.text(4, operator).all(5, attributes).text(7, domain)
}

/// A constant of 64-bit integers.
pub(crate) fn integers(name: &str, dims: &[i64], values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    tensor(name, dims, 7, &raw)
}

/// A constant of 32-bit floats.
pub(crate) fn numbers(name: &str, dims: &[i64], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    tensor(name, dims, 1, &raw)
}

fn tensor(name: &str, dims: &[i64], kind: i64, raw: &[u8]) -> Message {
    let tensor = dims.iter().fold(Message::default(), |tensor, dim| tensor.int(1, *dim));
    tensor.int(2, kind).text(8, name).bytes(9, raw)
}

/// A model with the input `x`, one row of `width` floats, and the output `y`.
pub(crate) fn model(width: i64, nodes: &[Message], constants: &[Message]) -> Vec<u8> {
    let axis = |length: i64| Message::default().int(1, length);
    let shape = Message::default().all(1, &[axis(1), axis(width)]);
    let kind = Message::default().inside(1, &Message::default().int(1, 1).inside(2, &shape));
    let graph = Message::default()
        .all(1, nodes)
        .all(5, constants)
        .inside(11, &Message::default().text(1, "x").inside(2, &kind))
        .inside(12, &Message::default().text(1, "y"));
    let opset = Message::default().text(1, "").int(2, 18);
    Message::default().int(1, 8).inside(7, &graph).inside(8, &opset).done()
}

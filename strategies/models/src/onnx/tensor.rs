//! Constant tensors: shape and values in the types that models use.

use super::OnnxError;
use super::proto::{DataType, TensorProto};

/// The values of a tensor lie in another file.
const EXTERNAL: i32 = 1;

/// More axes than any model has.
pub(crate) const RANK_MAX: usize = 16;

/// More numbers than a file of 512 MiB holds.
const NUMBERS_MAX: usize = 1 << 29;

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tensor {
    /// The length of each axis; none for a scalar.
    pub(crate) dims: Vec<usize>,
    /// The values, the last axis fastest.
    pub(crate) values: Values,
}

/// The values of a constant. Integers of every width, and truth values, are 64-bit integers here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
    /// Integers and truth values.
    I64(Vec<i64>),
    /// Strings.
    Text(Vec<String>),
}

impl Tensor {
    /// A vector of floats.
    #[must_use]
    pub(crate) fn of_f32(values: Vec<f32>) -> Self {
        Self { dims: vec![values.len()], values: Values::F32(values) }
    }

    /// Returns how many values there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        match &self.values {
            Values::F32(values) => values.len(),
            Values::F64(values) => values.len(),
            Values::I64(values) => values.len(),
            Values::Text(values) => values.len(),
        }
    }

    /// Returns the values as 32-bit floats, rounded to the nearest; `None` for strings.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "ONNX casts round to the nearest float, too")]
    pub(crate) fn to_f32(&self) -> Option<Vec<f32>> {
        match &self.values {
            Values::F32(values) => Some(values.clone()),
            #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest float")]
            Values::F64(values) => Some(values.iter().map(|&value| value as f32).collect()),
            Values::I64(values) => Some(values.iter().map(|&value| value as f32).collect()),
            Values::Text(_) => None,
        }
    }

    /// Returns the integers; `None` if the values are none.
    #[must_use]
    pub(crate) fn integers(&self) -> Option<&[i64]> {
        match &self.values {
            Values::I64(values) => Some(values),
            Values::F32(_) | Values::F64(_) | Values::Text(_) => None,
        }
    }

    pub(super) fn of_proto(proto: TensorProto) -> Result<Self, OnnxError> {
        let name = proto.name.clone();
        let fail = |what: &str| OnnxError::malformed(format!("tensor \"{name}\" {what}"));
        if proto.data_location == EXTERNAL || !proto.external_data.is_empty() {
            return Err(fail("lies in another file; save the model as one file"));
        }
        if proto.dims.len() > RANK_MAX {
            return Err(fail(&format!("has {} axes", proto.dims.len())));
        }
        let mut dims = Vec::with_capacity(proto.dims.len());
        for &dim in &proto.dims {
            dims.push(usize::try_from(dim).map_err(|_| fail("has an axis of negative length"))?);
        }
        // An empty tensor may not claim anything either: its other axes are multiplied, too.
        let claimed = dims.iter().map(|dim| *dim.max(&1));
        let claimed = claimed.reduce(usize::saturating_mul).unwrap_or(1);
        if claimed > NUMBERS_MAX {
            return Err(fail("is impossibly large"));
        }
        let count: usize = dims.iter().product();
        let kind = DataType::try_from(proto.data_type).map_err(|_| fail("has an unknown type"))?;
        let values = values(kind, proto).ok_or_else(|| fail("has a type nobody here reads"))?;
        let tensor = Self { dims, values };
        if tensor.len() != count {
            return Err(fail(&format!("has {} values where its shape says {count}", tensor.len())));
        }
        Ok(tensor)
    }
}

/// The values of a tensor, from its typed field or from raw little-endian bytes.
fn values(kind: DataType, proto: TensorProto) -> Option<Values> {
    let raw = &proto.raw_data[..];
    let ints = proto.int32_data.iter().map(|&value| i64::from(value));
    Some(match kind {
        DataType::Float if raw.is_empty() => Values::F32(proto.float_data),
        DataType::Float => Values::F32(words(raw, f32::from_le_bytes)),
        DataType::Double if raw.is_empty() => Values::F64(proto.double_data),
        DataType::Double => Values::F64(words(raw, f64::from_le_bytes)),
        DataType::Int64 if raw.is_empty() => Values::I64(proto.int64_data),
        DataType::Int64 => Values::I64(words(raw, i64::from_le_bytes)),
        DataType::Int32 if !raw.is_empty() => {
            Values::I64(words(raw, |word| i64::from(i32::from_le_bytes(word))))
        }
        DataType::Int8 if !raw.is_empty() => {
            Values::I64(words(raw, |word| i64::from(i8::from_le_bytes(word))))
        }
        DataType::Uint8 | DataType::Bool if !raw.is_empty() => {
            Values::I64(words(raw, |word| i64::from(u8::from_le_bytes(word))))
        }
        DataType::Int32 | DataType::Int8 | DataType::Uint8 | DataType::Bool => {
            Values::I64(ints.collect())
        }
        DataType::String => Values::Text(
            proto.string_data.iter().map(|text| String::from_utf8_lossy(text).into()).collect(),
        ),
        _ => return None,
    })
}

/// Whole words of `N` bytes; bytes that fill none are left out, and the count is checked later.
fn words<const N: usize, T>(raw: &[u8], of_bytes: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (words, _) = raw.as_chunks::<N>();
    words.iter().map(|word| of_bytes(*word)).collect()
}

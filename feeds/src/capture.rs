//! One line of a recording: `<local ns> <json>`, where the JSON is a frame or the body of a
//! snapshot.

use gannet_types::Nanos;

use crate::scan::{ScanError, ScanReason, Scanner};

/// One recorded message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureLine<'a> {
    /// When it was received, on the recorder's clock.
    pub received: Nanos,
    /// What was received.
    pub kind: CaptureKind,
    /// The JSON.
    pub payload: &'a [u8],
}

/// Where a recorded message came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureKind {
    /// The stream.
    Frame,
    /// The answer to a snapshot request; the line does not say of which instrument.
    Snapshot,
}

impl<'a> CaptureLine<'a> {
    /// Splits a line, with or without its line feed. The JSON is not checked.
    ///
    /// # Errors
    /// If the line does not start with a number and a space, or nothing follows.
    pub fn parse(line: &'a [u8]) -> Result<Self, ScanError> {
        let mut scanner = Scanner::new(line);
        let received = Nanos(scanner.unsigned()?);
        if !scanner.literal(b" ") {
            return Err(scanner.error(ScanReason::Unexpected));
        }
        let payload = scanner.rest().trim_ascii();
        if payload.is_empty() {
            return Err(scanner.error(ScanReason::Unexpected));
        }
        Ok(Self { received, kind: CaptureKind::of(payload), payload })
    }
}

impl CaptureKind {
    /// Tells a snapshot body by its members: it has a `lastUpdateId`, and neither `stream` nor
    /// `e`. Anything unreadable is a frame, so that the decoder says what is wrong with it.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        let mut scanner = Scanner::new(payload);
        if scanner.literal(b"{\"stream\":") || scanner.literal(b"{\"e\":") {
            return Self::Frame;
        }
        let members = scanner.members::<2>(|key| match key {
            b"lastUpdateId" => Some(0),
            b"stream" | b"e" => Some(1),
            _ => None,
        });
        match members {
            Ok([Some(_), None]) => Self::Snapshot,
            _ => Self::Frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_time_and_a_message() {
        let line = CaptureLine::parse(b"1723161255030314667 {\"e\":1}\n").expect("a line");
        assert_eq!(line.received, Nanos(1_723_161_255_030_314_667));
        assert_eq!(line.payload, b"{\"e\":1}");
        for bad in
            [&b""[..], b"12", b"12 ", b"12 \n", b"x {}", b"-1 {}", b"99999999999999999999 {}"]
        {
            assert!(CaptureLine::parse(bad).is_err(), "{:?}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn a_snapshot_is_told_by_its_members() {
        let cases = [
            (r#"{"lastUpdateId":1,"bids":[],"asks":[]}"#, CaptureKind::Snapshot),
            (r#"{ "bids":[["1","2"]], "asks":[], "lastUpdateId":1 }"#, CaptureKind::Snapshot),
            (r#"{"stream":"lastUpdateId","data":{}}"#, CaptureKind::Frame),
            (r#"{"lastUpdateId":1,"e":"x"}"#, CaptureKind::Frame),
            (r#"{"x":{"lastUpdateId":1}}"#, CaptureKind::Frame),
            (r#"{"lastUpdateId":1"#, CaptureKind::Frame),
        ];
        for (text, kind) in cases {
            assert_eq!(CaptureKind::of(text.as_bytes()), kind, "{text}");
        }
    }
}

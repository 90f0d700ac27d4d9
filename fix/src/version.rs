//! The versions of the protocol, and what differs between them on session level.

use crate::codec::timestamp::Precision;

/// A version of FIX. From 5.0 on the session speaks FIXT.1.1 and the version is that of the
/// application messages inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// FIX.4.0
    Fix40,
    /// FIX.4.1
    Fix41,
    /// FIX.4.2
    Fix42,
    /// FIX.4.3
    Fix43,
    /// FIX.4.4
    Fix44,
    /// FIX.5.0 over FIXT.1.1
    Fix50,
    /// FIX.5.0 Service Pack 1 over FIXT.1.1
    Fix50Sp1,
    /// FIX.5.0 Service Pack 2 over FIXT.1.1
    Fix50Sp2,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 8] = [
        Self::Fix40,
        Self::Fix41,
        Self::Fix42,
        Self::Fix43,
        Self::Fix44,
        Self::Fix50,
        Self::Fix50Sp1,
        Self::Fix50Sp2,
    ];

    /// Returns BeginString(8).
    #[must_use]
    pub const fn begin_string(self) -> &'static str {
        match self {
            Self::Fix40 => "FIX.4.0",
            Self::Fix41 => "FIX.4.1",
            Self::Fix42 => "FIX.4.2",
            Self::Fix43 => "FIX.4.3",
            Self::Fix44 => "FIX.4.4",
            Self::Fix50 | Self::Fix50Sp1 | Self::Fix50Sp2 => "FIXT.1.1",
        }
    }

    /// Returns the name of the application version, such as `FIX.5.0SP2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fix50 => "FIX.5.0",
            Self::Fix50Sp1 => "FIX.5.0SP1",
            Self::Fix50Sp2 => "FIX.5.0SP2",
            other => other.begin_string(),
        }
    }

    /// Returns ApplVerID(1128), the one-letter code of the version.
    #[must_use]
    pub const fn appl_ver_id(self) -> &'static str {
        match self {
            Self::Fix40 => "2",
            Self::Fix41 => "3",
            Self::Fix42 => "4",
            Self::Fix43 => "5",
            Self::Fix44 => "6",
            Self::Fix50 => "7",
            Self::Fix50Sp1 => "8",
            Self::Fix50Sp2 => "9",
        }
    }

    /// Returns the version of a [`Version::name`] or an [`Version::appl_ver_id`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| [version.name(), version.appl_ver_id()].contains(&text))
    }

    /// Says whether the session layer is FIXT.1.1.
    #[must_use]
    pub const fn is_fixt(self) -> bool {
        matches!(self, Self::Fix50 | Self::Fix50Sp1 | Self::Fix50Sp2)
    }

    /// Returns what EndSeqNo(16) says for "all that follow".
    #[must_use]
    pub const fn end_of_all(self) -> u64 {
        match self {
            Self::Fix40 | Self::Fix41 => 999_999,
            _ => 0,
        }
    }

    /// Returns the finest precision of a timestamp that the version knows: before 4.2 there
    /// are whole seconds only.
    #[must_use]
    pub const fn precision(self, wanted: Precision) -> Precision {
        match self {
            Self::Fix40 | Self::Fix41 => Precision::Seconds,
            _ => wanted,
        }
    }

    /// Returns the highest SessionRejectReason(373) of the version; `None`: it has no such
    /// field, nor RefTagID(371) and RefMsgType(372).
    #[must_use]
    pub const fn reject_reason_max(self) -> Option<u8> {
        match self {
            Self::Fix40 | Self::Fix41 => None,
            Self::Fix42 => Some(11),
            _ => Some(99),
        }
    }

    /// Says whether BusinessMessageReject(j) exists; before, a Reject(3) is all there is.
    #[must_use]
    pub const fn has_business_reject(self) -> bool {
        self.reject_reason_max().is_some()
    }
}

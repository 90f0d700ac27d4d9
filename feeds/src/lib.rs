//! Market data in.

//! A venue that does not exist.

//! The FIX protocol, sans-IO.

//! Concrete strategies.

//! The decision, a deterministic function of its inputs.

//! Orders out, executions in.

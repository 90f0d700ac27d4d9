//! People: the admin port.

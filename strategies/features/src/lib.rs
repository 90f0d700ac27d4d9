//! Numbers from books and bars.

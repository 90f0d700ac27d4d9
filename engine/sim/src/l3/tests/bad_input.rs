//! What is no record of a format, or tells what cannot have happened, is refused by name.

use gannet_types::Side;

use super::super::dbn::{Dbn, Header};
use super::super::itch::Itch;
use super::super::lobster::Lobster;
use super::written::{dbn, directory, itch};
use super::{Keeper, instrument};

#[track_caller]
fn check_lobster(message: &str, book: &str, expected: &str) {
    let (mut lobster, mut keeper) = (Lobster::new(instrument()), Keeper::default());
    let first = lobster.read(b"2.5,1,1,5,10000,1", b"10100,5,10000,5", &mut keeper);
    assert_eq!(first, Ok(2_500_000_000));
    let error = lobster.read(message.as_bytes(), book.as_bytes(), &mut keeper);
    assert_eq!(error.expect_err("it is bad").to_string(), expected, "{message} {book}");
}

#[test]
fn lines_that_are_none() {
    let good = "10100,5,10000,5";
    let cut = "it is cut off, or longer than such a record is";
    let field = |name: &str| format!("the {name} is not what the format has there");
    check_lobster("3.0,1,2,5,10000", good, cut);
    check_lobster("3.0,1,2,5,10000,1,9", good, cut);
    check_lobster("3.0,1,2,5,10000,1", "10100,5,10000", cut);
    check_lobster("", good, cut);
    check_lobster("x,1,2,5,10000,1", good, &field("time"));
    check_lobster("3.0123456789,1,2,5,10000,1", good, &field("time"));
    check_lobster("3.0,8,2,5,10000,1", good, &field("type"));
    check_lobster("3.0,1,-2,5,10000,1", good, &field("order"));
    check_lobster("3.0,1,2,-5,10000,1", good, &field("size"));
    check_lobster("3.0,1,2,5,-10000,1", good, &field("price"));
    check_lobster("3.0,1,2,5,10000,0", good, &field("direction"));
    check_lobster("3.0,1,2,5,10000,1", "10100,5,10000,many", &field("size of a level"));
    check_lobster("3.0,1,2,5,10050,1", good, "the price: not a multiple of the step");
    check_lobster("2.4,1,2,5,10000,1", good, "time runs backwards");
    let twice =
        "order 1 cannot have done that: what came before it is missing, or this is there twice";
    check_lobster("3.0,1,1,5,10000,1", good, twice);
}

#[test]
fn trades_between_two_ticks_are_counted() {
    let (mut lobster, mut keeper) = (Lobster::new(instrument()), Keeper::default());
    lobster.read(b"3,5,0,5,10050,1", b"10100,5,10000,5", &mut keeper).expect("a line");
    assert_eq!(lobster.between_ticks(), 1);
}

#[track_caller]
fn check_itch(message: &[u8], expected: &str) {
    let (mut reader, mut keepers) = (Itch::new(vec![instrument()]), [Keeper::default()]);
    reader.read(&directory(), &mut keepers).expect("a directory");
    let add =
        itch(b'A', 5, &[&1_u64.to_be_bytes(), b"B", &[0, 0, 0, 5], b"GNT     ", &[0, 0, 39, 16]]);
    assert_eq!(reader.read(&add, &mut keepers), Ok(Some((0, 5))));
    let error = reader.read(message, &mut keepers).expect_err("it is bad");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn messages_that_are_none() {
    let one = 1_u64.to_be_bytes();
    let cut = "it is cut off, or longer than such a record is";
    check_itch(b"", cut);
    check_itch(b"A", cut);
    check_itch(&itch(b'D', 6, &[&one, b"x"]), cut);
    check_itch(b"?", "there are no records of type 63");
    check_itch(&itch(b'D', 4, &[&one]), "time runs backwards");
    let add =
        |side: &[u8], price| itch(b'A', 6, &[&[9; 8], side, &[0, 0, 0, 5], b"GNT     ", price]);
    check_itch(&add(b"b", &[0, 0, 39, 16]), "the side is not what the format has there");
    check_itch(&add(b"B", &[0, 0, 39, 17]), "the price: not a multiple of the step");
    let unknown =
        "order 2 cannot have done that: what came before it is missing, or this is there twice";
    let two = 2_u64.to_be_bytes();
    check_itch(&itch(b'D', 6, &[&two]), unknown);
    check_itch(&itch(b'E', 6, &[&two, &[0, 0, 0, 1], &[0; 8]]), unknown);
    check_itch(&itch(b'U', 6, &[&two, &[8; 8], &[0, 0, 0, 1], &[0, 0, 39, 16]]), unknown);
    let more =
        "order 1 cannot have done that: what came before it is missing, or this is there twice";
    check_itch(&itch(b'X', 6, &[&one, &[0, 0, 0, 6]]), more);
}

#[track_caller]
fn check_dbn(record: &[u8], expected: &str) {
    let (mut reader, mut keepers) = (Dbn::new(vec![(42, instrument())]), [Keeper::default()]);
    let first = dbn(5, (b'A', b'B'), (1, Side::Buy, 100, 5), true);
    assert!(reader.read(&first, &mut keepers).expect("a record").is_some());
    let error = reader.read(record, &mut keepers).expect_err("it is bad");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn records_that_are_none() {
    let order = (1, Side::Buy, 100, 5);
    let good = dbn(6, (b'A', b'B'), (2, Side::Buy, 100, 5), true);
    check_dbn(&good[..40], "it is cut off, or longer than such a record is");
    check_dbn(&dbn(6, (b'Z', b'B'), order, true), "there are no records of type 90");
    check_dbn(&dbn(6, (b'C', b'x'), order, true), "the side is not what the format has there");
    check_dbn(
        &dbn(6, (b'A', b'N'), (2, Side::Buy, 100, 5), true),
        "the side is not what the format has there",
    );
    check_dbn(
        &dbn(6, (b'A', b'B'), (2, Side::Buy, -100, 5), true),
        "the price is not what the format has there",
    );
    check_dbn(&dbn(4, (b'C', b'B'), order, true), "time runs backwards");
    let more =
        "order 1 cannot have done that: what came before it is missing, or this is there twice";
    check_dbn(&dbn(6, (b'A', b'B'), order, true), more);
    check_dbn(&dbn(6, (b'C', b'B'), (1, Side::Buy, 100, 6), true), more);
}

#[test]
fn headers_that_are_none() {
    let error = |bytes: &[u8; 8]| Header::rest_bytes(bytes).map_err(|error| error.to_string());
    assert_eq!(error(b"DBN\x01\x10\0\0\0"), Ok(16));
    let version = "the version is not what the format has there".to_owned();
    assert_eq!(error(b"DBN\x09\x10\0\0\0"), Err(version.clone()));
    assert_eq!(error(b"XBN\x01\x10\0\0\0"), Err(version));
    for bytes in 0..120 {
        Header::parse(1, &vec![0; bytes]).expect_err("it is cut off");
    }
    let mut trades = vec![0; 300];
    trades[16] = 4;
    let schema = Header::parse(1, &trades).expect_err("another schema").to_string();
    assert_eq!(schema, "the schema is not what the format has there");
}

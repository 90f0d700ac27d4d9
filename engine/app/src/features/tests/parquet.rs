//! Parquet files: the bytes of a small one, taken apart by hand.

use gannet_features::columns::ColumnParameters;

use crate::features::{Bars, FeatureSet, Grid, parquet, table};

#[test]
fn a_file_has_pages_and_a_footer() {
    let text = "time,open,high,low,close,volume\n1,2,2,2,2,1\n2,4,4,4,4,3\n3,1,1,1,1,0\n";
    let bars = Bars::parse("bars.csv", text).expect("good bars");
    let set = FeatureSet::of_columns(&["sma(2)"], &ColumnParameters::default()).expect("known");
    let grid = Grid::of_bars(&bars, &set).expect("on bars");
    let file = parquet::file(&table::columns(&grid, &set), &set).expect("written");

    // Page headers: kind 0, twice the size (zigzag), then 3 values, plain, levels by run length.
    let header =
        |size: u8| [21, 0, 21, 2 * size, 21, 2 * size, 44, 21, 6, 21, 0, 21, 6, 21, 6, 0, 0];
    let times = [1_u64, 2, 3].map(|second| second * 1_000_000_000).map(u64::to_le_bytes).concat();
    // One value is missing, two are there: two runs of a byte for the length, one for the level.
    let levels = [4, 0, 0, 0, 1 << 1, 0, 2 << 1, 1];
    let values = [3.0_f64, 2.5].map(f64::to_le_bytes).concat();
    let pages = [b"PAR1".as_slice(), &header(24), &times, &header(24), &levels, &values].concat();
    assert_eq!(&file[..pages.len()], pages);

    let (rest, magic) = file.split_last_chunk::<4>().expect("an end");
    assert_eq!(magic, b"PAR1");
    let (rest, length) = rest.split_last_chunk::<4>().expect("a length");
    assert_eq!(u32::from_le_bytes(*length) as usize, rest.len() - pages.len());
    let footer = String::from_utf8_lossy(&rest[pages.len()..]);
    for text in ["time", "sma(2)", "gannet.schema", &set.schema(), &set.schema_hash()] {
        assert!(footer.contains(text), "{text}");
    }
}

#[test]
fn many_columns_and_no_rows_are_a_file_too() {
    let bars = Bars::parse("bars.csv", "time,open,high,low,close,volume\n").expect("no bars");
    let names: Vec<String> = (2..300).map(|period| format!("sma({period})")).collect();
    let set = FeatureSet::of_columns(&names, &ColumnParameters::default()).expect("known");
    let grid = Grid::of_bars(&bars, &set).expect("on bars");
    let file = parquet::file(&table::columns(&grid, &set), &set).expect("written");
    assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"));
    let market = FeatureSet::of_columns(&["vpin"], &ColumnParameters::default()).expect("known");
    assert!(Grid::of_bars(&bars, &market).is_err(), "not from bars");
}

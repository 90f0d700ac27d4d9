//! `[[curve]]`: when in the day how much of an instrument is traded, for orders that follow the volume.

use anyhow::{Context, ensure};
use gannet_pipeline::{DAY_BUCKETS, DayVolume};
use gannet_types::Instrument;
use gannet_types::increment::parse_decimal;

use super::raw::RawCurve;

/// Decimals of a share that count.
const DECIMALS: u32 = 6;

/// Most of a share, so that its millionths stay far below what a curve can hold.
const SHARE_MAX: u64 = 1_000_000;

/// Minutes of a bucket.
const BUCKET_MINUTES: usize = 24 * 60 / DAY_BUCKETS;

/// Checks what was written; the place of an instrument is its id.
pub(super) fn day_volumes(
    curves: &[RawCurve],
    instruments: &[Instrument],
) -> anyhow::Result<Vec<Option<DayVolume>>> {
    let mut of_each: Vec<Option<DayVolume>> = vec![None; instruments.len()];
    let mut of_all = None;
    for (number, raw) in (1..).zip(curves) {
        let place = || format!("[[curve]] number {number}");
        let curve = day_volume(&raw.volume).with_context(place)?;
        if raw.symbols.is_empty() {
            ensure!(of_all.is_none(), "[[curve]] number {number}: another one is for all symbols");
            of_all = Some(curve);
        }
        for symbol in &raw.symbols {
            let known = |it: &Instrument| it.symbol.as_bytes() == symbol.as_bytes();
            let index = instruments.iter().position(known);
            let index = index.with_context(|| format!("symbols: `{symbol}` is no [[instrument]]"));
            let index = index.with_context(place)?;
            let is_new = of_each[index].replace(curve).is_none();
            ensure!(is_new, "[[curve]] number {number}: `{symbol}` has two curves");
        }
    }
    if let Some(curve) = of_all {
        of_each.iter_mut().for_each(|of| *of = of.or(Some(curve)));
    }
    Ok(if curves.is_empty() { Vec::new() } else { of_each })
}

/// Spreads each share evenly over the buckets until the next time.
fn day_volume(pairs: &[Vec<String>]) -> anyhow::Result<DayVolume> {
    let mut points: Vec<(usize, u64)> = Vec::new();
    for pair in pairs {
        let [time, share] = pair.as_slice() else {
            anyhow::bail!("volume: an entry is a time and a share, such as [\"13:30\", \"7\"]");
        };
        let bucket = bucket(time).with_context(|| {
            format!("volume: `{time}` is no time of day on the hour or half an hour later, such as 13:30")
        })?;
        let ascends = points.last().is_none_or(|(last, _)| *last < bucket);
        ensure!(ascends, "volume: `{time}` does not come after the time before it");
        let share = millionths(share).with_context(|| {
            format!("volume: `{share}` at {time} is no decimal number from 0 to {SHARE_MAX}")
        })?;
        points.push((bucket, share));
    }
    let mut shares = [0; DAY_BUCKETS];
    let ends = points.iter().skip(1).map(|(next, _)| *next).chain([DAY_BUCKETS]);
    for (&(start, share), end) in points.iter().zip(ends) {
        // What is lost by rounding down is less than a millionth a bucket.
        shares[start..end].fill(share / (end - start) as u64);
    }
    DayVolume::new(shares).context("volume: nothing is ever traded; one share must be above zero")
}

fn bucket(time: &str) -> Option<usize> {
    let (hour, minute) = time.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (usize, usize) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (hour < 24 && minute < 60 && minutes.is_multiple_of(BUCKET_MINUTES))
        .then_some(minutes / BUCKET_MINUTES)
}

fn millionths(text: &str) -> Option<u64> {
    let (mantissa, decimals) = parse_decimal(text.as_bytes()).ok()?;
    let scale = 10_u64.checked_pow(DECIMALS.checked_sub(u32::from(decimals))?)?;
    let millionths = u64::try_from(mantissa).ok()?.checked_mul(scale)?;
    (millionths <= SHARE_MAX * 10_u64.pow(DECIMALS)).then_some(millionths)
}

#[cfg(test)]
mod tests {
    use gannet_types::{Increment, InstrumentId, Text};

    use super::*;

    fn instruments() -> Vec<Instrument> {
        let step = Increment::parse(b"1").expect("a step");
        let named = |(id, symbol): (u16, &str)| Instrument {
            id: InstrumentId(id),
            symbol: Text::new(symbol.as_bytes()),
            tick: step,
            lot: step,
            kind: gannet_types::InstrumentKind::Linear,
        };
        (0..).zip(["BTCUSDT", "ETHUSDT", "SOLUSDT"]).map(named).collect()
    }

    fn curve(symbols: &[&str], volume: &[(&str, &str)]) -> RawCurve {
        let pair = |(time, share): &(&str, &str)| vec![(*time).to_owned(), (*share).to_owned()];
        RawCurve {
            symbols: symbols.iter().map(|symbol| (*symbol).to_owned()).collect(),
            volume: volume.iter().map(pair).collect(),
        }
    }

    fn read(curves: &[RawCurve]) -> Result<Vec<Option<DayVolume>>, String> {
        day_volumes(curves, &instruments()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_share_is_spread_until_the_next_time_and_the_last_until_midnight() {
        let given = curve(&["ETHUSDT"], &[("00:30", "1.5"), ("02:00", "0"), ("23:00", "4")]);
        let mut shares = [0; DAY_BUCKETS];
        shares[1..4].fill(500_000);
        shares[46..].fill(2_000_000);
        let expected = DayVolume::new(shares);
        assert!(expected.is_some());
        assert_eq!(read(std::slice::from_ref(&given)), Ok(vec![None, expected, None]));
        let all = curve(&[], &[("12:00", "1")]);
        let curves = read(&[all, given]).expect("two curves");
        assert_eq!(curves[1], expected);
        assert!(curves[0].is_some() && curves[0] == curves[2] && curves[0] != curves[1]);
        assert_eq!(read(&[]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_curve_is_refused_with_its_reason() {
        let of = |volume: &[(&str, &str)]| vec![curve(&[], volume)];
        let mut odd = curve(&[], &[]);
        odd.volume.push(vec!["00:00".to_owned()]);
        let cases = [
            (of(&[]), "nothing is ever traded"),
            (of(&[("00:00", "0"), ("12:00", "0.0")]), "nothing is ever traded"),
            (of(&[("24:00", "1")]), "`24:00` is no time of day"),
            (of(&[("09:15", "1")]), "`09:15` is no time of day"),
            (of(&[("9:00", "1")]), "`9:00` is no time of day"),
            (of(&[("noon", "1")]), "`noon` is no time of day"),
            (of(&[("09:00", "1"), ("09:00", "1")]), "does not come after"),
            (of(&[("09:00", "1"), ("08:30", "1")]), "does not come after"),
            (of(&[("09:00", "-1")]), "`-1` at 09:00 is no decimal number"),
            (of(&[("09:00", "x")]), "`x` at 09:00 is no decimal number"),
            (of(&[("09:00", "1000001")]), "is no decimal number from 0"),
            (vec![odd], "an entry is a time and a share"),
            (vec![curve(&["XRPUSDT"], &[("00:00", "1")])], "`XRPUSDT` is no [[instrument]]"),
            (vec![curve(&[], &[("00:00", "1")]); 2], "another one is for all symbols"),
            (vec![curve(&["BTCUSDT"], &[("00:00", "1")]); 2], "`BTCUSDT` has two curves"),
        ];
        for (curves, expected) in cases {
            let error = read(&curves).expect_err(expected);
            assert!(error.contains("[[curve]] number"), "{error}");
            assert!(error.contains(expected), "{error}: {expected}");
        }
    }
}

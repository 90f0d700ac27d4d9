//! `gannet gann`: Gann's calculators, each printing what it knows about its arguments.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context, bail, ensure};
use gannet_features::gann::angles::{self, Direction, FAN, Fan};
use gannet_features::gann::cycles::{self, Cycle};
use gannet_features::gann::square_of_nine::{Cell, Cross};
use gannet_features::gann::table::{self, FUNCTIONS, GannError};
use gannet_features::gann::{
    LARGEST_WHOLE, SquareOf, hexagon, retracements, square_of_nine, squaring, wheel_of_24,
};

use super::args::{
    AnglesArgs, CyclesArgs, GannCommand, LadderArgs, RangeArgs, SquareOfArgs, SquaringArgs,
    TableArgs, WheelArgs,
};
use super::list::aligned;
use super::sheet::{Sheet, quoted};
use super::{Bars, plot};

/// `gannet gann`.
///
/// # Errors
/// If a number is not one the formula is defined for, or a table cannot be read or written.
pub fn gann(command: &GannCommand) -> anyhow::Result<()> {
    if let GannCommand::Table(args) = command {
        return table_command(args);
    }
    let text = answer(command)?;
    match command {
        GannCommand::SquareOfNine(args) => {
            let LadderArgs { price, step, count, .. } = *args;
            draw_levels(args, square_of_nine::ladder(price, step, count.into())?)?;
        }
        GannCommand::Hexagon(args) => draw_levels(args, hexagon_ladder(args))?,
        GannCommand::Fan(args) => {
            std::fs::write(&args.plot, plot::fan(&Bars::read(&args.bars)?, args)?)
                .with_context(|| format!("cannot write {}", args.plot.display()))?;
        }
        _ => {}
    }
    super::answer(&text)
}

fn draw_levels(args: &LadderArgs, ladder: impl Iterator<Item = (f64, f64)>) -> anyhow::Result<()> {
    let (Some(bars), Some(output)) = (&args.bars, &args.plot) else { return Ok(()) };
    let title = format!("levels every {} degrees from {}", args.step, args.price);
    std::fs::write(output, plot::levels(&Bars::read(bars)?, &title, ladder, args.last))
        .with_context(|| format!("cannot write {}", output.display()))
}

/// Returns what a calculator prints.
pub(super) fn answer(command: &GannCommand) -> anyhow::Result<String> {
    match command {
        GannCommand::SquareOfNine(args) => square_of_9(args),
        GannCommand::Hexagon(args) => hexagon_levels(args),
        GannCommand::WheelOf24(args) => wheel(args),
        GannCommand::Angles(args) => fan(args),
        GannCommand::Retracements(args) => retracements_of(args),
        GannCommand::SquareOf(args) => square_of(args),
        GannCommand::Squaring(args) => {
            let SquaringArgs { amount, price_per_bar } = *args;
            Ok(format!("{} bars\n", squaring::bars_to_square(amount, price_per_bar)?))
        }
        GannCommand::Cycles(args) => cycle_dates(args),
        GannCommand::Functions => Ok(functions()),
        GannCommand::Fan(args) => Ok(format!("plot={}\n", args.plot.display())),
        GannCommand::Table(_) => bail!("a table is written, not printed"),
    }
}

/// Returns the whole part of a price as a number of a chart, if it is one.
fn whole(price: f64) -> Option<u64> {
    let number = price.floor();
    (1.0..=LARGEST_WHOLE as f64).contains(&number).then_some(number as u64)
}

fn pair(name: &str, value: impl ToString) -> [String; 2] {
    [name.to_owned(), value.to_string()]
}

fn square_of_9(args: &LadderArgs) -> anyhow::Result<String> {
    let LadderArgs { price, step, count, .. } = *args;
    let mut facts = vec![
        pair("price", price),
        pair("angle, zero in the centre", square_of_nine::root_angle(price)?),
    ];
    if let Ok(angle) = square_of_nine::one_centred_angle(price) {
        facts.push(pair("angle, one in the centre", angle));
    }
    if let Some(number) = whole(price) {
        let cell = Cell::of(number)?;
        let cross = match cell.cross() {
            Some(Cross::Cardinal) => "on the cardinal cross",
            Some(Cross::Ordinal) => "on the ordinal cross",
            None => "on no cross",
        };
        facts.push(pair("number", number));
        facts.push(pair("cell", format!("x {}, y {}, {cross}", cell.x, cell.y)));
        facts.push(pair("ring", square_of_nine::ring(number)?));
        facts.push(pair("angle of the cell", square_of_nine::cell_angle(number as i64)));
    }
    let ladder = square_of_nine::ladder(price, step, count.into())?;
    Ok(format!("{}\n{}", aligned(&facts), levels(price, ladder)))
}

fn hexagon_levels(args: &LadderArgs) -> anyhow::Result<String> {
    let LadderArgs { price, step, .. } = *args;
    let mut facts = vec![pair("price", price)];
    if let Some(number) = whole(price) {
        facts.push(pair("number", number));
        facts.push(pair("ring", hexagon::ring(number)?));
        facts.push(pair("angle, zero in the centre", hexagon::angle(number as i64)));
        facts.push(pair("angle, one in the centre", hexagon::one_centred_angle(number as i64)));
    }
    hexagon::level(price, step)?;
    Ok(format!("{}\n{}", aligned(&facts), levels(price, hexagon_ladder(args))))
}

fn hexagon_ladder(args: &LadderArgs) -> impl Iterator<Item = (f64, f64)> {
    let LadderArgs { price, step, count, .. } = *args;
    (-i32::from(count)..=i32::from(count)).filter_map(move |index| {
        let degrees = f64::from(index) * step;
        hexagon::level(price, degrees).ok().map(|level| (degrees, level))
    })
}

fn levels(price: f64, ladder: impl Iterator<Item = (f64, f64)>) -> String {
    let mut rows = vec![["DEGREES", "LEVEL", "FROM PRICE"].map(String::from)];
    rows.extend(ladder.map(|(degrees, level)| {
        [degrees.to_string(), level.to_string(), (level - price).to_string()]
    }));
    aligned(&rows)
}

fn wheel(args: &WheelArgs) -> anyhow::Result<String> {
    let number = args.number;
    Ok(aligned(&[
        pair("ring", wheel_of_24::ring(number)?),
        pair("spoke", wheel_of_24::spoke(number)?),
        pair("angle", wheel_of_24::angle(i64::try_from(number)?)),
    ]))
}

fn fan(args: &AnglesArgs) -> anyhow::Result<String> {
    let AnglesArgs { pivot, price_per_bar, bars, down, ratio } = *args;
    let direction = if down { Direction::Down } else { Direction::Up };
    if let Some(ratio) = ratio {
        return Ok(format!("{}\n", angles::line(pivot, price_per_bar, ratio, direction, bars)?));
    }
    // Checks the numbers, which the fan takes as they are.
    angles::line(pivot, price_per_bar, FAN[0], direction, bars)?;
    let lines = Fan { pivot, price_per_bar }.lines(direction, bars);
    let mut rows = vec![["LINE", "DEGREES", "PRICE"].map(String::from)];
    rows.extend(FAN_NAMES.iter().zip(FAN).zip(lines).map(|((name, ratio), price)| {
        [(*name).to_owned(), format!("{:.3}", ratio.degrees()), price.to_string()]
    }));
    Ok(aligned(&rows))
}

/// Time by price, in the order of [`FAN`].
pub(super) const FAN_NAMES: [&str; 9] =
    ["1x8", "1x4", "1x3", "1x2", "1x1", "2x1", "3x1", "4x1", "8x1"];

fn retracements_of(args: &RangeArgs) -> anyhow::Result<String> {
    let RangeArgs { low, high } = *args;
    let mut rows =
        vec![["FRACTION", "FROM HIGH", "FROM LOW", "ABOVE HIGH", "BELOW LOW"].map(String::from)];
    for fraction in retracements::FRACTIONS {
        rows.push([
            format!("{fraction:.4}"),
            retracements::from_high(low, high, fraction)?.to_string(),
            retracements::from_low(low, high, fraction)?.to_string(),
            retracements::above_high(low, high, fraction)?.to_string(),
            retracements::below_low(low, high, fraction)?.to_string(),
        ]);
    }
    Ok(aligned(&rows))
}

fn square_of(args: &SquareOfArgs) -> anyhow::Result<String> {
    let SquareOfArgs { size, price_per_unit, bars_per_unit, bars, price } = *args;
    let square = SquareOf::new(size, price_per_unit, bars_per_unit)?;
    let place = square.place(bars, price)?;
    let facts = aligned(&[
        pair("time in the square, units", place.time),
        pair("price in the square, units", place.price),
        pair("from the nearest division of time", place.from_time_division),
        pair("from the nearest division of price", place.from_price_division),
        pair("from the nearest diagonal", place.from_diagonal),
        pair("eighth of time", place.time_eighth),
        pair("eighth of price", place.price_eighth),
    ]);
    let mut rows = vec![["DIVISION, UNITS", "BARS", "PRICE"].map(String::from)];
    rows.extend(square.divisions().map(|units| {
        [units, units * bars_per_unit, units * price_per_unit].map(|number| number.to_string())
    }));
    Ok(format!("{facts}\n{}", aligned(&rows)))
}

fn cycle_dates(args: &CyclesArgs) -> anyhow::Result<String> {
    let mut rows = vec![["DATE", "CYCLE"].map(String::from)];
    ensure!(args.pivot <= args.until, "--until lies before --pivot");
    rows.extend(cycles::dates(args.pivot, args.until)?.into_iter().map(|(date, cycle)| {
        let cycle = match cycle {
            Cycle::Days(count) => format!("{count} days"),
            Cycle::Weeks(count) => format!("{count} weeks"),
            Cycle::Years(count) => format!("{count} years"),
        };
        [date.to_string(), cycle]
    }));
    Ok(aligned(&rows))
}

fn functions() -> String {
    let mut rows = vec![["FN", "ARG", "PARAM", "VALUE"].map(String::from)];
    rows.extend(FUNCTIONS.iter().map(|function| {
        [function.name, function.arguments, function.parameter, function.meaning].map(String::from)
    }));
    aligned(&rows)
}

fn table_command(args: &TableArgs) -> anyhow::Result<()> {
    let table = evaluated(&Sheet::read(&args.input)?)?;
    match &args.output {
        None => super::answer(&table)?,
        Some(output) => {
            let place = || format!("cannot write {}", output.display());
            let mut file = BufWriter::new(File::create(output).with_context(place)?);
            file.write_all(table.as_bytes()).and_then(|()| file.flush()).with_context(place)?;
        }
    }
    Ok(())
}

/// Returns the table with the column `value` after its own.
pub(super) fn evaluated(sheet: &Sheet) -> anyhow::Result<String> {
    let function = sheet.column("fn")?;
    let (argument, parameter) = (sheet.column("arg")?, sheet.column("param")?);
    let mut text = format!("{},value\n", sheet.header().join(","));
    for row in sheet.rows() {
        let row = row?;
        let value = table::evaluate(row.get(function), row.get(argument), row.get(parameter))
            .map_err(|error| {
                let column = match error {
                    GannError::UnknownFunction(_) | GannError::NoRatio(_) => function,
                    GannError::Argument { .. } | GannError::Domain { .. } => argument,
                    GannError::Parameter { .. } => parameter,
                };
                row.error(column, error)
            })?;
        for field in row.fields() {
            text.push_str(&quoted(field));
            text.push(',');
        }
        text.push_str(&format!("{value}\n"));
    }
    Ok(text)
}

//! The project's own commands.

mod fix_dictionary;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fix-dictionary", rest @ ..] => fix_dictionary::run(rest),
        _ => anyhow::bail!("usage: cargo xtask fix-dictionary [--check] [DIRECTORY]"),
    }
}

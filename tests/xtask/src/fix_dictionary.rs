//! `cargo xtask fix-dictionary [--check] [DIRECTORY]`: writes the engine's FIX tables.
//!
//! The source is the QuickFIX-format XML that the package `fefix` ships. It is taken from the
//! registry through a throw-away workspace of its own, so that nothing of ours depends on
//! `fefix`; a directory with the same files can be given instead. `--check` writes nothing and
//! fails if a committed table differs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use gannet_fix::Dictionary;
use gannet_fix::dictionary::{Document, Kind, Token};

/// The package that ships the XML.
const PACKAGE: &str = "fefix";
const PACKAGE_VERSION: &str = "0.7.0";

/// Where the XML lies in it.
const INSIDE: &str = "src/fefix_core/resources/quickfix";

/// The XML files, and the names of our tables.
const TABLES: [(&str, &str); 9] = [
    ("FIX-4.0.xml", "fix40"),
    ("FIX-4.1.xml", "fix41"),
    ("FIX-4.2.xml", "fix42"),
    ("FIX-4.3.xml", "fix43"),
    ("FIX-4.4.xml", "fix44"),
    ("FIX-5.0.xml", "fix50"),
    ("FIX-5.0-SP1.xml", "fix50sp1"),
    ("FIX-5.0-SP2.xml", "fix50sp2"),
    ("FIXT-1.1.xml", "fixt11"),
];

/// Width of the tables' lines.
const WIDTH: usize = 100;

pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    let (check, directory) = match arguments {
        [] => (false, None),
        ["--check"] => (true, None),
        ["--check", directory] => (true, Some(directory)),
        [directory] => (false, Some(directory)),
        _ => bail!("usage: cargo xtask fix-dictionary [--check] [DIRECTORY]"),
    };
    let source = match directory {
        Some(directory) => PathBuf::from(directory),
        None => package_source()?.join(INSIDE),
    };
    let tables = root().join("fix/src/dictionary/tables");
    for (file, name) in TABLES {
        let path = source.join(file);
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let document = Document::parse(&text).with_context(|| file.to_owned())?;
        let mut tokens = document.tokens().with_context(|| file.to_owned())?;
        if name == "fixt11" {
            add_later_logon_fields(&mut tokens);
        }
        let compiled = Dictionary::compile(&tokens).with_context(|| file.to_owned())?;
        let table = render(name, file, &tokens);
        let target = tables.join(name).with_extension("rs");
        if check {
            let committed = std::fs::read_to_string(&target)?;
            ensure!(committed == table, "{} is not what {file} gives", target.display());
        } else {
            std::fs::write(&target, table)?;
        }
        println!(
            "{name}: {} fields, {} messages, {} tokens",
            compiled.fields().len(),
            compiled.messages().count(),
            tokens.len()
        );
    }
    Ok(())
}

/// Adds the fields that FIXT.1.1's Logon was given after the package's file was written (FIX
/// 5.0 SP1 errata, SP2 and later): without them a Logon with a new password would be rejected.
fn add_later_logon_fields(tokens: &mut Vec<Token<'_>>) {
    const LATER: [(u32, &str, Kind); 7] = [
        (925, "NewPassword", Kind::Text),
        (1400, "EncryptedPasswordMethod", Kind::Int),
        (1401, "EncryptedPasswordLen", Kind::Int),
        (1402, "EncryptedPassword", Kind::Data),
        (1403, "EncryptedNewPasswordLen", Kind::Int),
        (1404, "EncryptedNewPassword", Kind::Data),
        (1409, "SessionStatus", Kind::Int),
    ];
    for (tag, name, kind) in LATER {
        let known =
            tokens.iter().any(|token| matches!(token, Token::Field(known, ..) if *known == tag));
        let logon = tokens.iter().position(|token| matches!(token, Token::Message("A", _)));
        if let Some(logon) = logon.filter(|_| !known) {
            tokens.insert(logon + 1, Token::Optional(tag));
            tokens.push(Token::Field(tag, name, kind));
        }
    }
}

fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).expect("the crate lies two levels below the root").to_owned()
}

/// Has cargo fetch the package and asks where it lies.
fn package_source() -> anyhow::Result<PathBuf> {
    let home = std::env::temp_dir().join(format!("gannet-fix-dictionary-{}", std::process::id()));
    std::fs::create_dir_all(home.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n\
         [dependencies]\n{PACKAGE} = {{ version = \"={PACKAGE_VERSION}\", default-features = false }}\n"
    );
    std::fs::write(home.join("Cargo.toml"), manifest)?;
    std::fs::write(home.join("src/lib.rs"), "")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(home.join("Cargo.toml"))
        .output()?;
    std::fs::remove_dir_all(&home)?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata = String::from_utf8(output.stdout)?;
    let ending = format!("/{PACKAGE}-{PACKAGE_VERSION}/Cargo.toml\"");
    let end = metadata.find(&ending).context("cargo does not say where the package lies")?;
    let start = metadata[..end].rfind('"').context("cargo's answer is no JSON")? + 1;
    let path = &metadata[start..end + ending.len() - 1];
    Ok(Path::new(path).parent().context("the manifest lies in a directory")?.to_owned())
}

/// Writes the tokens as Rust, several in a line.
fn render(name: &str, file: &str, tokens: &[Token<'_>]) -> String {
    let constant = name.to_uppercase();
    let mut text = format!(
        "//! Written by `cargo xtask fix-dictionary` from `{file}` of {PACKAGE} \
         {PACKAGE_VERSION}; not to be edited.\n\n\
         use crate::dictionary::Kind;\nuse crate::dictionary::Token::{{self, *}};\n\n\
         pub(crate) static {constant}: &[Token<'static>] = &[\n"
    );
    let mut line = String::new();
    for token in tokens {
        // A definition begins a line of its own, so that a change shows where it belongs.
        let begins = matches!(
            token,
            Token::Field(..)
                | Token::Header
                | Token::Trailer
                | Token::Component(_)
                | Token::Message(..)
        );
        let word = match token {
            Token::Field(tag, name, kind) => format!("Field({tag}, {name:?}, Kind::{kind:?}),"),
            other => format!("{other:?},"),
        };
        if !line.is_empty() && (begins || line.len() + word.len() + 1 > WIDTH) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
            line.clear();
        }
        line.push(' ');
        line.push_str(&word);
    }
    let _ = writeln!(text, "{line}\n];");
    text
}

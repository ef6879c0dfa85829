//! The floors of `src/` hold: a module imports only from the floors below its own, nothing below
//! `wasm` has a clock, randomness or I/O, and nothing in the browser's module formats text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The modules at the crate's top, from the lowest floor to the highest.
const FLOORS: &[&str] = &[
    "scan",
    "jsdoc",
    "json",
    "json_serde",
    "platform",
    "names",
    "customer",
    "issue",
    "fields",
    "setup",
    "rules",
    "form",
    "slots",
    "packed",
    "bulk",
    "client",
    "gateway",
    "script",
    "reference",
    "wasm",
];

/// The floor of the bindings, which is the only one that may touch the platform.
const PLATFORM: &str = "wasm";

/// What reads a clock, draws random bits or does I/O. Time, random bits and messages arrive as
/// values, so that every decision can be tested by a table.
const IMPURE: &[&str] = &[
    "std::time",
    "SystemTime",
    "Instant",
    "Utc::",
    "Local::",
    "rand::",
    "getrandom",
    "std::fs",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "js_sys",
    "web_sys",
    "gloo_net",
];

/// What declares functions of the JavaScript engine.
const BINDINGS: &[&str] = &["wasm_bindgen"];
/// The one file below the floor of the bindings that may have some: those of the engine's Unicode
/// functions, which are pure.
const UNICODE: &str = "platform.rs";

/// What brings `core::fmt` along, about 5 kB of the browser's module.
const FORMATTING: &[&str] = &["format!", "write!", "writeln!", "format_args!", ".to_string()"];

/// Code that is not in the browser's module: that of files of many rows, the gateway's, what writes
/// pages and data natively, and serde of JSON.
const NOT_FOR_BROWSERS: &[&str] = &[
    "bulk",
    "json_serde.rs",
    "gateway",
    "script.rs",
    "reference.rs",
    "reference/",
    "wasm/bulk",
    "wasm/gateway",
];

/// Checks every file of `src/` but the tests.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    check_folder(&workspace.root.join("src"))
}

fn check_folder(source: &Path) -> Result<()> {
    let mut files = Vec::new();
    read(source, "", &mut files)?;
    let tests: Vec<String> =
        files.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let is_test = |path: &str| tests.iter().any(|test| path.starts_with(test));
    let found: Vec<String> = files
        .iter()
        .filter(|(path, _)| path != "lib.rs" && !is_test(path))
        .flat_map(|(path, text)| {
            findings(path, text).into_iter().map(move |found| format!("  src/{path}:{found}"))
        })
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    bail!(
        "a floor of src/ does not hold (xtask/src/lint/floors.rs says which):\n{}",
        found.join("\n")
    )
}

/// The files of a folder and of those in it, each with its path below `src/`.
fn read(folder: &Path, path: &str, files: &mut Vec<(String, String)>) -> Result<()> {
    let unreadable = || format!("{} can't be read", folder.display());
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let path = format!("{path}{}", entry.file_name().display());
        if entry.file_type().with_context(unreadable)?.is_dir() {
            read(&entry.path(), &format!("{path}/"), files)?;
        } else if path.ends_with(".rs") {
            files.push((path, fs::read_to_string(entry.path()).with_context(unreadable)?));
        }
    }
    Ok(())
}

/// What is wrong in a file, each with its line. `path` is the file's path below `src/`.
fn findings(path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let module = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let Some(floor) = FLOORS.iter().position(|floor| *floor == module) else {
        return vec![format!("1: add {module} to FLOORS")];
    };
    // How often `super::` leads from this file to the crate's top.
    let depth = path.trim_end_matches("/mod.rs").split('/').count();
    let mut found = Vec::new();
    for prefix in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (line, rest) in occurrences(&code, &prefix) {
            for name in imported(rest) {
                if FLOORS.iter().position(|floor| *floor == name).is_some_and(|other| other > floor)
                {
                    found.push(format!(
                        "{line}: {module} must not import {name}, which is above it"
                    ));
                }
            }
        }
    }
    let mut refuse = |words: &[&str], reason: &str| {
        for word in words {
            for (line, _) in occurrences(&code, word) {
                found.push(format!("{line}: {word} {reason}"));
            }
        }
    };
    if module != PLATFORM {
        refuse(IMPURE, "is a clock, randomness or I/O: take what it gives as a value");
        if path != UNICODE {
            refuse(BINDINGS, "belongs to the floor of the bindings: take what it gives as a value");
        }
    }
    if !NOT_FOR_BROWSERS.iter().any(|start| path.starts_with(start)) {
        refuse(
            FORMATTING,
            "brings core::fmt into the browser's module: push the parts onto a String",
        );
    }
    found
}

/// The names at the crate's top that an import names: `form` of `form::Draft`, both of `{client,
/// form::Draft}`.
fn imported(path: &str) -> Vec<&str> {
    let name =
        |path: &'_ str| path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    let Some(group) = path.strip_prefix('{') else { return vec![&path[..name(path)]] };
    let mut depth = 0;
    let mut names = Vec::new();
    let mut is_start = true;
    for (index, character) in group.char_indices() {
        match character {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => is_start = true,
            _ if is_start && !character.is_whitespace() => {
                names.push(&group[index..][..name(&group[index..])]);
                is_start = false;
            }
            _ => {}
        }
    }
    names
}

/// Each place of `word` that does not continue another word: its line and what follows it.
fn occurrences<'a>(code: &'a str, word: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let continues = |before: &str| {
        before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !word.starts_with('.')
            || before.ends_with("super::") && word.starts_with("super::")
    };
    code.match_indices(word)
        .filter(move |(index, _)| !continues(&code[..*index]))
        .map(|(index, word)| (code[..index].lines().count().max(1), &code[index + word.len()..]))
        .collect::<Vec<_>>()
        .into_iter()
}

/// The text with its lines, but without comments, tests, and `impl`s of `Debug` and `Display`: the
/// linker drops those from the browser's module, where nothing is shown by them.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let is_shown =
            line.contains("impl") && (line.contains("Debug for") || line.contains("Display for"));
        if is_test_attribute(line) || is_shown {
            code.push('\n');
            let mut item = line;
            while item.trim_start().starts_with("#[") {
                item = lines.next().unwrap_or_default();
                code.push('\n');
            }
            // As rustfmt writes it, an item of several lines ends with a brace that stands as far
            // in as its beginning.
            let indent = &item[..item.len() - item.trim_start().len()];
            let ends =
                |line: &str| line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('}'));
            if !item.ends_with([';', '}', ',']) {
                for line in lines.by_ref() {
                    code.push('\n');
                    if ends(line) {
                        break;
                    }
                }
            }
        } else {
            if !line.trim_start().starts_with("//") {
                code.push_str(line.split(" // ").next().unwrap_or_default());
            }
            code.push('\n');
        }
    }
    code
}

fn is_test_attribute(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#[cfg(test)") || line.starts_with("#[cfg(all(test")
}

/// The modules of a file that are compiled for tests alone, each as the beginning of the paths of
/// its files.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let folder = match path.strip_suffix("mod.rs") {
        Some(folder) => folder.to_owned(),
        None => path.replace(".rs", "/"),
    };
    let mut modules = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[") {
            is_test |= is_test_attribute(line);
            continue;
        }
        if is_test
            && let Some((_, name)) = line.split_once("mod ")
            && let Some(name) = name.strip_suffix(';')
        {
            modules.extend([format!("{folder}{name}.rs"), format!("{folder}{name}/")]);
        }
        is_test = false;
    }
    modules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<String> {
        let line = |found: &String| found.split(':').next().unwrap().to_owned();
        findings(path, text).iter().map(line).collect()
    }

    #[test]
    fn floors_refuse_an_import_upwards_however_it_is_written() {
        for (path, text) in [
            ("fields.rs", "use crate::rules::email::MAX_LENGTH;"),
            ("fields.rs", "fn max() -> u32 { crate::rules::email::MAX_LENGTH }"),
            ("form/check.rs", "use crate::{client, json::{Json, Object}};"),
            ("form/check.rs", "use crate::{\n    json::Json,\n    client::call,\n};"),
            ("form/check.rs", "use super::super::client;"),
            ("form/mod.rs", "use super::client;"),
            ("issue.rs", "use super::fields::path;"),
            ("rules/phone/pair.rs", "pub(crate) use crate::form::Draft;"),
        ] {
            assert_eq!(lines(path, text), ["1"], "{text}");
        }
    }

    #[test]
    fn floors_allow_what_is_below_and_beside() {
        for (path, text) in [
            ("form/check.rs", "use crate::{fields, json::{Json, Object}, rules::flag};"),
            ("form/check.rs", "use super::near;\nuse crate::form::Draft;"),
            ("rules/email/slips.rs", "use super::super::email;"),
            (
                "json.rs",
                "//! See [`crate::customer`].\n/// And [`crate::form`]: `format!`\nfn x() {} // crate::form::x",
            ),
            (
                "json.rs",
                "fn x() {}\n\n#[cfg(test)]\nmod tests {\n    use crate::form::x;\n\n    fn y() {\n        println!();\n    }\n}\n",
            ),
            (
                "json.rs",
                "impl fmt::Debug for Json {\n    fn fmt() {\n        write!(f, \"\")\n    }\n}\n",
            ),
            ("gateway/reply.rs", "format!(\"\")"),
            ("platform.rs", "use wasm_bindgen::prelude::*;"),
        ] {
            assert_eq!(lines(path, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn floors_refuse_clocks_randomness_io_and_formatting() {
        for (path, line) in [
            ("client/call.rs", "std::time::Instant::now()"),
            ("gateway/reply.rs", "use std::fs;"),
            ("client/retry.rs", "rand::random()"),
            ("gateway/mod.rs", "println!(\"{token}\")"),
            ("issue.rs", "format!(\"{max}\")"),
            ("issue.rs", "max.to_string()"),
            ("wasm/rules.rs", "format!(\"{max}\")"),
            ("client/call.rs", "use wasm_bindgen::prelude::*;"),
            ("platform.rs", "js_sys::Date::now()"),
        ] {
            let text = format!("fn x() {{\n    {line}\n}}\n\n#[cfg(test)]\nmod tests;\n");
            assert!(lines(path, &text).iter().all(|line| line == "2"), "{line}");
            assert!(!findings(path, &text).is_empty(), "{line}");
        }
    }

    #[test]
    fn floors_of_this_tree_hold() {
        check_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")).unwrap();
    }

    #[test]
    fn floors_want_each_module_in_their_list() {
        assert_eq!(findings("cellar.rs", ""), ["1: add cellar to FLOORS"]);
    }

    #[test]
    fn floors_know_the_modules_of_tests() {
        let text = "#[cfg(test)]\n#[cfg(not(x))]\nmod tests;\nmod call;\n#[cfg(any(test, x))]\nmod packed;\n";
        assert_eq!(test_modules("form/mod.rs", text), ["form/tests.rs", "form/tests/"]);
        assert_eq!(
            test_modules("gateway/reply.rs", text),
            ["gateway/reply/tests.rs", "gateway/reply/tests/"]
        );
    }
}

//! Lists the functions of a published module, whose name section was removed, under their names in
//! Rust: for the stack of a trap, and for whoever asks what the bytes are spent on.
//!
//! wasm-opt says which function of its input each function of its output was, so the list is of the
//! published bytes themselves. A second module with names would not do: names decide the order of
//! functions that are called equally often.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

/// A function with code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// The number in `wasm-function[…]`, which counts imported functions first.
    index: u32,
    /// Where the body is in the file.
    range: Range<usize>,
    pub(crate) name: String,
}

impl Function {
    /// The bytes of its body.
    pub(crate) fn size(&self) -> u64 {
        self.range.len() as u64
    }
}

/// The functions of a module. `map` is what wasm-opt's `--symbolmap` wrote of it, `plain` what
/// wasm-opt read, and `named` the same with its names.
pub(super) fn functions(
    optimised: &[u8],
    map: &str,
    plain: &[u8],
    named: &[u8],
) -> Result<Vec<Function>> {
    let (before, same) = (Parts::read(named)?, Parts::read(plain)?);
    ensure!(
        (before.imported, &before.bodies) == (same.imported, &same.bodies),
        "the module with names has other functions than the one without"
    );
    let mut origins = HashMap::new();
    for line in map.lines() {
        let (index, name) = line.split_once(':').context("wasm-opt's map has an odd line")?;
        let index: u32 = index.parse().context("wasm-opt's map has an odd line")?;
        origins.insert(index, name);
    }
    let after = Parts::read(optimised)?;
    let bodies = (after.imported..).zip(after.bodies);
    Ok(bodies
        .map(|(index, range)| {
            let origin = origins.get(&index).copied().unwrap_or_default();
            // wasm-opt calls a function without a name by its number among those with code.
            let number = origin.parse().ok().and_then(|number| before.imported.checked_add(number));
            let name = number.and_then(|number| before.names.get(&number).copied());
            let name = name.map_or_else(|| format!("function {index}"), demangle);
            Function { index, range, name }
        })
        .collect())
}

/// The list as text: a line for each function, with its number, the start and the end of its body,
/// and its name.
pub(super) fn write(functions: &[Function]) -> Result<String> {
    let mut text = String::new();
    for Function { index, range, name } in functions {
        writeln!(text, "{index}\t{}\t{}\t{name}", range.start, range.end)?;
    }
    Ok(text)
}

/// Reads what [`write`] has written.
pub(super) fn read(text: &str) -> Result<Vec<Function>> {
    let line = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        let index = parts.next()?.parse().ok()?;
        let range = parts.next()?.parse().ok()?..parts.next()?.parse().ok()?;
        Some(Function { index, range, name: parts.next()?.to_owned() })
    };
    text.lines().map(line).collect::<Option<_>>().context("a list of functions has an odd line")
}

/// What is read of a module.
#[derive(Default)]
struct Parts<'a> {
    /// How many functions are imported. They have the first numbers.
    imported: u32,
    bodies: Vec<Range<usize>>,
    names: HashMap<u32, &'a str>,
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut parts = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if let TypeRef::Func(_) = import?.ty {
                            parts.imported += 1;
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => parts.bodies.push(body.range()),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        read_names(section, &mut parts.names)?;
                    }
                }
                _ => {}
            }
        }
        Ok(parts)
    }
}

fn read_names<'a>(section: NameSectionReader<'a>, names: &mut HashMap<u32, &'a str>) -> Result<()> {
    for name in section {
        if let Name::Function(functions) = name? {
            for function in functions {
                let function = function?;
                names.insert(function.index, function.name);
            }
        }
    }
    Ok(())
}

/// A symbol's name as written in Rust, without its hashes. wasm-bindgen puts words behind the name of
/// a function that it has made of another.
fn demangle(name: &str) -> String {
    let (symbol, more) = name.split_at(name.find(' ').unwrap_or(name.len()));
    format!("{:#}{more}", rustc_demangle::demangle(symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(module (func $a (import "m" "a")) (func $b nop nop) (func $c nop))`, by hand.
    const HEAD: &[u8] =
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01m\x01a\0\0\x03\x03\x02\0\0";
    const BODIES: &[u8] = b"\x0a\x0a\x02\x04\0\x01\x01\x0b\x03\0\x01\x0b";
    const SWAPPED: &[u8] = b"\x0a\x0a\x02\x03\0\x01\x0b\x04\0\x01\x01\x0b";
    const NAMES: &[u8] = b"\0\x11\x04name\x01\x0a\x03\0\x01a\x01\x01b\x02\x01c";

    #[test]
    fn functions_have_the_names_that_they_had_before_wasm_opt_moved_them() {
        let (plain, named) = ([HEAD, BODIES].concat(), [HEAD, BODIES, NAMES].concat());
        let optimised = [HEAD, SWAPPED].concat();
        let found = functions(&optimised, "0:fimport$0\n1:1\n2:0\n", &plain, &named).unwrap();
        let facts = |function: &Function| (function.index, function.size(), function.name.clone());
        let expected = [(1, 3, "c".to_owned()), (2, 4, "b".to_owned())];
        assert_eq!(found.iter().map(facts).collect::<Vec<_>>(), expected);
        assert_eq!(read(&write(&found).unwrap()).unwrap(), found);
        assert_eq!(optimised[found[0].range.clone()], *b"\0\x01\x0b");
    }

    #[test]
    fn names_are_those_of_rust_with_the_words_behind_them() {
        for (name, readable) in [
            ("_RNvNtCs1234_7mycrate3foo3bar externref shim", "mycrate::foo::bar externref shim"),
            ("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"),
            ("ask", "ask"),
        ] {
            assert_eq!(demangle(name), readable);
        }
    }

    #[test]
    fn functions_of_another_module_are_refused() {
        let (plain, named) = ([HEAD, SWAPPED].concat(), [HEAD, BODIES, NAMES].concat());
        assert!(functions(&plain, "", &plain, &named).is_err());
    }

    #[test]
    fn function_that_wasm_opt_made_itself_has_its_number() {
        let (plain, named) = ([HEAD, BODIES].concat(), [HEAD, BODIES, NAMES].concat());
        let found = functions(&plain, "1:0\n2:outlined$1\n", &plain, &named).unwrap();
        assert_eq!([&found[0].name, &found[1].name], ["b", "function 2"]);
    }
}

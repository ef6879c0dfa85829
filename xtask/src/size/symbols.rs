//! Lists the largest functions and the data of a module, under their names in Rust.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

use crate::build::{self, Module};
use crate::workspace::Workspace;

/// A function, or all data together.
#[derive(Debug, Serialize)]
pub(crate) struct Symbol {
    pub(crate) module: &'static str,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// The largest parts of a module, read from a build that differs from the published one only in
/// that it has names.
pub(crate) fn largest(workspace: &Workspace, module: Module, count: usize) -> Result<Vec<Symbol>> {
    let compiled = build::module(workspace, module)?;
    let folder = build::bind(workspace, module, &compiled, true)?;
    let bound = folder.join(format!("{}_bg.wasm", module.name));
    let named = folder.join("optimised.wasm");
    build::optimise(workspace, &bound, &named, &[build::SMALL, &["--debuginfo"]].concat())?;
    let bytes = fs::read(&named).with_context(|| format!("{} can't be read", named.display()))?;
    let mut symbols =
        symbols(module.name, &bytes).context("the module with names is not understood")?;
    symbols.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.name.cmp(&b.name)));
    symbols.truncate(count);
    Ok(symbols)
}

fn symbols(module: &'static str, bytes: &[u8]) -> Result<Vec<Symbol>> {
    let mut sizes = Vec::new();
    let mut data = 0;
    // Imported functions have the first indices, and no code.
    let mut index = 0;
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if let TypeRef::Func(_) = import?.ty {
                        index += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                sizes.push((index, body.range().len() as u64));
                index += 1;
            }
            Payload::DataSection(section) => data = section.range().len() as u64,
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    read_names(section, &mut names)?;
                }
            }
            _ => {}
        }
    }
    let functions = sizes.into_iter().map(|(index, size)| Symbol {
        module,
        name: names.get(&index).map_or_else(|| format!("function {index}"), |name| demangle(name)),
        size,
    });
    let data = Symbol { module, name: "all data (texts, tables)".to_owned(), size: data };
    Ok(functions.chain([data]).collect())
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

/// A symbol's name as written in Rust, without the hash at its end.
fn demangle(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_have_their_names_and_sizes() {
        // (module (func $a (import "m" "a")) (func $b nop nop) (data "xyz") (memory 1)), by hand.
        let module = [
            &b"\0asm\x01\0\0\0"[..],
            b"\x01\x04\x01\x60\0\0",
            b"\x02\x07\x01\x01m\x01a\0\0",
            b"\x03\x02\x01\0",
            b"\x05\x03\x01\0\x01",
            b"\x0a\x06\x01\x04\0\x01\x01\x0b",
            b"\x0b\x06\x01\x01\x03xyz",
            b"\0\x0e\x04name\x01\x07\x02\0\x01a\x01\x01b",
        ]
        .concat();
        let symbols = symbols("a", &module).unwrap();
        let found: Vec<_> = symbols.iter().map(|s| (s.name.as_str(), s.size)).collect();
        assert_eq!(found, [("b", 4), ("all data (texts, tables)", 6)]);
    }
}

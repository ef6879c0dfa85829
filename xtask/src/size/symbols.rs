//! Lists the largest functions and the data of a module, under their names in Rust.

use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;
use wasmparser::{Parser, Payload};

use crate::build::{self, Module};
use crate::workspace::Workspace;

/// A function, or all data together.
#[derive(Debug, Serialize)]
pub(crate) struct Symbol {
    pub(crate) module: &'static str,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// The largest parts of a published module.
pub(crate) fn largest(workspace: &Workspace, module: Module, count: usize) -> Result<Vec<Symbol>> {
    let functions = build::functions_of(workspace, module)?;
    let file = workspace.dist().join(format!("{}_bg.wasm", module.name));
    let bytes = fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let data = data_of(&bytes).with_context(|| format!("{} is no module", file.display()))?;
    let data = ("all data (texts, tables)".to_owned(), data);
    let parts = functions.into_iter().map(|function| (function.name.clone(), function.size()));
    let symbol = |(name, size)| Symbol { module: module.name, name, size };
    let mut symbols: Vec<Symbol> = parts.chain([data]).map(symbol).collect();
    symbols.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.name.cmp(&b.name)));
    symbols.truncate(count);
    Ok(symbols)
}

/// The bytes of a module's data.
fn data_of(module: &[u8]) -> Result<u64> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(section) = payload? {
            return Ok(section.range().len() as u64);
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_has_its_size() {
        // (module (memory 1) (data "xyz")), by hand.
        let module = b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x0b\x06\x01\x01\x03xyz";
        assert_eq!(data_of(module).unwrap(), 6);
        assert_eq!(data_of(&module[..8]).unwrap(), 0);
    }
}

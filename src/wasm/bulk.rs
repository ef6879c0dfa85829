//! Files of many rows for JavaScript: `pkg/lib/bulk`. Blocks of bytes cross, and packed answers.

use wasm_bindgen::prelude::*;

use super::arguments::{object, type_error};
use super::platform::Engine;
use super::rules;
use super::text;
use crate::bulk::read::{Layout, ReadOptions, Reader};
use crate::bulk::{Checker, Duplicates, Secret};
use crate::form::Options;
use crate::json::Json;

/// Makes blocks of whole rows of a file's bytes.
#[wasm_bindgen]
pub struct BulkReader {
    reader: Reader,
    /// The next block, until it is taken or checked.
    block: Option<Vec<u8>>,
}

#[wasm_bindgen]
impl BulkReader {
    /// A reader of one file. `options` are those of [`ReadOptions`] as JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<BulkReader, JsValue> {
        let options = ReadOptions::read(&object(options, "options takes an object")?);
        Ok(Self { reader: Reader::new(options.map_err(type_error)?), block: None })
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reader.push(bytes);
    }

    /// The file ends here.
    pub fn end(&mut self) {
        self.reader.end();
    }

    /// Whether there is a block: not where more bytes are needed, and not after the last block.
    #[wasm_bindgen(js_name = hasBlock)]
    pub fn has_block(&mut self) -> bool {
        if self.block.is_none() {
            self.block = self.reader.next_block();
        }
        self.block.is_some()
    }

    /// Takes the block, to be checked elsewhere.
    #[wasm_bindgen(js_name = takeBlock)]
    pub fn take_block(&mut self) -> Option<Vec<u8>> {
        self.block.take()
    }

    /// How the file is read, as JSON; `undefined` before the first block.
    pub fn layout(&self) -> Option<String> {
        self.reader.layout().map(|layout| layout.to_json().to_text())
    }
}

/// Checks the rows of the blocks of one file.
#[wasm_bindgen]
pub struct BulkChecker(Checker);

#[wasm_bindgen]
impl BulkChecker {
    /// A checker of a file with this layout, with the options of a check, both as JSON. `secret` is
    /// empty, or has the random bytes of the keys of [`BulkDuplicates`].
    #[wasm_bindgen(constructor)]
    pub fn new(layout: &str, options: &str, secret: &[u8]) -> Result<BulkChecker, JsValue> {
        let wrong = || type_error("the layout is another version's");
        let layout = Layout::from_json(&object(layout, "layout takes an object")?);
        let options = Options::read(&object(options, "options takes an object")?);
        let options = Options { phones: rules::phones(), ..options.map_err(type_error)? };
        let secret = Secret::try_from(secret).ok();
        Ok(Self(Checker::new(layout.ok_or_else(wrong)?, options, secret)))
    }

    /// The packed answer about the rows of the block that a reader has: the block does not cross.
    #[wasm_bindgen(js_name = checkNext)]
    pub fn check_next(&mut self, reader: &mut BulkReader) -> Vec<u8> {
        let block = reader.block.take().unwrap_or_default();
        self.0.check_block(&block, &Engine)
    }

    /// The packed answer about the rows of a block.
    #[wasm_bindgen(js_name = checkBlock)]
    pub fn check_block(&mut self, block: &[u8]) -> Vec<u8> {
        self.0.check_block(block, &Engine)
    }
}

/// Finds who is in a file twice.
#[wasm_bindgen]
pub struct BulkDuplicates(Duplicates);

#[wasm_bindgen]
impl BulkDuplicates {
    /// Nothing is known yet.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "JavaScript has no Default")]
    pub fn new() -> BulkDuplicates {
        Self(Duplicates::new())
    }

    /// Takes the packed answer about the next block. `rows` and `lines` are how many there were in
    /// the blocks before. Returns the issues of those rows that have some, as JSON:
    /// `[[index, issues], …]`.
    #[wasm_bindgen(js_name = lookUp)]
    pub fn look_up(&mut self, answer: &[u8], rows: u32, lines: u32) -> String {
        let found = self.0.look_up_block(answer, rows, lines);
        let pair = |(index, issues): (u32, Vec<Json>)| {
            Json::Array(vec![Json::from(index as i32), Json::Array(issues)])
        };
        text(&Json::Array(found.into_iter().map(pair).collect()))
    }
}

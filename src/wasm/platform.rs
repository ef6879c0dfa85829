//! The Unicode services of the JavaScript engine. Texts cross to functions of our own: handles of
//! JavaScript's objects and its exceptions would take 0.7 kB of module and glue, and a used-up stack
//! would count as a wrong domain.

use wasm_bindgen::prelude::*;

use crate::platform::Platform;

#[wasm_bindgen(module = "/src/wasm/unicode.js")]
extern "C" {
    fn nfc(text: &str) -> String;
    fn nfkc(text: &str) -> String;
    fn hostname(domain: &str) -> String;
    #[cfg(feature = "programs")]
    pub(crate) fn folded(text: &str) -> String;
}

/// The JavaScript engine.
pub(super) struct Engine;

impl Platform for Engine {
    fn nfc(&self, text: &str) -> String {
        nfc(text)
    }

    fn nfkc(&self, text: &str) -> String {
        nfkc(text)
    }

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        let host = hostname(domain);
        (!host.is_empty()).then_some(host)
    }
}

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
}

#[cfg(feature = "gateway")]
#[wasm_bindgen(module = "/src/wasm/zones.js")]
extern "C" {
    #[wasm_bindgen(js_name = dayIn)]
    fn day_in(time_zone: &str, now_ms: f64) -> String;
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

    #[cfg(feature = "gateway")]
    fn day_in(&self, time_zone: &str, now_ms: u64) -> Option<chrono::NaiveDate> {
        crate::rules::date::parse(&day_in(time_zone, now_ms as f64))
    }
}

//! The Unicode services that the rules need, and the time zones that the gateway needs. In
//! WebAssembly the JavaScript engine provides them, so that no table of them enters a module.

use chrono::NaiveDate;

/// Unicode services: the JavaScript engine implements them in WebAssembly, crates natively.
/// Functions take a type parameter, not a `dyn Platform`: a build without calls through pointers
/// needs no function table, which keeps the browser build small.
pub trait Platform {
    /// The text in Normalization Form C (Unicode Standard Annex 15).
    fn nfc(&self, text: &str) -> String;
    /// The text in Normalization Form KC (Unicode Standard Annex 15): full-width letters become
    /// ASCII, and more. No name is sent in this form, because it makes other letters of some.
    fn nfkc(&self, text: &str) -> String;
    /// A domain in its ASCII form (UTS 46, non-transitional). Returns `None` if the domain has no
    /// such form, and for one with characters besides letters, marks, numbers, dots, hyphens,
    /// joiners and the signs that RFC 5892 (§2.6) allows: UTS 46 allows nearly every sign.
    fn domain_to_ascii(&self, domain: &str) -> Option<String>;
    /// The calendar date in a time zone, by its IANA name, at a time in milliseconds since 1970.
    /// Returns `None` for a zone that the platform does not know, as for every zone by default.
    fn day_in(&self, _time_zone: &str, _now_ms: u64) -> Option<NaiveDate> {
        None
    }
}

/// A text in a form in which two texts are equal that differ only in case, or in how their
/// characters are composed (UAX 15, Normalization Form KC). For comparing only. It is no method of
/// [`Platform`], because the client, which compares, is given no platform. In WebAssembly the
/// JavaScript engine's own tables serve: Rust's would make the module several kB larger.
#[cfg(not(all(target_arch = "wasm32", feature = "wasm")))]
pub(crate) fn folded(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    let text = text.to_lowercase().to_uppercase();
    #[cfg(not(target_arch = "wasm32"))]
    let text = Native.nfc(&Native.nfkc(text).to_lowercase().to_uppercase());
    text
}

#[cfg(all(target_arch = "wasm32", feature = "wasm", feature = "programs"))]
pub(crate) use engine::folded;

#[cfg(all(target_arch = "wasm32", feature = "wasm", feature = "programs"))]
mod engine {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/wasm/unicode.js")]
    extern "C" {
        pub(crate) fn folded(text: &str) -> String;
    }
}

/// The platform of a native build.
#[cfg(any(test, not(target_arch = "wasm32")))]
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

#[cfg(any(test, not(target_arch = "wasm32")))]
impl Platform for Native {
    fn nfc(&self, text: &str) -> String {
        unicode_normalization::UnicodeNormalization::nfc(text).collect()
    }

    fn nfkc(&self, text: &str) -> String {
        unicode_normalization::UnicodeNormalization::nfkc(text).collect()
    }

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        let is_part = |part: char| {
            part.is_alphanumeric()
                || unicode_normalization::char::is_combining_mark(part)
                || ".-\u{b7}\u{5f3}\u{5f4}\u{f0b}\u{30fb}\u{200c}\u{200d}".contains(part)
        };
        domain
            .chars()
            .all(is_part)
            .then(|| idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::URL))?
            .ok()
            .map(|domain| domain.into_owned())
    }
}

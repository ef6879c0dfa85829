//! What the rules ask of the platform, so that no Unicode table enters the browser build.

/// Unicode services, from the JavaScript engine in WebAssembly and from crates natively. Taken as a type, not as
/// `dyn`: without any call through a pointer, the browser build sheds its function table and all in it.
pub trait Platform {
    /// The text in Normalization Form C (Unicode Standard Annex 15).
    fn nfc(&self, text: &str) -> String;
    /// A domain in its ASCII form (UTS 46, non-transitional), or nothing where it has none.
    fn domain_to_ascii(&self, domain: &str) -> Option<String>;
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

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::URL)
            .ok()
            .map(|domain| domain.into_owned())
    }
}

//! What an operator may say of the pages that the gateway draws for a microsite.

use crate::json::{Json, Object};

/// How the pages of one microsite look and where they lead. What is not given is left to the pages'
/// own defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The restaurant's own site, for the way back; an https URL.
    pub site: Option<String>,
    /// Its privacy notice; an https URL.
    pub privacy: Option<String>,
    /// The colour of buttons and links, as `#rgb` or `#rrggbb`, like those below.
    pub accent: Option<String>,
    /// The colour of the text on a button.
    pub on_accent: Option<String>,
    /// The colour of the text.
    pub text: Option<String>,
    /// The colour of the page.
    pub surface: Option<String>,
}

impl PageOptions {
    /// Reads what the table of options has accepted.
    pub(in crate::gateway) fn read(page: &Object) -> Self {
        let text = |name| page.given(name).and_then(Json::as_str).map(str::to_owned);
        Self {
            site: text("site"),
            privacy: text("privacy"),
            accent: text("accent"),
            on_accent: text("onAccent"),
            text: text("text"),
            surface: text("surface"),
        }
    }
}

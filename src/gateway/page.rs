//! For the exchange: the pages that the gateway draws, and the facts that a page shows.
//!
//! JavaScript writes the HTML (`www/widget/page.js`), in the guest's language and with the widget's
//! own fields and looks. Which page there is, where it leads and in which colours is decided here.

use super::options::PageOptions;
use super::reply::Reply;
use crate::json::Object;

/// A page that the gateway draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The form without JavaScript.
    Form,
    /// After the form: the restaurant has the details.
    Thanks,
    /// The form could not be shown; with a link to try again.
    NotLoaded,
    /// What was posted could not be taken; with a link to the form.
    NotTaken,
    /// The page of an unsubscribe link, with the button that unsubscribes.
    Ask,
    /// After the button: the guest is unsubscribed.
    Done,
    /// The link is not valid, or not any more.
    Void,
    /// It is not known whether the guest is unsubscribed.
    Failed,
    /// Nothing was changed: there were too many requests.
    Busy,
    /// There is no page at the address, for example because the microsite is unknown.
    Missing,
}

impl Page {
    /// The name in the page's facts, `shows`.
    pub fn name(self) -> &'static str {
        match self {
            Page::Form => "form",
            Page::Thanks => "thanks",
            Page::NotLoaded => "notLoaded",
            Page::NotTaken => "notTaken",
            Page::Ask => "ask",
            Page::Done => "done",
            Page::Void => "void",
            Page::Failed => "failed",
            Page::Busy => "busy",
            Page::Missing => "missing",
        }
    }

    /// True for the pages of an unsubscribe link.
    fn is_of_link(self) -> bool {
        matches!(self, Page::Ask | Page::Done | Page::Void | Page::Failed | Page::Busy)
    }
}

/// What all pages of one microsite have in common.
pub struct Site<'a> {
    /// The restaurant's name, where its Setup says it.
    pub restaurant: Option<&'a str>,
    /// The operator's options for this microsite.
    pub options: PageOptions,
    /// The operator's own words for the pages of an unsubscribe link; empty where the language's
    /// are used.
    pub words: &'a Object,
    /// The style of every page, before the colours.
    pub style: &'a str,
}

impl Site<'_> {
    /// The answer with `page`. A form has facts of its own, `more`.
    pub fn reply(self, status: u16, page: Page, more: Object) -> Reply {
        let colours = colours(&self.options);
        let mut view = Object::new()
            .with("shows", page.name())
            .with("restaurant", self.restaurant)
            .with("site", self.options.site.as_deref())
            .with("privacy", self.options.privacy.as_deref())
            .with("colours", colours.as_str());
        if page.is_of_link() && !self.words.is_empty() {
            view.set("words", self.words.clone());
        }
        for (name, value) in more.iter() {
            view.set(name, value.clone());
        }
        let style = [self.style, &colours].concat();
        Reply { view: Some(view), ..Reply::page(status, &style) }
    }
}

/// The operator's colours as CSS: the widget's own custom properties. The options hold nothing but
/// `#` and hexadecimal digits there. One set of colours serves light and dark screens alike, so
/// that the rest of the page follows the brightness of its background.
fn colours(options: &PageOptions) -> String {
    let given = [
        ("accent", &options.accent),
        ("on-accent", &options.on_accent),
        ("text", &options.text),
        ("surface", &options.surface),
    ];
    let declarations: String = given
        .into_iter()
        .filter_map(|(name, colour)| Some(format!("--diner-{name}:{};", colour.as_ref()?)))
        .collect();
    if declarations.is_empty() {
        return declarations;
    }
    let scheme = if options.surface.as_deref().is_some_and(is_dark) { "dark" } else { "light" };
    format!(":root{{{declarations}color-scheme:{scheme}}}")
}

/// True for a colour, `#rgb` or `#rrggbb`, on which white text is easier to read than black: one
/// whose relative luminance (WCAG 2.2) is below that of the grey that has the same contrast with
/// both.
fn is_dark(colour: &str) -> bool {
    const EQUAL_CONTRAST: f64 = 0.179;
    let digits: Vec<u32> = colour.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let channel = |digits: &[u32]| {
        let value = match digits {
            [one] => one * 17,
            [high, low, ..] => high * 16 + low,
            [] => 0,
        };
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let width = if digits.len() == 3 { 1 } else { 2 };
    let weights = [0.2126, 0.7152, 0.0722];
    let parts = digits.chunks(width).zip(weights);
    parts.map(|(digits, weight)| channel(digits) * weight).sum::<f64>() < EQUAL_CONTRAST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(surface: Option<&str>) -> PageOptions {
        PageOptions { surface: surface.map(str::to_owned), ..PageOptions::default() }
    }

    #[test]
    fn page_colours_are_custom_properties_of_the_widget() {
        assert_eq!(colours(&PageOptions::default()), "");
        let all = PageOptions {
            accent: Some("#7a3b1d".into()),
            on_accent: Some("#fff".into()),
            text: Some("#221d19".into()),
            ..options(Some("#fdf8f0"))
        };
        assert_eq!(
            colours(&all),
            ":root{--diner-accent:#7a3b1d;--diner-on-accent:#fff;--diner-text:#221d19;--diner-surface:#fdf8f0;color-scheme:light}"
        );
        assert_eq!(
            colours(&options(Some("#123"))),
            ":root{--diner-surface:#123;color-scheme:dark}"
        );
    }

    #[test]
    fn page_background_is_dark_where_white_text_reads_better() {
        for (colour, expected) in [
            ("#000", true),
            ("#767676", false),
            ("#757575", true),
            ("#fff", false),
            ("#FFFFFF", false),
            ("#00f", true),
            ("#ff0", false),
            ("#8b0000", true),
        ] {
            assert_eq!(is_dark(colour), expected, "{colour}");
        }
    }
}

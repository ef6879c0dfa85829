//! What is wrong with a row as a whole. These codes are not in the catalogue of the fields
//! ([`crate::issue`]), because a guest's page, which downloads that, has no rows.

use crate::issue::Severity;
use crate::json::{Json, Object};

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal $severity:ident $message:literal)*) => {
        /// Every code of a row. The text form is stable: programs rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum RowCode { $($(#[doc = $doc])* $variant,)* }

        impl RowCode {
            /// Every code, in the catalogue's order.
            pub const ALL: &'static [RowCode] = &[$(RowCode::$variant,)*];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $(RowCode::$variant => $code,)* }
            }

            /// Whether the row can be sent all the same.
            pub const fn severity(self) -> Severity {
                match self { $(RowCode::$variant => Severity::$severity,)* }
            }

            /// The English message, which says what to do.
            pub const fn message(self) -> &'static str {
                match self { $(RowCode::$variant => $message,)* }
            }
        }
    };
}

catalogue! {
    /// The row is not JSON, or names a member twice.
    NotJson "row_not_json" Error "write the row as one JSON object that names each member once"
    /// The row is JSON, but no object.
    NotAnObject "row_not_an_object" Error "write the row as a JSON object"
    /// The row is longer than a row may be.
    TooLong "row_too_long" Error "look for a missing line break or quote: the row is too long"
    /// A quote opens a cell that never closes.
    QuoteOpen "row_quote_open" Error "close the quote that opens a cell of this row"
    /// The row has more cells than the header.
    Cells "row_cells" Error "put cells with a delimiter in quotes: the row has more cells than the header"
    /// Bytes that are no text in the encoding of the file.
    DamagedText "row_damaged_text" Error "save the file as UTF-8: the row has bytes that are no text"
    /// A phone number that a spreadsheet has shortened, such as `4.47911E+11`: its last digits are
    /// lost. The path names the field.
    Shortened "cell_shortened" Error "look the number up: a spreadsheet has shortened it, and its last digits are lost"
    /// Advice: an earlier row has the same e-mail address or phone number. Params: `row` and `line`
    /// of that row, and `by`, the member of this row that is the same.
    Duplicate "duplicate" Advice "compare this row with the earlier one: both may be the same person"
}

impl RowCode {
    /// The issue of a row in the shape of the issues of fields, with an empty path: it is about the
    /// whole row.
    pub fn to_json(self, params: Object) -> Json {
        self.at(Json::Array(Vec::new()), params)
    }

    /// The issue of the value at this path.
    pub(super) fn at(self, path: Json, params: Object) -> Json {
        let severity = if self.severity() == Severity::Error { "error" } else { "advice" };
        Object::new()
            .with("code", self.as_str())
            .with("path", path)
            .with("params", params)
            .with("severity", severity)
            .with("message", self.message())
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Code;

    #[test]
    fn row_issue_has_the_shape_of_the_issues_of_fields() {
        let mut text = String::new();
        RowCode::NotJson.to_json(Object::new()).write(&mut text);
        assert_eq!(
            text,
            r#"{"code":"row_not_json","path":[],"params":{},"severity":"error","message":"write the row as one JSON object that names each member once"}"#
        );
    }

    #[test]
    fn row_codes_are_distinct_from_each_other_and_from_those_of_fields() {
        let of_rows = RowCode::ALL.iter().map(|code| code.as_str());
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).chain(of_rows).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len() + RowCode::ALL.len());
    }

    #[test]
    fn row_messages_say_what_to_do_in_one_line() {
        for code in RowCode::ALL {
            let message = code.message();
            assert!(message.starts_with(|first: char| first.is_lowercase()), "{message}");
            assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
        }
    }
}

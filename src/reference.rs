//! For `cargo xtask docs`: the reference pages that are made from the tables, so that they cannot disagree with them.

use crate::fields::{Field, Required, Writer, rows};
use crate::issue::Code;
use crate::json::Json;

/// `docs/fields.md`: the rule table.
pub fn fields_page() -> String {
    let mut page = String::from(
        "# Fields\n\n\
         For whoever fills in a `CustomerDraft`: every field of the rule table, in form order, as `fields()` returns it. \
         Names are the vendor's; `Address.Town` stands in `{ Address: { Town } }`. The remote API states no length \
         limits: those here are ours, in Unicode code points, and `options.limits` overrides them.\n\n\
         Made from `src/fields.rs` by `cargo xtask docs`.\n\n\
         | field | kind | longest | written by | required | `type` | `autocomplete` | `inputmode` |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows() {
        let shown = row.to_json();
        let text = |name: &str| shown.get(name).and_then(Json::as_str).unwrap_or("").to_owned();
        let writer = match row.writer {
            Writer::Guest => "guest, staff",
            Writer::Staff => "staff",
            Writer::Gateway => "gateway, staff",
        };
        let cells = [
            code(row.name),
            text("kind"),
            row.max_length().map(|max| max.to_string()).unwrap_or_default(),
            writer.to_owned(),
            required(row),
            code(row.html.input),
            code(row.html.autocomplete),
            code(row.html.inputmode),
        ];
        page.push_str(&line(&cells));
    }
    page
}

/// `docs/issues.md`: the catalogue of codes.
pub fn issues_page() -> String {
    let mut page = String::from(
        "# Issues\n\n\
         For whoever shows or maps what `checkCustomer` and the client's `ValidationError` say: every code, with what \
         it means and its English message. Codes are stable; `{name}` is taken from the issue's `params`. Messages in \
         other languages are in the files `dinerkit/locales/*`. Advice never blocks.\n\n\
         Made from `src/issue.rs` by `cargo xtask docs`.\n\n\
         | code | meaning | message |\n| --- | --- | --- |\n",
    );
    for issue in Code::ALL {
        page.push_str(&line(&[
            code(issue.as_str()),
            issue.meaning().trim().to_owned(),
            issue.message().to_owned(),
        ]));
    }
    page
}

fn required(row: &Field) -> String {
    match (row.required, row.is_custom()) {
        (Required::Always, _) => "always",
        (Required::OneOf, _) => "one of these",
        (Required::Never, true) => "where the Setup says so",
        (Required::Never, false) => "",
    }
    .to_owned()
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_those_of_the_tables() {
        for (page, written) in [
            (fields_page(), include_str!("../docs/fields.md")),
            (issues_page(), include_str!("../docs/issues.md")),
        ] {
            assert_eq!(page, written, "run `cargo xtask docs`");
        }
    }
}

//! The pages that `cargo xtask docs` makes from the tables, so that no page can disagree with its
//! table. Unit tests compare the committed pages with the tables.

mod types;
mod unseen;

pub use types::types_page;

use crate::fields::{Field, Required, Writer, rows};
use crate::issue::Code;
use crate::json::{Json, Object};
use crate::names;
use crate::script;

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
        let shown = script::row(row);
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
            code(row.page.input),
            code(row.page.autocomplete),
            code(row.page.inputmode),
        ];
        page.push_str(&line(&cells));
    }
    page.push_str(&unseen::section());
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

/// `docs/reference.json`: the tables of the pages as data, for tests and for whoever translates the
/// messages. One row a line, so that a change shows as one line.
pub fn reference_json() -> String {
    let issues: Vec<_> = Code::ALL
        .iter()
        .map(|issue| {
            let row = Object::new()
                .with("code", issue.as_str())
                .with("meaning", issue.meaning().trim())
                .with("message", issue.message());
            format!("    {}", row.to_text())
        })
        .collect();
    format!("{{\n  \"issues\": [\n{}\n  ]\n}}\n", issues.join(",\n"))
}

/// The lines around the part of `docs/client.md` that is made from the table of names.
const NAMES_MARKS: (&str, &str) =
    ("<!-- Made from src/names.rs by `cargo xtask docs`: -->\n", "<!-- Until here. -->\n");

/// `docs/client.md`, with the table of the guessed names as it is now.
pub fn client_page(page: &str) -> String {
    let mut table = String::from("\n| key | stands for | default |\n| --- | --- | --- |\n");
    for name in names::facts() {
        let about = name.about.trim().trim_end_matches('.');
        table.push_str(&line(&[code(name.key), about.to_owned(), code(name.default)]));
    }
    table.push('\n');
    let (begin, end) = NAMES_MARKS;
    between(page, begin, end, &table)
}

/// The lines around the parts of `docs/gateway.md` and `pkg/types/gateway.d.ts` that are made from
/// tables.
#[cfg(feature = "gateway")]
const POLICY_MARKS: (&str, &str) =
    ("<!-- Made from src/gateway/policy.rs by `cargo xtask docs`: -->\n", "<!-- Until here. -->\n");
#[cfg(feature = "gateway")]
const OPTIONS_MARKS: (&str, &str) = (
    "<!-- Made from src/gateway/options.rs by `cargo xtask docs`: -->\n",
    "<!-- Until here. -->\n",
);
#[cfg(feature = "gateway")]
const TYPES_MARKS: (&str, &str) =
    ("// Made from the table of options by `cargo xtask docs`:\n", "// Until here.\n");
#[cfg(feature = "gateway")]
const EVENT_MARKS: (&str, &str) =
    ("// Made from the names of a log's events by `cargo xtask docs`:\n", "// Until here.\n");

/// `docs/gateway.md`, with its tables of who may do what and of the command's keys as they are now.
#[cfg(feature = "gateway")]
pub fn gateway_page(page: &str) -> String {
    let (begin, end) = POLICY_MARKS;
    let page = between(page, begin, end, &gateway_tables());
    let (begin, end) = OPTIONS_MARKS;
    between(&page, begin, end, &format!("\n{}\n", crate::gateway::options::show::keys()))
}

/// `pkg/types/gateway.d.ts`, with the types of the options and of the event's names as they are
/// now.
#[cfg(feature = "gateway")]
pub fn gateway_types(types: &str) -> String {
    let (begin, end) = TYPES_MARKS;
    let types =
        between(types, begin, end, &format!("\n{}\n", crate::gateway::options::show::types()));
    let (begin, end) = EVENT_MARKS;
    between(&types, begin, end, &format!("\n{}\n", crate::gateway::exchange::event_types()))
}

/// The page with `made` between the first line `begin` and the next line `end`. A page without
/// these lines stays as it is.
fn between(page: &str, begin: &str, end: &str, made: &str) -> String {
    let parts = page.split_once(begin).and_then(|(before, rest)| {
        rest.split_once(end).map(|(_, after)| [before, begin, made, end, after].concat())
    });
    parts.unwrap_or_else(|| page.to_owned())
}

#[cfg(feature = "gateway")]
fn gateway_tables() -> String {
    use crate::gateway::guest_fields::GuestFields;
    use crate::gateway::policy::{Scope, TABLE};

    let may = |scope: Scope| match scope {
        Scope::No => "–",
        Scope::FormSetup => "what a form needs",
        Scope::GuestFields => "the guest's fields",
        Scope::OwnId => "the own record",
        Scope::Whole => "yes",
    };
    let mut page = String::from(
        "\n| path below `/api/ConsumerApi/v1/Restaurant/{microsite}/` | guest | guest with a capability | staff | of the address | of the account |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for rule in TABLE {
        page.push_str(&line(&[
            code(&format!("{} {}", rule.method, rule.path)),
            may(rule.guest).to_owned(),
            may(rule.own).to_owned(),
            may(rule.staff).to_owned(),
            rule.cost.to_string(),
            rule.requests.to_string(),
        ]));
    }
    let fields = GuestFields::default();
    let named = |wanted: &dyn Fn(&Field) -> bool| {
        let names = rows().iter().filter(|row| wanted(row)).map(|row| code(row.name));
        names.collect::<Vec<_>>().join(", ")
    };
    page.push_str(&format!(
        "\nThe guest's fields: {}.\n\nA guest's if the operator adds them: {}.\n\nNever a guest's: {}.\n\n",
        named(&|row| fields.has(row)),
        named(&|row| !fields.has(row) && GuestFields::may_add(row)),
        named(&|row| !fields.has(row) && !GuestFields::may_add(row)),
    ));
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
    fn reference_pages_are_those_of_the_tables() {
        for (page, written) in [
            (fields_page(), include_str!("../docs/fields.md")),
            (issues_page(), include_str!("../docs/issues.md")),
            (reference_json(), include_str!("../docs/reference.json")),
        ] {
            assert_eq!(page, written, "run `cargo xtask docs`");
        }
    }

    #[test]
    fn reference_page_of_the_client_holds_the_table_of_names() {
        let page = include_str!("../docs/client.md");
        let (begin, end) = NAMES_MARKS;
        assert_eq!(client_page(page), page, "run `cargo xtask docs`");
        assert!(page.contains(begin) && page.contains(end), "the marks are missing");
    }

    #[test]
    #[cfg(feature = "gateway")]
    fn reference_page_of_the_gateway_holds_its_tables() {
        let page = include_str!("../docs/gateway.md");
        let types = include_str!("../pkg/types/gateway.d.ts");
        assert_eq!(gateway_page(page), page, "run `cargo xtask docs`");
        assert_eq!(gateway_types(types), types, "run `cargo xtask docs`");
        for (text, (begin, end)) in [
            (page, POLICY_MARKS),
            (page, OPTIONS_MARKS),
            (types, TYPES_MARKS),
            (types, EVENT_MARKS),
        ] {
            assert!(text.contains(begin) && text.contains(end), "the marks are missing");
        }
    }
}

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

/// The lines around a part of a file that is made from a table.
#[cfg(feature = "gateway")]
struct Marks {
    begin: &'static str,
    end: &'static str,
}

#[cfg(feature = "gateway")]
impl Marks {
    /// The text with `part` between the marks. A text without its marks stays as it is.
    fn fill(&self, text: &str, part: &str) -> String {
        let parts = text.split_once(self.begin).and_then(|(before, rest)| {
            let (_, after) = rest.split_once(self.end)?;
            Some([before, self.begin, part, self.end, after].concat())
        });
        parts.unwrap_or_else(|| text.to_owned())
    }
}

#[cfg(feature = "gateway")]
const POLICY_MARKS: Marks = Marks {
    begin: "<!-- Made from src/gateway/policy.rs by `cargo xtask docs`: -->\n",
    end: "<!-- Until here. -->\n",
};
#[cfg(feature = "gateway")]
const OPTIONS_MARKS: Marks = Marks {
    begin: "<!-- Made from src/gateway/options/mod.rs by `cargo xtask docs`: -->\n",
    end: "<!-- Until here. -->\n",
};
#[cfg(feature = "gateway")]
const TYPES_MARKS: Marks = Marks {
    begin: "// Made from src/gateway/options/mod.rs by `cargo xtask docs`:\n",
    end: "// Until here.\n",
};

/// `docs/gateway.md`, with its tables of who may do what and of the command's keys as they are now.
#[cfg(feature = "gateway")]
pub fn gateway_page(page: &str) -> String {
    let page = POLICY_MARKS.fill(page, &gateway_tables());
    OPTIONS_MARKS.fill(&page, &format!("\n{}\n", crate::gateway::options::show::keys()))
}

/// `pkg/types/gateway.d.ts`, with the types of the options as they are now.
#[cfg(feature = "gateway")]
pub fn gateway_types(types: &str) -> String {
    TYPES_MARKS.fill(types, &format!("\n{}\n", crate::gateway::options::show::types()))
}

#[cfg(feature = "gateway")]
fn gateway_tables() -> String {
    use crate::gateway::policy::{GuestFields, Scope, TABLE};

    let may = |scope: Scope| match scope {
        Scope::No => "–",
        Scope::FormSetup => "what a form needs",
        Scope::GuestFields => "the guest's fields",
        Scope::OwnId => "the own record",
        Scope::Whole => "yes",
    };
    let mut page = String::from(
        "\n| path below `/api/ConsumerApi/v1/Restaurant/{microsite}/` | guest | guest with a capability | staff | allowance | budget |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in TABLE {
        page.push_str(&line(&[
            code(&format!("{} {}", row.method, row.path)),
            may(row.guest).to_owned(),
            may(row.own).to_owned(),
            may(row.staff).to_owned(),
            row.cost.to_string(),
            row.requests.to_string(),
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
    fn the_pages_are_those_of_the_tables() {
        for (page, written) in [
            (fields_page(), include_str!("../docs/fields.md")),
            (issues_page(), include_str!("../docs/issues.md")),
        ] {
            assert_eq!(page, written, "run `cargo xtask docs`");
        }
    }

    #[test]
    #[cfg(feature = "gateway")]
    fn pages_and_types_of_the_gateway_are_those_of_its_tables() {
        let page = include_str!("../docs/gateway.md");
        let types = include_str!("../pkg/types/gateway.d.ts");
        assert_eq!(gateway_page(page), page, "run `cargo xtask docs`");
        assert_eq!(gateway_types(types), types, "run `cargo xtask docs`");
        for (text, marks) in [(page, POLICY_MARKS), (page, OPTIONS_MARKS), (types, TYPES_MARKS)] {
            assert!(
                text.contains(marks.begin) && text.contains(marks.end),
                "the marks are missing"
            );
        }
    }
}

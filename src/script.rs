//! For `cargo xtask pack`: the tables that JavaScript reads as data, written as its modules.
//! JavaScript can read these modules before the WebAssembly module is loaded, and repeats none of
//! their facts.

use crate::client::response::BODY_MAX;
use crate::fields::{EMAIL_MAX_LENGTH, Field, Kind, Owner, Page, Required, Writer, rows};
use crate::json::{Json, Object, integer_text};
use crate::names;
use crate::rules::flag::YES;
use crate::rules::{date, email, phone};
use crate::slots;

/// `pkg/dist/fields.js`: the rows of `fields()`, in form order, and the texts by which a flag says
/// yes.
///
/// A page loads this file before it shows a form. To keep it small, each row holds only the members
/// that differ from an ordinary row; the last line of the module adds the others.
pub fn fields_module() -> String {
    rows_module(row, rows().iter())
}

/// `pkg/dist/guest-data.js`, which is bundled into the script of a guest's page: the rows that a
/// guest may write, with the members that the page reads, and every calling code followed by its
/// regions, the main one first: `usAG…6ruKZ13eg7zaGR…`. To keep the text small, each code is
/// written as the difference to the one before, and left out if that is 1. The first region of a
/// code is in lower case.
pub fn guest_module() -> String {
    // A wording is sent with its consent and has no field of its own.
    let is_field = |field: &&Field| !matches!(field.kind, Kind::Verbatim { .. });
    let guests = rows().iter().filter(|field| field.writer == Writer::Guest).filter(is_field);
    let mut module = rows_module(row_of_page, guests);
    let mut codes = String::new();
    let mut last = 0;
    for (region, code) in phone::regions() {
        if code == last {
            codes.push_str(region);
            continue;
        }
        if code != last + 1 {
            codes.push_str(&integer_text(i64::from(code - last)));
        }
        codes.push_str(&region.to_ascii_lowercase());
        last = code;
    }
    module.push_str(&constants([("CALLING_CODES", codes.into())]));
    module
}

/// A module with the texts that say yes and with rows, of which each has the members that `write`
/// gives it.
fn rows_module<'a>(write: fn(&Field) -> Object, rows: impl Iterator<Item = &'a Field>) -> String {
    let ordinary = write(&ORDINARY);
    let rows = rows.map(|field| differences(&write(field), &ordinary).into());
    let mut module = constants([
        ("VERSION", env!("CARGO_PKG_VERSION").into()),
        ("YES", Json::Array(YES.iter().map(|text| Json::from(*text)).collect())),
        ("ROWS", Json::Array(rows.collect())),
    ]);
    module.push_str("const ordinary = ");
    Json::from(ordinary).write(&mut module);
    module.push_str(
        ";\nfor (const row of ROWS) Object.assign(row, { ...ordinary, path: row.name.split(\".\"), ...row, \
         html: { ...ordinary.html, ...row.html } });\n",
    );
    module
}

/// The members of a row that differ from the ordinary one's. Of a member that is an object, such as
/// `html`, it has the members that differ.
fn differences(row: &Object, ordinary: &Object) -> Object {
    row.iter().fold(Object::new(), |rest, (name, value)| {
        let usual = ordinary.get(name);
        match (value.as_object(), usual.and_then(Json::as_object)) {
            _ if usual == Some(value) => rest,
            (Some(value), Some(usual)) => rest.with(name, differences(value, usual)),
            _ => rest.with(name, value.clone()),
        }
    })
}

/// `pkg/dist/guest.bin`: the two tables of phone numbers one after the other, for one download. The
/// length of the first stands before them, in two bytes. `None` if it takes more than two.
pub fn guest_tables(types: &[u8], masks: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(types.len()).ok()?;
    Some([&length.to_le_bytes(), types, masks].concat())
}

/// The row that the others are compared with: a line of text that a guest may fill in.
const ORDINARY: Field = Field {
    name: "ordinary",
    kind: Kind::Line { max: 100 },
    writer: Writer::Guest,
    required: Required::Never,
    page: Page { input: "text", autocomplete: "", inputmode: "", choices: "", owner: None },
};

/// `pkg/dist/slots.js`: the layout of the slots, and what the short cuts that use them need to know of
/// the rules.
pub fn slots_module() -> String {
    let number = |number: usize| Json::from(i32::try_from(number).unwrap_or_default());
    let character = |character: char| Json::from(String::from(character));
    constants([
        ("HEAD", number(slots::HEAD)),
        ("TEXTS", number(slots::TEXTS)),
        ("ANSWER", number(slots::ANSWER)),
        ("JUDGED", number(slots::JUDGED.into())),
        ("LENGTH_BITS", number(slots::LENGTH_BITS as usize)),
        ("NO", number(slots::NO.into())),
        ("TEXT", number(slots::TEXT.into())),
        ("JSON_TEXT", number(slots::JSON.into())),
        ("YES", number(slots::YES.into())),
        ("ISSUES_SIZE_BITS", number(slots::ISSUES_SIZE_BITS as usize)),
        ("END", character(slots::END)),
        ("FIRST", number(slots::FIRST.into())),
        ("IS", character(slots::IS)),
        ("CODE_SHIFT", number(slots::CODE_SHIFT as usize)),
        ("NATIONAL_SHIFT", number(slots::NATIONAL_SHIFT as usize)),
        ("LOCAL", email::in_local().into()),
        ("LOCAL_MAX", number(email::MAX_LOCAL)),
        ("EMAIL_MAX", number(EMAIL_MAX_LENGTH as usize)),
        ("BODY_MAX", number(BODY_MAX)),
    ])
}

/// `pkg/dist/names.js`: the guessed names of the remote API, by the keys of their overrides. For
/// `dinerkit/testing` alone.
pub fn names_module() -> String {
    let names = names::facts().fold(Object::new(), |all, name| all.with(name.key, name.default));
    constants([("NAMES", names.into())])
}

/// A module that exports constants.
fn constants<const COUNT: usize>(values: [(&str, Json); COUNT]) -> String {
    let mut module = String::new();
    for (name, value) in values {
        module.push_str("export const ");
        module.push_str(name);
        module.push_str(" = ");
        value.write(&mut module);
        module.push_str(";\n");
    }
    module
}

/// A row as JavaScript's `FieldRow`, without its `path`, which the module makes by splitting the
/// name at the dot.
pub fn row(field: &Field) -> Object {
    let kind = match field.kind {
        Kind::Line { .. } | Kind::Text { .. } | Kind::Verbatim { .. } => "text",
        Kind::Email => "email",
        Kind::CallingCode => "callingCode",
        Kind::Phone { .. } => "phone",
        Kind::Flag | Kind::OfAge { .. } | Kind::Consent { .. } => "flag",
        Kind::Date => "date",
        Kind::Codes => "codes",
        Kind::Ip => "ip",
        Kind::Choice => "choice",
        Kind::CustomerType => "customerType",
    };
    let writer = match field.writer {
        Writer::Guest => "guest",
        Writer::Staff => "staff",
        Writer::Gateway => "gateway",
    };
    let required = match field.required {
        Required::Always => "always",
        Required::Never => "never",
        Required::OneOf => "oneOf",
    };
    let (calling_code, opt_in_text) = match field.kind {
        Kind::Phone { calling_code, .. } => (calling_code, ""),
        Kind::Consent { text } => ("", text),
        _ => ("", ""),
    };
    let owner = field.page.owner.map(|owner| match owner {
        Owner::Group => "group",
        Owner::Restaurant => "restaurant",
    });
    let earliest = (field.kind == Kind::Date).then(|| format!("{}-01-01", date::FIRST_YEAR));
    let affected = rows().iter().filter(|other| other.name != field.name && field.affects(other));
    Object::new()
        .with("name", field.name)
        .with("kind", kind)
        .with("writableBy", writer)
        .with("required", required)
        .with("maxLength", field.max_length().map(|max| max as i32))
        .with("min", earliest)
        .with(
            "html",
            Object::new()
                .with("type", given(field.page.input))
                .with("autocomplete", given(field.page.autocomplete))
                .with("inputmode", given(field.page.inputmode)),
        )
        .with("callingCode", given(calling_code))
        .with("optInText", given(opt_in_text))
        .with("owner", owner)
        .with("choices", given(field.page.choices))
        .with("isCustom", field.is_custom())
        .with("affects", Json::Array(affected.map(|other| other.name.into()).collect()))
}

/// A row without what no page reads.
fn row_of_page(field: &Field) -> Object {
    let mut row = row(field);
    for unread in ["maxLength", "affects"] {
        row.remove(unread);
    }
    // A page's input is a line of text unless its row says another type. The types of e-mail
    // addresses and phone numbers bring the right keyboard by themselves.
    let told = ["type", "autocomplete"].iter().filter_map(|name| {
        let value = row.get("html")?.as_object()?.get(name)?;
        let is_told = !matches!(value, Json::Null) && *value != Json::from("text");
        is_told.then(|| (*name, value.clone()))
    });
    let html = told.fold(Object::new(), |html, (name, value)| html.with(name, value));
    row.with("html", html)
}

/// The text as JSON, or `null` if it is empty.
fn given(text: &str) -> Json {
    if text.is_empty() { Json::Null } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::echo::is_never_shown;
    use crate::fields::field;

    fn shown(name: &str, member: &str) -> String {
        let mut text = String::new();
        row(field(name).unwrap()).get(member).unwrap().write(&mut text);
        text
    }

    #[test]
    fn rows_that_the_desk_leaves_out_are_those_that_no_answer_shows() {
        let (_, desk) =
            include_str!("../www/desk/desk.js").split_once("WRITE_ONLY_KINDS = ").unwrap();
        let kinds = Json::parse(desk.split(';').next().unwrap()).unwrap();
        for field in rows() {
            let kind = row(field).get("kind").unwrap().clone();
            let is_left_out = matches!(&kinds, Json::Array(kinds) if kinds.contains(&kind));
            assert_eq!(is_left_out, is_never_shown(field), "{}", field.name);
        }
    }

    #[test]
    fn rows_name_the_fields_that_belong_together() {
        for (name, member, expected) in [
            ("Mobile", "callingCode", r#""MobileCountryCode""#),
            ("Mobile", "affects", r#"["MobileCountryCode","Phone"]"#),
            ("MobileCountryCode", "affects", r#"["Mobile"]"#),
            ("Birthday", "affects", r#"["IsDrinkingAge"]"#),
            ("Birthday", "min", r#""1900-01-01""#),
            ("ReceiveSmsMarketing", "optInText", r#""GroupSmsMarketingOptInText""#),
            ("ReceiveSmsMarketing", "owner", r#""group""#),
            ("ReceiveRestaurantSmsMarketing", "owner", r#""restaurant""#),
            ("GroupSmsMarketingOptInText", "affects", r#"["ReceiveSmsMarketing"]"#),
            ("Title", "choices", r#""Titles""#),
            ("Field1", "isCustom", "true"),
            ("Surname", "affects", "[]"),
        ] {
            assert_eq!(shown(name, member), expected, "{name}.{member}");
        }
    }
}

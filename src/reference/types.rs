//! The parts of `pkg/types/index.d.ts` that are made from tables: the records, the names that can
//! be overridden, the types of phone numbers.

use super::between;
use crate::customer::{
    Address, CustomField, Customer, CustomerCode, CustomerOptions, CustomerRequest, CustomerSetup,
    CustomerType, RecordFacts,
};
use crate::fields::rows;
use crate::jsdoc::comment;
use crate::names;
use crate::rules::phone::Type;

/// `pkg/types/index.d.ts`, with the parts that are made from tables as the tables are now.
pub fn types_page(page: &str) -> String {
    [
        ("the table of records", records()),
        ("the table of names", names_interface()),
        ("the table of types", phone_type()),
    ]
    .iter()
    .fold(page.to_owned(), |page, (table, made)| between(&page, &begin(table), END, made))
}

fn begin(table: &str) -> String {
    format!("// Made from {table} by `cargo xtask docs`:\n")
}

const END: &str = "// Until here.\n";

/// When a member of a record is there, which decides how TypeScript writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// In a request: left out, or a value. Members unknown to the type are refused by TypeScript.
    Sent,
    /// In an answer: left out, `null` or a value. Members unknown to the type are kept.
    Received,
    /// In both: left out, `null` or a value.
    Both,
    /// In a list of the restaurant's: always a value.
    Listed,
}

/// The records that JavaScript sees, in the order of the page.
const RECORDS: [(RecordFacts, Presence); 8] = [
    (Address::FACTS, Presence::Both),
    (CustomerType::FACTS, Presence::Listed),
    (CustomerCode::FACTS, Presence::Listed),
    (CustomField::FACTS, Presence::Listed),
    (CustomerOptions::FACTS, Presence::Sent),
    (CustomerRequest::FACTS, Presence::Sent),
    (Customer::FACTS, Presence::Received),
    (CustomerSetup::FACTS, Presence::Received),
];

fn records() -> String {
    RECORDS
        .iter()
        .map(|(record, presence)| interface(record, *presence))
        .collect::<Vec<_>>()
        .join("\n")
}

fn interface(record: &RecordFacts, presence: Presence) -> String {
    let is_open = presence == Presence::Received;
    let mut about = record.about.trim().to_owned();
    if is_open {
        about.push_str(" Members that are not listed here are kept as they came.");
    }
    let mut text = comment("", &about) + &format!("export interface {} {{\n", record.name);
    for member in record.members {
        let optional = member.of.strip_prefix("Option<").and_then(|of| of.strip_suffix('>'));
        let of = match (record.name, member.name) {
            // To send `null` clears the type.
            ("CustomerRequest", "CustomerType") => "CustomerType | null".to_owned(),
            ("CustomField", "Name") => {
                let names = rows()
                    .iter()
                    .filter(|row| row.is_custom())
                    .map(|row| format!("\"{}\"", row.name));
                names.collect::<Vec<_>>().join(" | ")
            }
            _ => typescript(optional.unwrap_or(member.of)),
        };
        let (mark, or_null) = match presence {
            _ if optional.is_none() => ("", ""),
            Presence::Sent => ("?", ""),
            Presence::Received | Presence::Both => ("?", " | null"),
            Presence::Listed => ("", ""),
        };
        text += &comment("  ", member.about);
        text += &format!("  {}{mark}: {of}{or_null};\n", member.name);
    }
    if record.name == "Customer" {
        // Of the gateway's answer alone, and so not of the remote API's record.
        text += &comment(
            "  ",
            "From a gateway with keys, in its answer to a guest's create: the `token` of a client for this record.",
        );
        text += "  Capability?: string;\n";
    }
    if record.name == "CustomerSetup" {
        text += &comment(
            "  ",
            "From a gateway, for guests: the nodes of each wording, as `optInNodes` makes them, by the wording's member. The rules ignore it.",
        );
        text += "  OptInNodes?: { [wording: string]: OptInNode[] };\n";
        text += &comment(
            "  ",
            "From a gateway, for guests: the address of the restaurant's privacy notice, from the gateway's option.",
        );
        text += "  PrivacyNotice?: string;\n";
    }
    if is_open {
        text += "  [unknown: string]: unknown;\n";
    }
    text + "}\n"
}

/// A member's Rust type in TypeScript.
fn typescript(of: &str) -> String {
    match of {
        "String" => "string".to_owned(),
        "i32" => "number".to_owned(),
        "bool" => "boolean".to_owned(),
        of => match of.strip_prefix("Vec<").and_then(|of| of.strip_suffix('>')) {
            Some(item) => typescript(item) + "[]",
            None => of.to_owned(),
        },
    }
}

fn names_interface() -> String {
    let mut text = comment(
        "",
        "Names that are guesses about the remote API. Override one here, without a new release.",
    ) + "export interface Names {\n";
    for name in names::facts() {
        text += &comment("  ", &format!("{} Default \"{}\".", name.about.trim(), name.default));
        let of = if name.is_method { "\"POST\" | \"PUT\"" } else { "string" };
        text += &format!("  {}?: {of};\n", name.key);
    }
    text + "}\n"
}

fn phone_type() -> String {
    let names = Type::ALL.iter().map(|of| format!("\n  | \"{}\"", of.name()));
    let about = "What a phone number is for. `fixedLineOrMobile` stands where a country does not tell the two apart, as in North America.";
    comment("", about) + &format!("export type PhoneType ={};\n", names.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::phone::Reason;
    use crate::script;

    #[test]
    fn types_are_those_of_the_tables() {
        let page = include_str!("../../pkg/types/index.d.ts");
        assert_eq!(page.matches("// Made from ").count(), 3, "each part has its marks");
        assert_eq!(types_page(page), page, "run `cargo xtask docs`");
    }

    #[test]
    fn types_follow_a_change_of_the_table_and_nothing_else_of_the_page() {
        let begin = begin("the table of types");
        let page = format!("before\n{begin}stale\n{END}after\n{END}");
        let made = format!("before\n{begin}{}{END}after\n{END}", phone_type());
        assert_eq!(types_page(&page), made);
    }

    #[test]
    fn types_of_rows_and_reasons_have_each_value() {
        let page = include_str!("../../pkg/types/index.d.ts");
        let interface = |name: &str| {
            let begin = ["export interface ", name, " {\n"].concat();
            page.split_once(&begin).unwrap().1.split_once("\n}").unwrap().0
        };
        let member = |text: &'static str, name: &str| {
            let begin = format!("  {name}: ");
            text.lines().find_map(move |line| line.strip_prefix(&begin)).unwrap_or_default()
        };
        for field in rows() {
            for (name, value) in script::row(field).iter() {
                let of = member(interface("FieldRow"), name);
                assert!(!of.is_empty(), "FieldRow has no {name}");
                let is_text = matches!(name, "kind" | "writableBy" | "required" | "owner");
                if let Some(value) = value.as_str().filter(|_| is_text) {
                    assert!(of.contains(&format!("\"{value}\"")), "FieldRow.{name} has no {value}");
                }
            }
        }
        let of = page.split_once("export type PhoneReason =").unwrap().1.split_once(';').unwrap().0;
        for reason in Reason::ALL {
            assert!(of.contains(&format!("\"{}\"", reason.name())), "{reason:?}");
        }
    }

    #[test]
    fn types_of_members_are_typescripts() {
        for (rust, expected) in [
            ("i32", "number"),
            ("Vec<String>", "string[]"),
            ("Vec<CustomerCode>", "CustomerCode[]"),
            ("Address", "Address"),
        ] {
            assert_eq!(typescript(rust), expected);
        }
    }
}

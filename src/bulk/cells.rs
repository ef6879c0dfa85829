//! The cells of a row as the rules read values. Cells are texts, and people write yes, lists and
//! pairs in them in their own ways.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::bulk::read::{Column, is_shortened_number};
use crate::bulk::row::{Fields, Found, Parsed, beginning, write_text};
use crate::fields::{Kind, rows};
use crate::json::{Json, Object};
use crate::rules::invisible;

/// What people write for yes, in small letters.
const YES: &[&str] = &[
    "yes",
    "y",
    "true",
    "t",
    "1",
    "on",
    "x",
    "✓",
    "✔",
    "ja",
    "j",
    "wahr",
    "oui",
    "o",
    "vrai",
    "si",
    "sí",
    "sì",
    "s",
    "verdadero",
    "vero",
    "sim",
    "verdadeiro",
    "tak",
    "prawda",
    "ano",
    "pravda",
    "kyllä",
    "tosi",
    "igen",
    "igaz",
    "da",
    "evet",
    "doğru",
    "да",
    "так",
    "ναι",
    "はい",
    "是",
    "예",
    "네",
    "نعم",
    "כן",
    "sann",
    "sandt",
    "sant",
    "waar",
];

/// What people write for no, in small letters.
const NO: &[&str] = &[
    "no",
    "n",
    "false",
    "f",
    "0",
    "off",
    "nein",
    "falsch",
    "non",
    "faux",
    "falso",
    "não",
    "nao",
    "nee",
    "onwaar",
    "nej",
    "nei",
    "falskt",
    "falsk",
    "usann",
    "nie",
    "fałsz",
    "ne",
    "nepravda",
    "ei",
    "epätosi",
    "nem",
    "hamis",
    "nu",
    "fals",
    "hayır",
    "yanlış",
    "нет",
    "ні",
    "όχι",
    "いいえ",
    "否",
    "아니요",
    "아니오",
    "لا",
    "לא",
];

/// A cell that says yes or no.
fn flag(cell: &str) -> Option<bool> {
    let word = cell.to_lowercase();
    let is_one_of = |words: &[&str]| words.contains(&word.as_str());
    if is_one_of(YES) { Some(true) } else { is_one_of(NO).then_some(false) }
}

/// What may stand between the Ids of a list.
const BETWEEN_IDS: [char; 5] = ['|', ';', ',', ' ', '/'];

/// A list of Ids, such as `1|2`. The rule says what is no Id.
fn ids(cell: &str) -> Json {
    let ids = cell.split(BETWEEN_IDS).filter(|id| !id.is_empty());
    Json::Array(ids.map(Json::from).collect())
}

/// A type of customers, such as `7|Press`.
fn customer_type(cell: &str) -> Option<Json> {
    let (id, name) = cell.split_once(BETWEEN_IDS)?;
    let name = name.trim_start_matches(BETWEEN_IDS).trim();
    let id = Json::from(id.trim()).as_positive()?;
    Some(Object::new().with("Id", id).with("Name", name).into())
}

/// The value of a cell for a field of this kind.
fn value<'a>(cell: &'a str, kind: Kind, parsed: &mut Parsed) -> Found<'a> {
    let trimmed = || invisible::trim(cell, false);
    match kind {
        Kind::Flag | Kind::Consent { .. } | Kind::OfAge { .. } => {
            flag(trimmed()).map_or(Found::Cell(cell), Found::Flag)
        }
        Kind::Codes => parsed.keep(ids(trimmed())),
        Kind::CustomerType => match customer_type(trimmed()) {
            Some(value) => parsed.keep(value),
            None => Found::Cell(cell),
        },
        _ => Found::Cell(cell),
    }
}

/// What a row of cells has besides fields.
#[derive(Debug, Default)]
pub(super) struct Besides {
    /// The cells of columns that are no field, as the members of a JSON object; empty for none.
    pub(super) other: String,
    /// The fields with a phone number that a spreadsheet has shortened, by their index.
    pub(super) shortened: Vec<usize>,
}

/// Reads the cells of a row. `names` are what [`names`] returns.
#[inline(never)]
pub(super) fn read<'a>(
    cells: &'a [Cow<'_, str>],
    columns: &[Column],
    names: &[String],
    fields: &mut Fields<'a>,
    parsed: &mut Parsed,
    besides: &mut Besides,
) {
    besides.other.clear();
    besides.shortened.clear();
    for ((cell, column), name) in cells.iter().zip(columns).zip(names) {
        if invisible::is_blank(cell) {
            continue;
        }
        let Some(index) = column.field else {
            besides.other.push(if besides.other.is_empty() { '{' } else { ',' });
            besides.other.push_str(name);
            write_text(cell, &mut besides.other);
            continue;
        };
        if let (Some(found), Some(field)) = (fields.get_mut(index), rows().get(index)) {
            *found = value(cell, field.kind, parsed);
            if matches!(field.kind, Kind::Phone { .. }) && is_shortened_number(cell) {
                besides.shortened.push(index);
            }
        }
    }
    if !besides.other.is_empty() {
        besides.other.push('}');
    }
}

/// The name of each column as the beginning of a member in JSON. A column without a header, and one
/// whose header an earlier one has, is called `#` and its number.
pub(super) fn names(columns: &[Column]) -> Vec<String> {
    // A set, because a hostile file may have columns by the hundred thousand.
    let mut known = BTreeSet::new();
    let mut names = Vec::with_capacity(columns.len());
    for (place, header) in columns.iter().map(|column| column.header.as_str()).enumerate() {
        let number = format!("#{}", place + 1);
        let is_own = known.insert(header) && !header.is_empty();
        names.push(beginning(if is_own { header } else { &number }));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_many_languages_and_never_as_both() {
        for (cell, expected) in [
            ("yes", Some(true)),
            ("JA", Some(true)),
            ("Oui", Some(true)),
            ("1", Some(true)),
            ("TRUE", Some(true)),
            ("Нет", Some(false)),
            ("0", Some(false)),
            ("NEIN", Some(false)),
            ("maybe", None),
            ("2", None),
        ] {
            assert_eq!(flag(cell), expected, "{cell}");
        }
        assert!(YES.iter().all(|word| !NO.contains(word)));
        for word in YES.iter().chain(NO) {
            assert_eq!(*word, word.to_lowercase(), "{word}");
        }
    }

    #[test]
    fn lists_and_pairs_are_read() {
        let text = |json: &Json| {
            let mut text = String::new();
            json.write(&mut text);
            text
        };
        assert_eq!(text(&ids("1|2")), r#"["1","2"]"#);
        assert_eq!(text(&ids("1, 2; x")), r#"["1","2","x"]"#);
        let of = |cell| customer_type(cell).map(|value| text(&value));
        assert_eq!(of("7|Press").unwrap(), r#"{"Id":7,"Name":"Press"}"#);
        assert_eq!(of("7 Old friends").unwrap(), r#"{"Id":7,"Name":"Old friends"}"#);
        assert_eq!(of("Press"), None);
        assert_eq!(of("0|Press"), None);
    }

    #[test]
    fn columns_without_a_header_of_their_own_are_called_by_their_number() {
        let column = |header: &str| Column { header: header.to_owned(), field: None };
        let columns = ["Table", "", "Table", "No \"1\""].map(column);
        assert_eq!(
            names(&columns),
            [r##""Table":"##, r##""#2":"##, r##""#3":"##, r#""No \"1\"":"#]
        );
    }
}

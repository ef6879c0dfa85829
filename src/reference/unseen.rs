//! The part of `docs/fields.md` about what can't be seen. Its answers are what the rules make of
//! each character in each place, not what somebody wrote down. The unit tests hold the list of
//! characters against Unicode's data.

use crate::form::{Draft, Options, check};
use crate::issue::{Code, Issue};
use crate::json::Json;
use crate::platform::{Native, Platform};
use crate::rules::invisible::RUNS;

use super::{code, line};

/// What the table of unseen characters does not have: white space, and formats with a shape.
const OTHERS: [(u32, u32, &str); 18] = [
    (0x9, 0x9, "tab"),
    (0xA, 0xD, "line breaks"),
    (0x20, 0x20, "space"),
    (0x85, 0x85, "next line"),
    (0xA0, 0xA0, "no-break space"),
    (0x600, 0x605, "Arabic signs around numbers"),
    (0x6DD, 0x6DD, "Arabic end of ayah"),
    (0x70F, 0x70F, "Syriac abbreviation mark"),
    (0x890, 0x891, "Arabic pound and piastre mark"),
    (0x8E2, 0x8E2, "Arabic disputed end of ayah"),
    (0x1680, 0x1680, "Ogham space"),
    (0x2000, 0x200A, "spaces of other widths"),
    (0x2028, 0x2029, "line and paragraph separator"),
    (0x202F, 0x202F, "narrow no-break space"),
    (0x205F, 0x205F, "mathematical space"),
    (0x3000, 0x3000, "ideographic space"),
    (0x110BD, 0x110BD, "Kaithi number sign"),
    (0x110CD, 0x110CD, "Kaithi number sign above"),
];

/// A value into which a character is typed.
struct Place {
    field: &'static str,
    before: &'static str,
    after: &'static str,
}

const fn place(field: &'static str, before: &'static str, after: &'static str) -> Place {
    Place { field, before, after }
}

const NAME: Place = place("Surname", "Le", "e");
const NOTES: Place = place("Comments", "An", "n");
const WORDING: Place = place("GroupEmailMarketingOptInText", "An", "n");
const EMAIL: Place = place("Email", "an", "n@example.com");
const NUMBER: Place = place("Mobile", "07700 9", "00123");
const DATE: Place = place("Birthday", "1990-0", "2-28");

/// Where a script or a picture needs the character, what is before and after it.
fn needed(character: u32) -> Option<(&'static str, &'static str)> {
    Some(match character {
        0x34F => ("ש\u{5b0}", "\u{5b8}ב"),
        0x61C | 0x200E..=0x200F => ("שלום!", " (Ltd)"),
        0x115F..=0x1160 => ("\u{1112}", ""),
        0x17B4..=0x17B5 => ("ក", "រ"),
        0x180B..=0x180F => ("ᠠ", ""),
        0x200B => ("ភាសា", "ខ្មែរ"),
        0x200C => ("می", "خواهم"),
        0x200D => ("👩", "🍳"),
        0x202A..=0x202B | 0x202D..=0x202E => ("שלום ", "Ltd\u{202c} בע״מ"),
        0x202C => ("שלום \u{202a}Ltd", " בע״מ"),
        0x2066..=0x2068 => ("שלום ", "Ltd\u{2069} בע״מ"),
        0x2069 => ("שלום \u{2066}Ltd", " בע״מ"),
        0xFE00..=0xFE0F => ("❤", ""),
        0x13430..=0x13442 => ("\u{13000}", "\u{13001}"),
        0x16FE4 => ("\u{18b00}", ""),
        0x1BCA0..=0x1BCA3 => ("\u{1bc00}", "\u{1bc01}"),
        0x1D159 | 0x1D173..=0x1D17A => ("\u{1d100}", "\u{1d101}"),
        0xE0020..=0xE007F => ("🏴", "\u{e007f}"),
        0xE0100..=0xE01EF => ("葛", "飾"),
        _ => return None,
    })
}

/// What is sent of a value; an empty text for a field that is not sent.
fn sent(field: &str, value: String) -> Result<String, Code> {
    let mut draft = Draft::new();
    draft.set("MobileCountryCode", 44.into());
    draft.set(field, value.into());
    let checked = check(&draft, &Options::default(), &Native);
    let is_about = |issue: &&Issue| issue.field == field && issue.blocks();
    match checked.issues.iter().find(is_about) {
        Some(Issue { code: Code::Required | Code::PhoneRequired, .. }) => Ok(String::new()),
        Some(issue) => Err(issue.code),
        None => Ok(checked.value.get(field).and_then(Json::as_str).unwrap_or_default().to_owned()),
    }
}

/// What becomes of what is between `before` and `after`: one of the four answers. The last is the
/// code of the issue. `None` for anything else, such as a value that became another one.
fn answer(field: &str, before: &str, character: char, after: &str) -> Option<String> {
    let with = |between: &str| [before, between, after].concat();
    let typed = with(character.encode_utf8(&mut [0; 4]));
    let sent_of_typed = match sent(field, typed.clone()) {
        Ok(sent) => sent,
        Err(issue) => return Some(code(issue.as_str())),
    };
    let is = |value: String| sent(field, value).as_ref() == Ok(&sent_of_typed);
    let answer = if is(with("")) {
        "taken off"
    } else if sent_of_typed == typed || sent_of_typed == Native.nfc(&typed) {
        "kept"
    } else if is(with(" ")) {
        "space"
    } else {
        return None;
    };
    Some(answer.to_owned())
}

/// The answers within the value of a place.
fn within(place: &Place, character: char) -> Option<String> {
    answer(place.field, place.before, character, place.after)
}

/// The answers before and after the value of a place.
fn around(place: &Place, character: char) -> Option<String> {
    let value = [place.before, place.after].concat();
    let before = answer(place.field, "", character, &value)?;
    let after = answer(place.field, &value, character, "")?;
    Some(if before == after { before } else { [before.as_str(), " or ", &after].concat() })
}

/// The answers around the values of the places: one for all, or one for each.
fn around_all(character: char) -> Option<String> {
    let places = [("a name", &NAME), ("notes", &NOTES), ("an e-mail address", &EMAIL)];
    let places = places.into_iter().chain([("a number", &NUMBER), ("a date", &DATE)]);
    let usual = around(&NAME, character)?;
    let mut answers = usual.clone();
    for (name, place) in places {
        let answer = around(place, character)?;
        if answer != usual {
            answers.push_str(&format!(", {name}: {answer}"));
        }
    }
    Some(answers)
}

/// The answers in the columns of the page.
fn answers(character: char) -> [Option<String>; 8] {
    let needed = match needed(character.into()) {
        Some((before, after)) => answer(NAME.field, before, character, after),
        None => Some(String::new()),
    };
    let [name, notes, wording, email, number, date] =
        [&NAME, &NOTES, &WORDING, &EMAIL, &NUMBER, &DATE].map(|place| within(place, character));
    [around_all(character), name, needed, notes, wording, email, number, date]
}

/// The characters of the page in order: first and last of each run, with what they are.
fn runs() -> Vec<(u32, u32, &'static str)> {
    let mut runs: Vec<_> = RUNS.iter().map(|run| (run.first, run.last, run.about)).collect();
    runs.extend(OTHERS);
    runs.sort_unstable();
    runs
}

/// The section of the page.
pub(super) fn section() -> String {
    let mut page = String::from(
        "\n## What can't be seen\n\n\
         Texts that are pasted hold characters that nobody sees. A value in which nothing can be seen counts as not \
         given. In any other value, each such character has one of four answers: it is *kept*, it is *taken off*, a \
         *space* stands for it, or the value is refused with an issue, whose code the table shows.\n\n\
         - The columns *in a name* hold for every field of one line. The first is about a name in Latin letters, in \
         which most of these characters do nothing. The second is about a text that needs the character: a joiner in \
         Persian, in Indic scripts or in emoji, a selector after an ideograph, marks of direction in a text with \
         letters that are read from right to left.\n\
         - In names and notes, marks that turn the direction come in pairs: one begins a part of the text, and one \
         ends it. Pairs are kept in a text with letters that are read from right to left, unless they are around the \
         whole; a mark without its other is refused there, unless it is at an end of the value. In a text without \
         such letters all of them are taken off, also those without their other. Only U+202E within such a text is \
         refused, because it shows another text than is stored, and U+202D if marks lack their others.\n\
         - The wording of a consent is sent byte for byte as it was shown.\n\
         - Other controls, such as NUL, are refused everywhere.\n\
         - A text for a flag, an Id or an IP address comes from a program, and is refused if it holds any of these \
         characters.\n\n\
         `cargo xtask docs` makes the table by asking the rules. The characters that show nothing are listed in \
         `src/rules/invisible.rs`.\n\n\
         | characters | what they are | around | in a name | in a name, where needed | in notes | in a wording | in an e-mail address | in a number | in a date |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (first, last, about) in runs() {
        let characters = (first..=last).filter_map(char::from_u32);
        let answers: Vec<_> = characters.map(|character| (character, answers(character))).collect();
        for same in answers.chunk_by(|(_, one), (_, next)| one == next) {
            let [(from, cells), ..] = same else { continue };
            let to = same.last().map_or(*from, |(to, _)| *to);
            let mut row = vec![named(*from, to), about.to_owned()];
            row.extend(cells.iter().map(|cell| cell.clone().unwrap_or_default()));
            page.push_str(&line(&row));
        }
    }
    page
}

fn named(first: char, last: char) -> String {
    let name = |character: char| format!("U+{:04X}", u32::from(character));
    if first == last { name(first) } else { format!("{} to {}", name(first), name(last)) }
}

#[cfg(test)]
mod tests {
    use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
    use icu_properties::{CodePointMapData, CodePointSetData};

    use super::*;
    use crate::fields::{Field, Kind, rows};
    use crate::form::check_field;
    use crate::rules::invisible::class_of;

    /// Every character of Unicode's that could be taken for another or for nothing: formats,
    /// separators, and what may be ignored, among them marks and blank letters.
    fn confusable() -> impl Iterator<Item = char> {
        let category = CodePointMapData::<GeneralCategory>::new();
        let may_be_ignored = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        (0..=0x10_ffff).filter_map(char::from_u32).filter(move |character| {
            may_be_ignored.contains(*character)
                || matches!(
                    category.get(*character),
                    GeneralCategory::Format
                        | GeneralCategory::SpaceSeparator
                        | GeneralCategory::LineSeparator
                        | GeneralCategory::ParagraphSeparator
                )
        })
    }

    /// A value that the field takes, in two parts.
    fn value_of(field: &Field) -> (&'static str, &'static str) {
        match field.kind {
            Kind::Email => (EMAIL.before, EMAIL.after),
            Kind::CallingCode => ("4", "4"),
            Kind::Phone { .. } => (NUMBER.before, NUMBER.after),
            Kind::Flag | Kind::Consent { .. } | Kind::OfAge { .. } => ("tr", "ue"),
            Kind::Date => (DATE.before, DATE.after),
            Kind::Ip => ("192.0.", "2.1"),
            _ => (NAME.before, NAME.after),
        }
    }

    #[test]
    fn unseen_characters_are_all_on_the_page() {
        let runs = runs();
        assert!(runs.is_sorted_by(|one, next| one.1 < next.0));
        let mut count = 0;
        for character in confusable() {
            let number = u32::from(character);
            let is_listed = runs.iter().any(|(first, last, _)| (*first..=*last).contains(&number));
            assert!(is_listed, "{character:?}");
            count += 1;
        }
        assert!(count > 4000, "{count}");
    }

    #[test]
    fn unseen_characters_have_one_of_the_answers_in_every_place() {
        for (first, last, about) in runs() {
            for character in (first..=last).filter_map(char::from_u32) {
                let answers = answers(character);
                assert!(answers.iter().all(Option::is_some), "{about} {character:?}: {answers:?}");
            }
        }
    }

    #[test]
    fn unseen_characters_are_taken_off_around_whatever_a_person_fills_in() {
        for character in confusable()
            .filter(|character| class_of(*character).is_some() || character.is_whitespace())
        {
            assert_eq!(around_all(character).as_deref(), Some("taken off"), "{character:?}");
        }
    }

    #[test]
    fn unseen_characters_alone_are_no_value_in_any_field() {
        let unseen = confusable().filter(|character| class_of(*character).is_some());
        let spaces = " \t\n\u{a0}\u{2028}\u{3000}".chars();
        for character in unseen.chain(spaces) {
            let value = Json::from(String::from_iter([character, ' ', character]));
            for field in rows() {
                let comes_from_programs = match field.kind {
                    // A wording is shown and sent as it is.
                    Kind::Verbatim { .. } => continue,
                    Kind::Flag | Kind::Consent { .. } | Kind::OfAge { .. } => true,
                    Kind::Codes | Kind::Ip => true,
                    _ => false,
                };
                let issues = check_field(field, &value, &Options::default(), &Native);
                let is_refused = issues.iter().any(|issue| issue.code != Code::Required);
                assert_eq!(
                    is_refused, comes_from_programs,
                    "{} {character:?}: {issues:?}",
                    field.name
                );
            }
        }
    }

    #[test]
    fn unseen_characters_are_answered_for_every_field() {
        // One of each row is enough: all of a row have the same answers in the places above.
        for (first, _, about) in runs() {
            let Some(character) = char::from_u32(first) else { continue };
            for field in rows() {
                let (before, after) = value_of(field);
                let answer = answer(field.name, before, character, after);
                assert!(answer.is_some(), "{} {about}", field.name);
            }
        }
    }
}

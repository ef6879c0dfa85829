//! Whether two texts mean the same to a person, for [`crate::client::echo`]: an API may write
//! `O’Connor` for `o'connor`, take off white space, or use capitals. It is still the same person.
//!
//! An accent, a letter, a digit or another mark of punctuation more or less is a difference: such a
//! text has lost something. So is white space between two digits, which makes two numbers of one.

use crate::platform;
use crate::rules::invisible::is_invisible;
use crate::rules::phone::digits::digit;
use crate::scan;

/// True for texts that differ only in case, white space, apostrophes and quotation marks, kinds of
/// dashes, characters that can't be seen, and in how their characters are composed. Of the white
/// space between two digits, only its kind and its length make no difference.
pub(super) fn is_same_text(one: &str, other: &str) -> bool {
    one == other || bare(one) == bare(other)
}

/// True if a text ends with another, as [`is_same_text`] compares them.
pub(super) fn ends_with(text: &str, end: &str) -> bool {
    bare(text).ends_with(&bare(end))
}

/// What of a text makes a difference.
fn bare(text: &str) -> String {
    let text = essence(text);
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    // Full-width apostrophes and dashes are read only now.
    essence(&platform::folded(&text))
}

/// The text without the characters that make no difference as they are.
fn essence(text: &str) -> String {
    let mut essence = String::with_capacity(text.len());
    let mut is_spaced = false;
    for character in text.chars() {
        if character.is_whitespace() {
            is_spaced = true;
        } else if let Some(character) = kept(character) {
            let is_digit = |character| digit(character).is_some();
            if is_spaced && is_digit(character) && essence.ends_with(is_digit) {
                essence.push(' ');
            }
            if scan::is_in_runs(character, &SMALL_DIGITS) {
                essence.push(SMALL);
            }
            essence.push(character);
            is_spaced = false;
        }
    }
    essence
}

/// First and last of each run of characters that folding would make digits of, so that `1²` would
/// be the same as `12`: superscripts, subscripts, fractions and circled numbers.
const SMALL_DIGITS: [[u16; 2]; 6] = [
    [0xB2, 0xB3],
    [0xB9, 0xB9],
    [0xBC, 0xBE],
    [0x2070, 0x2089],
    [0x2150, 0x215F],
    [0x2460, 0x249B],
];

/// Stands before such a character, to tell what it was after folding. No text that is sent has it.
const SMALL: char = '\0';

/// First and last of each run of apostrophes and quotation marks, and of the accents and modifier
/// letters that are typed for an apostrophe.
const APOSTROPHES: [[u16; 2]; 12] = [
    [0x22, 0x22],
    [0x27, 0x27],
    [0x60, 0x60],
    [0xB4, 0xB4],
    [0x2B9, 0x2BF],
    [0x2C8, 0x2C8],
    [0x2CA, 0x2CB],
    [0x55A, 0x55A],
    [0x5F3, 0x5F3],
    [0x2018, 0x201F],
    [0x2032, 0x2037],
    [0xA78B, 0xA78C],
];

/// The same for dashes.
const DASHES: [[u16; 2]; 4] = [[0x58A, 0x58A], [0x5BE, 0x5BE], [0x2010, 0x2015], [0x2212, 0x2212]];

/// A character but white space as it is compared, or none if it makes no difference.
fn kept(character: char) -> Option<char> {
    if scan::is_in_runs(character, &APOSTROPHES) || is_invisible(character) {
        return None;
    }
    Some(match character {
        // The Turkish capital of `i`.
        'İ' => 'I',
        _ if scan::is_in_runs(character, &DASHES) => '-',
        _ => character,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_person_are_the_same() {
        for texts in [
            // Case, also where it changes the number of letters.
            &["lee", "Lee", "LEE", " lee ", "l e e"][..],
            &["MCDONALD", "Mcdonald", "McDonald", "Mc Donald"],
            &["Straße", "STRASSE", "Strasse", "STRAẞE"],
            &["Ωνάσης", "ΩΝΆΣΗΣ", "ωνάσης"],
            &["Щукин", "ЩУКИН", "щукин"],
            &["İbrahim", "ibrahim", "Ibrahim", "IBRAHIM", "ıbrahim"],
            &["Øystein Ærø", "ØYSTEIN ÆRØ"],
            &["ǅemal", "Ǆemal", "ǆemal", "Džemal"],
            &["Նուբար", "ՆՈՒԲԱՐ"],
            &["ﬁona", "Fiona"],
            // Apostrophes of every kind, and what is typed for them.
            &[
                "O'Connor",
                "O’Connor",
                "O‘Connor",
                "O`Connor",
                "O´Connor",
                "Oʼconnor",
                "O′CONNOR",
                "O＇Connor",
                "OConnor",
                "O Connor",
                "O' Connor",
            ],
            &["Hawaiʻi", "Hawai'i", "HAWAI‘I"],
            &["“Acme” Ltd", "\"Acme\" Ltd", "Acme Ltd"],
            // Dashes.
            &[
                "Smith-Jones",
                "Smith‐Jones",
                "SMITH–JONES",
                "Smith — Jones",
                "Smith−Jones",
                "Smith－Jones",
            ],
            // White space, and what can't be seen.
            &["van der Berg", "van  der\u{a0}Berg", "Van\tDer\u{3000}Berg", "vanderberg"],
            &[
                "Lee",
                "\u{200e}Lee\u{200f}",
                "\u{2068}Lee\u{2069}",
                "L\u{ad}ee\u{feff}",
                "Lee\u{200b}",
            ],
            &["Flat 1 23", "flat 1\u{a0}23", "FLAT  1 \t23 ", "Flat1 23", "Flat １　２３"],
            &["1 2", "1\u{200b} 2", "1 \u{ad} 2"],
            &["١ ٢", "١\u{a0}٢"],
            &["12 A 3", "12A3", "12 A3", "1\u{200b}2a3"],
            &["SW1A 1AA", "sw1a1aa"],
            &["m²", "M²", " m ²"],
            &["1½", "1 ½"],
            &["one\ntwo", "one\r\ntwo", "one two", "one\u{2028}two"],
            // Composition and width.
            &["José", "Jose\u{301}", "JOSÉ", "JOSE\u{301}"],
            &["Nguyễn", "Nguye\u{302}\u{303}n", "NGUYỄN"],
            &["Ｌｅｅ", "Lee"],
            &["한", "\u{1112}\u{1161}\u{11ab}"],
            &["ガ", "ｶﾞ", "カ\u{3099}"],
            &["\u{fa46}", "\u{6e1a}"],
            &["", " ", "\u{2060}"],
        ] {
            for one in texts {
                for other in texts {
                    assert!(is_same_text(one, other), "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn texts_of_two_people_differ() {
        for (one, other) in [
            ("Lee", "Li"),
            ("Lee", "Leee"),
            ("Lee", ""),
            ("Lee", "Lee-Other"),
            ("Smith-Jones", "Smith"),
            ("Smith-Jones", "Smith Jones"),
            ("Lee 1", "Lee 2"),
            ("O'Connor", "O'Conner"),
            // One number has become two, or another.
            ("Flat 1 23", "Flat 12 3"),
            ("Flat 1 23", "Flat 123"),
            ("1\n2", "12"),
            ("１ ２", "12"),
            ("١ ٢", "١٢"),
            ("1' 2", "1'2"),
            ("1²", "12"),
            ("1²", "1 2"),
            ("1²", "1"),
            ("1²", "1³"),
            ("1₂", "12"),
            ("1①", "11"),
            ("1½", "11⁄2"),
            ("1 ½", "1½ 2"),
            // A letter has lost its mark, or the text its letters.
            ("José", "Jose"),
            ("Müller", "Muller"),
            ("Müller", "Mueller"),
            ("Løkke", "Lokke"),
            ("Łukasz", "?ukasz"),
            ("Łukasz", "Lukasz"),
            ("李", "?"),
            ("O’Connor", "O?Connor"),
            ("O'Connor", "O&#39;Connor"),
            ("José", "JosÃ©"),
            ("каша", "kawa"),
        ] {
            assert!(!is_same_text(one, other), "{one:?} {other:?}");
            assert!(!is_same_text(other, one), "{other:?} {one:?}");
        }
    }

    /// Every letter that has a capital is the same as it.
    #[test]
    fn every_letter_is_the_same_as_its_capital() {
        let mut count = 0;
        for character in char::MIN..=char::MAX {
            let small = String::from(character);
            let (upper, lower) = (small.to_uppercase(), small.to_lowercase());
            if upper != lower {
                count += 1;
                assert!(is_same_text(&upper, &small), "{small:?} {upper:?}");
                assert!(is_same_text(&lower, &small), "{small:?} {lower:?}");
            }
        }
        assert!(count > 2800, "{count}");
    }
}

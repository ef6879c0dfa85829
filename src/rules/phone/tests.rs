//! Phone numbers as guests write them, and properties of any text that they could write.
//!
//! `cargo xtask phone-data --verify` compares a large corpus with libphonenumber; here are the
//! quirks by name. Numbers are those set aside for drama and examples where a country has such.

#![allow(clippy::unwrap_used, reason = "clippy's allowance for tests does not reach a static")]

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static TYPES: &[u8] = include_bytes!("../../../data/phone/types.bin");
static MASKS: &[u8] = include_bytes!("../../../data/phone/masks.bin");
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::decode(TYPES).unwrap());
static GROUPS: LazyLock<Masks> = LazyLock::new(|| Masks::decode(MASKS).unwrap());

/// Chosen code, typed → E.164 and types of a valid number.
#[track_caller]
fn valid(cases: &[(u16, &str, &str, &str)]) {
    let mut seen = vec![];
    let mut expected = vec![];
    for (code, typed, e164, kind) in cases {
        let phone = inspect(Some(*code), typed, Some(&TABLE));
        let types: Vec<_> = phone.types.iter().collect();
        seen.push((*typed, phone.verdict, phone.reason, phone.e164(), types.join(" ")));
        expected.push((*typed, Verdict::Valid, None, (*e164).to_owned(), (*kind).to_owned()));
        // The plans alone read the number, but do not know that it exists.
        let without_table = inspect(Some(*code), typed, None);
        assert_eq!(without_table.e164(), phone.e164(), "+{code} {typed}");
        assert_eq!(without_table.verdict, Verdict::Possible, "+{code} {typed}");
        assert!(without_table.types.is_empty());
    }
    assert_eq!(seen, expected);
}

#[track_caller]
fn impossible(cases: &[(Option<u16>, &str, Reason)]) {
    for (code, typed, reason) in cases {
        for table in [None, Some(&*TABLE)] {
            let phone = inspect(*code, typed, table);
            let answer = (phone.verdict, phone.reason, phone.types.is_empty());
            assert_eq!(answer, (Verdict::Impossible, Some(*reason), true), "{code:?} {typed}");
        }
    }
}

#[test]
fn phone_check_ok_however_it_is_written() {
    for typed in [
        "07400 123456",
        "7400123456",
        "(07400) 123-456",
        "07400.123.456",
        "07400/123456",
        "+447400123456",
        "+44 (0)7400 123456",
        "++44 7400 123456",
        "(+44) 7400 123456",
        "0044 7400 123456",
        "00 44 (0) 7400 123456",
        "+0044 7400 123456",
        "44 7400 123456",
        "tel:+44-7400-123456",
        "TEL:07400123456",
        " 07400\u{a0}123\u{202f}456\n",
        "\u{202a}+44 7400 123456\u{202c}",
        "07400\u{2010}123\u{2013}456",
        "０７４００１２３４５６",
        "＋４４７４００１２３４５６",
        "٠٧٤٠٠١٢٣٤٥٦",
        "۰۷۴۰۰۱۲۳۴۵۶",
        "०७४००१२३४५६",
        // what a keyboard of emoji, a font of mathematics and a small form put in place of ASCII
        "0\u{fe0f}\u{20e3}7\u{fe0f}\u{20e3}400 123456",
        "𝟎𝟕𝟒𝟎𝟎 𝟏𝟐𝟑𝟒𝟓𝟔",
        "𝟶𝟽𝟺𝟶𝟶𝟷𝟸𝟹𝟺𝟻𝟼",
        "🯰🯷🯴🯰🯰 🯱🯲🯳🯴🯵🯶",
        "𞥐𞥗𞥔𞥐𞥐𞥑𞥒𞥓𞥔𞥕𞥖",
        "﹢44 7400﹣123﹒456",
        "﹙07400﹚ 123456",
        "⁺44 7400 123456",
        "➕44 7400 123456",
        // signs between the groups
        "07400·123·456",
        "07400•123•456",
        "07400・123・456",
        "07400･123･456",
        "07400‧123∙456",
        "07400－123－456",
        "07400ｰ123ー456",
        "07400־123־456",
        "07400—123⁃456",
        "07400─123━456",
        "07400〜123～456",
        "07400_123_456",
        "07400\\123456",
        "07400⁄123∕456",
        "（07400）［123］456",
        "07400'123'456",
        "07400’123’456",
        // as a spreadsheet quotes it
        "'07400123456",
        "\"07400 123456\"",
        "“07400 123456”",
        // what can't be seen
        "\u{2066}+44 7400 123456\u{2069}",
        "\u{200e}07400 123456\u{200f}",
        "\u{feff}07400\u{200b}123\u{2060}456",
        "07400\u{3164}123\u{ffa0}456",
        "07400\u{2800}123\u{3000}456",
        "07400\u{ad}123\u{34f}456\u{fe0f}",
        "07400\u{1680}123\u{85}456\u{2028}",
        "\u{200e}tel:07400123456",
    ] {
        valid(&[(44, typed, "+447400123456", "mobile")]);
    }
}

#[test]
fn phone_loses_its_trunk_prefix() {
    valid(&[
        (44, "020 7946 0018", "+442079460018", "fixedLine"),
        (33, "06 12 34 56 78", "+33612345678", "mobile"),
        (49, "0171 3920001", "+491713920001", "mobile"),
        // Hungary 06, Lithuania 0 or formerly 8, Belarus 8 0
        (36, "06 20 123 4567", "+36201234567", "mobile"),
        (370, "0 612 34567", "+37061234567", "mobile"),
        (370, "8 612 34567", "+37061234567", "mobile"),
        (375, "8 029 491-19-11", "+375294911911", "mobile"),
        // Russia's 8, North America's 1
        (7, "8 (912) 345-67-89", "+79123456789", "mobile"),
        (1, "1 (201) 555-0123", "+12015550123", "fixedLineOrMobile"),
        // no trunk prefix at all: Spain, Denmark, Singapore
        (34, "612 34 56 78", "+34612345678", "mobile"),
        (45, "32 12 34 56", "+4532123456", "fixedLineOrMobile"),
        (65, "8123 4567", "+6581234567", "mobile"),
        // Brazil's carrier codes, Korea's, Colombia's
        (55, "0 15 11 96123-4567", "+5511961234567", "mobile"),
        (82, "0 10-2000-0000", "+821020000000", "mobile"),
        (57, "0 3 321 1234567", "+573211234567", "mobile"),
    ]);
}

#[test]
fn phone_keeps_zeros_that_are_part_of_it() {
    valid(&[
        (39, "06 1234 5678", "+390612345678", "fixedLine"),
        (39, "+39 06 1234 5678", "+390612345678", "fixedLine"),
        (39, "312 345 6789", "+393123456789", "mobile"),
        // the Vatican shares +39, San Marino is dialled 0549
        (39, "06 698 12345", "+390669812345", "fixedLine"),
        (378, "0549 886377", "+3780549886377", "fixedLine"),
        (378, "886377", "+3780549886377", "fixedLine"),
        (225, "01 23 45 67 89", "+2250123456789", "mobile"),
        (242, "06 123 4567", "+242061234567", "mobile"),
    ]);
    let without_zero = inspect(Some(39), "6 1234 5678", Some(&TABLE));
    assert_ne!(without_zero.verdict, Verdict::Valid);
}

#[test]
fn phone_of_argentina_and_mexico() {
    valid(&[
        (54, "011 15 2345-6789", "+5491123456789", "mobile"),
        (54, "11 15 2345 6789", "+5491123456789", "mobile"),
        (54, "+54 9 11 2345 6789", "+5491123456789", "mobile"),
        (54, "0343 15 555-1212", "+5493435551212", "mobile"),
        (54, "011 2345-6789", "+541123456789", "fixedLine"),
        // given up in 2019, still in many address books
        (52, "+52 1 55 1234 5678", "+525512345678", "fixedLineOrMobile"),
        (52, "044 55 1234 5678", "+525512345678", "fixedLineOrMobile"),
        (52, "01 55 1234 5678", "+525512345678", "fixedLineOrMobile"),
        (52, "55 1234 5678", "+525512345678", "fixedLineOrMobile"),
    ]);
}

#[test]
fn phone_of_a_shared_code_or_a_code_of_no_region() {
    valid(&[
        (1, "604 555 0123", "+16045550123", "fixedLineOrMobile"),
        (1, "876 210 1234", "+18762101234", "mobile"),
        (1, "800 234 5678", "+18002345678", "tollFree"),
        (7, "8 771 000 9998", "+77710009998", "mobile"),
        (44, "07781 123456", "+447781123456", "mobile"),
        (44, "01534 456789", "+441534456789", "fixedLine"),
        (61, "0412 345 678", "+61412345678", "mobile"),
        (47, "79 12 34 56", "+4779123456", "fixedLine"),
        (800, "1234 5678", "+80012345678", "tollFree"),
        (44, "+870 301 234 567", "+870301234567", "mobile"),
    ]);
}

#[test]
fn phone_has_each_type() {
    valid(&[
        (44, "0121 234 5678", "+441212345678", "fixedLine"),
        (44, "07400 123456", "+447400123456", "mobile"),
        (1, "201 555 0123", "+12015550123", "fixedLineOrMobile"),
        (44, "0909 879 0000", "+449098790000", "premiumRate"),
        (44, "0808 157 0000", "+448081570000", "tollFree"),
        (49, "0180 1234567", "+491801234567", "sharedCost"),
        (44, "056 1234 5678", "+445612345678", "voip"),
        (44, "070 1234 5678", "+447012345678", "personal"),
        (44, "07640 123456", "+447640123456", "pager"),
        (44, "055 1234 5678", "+445512345678", "uan"),
        (46, "0254123456789", "+46254123456789", "voicemail"),
    ]);
    assert!(inspect(Some(1), "201 555 0123", Some(&TABLE)).types.may_be_mobile());
    assert!(inspect(Some(44), "07400 123456", Some(&TABLE)).types.may_be_mobile());
    assert!(!inspect(Some(44), "0121 234 5678", Some(&TABLE)).types.may_be_mobile());
    assert_eq!(inspect(Some(46), "0254123456789", Some(&TABLE)).types.first_place(), 11);
    assert_eq!(inspect(Some(44), "0121 234 5678", Some(&TABLE)).types.first_place(), 1);
    assert_eq!(Types::default().first_place(), 0);
}

#[test]
fn phone_with_a_typed_code_ignores_the_chosen_one() {
    let phone = inspect(Some(44), "+33 6 12 34 56 78", Some(&TABLE));
    assert_eq!((phone.calling_code, phone.national.as_str()), (33, "612345678"));
    let phone = inspect(None, "+33 6 12 34 56 78", Some(&TABLE));
    assert_eq!((phone.verdict, phone.e164().as_str()), (Verdict::Valid, "+33612345678"));
    // From North America the international prefix is 011.
    let phone = inspect(Some(1), "011 44 7700 900123", Some(&TABLE));
    assert_eq!(phone.e164(), "+447700900123");
}

#[test]
fn phone_that_is_possible_need_not_be_valid() {
    // Ofcom's and Arcep's numbers for drama: nobody has them.
    for (code, typed) in [(44, "07700 900123"), (33, "06 39 98 00 01")] {
        let phone = inspect(Some(code), typed, Some(&TABLE));
        assert_eq!((phone.verdict, phone.reason), (Verdict::Possible, None), "{typed}");
    }
    let phone = inspect(Some(1), "123 555 0123", Some(&TABLE));
    assert_eq!((phone.verdict, phone.reason), (Verdict::Possible, None));
    // a carrier's code alone, and too few digits for San Marino's prefix to be put in
    let phone = inspect(Some(86), "11528", Some(&TABLE));
    assert_eq!((phone.verdict, phone.national.as_str()), (Verdict::Possible, "11528"));
    let phone = inspect(Some(378), "8156", Some(&TABLE));
    assert_eq!((phone.reason, phone.national.as_str()), (Some(Reason::TooShort), "8156"));
    // seven digits can be dialled within an area
    let phone = inspect(Some(1), "555 0123", Some(&TABLE));
    assert_eq!(phone.verdict, Verdict::Possible);
}

#[test]
fn phone_check_fail() {
    use Reason::*;
    impossible(&[
        (Some(44), "", NotANumber),
        (Some(44), "  ( ) ", NotANumber),
        (Some(44), "+", NotANumber),
        (Some(44), "none", Letters),
        (Some(44), "07400 12345O", Letters),
        (Some(1), "1-800-FLOWERS", Letters),
        (Some(44), "020 7946 0018 x5", Extension),
        (Some(44), "tel:+442079460018;ext=5", Extension),
        (Some(44), "020 7946 0018 / 07400 123456", TwoNumbers),
        (Some(44), "0207946+0018", NotANumber),
        (Some(44), "07700 90012\0", NotANumber),
        (Some(44), "1", TooShort),
        (Some(33), "06 39 98", TooShort),
        (Some(33), "06 39 98 00 01 2", TooLong),
        (Some(65), "8123 4567 8", InvalidLength),
        (None, "07700 900123", MissingCallingCode),
        (Some(0), "07700 900123", MissingCallingCode),
        (Some(999), "07700 900123", MissingCallingCode),
        // with a country, the zeros could be read as an international prefix
        (None, "+00 44 7700 900123", MissingCallingCode),
        (Some(44), "+999 7700 900123", UnknownCallingCode),
        (Some(44), "00 999 7700 900123", UnknownCallingCode),
        (None, "+999 7700 900123", UnknownCallingCode),
        (Some(999), "+999 7700 900123", UnknownCallingCode),
    ]);
}

#[test]
fn phone_that_is_refused_for_what_stands_after_it_is_not_lost() {
    for (typed, calling_code, national) in [
        ("020 7946 0018 ext. 12", 44, "2079460018"),
        ("+33 1 23 45 67 89 poste 12", 33, "123456789"),
        ("020 7946 0018 or 07400 123456", 44, "2079460018"),
        ("07400 12345O", 44, "740012345"),
        ("call me", 44, ""),
    ] {
        let phone = inspect(Some(44), typed, Some(&TABLE));
        assert_eq!(phone.verdict, Verdict::Impossible, "{typed}");
        assert_eq!((phone.calling_code, &*phone.national), (calling_code, national), "{typed}");
    }
}

#[test]
fn phone_digits_are_those_of_every_script() {
    let is_zero = |c: &char| digits::digit(*c) == Some(0);
    let zeros: Vec<char> = ('\0'..='\u{10ffff}').filter(is_zero).collect();
    assert_eq!(zeros.len(), 77, "Unicode 17 has 770 characters of category Nd");
    for zero in zeros {
        for value in 0..10 {
            let c = char::from_u32(zero as u32 + value).unwrap();
            assert_eq!(digits::digit(c).map(u32::from), Some(value), "{c}");
            assert!(c.is_numeric() || c as u32 == 0x11DE0 + value, "{c:?}");
        }
    }
}

#[test]
fn phone_of_a_megabyte_is_refused_at_once() {
    for filler in ["1", " ", "+", "a", "\u{202e}", "٠"] {
        let phone = inspect(Some(44), &filler.repeat(1 << 20), Some(&TABLE));
        assert_eq!(phone.verdict, Verdict::Impossible);
        assert!(phone.national.len() <= digits::MOST_DIGITS);
    }
}

#[test]
fn phone_calling_codes_are_read_in_every_form() {
    for text in ["44", "+44", "0044", " 44 ", "+ 44", "４４"] {
        assert_eq!(calling_code(text), Some(44), "{text}");
    }
    for (text, code) in [("GB", 44), ("gb", 44), (" Je ", 44), ("us", 1), ("KZ", 7), ("GG", 44)] {
        assert_eq!(calling_code(text), Some(code), "{text}");
    }
    for text in ["G", "GBR", "XX", "AQ", "+GB", "G B", "ＧＢ", "United Kingdom"] {
        assert_eq!(calling_code(text), None, "{text}");
    }
    for text in ["", "0", "00", "+", "044", "999", "4", "4400", "44a", "-", "٤٤٤٤٤٤"] {
        assert_eq!(calling_code(text), None, "{text}");
    }
}

#[test]
fn phone_calling_codes_and_regions_are_listed() {
    let codes: Vec<_> = calling_codes().collect();
    assert!(codes.is_sorted());
    for expected in [(1, "US"), (7, "RU"), (44, "GB"), (39, "IT"), (800, "001"), (998, "UZ")] {
        assert!(codes.contains(&expected), "{expected:?}");
    }
    let regions: Vec<_> = regions().collect();
    for expected in [("US", 1), ("CA", 1), ("VA", 39), ("KZ", 7), ("JE", 44)] {
        assert!(regions.contains(&expected), "{expected:?}");
    }
    // every region of ISO 3166-1 that has numbers, none twice
    assert_eq!(regions.len(), 245);
    let mut names: Vec<_> = regions.iter().map(|(id, _)| id).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 245);
}

#[test]
fn phone_tables_that_are_damaged_are_refused() {
    for blob in [TYPES, MASKS] {
        let mut wrong_format = blob.to_vec();
        wrong_format[0] += 1;
        for damaged in
            [&wrong_format[..], &blob[..blob.len() - 1], &blob[1..], &[], &[1], b"<!doctype html>"]
        {
            assert!(Table::decode(damaged).is_none());
            assert!(Masks::decode(damaged).is_none());
        }
        for at in (0..blob.len()).step_by(97) {
            let mut flipped = blob.to_vec();
            flipped[at] ^= 1 << (at % 8);
            assert!(Table::decode(&flipped).is_none(), "{at}");
        }
    }
    // one table in place of the other
    assert!(Table::decode(MASKS).is_none());
    assert!(Masks::decode(TYPES).is_none());
}

/// What a field shows and where its caret stands once `text` was typed or edited.
fn shown(code: u16, text: &str, caret: usize) -> (String, usize) {
    format_as_you_type(Some(code), text, caret, &GROUPS, Some(&TABLE))
        .unwrap_or_else(|| (text.into(), caret))
}

/// Types a text key by key at its end, and returns what is seen at last.
fn type_in(code: u16, keys: &str) -> String {
    keys.chars().fold(String::new(), |mut text, key| {
        text.push(key);
        let caret = text.encode_utf16().count();
        let (formatted, caret) = shown(code, &text, caret);
        assert_eq!(caret, formatted.encode_utf16().count(), "{text}: the caret stays at the end");
        formatted
    })
}

#[test]
fn phone_is_grouped_while_it_is_typed() {
    for (code, keys, seen) in [
        (44, "07700900123", "07700 900123"),
        (44, "02079460018", "020 7946 0018"),
        (44, "+442079460018", "+44 20 7946 0018"),
        (44, "00442079460018", "00 44 20 7946 0018"),
        (1, "2015550123", "201-555-0123"),
        (1, "12015550123", "1 201-555-0123"),
        (33, "0639980001", "06 39 98 00 01"),
        (7, "89123456789", "8 912 345-67-89"),
        (39, "0612345678", "06 1234 5678"),
        (44, "+", "+"),
        (44, "+4", "+4"),
        (0, "123", "123"),
        (44, "0", "0"),
        (44, "abc", "abc"),
    ] {
        assert_eq!(type_in(code, keys), seen, "+{code} {keys}");
    }
}

#[test]
fn phone_format_keeps_the_caret_after_its_digit() {
    // `|` is the caret
    for (code, edited, expected) in [
        (44, "077|0090012", "077|00 90012"),
        // longer than any number: no groups
        (44, "077|00 9001234", "077|009001234"),
        (44, "07700| 900123", "07700| 900123"),
        (44, "07700 |900123", "07700| 900123"),
        (44, "077009|00123", "07700 9|00123"),
        (44, "|07700900123", "|07700 900123"),
        (44, "07700900123|", "07700 900123|"),
        // a digit put in, taken out, and a separator taken out
        (44, "07705|0 90012", "07705| 090012"),
        (44, "0770| 900123", "0770|9 00123"),
        (44, "07700|900123", "07700| 900123"),
        // pasted, with the guest's own separators
        (44, "(07700) 900-123|", "07700 900123|"),
        (44, "tel:+44-7700-900123|", "+44 7700 900123|"),
        (44, "+44 (0)7700| 900123", "+44 07700| 900123"),
        (44, "00447700|900123", "00 44 7700| 900123"),
        (1, "+1(201)|5550123", "+1 201|-555-0123"),
        (1, "20|15550123", "20|1-555-0123"),
        // copied with marks of direction, which nobody sees
        (44, "\u{202a}+44 7700900123\u{202c}|", "+44 7700 900123|"),
        (44, "\u{200e}0770|0900123", "0770|0 900123"),
        // with signs that a number may have, and what an emoji keyboard puts round a digit
        (44, "07700·900|123", "07700 900|123"),
        (44, "0\u{fe0f}\u{20e3}7|700900123", "07|700 900123"),
        (44, "'07700•900123|", "07700 900123|"),
        (44, "07700\u{3164}9|00123", "07700 9|00123"),
        // two units in UTF-16, no digit of ours
        (44, "07700\u{feff}9|00123", "07700 9|00123"),
    ] {
        let (before, after) = edited.split_once('|').unwrap();
        let (text, caret) = shown(code, &[before, after].concat(), before.encode_utf16().count());
        let (left, right) = text.split_at(caret);
        assert_eq!([left, "|", right].concat(), expected, "{edited}");
    }
}

#[test]
fn phone_format_leaves_other_texts_as_they_are() {
    for (code, text) in [
        (44, ""),
        (44, " "),
        (44, "+"),
        (44, "abc"),
        (1, "1-800-FLOWERS"),
        (44, "020 7946 0018 ext 5"),
        (44, "02079460018x5"),
        (44, "0207946+0018"),
        // Only the guest can take away a plus too many.
        (44, "++447700900123"),
        (44, "+ +44 7700 900123"),
        (44, "07700900123#"),
        (44, "\u{fffd}07700900123"),
        (44, "0123456789012345678901234567890123"),
        // Digits of other scripts are a number, but stay as they were typed.
        (44, "０７７００９００１２３"),
        (44, "＋447700900123"),
        (44, "٠٧٧٠٠٩٠٠١٢٣"),
        (44, "07700۹00123"),
        (44, "𝟎𝟕𝟕𝟎𝟎𝟗𝟎𝟎𝟏𝟐𝟑"),
        (44, "﹢447700900123"),
        // what is refused stays, so that the guest sees what to change
        (44, "07700 90012O"),
        (44, "07700 900123 / 07700 900124"),
        (44, "07700 900123,"),
        (44, "07700 900123 /"),
        (44, "07700 900123/0"),
        // nothing is known of its groups
        (999, "07700900123"),
    ] {
        assert_eq!(format_as_you_type(Some(code), text, 1, &GROUPS, Some(&TABLE)), None, "{text}");
        assert_eq!(
            format_as_you_type(Some(code), text, 1, &Masks::default(), Some(&TABLE)),
            None,
            "{text}"
        );
    }
    assert_eq!(format_as_you_type(None, "07700900123", 1, &GROUPS, Some(&TABLE)), None);
}

#[test]
fn phone_format_lets_a_guest_delete_to_the_start() {
    for (code, number) in [(44, "07700900123"), (1, "+12015550123"), (7, "89123456789")] {
        let mut text = type_in(code, number);
        for presses in 1..=number.len() {
            text.pop();
            text = shown(code, &text, text.len()).0;
            let digits = text.bytes().filter(|byte| *byte != b' ' && *byte != b'-').count();
            assert_eq!(digits, number.len() - presses, "{text}: no press of the key is lost");
        }
    }
}

/// Digits, punctuation and things that do not belong.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9+ ().-]{0,24}",
        "\\PC{0,40}",
        "[+]?[0-9]{0,40}",
        "[0-9٠-٩０-９ +x]{0,20}",
        "[0-9𝟎-𝟗·•\u{fe0f}\u{20e3}\u{3164}\u{2066}#,/ +extO]{0,30}"
    ]
}

proptest! {
    #[test]
    fn phone_of_any_text_is_answered(code in any::<u16>(), text in typed()) {
        let phone = inspect(Some(code), &text, Some(&TABLE));
        prop_assert_eq!(phone.reason.is_some(), phone.verdict == Verdict::Impossible);
        prop_assert_eq!(phone.types.is_empty(), phone.verdict != Verdict::Valid);
        prop_assert!(phone.national.bytes().all(|byte| byte.is_ascii_digit()));
        let without_table = inspect(Some(code), &text, None);
        prop_assert_eq!(without_table.e164(), phone.e164());
        let _ = calling_code(&text);
    }

    #[test]
    fn phone_format_keeps_the_number(index in 0usize..215, text in typed(), caret in 0usize..40) {
        let code = calling_codes().nth(index).unwrap().0;
        let Some((once, at)) = format_as_you_type(Some(code), &text, caret, &GROUPS, Some(&TABLE)) else {
            return Ok(());
        };
        let again = format_as_you_type(Some(code), &once, at, &GROUPS, Some(&TABLE));
        prop_assert_eq!(again, Some((once.clone(), at)));
        // the same digits, as many of them before the caret
        let digits = |text: &str| text.chars().filter_map(digits::digit).collect::<Vec<_>>();
        prop_assert_eq!(digits(&once), digits(&text));
        let units: Vec<u16> = text.encode_utf16().take(caret).collect();
        prop_assert_eq!(digits(&once[..at]), digits(&String::from_utf16_lossy(&units)));
        // and the same meaning
        let (before, after) = (inspect(Some(code), &text, None), inspect(Some(code), &once, None));
        prop_assert_eq!((before.e164(), before.reason), (after.e164(), after.reason));
    }
}

proptest! {
    // noise with a right checksum is decoded up to the reader's limits, which takes its time
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn phone_tables_of_any_bytes_are_refused(mut blob in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Table::decode(&blob).is_none());
        // even with the right sum, nothing worse than a useless table
        if blob.len() >= 5 {
            let sign = |blob: &mut Vec<u8>, format| {
                let sum = table::checksum(format, plans::BYTES, &blob[5..]);
                blob[0] = format;
                blob[1..5].copy_from_slice(&sum);
            };
            sign(&mut blob, table::TYPES);
            let table = Table::decode(&blob);
            prop_assert!(table.is_some());
            inspect(Some(44), "07700900123", table.as_ref());
            sign(&mut blob, table::MASKS);
            let masks = Masks::decode(&blob);
            prop_assert!(masks.is_some());
            if let Some(masks) = masks {
                format_as_you_type(Some(44), "07700900123", 4, &masks, Some(&TABLE));
            }
        }
    }
}

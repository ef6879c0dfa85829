//! For the phone rules: what a text that is no number was probably meant as, so that the guest is
//! told what to change. Nothing here changes a number.

use super::digits::{MOST_TEXT, digit, is_plus, is_separator, plain, without_scheme};
use super::{NATIONAL, Reason};
use crate::scan;
use core::str::Chars;

/// The words and signs that an extension begins with, in the languages of the widget and a few
/// more; of longer words the beginning.
const EXTENSIONS: &str = "x \u{445} # , ; ext xt int poste dw durchw neb nst app kl ramal anexo toestel tst ankn lok \
                          wew linka dahili доб вн 内線 分机 分機 转 轉 داخلي تحويل";
/// The most digits of an extension, as libphonenumber has it for a short mark.
const MOST_OF_EXTENSION: usize = 9;
/// The fewest digits in a row that an extension follows.
const LEAST_BEFORE_EXTENSION: usize = 6;
/// The fewest digits of each of two numbers in one field. With fewer, one number with a letter in
/// its middle would look like two.
const LEAST_OF_TWO: usize = 7;
/// How many digits an international prefix and the calling code after it have, as a rule.
const PREFIX_AND_CODE: usize = 4;

/// The reason to give for a text that is [`Reason::NotANumber`] or [`Reason::TooLong`]: another one
/// if the text looks like two numbers, a number with an extension, or a number with letters.
pub(super) fn guess(typed: &str, reason: Reason) -> Reason {
    // A character has at most four bytes.
    let most = typed.floor_char_boundary(4 * MOST_TEXT);
    let mut rest = without_scheme(typed.get(..most).unwrap_or_default()).chars();
    let total = digits_in(rest.clone(), true);
    let is_too_long = reason == Reason::TooLong || total > *NATIONAL.end();
    let is_divided = is_too_long && is_divided(rest.clone(), total);
    let (mut has_extension, mut has_letters) = (false, false);
    // How many digits there are since the last sign that no number has, and whether they are an
    // extension's.
    let (mut part, mut in_extension) = (0, false);
    let (mut longest, mut numbers) = (0, 0);
    let mut last = ' ';
    loop {
        let from_here = rest.clone();
        let next = rest.next();
        // The end is a sign that no number has, too.
        let c = next.unwrap_or('?');
        if is_digit(c) {
            part += 1;
        } else if !is_separator(c) && (part.max(longest) > 0 || !is_plus(c)) {
            let is_letter_here = is_letter(c);
            has_letters |= is_letter_here;
            longest = part.max(longest);
            let follows = longest >= LEAST_BEFORE_EXTENSION && !is_letter(last);
            let is_mark = follows && (1..=MOST_OF_EXTENSION).contains(&extension(from_here));
            // A letter between two digits is a slip, which divides nothing.
            let is_slip =
                is_letter_here && is_digit(last) && rest.clone().next().is_some_and(is_digit);
            if part > 0 && (is_mark || !is_slip) {
                numbers += usize::from(part >= LEAST_OF_TWO && !in_extension);
                (part, in_extension) = (0, false);
            }
            if is_mark {
                has_extension = true;
                // After these, many digits are a number.
                in_extension = !matches!(plain(c), ',' | ';');
            }
        }
        last = c;
        if next.is_none() {
            break;
        }
    }
    match () {
        () if numbers > 1 => Reason::TwoNumbers,
        () if has_extension => Reason::Extension,
        () if is_divided => Reason::TwoNumbers,
        () if has_letters => Reason::Letters,
        () => reason,
    }
}

/// True where a slash, a tilde or the end of a line stands after a number and before more digits, or any
/// separator in the middle of the `total` digits: where a space alone divides two numbers, they are
/// told by their equal lengths and by their beginnings, which are alike.
pub(super) fn is_divided(text: Chars<'_>, total: usize) -> bool {
    let mut digits = text.clone().filter_map(digit);
    let first = digits.next();
    // 00 is most likely another country's prefix, after which a number is longer by its code.
    let is_foreign = first == Some(0) && digits.next() == Some(0);
    let least = LEAST_OF_TWO + if is_foreign { PREFIX_AND_CODE } else { 0 };
    let has_plus = text.clone().any(is_plus);
    let mut before = 0;
    let mut rest = text;
    while let Some(c) = rest.next() {
        if is_digit(c) {
            before += 1;
        } else if before >= least
            && before < total
            && (matches!(plain(c), '\t'..='\r' | '/' | '\\' | '~')
                || before * 2 == total && !has_plus && rest.clone().find_map(digit) == first)
        {
            return true;
        }
    }
    false
}

/// How many digits follow one of [`EXTENSIONS`], in any case, with which the text begins; 0 if it
/// begins with none. A sign or a single letter must not have a letter after it, and after a comma or
/// a semicolon, which also begin a remark, there are only digits up to the end.
fn extension(text: Chars<'_>) -> usize {
    'marks: for mark in scan::split(EXTENSIONS, b' ') {
        let mut rest = text.clone();
        for c in mark.chars() {
            if rest.next().is_none_or(|typed| lower(plain(typed)) != lower(c)) {
                continue 'marks;
            }
        }
        let may_follow = |c| is_digit(c) || is_separator(c) || matches!(plain(c), ',' | ';' | '#');
        if matches!(mark, "," | ";") && !rest.clone().all(may_follow) {
            continue;
        }
        let is_word = mark.chars().nth(1).is_some();
        if is_word || !rest.clone().next().is_some_and(is_letter) {
            return digits_in(rest, false);
        }
    }
    0
}

/// How many digits there are, up to the end or, after the first, up to a sign that no number has.
fn digits_in(text: Chars<'_>, to_the_end: bool) -> usize {
    let mut count = 0;
    for c in text {
        if is_digit(c) {
            count += 1;
        } else if count > 0 && !to_the_end && !is_separator(c) {
            break;
        }
    }
    count
}

fn is_digit(c: char) -> bool {
    digit(c).is_some()
}

/// The lower case of the letters of [`EXTENSIONS`] that have one. Other characters become others,
/// but the same for each.
fn lower(c: char) -> u32 {
    c as u32 | 0x20
}

/// True for a letter, as far as that is seen from its block: a table of all letters would cost more
/// than the answer is worth, because for a sign the reason is only less exact.
fn is_letter(c: char) -> bool {
    matches!(
        plain(c),
        'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{2AF}' | '\u{370}'..='\u{1FFF}' | '\u{2C00}'..='\u{2DFF}'
            | '\u{3040}'..='\u{FFDC}' | '\u{10000}'..='\u{1EFFF}' | '\u{20000}'..
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::rules::phone::inspect;

    /// Asserts the reason of each text, where the country was chosen, with and without a plus.
    #[track_caller]
    fn all(expected: Reason, cases: &[(u16, &str)]) {
        let mut wrong = vec![];
        for (code, typed) in cases {
            let reason = inspect(Some(*code), typed, None).reason;
            if reason != Some(expected) {
                wrong.push((*typed, reason));
            }
        }
        assert_eq!(wrong, [], "expected {expected:?}");
    }

    #[test]
    fn guess_finds_letters() {
        all(
            Reason::Letters,
            &[
                // a letter for a digit that looks like it
                (44, "07400 12345O"),
                (44, "07400 12345o"),
                (44, "O7400 123456"),
                (44, "o7400123456"),
                (44, "07400 l23456"),
                (44, "07400 I23456"),
                (44, "0740O123456"),
                (44, "07400 1234S6"),
                (44, "07400 12B456"),
                (44, "+44 740O 123456"),
                (44, "+44 7400 12345Z"),
                (44, "+447400l23456"),
                (44, "OO44 7400 123456"),
                (49, "0049 151 2O3 4567"),
                (49, "+49 1512345O789012"),
                (7, "8 912 345 67 8О"),
                (30, "69Ο1234567"),
                // a key beside the digit
                (44, "07400 12345p"),
                (44, "0740q 123456"),
                (44, "07400 123456a"),
                (44, "07400123456x"),
                // words on keys
                (1, "1-800-FLOWERS"),
                (1, "1-800-CALL-NOW"),
                (1, "(800) GOT-JUNK"),
                (1, "1 800 six-flag"),
                (61, "13 CATS"),
                (64, "0800 83 83 DINE"),
                // no number at all
                (44, "call me"),
                (44, "none"),
                (44, "n/a"),
                (44, "N.A."),
                (44, "no phone"),
                (44, "ask at reception"),
                (44, "same as above"),
                (44, "ann@example.com"),
                (44, "Ann Lee"),
                (34, "no tengo"),
                (49, "keine Angabe"),
                (7, "нет"),
                (81, "なし"),
                (86, "无"),
                (966, "لا يوجد"),
                (91, "०७४०० कोई नहीं"),
                // labels and remarks
                (44, "Mobile: 07400 123456"),
                (44, "Mob. 07400 123456"),
                (44, "Tel. 020 7946 0018"),
                (44, "T 020 7946 0018"),
                (44, "M: +44 7400 123456"),
                (49, "Handy 0171 3920001"),
                (33, "portable 06 12 34 56 78"),
                (44, "07400 123456 (Ann)"),
                (44, "07400 123456 after 6pm"),
                (44, "07400 123456 evenings"),
                (44, "07400 123456 whatsapp"),
                (44, "07400 123456 m"),
                (44, "020 7946 0018 fax"),
                (44, "07400 123456, 4 people"),
                (44, "07400 123456; 4 people"),
                (44, "07400 123456, table 4"),
                (44, "07400 123456，7pm"),
                (81, "090-1234-5678, 4名"),
                (44, "020 7946 0018 or 0019"),
                (44, "fax 020 7946 0018"),
                // hidden digits
                (44, "07400 xxxxxx"),
                (44, "XXXXX XXX456"),
                (44, "07400x123456"),
                (1, "555-CHEF"),
                // an extension alone, or a mark without one
                (44, "ext 12"),
                (44, "x12"),
                (44, "ext. 12, 020 7946 0018"),
                (44, "020 7946 0018 ext"),
                // others' ways to write numbers
                (44, "ｃａｌｌ　ｍｅ"),
                (44, "seven four zero"),
                (1, "tel:7042;phone-context=example.com"),
                (44, "mailto:ann@example.com"),
                (44, "tel:%2B447400123456"),
                (44, "+44 7400 123456 𝐱"),
                (81, "電話 03-1234-5678"),
            ],
        );
    }

    #[test]
    fn guess_finds_an_extension() {
        all(
            Reason::Extension,
            &[
                (44, "020 7946 0018 ext 12"),
                (44, "020 7946 0018 ext. 12"),
                (44, "020 7946 0018 ext.12"),
                (44, "020 7946 0018 Ext 12"),
                (44, "020 7946 0018 EXT: 12"),
                (44, "020 7946 0018 ext=12"),
                (44, "020 7946 0018 ext #12"),
                (44, "020 7946 0018 extn 12"),
                (44, "020 7946 0018 extn. 1234"),
                (44, "020 7946 0018 exten 12"),
                (44, "020 7946 0018 extension 12"),
                (44, "020 7946 0018, extension 12"),
                (44, "020 7946 0018 - ext. 12"),
                (44, "020 7946 0018 / ext. 12"),
                (44, "020 7946 0018 (ext. 12)"),
                (44, "020 7946 0018 (ext. 12, Ann)"),
                (44, "020 7946 0018 [x12]"),
                (44, "020 7946 0018ext12"),
                (44, "+44 20 7946 0018 ext 123456"),
                (44, "tel:+442079460018;ext=5"),
                (44, "+44-20-7946-0018;ext=12"),
                (44, "TEL:+442079460018;EXT=5"),
                (44, "020 7946 0018 (office) ext. 12"),
                (44, "020 7946 0018 x5"),
                (44, "020 7946 0018 x 5"),
                (44, "020 7946 0018 X12"),
                (44, "020 7946 0018 x.12"),
                (44, "020 7946 0018 x:12"),
                (44, "02079460018x12"),
                (44, "020 7946 0018 ｘ１２"),
                (44, "020 7946 0018 ｅｘｔ １２"),
                (44, "020 7946 0018 х12"),
                (44, "020 7946 0018#5"),
                (44, "020 7946 0018 #12"),
                (44, "020 7946 0018 # 12"),
                (44, "020 7946 0018＃12"),
                (44, "020 7946 0018﹟12"),
                (44, "020 7946 0018,12"),
                (44, "020 7946 0018,,12#"),
                (44, "020 7946 0018;12"),
                (44, "020 7946 0018, 12"),
                (44, "020 7946 0018，12"),
                (44, "020 7946 0018,12,,3#"),
                (44, "020 7946 0018 xtn 12"),
                (44, "020 7946 0018 ext. no. 12"),
                (44, "020 7946 0018 x12 or x13"),
                (44, "+442034567890ｅｘｔｎ456"),
                (1, "(800) 901-3355 ,extensión 7246433"),
                (1, "(800) 901-3355 x 7246433"),
                (1, "(212)123-1234 x508\\x1234"),
                (7, "8 (423) 202-25-11доб100"),
                (64, "03 3316005ext:1"),
                (64, "03 3316005 #123456789#"),
                (1, "(530) 583-6985 x302"),
                (1, "(530) 583-6985 x302/x2303"),
                (1, "1 (201) 555-0123 ext 4567"),
                (1, "201.555.0123x4567"),
                (1, "+1 201 555 0123 poste 12"),
                (33, "01 23 45 67 89 poste 12"),
                (33, "01 23 45 67 89 Poste\u{a0}: 12"),
                (33, "01 23 45 67 89, int. 12"),
                (49, "030 1234567 Durchwahl 12"),
                (49, "030 1234567 DW 12"),
                (49, "030 1234567, Dw. 12"),
                (49, "030 1234567 Nebenstelle 12"),
                (49, "030 1234567 NSt. 12"),
                (49, "030 1234567 App. 12"),
                (43, "01 5880112 Kl. 12"),
                (43, "01 5880112 Klappe 12"),
                (39, "06 1234 5678 interno 12"),
                (39, "06 1234 5678 int. 12"),
                (34, "912 34 56 78 extensión 12"),
                (34, "912 34 56 78 Ext. 12"),
                (51, "01 2345678 anexo 12"),
                (55, "11 2345-6789 ramal 12"),
                (351, "21 234 5678 extensão 12"),
                (31, "020 123 4567 toestel 12"),
                (31, "020 123 4567 tst. 12"),
                (46, "08-123 456 78 ankn. 12"),
                (46, "08-123 456 78 anknytning 12"),
                (45, "32 12 34 56 lokal 12"),
                (47, "22 12 34 56 int. 12"),
                (48, "22 123 45 67 wew. 12"),
                (48, "22 123 45 67 wewnętrzny 12"),
                (420, "212 345 678 linka 12"),
                (90, "0212 345 67 89 dahili 12"),
                (7, "8 (495) 123-45-67 доб. 12"),
                (7, "8 (495) 123-45-67 доб 12"),
                (7, "+7 495 123-45-67, Доб. 12"),
                (7, "8 (495) 123-45-67 ДОБАВОЧНЫЙ 12"),
                (7, "8 (495) 123-45-67 вн. 12"),
                (81, "03-1234-5678 内線12"),
                (81, "０３－１２３４－５６７８　内線１２"),
                (86, "010 1234 5678 转12"),
                (86, "010-12345678 分机 12"),
                (886, "02 1234 5678 分機12"),
                (886, "02 1234 5678 轉 12"),
                (966, "011 123 4567 تحويلة 12"),
                (971, "04 123 4567 داخلي ١٢"),
            ],
        );
    }

    #[test]
    fn guess_finds_two_numbers() {
        all(
            Reason::TwoNumbers,
            &[
                (44, "07400 123456 / 07400 654321"),
                (44, "07400 123456/07400 654321"),
                (44, "07400123456/07400654321"),
                (44, "07400 123456 ／ 07400 654321"),
                (44, "07400 123456 \\ 07400 654321"),
                (44, "020 7946 0018/9"),
                (44, "020 7946 0018 / 19"),
                (44, "07400 123456 or 07400 654321"),
                (44, "07400 123456 OR 020 7946 0018"),
                (44, "07400 123456 and 07400 654321"),
                (44, "07400 123456 & 07400 654321"),
                (44, "07400 123456; 07400 654321"),
                (44, "07400 123456, 07400 654321"),
                (44, "07400 123456,07400 654321"),
                (44, "07400 123456，07400 654321"),
                (44, "07400 123456 | 07400 654321"),
                (44, "07400 123456 : 07400 654321"),
                (44, "07400 123456 > 07400 654321"),
                (44, "07400 123456 = 07400 654321"),
                (44, "+44 7400 123456 +44 7400 654321"),
                (44, "+447400123456+447400654321"),
                (44, "+44 7400 123456 / +44 7400 654321"),
                (44, "+44 7400 123456, +33 6 12 34 56 78"),
                (44, "020 7946 0018 +44 7400 123456"),
                (44, "07400 123456 07400 654321"),
                (44, "07700 900123 07700 900124"),
                (64, "03 3316005 ~ 123456789"),
                (44, "07400 123456\n07400 654321"),
                (44, "07400 123456\r\n020 7946 0018"),
                (44, "07400 123456\t020 7946 0018"),
                (44, "07400 123456 (07400 654321)"),
                (44, "07400 123456 - 07400 654321"),
                (44, "07400 123456 (mobile) 020 7946 0018 (home)"),
                (44, "home 020 7946 0018, mobile 07400 123456"),
                (44, "H: 020 7946 0018 M: 07400 123456"),
                (44, "Tel: 020 7946 0018 / 07400 123456"),
                (44, "020 7946 0018 x5 or 07400 123456"),
                (44, "020 7946 0018 ext 5 / 07400 123456"),
                (44, "07400 123456 # 07400 654321"),
                (1, "(800) 901-3355 , 7246433"),
                (44, "07400 123456 or if not 020 7946 0018"),
                (44, "tel:+447400123456,tel:+447400654321"),
                (1, "201 555 0123 or 201 555 0124"),
                (1, "201-555-0123/201-555-0124"),
                (1, "201 555 0123 201 555 0124"),
                (1, "(201) 555-0123 (201) 555-0124"),
                (1, "555-0123 555-0124"),
                (44, "07400123456 07400123457"),
                (44, "07400 123456 020 7946 0018"),
                (44, "0044 7400 123456 0044 7400 654321"),
                (1, "0044 7400 123456 / 0044 7400 654321"),
                (49, "0045 32 12 34 56 / 57"),
                (49, "0171 3920001 oder 030 1234567"),
                (49, "0171 3920001 / 030 123456789"),
                (49, "+49 171 3920001 und +49 30 1234567"),
                (33, "06 12 34 56 78 ou 01 23 45 67 89"),
                (33, "06 12 34 56 78 01 23 45 67 89"),
                (34, "612 34 56 78 o 612 34 56 79"),
                (34, "612 34 56 78 y 612 34 56 79"),
                (39, "312 345 6789 o 06 1234 5678"),
                (46, "070-123 45 67 eller 08-123 456 78"),
                (48, "512 345 678 lub 22 123 45 67"),
                (7, "8 912 345-67-89 или 8 495 123-45-67"),
                (81, "090-1234-5678 または 03-1234-5678"),
                (81, "090-1234-5678、03-1234-5678"),
                (86, "138 1234 5678 或 139 1234 5678"),
                (971, "٠٥٠١٢٣٤٥٦٧ أو ٠٥٠١٢٣٤٥٦٨"),
                (971, "050 123 4567، 050 123 4568"),
            ],
        );
    }

    #[test]
    fn guess_leaves_the_reason_of_other_texts() {
        all(
            Reason::NotANumber,
            &[
                (44, ""),
                (44, "+"),
                (44, "-"),
                (44, "?"),
                (44, "…"),
                (44, "☎"),
                (44, "*31#07400123456"),
                (44, "07400 123456 📱"),
                (44, "07400 123456*"),
                (44, "07700900123#"),
                (44, "0207946+0018"),
                (44, "07400,123,456"),
                (44, "07400 12345½"),
                // notes and lists, not digits
                (49, "030 123456¹"),
                (44, "07400 12345⑥"),
                (44, "07400 12345\u{fffd}"),
                (44, "07400 12345\0"),
                (44, "(07400) 123456;"),
                (44, "07400 123456; 19:30"),
                (44, "07400 123456, 19:30"),
            ],
        );
        all(
            Reason::TooLong,
            &[
                (44, "07400 123456 7"),
                (44, "07400 123456 456"),
                (44, "+44 7400 123456 7890"),
                (44, "0044 7400 123456 7"),
                (44, "074001234560740065432107400123456"),
                (44, "07400123456074006543210"),
                (33, "06 39 98 00 01 2"),
                (49, "030/12345678901234567"),
                (1, "+1 201 555 01234"),
                (1, "+1 201 555 01 2 345 678"),
                // a number of another country in two equal halves
                (1, "0049 171 3920001"),
                (55, "0049 171 3920001"),
                (61, "0049 171 3920001"),
                (886, "0049 171 3920001"),
                (1, "0049 171/3920001"),
                (1, "0049 6221/1234567"),
                (1, "0044 207 9460018"),
                (1, "0044 712 0123456"),
                (1, "0039 312 3456789"),
                (1, "0091 812 3456789"),
                (1, "0033612 3456789"),
                (33, "0612345 678 9012"),
            ],
        );
    }
}

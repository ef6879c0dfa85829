//! For the rule of e-mail addresses: addresses as people type, paste and autofill them.

use super::*;
use crate::issue::Param;
use crate::platform::Native;
use crate::rules::invisible;

/// What the rule says of a text: the address that is sent, or the code, with the suggestion if there
/// is one.
fn verdict(typed: &str) -> String {
    match normalise(typed, &Native) {
        Ok((address, _)) => address.into_owned(),
        Err(refusal) => {
            let mut verdict = refusal.code.as_str().to_owned();
            if let [(SUGGESTION, Param::Text(address))] = &refusal.params[..] {
                verdict = verdict + ": " + address;
            }
            verdict
        }
    }
}

fn verdicts_are(table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (typed, expected) in table {
        let found = verdict(typed);
        if found != *expected {
            wrong.push(format!("{typed:?}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Valid by the HTML standard.
const VALID: &[&str] = &[
    "ann@example.com",
    "a.b+c_d-e'f@sub.example.co.uk",
    "..a..@example.com",
    "ann.@docomo.example",
    "Ann@EXAMPLE.com",
    "1@2.3",
    "'ann@example.com",
    "'ann'@example.com",
    "*ann@example.com",
    "_ann_@example.com",
    "{ann}@example.com",
    "/ann@example.com",
    "mailto@example.com",
    "ann/bob@example.com",
    "ann?subject=x@example.com",
    "!#$%&'*+/=?^_`{|}~-@example.com",
    "at@at.at",
    "ann@dot.com",
    "ann@xn--bcher-kva.example",
    "",
];

#[test]
fn email_that_is_valid_is_sent_as_typed() {
    for typed in VALID {
        assert_eq!(normalise(typed, &Native), Ok((Cow::Borrowed(*typed), None)), "{typed}");
    }
}

#[test]
fn email_domain_beyond_ascii_is_sent_in_ascii() {
    verdicts_are(&[
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ("ann@bücher.1", "ann@xn--bcher-kva.1"),
        ("ann@例え。テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ("ann@例え．テスト", "ann@xn--r8jz45g.xn--zckzah"),
        // The joiner is a part of the word in Persian.
        ("ann@نامه\u{200c}ای.example", "ann@xn--mgba3gch31f060k.example"),
        ("Ann <ann@نامه\u{200c}ای.example>", "ann@xn--mgba3gch31f060k.example"),
        ("ann@\u{200f}نامه\u{200c}ای.example\u{200f}", "ann@xn--mgba3gch31f060k.example"),
        ("ann@bü\u{ad}cher.example", "ann@xn--bcher-kva.example"),
    ]);
}

#[test]
fn email_domain_has_letters_and_digits_alone() {
    let mut wrong = Vec::new();
    let mut is_wrong = |typed: String, expected: &str| {
        let found = verdict(&typed);
        if found != expected {
            wrong.push(format!("{typed:?}: {found:?}, not {expected:?}"));
        }
    };
    for dash in "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2043}\u{2212}".chars() {
        is_wrong(format!("ann@t{dash}online.de"), "email_mistyped: ann@t-online.de");
        is_wrong(format!("ann@a{dash}b.bücher.de"), "email_mistyped: ann@a-b.bücher.de");
    }
    // Whatever of this touches the end of an address is no part of it.
    for glued in [
        "谢谢",
        "联系",
        "宛",
        "です",
        "入니다",
        "까지",
        "สวัสดี",
        "مرحبا",
        "תודה",
        "ﾖﾘ",
        "😀",
        "👨‍👩‍👧",
        "❤️",
        "✉",
        "✉️",
        "☎",
        "→",
        "®",
        "©",
        "™",
        "¹",
        "²",
        "½",
        "①",
        "㈱",
        "🄰",
        "🇩🇪",
        "‰",
        "€",
        "£",
        "¿",
        "¡",
        "§",
        "°",
        "´",
        "×谢",
        "（谢）",
        "，谢谢",
        "；谢谢",
        "、谢谢",
        " 谢谢",
        "〜",
        "♥",
        "؟",
        "،مرحبا",
        "।",
    ] {
        is_wrong(format!("ann@163.com{glued}"), "email_mistyped: ann@163.com");
    }
    for (typed, expected) in [
        ("ann@bücher.com谢谢", "email_mistyped: ann@bücher.com"),
        ("ann@example,com谢谢", "email_mistyped: ann@example.com"),
        ("ann@gmail،com", "email_mistyped: ann@gmail.com"),
        ("ann@gmail、com", "email_mistyped: ann@gmail.com"),
        ("ann@gmail•com", "email_invalid"),
        ("ann@gmail·com", "email_invalid"),
        ("ann@gmail・com", "email_invalid"),
        ("ann@gmail’.com", "email_invalid"),
        ("ann@exampleº.com", "email_invalid"),
        ("ann@example².com", "email_invalid"),
        ("ann@ex→ample.com", "email_invalid"),
        ("ann@a·b.example", "email_invalid"),
        ("ann@example.com谢谢ann", "email_invalid"),
        ("ann@example.coм", "email_invalid"),
        ("ann@example.cоm", "email_invalid"),
        ("ann@例え.テスト😀", "email_invalid"),
        ("ann@😀.example", "email_invalid"),
    ] {
        is_wrong(typed.to_owned(), expected);
    }
    for domain in [
        "bücher.example",
        "BÜCHER.example",
        "bu\u{308}cher.example",
        "straße.example",
        "例え.テスト",
        "例え.テスト1",
        "日本々〇ー・.jp",
        "shop東京.jp",
        "東京2026.jp",
        "пример.рф",
        "mail.почта.рф",
        "παράδειγμα.ελ",
        "مثال.إختبار",
        "نامه\u{200c}ای.ایران",
        "उदाहरण.परीक्षा",
        "क्\u{200d}ष.भारत",
        "ตัวอย่าง.ไทย",
        "მაგალითი.გე",
        "דוגמה.ישראל",
        "צה״ל.example",
        "օրինակ.հայ",
        "실례.한국",
        "உதாரணம்.இந்தியா",
        "ঢাকা.বাংলা",
        "བོད་ཡིག.example",
        "ምሳሌ.example",
        "xn--bcher-kva.рф",
        "berater.vermögensberater",
        "col·legi.cat",
        "COL·LEGI.cat",
        "ﬁsch.ﬁ",
        "fisch.ﬁnance",
        "ʻokina.example",
        "µ.example",
    ] {
        let ascii = Native.domain_to_ascii(domain).unwrap();
        is_wrong(format!("ann@{domain}"), &format!("ann@{ascii}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn email_domain_has_the_characters_that_idna_gives_it() {
    use icu_properties::CodePointMapData;
    use icu_properties::props::GeneralCategory;

    let category = CodePointMapData::<GeneralCategory>::new();
    let (mut letters, mut others) = (0, 0);
    let signs = ('\u{80}'..='\u{33ff}').chain('\u{a000}'..='\u{abff}');
    let signs = signs.chain('\u{fb00}'..='\u{ffff}').chain('\u{1f000}'..='\u{1faff}');
    for character in signs.filter(|character| !invisible::is_invisible(*character)) {
        let typed = format!("ann@l{character}l.example");
        // RFC 5892's LetterDigits, and its exceptions that are none of them.
        let is_letter = match category.get(character) {
            GeneralCategory::UppercaseLetter
            | GeneralCategory::LowercaseLetter
            | GeneralCategory::OtherLetter
            | GeneralCategory::ModifierLetter
            | GeneralCategory::DecimalNumber
            | GeneralCategory::NonspacingMark
            | GeneralCategory::SpacingMark => true,
            GeneralCategory::Unassigned => continue,
            _ => matches!(character, '·' | '׳' | '״' | '་' | '〇' | '・'),
        };
        let line = around::cleaned(&typed, false, &Native);
        let domain = line.get(4..).unwrap_or_default();
        let is_sent = !domain.is_ascii() && to_ascii(domain, &Native).is_some();
        if is_letter && !is_sent && !domain.is_ascii() && !is_sign(character) {
            // UTS 46 itself refuses it.
            assert_eq!(Native.domain_to_ascii(domain), None, "{character:?}");
        }
        letters += u32::from(is_sent);
        others += u32::from(!is_letter && is_sent);
    }
    // Numbers and marks of single scripts, which nobody types after an address.
    assert!(letters > 8000 && others < 500, "{letters} {others}");
}

#[test]
fn email_domain_becomes_no_other_domain_by_what_is_taken_off() {
    let (mut compared, mut others) = (0, String::new());
    for code_point in 0x80..=0x10_ffff {
        let Some(character) = char::from_u32(code_point) else { continue };
        let text = character.to_string();
        if around::cleaned(&text, false, &Native) == text {
            continue;
        }
        for domain in [format!("a{text}b.example"), format!("x.a{text}b")] {
            let by_uts_46 = Native.domain_to_ascii(&domain).unwrap_or_default();
            if is_domain(by_uts_46.as_bytes()) {
                compared += 1;
                let is_same =
                    verdict(&format!("ann@{domain}"))[4..].eq_ignore_ascii_case(&by_uts_46);
                if !is_same {
                    others.push(character);
                }
            }
        }
    }
    // A blank pattern of Braille is a sign to UTS 46, and nothing to whoever looks at it.
    others.retain(|character| !invisible::is_invisible(character));
    assert_eq!(others, "");
    assert!(compared > 1000, "{compared}");
}

#[test]
fn email_loses_what_cannot_be_seen() {
    for unseen in [
        "\u{ad}",
        "\u{34f}",
        "\u{61c}",
        "\u{115f}",
        "\u{1160}",
        "\u{180e}",
        "\u{200b}",
        "\u{200c}",
        "\u{200d}",
        "\u{200e}",
        "\u{200f}",
        "\u{202a}",
        "\u{202b}",
        "\u{202c}",
        "\u{202d}",
        "\u{202e}",
        "\u{2060}",
        "\u{2061}",
        "\u{2066}",
        "\u{2067}",
        "\u{2068}",
        "\u{2069}",
        "\u{206a}",
        "\u{2800}",
        "\u{3164}",
        "\u{fe0e}",
        "\u{fe0f}",
        "\u{feff}",
        "\u{ffa0}",
        "\u{e0020}",
        "\u{e0100}",
    ] {
        for (typed, sent) in [
            ("_ann@example.com", "ann@example.com"),
            ("ann@example.com_", "ann@example.com"),
            ("__ann@example.com__", "ann@example.com"),
            ("a_nn@exam_ple.c_om", "ann@example.com"),
            ("ann_@_example_._com", "ann@example.com"),
            ("ann@bücher.example_", "ann@xn--bcher-kva.example"),
            ("_ _ ann@example.com _ _", "ann@example.com"),
            ("_", ""),
            (" _ _ ", ""),
        ] {
            let typed = typed.replace('_', unseen);
            assert_eq!(verdict(&typed), sent, "{}", typed.escape_unicode());
        }
    }
}

#[test]
fn email_loses_white_space_around_it() {
    for space in [
        " ", "\t", "\n", "\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{a0}", "\u{1680}", "\u{2000}",
        "\u{2003}", "\u{2007}", "\u{2009}", "\u{200a}", "\u{2028}", "\u{2029}", "\u{202f}",
        "\u{205f}", "\u{3000}",
    ] {
        for (typed, sent) in [
            ("_ann@example.com", "ann@example.com"),
            ("ann@example.com_", "ann@example.com"),
            ("__ann@example.com__", "ann@example.com"),
            ("_ann@bücher.example_", "ann@xn--bcher-kva.example"),
            ("_\u{200b}_ann@example.com_\u{feff}_", "ann@example.com"),
            ("_", ""),
        ] {
            let typed = typed.replace('_', space);
            assert_eq!(verdict(&typed), sent, "{}", typed.escape_unicode());
        }
    }
    // The HTML standard strips line breaks.
    verdicts_are(&[
        ("ann@exa\nmple.com", "ann@example.com"),
        ("a\r\nnn@example.com", "ann@example.com"),
    ]);
}

#[test]
fn email_in_wide_letters_is_sent_in_ascii() {
    verdicts_are(&[
        ("ann＠example.com", "ann@example.com"),
        ("ann﹫example.com", "ann@example.com"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ann@example.com"),
        ("ａｎｎ@example.com", "ann@example.com"),
        ("ann．ｌｅｅ＿１＋２@example.com", "ann.lee_1+2@example.com"),
        ("ann。lee@example.com", "ann.lee@example.com"),
        ("ann﹒lee﹣x@example.com", "ann.lee-x@example.com"),
        ("𝐚𝐧𝐧@example.com", "ann@example.com"),
        ("𝒶𝓃𝓃𝟙@ℯxample.com", "ann1@example.com"),
        ("ann＠bücher.example", "ann@xn--bcher-kva.example"),
        ("山田　＜ann@example.com＞", "ann@example.com"),
        ("ann＠example.com。", "ann@example.com"),
        ("ann＠example，com", "email_mistyped: ann@example.com"),
        ("ann＠＠example.com", "email_mistyped: ann@example.com"),
        ("ａｎｎexample.com", "email_at_missing"),
        // What Unicode maps to several characters, or to another sign, is not meant so.
        ("ann@ex℀mple.com", "email_invalid"),
        ("℡@example.com", "email_letters"),
        ("№1@example.com", "email_letters"),
        ("ann²@example.com", "email_letters"),
        ("annª@example.com", "email_letters"),
        ("ⓐnn@example.com", "email_letters"),
        ("ﬁn@example.com", "email_letters"),
        ("ſam@example.com", "email_letters"),
        ("an\u{a8}n@example.com", "email_letters"),
        ("ann\u{ff00}@example.com", "email_letters"),
    ]);
}

#[test]
fn email_is_unwrapped() {
    verdicts_are(&[
        ("Ann Lee <ann@example.com>", "ann@example.com"),
        ("\"Lee, Ann\" <ann@example.com>", "ann@example.com"),
        ("Zoë O’Brien<ann@example.com>", "ann@example.com"),
        ("山田 <ann@bücher.example>", "ann@xn--bcher-kva.example"),
        ("<ann@example.com>", "ann@example.com"),
        ("\"<Ann>\" <ann@example.com>", "ann@example.com"),
        ("\"\\\"Ann\\\"\"<ann@example.com>", "ann@example.com"),
        ("🍓Ann\u{200d}♀\u{fe0f}<ann@example.com>", "ann@example.com"),
        ("< ann@example.com >,", "ann@example.com"),
        ("<ann@example.com> Ann Lee", "ann@example.com"),
        ("ann@example.com <ann@example.com>", "ann@example.com"),
        ("'ann@example.com' <Ann@Example.com>", "Ann@Example.com"),
        ("ann@example.com<mailto:ann@example.com>", "ann@example.com"),
        ("[ann@example.com](mailto:ann@example.com)", "ann@example.com"),
        ("ann@example.com ann@example.com", "ann@example.com"),
        ("ann@example.comann@example.com", "ann@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("MailTo: ann@example.com", "ann@example.com"),
        ("mailto://ann@example.com", "ann@example.com"),
        ("mailto:ann@example.com?subject=Table%20for%202&cc=bob@example.com", "ann@example.com"),
        ("<mailto:ann@example.com>", "ann@example.com"),
        ("Ann <mailto:ann@example.com?subject=x>", "ann@example.com"),
        ("mailto:ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("\"ann@example.com\"", "ann@example.com"),
        ("'ann@example.com'", "ann@example.com"),
        ("`ann@example.com`", "ann@example.com"),
        ("“ann@example.com”", "ann@example.com"),
        ("‘ann@example.com’", "ann@example.com"),
        ("„ann@example.com“", "ann@example.com"),
        ("«\u{a0}ann@example.com\u{a0}»", "ann@example.com"),
        ("「ann@example.com」", "ann@example.com"),
        ("【ann@example.com】", "ann@example.com"),
        ("(ann@example.com)", "ann@example.com"),
        ("[ann@example.com]", "ann@example.com"),
        ("{ann@example.com}", "ann@example.com"),
        ("*ann@example.com*", "ann@example.com"),
        ("**_ann@example.com_**", "ann@example.com"),
        ("• ann@example.com", "ann@example.com"),
        ("– ann@example.com", "ann@example.com"),
        ("ann@example.com.", "ann@example.com"),
        ("ann@example.com,", "ann@example.com"),
        ("ann@example.com;", "ann@example.com"),
        ("ann@example.com...", "ann@example.com"),
        ("ann@example.com…", "ann@example.com"),
        ("ann@example.com!", "ann@example.com"),
        ("ann@example.com?", "ann@example.com"),
        ("ann@example.com :", "ann@example.com"),
        ("ann@example.com/", "ann@example.com"),
        ("ann@example.com、", "ann@example.com"),
        ("ann@example.com。", "ann@example.com"),
        ("ann@example.com،", "ann@example.com"),
        (", ann@example.com", "ann@example.com"),
        ("'ann@example.com',", "ann@example.com"),
        ("ann@bücher.example.", "ann@xn--bcher-kva.example"),
        ("ann@bücher.example”", "ann@xn--bcher-kva.example"),
        // Also at a valid start, as RFC 5322 has it: only with its partner is the sign no part.
        ("'ann@example.com", "'ann@example.com"),
        ("ann'@example.com'", "ann'@example.com"),
    ]);
}

#[test]
fn email_that_is_mistyped_gets_the_address_meant() {
    verdicts_are(&[
        ("ann@example,com", "email_mistyped: ann@example.com"),
        ("ann@example;com", "email_mistyped: ann@example.com"),
        ("ann@mail,example,com", "email_mistyped: ann@mail.example.com"),
        ("ann@example,co.uk", "email_mistyped: ann@example.co.uk"),
        ("ann@example.co,uk", "email_mistyped: ann@example.co.uk"),
        ("ann@example, com", "email_mistyped: ann@example.com"),
        ("ann,lee@example.com", "email_mistyped: ann.lee@example.com"),
        ("ann@@example.com", "email_mistyped: ann@example.com"),
        ("ann@@@example.com", "email_mistyped: ann@example.com"),
        ("ann@example.com@", "email_mistyped: ann@example.com"),
        ("@ann@example.com", "email_mistyped: ann@example.com"),
        ("ann example.com", "email_mistyped: ann@example.com"),
        ("ann  example.com", "email_mistyped: ann@example.com"),
        ("ann\u{a0}example.com", "email_mistyped: ann@example.com"),
        ("ann example,com", "email_mistyped: ann@example.com"),
        ("ann@example com", "email_mistyped: ann@example.com"),
        ("ann@ example.com", "email_mistyped: ann@example.com"),
        ("ann @example.com", "email_mistyped: ann@example.com"),
        ("ann @ example.com", "email_mistyped: ann@example.com"),
        ("ann\u{3000}＠\u{3000}example.com", "email_mistyped: ann@example.com"),
        ("ann@example .com", "email_mistyped: ann@example.com"),
        ("ann@example. com", "email_mistyped: ann@example.com"),
        ("ann@example . com", "email_mistyped: ann@example.com"),
        ("ann@example.co. uk", "email_mistyped: ann@example.co.uk"),
        ("ann. lee@example.com", "email_mistyped: ann.lee@example.com"),
        ("ann . lee @ example . com", "email_mistyped: ann.lee@example.com"),
        ("ann@example..com", "email_mistyped: ann@example.com"),
        ("ann@.example.com", "email_mistyped: ann@example.com"),
        ("ann@example.,com", "email_mistyped: ann@example.com"),
        ("ann@,example.com", "email_mistyped: ann@example.com"),
        ("ann(at)example.com", "email_mistyped: ann@example.com"),
        ("ann (AT) example.com", "email_mistyped: ann@example.com"),
        ("ann[at]example[dot]com", "email_mistyped: ann@example.com"),
        ("ann{at}example.com", "email_mistyped: ann@example.com"),
        ("ann<at>example.com", "email_mistyped: ann@example.com"),
        ("ann at example.com", "email_mistyped: ann@example.com"),
        ("ann dot lee at example dot co dot uk", "email_mistyped: ann.lee@example.co.uk"),
        ("ann\"example.com", "email_mistyped: ann@example.com"),
        ("o’brien@example.com", "email_mistyped: o'brien@example.com"),
        ("jean‑luc@example.com", "email_mistyped: jean-luc@example.com"),
        ("ann–lee@example.com", "email_mistyped: ann-lee@example.com"),
        ("ann@gmial,com", "email_mistyped: ann@gmial.com"),
        ("ann@bücher,example", "email_mistyped: ann@bücher.example"),
        ("Ann Lee <ann@example,com>", "email_mistyped: ann@example.com"),
        ("mailto:ann@@example.com", "email_mistyped: ann@example.com"),
        ("\"ann@example,com\"", "email_mistyped: ann@example.com"),
        ("ann@example,com.", "email_mistyped: ann@example.com"),
        ("Email: ann@example.com", "email_mistyped: ann@example.com"),
        ("E-Mail-Adresse: ann@example.com.", "email_mistyped: ann@example.com"),
        ("E-mail:ann@example.com", "email_mistyped: ann@example.com"),
        ("EMAIL:ann@example.com", "email_mistyped: ann@example.com"),
        ("メール：ann@example.com", "email_mistyped: ann@example.com"),
        ("邮箱:ann@example.com", "email_mistyped: ann@example.com"),
        ("Почта:ann@example.com", "email_mistyped: ann@example.com"),
        ("ann@example.com (work)", "email_mistyped: ann@example.com"),
        ("Ann Lee (ann@example.com)", "email_mistyped: ann@example.com"),
        ("Ann Lee, ann@example.com", "email_mistyped: ann@example.com"),
        ("ann@example.com, thanks", "email_mistyped: ann@example.com"),
        ("Ann Lee <ann@example.com", "email_mistyped: ann@example.com"),
        ("@annlee (ann@example.com)", "email_mistyped: ann@example.com"),
    ]);
}

#[test]
fn email_that_is_wrong_gets_the_code_that_fits() {
    verdicts_are(&[
        ("ann", "email_at_missing"),
        ("example.com", "email_at_missing"),
        ("www.example.com", "email_at_missing"),
        ("ann.example.com", "email_at_missing"),
        ("ann lee example.com", "email_at_missing"),
        ("ann example", "email_at_missing"),
        ("Ann Lee", "email_at_missing"),
        ("Ann Lee, London", "email_at_missing"),
        ("07400 123456", "email_at_missing"),
        ("mailto:", "email_at_missing"),
        ("<>", "email_at_missing"),
        ("-", "email_at_missing"),
        ("山田", "email_at_missing"),
        ("ann@example.com, bob@example.com", "email_two_addresses"),
        ("ann@example.com,bob@example.com", "email_two_addresses"),
        ("ann@example.com;bob@example.com", "email_two_addresses"),
        ("ann@example.com bob@example.com", "email_two_addresses"),
        ("ann@example.com\nbob@example.com", "email_two_addresses"),
        ("ann@example.com\u{2028}bob@example.com", "email_two_addresses"),
        ("ann@example.com/bob@example.com", "email_two_addresses"),
        ("ann@example.com / bob@example.com", "email_two_addresses"),
        ("ann@example.com or bob@example.com", "email_two_addresses"),
        ("ann@example.com & bob@example.com", "email_two_addresses"),
        ("ann@example.com | bob@example.com", "email_two_addresses"),
        ("ann@example.com、bob@example.com", "email_two_addresses"),
        ("ann＠example.com，bob＠example.com", "email_two_addresses"),
        ("Ann <ann@example.com>, Bob <bob@example.com>", "email_two_addresses"),
        ("ann@example.com <bob@example.com>", "email_two_addresses"),
        ("mailto:ann@example.com,bob@example.com", "email_two_addresses"),
        ("ann@bücher.example ann@example.com", "email_two_addresses"),
        ("zoë@example.com", "email_letters"),
        ("иван@example.com", "email_letters"),
        ("山田@example.com", "email_letters"),
        ("Zoë <zoë@example.com>", "email_letters"),
        ("zoë@bücher.example", "email_letters"),
        ("zoë@example,com", "email_letters"),
        ("аnn@example.com", "email_letters"),
        ("😀@example.com", "email_letters"),
        ("@example.com", "email_invalid"),
        ("@", "email_invalid"),
        ("ann@", "email_invalid"),
        ("a b@example.com", "email_invalid"),
        ("Ann Lee ann@example.com", "email_invalid"),
        ("ann;bob@example.com", "email_invalid"),
        ("ann:bob@example.com", "email_invalid"),
        ("ann@example.com thanks", "email_invalid"),
        ("ann@example.com,thanks", "email_invalid"),
        ("ann@exam ple.com", "email_invalid"),
        ("ann@example.co m", "email_invalid"),
        ("ann@lee@example.com", "email_invalid"),
        ("ann@-example.com", "email_invalid"),
        ("ann@example-.com", "email_invalid"),
        ("ann@exam_ple.com", "email_invalid"),
        ("ann@[127.0.0.1]", "email_invalid"),
        ("ann@[IPv6:::1]", "email_invalid"),
        ("ann@@localhost", "email_invalid"),
        ("ann@-bücher.example", "email_invalid"),
        ("ann@bücher-.example", "email_invalid"),
        ("ann@bü--cher.example", "email_invalid"),
        ("ann@bücher/x", "email_invalid"),
        ("ann@b\u{fffd}", "damaged_text"),
        ("ann@example.com\u{fffd}", "damaged_text"),
        ("ann\0@example.com", "email_invalid"),
        ("ann@example.com\0", "email_invalid"),
        ("mailto:ann%2Blee@example.com", "email_invalid"),
        ("ann\"x\"lee@example.com", "email_invalid"),
        ("\"ann\"@example.com", "email_invalid"),
        ("ann,@example.com", "email_invalid"),
        ("\u{fffd}nn@example.com", "damaged_text"),
        ("http://ann@example.com/", "email_invalid"),
    ]);
}

#[test]
fn email_lengths_are_rfc_5321s() {
    let address = |local: usize, labels: &[usize]| {
        let labels: Vec<_> = labels.iter().map(|length| "d".repeat(*length)).collect();
        "l".repeat(local) + "@" + &labels.join(".")
    };
    for (typed, fits) in [
        (address(64, &[10, 3]), true),
        (address(65, &[10, 3]), false),
        (address(1, &[63, 3]), true),
        (address(1, &[64, 3]), false),
        (address(62, &[63, 63, 63]), true),
        (address(63, &[63, 63, 63]), false),
        ("a".repeat(1_000_000), false),
        ("\u{200b}".repeat(1_000_000), false),
    ] {
        assert_eq!(normalise(&typed, &Native).is_ok(), fits);
    }
}

#[test]
fn email_is_plain_if_it_is_sent_as_typed_and_without_advice() {
    for typed in [
        "ann@example.com",
        "ann@sub-domain.example.co.uk",
        " ann@example.com",
        "ann@exa\nmple.com",
        "ann@localhost",
        "ann@gmial.com",
        "ann@bücher.example",
        "zoë@example.com",
        "ann@example-.com",
        "ann@example.com.",
        "ann@example,com",
        "\u{200b}ann@example.com",
        "ann",
    ] {
        let sent = normalise(typed, &Native);
        let is_sent_so = matches!(sent, Ok((address, None)) if address == typed);
        assert_eq!(is_plain(typed.as_bytes()), is_sent_so, "{typed}");
    }
    assert!(!is_plain(b"ann@\xff.example"));
}

#[test]
fn email_with_a_dotless_domain_gets_advice() {
    let sent = (Cow::Borrowed("ann@localhost"), Some(Advice::Dotless));
    assert_eq!(normalise("ann@localhost", &Native), Ok(sent));
}

#[test]
fn email_with_a_slip_gets_advice_and_is_sent_as_typed() {
    let slip = Advice::Slip { suggestion: "gmail.com" };
    for typed in ["Ann@Gmial.com", "<Ann@Gmial.com>"] {
        assert_eq!(normalise(typed, &Native), Ok((Cow::Borrowed("Ann@Gmial.com"), Some(slip))));
    }
    assert!(!slip.issue("Email").blocks());
    assert_eq!(slip.issue("Email").message(), "check the e-mail address: did you mean gmail.com?");
}

/// Pieces of texts that are almost addresses.
const PIECES: &[&str] = &[
    "ann", "lee", "example", ".", ".com", "com", ",", ";", ":", " ", "@", "<", ">", "(at)", " at ",
    "'", "\"", "mailto:", "\u{200b}", "\u{200d}", "\u{3000}", "＠", "．", "ü", "نا", "`", "*", "/",
    "\n", "’", "–", "。", "?", "[", "]", "{", "}", "%", "-", "xn--", "℀", "𝐚",
];

/// Calls `check` with many texts of [`PIECES`], the same in every run.
fn each_text(mut check: impl FnMut(&str)) {
    let mut state = 20_261_129_u32;
    let mut below = |bound: usize| {
        // Numerical Recipes' linear congruential generator.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % bound
    };
    for _ in 0..30_000 {
        let mut text = String::new();
        // Half of the texts have letters, the sign and a domain among the other pieces.
        for piece in if below(2) == 0 { &["", ""][..] } else { &["ann", "@", "example", ".com"] } {
            text.push_str(piece);
            for _ in 0..below(3) {
                text.push_str(PIECES[below(PIECES.len())]);
            }
        }
        check(&text);
    }
}

#[test]
fn email_that_was_sent_or_suggested_is_sent_unchanged() {
    let (mut sent, mut suggested) = (0, 0);
    each_text(|typed| match normalise(typed, &Native) {
        Ok((address, advice)) => {
            sent += usize::from(address != typed.trim_ascii());
            assert_eq!(normalise(&address, &Native), Ok((address.clone(), advice)), "{typed:?}");
        }
        Err(refusal) => {
            for (_, param) in &refusal.params {
                let Param::Text(address) = param else { panic!("{typed:?}") };
                suggested += 1;
                let again = normalise(address, &Native);
                assert!(again.is_ok(), "{typed:?} became {address:?}");
                assert!(!address.is_ascii() || again.is_ok_and(|(sent, _)| sent == *address));
            }
        }
    });
    assert!(sent > 1000 && suggested > 1000, "{sent} {suggested}");
}

#[test]
fn email_that_is_valid_in_ascii_is_never_changed() {
    let mut valid = 0;
    each_text(|typed| {
        if domain_of(typed.as_bytes()).is_some() {
            valid += 1;
            assert_eq!(normalise(typed, &Native).map(|(sent, _)| sent), Ok(Cow::Borrowed(typed)));
        }
    });
    assert!(valid > 400, "{valid}");
}

#[test]
fn email_refusal_says_the_address_to_the_guest_alone() {
    let typed = "planted-marker@example,com";
    let refusal = normalise(typed, &Native).unwrap_err();
    let issue = Issue::refused(refusal.clone(), "Email");
    assert_eq!(issue.params, [(SUGGESTION, Param::Text("planted-marker@example.com".to_owned()))]);
    for said in [issue.message(), format!("{issue:?}"), format!("{refusal:?}")] {
        assert!(!said.contains("planted-marker"), "{said}");
    }
}

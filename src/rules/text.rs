//! Text as guests write it, and as they paste it: names of every script, addresses, notes.
//!
//! No name is refused for its letters. What can't be seen is kept where a script needs it, and else
//! taken off ([`invisible`] says which). Only characters that nobody means to type are refused:
//! controls, marks that show a text in another order than it is stored in, and U+FFFD.

use std::borrow::Cow;

use crate::issue::{CHARACTER, Code, Param, Refusal};
use crate::platform::Platform;
use crate::rules::invisible::{self, Answer, Class, is_invisible};

/// Whether a text may have line breaks and tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: a name, a town.
    One,
    /// Several lines: notes.
    Many,
}

/// Why a text is refused: the [`Refusal`] of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Longer than the limit, in Unicode code points.
    TooLong,
    /// Holds this character, which can't be seen, and without which the text could be another one.
    ControlCharacter(char),
    /// Holds U+FFFD, which also stands for a lone surrogate.
    Damaged,
}

impl From<TextError> for Refusal {
    fn from(error: TextError) -> Self {
        match error {
            TextError::TooLong => Code::TooLong.into(),
            TextError::Damaged => Code::DamagedText.into(),
            TextError::ControlCharacter(character) => Refusal {
                code: Code::ControlCharacter,
                params: vec![(CHARACTER, Param::Number(character as i32))],
            },
        }
    }
}

/// Returns the text as it is sent: without what can't be seen and does nothing, and in
/// Normalization Form C (Unicode Standard Annex 15) but for compatibility ideographs. An empty
/// result means that the field was not given. `max` is the longest text, in code points of the
/// result.
pub fn normalise<'a>(
    typed: &'a str,
    lines: Lines,
    max: u32,
    platform: &impl Platform,
) -> Result<Cow<'a, str>, TextError> {
    let mut text = Cow::Borrowed(trim(typed));
    if !after_ascii(&text).chars().all(|character| is_usual(character, lines)) {
        let readable = readable(&text, lines)?;
        // A text far over the limit is refused before the platform is asked to normalise megabytes.
        if is_longer(&readable, max.saturating_mul(LONGEST_DECOMPOSITION)) {
            return Err(TextError::TooLong);
        }
        text = composed(&readable, platform).into();
    }
    if is_longer(&text, max) { Err(TextError::TooLong) } else { Ok(text) }
}

/// Checks a text that is sent byte for byte as it came, such as the wording of a consent. `max` is
/// in code points.
pub fn verbatim(text: &str, max: u32) -> Result<&str, TextError> {
    if is_longer(text, max) {
        return Err(TextError::TooLong);
    }
    let rest = after_ascii(text);
    for character in rest.chars() {
        if !matches!(character, '\n' | '\r' | '\t') {
            refuse_unwritable(character)?;
        }
    }
    turns(rest).map_err(TextError::ControlCharacter).map(|_| text)
}

/// True for a character that is sent as it was typed, whatever stands beside it. Nearly all that is
/// typed is such, so that one look at each character is enough.
fn is_usual(character: char, lines: Lines) -> bool {
    is_settled(character) || lines == Lines::Many && matches!(character, '\n' | '\r' | '\t')
}

/// True for a character that [`readable`] has to look at.
fn is_special(character: char, lines: Lines) -> bool {
    match character {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => lines == Lines::One,
        char::REPLACEMENT_CHARACTER => true,
        _ => character.is_control() || is_invisible(character),
    }
}

/// The text without what can't be seen and does nothing, and in one line where it has to be.
fn readable(typed: &str, lines: Lines) -> Result<String, TextError> {
    let is_rtl = typed.chars().any(invisible::is_rtl);
    let turned = kept_turns(typed, is_rtl)?;
    // The one is a part of the other, so that their addresses say where it begins.
    let first = turned.as_ptr().addr().wrapping_sub(typed.as_ptr().addr());
    let mut text = Readable::default();
    for (place, character) in typed.char_indices() {
        match invisible::class_of(character) {
            Some(Class::Turns) => {
                if place.wrapping_sub(first) < turned.len() {
                    text.show(character);
                }
            }
            Some(class) => text.unseen(class, character, is_rtl),
            None if !character.is_whitespace() => text.seen(character)?,
            // White space that this text can't have.
            None if is_special(character, lines) => text.space(),
            None => text.white(character),
        }
    }
    text.written.truncate(text.end);
    Ok(text.written)
}

/// A text in the making.
#[derive(Default)]
struct Readable {
    written: String,
    /// How much of it lasts: up to the last character that a reader sees or would miss.
    end: usize,
    /// The last character that is seen; NUL where nothing or white space is before.
    before: char,
    /// True after a space that was written for another character: it takes the place of all the
    /// white space there.
    is_spaced: bool,
    /// The character for which the text is refused if anything follows that can be seen.
    refused: Option<char>,
}

impl Readable {
    /// Adds a character that lasts, also at the end.
    fn show(&mut self, character: char) {
        self.written.push(character);
        self.end = self.written.len();
    }

    fn seen(&mut self, character: char) -> Result<(), TextError> {
        refuse_unwritable(character)?;
        if let Some(refused) = self.refused {
            return Err(TextError::ControlCharacter(refused));
        }
        self.show(character);
        self.is_spaced = false;
        // An accent may become one with its letter, so that it can't decide about what follows.
        if self.before == '\0' || !matches!(character, '\u{300}'..='\u{36f}') {
            self.before = character;
        }
        Ok(())
    }

    fn unseen(&mut self, class: Class, character: char, is_rtl: bool) {
        match invisible::answer(class, self.before, is_rtl) {
            Answer::TakenOff => {}
            Answer::Space => self.space(),
            _ if self.end == 0 => {}
            Answer::Refused => self.refused = Some(character),
            Answer::Kept if matches!(class, Class::Mark | Class::Joins | Class::Breaks) => {
                self.written.push(character);
            }
            Answer::Kept => self.show(character),
        }
    }

    /// Adds a space for another character, unless white space is there.
    fn space(&mut self) {
        if self.before != '\0' {
            self.white(' ');
        }
        self.is_spaced = true;
    }

    fn white(&mut self, character: char) {
        if self.end > 0 && !self.is_spaced {
            self.written.push(character);
        }
        self.before = '\0';
    }
}

/// The part of the text that keeps the marks which begin and end parts with a direction of their
/// own: an empty one where the marks change nothing, since they are around the whole or all letters
/// are read from left to right, with their other or without. An error names a mark that may show
/// the text in another order.
fn kept_turns(typed: &str, is_rtl: bool) -> Result<&str, TextError> {
    let mut part = invisible::trim(typed, false);
    if turns(part).is_err() {
        // The text begins or ends with such a part: its mark was trimmed.
        part = invisible::trim(typed, true);
        while turns(part) == Ok(true) {
            let mut inner = part.chars();
            inner.next();
            inner.next_back();
            part = invisible::trim(inner.as_str(), true);
        }
    }
    let paired = turns(part);
    if is_rtl {
        return paired.map(|_| part).map_err(TextError::ControlCharacter);
    }
    let first = if paired.is_ok() { RTL_OVERRIDE } else { LTR_OVERRIDE };
    match part.chars().find(|mark| (first..=RTL_OVERRIDE).contains(mark)) {
        Some(mark) => Err(TextError::ControlCharacter(mark)),
        None => Ok(""),
    }
}

/// The mark that shows letters from left to right, also those that are read from right to left.
const LTR_OVERRIDE: char = '\u{202d}';

/// The mark that shows letters from right to left, also those that are read from left to right.
const RTL_OVERRIDE: char = '\u{202e}';

/// True for a mark that begins or ends a part with a direction of its own.
fn is_turn(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether the marks that begin parts with a direction of their own have their ends: true where one
/// such part is the whole text. The error is a mark without its other.
fn turns(text: &str) -> Result<bool, char> {
    // The parts that are open, one bit each above a first one: 1 for an isolate.
    let mut open = 1_u64;
    let mut last = '\0';
    let mut is_whole = !text.is_empty();
    for (place, character) in text.char_indices() {
        is_whole &= open > 1 || place == 0;
        let is_isolate = u64::from(character >= '\u{2066}');
        match character {
            '\u{202c}' | '\u{2069}' => {
                if open == 1 || open & 1 != is_isolate {
                    return Err(character);
                }
                open >>= 1;
            }
            _ if !is_turn(character) => is_whole &= place > 0,
            _ if open.leading_zeros() == 0 => return Err(character),
            _ => {
                open = open << 1 | is_isolate;
                last = character;
            }
        }
    }
    if open == 1 { Ok(is_whole) } else { Err(last) }
}

/// No code point decomposes into more than 18 (U+FDFA, the longest of Unicode).
const LONGEST_DECOMPOSITION: u32 = 18;

/// True for a text that Normalization Form C does not change, as far as that is seen from its
/// blocks. It saves the call to the platform, which costs more than all other rules.
fn is_composed(text: &str) -> bool {
    text.chars().all(|character| character <= '\u{2ff}' || is_settled(character))
}

/// True for characters of the blocks that hold most names: composed, and none that [`readable`] has
/// to look at.
fn is_settled(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' // Latin
        | '\u{388}'..='\u{482}' // Greek, Cyrillic
        | '\u{5d0}'..='\u{5ea}' // Hebrew
        | '\u{620}'..='\u{64a}' // Arabic
        | '\u{1e00}'..='\u{1eff}' // Latin, as in Vietnamese
        | '\u{2010}'..='\u{2027}' // dashes, quotes
        | '\u{3041}'..='\u{3096}' // Hiragana
        | '\u{30a1}'..='\u{30fc}' // Katakana
        | '\u{4e00}'..='\u{9fff}' // Han
        | '\u{ac00}'..='\u{d7a3}' // Hangul
    )
}

/// The text in Normalization Form C, but for the ideographs that Unicode calls compatible with
/// others: a name is written with the one that it has in a register, and the Form would replace it.
/// They do not combine with other characters, so that what is between them can be composed alone.
fn composed(text: &str, platform: &impl Platform) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let ideograph = rest.char_indices().find(|(_, character)| is_compatible(*character));
        let (part, _) = rest
            .split_at_checked(ideograph.map_or(rest.len(), |(place, _)| place))
            .unwrap_or((rest, ""));
        if is_composed(part) {
            out.push_str(part);
        } else {
            out.push_str(&platform.nfc(part));
        }
        let Some((_, ideograph)) = ideograph else { return out };
        out.push(ideograph);
        rest = rest.get(part.len() + ideograph.len_utf8()..).unwrap_or_default();
    }
}

fn is_compatible(character: char) -> bool {
    matches!(character, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

/// The rest of the text, from its first character that is not printable ASCII.
fn after_ascii(text: &str) -> &str {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let mut rest = text.as_bytes();
    // Eight bytes at a time: the sums set the upper bit of each byte that is not printable ASCII.
    while let Some((eight, more)) = rest.split_first_chunk()
        && let eight = u64::from_ne_bytes(*eight)
        && let others = eight | eight.wrapping_add(each(1)) | eight.wrapping_sub(each(b' '))
        && others & each(0x80) == 0
    {
        rest = more;
    }
    while let [b' '..=b'~', more @ ..] = rest {
        rest = more;
    }
    text.get(text.len() - rest.len()..).unwrap_or_default()
}

/// True for a text of more than `max` code points.
fn is_longer(text: &str, max: u32) -> bool {
    if text.len() <= max as usize {
        return false;
    }
    // A code point has one byte that does not continue another: count those.
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count() > max as usize
}

fn trim(typed: &str) -> &str {
    match typed.as_bytes() {
        // The ends of most texts are printable ASCII, so that nothing has to be decoded.
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => typed,
        _ => typed.trim(),
    }
}

/// Refuses controls and U+FFFD.
fn refuse_unwritable(character: char) -> Result<(), TextError> {
    match character {
        char::REPLACEMENT_CHARACTER => Err(TextError::Damaged),
        _ if character.is_control() => Err(TextError::ControlCharacter(character)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;

    #[test]
    fn text_check_ok_for_names_of_the_world() {
        for name in [
            "Ng",
            "O’Brien-Łukasz",
            "Zoë",
            "María José de la Cruz y Núñez",
            "Иванов",
            "王",
            "佐藤 三郎",
            "محمد بن سلمان",
            "नेहा",
            "Þórdís",
            "X Æ A-12",
            "می\u{200c}خواهم",
            "𝒜lice",
        ] {
            assert_eq!(normalise(name, Lines::One, 100, &Native).as_deref(), Ok(name));
        }
    }

    /// What is sent of one line, which is sent as it is the next time.
    fn line(typed: &str) -> Result<String, TextError> {
        let once = normalise(typed, Lines::One, 100, &Native)?.into_owned();
        let again = normalise(&once, Lines::One, 100, &Native);
        assert_eq!(again.as_deref(), Ok(&*once), "{typed:?}, again");
        Ok(once)
    }

    #[test]
    fn text_is_trimmed_and_composed() {
        for (typed, sent) in [
            ("  Ann \t", "Ann"),
            ("\u{feff}\u{200b}Ann\u{a0}\u{3000}", "Ann"),
            ("Zoe\u{308}", "Zoë"),
            (" \n ", ""),
        ] {
            assert_eq!(line(typed).as_deref(), Ok(sent));
        }
    }

    #[test]
    fn text_keeps_what_a_script_or_a_picture_needs() {
        for name in [
            "می\u{200c}خواهم",
            "ه\u{200d}",
            "क\u{94d}\u{200d}ष",
            "ක\u{dca}\u{200d}ර",
            "ភាសា\u{200b}ខ្មែរ",
            "ᠮᠣᠩᠭᠣᠯ\u{180e}ᠠ",
            "ᠠ\u{180b}",
            "\u{1112}\u{1160}",
            "葛\u{e0100}飾",
            "辻\u{e0101}",
            "Ann ❤\u{fe0f}",
            "👩\u{200d}🍳",
            "👩\u{200d}⚕\u{fe0f} Café",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "佐藤\u{3000}三郎",
            "Anne\u{a0}Marie  Lee",
            "מלון\u{200f}! (Ltd)",
            "\u{600}١٢",
        ] {
            assert_eq!(line(name).as_deref(), Ok(name), "{name:?}");
        }
    }

    #[test]
    fn text_goes_without_what_does_nothing() {
        for (typed, sent) in [
            ("\u{200f}שלום\u{200f}", "שלום"),
            ("\u{200e}Ann\u{200e} \u{61c}Lee\u{feff}", "Ann Lee"),
            ("An\u{200b}n\u{200d}-\u{200c}Ma\u{ad}rie\u{2060}", "Ann-Marie"),
            ("Zoe\u{200b}\u{308}\u{200c}s", "Zoës"),
            ("佐藤\u{200b}三郎\u{200d}", "佐藤三郎"),
            ("Ann\u{fe0f}", "Ann"),
            ("Ann\u{e0041}\u{e0042}", "Ann"),
            ("می\u{200c}", "می"),
            ("\u{200c}می \u{200c}خ", "می خ"),
            ("Ann \u{feff} ", "Ann"),
            ("\u{fff9}Ann\u{fffa}", "Ann"),
            ("Ann \u{fffc}Lee", "Ann Lee"),
        ] {
            assert_eq!(line(typed).as_deref(), Ok(sent), "{typed:?}");
        }
    }

    #[test]
    fn text_has_one_space_for_what_separates_otherwise() {
        for (typed, sent) in [
            ("Ann\tLee", "Ann Lee"),
            ("Ann\u{2028}Lee\u{2029}", "Ann Lee"),
            ("Ann\r\n \t Lee", "Ann Lee"),
            ("Ann  \u{b}Lee", "Ann  Lee"),
            ("Ann\u{3164}Lee\u{2800}", "Ann Lee"),
            ("\u{3164}\tAnn\t\u{200b}\tLee", "Ann Lee"),
            ("佐藤\u{3000}\t三郎", "佐藤\u{3000}三郎"),
        ] {
            assert_eq!(line(typed).as_deref(), Ok(sent), "{typed:?}");
        }
        for (typed, sent) in [
            ("\ta\r\n\tb\u{2028}c ", "a\r\n\tb\u{2028}c"),
            ("a\u{b}b\u{c}c\u{85}d", "a b c d"),
            ("a\n\u{2800}b", "a\nb"),
        ] {
            let notes = normalise(typed, Lines::Many, 100, &Native);
            assert_eq!(notes.as_deref(), Ok(sent), "{typed:?}");
        }
    }

    #[test]
    fn text_of_what_cannot_be_seen_is_none() {
        for run in &invisible::RUNS {
            for character in (run.first..=run.last).filter_map(char::from_u32) {
                for typed in [format!("{character}"), format!(" {character}{character}\t")] {
                    assert_eq!(line(&typed).as_deref(), Ok(""), "{typed:?}");
                }
            }
        }
        assert_eq!(line("\u{115f}\u{1160}\u{200d}\u{fe0f}\u{202e}").as_deref(), Ok(""));
    }

    #[test]
    fn text_keeps_parts_with_a_direction_of_their_own_where_they_matter() {
        for (typed, sent) in [
            // Around the whole.
            ("\u{2068}Ann Lee\u{2069}", Ok("Ann Lee")),
            ("\u{202a}Ann\u{202c} ", Ok("Ann")),
            ("\u{202e}Ann", Ok("Ann")),
            ("Ann\u{2069}\u{202c}", Ok("Ann")),
            ("\u{2067}\u{202b}שלום\u{202c}\u{2069}", Ok("שלום")),
            ("\u{200f}\u{2067} \u{2066}שלום\u{2069} Ltd \u{2069}", Ok("\u{2066}שלום\u{2069} Ltd")),
            // All is read from left to right, as each of an address book's names.
            ("\u{2068}Ann\u{2069} \u{2068}Lee\u{2069}", Ok("Ann Lee")),
            ("\u{202b}Ann\u{202c} \u{202b}Lee\u{202c}", Ok("Ann Lee")),
            // Among letters that are read from right to left.
            ("שלום \u{2066}(Ltd)\u{2069} בע״מ", Ok("שלום \u{2066}(Ltd)\u{2069} בע״מ")),
            ("\u{2068}شركة\u{2069} Ltd", Ok("\u{2068}شركة\u{2069} Ltd")),
            (
                "\u{202b}شركة\u{202c} \u{202a}Ltd\u{202c}",
                Ok("\u{202b}شركة\u{202c} \u{202a}Ltd\u{202c}"),
            ),
            ("\u{2069}שלום \u{2066}a\u{2069} b\u{2068}", Ok("שלום \u{2066}a\u{2069} b")),
            ("❤\u{fe0f}\u{2066}א\u{2069}❤\u{fe0f}", Ok("❤\u{fe0f}\u{2066}א\u{2069}❤\u{fe0f}")),
            // Without its other, where all is read from left to right.
            ("Ann\u{2069} Lee", Ok("Ann Lee")),
            ("Ann \u{2068}Lee", Ok("Ann Lee")),
            ("a\u{2066}b\u{202c}c", Ok("abc")),
            ("\u{2068}Ann\u{2069} Lee\u{202b}, (2)\u{2069}", Ok("Ann Lee, (2)")),
            ("a \u{202d}b\u{202c} c", Ok("a b c")),
            ("a \u{202d}b c", Err('\u{202d}')),
            ("a\u{2069} \u{202e}b\u{202c} c", Err('\u{202e}')),
            // Without its other, or with another's.
            ("שלום\u{2069} a", Err('\u{2069}')),
            ("a\u{202c} שלום", Err('\u{202c}')),
            ("שלום \u{2067}a", Err('\u{2067}')),
            ("שלום \u{2067}a\u{202c} b", Err('\u{202c}')),
            ("ש\u{202b}\u{2067}a\u{202c}\u{2069}b", Err('\u{202c}')),
            // Shows another name.
            ("Ann \u{202e}eeL\u{202c}.", Err('\u{202e}')),
        ] {
            let sent = sent.map(str::to_owned).map_err(TextError::ControlCharacter);
            assert_eq!(line(typed), sent, "{typed:?}");
        }
    }

    #[test]
    fn text_counts_no_deeper_parts_than_anybody_nests() {
        let nested = |depth| {
            let text = "\u{2067}".repeat(depth) + "א" + &"\u{2069}".repeat(depth) + "b";
            normalise(&text, Lines::One, 999, &Native).map(|sent| *sent == *text)
        };
        assert_eq!(nested(63), Ok(true));
        assert_eq!(nested(64), Err(TextError::ControlCharacter('\u{2067}')));
        assert!(nested(100_000).is_err());
    }

    #[test]
    fn text_keeps_ideographs_that_have_compatible_ones() {
        for (typed, sent) in [
            ("渚\u{fa46}", "渚\u{fa46}"),
            ("\u{fa19}\u{2f800}子", "\u{fa19}\u{2f800}子"),
            ("\u{fa19}e\u{301}\u{fa46}か\u{3099}", "\u{fa19}é\u{fa46}が"),
            ("\u{fa19}\u{301}\u{323}", "\u{fa19}\u{323}\u{301}"),
            ("\u{212b}", "Å"),
        ] {
            assert_eq!(line(typed).as_deref(), Ok(sent), "{typed:?}");
        }
        // Only these are as typed: every other character is as the Form has it.
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            let mut text = ['\0'; 3].map(|_| character).iter().collect::<String>();
            text.insert(0, 'e');
            let expected = if is_compatible(character) { text.clone() } else { Native.nfc(&text) };
            assert_eq!(composed(&text, &Native), expected, "{character:?}");
        }
    }

    #[test]
    fn text_check_fail() {
        for (typed, lines, expected) in [
            ("a\0b", Lines::Many, TextError::ControlCharacter('\0')),
            ("a\u{7f}", Lines::One, TextError::ControlCharacter('\u{7f}')),
            ("a\u{90}b", Lines::Many, TextError::ControlCharacter('\u{90}')),
            ("a\u{202e}b", Lines::One, TextError::ControlCharacter('\u{202e}')),
            ("א\u{2066}b", Lines::Many, TextError::ControlCharacter('\u{2066}')),
            ("東\u{fff9}と\u{fffb}", Lines::Many, TextError::ControlCharacter('\u{fff9}')),
            ("a\u{fffd}b", Lines::One, TextError::Damaged),
        ] {
            assert_eq!(normalise(typed, lines, 100, &Native), Err(expected), "{typed:?}");
        }
        assert!(normalise("a\r\nb\tc", Lines::Many, 100, &Native).is_ok());
    }

    #[test]
    fn text_length_is_counted_in_code_points_after_composition() {
        for (typed, max, fits) in [
            ("👩‍🍳".to_owned(), 3, true),
            ("👩‍🍳".to_owned(), 2, false),
            ("e\u{301}".repeat(4), 4, true),
            ("a".repeat(101), 100, false),
            (" ".repeat(1_000_000) + "a", 1, true),
            ("\u{301}".repeat(1_000_000), 100, false),
        ] {
            let result = normalise(&typed, Lines::One, max, &Native);
            assert_eq!(result.is_ok(), fits, "{max}");
        }
    }

    #[test]
    fn text_taken_for_composed_is_composed() {
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            // As the first and after others: a mark may reach back, and Hangul's last letters do.
            for before in ["", "e", "\u{ac00}", "\u{3b1}"] {
                let text = before.to_owned() + character.encode_utf8(&mut [0; 4]);
                assert!(!is_composed(&text) || Native.nfc(&text) == text, "{character:?}");
            }
        }
        assert!(is_composed("Łukasz Зоя 佐藤 محمد Nguyễn O’Brien") && !is_composed("Zoe\u{308}"));
    }

    #[test]
    fn text_characters_that_are_usual_are_not_special() {
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            for lines in [Lines::One, Lines::Many] {
                let is_left = !is_usual(character, lines) || !is_special(character, lines);
                assert!(is_left, "{character:?} {lines:?}");
            }
        }
    }

    #[test]
    fn text_of_hangul_letters_is_normalised_once() {
        for (typed, once) in [
            ("\u{1112}\u{1161}\u{1160}\u{11ab}", "\u{d55c}"),
            ("\u{d558}\u{1160}\u{ae40}", "\u{d558}\u{ae40}"),
            ("\u{1112}\u{1161}\u{200b}\u{ae40}", "\u{d558}\u{ae40}"),
            ("\u{1112}\u{1160}\u{11ab}", "\u{1112}\u{1160}\u{11ab}"),
        ] {
            assert_eq!(normalise(typed, Lines::One, 9, &Native).as_deref(), Ok(once));
            assert_eq!(normalise(once, Lines::One, 9, &Native).as_deref(), Ok(once));
        }
    }

    #[test]
    fn text_verbatim_is_kept_to_the_byte() {
        for wording in [
            " Stay in touch with <strong>Cafe\u{301}</strong> by:\r\n ",
            "\u{feff}\u{fa19}\u{ad}\u{200b}a\u{2028}\u{2067}\u{3164}\u{2069}",
        ] {
            assert_eq!(verbatim(wording, 4000), Ok(wording));
            assert_eq!(verbatim(wording, 3), Err(TextError::TooLong));
        }
        for (wording, character) in [("a\0b", '\0'), ("a\u{b}", '\u{b}'), ("\u{2067}a", '\u{2067}')]
        {
            assert_eq!(verbatim(wording, 4000), Err(TextError::ControlCharacter(character)));
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::platform::Native;

    /// Characters by which a text is another one after it was normalised, and all others.
    fn text() -> impl Strategy<Value = String> {
        let unseen = || {
            let runs = invisible::RUNS.iter().flat_map(|run| [run.first, run.last]);
            runs.filter_map(char::from_u32).chain(" \t\n\u{85}\u{a0}\u{2028}\u{3000}".chars())
        };
        let turns =
            "\u{202a}\u{202b}\u{202c}\u{202d}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}";
        let seen = "eAa1#=王藤אمکख\u{94d}ᠠ❤👩🏴하\u{1112}\u{1161}\u{11ab}\u{11c3}\u{fa19}\u{212a}\u{2126}\u{301}\u{323}\u{308}\u{338}\u{5b0}\u{3099}か";
        let pick = |all: String| select(all.chars().collect::<Vec<_>>());
        let character = prop_oneof![
            3 => select(unseen().collect::<Vec<_>>()),
            3 => pick(turns.to_owned()),
            5 => pick(seen.to_owned()),
            1 => any::<char>(),
        ];
        vec(character, 0..12).prop_map(String::from_iter)
    }

    /// Characters of names and notes, of which most are usual.
    fn usual() -> impl Strategy<Value = String> {
        let seen = "eAz 1~\u{a0}\u{a1}\u{ad}éŁ\u{2ff}\u{300}\u{301}Ωж\u{5d0}م\u{64b}ễ’\u{2028}かガ佐\u{fa19}하\u{11ab}\n\r\t";
        vec(select(seen.chars().collect::<Vec<_>>()), 0..6).prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn text_that_is_usual_is_what_the_long_way_makes_of_it(typed in usual()) {
            for lines in [Lines::One, Lines::Many] {
                let long = readable(typed.trim(), lines).map(|text| composed(&text, &Native));
                let sent = normalise(&typed, lines, 1000, &Native);
                prop_assert_eq!(sent.map(Cow::into_owned), long);
            }
        }

        #[test]
        fn text_is_normalised_once(typed in text()) {
            for lines in [Lines::One, Lines::Many] {
                let Ok(once) = normalise(&typed, lines, 1000, &Native) else { continue };
                let again = normalise(&once, lines, 1000, &Native);
                prop_assert_eq!(again.as_deref(), Ok(&*once));
                prop_assert!(once.is_empty() || !invisible::is_blank(&once));
            }
        }
    }
}

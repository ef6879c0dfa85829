//! Characters that can't be seen, and what becomes of each in a text, for every rule that reads
//! what a guest typed or pasted. A unit test holds the table against Unicode's own data, and
//! `docs/fields.md` shows it with the answers that the rules give.

/// Characters next to each other that show nothing and of which the same becomes.
pub(crate) struct Run {
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) class: Class,
    /// What they are, for the documentation.
    #[cfg(not(target_arch = "wasm32"))]
    #[allow(dead_code, reason = "read where the documentation is made")]
    pub(crate) about: &'static str,
}

/// What an unseen character does to the text around it, by which the text keeps it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Nothing that a reader misses: it is taken off.
    Idle,
    /// A blank with a width, which a reader sees as a space.
    Blank,
    /// Joins or parts the letters of some scripts, also at the end of a text.
    Shapes,
    /// The same, but only between two characters.
    Joins,
    /// Says where a line may break, in scripts that write no space between words.
    Breaks,
    /// Stands for a letter that a Hangul syllable lacks.
    Fills,
    /// Chooses another picture or shape of the character before it.
    Selects,
    /// Spells the region of a flag.
    Tags,
    /// A mark of direction.
    Mark,
    /// Begins or ends a part with a direction of its own.
    Turns,
    /// Parts a text from a reading above it. Without it, both would become one text.
    Annotates,
}

#[cfg_attr(target_arch = "wasm32", expect(unused_variables, reason = "for the documentation"))]
const fn run(first: u32, last: u32, class: Class, about: &'static str) -> Run {
    Run {
        first,
        last,
        class,
        #[cfg(not(target_arch = "wasm32"))]
        about,
    }
}

/// Every character that shows nothing and is no white space, in order: those that Unicode says may
/// be ignored, its other formats that have no shape, and blank letters.
pub(crate) static RUNS: [Run; 32] = [
    run(0xAD, 0xAD, Class::Idle, "soft hyphen"),
    run(0x34F, 0x34F, Class::Joins, "combining grapheme joiner"),
    run(0x61C, 0x61C, Class::Mark, "Arabic letter mark"),
    run(0x115F, 0x1160, Class::Fills, "Hangul fillers of a syllable"),
    run(0x17B4, 0x17B5, Class::Joins, "Khmer vowels that are not written"),
    run(0x180B, 0x180F, Class::Shapes, "Mongolian selectors and vowel separator"),
    run(0x200B, 0x200B, Class::Breaks, "zero width space"),
    run(0x200C, 0x200C, Class::Joins, "zero width non-joiner"),
    run(0x200D, 0x200D, Class::Shapes, "zero width joiner"),
    run(0x200E, 0x200F, Class::Mark, "left-to-right and right-to-left mark"),
    run(0x202A, 0x202E, Class::Turns, "bidi embeddings, overrides and their end"),
    run(0x2060, 0x2065, Class::Idle, "word joiner, invisible operators of formulas"),
    run(0x2066, 0x2069, Class::Turns, "bidi isolates and their end"),
    run(0x206A, 0x206F, Class::Idle, "deprecated formats"),
    run(0x2800, 0x2800, Class::Blank, "blank Braille pattern"),
    run(0x3164, 0x3164, Class::Blank, "Hangul filler"),
    run(0xFE00, 0xFE0F, Class::Selects, "variation selectors 1 to 16"),
    run(0xFEFF, 0xFEFF, Class::Idle, "byte order mark"),
    run(0xFFA0, 0xFFA0, Class::Blank, "halfwidth Hangul filler"),
    run(0xFFF0, 0xFFF8, Class::Idle, "reserved formats"),
    run(0xFFF9, 0xFFFB, Class::Annotates, "interlinear annotation"),
    run(0xFFFC, 0xFFFC, Class::Idle, "stand-in for a picture that was not pasted"),
    run(0x13430, 0x13442, Class::Shapes, "Egyptian formats and blanks"),
    run(0x16FE4, 0x16FE4, Class::Shapes, "Khitan filler"),
    run(0x1BCA0, 0x1BCA3, Class::Joins, "shorthand formats"),
    run(0x1D159, 0x1D159, Class::Shapes, "musical symbol null notehead"),
    run(0x1D173, 0x1D17A, Class::Joins, "musical formats"),
    run(0xE0000, 0xE001F, Class::Idle, "language tag, reserved formats"),
    run(0xE0020, 0xE007F, Class::Tags, "tags"),
    run(0xE0080, 0xE00FF, Class::Idle, "reserved formats"),
    run(0xE0100, 0xE01EF, Class::Selects, "variation selectors 17 to 256"),
    run(0xE01F0, 0xE0FFF, Class::Idle, "reserved formats"),
];

/// What a rule does with an unseen character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The text keeps it: a script or a picture needs it here.
    Kept,
    /// The text goes without it.
    TakenOff,
    /// A space stands for it.
    Space,
    /// The text is refused, and the issue names the character.
    Refused,
}

/// What becomes of an unseen character after the character `before`, the last one that is seen, or
/// NUL where nothing or a space is before. `is_rtl` says whether the text has letters that are read
/// from right to left. Of [`Class::Turns`], this is what becomes of them in pairs.
pub(crate) fn answer(class: Class, before: char, is_rtl: bool) -> Answer {
    let is_needed = match class {
        Class::Blank => return Answer::Space,
        Class::Annotates => return Answer::Refused,
        Class::Idle => false,
        Class::Mark | Class::Turns => is_rtl,
        // Scripts of the Near East and of India, pictures, and the scripts beyond the first plane.
        Class::Shapes | Class::Joins => matches!(before,
            '\u{590}'..='\u{109f}'
            | '\u{1700}'..='\u{1cff}'
            | '\u{2190}'..='\u{2bff}'
            | '\u{a800}'..='\u{ab2f}'
            | '\u{fb50}'..='\u{fefc}'
            | '\u{10800}'..='\u{1ffff}'),
        // From Thai to Balinese, without Hangul.
        Class::Breaks => matches!(before, '\u{e00}'..='\u{10ff}' | '\u{1200}'..='\u{1b7f}'),
        // Hangul's first consonants and its old letters. Composition makes one syllable of any other
        // letter and those before it, so that those may not decide: see `normalise`.
        Class::Fills => matches!(before,
            '\u{1100}'..='\u{115f}' | '\u{1176}'..='\u{11a7}' | '\u{11c3}'..='\u{11ff}'),
        // Signs that are drawn as pictures, and all letters but Latin, Greek and Cyrillic ones.
        Class::Selects => matches!(before,
            '#' | '*' | '0'..='9' | '©' | '®' | '‼' | '⁉' | '™' | 'ℹ'
            | '\u{590}'..='\u{1dff}'
            | '\u{2190}'..),
        Class::Tags => before == '🏴',
    };
    if is_needed { Answer::Kept } else { Answer::TakenOff }
}

/// True for a letter that is read from right to left.
pub(crate) fn is_rtl(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{61b}'
        | '\u{61d}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// True for a character that shows nothing and is no white space.
pub fn is_invisible(character: char) -> bool {
    class_of(character).is_some()
}

/// True for a text in which nothing can be seen.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || is_invisible(character))
}

/// The text from its first character that is seen to its last one. With `sees_turns`, the marks that
/// turn the direction count as seen.
pub(crate) fn trim(text: &str, sees_turns: bool) -> &str {
    let is_outer = |end: Option<char>| {
        end.is_some_and(|end| match class_of(end) {
            Some(class) => !sees_turns || class != Class::Turns,
            None => end.is_whitespace(),
        })
    };
    let mut inner = text.chars();
    while is_outer(inner.clone().next()) {
        inner.next();
    }
    while is_outer(inner.clone().next_back()) {
        inner.next_back();
    }
    inner.as_str()
}

/// What the character does, if it shows nothing; `None` for white space and all that can be seen.
pub(crate) fn class_of(character: char) -> Option<Class> {
    let character = u32::from(character);
    for run in &RUNS {
        if character <= run.last {
            return (character >= run.first).then_some(run.class);
        }
    }
    None
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use icu_properties::props::{
        DefaultIgnorableCodePoint, GeneralCategory, PrependedConcatenationMark,
    };
    use icu_properties::{CodePointMapData, CodePointSetData};

    use super::*;

    /// Characters that show nothing although no property of Unicode's says so: a Braille pattern
    /// without dots, the stand-in for a picture, blanks and a mirror of hieroglyphs, fillers.
    const WITHOUT_A_PROPERTY: [char; 7] =
        ['\u{2800}', '\u{fffc}', '\u{13440}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u{1d159}'];

    #[test]
    fn invisible_characters_are_those_of_unicode() {
        let category = CodePointMapData::<GeneralCategory>::new();
        let may_be_ignored = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        // The formats with a shape, such as the sign of an Arabic year.
        let is_shown = CodePointSetData::new::<PrependedConcatenationMark>();
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            let is_format = category.get(character) == GeneralCategory::Format;
            let expected = may_be_ignored.contains(character)
                || is_format && !is_shown.contains(character)
                || WITHOUT_A_PROPERTY.contains(&character);
            assert_eq!(is_invisible(character), expected, "{character:?}");
        }
    }

    #[test]
    fn invisible_runs_are_in_order() {
        assert!(RUNS.iter().all(|run| run.first <= run.last));
        assert!(RUNS.is_sorted_by(|one, next| one.last < next.first));
    }

    #[test]
    fn invisible_text_is_blank() {
        for text in ["", " \t\n\u{3000}", "\u{3164}\u{200d} \u{feff}", "\u{115f}\u{1160}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["Lee", "\u{200b}.", "\0", "\u{600}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}

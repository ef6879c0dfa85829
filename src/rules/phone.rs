//! Phone numbers by digits and length: enough to refuse what is no number anywhere.

/// Longest national number with its calling code (ITU-T E.164 §6.2.1).
const MAX_DIGITS: usize = 15;
/// The shortest national numbers in use have four digits.
const MIN_NATIONAL: usize = 4;
/// Characters of the input that are looked at; no way of writing a number is longer.
const MAX_TYPED: usize = 250;

/// Every calling code in use (ITU-T E.164 assigned codes). No code is the start of another.
const CALLING_CODES: &[u16] = &[
    1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54,
    55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98, 211,
    212, 213, 216, 218, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234,
    235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253,
    254, 255, 256, 257, 258, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 290, 291, 297, 298,
    299, 350, 351, 352, 353, 354, 355, 356, 357, 358, 359, 370, 371, 372, 373, 374, 375, 376, 377,
    378, 380, 381, 382, 383, 385, 386, 387, 389, 420, 421, 423, 500, 501, 502, 503, 504, 505, 506,
    507, 508, 509, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599, 670, 672, 673, 674, 675, 676,
    677, 678, 679, 680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 800, 808, 850, 852,
    853, 855, 856, 870, 878, 880, 881, 882, 883, 886, 888, 960, 961, 962, 963, 964, 965, 966, 967,
    968, 970, 971, 972, 973, 974, 975, 976, 977, 979, 992, 993, 994, 995, 996, 998,
];
/// Codes whose national numbers keep a leading zero.
const KEEPS_ZERO: &[u16] = &[39, 225, 241, 242, 378];

/// What is known of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No number looks like this.
    Impossible,
    /// A number may look like this.
    Possible,
    /// The number is in a range in use.
    Valid,
}

/// A number as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// What is known of it.
    pub verdict: Verdict,
    /// The calling code: the typed one where the number carries its own, 0 when none is known.
    pub calling_code: u16,
    /// The national significant number, digits only.
    pub national: String,
}

impl Phone {
    /// `+`, calling code, national number; empty for an impossible number.
    pub fn e164(&self) -> String {
        if self.verdict == Verdict::Impossible {
            return String::new();
        }
        let mut text = String::from("+");
        text.push_str(&crate::json::integer_text(i64::from(self.calling_code)));
        text.push_str(&self.national);
        text
    }
}

/// Reads a calling code as people write it: `44`, `+44`, `0044`.
pub fn calling_code(text: &str) -> Option<u16> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).unwrap_or(text);
    if digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|code| CALLING_CODES.contains(code))
}

/// True when a number carries its own calling code: `+44 …`, `0044 …`.
pub fn carries_code(typed: &str) -> bool {
    let typed = typed.trim_start();
    typed.starts_with('+') || typed.starts_with("00")
}

/// Understands a number as typed: with spaces, brackets, dots and dashes, a trunk prefix, or whole with its `+`.
pub fn inspect(chosen: Option<u16>, typed: &str) -> Phone {
    let impossible = |calling_code: u16| Phone {
        verdict: Verdict::Impossible,
        calling_code,
        national: String::new(),
    };
    let chosen_or_none = chosen.unwrap_or(0);
    let Some((digits, international)) = digits(typed) else { return impossible(chosen_or_none) };
    let (code, national) = if international {
        match split_code(&digits) {
            Some(parts) => parts,
            None => return impossible(chosen_or_none),
        }
    } else {
        match chosen {
            Some(code) => (code, digits.as_str()),
            None => return impossible(0),
        }
    };
    let national = if KEEPS_ZERO.contains(&code) {
        national
    } else {
        national.strip_prefix('0').unwrap_or(national)
    };
    let code_length = 1 + usize::from(code > 9) + usize::from(code > 99);
    if national.len() < MIN_NATIONAL || national.len() + code_length > MAX_DIGITS {
        return impossible(code);
    }
    Phone { verdict: Verdict::Possible, calling_code: code, national: national.to_owned() }
}

/// The digits, and whether they start with a calling code.
fn digits(typed: &str) -> Option<(String, bool)> {
    let typed = typed.trim();
    let (typed, plus) = match typed.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (typed, false),
    };
    let mut digits = String::new();
    for character in typed.chars().take(MAX_TYPED) {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2013}' => {}
            _ => return None,
        }
    }
    match digits.strip_prefix("00") {
        Some(rest) if !plus => Some((rest.to_owned(), true)),
        _ => Some((digits, plus)),
    }
}

/// Splits a whole number; no code starts with 0.
fn split_code(digits: &str) -> Option<(u16, &str)> {
    if digits.starts_with('0') {
        return None;
    }
    (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        Some((code.parse().ok().filter(|code| CALLING_CODES.contains(code))?, national))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_typed() {
        for (code, typed, expected) in [
            (Some(44), "07700 900123", "+447700900123"),
            (Some(44), "7700 900123", "+447700900123"),
            (None, "+44 (0)7700 900-123", "+447700900123"),
            (Some(33), "0044 7700 900123", "+447700900123"),
            (Some(39), "06 1234 5678", "+390612345678"),
            (Some(1), "(201) 555-0123", "+12015550123"),
            (Some(44), "12", ""),
            (Some(44), "07700 900123 4567890", ""),
            (Some(44), "call me", ""),
            (None, "07700 900123", ""),
            (None, "+0 123456", ""),
        ] {
            assert_eq!(inspect(code, typed).e164(), expected, "{typed}");
        }
    }

    #[test]
    fn calling_codes_as_typed() {
        for (text, expected) in [
            ("44", Some(44)),
            ("+44", Some(44)),
            ("0044", Some(44)),
            (" 357 ", Some(357)),
            ("", None),
            ("0", None),
            ("999", None),
            ("4 4", None),
        ] {
            assert_eq!(calling_code(text), expected, "{text}");
        }
    }
}

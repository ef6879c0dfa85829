//! Searching text for ASCII characters, for every module that reads a grammar. The methods of `str`
//! would do the same, but their generic searchers take 2 kB brotli in the browser build.

/// White space, as the HTML and URL standards and `str::trim_ascii` have it.
pub(crate) const SPACE: &[u8] = b" \t\n\x0c\r";

/// True if `byte` is one of `bytes`.
#[expect(
    clippy::manual_contains,
    reason = "`contains` would add a search by machine words to the browser build"
)]
pub(crate) fn is_in(byte: u8, bytes: &[u8]) -> bool {
    bytes.iter().any(|known| *known == byte)
}

/// True for a character in one of the runs, of which each names its first and its last character.
pub(crate) fn is_in_runs(character: char, runs: &[[u16; 2]]) -> bool {
    let character = u32::from(character);
    runs.iter().any(|&[first, last]| character >= first.into() && character <= last.into())
}

/// The text before the first of `bytes`, and the text from there on.
pub(crate) fn until<'a>(text: &'a str, bytes: &[u8]) -> (&'a str, &'a str) {
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest
        && !is_in(*first, bytes)
    {
        rest = more;
    }
    text.split_at_checked(text.len() - rest.len()).unwrap_or((text, ""))
}

/// The text without the leading characters that are among `bytes`.
pub(crate) fn skip<'a>(text: &'a str, bytes: &[u8]) -> &'a str {
    let start = text.bytes().position(|byte| !is_in(byte, bytes)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

/// The text before and after the first `byte`. Returns `None` if the text does not hold it.
pub(crate) fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let (before, rest) = before(text, byte);
    Some((before, rest.get(1..)?))
}

/// [`until`] for one byte.
pub(crate) fn before(text: &str, byte: u8) -> (&str, &str) {
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest
        && *first != byte
    {
        rest = more;
    }
    text.split_at_checked(text.len() - rest.len()).unwrap_or((text, ""))
}

/// The parts of the text that `byte` separates.
pub(crate) fn split(text: &str, byte: u8) -> Split<'_> {
    Split { rest: Some(text), byte }
}

/// The iterator that [`split`] returns.
#[derive(Clone)]
pub(crate) struct Split<'a> {
    rest: Option<&'a str>,
    byte: u8,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let (part, rest) = before(rest, self.byte);
        self.rest = rest.get(1..);
        Some(part)
    }
}

/// The text after the first occurrence of `words`, in any ASCII case. Returns `None` if the text
/// does not hold them.
pub(crate) fn after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let mut windows = text.as_bytes().windows(words.len().max(1));
    let start = windows.position(|window| window.eq_ignore_ascii_case(words.as_bytes()))?;
    text.get(start + words.len()..)
}

/// True if the text consists of at least one digit and nothing else.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number that the digits write. Returns `None` if the text has other characters or the number
/// is too large.
pub(crate) fn number(digits: &str) -> Option<u32> {
    if is_digits(digits) { digits.parse().ok() } else { None }
}

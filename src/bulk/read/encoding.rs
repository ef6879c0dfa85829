//! Which encoding a file is in, and its bytes as UTF-8.

/// How the bytes of a file stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, of which ASCII is a part.
    Utf8,
    /// UTF-16 with the lower byte first, as Windows writes "Unicode text".
    Utf16Le,
    /// UTF-16 with the upper byte first.
    Utf16Be,
    /// The code page of western Windows, in which spreadsheets there save "CSV".
    Windows1252,
}

impl Encoding {
    /// Every encoding that is read.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    /// The label, as the Encoding Standard and the option `encoding` have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The encoding with this label, in any case; `None` for a label that is not read.
    pub fn of(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(label))
    }
}

/// What stands in the decoded text for bytes that are no text. No valid UTF-8 has this byte, so the
/// check of a whole block finds it, and the row that has it is told as damaged.
const NO_TEXT: u8 = 0xff;

/// How long a byte order mark may be.
pub(super) const MARK_MAX: usize = 3;

/// How many bytes of the file are looked through for zero bytes.
const SAMPLE: usize = 4096;

/// Turns the bytes of a file into UTF-8, chunk by chunk. Bytes that are no text stay invalid.
#[derive(Debug)]
pub(super) struct Decoder {
    encoding: Encoding,
    /// True until a byte beyond ASCII says whether a file is in UTF-8 or in Windows-1252, which
    /// agree on ASCII.
    is_open: bool,
    /// The bytes of a character that the next chunk completes.
    kept: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
}

impl Decoder {
    /// The decoder of a file that begins with `head`, and the length of its byte order mark. A mark
    /// says more than what the caller chose.
    pub(super) fn of(head: &[u8], chosen: Option<Encoding>) -> (Self, usize) {
        let marked = match head {
            [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
            [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
            _ => None,
        };
        let (encoding, is_open, mark) = match (marked, chosen) {
            (Some((encoding, mark)), _) => (encoding, false, mark),
            (None, Some(encoding)) => (encoding, false, 0),
            (None, None) => {
                let (encoding, is_open) = guess(head);
                (encoding, is_open, 0)
            }
        };
        (Self { encoding, is_open, kept: Vec::new(), high: None }, mark)
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Adds the next bytes of the file to `out`.
    pub(super) fn decode(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.is_open {
            return self.decode_open(bytes, out);
        }
        match self.encoding {
            Encoding::Utf8 => out.extend_from_slice(bytes),
            Encoding::Windows1252 => decode_1252(bytes, out),
            Encoding::Utf16Le => self.decode_16(bytes, u16::from_le_bytes, out),
            Encoding::Utf16Be => self.decode_16(bytes, u16::from_be_bytes, out),
        }
    }

    /// The file has ended.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        if self.is_open && !self.kept.is_empty() {
            // What was kept is the beginning of a character that never came.
            self.encoding = Encoding::Windows1252;
        }
        if self.high.take().is_some() {
            out.push(NO_TEXT);
        }
        let kept = std::mem::take(&mut self.kept);
        match self.encoding {
            Encoding::Windows1252 => decode_1252(&kept, out),
            _ if kept.is_empty() => {}
            _ => out.push(NO_TEXT),
        }
    }

    /// Of a file that has been ASCII so far: its first other character says what it is in.
    fn decode_open(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        if self.kept.is_empty() {
            let (ascii, more) = until_beyond_ascii(rest);
            out.extend_from_slice(ascii);
            rest = more;
        }
        while let [first, more @ ..] = rest {
            self.kept.push(*first);
            rest = more;
            self.encoding = match core::str::from_utf8(&self.kept) {
                Ok(_) => Encoding::Utf8,
                Err(error) if error.error_len().is_some() => Encoding::Windows1252,
                Err(_) => continue,
            };
            self.is_open = false;
            let kept = std::mem::take(&mut self.kept);
            self.decode(&kept, out);
            return self.decode(rest, out);
        }
    }

    fn decode_16(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16, out: &mut Vec<u8>) {
        let mut rest = bytes;
        if let (Some(kept), [first, more @ ..]) = (self.kept.first().copied(), rest) {
            self.kept.clear();
            self.unit(unit([kept, *first]), out);
            rest = more;
        }
        let (units, odd) = rest.as_chunks::<2>();
        out.reserve(units.len());
        for pair in units {
            match unit(*pair) {
                ascii @ 0..0x80 if self.high.is_none() => out.push(ascii as u8),
                other => self.unit(other, out),
            }
        }
        self.kept.extend_from_slice(odd);
    }

    fn unit(&mut self, unit: u16, out: &mut Vec<u8>) {
        let high = self.high.take();
        if let Some(high) = high {
            if let Some(Ok(character)) = char::decode_utf16([high, unit]).next() {
                return push(character, out);
            }
            out.push(NO_TEXT);
        }
        match char::from_u32(unit.into()) {
            Some(character) => push(character, out),
            None if unit < 0xdc00 => self.high = Some(unit),
            None => out.push(NO_TEXT),
        }
    }
}

/// The encoding of a file without a byte order mark, and whether it has been ASCII so far.
fn guess(head: &[u8]) -> (Encoding, bool) {
    let (pairs, _) = head.get(..SAMPLE).unwrap_or(head).as_chunks::<2>();
    let first = pairs.iter().filter(|[first, second]| *first == 0 && *second != 0).count();
    let second = pairs.iter().filter(|[first, second]| *first != 0 && *second == 0).count();
    // Delimiters, digits and line breaks have a zero byte in UTF-16, whatever the language.
    if (first + second) * 10 > pairs.len() {
        return (if second >= first { Encoding::Utf16Le } else { Encoding::Utf16Be }, false);
    }
    let (mut good, mut bad) = (0, 0);
    let mut rest = 0;
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        rest += chunk.valid().len() + chunk.invalid().len();
        // A character that the end of the first bytes cuts is not wrong.
        let is_cut = rest == head.len()
            && core::str::from_utf8(chunk.invalid())
                .is_err_and(|error| error.error_len().is_none());
        bad += usize::from(!chunk.invalid().is_empty() && !is_cut);
    }
    match (good, bad) {
        (0, 0) => (Encoding::Utf8, true),
        (good, bad) if good > bad => (Encoding::Utf8, false),
        _ => (Encoding::Windows1252, false),
    }
}

/// The ASCII at the beginning, and the rest.
fn until_beyond_ascii(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = if bytes.is_ascii() {
        bytes.len()
    } else {
        bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len())
    };
    bytes.split_at_checked(end).unwrap_or((bytes, &[]))
}

fn decode_1252(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    loop {
        let (ascii, more) = until_beyond_ascii(rest);
        out.extend_from_slice(ascii);
        let [first, more @ ..] = more else { return };
        rest = more;
        match first {
            0x80..0xa0 => match HIGH_1252.get(usize::from(*first - 0x80)) {
                Some(character) if *character != '\0' => push(*character, out),
                _ => out.push(NO_TEXT),
            },
            _ => push(char::from(*first), out),
        }
    }
}

/// What 0x80 to 0x9f stand for in Windows-1252; U+0000 where they stand for nothing.
const HIGH_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

fn push(character: char, out: &mut Vec<u8>) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The encoding that is found, and the text with what is no text as replacement characters.
    fn read(bytes: &[u8], chosen: Option<Encoding>, size: usize) -> (Encoding, String) {
        let (mut decoder, mark) = Decoder::of(bytes, chosen);
        let mut out = Vec::new();
        for chunk in bytes[mark..].chunks(size) {
            decoder.decode(chunk, &mut out);
        }
        decoder.end(&mut out);
        (decoder.encoding(), String::from_utf8_lossy(&out).into_owned())
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encoding_is_found_and_text_read() {
        use Encoding::*;
        let (le, be) = (u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes as _);
        for (bytes, encoding, text) in [
            (b"".to_vec(), Utf8, ""),
            (b"Email\n".to_vec(), Utf8, "Email\n"),
            ("Zoë 🍷".into(), Utf8, "Zoë 🍷"),
            ("\u{feff}Zoë".into(), Utf8, "Zoë"),
            (b"Zo\xeb \x80 \x9c\x93".to_vec(), Windows1252, "Zoë € œ“"),
            (b"Zo\x81".to_vec(), Windows1252, "Zo\u{fffd}"),
            ("Zoë, Zoë \u{fffd}".replace('\u{fffd}', "").into_bytes(), Utf8, "Zoë, Zoë "),
            (
                [b"Zo\xc3\xab ".repeat(3), b"Zo\xeb,".to_vec()].concat(),
                Utf8,
                "Zoë Zoë Zoë Zo\u{fffd},",
            ),
            (utf16("\u{feff}Zoë 🍷", le), Utf16Le, "Zoë 🍷"),
            (utf16("\u{feff}Zoë 🍷", be), Utf16Be, "Zoë 🍷"),
            (utf16("Email;Zoë", le), Utf16Le, "Email;Zoë"),
            (utf16("Email;Zoë", be), Utf16Be, "Email;Zoë"),
            (utf16("メール,姓\n山田,太郎\n", le), Utf16Le, "メール,姓\n山田,太郎\n"),
            ([utf16("\u{feff}ab", le), vec![0x3e, 0xd8]].concat(), Utf16Le, "ab\u{fffd}"),
            ([utf16("\u{feff}ab", le), vec![0x3e]].concat(), Utf16Le, "ab\u{fffd}"),
            (
                [utf16("\u{feff}ab", le), vec![0x77, 0xdf, 0x3e, 0xd8, 0x61, 0]].concat(),
                Utf16Le,
                "ab\u{fffd}\u{fffd}a",
            ),
        ] {
            for size in [1, 2, 3, 100] {
                let (found, read) = read(&bytes, None, size);
                assert_eq!((found, &*read), (encoding, text), "{bytes:?} by {size}");
            }
        }
    }

    #[test]
    fn mark_says_more_than_the_caller_and_the_caller_more_than_the_bytes() {
        let marked = "\u{feff}é".as_bytes();
        assert_eq!(read(marked, Some(Encoding::Windows1252), 9).0, Encoding::Utf8);
        assert_eq!(read("é".as_bytes(), Some(Encoding::Windows1252), 9).1, "Ã©");
        assert_eq!(read(b"Zo\xeb", Some(Encoding::Utf8), 9).1, "Zo\u{fffd}");
    }

    #[test]
    fn first_character_beyond_ascii_decides_after_the_first_bytes() {
        for (later, encoding, text) in [
            (&b"\xc3\xab \xeb"[..], Encoding::Utf8, "ë \u{fffd}"),
            (b"\xeb \xc3\xab", Encoding::Windows1252, "ë Ã«"),
            (b"\xc3", Encoding::Windows1252, "Ã"),
        ] {
            for size in [1, 9] {
                let (mut decoder, _) = Decoder::of(b"ASCII", None);
                let mut out = Vec::new();
                later.chunks(size).for_each(|chunk| decoder.decode(chunk, &mut out));
                decoder.end(&mut out);
                assert_eq!(decoder.encoding(), encoding);
                assert_eq!(String::from_utf8_lossy(&out), text);
            }
        }
    }

    #[test]
    fn labels_are_read() {
        for known in Encoding::ALL {
            assert_eq!(Encoding::of(&known.as_str().to_uppercase()), Some(known));
        }
        assert_eq!(Encoding::of("latin-1"), None);
    }
}

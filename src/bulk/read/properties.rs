//! Properties of the reader, for any file. The laws of `fuzz/src/laws.rs` have others, which need no
//! knowledge of what was written.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::records::is_space;
use super::*;

/// The rows of a file: for each its cells, or its text alone, and its fault.
fn rows(bytes: &[u8], options: &ReadOptions) -> Vec<(Vec<String>, Option<Fault>)> {
    let (layout, blocks) = blocks(bytes, options.clone());
    let mut rows = Vec::new();
    for block in &blocks {
        let mut records = Records::new(block, &layout);
        let mut cells = Vec::new();
        while let Some(record) = records.next(&mut cells) {
            let texts = match layout.format {
                Format::Csv => cells.iter().map(|cell| cell.to_string()).collect(),
                _ => vec![record.text.to_owned()],
            };
            rows.push((texts, record.fault));
        }
    }
    rows
}

/// Cells, right and odd. What stands for itself in a spreadsheet (`="0"`, `'=`) does not here.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zé ]{0,6}",
        2 => "[a\"\n\r,;\t |'=]{0,6}",
        1 => any::<String>(),
    ]
    .prop_filter("a cell that means another text", |cell| {
        !cell.starts_with("=\"") && !cell.starts_with('\'') && !cell.contains('\0')
    })
}

/// The cell as RFC 4180 writes it.
fn written(cell: &str, delimiter: char, always: bool) -> String {
    let is_odd = cell.contains(['"', '\n', '\r', delimiter]);
    if always || is_odd { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn csv(table: &[[String; 3]], delimiter: u8, end: &str, always: bool) -> String {
    let delimiter = char::from(delimiter);
    let header = ["Surname", "Email", "Comments"].map(str::to_owned);
    let row = |row: &[String; 3]| {
        let cells: Vec<_> = row.iter().map(|cell| written(cell, delimiter, always)).collect();
        cells.join(&String::from(delimiter)) + end
    };
    std::iter::once(&header).chain(table).map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn cells_that_are_written_by_the_rules_are_read_back(
        table in vec([cell(), cell(), cell()], 0..6),
        delimiter in select(DELIMITERS.to_vec()),
        end in select(vec!["\n", "\r\n", "\r"]),
        always in any::<bool>(),
    ) {
        let options = ReadOptions {
            encoding: Some(Encoding::Utf8),
            format: Some(Format::Csv),
            delimiter: Some(delimiter),
            ..ReadOptions::default()
        };
        let is_blank = |row: &&[String; 3]| {
            row.iter().all(|cell| cell.bytes().all(|byte| is_space(byte, delimiter) && byte != b'\r'))
        };
        let expected: Vec<_> =
            table.iter().filter(|row| !is_blank(row)).map(|row| (row.to_vec(), None)).collect();
        // A row of spaces in quotes has something, and may be told or not.
        let spaces_in_quotes = |row: &(Vec<String>, Option<Fault>)| {
            row.0.iter().all(|cell| cell.trim_ascii().is_empty())
        };
        let mut found = rows(csv(&table, delimiter, end, always).as_bytes(), &options);
        let mut expected = expected;
        found.retain(|row| !spaces_in_quotes(row));
        expected.retain(|row| !spaces_in_quotes(row));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn text_is_the_same_in_every_encoding(
        table in vec([cell(), cell(), cell()], 0..4),
        western in vec(["[a-zäßé]{0,5}", "[a-z ñ,]{0,5}", "[a-z]{0,3}[€œ“]?"], 1..4),
    ) {
        let read = |bytes: &[u8], encoding| {
            let options = ReadOptions { encoding, delimiter: Some(b','), ..ReadOptions::default() };
            rows(bytes, &options)
        };
        let text = csv(&table, b',', "\r\n", false);
        let expected = read(text.as_bytes(), Some(Encoding::Utf8));
        let marked = format!("\u{feff}{text}");
        let units = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { marked.encode_utf16().flat_map(bytes).collect() };
        prop_assert_eq!(&read(marked.as_bytes(), None), &expected);
        prop_assert_eq!(&read(&units(u16::to_le_bytes), None), &expected);
        prop_assert_eq!(&read(&units(u16::to_be_bytes), None), &expected);

        let text = csv(&western, b',', "\n", false);
        let bytes: Vec<u8> = text.chars().map(|character| match character {
            '€' => 0x80, 'œ' => 0x9c, '“' => 0x93,
            other => u8::try_from(u32::from(other)).unwrap(),
        }).collect();
        let expected = read(text.as_bytes(), Some(Encoding::Utf8));
        prop_assert_eq!(&read(&bytes, Some(Encoding::Windows1252)), &expected);
        // Two bytes of Windows-1252 that happen to be one character of UTF-8 are never typed.
        prop_assert_eq!(&read(&bytes, None), &expected);
    }
}

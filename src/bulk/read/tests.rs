//! Files of every kind, read as a whole.

use super::*;

/// What a file gives: its layout, and for each row its line, its cells or its text joined by `¦`,
/// and its fault.
fn read(
    bytes: &[u8],
    options: &ReadOptions,
    size: usize,
) -> (Layout, Vec<(u32, String, Option<Fault>)>) {
    let mut reader = Reader::new(options.clone());
    let mut rows = Vec::new();
    let mut before = 0;
    let mut take = |reader: &mut Reader| {
        while let Some(block) = reader.next_block() {
            let layout = reader.layout().unwrap().clone();
            let mut records = Records::new(&block, &layout);
            let mut cells = Vec::new();
            while let Some(record) = records.next(&mut cells) {
                let text = match layout.format {
                    Format::Csv => cells.join("¦"),
                    _ => record.text.to_owned(),
                };
                rows.push((before + record.line + 1, text, record.fault));
            }
            before += records.lines();
        }
    };
    for chunk in bytes.chunks(size) {
        reader.push(chunk);
        take(&mut reader);
    }
    reader.end();
    take(&mut reader);
    (reader.layout().unwrap().clone(), rows)
}

fn with(format: Format) -> ReadOptions {
    ReadOptions { format: Some(format), ..ReadOptions::default() }
}

/// The rows in one line: `3:Lee¦Ann`, with the fault after them.
fn shown(rows: &[(u32, String, Option<Fault>)]) -> Vec<String> {
    rows.iter()
        .map(|(line, text, fault)| match fault {
            Some(fault) => format!("{line}:{text}!{fault:?}"),
            None => format!("{line}:{text}"),
        })
        .collect()
}

#[test]
fn csv_rows_are_cells() {
    for (text, rows) in [
        ("Surname,Email\nLee,a@b.example\n", &["2:Lee¦a@b.example"][..]),
        ("Surname,Email\r\nLee,a@b.example", &["2:Lee¦a@b.example"]),
        ("Surname,Email\r\r\nLee,a@b.example\r\r\n", &["2:Lee¦a@b.example"]),
        ("Surname,Email\rLee,a\rKim,b\r\nLi,c\n", &["2:Lee¦a", "3:Kim¦b", "4:Li¦c"]),
        ("Surname;Email\nLee;a\n", &["2:Lee¦a"]),
        ("Surname\tEmail\nLee\ta\n", &["2:Lee¦a"]),
        ("Surname|Email\nLee|a\n", &["2:Lee¦a"]),
        ("sep=;\nSurname;Email\nLee;a,b\n", &["3:Lee¦a,b"]),
        ("\"sep=|\"\r\nSurname|Email\r\nLee|a\r\n", &["3:Lee¦a"]),
        ("\n\nSurname,Email\n\nLee,a\n , \n\"\",\"\"\nKim,b", &["5:Lee¦a", "8:Kim¦b"]),
        ("Guests of the Oak,,\n\nSurname,Email,VIP\nLee,a,1\n", &["4:Lee¦a¦1"]),
        ("Surname,Comments\n\"Lee\",\"a \"\"b\"\", c\"\n", &["2:Lee¦a \"b\", c"]),
        ("Surname,Comments\nLee,\"a\nb\r\nc\"\nKim,d\n", &["2:Lee¦a\nb\r\nc", "5:Kim¦d"]),
        ("Surname,Comments\n \"Lee\" , \"a\" \nKim, b \n", &["2:Lee¦a", "3:Kim¦ b "]),
        ("Surname,Comments\nLee,5\" nail\n", &["2:Lee¦5\" nail"]),
        ("Surname,Comments\nLee,\"5\" nail\"\n", &["2:Lee¦5\" nail"]),
        ("Surname,Comments\nLee,\"5\" nail\nKim,b\n", &["2:Lee¦5 nail", "3:Kim¦b"]),
        ("Surname,Comments\n\"Lee\"x,\"b\"\n", &["2:Leex¦b"]),
        ("Surname,Comments\nLee\nKim,b,\nLi,c, ,x\n", &["2:Lee", "3:Kim¦b", "4:!Cells"]),
        ("Surname,Comments,\nLee,b,\n", &["2:Lee¦b¦"]),
        ("Surname,Mobile\nLee,=\"0123\"\nKim,\"=\"\"0123\"\"\"\n", &["2:Lee¦0123", "3:Kim¦0123"]),
        ("Surname,Mobile\nLee,'+44 1\n'Kim,'=1\n", &["2:Lee¦+44 1", "3:'Kim¦=1"]),
        (
            "Surname,Comments\nLee,'＝1\nKim,\"'\t1\"\nRoy,'＋x\n",
            &["2:Lee¦＝1", "3:Kim¦\t1", "4:Roy¦＋x"],
        ),
        ("Surname,Comments\n\"Lee,a\n\"Kim\",b\nLi,c\n", &["2:!QuoteOpen", "3:Kim¦b", "4:Li¦c"]),
        ("Surname,Comments\nLee,\"a\nKim,b\nLi,c\n", &["2:!QuoteOpen", "3:Kim¦b", "4:Li¦c"]),
        ("Surname,Comments\n\"Lee\",\"a\nb\",\"c\nKim,\"b\"\n", &["2:!QuoteOpen", "4:Kim¦b"]),
        ("Surname,Comments\nLee,\"a\"\"", &["2:!QuoteOpen"]),
        ("Surname,Comments\nLee,\"", &["2:!QuoteOpen"]),
        ("Surname,Email\n", &[]),
        ("Email\na@b.example\n", &["2:a@b.example"]),
        ("Surname,Email\nLee,\0\n", &["2:Lee¦\0"]),
    ] {
        for size in [1, 2, 7, 1000] {
            let (layout, found) = read(text.as_bytes(), &ReadOptions::default(), size);
            assert_eq!(layout.format, Format::Csv, "{text:?}");
            assert_eq!(shown(&found), rows, "{text:?} by {size}: {layout:?}");
        }
    }
}

#[test]
fn json_rows_are_texts() {
    use Format::{Json, Ndjson};
    for (text, format, rows) in [
        ("{\"a\":1}\n{\"a\":2}\n", Ndjson, &["1:{\"a\":1}", "2:{\"a\":2}"][..]),
        ("{\"a\":1}\r\n\r\n{\"a\":2}", Ndjson, &["1:{\"a\":1}", "3:{\"a\":2}"]),
        ("{\"a\":1}", Ndjson, &["1:{\"a\":1}"]),
        ("{\"a\":1\n{\"a\":2}\nx\n", Ndjson, &["1:{\"a\":1", "2:{\"a\":2}", "3:x"]),
        ("[{\"a\":1},{\"a\":2}]", Json, &["1:{\"a\":1}", "1:{\"a\":2}"]),
        (
            "[\n  {\n \"a\": \"]},\\\"\"\n  },\n\n  {\"a\":2}\n]\n",
            Json,
            &["2:{\n \"a\": \"]},\\\"\"\n  }", "6:{\"a\":2}"],
        ),
        ("[1, \"x\", null, [2], {}]", Json, &["1:1", "1:\"x\"", "1:null", "1:[2]", "1:{}"]),
        ("[]", Json, &[]),
        ("[{},]", Json, &["1:{}"]),
        ("[{},,{}]", Json, &["1:{}", "1:", "1:{}"]),
        ("[{} {}\n{}]", Json, &["1:{}", "1:{}", "2:{}"]),
        ("[{}\n,{\"a\":", Json, &["1:{}", "2:"]),
        ("[{},\n", Json, &["1:{}", "2:"]),
        ("[{}]\n{\"a\":1}", Json, &["1:{}", "2:"]),
        ("[{\"a\":\"x},\n{\"b\":1},\n{\"c\":2}]", Json, &["1:", "2:{\"b\":1}", "3:{\"c\":2}"]),
        ("[{\"a\":[1},{\"b\":1},\n{\"c\":2}]", Json, &["1:", "1:{\"b\":1}", "2:{\"c\":2}"]),
        (
            "{\"n\":2,\"tags\":[1],\"customers\":[{\"a\":1},{\"a\":2}],\"x\":{}}",
            Json,
            &["1:{\"a\":1}", "1:{\"a\":2}"],
        ),
        ("{\n\"customers\":[\n{\"a\":1}\n]\n}\n", Json, &["3:{\"a\":1}"]),
        ("{\"a\":[{}],\"b\":[{}]}", Json, &["1:{}", "1:"]),
        ("{\"a\":[{}]", Json, &["1:{}", "1:"]),
        ("{\n\"a\":1\n}\n{\n\"a\":2\n}\n", Json, &["1:{\n\"a\":1\n}", "4:{\n\"a\":2\n}"]),
    ] {
        for size in [1, 2, 7, 1000] {
            let (layout, found) = read(text.as_bytes(), &ReadOptions::default(), size);
            assert_eq!(shown(&found), rows, "{text:?} by {size}");
            assert_eq!(layout.format, format, "{text:?}");
        }
    }
}

#[test]
fn byte_order_mark_is_no_text_however_few_bytes_say_the_encoding() {
    for head in [0, 1, 2, 3, 4] {
        let bounds = Bounds { head, ..Bounds::default() };
        for size in [1, 2, 1000] {
            let options = ReadOptions { bounds, ..with(Format::Ndjson) };
            let found = read("\u{feff}{}\n".as_bytes(), &options, size).1;
            assert_eq!(shown(&found), ["1:{}"], "{head} by {size}");
            let marked = "\u{feff}{}\n".encode_utf16().flat_map(u16::to_le_bytes);
            let found = read(&marked.collect::<Vec<_>>(), &options, size).1;
            assert_eq!(shown(&found), ["1:{}"], "{head} by {size}, in UTF-16");
        }
    }
}

#[test]
fn list_in_an_object_is_found_where_the_format_is_given_too() {
    let text = b"{\"customers\":[{\"a\":1}]}";
    assert_eq!(shown(&read(text, &with(Format::Json), 9).1), ["1:{\"a\":1}"]);
    assert_eq!(shown(&read(b"x,y\n1,2", &with(Format::Ndjson), 9).1), ["1:x,y", "2:1,2"]);
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn page_has_every_code() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/bulk-files.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = crate::bulk::RowCode::ALL.iter().map(|code| code.as_str());
    for code in ProblemCode::ALL.iter().map(|code| code.as_str()).chain(rows) {
        assert!(page.contains(&format!("| `{code}` |")), "{code}");
    }
}

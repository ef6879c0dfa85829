//! How a file is written, found out from its first text: the format, the delimiter of CSV, its
//! header, and what every column is.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::csv::Csv;
use super::headers::{Headers, same};
use super::layout::{Column, Layout, Problem, ProblemCode};
use super::lines::Lines;
use super::list::{Kind, List, Nesting, Stop, spaces};
use super::reader::Splitter;
use super::records;
use super::{DELIMITERS, Encoding, Format, ReadOptions, Step, count_lines};

/// How much text says which delimiter a file has.
const SAMPLE: usize = 64 * 1024;

/// How many rows say it.
const SAMPLE_ROWS: usize = 20;

/// How many rows may stand before the header, such as the title of a report.
const BEFORE_HEADER: usize = 5;

/// What was found out.
pub(super) struct Found {
    pub(super) splitter: Splitter,
    pub(super) layout: Layout,
    /// Where the rows begin, and the line breaks before that.
    pub(super) start: usize,
    pub(super) lines: u32,
}

/// Finds out how a file is written that begins with `sample`. `is_whole` says that this is all.
pub(super) fn read(
    sample: &[u8],
    is_whole: bool,
    encoding: Encoding,
    options: &ReadOptions,
) -> Found {
    let max = options.bounds.record;
    let (format, list) = match options.format {
        Some(Format::Json) => (Format::Json, list(sample)),
        Some(format) => (format, None),
        None => format(sample),
    };
    if format == Format::Csv {
        return csv(sample, is_whole, encoding, options);
    }
    let (splitter, start) = match (format, list) {
        (Format::Ndjson, _) => (Splitter::Lines(Lines::new(max)), 0),
        (_, Some((kind, start))) => (Splitter::List(List::new(kind, max)), start),
        (_, None) => (Splitter::List(List::new(Kind::Values, max)), 0),
    };
    let columns = options
        .map
        .iter()
        .map(|(header, field)| Column { header: header.clone(), field: *field })
        .collect();
    let is_empty = is_whole && spaces(sample) == sample.len();
    let problems = is_empty.then(|| Problem::new(ProblemCode::Empty)).into_iter().collect();
    let lines = count_lines(sample.get(..start).unwrap_or_default());
    let layout = Layout { format, encoding, delimiter: 0, columns, problems };
    Found { splitter, layout, start, lines }
}

/// The format of a text, and where its list begins.
fn format(sample: &[u8]) -> (Format, Option<(Kind, usize)>) {
    let start = spaces(sample);
    let rest = sample.get(start..).unwrap_or_default();
    let after = |rest: &[u8]| {
        let rest = rest.get(1..).unwrap_or_default();
        rest.get(spaces(rest)).copied()
    };
    match rest.first() {
        // A header may begin with a bracket, too.
        Some(b'[')
            if after(rest).is_none_or(|next| {
                matches!(next, b'{' | b'[' | b']' | b'"' | b'-' | b'0'..=b'9')
            }) =>
        {
            (Format::Json, list(sample))
        }
        Some(b'{') if after(rest).is_none_or(|next| matches!(next, b'"' | b'}')) => {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (line, later) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            let closed = match Nesting::default().run(line, 0, false) {
                Stop::Closed(end) => Some(line.get(end..).unwrap_or_default()),
                _ => None,
            };
            let is_value = closed.is_some();
            // Several objects on one line are rows, too.
            if closed.is_some_and(|more| more.get(spaces(more)) == Some(&b'{')) {
                return (Format::Json, None);
            }
            let list = list(sample);
            let opens_list = list.is_some_and(|(_, at)| at <= start + end);
            match later.get(spaces(later)) {
                // Of one object in several lines, the second line begins with a brace only where the
                // first one has opened a list.
                Some(b'{') if is_value || !opens_list => (Format::Ndjson, None),
                Some(_) if is_value => (Format::Ndjson, None),
                None if is_value && list.is_none() => (Format::Ndjson, None),
                _ => (Format::Json, list),
            }
        }
        _ => (Format::Csv, None),
    }
}

/// Where the list begins that a JSON text is, or that its outermost object holds: after the
/// bracket.
fn list(sample: &[u8]) -> Option<(Kind, usize)> {
    let start = spaces(sample);
    match sample.get(start)? {
        b'[' => Some((Kind::Array, start + 1)),
        b'{' => {
            let (mut nesting, mut at) = (Nesting::default(), start);
            while let Stop::List(next) = nesting.run(sample, at, true) {
                let inside = sample.get(next..).unwrap_or_default();
                if inside.get(spaces(inside)) == Some(&b'{') {
                    return Some((Kind::Member, next));
                }
                at = next;
            }
            None
        }
        _ => None,
    }
}

/// A row of the sample: its cells, where the next one begins, and the lines before that.
struct Sampled<'a> {
    cells: Vec<Cow<'a, str>>,
    next: usize,
    lines: u32,
}

fn csv(sample: &[u8], is_whole: bool, encoding: Encoding, options: &ReadOptions) -> Found {
    let text = mended(sample);
    let is_cr = ends_with_cr(text.as_bytes());
    let (said, start) = said_delimiter(&text, is_cr);
    let headers = Headers::new(&options.map);
    let choices = match options.delimiter.or(said) {
        Some(delimiter) => vec![delimiter],
        None => DELIMITERS.to_vec(),
    };
    let mut best: Option<(Score, u8, Option<Header<'_>>)> = None;
    for delimiter in choices {
        let rows = sampled(
            &text,
            start,
            Csv::new(delimiter, is_cr, options.bounds.record),
            delimiter,
            is_whole,
        );
        let header = header(rows, &headers);
        let score = header.as_ref().map_or((0, false, 0), |header| header.score);
        if best.as_ref().is_none_or(|(other, _, _)| score > *other) {
            best = Some((score, delimiter, header));
        }
    }
    let (delimiter, header) = match best {
        Some((_, delimiter, header)) => (delimiter, header),
        None => (b',', None),
    };
    let (columns, problems, next, lines) = match header {
        Some(header) => {
            let (columns, problems) = headers.columns(&header.row.cells);
            (columns, problems, header.row.next, header.row.lines)
        }
        None => {
            let is_empty = is_whole && text.trim_ascii().is_empty();
            let code = if is_empty { ProblemCode::Empty } else { ProblemCode::HeaderUnreadable };
            (Vec::new(), vec![Problem::new(code)], 0, 0)
        }
    };
    Found {
        splitter: Splitter::Csv(Csv::new(delimiter, is_cr, options.bounds.record)),
        layout: Layout { format: Format::Csv, encoding, delimiter, columns, problems },
        start: next,
        lines,
    }
}

/// The text with a question mark for each byte that is none, so that places stay the same.
fn mended(sample: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = core::str::from_utf8(sample) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(sample.len());
    for chunk in sample.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

/// True where lines end with a CR alone, as on old Macs: one stands outside of quotes before any
/// LF.
fn ends_with_cr(text: &[u8]) -> bool {
    let mut is_quoted = false;
    let mut rest = text;
    while let [first, more @ ..] = rest {
        match first {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => return false,
            b'\r' if !is_quoted => {
                // Some programs write CR CR LF.
                let after = more.iter().find(|byte| **byte != b'\r');
                return after.is_some_and(|byte| *byte != b'\n');
            }
            _ => {}
        }
        rest = more;
    }
    false
}

/// The delimiter that a first line `sep=;` says, which is Excel's, and where the next line begins.
fn said_delimiter(text: &str, is_cr: bool) -> (Option<u8>, usize) {
    let end = text.find(if is_cr { '\r' } else { '\n' }).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default().trim_end_matches('\r').trim_matches('"');
    let said = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep="));
    let delimiter = said.and_then(|_| match line.as_bytes().get(4..)? {
        [byte] => Some(*byte).filter(|byte| DELIMITERS.contains(byte)),
        _ => None,
    });
    (delimiter, if delimiter.is_some() { (end + 1).min(text.len()) } else { 0 })
}

/// The first rows of the text from `start` on, but for blank ones.
fn sampled(
    text: &str,
    start: usize,
    mut csv: Csv,
    delimiter: u8,
    is_whole: bool,
) -> Vec<Sampled<'_>> {
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let mut at = start;
    // A line `sep=;` was passed, if any.
    let mut passed = u32::from(start > 0);
    while rows.len() < SAMPLE_ROWS && (at < SAMPLE || rows.is_empty()) {
        match csv.next(bytes.get(at..).unwrap_or_default(), is_whole) {
            Step::Row { start, end, fault, next, lines, .. } => {
                let mut cells = Vec::new();
                if fault.is_none() {
                    records::read(
                        text.get(at + start..at + end).unwrap_or_default(),
                        delimiter,
                        &mut cells,
                    );
                }
                at += next;
                passed += lines;
                rows.push(Sampled { cells, next: at, lines: passed });
            }
            Step::Pass { next, lines } => {
                at += next;
                passed += lines;
            }
            Step::More => break,
        }
    }
    rows
}

/// How well a delimiter fits: how many columns are fields, whether most rows have as many cells as
/// the header, how many cells the header has.
type Score = (usize, bool, usize);

struct Header<'a> {
    row: Sampled<'a>,
    score: Score,
}

/// The header: the first row, unless it has no field, and one of the next few has two or more.
fn header<'a>(rows: Vec<Sampled<'a>>, headers: &Headers) -> Option<Header<'a>> {
    let fields = |row: &Sampled<'_>| row.cells.iter().filter(|cell| headers.knows(cell)).count();
    let counts: Vec<usize> = rows.iter().map(fields).take(BEFORE_HEADER + 1).collect();
    let place = match counts.first()? {
        0 => counts.iter().position(|count| *count > 1).unwrap_or_default(),
        _ => 0,
    };
    let width = |row: &Sampled<'_>| row.cells.len();
    // A row with a fault has no cells.
    let columns = rows.get(place).map(width).filter(|width| *width > 0)?;
    let later = rows.iter().skip(place + 1);
    let (all, same) =
        later.fold((0, 0), |(all, same), row| (all + 1, same + usize::from(width(row) == columns)));
    let score = (counts.get(place).copied()?, columns > 1 && same * 2 >= all, columns);
    rows.into_iter().nth(place).map(|row| Header { row, score })
}

impl Headers<'_> {
    /// The columns with these headers, and what is not clear of them.
    fn columns(&self, cells: &[Cow<'_, str>]) -> (Vec<Column>, Vec<Problem>) {
        let mut problems = Vec::new();
        let mapped: Vec<_> =
            cells.iter().enumerate().map(|(index, cell)| self.mapped(index, cell)).collect();
        // Sets, because a hostile file may have columns by the hundred thousand.
        let taken: BTreeSet<usize> = mapped.iter().copied().flatten().flatten().collect();
        // What each column may be: one field, several, or none.
        let mut meant: Vec<Vec<usize>> = cells
            .iter()
            .zip(&mapped)
            .map(|(cell, mapped)| match mapped {
                Some(field) => field.iter().copied().collect(),
                None => {
                    let fields = self.fields(cell);
                    match fields {
                        [only] if taken.contains(only) => Vec::new(),
                        fields => fields.to_vec(),
                    }
                }
            })
            .collect();
        self.choose_calling_codes(&mut meant);
        let clear: BTreeSet<usize> = meant
            .iter()
            .filter_map(|fields| if let [only] = **fields { Some(only) } else { None })
            .collect();
        for (index, fields) in meant.iter_mut().enumerate() {
            if fields.len() > 1 {
                if !fields.iter().all(|field| clear.contains(field)) {
                    let (columns, fields) = (vec![index + 1], fields.clone());
                    problems.push(Problem {
                        columns,
                        fields,
                        ..Problem::new(ProblemCode::Unclear)
                    });
                }
                fields.clear();
            }
        }
        let mut columns: Vec<Column> = cells
            .iter()
            .zip(&meant)
            .map(|(cell, fields)| Column {
                header: cell.trim().to_owned(),
                field: fields.first().copied(),
            })
            .collect();
        let mut has_twice = false;
        for field in clear {
            let is_field = |column: &Column| column.field == Some(field);
            let places = columns.iter().enumerate().filter(|(_, column)| is_field(column));
            let same: Vec<usize> = places.map(|(index, _)| index + 1).collect();
            if same.len() > 1 {
                has_twice = true;
                for column in columns.iter_mut().filter(|column| is_field(column)) {
                    column.field = None;
                }
                problems.push(Problem {
                    columns: same,
                    fields: vec![field],
                    ..Problem::new(ProblemCode::Twice)
                });
            }
        }
        if !has_twice && columns.iter().all(|column| column.field.is_none()) {
            problems.insert(0, Problem::new(ProblemCode::NoField));
        }
        for name in self.missing(cells) {
            let mapped = Some(name.to_owned());
            problems.push(Problem { mapped, ..Problem::new(ProblemCode::NotThere) });
        }
        (columns, problems)
    }

    /// A column "Country code" belongs to the only number that the file has.
    fn choose_calling_codes(&self, meant: &mut [Vec<usize>]) {
        let Some([mobile, mobile_code, phone, phone_code]) = self.numbers() else { return };
        let has = |meant: &[Vec<usize>], field| meant.iter().any(|fields| *fields == [field]);
        let chosen = match (has(meant, mobile), has(meant, phone)) {
            (true, false) => mobile_code,
            (false, true) => phone_code,
            _ => return,
        };
        for fields in meant.iter_mut().filter(|fields| **fields == [mobile_code, phone_code]) {
            *fields = vec![chosen];
        }
    }

    /// The headers of the map that no column has.
    fn missing(&self, cells: &[Cow<'_, str>]) -> impl Iterator<Item = &str> {
        self.map.iter().map(|(header, _)| header.as_str()).filter(|header| {
            let is_there = |(index, cell): (usize, &Cow<'_, str>)| {
                self.is_number(header, index) || *header == cell.trim() || same(header, cell)
            };
            !cells.iter().enumerate().any(is_there)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{position, rows};

    fn options(map: &[(&str, Option<&str>)]) -> ReadOptions {
        let field = |name: &str| position(name).unwrap();
        let map = map.iter().map(|(header, name)| ((*header).to_owned(), name.map(field)));
        ReadOptions { map: map.collect(), ..ReadOptions::default() }
    }

    fn layout(text: &str, map: &[(&str, Option<&str>)]) -> Layout {
        read(text.as_bytes(), true, Encoding::Utf8, &options(map)).layout
    }

    /// The fields of the columns, `-` for none, and the problems with their columns.
    fn columns(text: &str, map: &[(&str, Option<&str>)]) -> (String, String) {
        let layout = layout(text, map);
        let field = |column: &Column| column.field.map_or("-", |index| rows()[index].name);
        let columns: Vec<_> = layout.columns.iter().map(field).collect();
        let problem = |problem: &Problem| format!("{}{:?}", problem.code.as_str(), problem.columns);
        let problems: Vec<_> = layout.problems.iter().map(problem).collect();
        (columns.join(" "), problems.join(" "))
    }

    #[test]
    fn columns_are_fields_by_their_headers_and_the_map_goes_first() {
        let (none, surname, email) = (None, Some("Surname"), Some("Email"));
        for (header, map, fields, problems) in [
            ("Surname,E-mail,Colour", &[][..], "Surname Email -", ""),
            ("Surname,E-mail", &[("e mail", none)], "Surname -", ""),
            ("Name,Email", &[], "- Email", "column_unclear[1]"),
            ("Name,Email", &[("name", surname)], "Surname Email", ""),
            ("Name,Email", &[("Name", none)], "- Email", ""),
            ("Name,First name,Last name", &[], "- FirstName Surname", ""),
            ("Nachname;Vorname", &[], "Surname FirstName", ""),
            ("Email,E-mail,Surname", &[], "- - Surname", "column_twice[1, 2]"),
            ("Email,E-mail,Surname", &[("#2", none)], "Email - Surname", ""),
            ("Email,E-mail,Surname", &[("#2", email)], "- Email Surname", ""),
            ("Email,Email", &[("#1", none)], "- Email", ""),
            ("Email,Backup", &[("Backup", email)], "- Email", ""),
            ("A,B,VIP", &[("A", email), ("B", email)], "- - IsVip", "column_twice[1, 2]"),
            ("Country code,Mobile", &[], "MobileCountryCode Mobile", ""),
            ("Country code,Phone", &[], "PhoneCountryCode Phone", ""),
            ("Country code,Mobile,Phone", &[], "- Mobile Phone", "column_unclear[1]"),
            ("Lee,lee@b.example", &[], "- -", "column_none[]"),
            ("Lee,Kim", &[("Surname", surname)], "- -", "column_none[] column_not_there[]"),
            ("Surname,", &[], "Surname -", ""),
            ("Surname,,", &[("#3", email)], "Surname - Email", ""),
            ("", &[], "", "file_empty[]"),
        ] {
            let (found, told) = columns(header, map);
            assert_eq!((&*found, &*told), (fields, problems), "{header} {map:?}");
        }
    }

    #[test]
    fn delimiter_is_what_makes_most_columns_fields() {
        for (text, delimiter) in [
            ("Surname,Email", b','),
            ("Surname;Email", b';'),
            ("Surname\tEmail\tNotes, all", b'\t'),
            ("Surname|Email", b'|'),
            ("Surname;Town, city;Email\nLee;a,b;c", b';'),
            ("\"a;b;c\",Surname\n1,2", b','),
            ("x;y\n1,5;2\n3,5;4", b';'),
            ("Surname", b','),
            ("sep=;\nA,B\n1,2", b';'),
            ("sep=x\nSurname,Email", b','),
        ] {
            assert_eq!(layout(text, &[]).delimiter, delimiter, "{text}");
        }
        let tab = ReadOptions { delimiter: Some(b'\t'), ..ReadOptions::default() };
        assert_eq!(read(b"a,b", true, Encoding::Utf8, &tab).layout.delimiter, b'\t');
    }

    #[test]
    fn header_that_is_damaged_is_read_and_one_without_an_end_is_told() {
        let found = read(b"Surname,Stra\xff\nLee,x\n", true, Encoding::Utf8, &options(&[]));
        assert_eq!((found.start, found.lines), (14, 1));
        assert_eq!(found.layout.columns.len(), 2);
        let found = read(b"Surname,Email", false, Encoding::Utf8, &options(&[]));
        assert_eq!(found.layout.problems, [Problem::new(ProblemCode::HeaderUnreadable)]);
        let found = read(b"\"Surname,Email\nLee,x", true, Encoding::Utf8, &options(&[]));
        assert_eq!(found.layout.problems, [Problem::new(ProblemCode::HeaderUnreadable)]);
        assert_eq!(found.start, 0);
    }

    #[test]
    fn members_that_are_mapped_are_columns_of_json() {
        let layout = layout("[{}]", &[("Last", Some("Surname"))]);
        let column = Column { header: "Last".to_owned(), field: position("Surname") };
        assert_eq!((layout.format, layout.columns), (Format::Json, vec![column]));
    }

    #[test]
    fn formats_are_told_apart_by_their_first_text() {
        for (text, expected) in [
            ("", Format::Csv),
            ("Surname", Format::Csv),
            ("[Surname],[Email]", Format::Csv),
            ("{Surname},{Email}", Format::Csv),
            ("\"Surname\"", Format::Csv),
            (" [", Format::Json),
            ("[{", Format::Json),
            ("{\"a\":1}", Format::Ndjson),
            ("{\"a\":1}\n", Format::Ndjson),
            ("{\"a\":[{}]}\n", Format::Json),
            ("{\"a\":[{}]}\n{\"a\":[{}]}\n", Format::Ndjson),
            ("{\n", Format::Json),
            ("{\"a\":[{},\n{}]}", Format::Json),
            ("{\"a\":[\n{\"b\":1},\n{}]}", Format::Json),
            ("{\"a\":\n{\"a\":1}\n", Format::Ndjson),
            ("{} {}\n{}", Format::Json),
            ("{} x\n{}", Format::Ndjson),
        ] {
            assert_eq!(layout(text, &[]).format, expected, "{text}");
        }
    }
}

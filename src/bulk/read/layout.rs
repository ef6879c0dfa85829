//! How a file is read, in a form that crosses to other threads and to JavaScript.

use super::{Encoding, Format};
use crate::fields::{position, rows};
use crate::issue::Severity;
use crate::json::{Json, Object};

/// How a file is read: known once its first block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How the file writes its rows.
    pub format: Format,
    /// How its bytes stand for characters.
    pub encoding: Encoding,
    /// What stands between the cells of CSV; 0 for other formats.
    pub delimiter: u8,
    /// The columns of CSV, in the file's order. Of other formats, the members that the caller has
    /// mapped.
    pub columns: Vec<Column>,
    /// What was not guessed. It holds no header and no cell, but for headers of the caller's map.
    pub problems: Vec<Problem>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its header, as it is written in the file; empty where it has none. A file without a header
    /// has personal data here.
    pub header: String,
    /// Its field, by the field's index in the rule table; `None` for a column that is no field.
    pub field: Option<usize>,
}

/// What the reader does not guess, and the caller may have to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub code: ProblemCode,
    /// The columns it is about, counted from 1.
    pub columns: Vec<usize>,
    /// The fields it is about, by their index in the rule table.
    pub fields: Vec<usize>,
    /// The header of the caller's map that it is about.
    pub mapped: Option<String>,
}

/// What the reader does not guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemCode {
    /// The file has nothing but white space.
    Empty,
    /// The line of the headers does not end in the first half megabyte, or a quote in it never
    /// closes.
    HeaderUnreadable,
    /// No column is a field, perhaps because the file has no header.
    NoField,
    /// Several columns are the same field, so that none of them is read.
    Twice,
    /// A column may be one of several fields, or several in one, so that it is not read.
    Unclear,
    /// The caller's map names a header that the file does not have.
    NotThere,
}

impl ProblemCode {
    /// Every code.
    pub const ALL: [Self; 6] = [
        Self::Empty,
        Self::HeaderUnreadable,
        Self::NoField,
        Self::Twice,
        Self::Unclear,
        Self::NotThere,
    ];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::HeaderUnreadable => "header_unreadable",
            Self::NoField => "column_none",
            Self::Twice => "column_twice",
            Self::Unclear => "column_unclear",
            Self::NotThere => "column_not_there",
        }
    }

    /// An error where rows can't be read as they are meant. Advice where a column may be missed.
    pub const fn severity(self) -> Severity {
        match self {
            Self::HeaderUnreadable | Self::NoField | Self::Twice => Severity::Error,
            Self::Empty | Self::Unclear | Self::NotThere => Severity::Advice,
        }
    }
}

impl Problem {
    pub(super) fn new(code: ProblemCode) -> Self {
        Self { code, columns: Vec::new(), fields: Vec::new(), mapped: None }
    }

    fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().filter_map(|index| Some(rows().get(*index)?.name))
    }

    /// The English message, which says what to do.
    pub fn message(&self) -> String {
        let columns: Vec<_> = self.columns.iter().map(|column| column.to_string()).collect();
        let columns = columns.join(" and ");
        let fields: Vec<_> = self.field_names().collect();
        match self.code {
            ProblemCode::Empty => "the file has no rows".to_owned(),
            ProblemCode::HeaderUnreadable => {
                "the first line can't be read: give the format of the file, or look for a quote that never closes".to_owned()
            }
            ProblemCode::NoField => {
                "no column is a field: give a map from its headers to fields, and add a line of headers if the file has none".to_owned()
            }
            ProblemCode::Twice => format!(
                "columns {columns} are both {}: map the others to no field",
                fields.join(" and ")
            ),
            ProblemCode::Unclear => format!(
                "column {columns} may be {}: map it to the field that it is, or to none",
                fields.join(" or ")
            ),
            ProblemCode::NotThere => format!(
                "the map names {}, which the file does not have",
                self.mapped.as_deref().unwrap_or_default()
            ),
        }
    }

    fn to_json(&self) -> Json {
        let severity = match self.code.severity() {
            Severity::Error => "error",
            Severity::Advice => "advice",
        };
        let columns: Vec<_> =
            self.columns.iter().map(|column| Json::Number(column.to_string())).collect();
        let fields: Vec<_> = self.field_names().collect();
        Object::new()
            .with("code", self.code.as_str())
            .with("severity", severity)
            .with("message", self.message())
            .with("columns", columns)
            .with("fields", fields)
            .into()
    }
}

impl Column {
    fn to_json(&self) -> Json {
        let field = self.field.and_then(|index| Some(rows().get(index)?.name));
        Object::new().with("header", &*self.header).with("field", field).into()
    }

    fn from_json(column: &Json) -> Option<Self> {
        let column = column.as_object()?;
        let field = match column.given("field") {
            Some(name) => Some(position(name.as_str()?)?),
            None => None,
        };
        Some(Self { header: column.get("header")?.as_str()?.to_owned(), field })
    }
}

impl Layout {
    /// The layout of a file of JSON in UTF-8.
    pub fn of_json(format: Format) -> Self {
        Self {
            format,
            encoding: Encoding::Utf8,
            delimiter: 0,
            columns: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The layout as JSON, which [`Layout::from_json`] reads elsewhere.
    pub fn to_json(&self) -> Object {
        let delimiter = (self.delimiter > 0).then(|| String::from(char::from(self.delimiter)));
        let columns: Vec<_> = self.columns.iter().map(Column::to_json).collect();
        let problems: Vec<_> = self.problems.iter().map(Problem::to_json).collect();
        Object::new()
            .with("format", self.format.as_str())
            .with("encoding", self.encoding.as_str())
            .with("delimiter", delimiter)
            .with("columns", columns)
            .with("problems", problems)
    }

    /// The layout that [`Layout::to_json`] has written, without its problems, which reading rows
    /// does not need. `None` for what is no layout.
    pub fn from_json(layout: &Object) -> Option<Self> {
        let text = |name: &str| layout.get(name)?.as_str();
        Some(Self {
            format: Format::of(text("format")?)?,
            encoding: Encoding::of(text("encoding")?)?,
            delimiter: match layout.given("delimiter") {
                Some(delimiter) => *delimiter.as_str()?.as_bytes().first()?,
                None => 0,
            },
            columns: layout
                .get("columns")?
                .as_array()?
                .iter()
                .map(Column::from_json)
                .collect::<Option<_>>()?,
            problems: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_crosses_as_json() {
        let problem =
            Problem { columns: vec![2], fields: vec![1, 2], ..Problem::new(ProblemCode::Unclear) };
        let layout = Layout {
            format: Format::Csv,
            encoding: Encoding::Utf16Le,
            delimiter: b'\t',
            columns: vec![
                Column { header: "E-Mail".to_owned(), field: position("Email") },
                Column { header: "Name".to_owned(), field: None },
            ],
            problems: vec![problem],
        };
        let text = layout.to_json().to_text();
        assert_eq!(
            text,
            concat!(
                r#"{"format":"csv","encoding":"utf-16le","delimiter":"\t","columns":"#,
                r#"[{"header":"E-Mail","field":"Email"},{"header":"Name","field":null}],"problems":"#,
                r#"[{"code":"column_unclear","severity":"advice","message":"column 2 may be FirstName or Surname: map it to the field that it is, or to none","columns":[2],"fields":["FirstName","Surname"]}]}"#
            )
        );
        let Ok(Json::Object(read)) = Json::parse(&text) else { panic!("{text}") };
        assert_eq!(Layout::from_json(&read), Some(Layout { problems: Vec::new(), ..layout }));
        assert_eq!(Layout::from_json(&Object::new()), None);
    }

    #[test]
    fn problems_say_what_to_do_in_one_line() {
        for code in ProblemCode::ALL {
            let problem = Problem { columns: vec![1, 2], fields: vec![2], ..Problem::new(code) };
            let message = problem.message();
            assert!(!message.contains('\n') && !message.ends_with('.'), "{message}");
        }
    }
}

//! JSON without loss, for the client and the rules: what is read can be written back as it came.
//!
//! Why not what is there: the platform's `JSON.parse` rounds numbers above 2^53 and keeps the last
//! of two equal keys without a word, and a derived or dynamic serde_json reader costs 20 kB brotli
//! in a browser build whose whole budget is 24. Rust users get serde's view of the same records in
//! [`crate::customer`].

use crate::scan;

/// A JSON value. Numbers keep the text they were written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written: `1`, `1.50`, `12345678901234567890`.
    Number(String),
    /// A string, unescaped. A lone surrogate in the text arrives as U+FFFD.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, its members in the order they came.
    Object(Object),
}

/// The members of a JSON object, in order, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    members: Vec<(String, Json)>,
}

/// Why a text is not the JSON we read, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Bytes before the place.
    pub offset: usize,
}

/// What can be wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// Not JSON (RFC 8259), or cut off.
    Syntax,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// An object has more members than [`MAX_MEMBERS`].
    TooManyMembers,
    /// An object names a member twice, so that its meaning is anybody's guess (RFC 8259 §4).
    DuplicateName,
}

/// How deep arrays and objects may be nested. No record of the API goes beyond three.
pub const MAX_DEPTH: usize = 128;

/// How many members an object may have. A customer has about forty; the bound keeps the search for
/// equal names short.
pub const MAX_MEMBERS: usize = 1000;

impl Json {
    /// Reads one JSON text (RFC 8259). A byte order mark before it is passed over (§8.1 allows
    /// that).
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
        let value = reader.value(MAX_DEPTH)?;
        reader.space();
        if reader.at == text.len() { Ok(value) } else { Err(reader.error()) }
    }

    /// Writes the value as one line of JSON.
    pub fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Number(text) => out.push_str(text),
            Json::String(text) => write_string(text, out),
            Json::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Json::Object(object) => object.write(out),
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Json::String(text) = self { Some(text) } else { None }
    }

    /// True or false.
    pub fn as_bool(&self) -> Option<bool> {
        if let Json::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let Json::Object(object) = self { Some(object) } else { None }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        if let Json::Array(items) = self { Some(items) } else { None }
    }

    /// An int32 written as a number (`44`, `44.0`) or, as some proxies rewrite it, as text
    /// (`"44"`).
    pub fn as_i32(&self) -> Option<i32> {
        match self {
            Json::Number(text) | Json::String(text) => {
                let (whole, fraction) = scan::split_once(text, b'.').unwrap_or((text, "0"));
                if fraction.is_empty() || !scan::skip(fraction, b"0").is_empty() {
                    return None;
                }
                let (sign, digits) = match whole.strip_prefix('-') {
                    Some(digits) => (-1, digits),
                    None => (1, whole.strip_prefix('+').unwrap_or(whole)),
                };
                i32::try_from(sign * i64::from(scan::number(digits)?)).ok()
            }
            _ => None,
        }
    }

    /// The same, if it is above 0, as Ids and times are.
    pub fn as_positive(&self) -> Option<i32> {
        self.as_i32().filter(|id| *id > 0)
    }

    /// True for this number, which is above 0, as [`integer_text`] writes it.
    pub(crate) fn is_number(&self, number: i32) -> bool {
        let Json::Number(text) = self else { return false };
        !text.starts_with('0') && scan::number(text).map(i64::from) == Some(number.into())
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Json::Number(integer_text(i64::from(number)))
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Json::Bool(flag)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::String(text)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Json::Array(items.into_iter().map(Into::into).collect())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Json::Object(object)
    }
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of the member `name`, spelt exactly so.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The value of an option: of the member `name`, unless it is null, which says the same as
    /// none.
    pub fn given(&self, name: &str) -> Option<&Json> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// Sets the member `name`, in its old place if there is one, else at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.put(name, value.into());
    }

    /// [`Object::set`], compiled once for all types of values.
    fn put(&mut self, name: &str, value: Json) {
        match self.members.iter_mut().find(|(member, _)| member == name) {
            Some((_, old)) => *old = value,
            None => self.members.push((name.to_owned(), value)),
        }
    }

    /// The same object with `name` set: for building one in an expression.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    /// Takes the member `name` out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let place = self.members.iter().position(|(member, _)| member == name)?;
        Some(self.members.remove(place).1)
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// True without members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Writes the object as one line of JSON.
    pub fn write(&self, out: &mut String) {
        out.push('{');
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_string(name, out);
            out.push(':');
            value.write(out);
        }
        out.push('}');
    }

    /// The object as one line of JSON.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

/// Decimal digits of an integer. `format!` would bring 5 kB of formatting machinery into the
/// browser build.
pub fn integer_text(number: i64) -> String {
    let mut text = String::new();
    write_integer(&mut text, number);
    text
}

/// Writes [`integer_text`].
pub(crate) fn write_integer(out: &mut String, number: i64) {
    if number < 0 {
        out.push('-');
    }
    write_digits(out, number.unsigned_abs(), 1);
}

/// Writes a number with zeros before it up to `least` digits.
pub(crate) fn write_digits(out: &mut String, number: u64, least: usize) {
    if number > 9 || least > 1 {
        write_digits(out, number / 10, least.saturating_sub(1));
    }
    out.push((b'0' + (number % 10) as u8).into());
}

pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    write_escaped(out, text);
    out.push('"');
}

/// Writes what stands between the quotes of a string.
pub(crate) fn write_escaped(out: &mut String, text: &str) {
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "\\u00",
            _ => continue,
        };
        out.push_str(text.get(start..index).unwrap_or_default());
        out.push_str(short);
        if short.len() > 2 {
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        start = index + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

/// The character that an escape in a text stands for, and where the text goes on. `at` is where the
/// escape's backslash stands. `None` for what is no escape.
#[cfg(feature = "bulk")]
pub(crate) fn escaped(text: &str, at: usize) -> Option<(char, usize)> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: at + 1 };
    let character = reader.escape().ok()?;
    Some((character, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn error(&self) -> JsonError {
        JsonError { kind: JsonErrorKind::Syntax, offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes the byte if it is next, after white space.
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.take(byte) { Ok(()) } else { Err(self.error()) }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.error())
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.space();
        match self.peek() {
            Some(b'"') => self.string().map(Json::String),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, JsonError> {
        depth.checked_sub(1).ok_or(JsonError { kind: JsonErrorKind::TooDeep, offset: self.at })
    }

    fn object(&mut self, depth: usize) -> Result<Json, JsonError> {
        let depth = self.deeper(depth)?;
        self.at += 1;
        let mut object = Object::new();
        if self.take(b'}') {
            return Ok(Json::Object(object));
        }
        loop {
            self.space();
            let offset = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.error());
            }
            let name = self.string()?;
            if object.members.len() == MAX_MEMBERS {
                return Err(JsonError { kind: JsonErrorKind::TooManyMembers, offset });
            }
            if object.get(&name).is_some() {
                return Err(JsonError { kind: JsonErrorKind::DuplicateName, offset });
            }
            self.expect(b':')?;
            let value = self.value(depth)?;
            object.members.push((name, value));
            if !self.take(b',') {
                self.expect(b'}')?;
                return Ok(Json::Object(object));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, JsonError> {
        let depth = self.deeper(depth)?;
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.take(b',') {
                self.expect(b']')?;
                return Ok(Json::Array(items));
            }
        }
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.error()) }
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(self.slice(start).to_owned()))
    }

    fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A string, from its opening quote.
    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut start = self.at;
        let mut text = String::new();
        loop {
            match self.peek() {
                Some(b'"') => {
                    text.push_str(self.slice(start));
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(self.slice(start));
                    self.at += 1;
                    text.push(self.escape()?);
                    start = self.at;
                }
                Some(0..0x20) | None => return Err(self.error()),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let escaped = match self.peek() {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.error()),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// `\uXXXX`, and the second half of a surrogate pair with it.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let after_high = self.at;
        if self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            self.at += 1;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let scalar = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = after_high;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// The four digits after the `u` at hand.
    fn hex(&mut self) -> Result<u32, JsonError> {
        self.at += 1;
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            value = value * 16 + digit.ok_or_else(|| self.error())?;
            self.at += 1;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        let mut out = String::new();
        Json::parse(text).unwrap().write(&mut out);
        out
    }

    #[test]
    fn json_that_is_read_is_written_back() {
        for text in [
            "null",
            "true",
            "0",
            "-0",
            "1.50",
            "12345678901234567890",
            "0.1234567890123456789012345678901234567890",
            "1E+400",
            r#""""#,
            r#""Zoë 🍷""#,
            r#""\"\\\n\r\t\u0001""#,
            "[]",
            "{}",
            r#"[1,[2,{"a":null}],"x"]"#,
            r#"{"__proto__":{"x":1},"b":[true,false]}"#,
        ] {
            assert_eq!(round_trip(text), text);
        }
    }

    #[test]
    fn json_in_other_spellings_means_the_same() {
        for (text, expected) in [
            ("\u{feff} [ 1 , 2 ] ", "[1,2]"),
            (r#""\u0041\/\ud83c\udf77""#, "\"A/🍷\""),
            (r#""\ud83c""#, "\"\u{fffd}\""),
            (r#""\ud83cx\udf77""#, "\"\u{fffd}x\u{fffd}\""),
            (r#""\ud83c\u0041""#, "\"\u{fffd}A\""),
        ] {
            assert_eq!(round_trip(text), expected, "{text}");
        }
    }

    #[test]
    fn json_error_says_where_the_text_is_no_json() {
        use JsonErrorKind::*;
        for (text, kind, offset) in [
            ("", Syntax, 0),
            ("  ", Syntax, 2),
            ("nul", Syntax, 0),
            ("[1,]", Syntax, 3),
            ("{\"a\":1,}", Syntax, 7),
            ("{a:1}", Syntax, 1),
            ("\"a", Syntax, 2),
            ("\"a\nb\"", Syntax, 2),
            ("\"\\x\"", Syntax, 2),
            ("\"\\u12g4\"", Syntax, 5),
            ("01", Syntax, 1),
            ("1.", Syntax, 2),
            ("+1", Syntax, 0),
            ("NaN", Syntax, 0),
            ("{} {}", Syntax, 3),
            ("{\"a\":1,\"\\u0061\":2}", DuplicateName, 7),
        ] {
            assert_eq!(Json::parse(text), Err(JsonError { kind, offset }), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::parse(&nested(MAX_DEPTH)).is_ok());
        let error = Json::parse(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!(error.kind, JsonErrorKind::TooDeep);
        assert!(Json::parse(&"[".repeat(1_000_000)).is_err());
    }

    #[test]
    fn members_are_bounded() {
        let object = |count: usize| {
            let members: Vec<_> = (0..count).map(|index| format!("\"{index}\":0")).collect();
            Json::parse(&format!("{{{}}}", members.join(",")))
        };
        assert!(object(MAX_MEMBERS).is_ok());
        assert_eq!(object(100_000).unwrap_err().kind, JsonErrorKind::TooManyMembers);
    }

    #[test]
    fn integers_are_read_from_numbers_and_text() {
        for (text, expected) in [
            ("44", Some(44)),
            ("\"44\"", Some(44)),
            ("44.0", Some(44)),
            ("-1", Some(-1)),
            ("44.5", None),
            ("2147483648", None),
            ("\"\"", None),
            ("null", None),
        ] {
            assert_eq!(Json::parse(text).unwrap().as_i32(), expected, "{text}");
        }
    }

    #[test]
    fn integers_are_written() {
        for number in [0, 7, -7, 44, i64::MAX, i64::MIN] {
            assert_eq!(integer_text(number), number.to_string());
        }
    }

    #[test]
    fn positive_numbers_are_known_without_being_written() {
        for text in ["1", "44", "044", "44.0", "+44", "-44", "0", "", "4294967340", "2147483647"] {
            for json in [Json::Number(text.to_owned()), Json::from(text)] {
                for number in [1, 44, i32::MAX] {
                    assert_eq!(json.is_number(number), json == Json::from(number), "{text}");
                }
            }
        }
    }

    #[test]
    fn members_keep_their_place() {
        let mut object = Object::new().with("A", 1).with("B", "x");
        object.set("A", true);
        assert_eq!(object.to_text(), r#"{"A":true,"B":"x"}"#);
        assert_eq!(object.remove("A"), Some(Json::Bool(true)));
        assert_eq!(object.remove("A"), None);
        assert_eq!(object.to_text(), r#"{"B":"x"}"#);
    }
}

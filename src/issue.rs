//! Issues: what is wrong with a field, or worth a second look. The catalogue of codes here is read
//! by everything that shows or maps them: docs/issues.md, the locales, the gateway's answers,
//! JavaScript.

use crate::json::{Json, write_integer, write_string};
use crate::scan;

/// Whether an issue stops the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Must be changed.
    Error,
    /// Worth a second look; never blocks.
    Advice,
}

/// Something that the guest should change or look at again. It holds nothing of what was typed, but
/// for the parameters of two codes, which say what was probably meant: see [`Param`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What is wrong.
    pub code: Code,
    /// The field's name in the rule table, dotted where it is nested: `Email`, `Address.Postcode`.
    pub field: &'static str,
    /// The parameters that the message names, such as `max`.
    pub params: Vec<(&'static str, Param)>,
    /// Whether it blocks.
    pub severity: Severity,
}

/// A value that a message shows, such as a limit or a suggestion. `suggestion` of
/// [`Code::EmailMistyped`] and `first` and `second` of [`Code::DateAmbiguous`] are personal data: a
/// form shows them to the guest who typed the value, and no error, log or English message has them.
#[derive(Clone, PartialEq, Eq)]
pub enum Param {
    /// A whole number.
    Number(i32),
    /// A short text.
    Text(String),
}

/// Shows a number and no text.
impl core::fmt::Debug for Param {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Param::Number(number) => write!(formatter, "Number({number})"),
            Param::Text(_) => formatter.write_str("Text"),
        }
    }
}

/// The names of the parameters that are numbers. Like [`OTHER_SUBJECTS`], one text with spaces: a
/// list of texts takes twice the bytes in the browser build.
pub(crate) const NUMBER_PARAMS: &str = "age callingCode character min max";
/// The names of the parameters that are texts.
#[cfg(all(feature = "programs", any(test, all(target_arch = "wasm32", feature = "wasm"))))]
pub(crate) const TEXT_PARAMS: &str = "reason suggestion first second";
/// The parameter with the code point of a character that can't be seen.
pub(crate) const CHARACTER: &str = "character";
/// The parameter that says why a phone number is impossible: the name of a
/// [`crate::rules::phone::Reason`].
pub(crate) const REASON: &str = "reason";
/// The parameter with the e-mail address or the domain that was probably meant.
pub(crate) const SUGGESTION: &str = "suggestion";
/// The parameter with the first of the days that can be meant.
pub(crate) const FIRST: &str = "first";
/// The parameter with the second of the days that can be meant.
pub(crate) const SECOND: &str = "second";
/// What an issue can be about besides a field of [`crate::fields`]: parts of a request, and
/// arguments of operations.
pub(crate) const OTHER_SUBJECTS: &str =
    "Address CustomerOptions HasDeclinedEmail request ids into from mode ipAddress";

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal $message:literal)*) => {
        /// Every code an issue can carry. The text form is stable: locale files and programs rely
        /// on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])* $variant,)* }

        impl Code {
            /// Every code, in the catalogue's order.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }

            /// What the code means, for developers: the text of docs/issues.md.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),*),)* }
            }

            /// The code with this text form; [`Code::Refused`] for one that only another version
            /// knows.
            pub(crate) fn named(text: &str) -> Code {
                let known = Code::ALL.iter().find(|code| code.as_str() == text);
                known.map_or(Code::Refused, |code| *code)
            }

            /// The English message; `{name}` stands for a parameter.
            pub const fn message(self) -> &'static str {
                match self { $(Code::$variant => $message,)* }
            }
        }
    };
}

catalogue! {
    /// A required field is empty.
    Required "required" "fill in this field"
    /// Neither a mobile nor a landline number is given, which the remote API refuses.
    PhoneRequired "phone_required" "give a mobile or a landline number"
    /// The value has another JSON type than the field.
    WrongType "wrong_type" "this field takes another kind of value"
    /// Longer than the field's limit, in Unicode code points. Params: `max`.
    TooLong "too_long" "use at most {max} characters"
    /// A character that can't be seen and is not safely left out, such as NUL, or a mark that turns
    /// the reading direction and has no end. Params: `character`, its code point.
    ControlCharacter "control_character" "remove the invisible control characters"
    /// U+FFFD or a lone surrogate: the text was damaged on its way.
    DamagedText "damaged_text" "type this again: some characters were damaged"
    /// Not a valid e-mail address by the HTML standard, or over RFC 5321's lengths.
    Email "email_invalid" "write the e-mail address like name@example.com"
    /// Not a valid e-mail address, but one is likely meant. Params: `suggestion`, that address.
    EmailMistyped "email_mistyped" "check the e-mail address: a sign is wrong"
    /// An e-mail address without an `@`.
    EmailAtMissing "email_at_missing" "write the whole e-mail address, with an @"
    /// Two e-mail addresses in one field.
    EmailTwoAddresses "email_two_addresses" "give one e-mail address only"
    /// Letters outside ASCII before the `@`, which the HTML standard does not allow.
    EmailLetters "email_letters" "use letters from a to z, without accents, before the @"
    /// Advice: a domain without a dot is rarely reachable.
    EmailDotless "email_dotless" "check the end of the e-mail address, such as .com"
    /// Advice: a likely slip. Params: `suggestion`, the corrected domain.
    EmailTypo "email_typo" "check the e-mail address: did you mean {suggestion}?"
    /// A calling code that no country has.
    CallingCode "calling_code_invalid" "choose the country of the number"
    /// The calling code is missing, and the number does not carry its own.
    CallingCodeMissing "calling_code_missing" "choose the country of the number, or start it with + and its code"
    /// The number begins with `+` and a calling code that no country has.
    CallingCodeUnknown "calling_code_unknown" "check the number: no country has the code after the +"
    /// Letters in a phone number.
    PhoneLetters "phone_letters" "write the number in digits, without letters"
    /// Fewer digits than any number with this calling code has. As advice: only as many as a number
    /// has that is dialled within its area, or too few but for the trunk prefix. Params: `callingCode`.
    PhoneTooShort "phone_too_short" "check the number: digits are missing"
    /// More digits than any number with this calling code has. Params: `callingCode`.
    PhoneTooLong "phone_too_long" "check the number: it has too many digits"
    /// An extension after the number: the remote API has no field for it.
    PhoneExtension "phone_extension" "leave the extension out of the number"
    /// Two numbers in one field.
    PhoneTwoNumbers "phone_two_numbers" "give one number only"
    /// No number with this calling code looks like this. Params: `callingCode`, `reason`.
    PhoneImpossible "phone_impossible" "check the number: no number there is written like this"
    /// Advice: a number of the right length, but in no range known to be in use. Params:
    /// `callingCode`.
    PhoneUnknown "phone_unknown" "check the number: it is in no range known to us"
    /// Advice: a landline or other number in the mobile field. Params: `callingCode`.
    PhoneNotMobile "phone_not_mobile" "check the number: it does not look like a mobile"
    /// Not a calendar date.
    Date "date_invalid" "write the date as year-month-day, such as 1990-12-31"
    /// More than one day can be meant. Params: `first`, `second`, two days as `YYYY-MM-DD`.
    DateAmbiguous "date_ambiguous" "write the date as year-month-day: more than one day can be meant"
    /// Before 1900. Params: `min`.
    DateTooEarly "date_too_early" "check the year: dates before {min} are not taken"
    /// After today.
    DateInFuture "date_in_future" "check the date: it is in the future"
    /// The birthday and the drinking-age flag contradict each other. Params: `age`.
    DrinkingAge "drinking_age_contradiction" "check the birthday: it contradicts the answer about being {age}"
    /// A consent without the wording that was shown.
    ConsentText "consent_text_missing" "a consent needs the wording that was shown"
    /// A custom field that the restaurant has not set up, so that the remote API would drop it.
    NotConfigured "not_configured" "this restaurant does not ask for this field"
    /// A value that is not in the list of allowed values.
    NotListed "not_listed" "choose one of the values listed"
    /// Ids that are not whole numbers above 0.
    Ids "ids_invalid" "use whole numbers above 0"
    /// The same Id twice.
    DuplicateId "duplicate_id" "name each Id once"
    /// More Ids than one list may hold.
    TooManyIds "too_many_ids" "name at most 1000 Ids"
    /// Fewer or more Ids than the operation takes. Params: `min`, `max`.
    IdCount "id_count" "name {min} to {max} Ids"
    /// A customer cannot be merged into itself.
    MergeSelf "merge_self" "the customer that is merged into cannot be among the others"
    /// Not an IPv4 or IPv6 address.
    IpAddress "ip_invalid" "give an IPv4 or IPv6 address"
    /// A field that this caller may not write.
    NotWritable "not_writable" "this field cannot be set here"
    /// The remote API refused the value without a reason that maps onto another code.
    Refused "refused" "the restaurant's system refused this value"
}

/// Why a rule refuses a value. The rule does not know the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub code: Code,
    /// The parameters that the rule alone knows, such as `suggestion`.
    pub params: Vec<(&'static str, Param)>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, params: Vec::new() }
    }
}

impl Issue {
    /// An error in `field`.
    pub fn error(code: Code, field: &'static str) -> Self {
        Self::refused(code.into(), field)
    }

    /// The error in `field` that a rule's refusal makes.
    pub fn refused(refusal: Refusal, field: &'static str) -> Self {
        let Refusal { code, params } = refusal;
        Self { code, field, params, severity: Severity::Error }
    }

    /// Advice about `field`.
    pub fn advice(code: Code, field: &'static str) -> Self {
        Self { severity: Severity::Advice, ..Self::error(code, field) }
    }

    /// The same issue with a number for its message.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: i32) -> Self {
        self.params.push((name, Param::Number(value)));
        self
    }

    /// The same issue with a text for its message.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: &str) -> Self {
        self.params.push((name, Param::Text(value.to_owned())));
        self
    }

    /// True when it blocks.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The English message, with its parameters filled in. It says what to do, in lower case and on
    /// one line.
    pub fn message(&self) -> String {
        let mut message = String::new();
        self.write_message(&mut message, String::push_str);
        message
    }

    /// Writes the message; `write` writes the texts among its parameters.
    fn write_message(&self, out: &mut String, write: impl Fn(&mut String, &str)) {
        let mut rest = self.code.message();
        while let Some((before, after)) = scan::split_once(rest, b'{') {
            out.push_str(before);
            let (name, after) = scan::split_once(after, b'}').unwrap_or((after, ""));
            match self.params.iter().find(|(known, _)| *known == name) {
                Some((_, Param::Number(number))) => write_integer(out, (*number).into()),
                Some((_, Param::Text(text))) => write(out, text),
                None => {}
            }
            rest = after;
        }
        out.push_str(rest);
    }

    /// The parameters as a JSON object.
    #[cfg(any(test, feature = "gateway"))]
    pub(crate) fn params_json(&self) -> crate::json::Object {
        let mut params = crate::json::Object::new();
        for (name, param) in &self.params {
            match param {
                Param::Number(number) => params.set(name, *number),
                Param::Text(text) => params.set(name, text.as_str()),
            }
        }
        params
    }

    /// The issue as JavaScript sees it: `{code, path, params, severity, message}`. A guest's page
    /// has messages of its own.
    pub fn to_json(&self) -> Json {
        let mut text = String::new();
        self.write(&mut text);
        parsed(&text)
    }

    /// Writes the issue as [`Issue::to_json`] has it. Only texts among its parameters may have
    /// characters to escape.
    pub(crate) fn write(&self, out: &mut String) {
        out.push_str("{\"code\":\"");
        out.push_str(self.code.as_str());
        out.push_str("\",\"path\":[\"");
        let mut before = "";
        for member in scan::split(self.field, b'.') {
            out.push_str(before);
            out.push_str(member);
            before = "\",\"";
        }
        out.push_str("\"],\"params\":{");
        before = "\"";
        for (name, param) in &self.params {
            out.push_str(before);
            out.push_str(name);
            out.push_str("\":");
            match param {
                Param::Number(number) => write_integer(out, (*number).into()),
                Param::Text(text) => write_string(text, out),
            }
            before = ",\"";
        }
        out.push_str("},\"severity\":\"");
        out.push_str(if self.blocks() { "error" } else { "advice" });
        #[cfg(feature = "programs")]
        {
            out.push_str("\",\"message\":\"");
            self.write_message(out, crate::json::write_escaped);
        }
        out.push_str("\"}");
    }
}

/// A field's name as JavaScript's path to its value: `["Address", "Postcode"]` for
/// `Address.Postcode`.
#[cfg(any(test, feature = "bulk"))]
pub(crate) fn path(field: &str) -> Json {
    let mut path = Vec::new();
    for member in scan::split(field, b'.') {
        path.push(member.into());
    }
    Json::Array(path)
}

/// The issues as JavaScript sees them.
pub(crate) fn list(issues: &[Issue]) -> Json {
    let mut text = String::new();
    write_list(issues, &mut text);
    parsed(&text)
}

/// Writes the issues as [`list`] has them.
pub(crate) fn write_list(issues: &[Issue], out: &mut String) {
    let mut before = '[';
    for issue in issues {
        out.push(before);
        issue.write(out);
        before = ',';
    }
    out.push_str(if issues.is_empty() { "[]" } else { "]" });
}

/// What was written as JSON.
fn parsed(text: &str) -> Json {
    Json::parse(text).unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issue_messages_say_what_to_do_in_one_line() {
        for code in Code::ALL {
            let message = code.message();
            assert!(message.starts_with(|first: char| first.is_lowercase()), "{message}");
            assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn issue_codes_are_distinct() {
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len());
    }

    #[test]
    fn parameters_that_are_texts_are_listed() {
        let listed: Vec<_> = TEXT_PARAMS.split(' ').collect();
        assert_eq!(listed, [REASON, SUGGESTION, FIRST, SECOND]);
    }

    #[test]
    fn issue_is_flat_and_has_its_message_filled_in() {
        let issue = Issue::error(Code::TooLong, "Address.Town").number("max", 100);
        let mut text = String::new();
        issue.to_json().write(&mut text);
        assert_eq!(
            text,
            r#"{"code":"too_long","path":["Address","Town"],"params":{"max":100},"severity":"error","message":"use at most 100 characters"}"#
        );
    }

    #[test]
    fn issues_are_written_as_json_whatever_they_hold() {
        for (code, field) in Code::ALL.iter().zip(["", "Email", "Address.Town"].iter().cycle()) {
            let issue = Issue::advice(*code, field).number("max", -1).text(SUGGESTION, "\"\\\n\0é");
            let Json::Object(written) = issue.to_json() else { panic!("{code:?} is no object") };
            assert_eq!(written.get("message"), Some(&issue.message().into()));
            assert_eq!(written.get("path"), Some(&path(field)));
            assert_eq!(written.get("params"), Some(&issue.params_json().into()));
            let both = [issue.clone(), issue.clone()];
            assert_eq!(list(&both), Json::from(vec![written.clone(), written]));
        }
        assert_eq!(list(&[]), Json::Array(vec![]));
    }
}

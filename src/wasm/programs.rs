//! The rules for JavaScript, as programs ask them: `pkg/lib/rules.js`. The most frequent questions
//! cross without JSON, through slots in the module's memory.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::arguments::{object, type_error, value};
use super::platform::Engine;
use super::rules;
use super::text;
use crate::fields::field;
use crate::form::{Options, check_field, check_patch};
use crate::issue::{Issue, list as issues};
use crate::json::{Json, Object};
use crate::packed;
use crate::rules::{consent, date, email, phone};
use crate::slots::{ANSWER, CODE_SHIFT, DRAFT, ISSUES_SIZE_BITS, NATIONAL_SHIFT};

thread_local! {
    /// The options of the next checks. A check keeps its own reference to them: the platform's
    /// functions that it calls may start another check with other options.
    static OPTIONS: RefCell<Rc<Options>> = RefCell::default();
    /// The memory into which JavaScript writes the arguments of the most frequent questions, see
    /// `crate::packed`.
    static SLOTS: Cell<&'static [u8]> = const { Cell::new(&[]) };
    /// The memory into which the module writes answers. It follows [`SLOTS`].
    static ANSWERS: Cell<&'static [Cell<u8>]> = const { Cell::new(&[]) };
}

fn options() -> Rc<Options> {
    OPTIONS.with_borrow(Rc::clone)
}

/// Sets the options of the next checks.
#[wasm_bindgen(js_name = takeOptions)]
pub fn take_options(json: &str) -> Result<(), JsValue> {
    let options = Options::read(&object(json, "options takes an object")?).map_err(type_error)?;
    OPTIONS.set(Rc::new(Options { phones: rules::phones(), ..options }));
    Ok(())
}

/// The address of the slots of `crate::packed` in the module's memory. Those for answers follow.
#[wasm_bindgen]
pub fn slots() -> *const u8 {
    if SLOTS.get().is_empty() {
        let (draft, answers) = vec![0; DRAFT + ANSWER].leak().split_at_mut(DRAFT);
        SLOTS.set(draft);
        ANSWERS.set(Cell::from_mut(answers).as_slice_of_cells());
    }
    SLOTS.get().as_ptr()
}

fn known_field(name: &str) -> Result<&'static crate::fields::Field, JsValue> {
    field(name).ok_or_else(|| type_error("name takes a name that fields() lists"))
}

/// `checkCustomer` of the draft in the slots, which has `count` members and `length` bytes of text.
/// The answer is in the slots for answers, and this is its size: see `crate::slots::ISSUES_SIZE_BITS`.
/// Returns -1 if there is none: JavaScript then calls [`ask`] with the draft as JSON.
#[wasm_bindgen(js_name = checkPacked)]
pub fn check_packed(count: usize, length: usize) -> i32 {
    let answer = packed::check(SLOTS.get(), count, length, &options(), &Engine);
    answer.and_then(|answer| write_answer(&answer)).unwrap_or(-1)
}

/// Writes an answer to its slots. Returns its size, or `None` if there is no room for it.
fn write_answer(packed::Answer { issues, text }: &packed::Answer) -> Option<i32> {
    let (of_issues, rest) = ANSWERS.get().split_at_checked(issues.len())?;
    let of_text = rest.get(..text.len())?;
    for (slots, bytes) in [(of_issues, issues.as_slice()), (of_text, text.as_bytes())] {
        for (slot, byte) in slots.iter().zip(bytes) {
            slot.set(*byte);
        }
    }
    i32::try_from(text.len() << ISSUES_SIZE_BITS | issues.len()).ok()
}

/// The first `length` bytes of the slots' texts. They must not be handed to the platform, whose
/// functions may overwrite them.
fn first(length: usize) -> &'static [u8] {
    packed::first(SLOTS.get(), length).unwrap_or_default()
}

/// True if the slots' first text is an e-mail address that is sent as it was typed, without an issue.
/// For any other address JavaScript calls [`ask`].
#[wasm_bindgen(js_name = isPlainEmail)]
pub fn is_plain_email(length: usize) -> bool {
    email::is_plain(first(length))
}

/// `inspectPhone` of the number in the slots' texts, if it is possible or valid and has at most
/// eleven digits, as one number. The number has, from its lowest bits on: the type's number in
/// `phoneTypes`, counted from 1; the calling code; the national number with a 1 before its first
/// digit. `crate::slots` says how many bits each has. Returns 0 for any other number; JavaScript
/// then calls [`ask`].
#[wasm_bindgen(js_name = packedPhone)]
pub fn packed_phone(calling_code: u16, length: usize) -> f64 {
    const MOST_DIGITS: usize = 11;
    packed::text(first(length)).map_or(0.0, |typed| {
        let number = phone::inspect(Some(calling_code), typed, rules::phones());
        if number.reason.is_some() || number.national.len() > MOST_DIGITS {
            return 0.0;
        }
        let digits = number.national.bytes();
        let national = digits.fold(1, |value, digit| value * 10 + u64::from(digit & 15));
        let code = u64::from(number.calling_code);
        let type_number = u64::from(number.types.first_place());
        (national << NATIONAL_SHIFT | code << CODE_SHIFT | type_number) as f64
    })
}

/// Calls one of the functions below by its JavaScript name, because one export takes a tenth of the
/// bytes of eight. `subject` is the function's first argument, `value` its second. [`take_options`]
/// has set the options before.
#[wasm_bindgen]
pub fn ask(question: &str, subject: &str, value: &str, caret: f64) -> Result<String, JsValue> {
    match question {
        "checkCustomer" => check_customer(subject),
        "checkPatch" => check_edit(subject),
        "checkField" => check_one(subject, value),
        "inspectDate" => Ok(inspect_date(subject)),
        "inspectEmail" => Ok(inspect_email(subject)),
        "inspectPhone" => Ok(inspect_phone(subject, value)),
        "formatPhone" if !cfg!(without_phone_formats) => {
            Ok(rules::format_phone(subject, value, caret))
        }
        "phoneTypes" => Ok(phone_types()),
        "callingCodes" => Ok(calling_codes()),
        "optInNodes" => Ok(opt_in_nodes(subject)),
        "issueTexts" => Ok(text(&Json::from(packed::issue_texts()))),
        _ => Ok(build_info()),
    }
}

/// Facts of this build. As one text they take fewer bytes than the code that would put them together.
pub fn build_info() -> String {
    macro_rules! facts {
        ($features:literal) => {
            concat!(
                r#"{"version":""#,
                env!("CARGO_PKG_VERSION"),
                r#"","features":"#,
                $features,
                "}"
            )
        };
    }
    let facts = if cfg!(feature = "gateway") {
        facts!(r#"["rules","client","gateway"]"#)
    } else {
        facts!(r#"["rules","client"]"#)
    };
    facts.to_owned()
}

/// Checks a whole draft: `{value, issues}`.
pub fn check_customer(draft_json: &str) -> Result<String, JsValue> {
    let draft = object(draft_json, "draft takes an object")?;
    Ok(rules::check_customer(&draft, &options()))
}

/// Checks the patch of an edit: `{value, issues}`.
pub fn check_edit(patch_json: &str) -> Result<String, JsValue> {
    let patch = object(patch_json, "patch takes an object")?;
    Ok(rules::checked(check_patch(&patch, &options(), &Engine)))
}

/// Checks one value by the rule of its field: a list of issues.
pub fn check_one(name: &str, value_json: &str) -> Result<String, JsValue> {
    let (field, value) = (known_field(name)?, value(value_json)?);
    Ok(text(&issues(&check_field(field, &value, &options(), &Engine))))
}

/// Sets the table of how phone numbers are grouped or, without `formats`, that of the numbers that
/// exist. Returns false if it is damaged or of another version.
#[wasm_bindgen(js_name = takeTable)]
pub fn take_table(formats: bool, table: &[u8]) -> bool {
    if formats { take_phone_formats(table) } else { take_phones(table) }
}

/// Sets the table of the phone numbers that exist.
pub fn take_phones(table: &[u8]) -> bool {
    let table = phone::Table::decode(table);
    let is_taken = table.is_some();
    rules::set_phones(table);
    OPTIONS.with_borrow_mut(|options| Rc::make_mut(options).phones = rules::phones());
    is_taken
}

/// What the rules know about a phone number, as `PhoneInspection`.
pub fn inspect_phone(calling_code: &str, typed: &str) -> String {
    let number = phone::inspect(phone::calling_code(calling_code), typed, rules::phones());
    let verdict = match number.verdict {
        phone::Verdict::Impossible => "impossible",
        phone::Verdict::Possible => "possible",
        phone::Verdict::Valid => "valid",
    };
    let is_number = number.verdict != phone::Verdict::Impossible;
    let e164 = if is_number { number.e164() } else { String::new() };
    Object::new()
        .with("verdict", verdict)
        .with("reason", number.reason.map(phone::Reason::name))
        .with("types", Json::Array(number.types.iter().map(Json::from).collect()))
        .with("callingCode", i32::from(number.calling_code))
        .with("e164", e164)
        .with("national", number.national)
        .to_text()
}

/// The names of the types of phone numbers.
pub fn phone_types() -> String {
    text(&Json::Array(phone::Type::ALL.iter().map(|kind| kind.name().into()).collect()))
}

/// Sets the table of how phone numbers are grouped.
pub fn take_phone_formats(masks: &[u8]) -> bool {
    let masks = phone::Masks::decode(masks);
    let is_taken = masks.is_some();
    rules::set_phone_formats(masks);
    is_taken
}

/// Every region with its calling code, the main region of a code first: `[[region, code], …]`.
pub fn calling_codes() -> String {
    let pair = |(region, code): (&str, u16)| {
        Json::Array(vec![Json::from(region), Json::from(i32::from(code))])
    };
    text(&Json::Array(phone::regions().map(pair).collect()))
}

/// An e-mail address as it would be sent: `{email, issues}`.
pub fn inspect_email(typed: &str) -> String {
    let (address, found) = match email::normalise(typed, &Engine) {
        Ok((address, advice)) => (address, advice.map(|advice| advice.issue("Email"))),
        Err(refusal) => (Default::default(), Some(Issue::refused(refusal, "Email"))),
    };
    let found: Vec<_> = found.into_iter().collect();
    Object::new().with("email", &*address).with("issues", issues(&found)).to_text()
}

/// A calendar date: `{date}` or `{issue}`.
pub fn inspect_date(typed: &str) -> String {
    let options = options();
    let outcome = match date::check(typed, options.today, options.date_order, "Birthday") {
        Ok(day) => Object::new().with("date", date::to_day(day)),
        Err(issue) => Object::new().with("issue", issue.to_json()),
    };
    outcome.to_text()
}

/// The nodes of an opt-in text that are safe to show.
pub fn opt_in_nodes(html: &str) -> String {
    text(&consent::to_json(&consent::shown(html)))
}

//! The laws: each takes one input and panics where something does not hold that must.

use std::sync::LazyLock;

use dinerkit::fields::{ADDRESS, FIELDS, Kind, field, position};
use dinerkit::form::{Checked, Draft, Options, check, check_patch};
use dinerkit::gateway::Gateway;
use dinerkit::gateway::config::Config;
use dinerkit::gateway::exchange::{Context, Exchange, Head, Input, Output};
use dinerkit::issue::{Code, Issue, Param, Severity};
use dinerkit::json::{Json, JsonErrorKind, Object};
use dinerkit::platform::Native;
use dinerkit::rules::consent::{Node, has_words, nodes};
use dinerkit::rules::phone::{self, Phone, Table, Verdict};
use dinerkit::rules::{codes, date, ip};
use serde::de::IgnoredAny;

/// The table of phone types, as published.
pub static PHONES: LazyLock<Table> = LazyLock::new(|| {
    let table = include_bytes!("../../data/phone/types.bin");
    Table::decode(table).expect("data/phone/types.bin fits the compiled-in plans")
});

/// One line of JSON.
pub fn written(value: &Json) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}

/// JSON is taken where serde_json takes it, up to our limits, and survives being written.
pub fn json(text: &str) -> Option<Json> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Grammar alone: serde_json's values refuse lone surrogates and numbers beyond a double.
    let is_json = serde_json::from_str::<IgnoredAny>(bare).is_ok();
    match Json::parse(text) {
        Ok(value) => {
            assert!(is_json, "serde_json refuses it");
            let once = written(&value);
            assert_eq!(Json::parse(&once).as_ref(), Ok(&value), "written and read again");
            if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(bare) {
                let again = serde_json::from_str::<serde_json::Value>(&once);
                assert_eq!(again.ok(), Some(theirs), "serde_json reads another value");
            }
            Some(value)
        }
        Err(error) => {
            assert!(error.offset <= text.len());
            assert!(!is_json || error.kind != JsonErrorKind::Syntax, "serde_json takes it");
            None
        }
    }
}

/// Why a phone number is impossible, by the names that issues carry.
const REASONS: [&str; 5] =
    ["tooShort", "tooLong", "invalidLength", "notANumber", "unknownCallingCode"];

/// Issues stand in form order, block or not by their code, and hold nothing that was typed.
pub fn issues(issues: &[Issue], strict: bool) {
    let places: Vec<_> = issues.iter().filter_map(|issue| position(issue.field)).collect();
    assert!(places.is_sorted(), "not in form order: {issues:?}");
    for issue in issues {
        let severity = match issue.code {
            Code::EmailDotless | Code::EmailTypo => Severity::Advice,
            Code::PhoneUnknown | Code::PhoneNotMobile if !strict => Severity::Advice,
            _ => Severity::Error,
        };
        assert_eq!(issue.severity, severity, "{issue:?}");
        for (name, param) in &issue.params {
            // Only a suggestion is made of input, and it is another text than the input.
            let is_ours = match param {
                Param::Number(_) => matches!(*name, "max" | "min" | "age" | "callingCode"),
                Param::Text(text) if *name == "reason" => REASONS.contains(&text.as_str()),
                Param::Text(text) => *name == "suggestion" && text.len() < 64,
            };
            assert!(is_ours, "{issue:?}");
        }
        let line = issue.message();
        assert!(!line.contains(['\n', '{', '}']), "{line}");
    }
}

/// A whole draft: its issues are sound, what may be sent is a fixed point, and no consent comes from nowhere.
pub fn form(draft: &Draft, options: &Options) -> Checked {
    let checked = check(draft, options, &Native);
    issues(&checked.issues, options.strict);
    consents(draft, &checked);
    if checked.is_sendable() {
        let again = check(&Draft::from_object(&checked.value), options, &Native);
        assert_eq!(again.value, checked.value, "normalised twice");
        assert!(again.is_sendable(), "refused once it was normalised: {:?}", again.issues);
    }
    checked
}

/// A patch: as for a whole draft, and nothing that it does not name is written.
pub fn patch(patch: &Object, options: &Options) -> Checked {
    let checked = check_patch(patch, options, &Native);
    issues(&checked.issues, options.strict);
    consents(&Draft::from_object(patch), &checked);
    checked
}

/// A consent in what may be sent is one that was given, to a wording that goes with it.
fn consents(draft: &Draft, checked: &Checked) {
    for row in FIELDS {
        let Kind::Consent { text } = row.kind else { continue };
        if checked.value.get(row.name) != Some(&Json::Bool(true)) {
            continue;
        }
        let said = draft.get(row.name);
        let yes = [Json::Bool(true), "true".into(), "on".into()];
        assert!(said.is_some_and(|said| yes.contains(said)), "{} from nowhere", row.name);
        // A patch may have left the wording where it is stored.
        if checked.is_sendable()
            && let Some(wording) = checked.value.get(text).and_then(Json::as_str)
        {
            assert!(has_words(&nodes(wording)), "{} without a wording", row.name);
        }
    }
}

/// One value by itself: whatever it is normalised to stays as it is.
pub fn value(name: &str, typed: Json, options: &Options) -> Option<Json> {
    let row = field(name).expect("a field of the table");
    let at = |checked: &Checked| match row.address_part() {
        Some(part) => checked.value.get(ADDRESS)?.as_object()?.get(part).cloned(),
        None => checked.value.get(name).cloned(),
    };
    // Advice that strictness turns into an error is about a number that was understood.
    let refused = |checked: &Checked| {
        let is_strict =
            |issue: &Issue| matches!(issue.code, Code::PhoneUnknown | Code::PhoneNotMobile);
        let about = |issue: &&Issue| issue.field == name && issue.blocks() && !is_strict(issue);
        checked.issues.iter().filter(about).count()
    };
    let mut draft = Draft::new();
    assert!(draft.set(name, typed));
    let once = form(&draft, options);
    let value = at(&once)?;
    assert_eq!(refused(&once), 0, "a value and an error: {:?}", once.issues);
    let mut again = Draft::from_object(&once.value);
    if matches!(row.kind, Kind::Consent { .. }) {
        // Its wording is another field's.
        again.set(name, value.clone());
    }
    let twice = form(&again, options);
    assert_eq!(at(&twice).as_ref(), Some(&value), "normalised twice");
    assert_eq!(refused(&twice), 0, "refused once it was normalised: {:?}", twice.issues);
    Some(value)
}

/// A number: the two layers agree, and one that exists is understood again. Of one that is merely possible this is
/// the form's law, not the answer's: upstream takes prefixes off at every reading.
pub fn phone(chosen: Option<u16>, typed: &str) -> Phone {
    let number = phone::inspect(chosen, typed, Some(&PHONES));
    assert_eq!(number.reason.is_some(), number.verdict == Verdict::Impossible);
    assert_eq!(number.types.is_empty(), number.verdict != Verdict::Valid);
    assert!(number.national.bytes().all(|byte| byte.is_ascii_digit()));
    let bare = phone::inspect(chosen, typed, None);
    assert_eq!(bare.e164(), number.e164());
    assert!(bare.verdict != Verdict::Valid && bare.types.is_empty());
    if number.verdict == Verdict::Valid {
        let code = Some(number.calling_code);
        for (code, text) in [(code, number.national.as_str()), (None, &number.e164())] {
            let again = phone::inspect(code, text, Some(&PHONES));
            assert_eq!(again.e164(), number.e164(), "{text} read again");
            assert_eq!(again.verdict, number.verdict, "{text} read again");
        }
    }
    number
}

/// A calling code is one that somebody has, however it is written.
pub fn calling_code(text: &str) {
    if let Some(code) = phone::calling_code(text) {
        assert!(phone::calling_codes().any(|(known, _)| known == code));
        for spelt in [code.to_string(), format!("+{code}"), format!("00{code}")] {
            assert_eq!(phone::calling_code(&spelt), Some(code));
        }
    }
}

/// A date keeps its day in every form we write.
pub fn date(text: &str) {
    if let Some(day) = date::parse(text) {
        assert_eq!(date::parse(&date::to_wire(day)), Some(day));
        assert_eq!(date::parse(&date::to_day(day)), Some(day));
        assert!(text.contains(&date::to_day(day)), "another day than was written");
    }
}

/// An opt-in text: only what the allow-list has, no more of it than was written, no deeper than a sentence needs.
pub fn opt_in(html: &str) {
    fn size(list: &[Node], depth: usize) -> usize {
        assert!(depth <= 8 || list.is_empty());
        let sizes = list.iter().map(|node| match node {
            Node::Text(text) => text.len(),
            Node::Element { name, href, children } => {
                assert!(["strong", "em", "b", "i", "br", "a"].contains(name));
                assert_eq!(href.is_some(), *name == "a");
                if let Some(href) = href {
                    assert!(href.to_ascii_lowercase().starts_with("https://"));
                    assert!(!href.contains(|c: char| c.is_control() || c.is_whitespace()));
                }
                size(children, depth + 1)
            }
        });
        sizes.sum()
    }
    assert!(size(&nodes(html), 0) <= html.len());
}

/// An address: what is taken is what the standard library reads, in ASCII and of a bounded length.
pub fn ip_address(text: &str) {
    if ip::is_address(text) {
        assert!(text.is_ascii() && text.len() <= 45);
        assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte)));
    }
}

/// A list of Ids: distinct, above 0, not too many, and the same when it is read again.
pub fn ids(list: &Json) {
    if let Ok(ids) = codes::read(list) {
        assert!(ids.len() <= 1000 && ids.iter().all(|id| *id > 0));
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(codes::read(&ids.clone().into()), Ok(ids));
    }
}

/// A request at the gateway: it comes to an answer, and what a guest may do is done with what a guest may write.
pub fn gateway(head: Head, body: &[u8], is_staff: bool, config: Config) {
    use dinerkit::client::Operation;
    use dinerkit::fields::Writer;

    const STEPS_MAX: usize = 12;
    const NOW_MS: u64 = 1_795_348_800_000;
    let (address, method) = (head.address.clone(), head.method.clone());
    let is_invited = head.origin.as_deref().is_none_or(|origin| config.allows_origin(origin));
    let (mut gateway, mut exchange) = (Gateway::new(config), Exchange::new(head, NOW_MS));
    gateway.seed(&[7]);
    let mut input = Input::Start;
    for _ in 0..STEPS_MAX {
        let mut context = Context { gateway: &mut gateway, now_ms: NOW_MS, platform: &Native };
        input = match exchange.handle(input, &mut context) {
            Output::CheckStaff => Input::StaffChecked { is_staff },
            Output::ReadBody => Input::Body(body.to_vec()),
            Output::FetchSetup { microsite, .. } => {
                gateway.take_setup(&microsite, Ok(Object::new().into()), NOW_MS);
                Input::SetupFetched
            }
            Output::Claim { .. } => Input::Claimed { found: None },
            Output::Store { .. } => Input::Stored,
            Output::Call { operation, .. } => {
                assert!(is_invited && method != "OPTIONS");
                match operation {
                    _ if is_staff => {}
                    Operation::Create { request } => {
                        for (name, value) in request.iter() {
                            let is_guests =
                                field(name).is_some_and(|row| row.writer == Writer::Guest);
                            let is_ours =
                                name == "IpAddress" && value.as_str() == address.as_deref();
                            assert!(name == ADDRESS || is_guests || is_ours, "{name}");
                        }
                    }
                    other => panic!("a guest may not {}", other.name()),
                }
                Input::Called(Ok(Object::new().with("Id", 7).into()))
            }
            Output::Answer(reply) => return assert!(matches!(reply.status, 200 | 204 | 400..=429)),
        };
    }
    panic!("no answer after {STEPS_MAX} steps");
}

//! For the handlers: how requests change a stored record. The functions are pure, without a
//! database or a clock.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use crate::microsites::Microsite;

/// A stored customer: the members of the answer, and those of the request that no answer shows.
pub(crate) type Record = Map<String, Value>;

/// Who may write a member and who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// In requests and in answers.
    Both,
    /// Written by the API alone.
    Answer,
    /// Stored as evidence of consent, but in no answer.
    Request,
}

/// How a member reads that is not set, or set to null or "".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Empty {
    Null,
    Text,
    Zero,
    False,
    List,
}

/// What is done to a value before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    CallingCode,
    Date,
    CustomField,
}

struct Member(&'static str, Part, Empty, Kind);

/// Every member of a record, in the order of the answer.
const MEMBERS: [Member; 42] = {
    use Empty::{False, List, Null, Text, Zero};
    use Kind::{CallingCode, CustomField, Date, Plain};
    use Part::{Answer, Both, Request};
    [
        Member(ID, Answer, Zero, Plain),
        Member("Title", Both, Text, Plain),
        Member("FirstName", Both, Null, Plain),
        Member(SURNAME, Both, Null, Plain),
        Member("Company", Both, Text, Plain),
        Member("Department", Both, Null, Plain),
        Member(EMAIL, Both, Null, Plain),
        Member("MobileCountryCode", Both, Zero, CallingCode),
        Member(MOBILE, Both, Text, Plain),
        Member("PhoneCountryCode", Both, Zero, CallingCode),
        Member(PHONE, Both, Text, Plain),
        Member("IsVip", Both, False, Plain),
        Member("ReceiveEmailMarketing", Both, False, Plain),
        Member("ReceiveSmsMarketing", Both, False, Plain),
        Member(COMMENTS, Both, Null, Plain),
        Member("Birthday", Both, Null, Date),
        Member("Anniversary", Both, Null, Date),
        Member("IsDrinkingAge", Both, Null, Plain),
        Member("MembershipId", Both, Text, Plain),
        Member("Field1", Both, Null, CustomField),
        Member("Field2", Both, Null, CustomField),
        Member("Field3", Both, Null, CustomField),
        Member("Field4", Both, Null, CustomField),
        Member("Field5", Both, Null, CustomField),
        Member("IsBlocked", Answer, False, Plain),
        Member(CUSTOMER_CODES, Both, List, Plain),
        Member(CREATED_DATE_TIME, Answer, Null, Plain),
        Member("GroupEmailMarketingOptInText", Both, Text, Plain),
        Member("GroupSmsMarketingOptInText", Both, Text, Plain),
        Member("ReceiveRestaurantEmailMarketing", Both, False, Plain),
        Member("ReceiveRestaurantSmsMarketing", Both, False, Plain),
        Member("RestaurantEmailMarketingOptInText", Both, Null, Plain),
        Member("RestaurantSmsMarketingOptInText", Both, Null, Plain),
        Member("PortalUserId", Answer, Null, Plain),
        Member("HasDeclinedEmail", Answer, Null, Plain),
        Member("Rank", Answer, Null, Plain),
        Member("Address", Both, Null, Plain),
        Member("CustomerType", Both, Null, Plain),
        Member("IpAddress", Request, Null, Plain),
        Member("MarketingOptInSetting", Request, Null, Plain),
        Member("CustomerValidationType", Request, Null, Plain),
        Member(CUSTOMER_OPTIONS, Request, Null, Plain),
    ]
};

pub(crate) const ID: &str = "Id";
pub(crate) const EMAIL: &str = "Email";
pub(crate) const SURNAME: &str = "Surname";
pub(crate) const MOBILE: &str = "Mobile";
pub(crate) const PHONE: &str = "Phone";
const COMMENTS: &str = "Comments";
const CUSTOMER_CODES: &str = "CustomerCodes";
const CREATED_DATE_TIME: &str = "CreatedDateTime";
const CUSTOMER_OPTIONS: &str = "CustomerOptions";
const LINE_BREAK: &str = "\r\n";

impl Empty {
    fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text => "".into(),
            Self::Zero => 0.into(),
            Self::False => false.into(),
            Self::List => json!([]),
        }
    }
}

/// A record that `request` creates through `site`.
pub(crate) fn create(request: &Record, site: &Microsite, now: DateTime<Utc>) -> Record {
    let mut record = replace(None, request, site);
    record.insert(CREATED_DATE_TIME.to_owned(), instant(now).into());
    record
}

/// The whole record after `request` has replaced `old` through `site`. A member that is left out is
/// cleared; the members that only the API writes stay; [`comments`] decides about comments.
pub(crate) fn replace(old: Option<&Record>, request: &Record, site: &Microsite) -> Record {
    let stored = |name: &str| old.and_then(|old| old.get(name)).cloned();
    MEMBERS
        .iter()
        .filter(|member| member.0 != CUSTOMER_OPTIONS)
        .map(|&Member(name, part, empty, kind)| {
            let keeps =
                part == Part::Answer || (kind == Kind::CustomField && !site.configures(name));
            let value = if keeps {
                stored(name)
            } else if name == COMMENTS {
                comments(old, request)
            } else {
                request.get(name).map(|sent| written(sent, kind))
            };
            let value = value.filter(|value| !value.is_null() && value != "");
            (name.to_owned(), value.unwrap_or_else(|| empty.value()))
        })
        .collect()
}

/// The comments after a request. They are appended to the stored ones, after a line break even if
/// there are none, unless the request has `CustomerOptions.AppendComments: false`.
fn comments(old: Option<&Record>, request: &Record) -> Option<Value> {
    let sent = request.get(COMMENTS).and_then(Value::as_str);
    let append = request
        .get(CUSTOMER_OPTIONS)
        .and_then(|options| options.get("AppendComments"))
        .and_then(Value::as_bool)
        .unwrap_or(true);
    match (old, sent) {
        (Some(old), Some(sent)) if append => {
            let stored = old.get(COMMENTS).and_then(Value::as_str).unwrap_or_default();
            Some(format!("{stored}{LINE_BREAK}{sent}").into())
        }
        (Some(old), None) if append => old.get(COMMENTS).cloned(),
        (_, sent) => sent.map(Value::from),
    }
}

/// The master after `others` have been merged into it, in their order. It keeps its own values and
/// takes those of its empty members; comments are joined and codes united. Flags stay the master's,
/// because a merge must not create a consent.
pub(crate) fn absorb(mut master: Record, others: &[Record]) -> Record {
    for other in others {
        for &Member(name, part, empty, _) in &MEMBERS {
            let Some(theirs) = other.get(name).filter(|theirs| **theirs != empty.value()) else {
                continue;
            };
            if part == Part::Answer || theirs.is_boolean() {
                continue;
            }
            let ours = master.get(name).cloned().unwrap_or_else(|| empty.value());
            let merged = match (&ours, theirs) {
                (Value::String(ours), Value::String(theirs)) if name == COMMENTS => {
                    format!("{ours}{LINE_BREAK}{theirs}").into()
                }
                (Value::Array(ours), Value::Array(theirs)) => {
                    let new = theirs.iter().filter(|code| !ours.contains(code));
                    ours.iter().chain(new).cloned().collect()
                }
                _ if ours == empty.value() => theirs.clone(),
                _ => ours,
            };
            master.insert(name.to_owned(), merged);
        }
    }
    master
}

/// The record without the members that no answer shows.
pub(crate) fn shown(record: &Record) -> Value {
    let hidden =
        |name: &str| MEMBERS.iter().any(|member| member.0 == name && member.1 == Part::Request);
    let members = record.iter().filter(|(name, _)| !hidden(name));
    Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// The value as it is stored and read back.
fn written(sent: &Value, kind: Kind) -> Value {
    match (kind, sent) {
        (Kind::CallingCode, Value::String(digits)) => digits.parse::<i64>().unwrap_or(0).into(),
        (Kind::Date, Value::String(text)) => date(text).map_or(Value::Null, Value::from),
        _ => sent.clone(),
    }
}

/// A date as answers write it: midnight, seven fraction digits, no zone. A time with an offset is
/// first moved to UTC, which can change the day. This is why callers should send plain dates.
fn date(text: &str) -> Option<String> {
    let plain = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    let date = DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc().date_naive())
        .ok()
        .filter(|moved| (0..=9999).contains(&moved.year()))
        .unwrap_or(plain);
    Some(format!("{}T00:00:00.0000000", date.format("%Y-%m-%d")))
}

/// An instant as answers write it: UTC, seven fraction digits, `Z`.
pub(crate) fn instant(now: DateTime<Utc>) -> String {
    format!("{}Z", zoneless(now))
}

/// An instant as `TokenExpiryUtc` writes it: like [`instant`], without the zone.
pub(crate) fn zoneless(now: DateTime<Utc>) -> String {
    let ticks = now.timestamp_subsec_nanos() / 100;
    format!("{}.{ticks:07}", now.format("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microsites;

    fn record(value: Value) -> Record {
        value.as_object().cloned().unwrap()
    }

    fn site(name: &str) -> &'static Microsite {
        microsites::find(name).unwrap()
    }

    #[test]
    fn customer_members_are_the_contracts() {
        let document = crate::contract::document(&crate::names::Names::default()).unwrap();
        let names = |schema: &str| -> Vec<String> {
            let path = format!("/components/schemas/{schema}/properties");
            let mut names: Vec<String> =
                document.pointer(&path).unwrap().as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        let ours = |without: Part| -> Vec<String> {
            let mut names: Vec<String> = MEMBERS
                .iter()
                .filter(|member| member.1 != without)
                .map(|member| member.0.to_owned())
                .collect();
            names.sort();
            names
        };
        assert_eq!(ours(Part::Request), names("Customer"));
        assert_eq!(ours(Part::Answer), names("CustomerRequest"));
    }

    #[test]
    fn customer_members_that_were_not_sent_read_empty() {
        let now = "2026-02-02T14:59:20.947811812Z".parse().unwrap();
        let created = create(&record(json!({ "Email": "a@b.example" })), site("oak-and-salt"), now);
        let expected = json!({
            "Id": 0, "Title": "", "FirstName": null, "Surname": null, "Company": "",
            "Department": null, "Email": "a@b.example", "MobileCountryCode": 0, "Mobile": "",
            "PhoneCountryCode": 0, "Phone": "", "IsVip": false, "ReceiveEmailMarketing": false,
            "ReceiveSmsMarketing": false, "Comments": null, "Birthday": null, "Anniversary": null,
            "IsDrinkingAge": null, "MembershipId": "", "Field1": null, "Field2": null,
            "Field3": null, "Field4": null, "Field5": null, "IsBlocked": false,
            "CustomerCodes": [], "CreatedDateTime": "2026-02-02T14:59:20.9478118Z",
            "GroupEmailMarketingOptInText": "", "GroupSmsMarketingOptInText": "",
            "ReceiveRestaurantEmailMarketing": false, "ReceiveRestaurantSmsMarketing": false,
            "RestaurantEmailMarketingOptInText": null, "RestaurantSmsMarketingOptInText": null,
            "PortalUserId": null, "HasDeclinedEmail": null, "Rank": null, "Address": null,
            "CustomerType": null,
        });
        assert_eq!(shown(&created), expected);
    }

    #[test]
    fn customer_replaced_loses_what_is_left_out_and_keeps_what_is_the_apis() {
        let old = record(json!({
            "Id": 7, "Company": "Old", "IsBlocked": true, "Rank": 3, "CustomerCodes": [1],
            "Address": { "Town": "X" }, "CreatedDateTime": "2026-01-01T00:00:00.0000000Z",
            "Field1": "nuts",
        }));
        let request = record(json!({ "Email": "a@b.example", "Id": 9, "IsBlocked": false }));
        let new = replace(Some(&old), &request, site("harbour-room"));
        let members = ["Id", "Company", "IsBlocked", "Rank", "CustomerCodes", "Address", "Field1"];
        let values: Vec<&Value> = members.iter().map(|name| &new[*name]).collect();
        assert_eq!(json!(values), json!([7, "", true, 3, [], null, null]));
        assert_eq!(new["CreatedDateTime"], old["CreatedDateTime"]);
    }

    #[test]
    fn custom_fields_need_the_restaurants_configuration() {
        let old = record(json!({ "Field1": "nuts", "Field3": "kept" }));
        let request = record(json!({ "Field1": "none", "Field2": "a friend", "Field3": "new" }));
        let through = |name| {
            let new = replace(Some(&old), &request, site(name));
            json!([new["Field1"], new["Field2"], new["Field3"]])
        };
        assert_eq!(through("harbour-room"), json!(["none", "a friend", "kept"]));
        assert_eq!(through("oak-and-salt"), json!(["nuts", null, "kept"]));
    }

    #[test]
    fn comments_are_appended_unless_told_otherwise() {
        let table = [
            // stored, sent, AppendComments, read back
            (json!("old"), json!("new"), json!(null), json!("old\r\nnew")),
            (json!("old"), json!("new"), json!(true), json!("old\r\nnew")),
            (json!("old"), json!("new"), json!(false), json!("new")),
            (json!(null), json!("new"), json!(null), json!("\r\nnew")),
            (json!("old"), json!(""), json!(null), json!("old\r\n")),
            (json!("old"), json!(""), json!(false), json!(null)),
            (json!("old"), json!(null), json!(false), json!(null)),
            (json!("old"), json!(null), json!(null), json!("old")),
        ];
        for (stored, sent, append, expected) in table {
            let old = record(json!({ "Comments": stored }));
            let mut request = record(json!({ "Comments": sent }));
            if !append.is_null() {
                request.insert(CUSTOMER_OPTIONS.to_owned(), json!({ "AppendComments": append }));
            }
            let new = replace(Some(&old), &request, site("oak-and-salt"));
            assert_eq!(new[COMMENTS], expected, "{stored} + {sent}, append {append}");
        }
    }

    #[test]
    fn customer_values_are_read_back_as_the_api_shows_them() {
        let table = [
            (Kind::Date, json!("2024-02-29"), json!("2024-02-29T00:00:00.0000000")),
            (Kind::Date, json!("2024-02-29T00:00:00"), json!("2024-02-29T00:00:00.0000000")),
            (
                Kind::Date,
                json!("2024-02-29T00:00:00.0000000"),
                json!("2024-02-29T00:00:00.0000000"),
            ),
            (Kind::Date, json!("1990-05-01T00:00:00+02:00"), json!("1990-04-30T00:00:00.0000000")),
            (Kind::Date, json!("9999-12-31T23:00:00-05:00"), json!("9999-12-31T00:00:00.0000000")),
            (Kind::CallingCode, json!("44"), json!(44)),
            (Kind::CallingCode, json!("+44"), json!(44)),
            (Kind::CallingCode, json!("0044"), json!(44)),
            (Kind::CallingCode, json!(44), json!(44)),
        ];
        for (kind, sent, expected) in table {
            assert_eq!(written(&sent, kind), expected, "{sent}");
        }
    }

    #[test]
    fn merge_fills_and_joins_but_makes_no_consent() {
        let master = record(json!({
            "Id": 1, "Company": "", "Mobile": "1", "Comments": "a", "CustomerCodes": [1, 2],
            "ReceiveEmailMarketing": false, "Address": null,
        }));
        let others = [
            record(json!({
                "Id": 2, "Company": "First", "Mobile": "2", "Comments": "b",
                "CustomerCodes": [2, 3], "ReceiveEmailMarketing": true, "Address": null,
            })),
            record(json!({ "Id": 3, "Company": "Second", "Address": { "Town": "X" } })),
        ];
        let merged = json!({
            "Id": 1, "Company": "First", "Mobile": "1", "Comments": "a\r\nb",
            "CustomerCodes": [1, 2, 3], "ReceiveEmailMarketing": false, "Address": { "Town": "X" },
        });
        assert_eq!(Value::Object(absorb(master, &others)), merged);
    }
}

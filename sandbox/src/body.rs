//! For the server: reads JSON and form bodies into one JSON object whose members have the
//! contract's names. The schema checks the values later.

use serde_json::{Map, Value};

use crate::problem::Problem;

/// The shape of a member, read from the contract's schema.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Object(Vec<(String, Shape)>),
    Integers,
    Integer,
    Flag,
    Other,
}

impl Shape {
    /// Reads the shape from `schema`, following `$ref` into `document`.
    pub(crate) fn of(schema: &Value, document: &Value) -> Self {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').unwrap_or(target);
            return document.pointer(target).map_or(Self::Other, |found| Self::of(found, document));
        }
        if let Some(members) = schema.get("properties").and_then(Value::as_object) {
            let members =
                members.iter().map(|(name, member)| (name.clone(), Self::of(member, document)));
            return Self::Object(members.collect());
        }
        // The contract writes "this or null" as `anyOf`; the first branch is the shape.
        if let Some(first) = schema.pointer("/anyOf/0") {
            return Self::of(first, document);
        }
        let is = |kind: &str| match schema.get("type") {
            Some(Value::String(one)) => one == kind,
            Some(Value::Array(several)) => several.iter().any(|one| one == kind),
            _ => false,
        };
        match () {
            () if is("array") => Self::Integers,
            () if is("integer") => Self::Integer,
            () if is("boolean") => Self::Flag,
            () => Self::Other,
        }
    }

    fn member(&self, name: &str) -> Option<(&str, &Self)> {
        let Self::Object(members) = self else { return None };
        members
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(known, shape)| (known.as_str(), shape))
    }
}

/// Reads a JSON body. Names are compared without regard to case, and the last of two equal ones
/// counts.
pub(crate) fn from_json(body: &[u8], shape: &Shape) -> Result<Value, Problem> {
    if body.trim_ascii().is_empty() {
        return Err(Problem::empty_body());
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| Problem::unreadable())?;
    if value.is_null() {
        return Err(Problem::empty_body());
    }
    Ok(rename(value, shape))
}

fn rename(value: Value, shape: &Shape) -> Value {
    let Value::Object(members) = value else { return value };
    let members = members.into_iter().map(|(name, value)| match shape.member(&name) {
        Some((known, shape)) => (known.to_owned(), rename(value, shape)),
        None => (name, value),
    });
    Value::Object(members.collect())
}

/// Reads a form body: `Address[Town]=…`, `CustomerCodes[0]=…`. Two things are ignored, as was
/// observed: a key that the contract does not have, and text in place of an array of integers. A
/// value of the wrong type stays text, which the schema refuses.
pub(crate) fn from_form(body: &[u8], shape: &Shape) -> Result<Value, Problem> {
    if body.is_empty() {
        return Err(Problem::empty_body());
    }
    let mut members = Map::new();
    for (key, text) in form_urlencoded::parse(body) {
        let (name, index) = match key.split_once('[') {
            Some((name, rest)) => (name, rest.strip_suffix(']')),
            None => (key.as_ref(), None),
        };
        let bare = !key.contains('[');
        match (shape.member(name), index) {
            (Some((name, Shape::Object(_))), None) if bare => {
                tracing::debug!(member = name, "a bare value for a nested member is ignored");
            }
            (Some((name, object @ Shape::Object(_))), Some(inner)) => {
                let entry = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
                if let (Some((inner, shape)), Some(nested)) =
                    (object.member(inner), entry.as_object_mut())
                {
                    nested.insert(inner.to_owned(), scalar(&text, shape));
                }
            }
            (Some((name, Shape::Integers)), Some(index)) => {
                let entry = members.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let (Ok(_), Some(number), Some(list)) =
                    (index.parse::<u32>(), integer(&text), entry.as_array_mut())
                {
                    list.push(number);
                }
            }
            (Some((_, Shape::Integers | Shape::Object(_))), None) | (None, _) => {}
            (Some((name, shape)), None) if bare && !(text.is_empty() && empty_is_none(shape)) => {
                members.insert(name.to_owned(), scalar(&text, shape));
            }
            (Some(_), _) => {}
        }
    }
    Ok(Value::Object(members))
}

/// An empty text in a form leaves a number or a flag unset.
fn empty_is_none(shape: &Shape) -> bool {
    matches!(shape, Shape::Integer | Shape::Flag)
}

fn scalar(text: &str, shape: &Shape) -> Value {
    match shape {
        Shape::Integer => integer(text),
        Shape::Flag => text.to_ascii_lowercase().parse().ok().map(Value::Bool),
        _ => None,
    }
    .unwrap_or_else(|| text.into())
}

fn integer(text: &str) -> Option<Value> {
    text.trim().parse::<i64>().ok().map(Value::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shape() -> Shape {
        let address = Shape::Object(vec![("Town".to_owned(), Shape::Other)]);
        let options = Shape::Object(vec![("AppendComments".to_owned(), Shape::Flag)]);
        Shape::Object(vec![
            ("Email".to_owned(), Shape::Other),
            ("Birthday".to_owned(), Shape::Other),
            ("MobileCountryCode".to_owned(), Shape::Integer),
            ("IsVip".to_owned(), Shape::Flag),
            ("CustomerCodes".to_owned(), Shape::Integers),
            ("Address".to_owned(), address),
            ("CustomerOptions".to_owned(), options),
        ])
    }

    #[test]
    fn json_names_lose_their_case() {
        let table = [
            (r#"{"email":"a","EMAIL":"b"}"#, json!({ "Email": "b" })),
            (r#"{"address":{"TOWN":"X"}}"#, json!({ "Address": { "Town": "X" } })),
            (r#"{"Unknown":{"a":1}}"#, json!({ "Unknown": { "a": 1 } })),
            ("[1]", json!([1])),
        ];
        for (body, expected) in table {
            assert_eq!(from_json(body.as_bytes(), &shape()), Ok(expected), "{body}");
        }
    }

    #[test]
    fn json_that_is_none() {
        let table = [
            ("", Problem::empty_body()),
            (" \n", Problem::empty_body()),
            ("null", Problem::empty_body()),
            ("{", Problem::unreadable()),
            ("{} {}", Problem::unreadable()),
            (r#"{"Email":"\ud800"}"#, Problem::unreadable()),
        ];
        for (body, expected) in table {
            assert_eq!(from_json(body.as_bytes(), &shape()), Err(expected), "{body}");
        }
    }

    #[test]
    fn form_is_read_by_the_brackets_of_its_names() {
        let table = [
            ("email=a%40b.example&IsVip=True", json!({ "Email": "a@b.example", "IsVip": true })),
            ("Address%5BTown%5D=N+Y", json!({ "Address": { "Town": "N Y" } })),
            (
                "CustomerOptions[AppendComments]=false",
                json!({ "CustomerOptions": { "AppendComments": false } }),
            ),
            ("CustomerCodes[0]=5&CustomerCodes[1]=7", json!({ "CustomerCodes": [5, 7] })),
            ("CustomerCodes[0]=PROBE", json!({ "CustomerCodes": [] })),
            (
                "CustomerCodes[0][Code]=PROBE&CustomerCodes=PROBE&Other=1",
                json!({ "CustomerCodes": [] }),
            ),
            ("MobileCountryCode=%2B44", json!({ "MobileCountryCode": 44 })),
            ("MobileCountryCode=&IsVip=&Email=", json!({ "Email": "" })),
            (
                "IsVip=maybe&MobileCountryCode=x",
                json!({ "IsVip": "maybe", "MobileCountryCode": "x" }),
            ),
            ("Address=bare", json!({})),
        ];
        for (body, expected) in table {
            assert_eq!(from_form(body.as_bytes(), &shape()), Ok(expected), "{body}");
        }
        assert_eq!(from_form(b"", &shape()), Err(Problem::empty_body()));
    }
}

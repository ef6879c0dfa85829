//! A draft: the values of a form before any rule has read them.

use crate::fields::{ADDRESS, Field, position, rows};
use crate::form::near;
use crate::json::{Json, Object};
use crate::rules::RawValue;
use crate::scan;

/// The fields as typed: texts, numbers and flags, as a form or a program gives them.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The value of each field, by the field's index in the rule table; `None` for a field that was
    /// never set.
    pub(super) values: Vec<Option<Json>>,
    /// Members that are no field. They are kept, and sent as they are; those of the address stand
    /// in `Address`.
    pub(super) unknown: Object,
    /// True when `Address` was given but is no object.
    address_is_wrong: bool,
}

impl Draft {
    /// An empty draft.
    pub fn new() -> Self {
        Self { values: vec![None; rows().len()], ..Self::default() }
    }

    /// A draft with the members of a request, the address nested in `Address`.
    pub fn from_object(record: &Object) -> Self {
        let mut draft = Self::new();
        for (name, value) in record.iter() {
            if name == ADDRESS {
                draft.set_address(value);
            } else if scan::split_once(name, b'.').is_some() || !draft.set(name, value.clone()) {
                draft.unknown.set(name, value.clone());
            }
        }
        draft
    }

    fn set_address(&mut self, value: &Json) {
        match value {
            Json::Object(parts) => {
                let mut unknown = Object::new();
                for (part, value) in parts.iter() {
                    let name = address_field(part);
                    if scan::split_once(part, b'.').is_some() || !self.set(&name, value.clone()) {
                        unknown.set(part, value.clone());
                    }
                }
                if !unknown.is_empty() {
                    self.unknown.set(ADDRESS, unknown);
                }
            }
            Json::Null => {}
            _ => self.address_is_wrong = true,
        }
    }

    /// Sets a field by its name in the rule table, such as `Address.Town`. Returns false for a name
    /// that the table does not have; the draft is then unchanged.
    pub fn set(&mut self, name: &str, value: Json) -> bool {
        position(name).is_some_and(|index| self.put(index, value))
    }

    /// Sets a field by its index in the rule table. Returns false for an index beyond the table.
    pub(crate) fn put(&mut self, index: usize, value: Json) -> bool {
        let (Some(slot), Some(field)) = (self.values.get_mut(index), rows().get(index)) else {
            return false;
        };
        *slot = Some(value);
        // A part of an address replaces the wrong value that stood for the whole address.
        self.address_is_wrong &= field.address_part().is_none();
        true
    }

    /// The value of a field; `None` for a field that was not set or was set to `null`, which means
    /// the same.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.values.get(position(name)?)?.as_ref().filter(|value| !value.is_null())
    }

    /// True where a field was set, also to `null`.
    pub(crate) fn was_set(&self, index: usize) -> bool {
        self.values.get(index).is_some_and(Option::is_some)
    }

    /// The draft as the rules read it.
    pub(super) fn view(&self) -> DraftView<'_> {
        DraftView {
            values: self.values.iter().map(|value| RawValue::of(value.as_ref()?)).collect(),
            unknown: Some(&self.unknown).filter(|unknown| !unknown.is_empty()),
            address_is_wrong: self.address_is_wrong,
        }
    }
}

/// A draft as the rules read it: borrowed, so that no text is copied. The browser's values come in
/// this form straight from the module's memory.
pub(crate) struct DraftView<'a> {
    /// The value of each field, by the field's index in the rule table; `None` for what is absent
    /// or `null`.
    pub(crate) values: Vec<Option<RawValue<'a>>>,
    /// Members that are no field; `None` where there are none.
    pub(crate) unknown: Option<&'a Object>,
    /// True when `Address` was given but is no object.
    pub(crate) address_is_wrong: bool,
}

impl<'a> DraftView<'a> {
    /// A draft that has values of the rule table's fields alone.
    #[cfg(any(test, target_arch = "wasm32"))]
    pub(crate) fn of(values: Vec<Option<RawValue<'a>>>) -> Self {
        Self { values, unknown: None, address_is_wrong: false }
    }

    /// The value of the field with this index in the rule table.
    pub(super) fn at(&self, index: usize) -> Option<RawValue<'a>> {
        self.values.get(index).copied().flatten()
    }

    /// The text of the field with this index; `None` for a value of another type.
    pub(super) fn text_at(&self, index: usize) -> Option<&'a str> {
        self.at(index).and_then(RawValue::text)
    }

    /// True where a member that is no field could be read as `field`.
    pub(super) fn has_near(&self, field: &Field) -> bool {
        self.unknown.is_some_and(|unknown| near::could_be(unknown, field))
    }
}

/// The name in the rule table of a part of the address: `Address.Town` for `Town`.
fn address_field(part: &str) -> String {
    let mut name = String::from(ADDRESS);
    name.push('.');
    name.push_str(part);
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::{ann, checked, object};
    use crate::form::{Options, check};
    use crate::issue::Code;
    use crate::platform::Native;

    #[test]
    fn draft_keeps_members_that_are_no_field() {
        let done = checked(
            &ann(r#""Newer":{"x.y":[1.50]},"Address":{"Floor":3},"hasdeclined":"x""#),
            "{}",
        );
        assert_eq!(done.issues, []);
        let mut text = String::new();
        for name in ["Newer", "Address", "hasdeclined"] {
            done.value.get(name).unwrap().write(&mut text);
        }
        assert_eq!(text, r#"{"x.y":[1.50]}{"Floor":3}"x""#);
    }

    #[test]
    fn draft_takes_a_part_in_place_of_a_wrong_address() {
        let mut draft = Draft::from_object(&object(r#"{"Address":"Bath"}"#));
        let is_wrong = |draft: &Draft| {
            let issues = check(draft, &Options::default(), &Native).issues;
            issues.iter().any(|issue| issue.code == Code::WrongType)
        };
        draft.set("Company", "Oak".into());
        assert!(is_wrong(&draft));
        draft.set("Address.Town", "Bath".into());
        assert!(!is_wrong(&draft));
    }
}

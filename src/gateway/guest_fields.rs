//! Which fields of a record are the guests': those that the rule table calls theirs, as the
//! operator has changed it.

use super::guest_setup::without_unknown_members;
use crate::fields::{ADDRESS, Field, Kind, Required, Writer, field, rows};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};

/// The fields that guests may write and see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuestFields {
    added: Vec<&'static str>,
    removed: Vec<&'static str>,
}

/// Fields that no guest may ever write: staff's notes about a guest, and the record of how a
/// consent was given.
const NEVER: &[&str] = &["IsVip", "Comments", "CustomerValidationType"];

impl GuestFields {
    /// Reads `{add?, remove?}`, lists of field names that [`GuestFields::check_added`] and
    /// [`GuestFields::check_removed`] have accepted. Leaves out every other name.
    pub(super) fn read(option: &Object) -> Self {
        let fields = |member: &str| -> Vec<&'static str> {
            let names = option.given(member).and_then(Json::as_array).unwrap_or_default();
            let fields = names.iter().filter_map(|name| field(name.as_str()?));
            fields.map(|field| field.name).collect()
        };
        Self { added: fields("add"), removed: fields("remove") }
    }

    /// Accepts a field that an operator may let guests write; else says what is expected.
    pub fn check_added(field: &'static Field) -> Result<(), &'static str> {
        if Self::may_add(field) {
            Ok(())
        } else {
            Err("no field for staff's notes or the record of a consent: no guest may write it")
        }
    }

    /// Accepts a field that an operator may take from guests; else says what is expected.
    pub fn check_removed(field: &'static Field) -> Result<(), &'static str> {
        match field.kind {
            Kind::Verbatim { .. } => Err("the consent, not its wording: the wording goes with it"),
            _ if field.required == Required::Always => {
                Err("no field that every record needs: Surname and Email")
            }
            _ => Ok(()),
        }
    }

    /// True for a field that guests may write. A wording goes with its consent.
    pub fn has(&self, field: &Field) -> bool {
        let owner = rows().iter().find(|row| row.kind == Kind::Consent { text: field.name });
        let name = owner.map_or(field.name, |consent| consent.name);
        let listed = |names: &[&str]| names.contains(&name);
        (field.writer == Writer::Guest || listed(&self.added)) && !listed(&self.removed)
    }

    /// True for a field that an operator may let guests write.
    pub fn may_add(field: &Field) -> bool {
        field.writer != Writer::Gateway && !NEVER.contains(&field.name)
    }

    /// True for the name of a field that guests may write.
    pub(super) fn has_member(&self, name: &str) -> bool {
        field(name).is_some_and(|field| self.has(field))
    }

    /// The members of a record that a guest may not write, unknown ones included.
    pub fn not_writable(&self, request: &Object) -> Vec<Issue> {
        let mut refused: Vec<Issue> = Vec::new();
        let mut refuse = |name| {
            // One issue is enough for all unknown members.
            if !refused.iter().any(|issue| issue.field == name) {
                refused.push(Issue::error(Code::NotWritable, name));
            }
        };
        for (name, value) in request.iter() {
            match value {
                Json::Object(parts) if name == ADDRESS => {
                    for (part, _) in parts.iter() {
                        let known = rows().iter().find(|field| field.address_part() == Some(part));
                        if !known.is_some_and(|field| self.has(field)) {
                            refuse(ADDRESS);
                        }
                    }
                }
                _ if name == ADDRESS || !name.contains('.') && self.has_member(name) => {}
                _ => refuse(field(name).map_or("request", |field| field.name)),
            }
        }
        refused
    }

    /// A record as the guest sees it: its Id and the guest's fields.
    pub fn view(&self, record: &Object) -> Object {
        let mut seen = Object::new();
        if let Some(id) = record.get("Id") {
            seen.set("Id", id.clone());
        }
        for (name, value) in record.iter() {
            match value {
                Json::Object(parts) if name == ADDRESS => {
                    let mut address = Object::new();
                    for row in rows().iter().filter(|row| self.has(row)) {
                        if let Some(part) = row.address_part()
                            && let Some(value) = parts.get(part)
                        {
                            address.set(part, without_unknown_members(value));
                        }
                    }
                    seen.set(ADDRESS, address);
                }
                Json::Null if name == ADDRESS => seen.set(ADDRESS, Json::Null),
                _ if !name.contains('.') && self.has_member(name) => {
                    seen.set(name, without_unknown_members(value))
                }
                _ => {}
            }
        }
        seen
    }

    /// A created customer as the guest sees it: the new Id and what the guest sent. The rest of the
    /// answer is left out, because the remote API may answer with a record that it had before.
    pub fn created(&self, request: &Object, id: &Json) -> Object {
        let mut seen = Object::new().with("Id", id.clone());
        for (name, value) in self.view(request).iter().filter(|(name, _)| *name != "Id") {
            seen.set(name, value.clone());
        }
        seen
    }
}

//! What the rules read from a restaurant's Setup. For the form, which takes it as an option, and
//! for the gateway.
//!
//! A Setup comes here under our own names, as the client gives it; see [`crate::names`].

use crate::json::{Json, Object};
use crate::names::{CUSTOM_FIELDS, IS_REQUIRED, LEGAL_DRINKING_AGE, NAME};

/// The parts of a Setup that change what a form asks for. All optional.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The custom fields that exist, or `None` if the Setup does not say.
    pub custom_fields: Option<Vec<CustomField>>,
    /// The age from which a guest may drink alcohol, in years.
    pub drinking_age: Option<i32>,
}

/// One configured custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// `Field1` to `Field5`.
    pub name: String,
    /// True if the restaurant insists on it.
    pub required: bool,
}

impl Setup {
    /// Reads a Setup. A member that is missing or of another shape counts as not said, because
    /// every member of a Setup is a guess about the remote API.
    pub fn read(setup: &Object) -> Self {
        let custom_field = |field: &Object| {
            Some(CustomField {
                name: field.get(NAME)?.as_str()?.to_owned(),
                required: matches!(field.get(IS_REQUIRED), Some(Json::Bool(true))),
            })
        };
        let listed = setup.get(CUSTOM_FIELDS).and_then(Json::as_array);
        let custom_fields = listed.map(|listed| {
            let mut fields = Vec::new();
            for field in listed {
                fields.extend(field.as_object().and_then(custom_field));
            }
            fields
        });
        Self {
            custom_fields,
            drinking_age: setup.get(LEGAL_DRINKING_AGE).and_then(Json::as_positive),
        }
    }

    /// The custom field `name`, or `None` if the restaurant does not have it.
    pub fn custom_field(&self, name: &str) -> Option<&CustomField> {
        self.custom_fields.as_ref()?.iter().find(|field| field.name == name)
    }
}

//! What the rules read from a restaurant's Setup. Its member names are guesses about the remote API: they stand
//! here alone, and a caller whose Setup differs hands the rules one in this shape.

use crate::json::{Json, Object};

/// The parts of a Setup that change what a form asks for. All optional.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The custom fields that exist; `None` where the Setup does not say.
    pub custom_fields: Option<Vec<CustomField>>,
    /// The age from which a guest may drink alcohol, in years.
    pub drinking_age: Option<i32>,
}

/// One configured custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// `Field1` to `Field5`.
    pub name: String,
    /// Whether the restaurant insists on it.
    pub required: bool,
}

impl Setup {
    /// Reads a Setup; what is missing or of another shape is left out, since every name in it is a guess.
    pub fn read(setup: &Object) -> Self {
        let custom_field = |field: &Object| {
            Some(CustomField {
                name: field.get("Name")?.as_str()?.to_owned(),
                required: matches!(field.get("IsRequired"), Some(Json::Bool(true))),
            })
        };
        let listed = setup.get("CustomFields").and_then(Json::as_array);
        let custom_fields = listed.map(|listed| {
            let mut fields = Vec::new();
            for field in listed {
                fields.extend(field.as_object().and_then(custom_field));
            }
            fields
        });
        Self {
            custom_fields,
            drinking_age: setup.get("LegalDrinkingAge").and_then(Json::as_positive),
        }
    }

    /// The custom field `name`, if the restaurant has it.
    pub fn custom_field(&self, name: &str) -> Option<&CustomField> {
        self.custom_fields.as_ref()?.iter().find(|field| field.name == name)
    }
}

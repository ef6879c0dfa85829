//! For whoever tests that a caller is not tied to our guesses: a sandbox whose API has other names
//! than `openapi.yaml`. The contract, against which every request and every answer is checked, then
//! has these names too. Inside, the sandbox keeps those of the file: a request is renamed on its
//! way in, and an answer on its way out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::contract::OperationId;
use crate::customer::Record;

const RESTAURANT: &str = "/api/ConsumerApi/v1/Restaurant/{micrositeName}/";
const SCHEMAS: &str = "/components/schemas";
const CUSTOM_FIELDS: &str = "CustomFields";
const TIME_ZONE: &str = "TimeZone";
/// The zone of the restaurants, which a Setup tells only if it has a name of its own: without one
/// the guess is that it tells none.
const ZONE: &str = "Europe/London";

/// The merge's path and method in `openapi.yaml`, and the names of schemas that the code needs.
const MERGE_PATH: &str = "Customers/Merge";
const MERGE_METHOD: &str = "POST";
const MERGE: &str = "MergeRequest";
const UNSUBSCRIBE: &str = "UnsubscribeRequest";
const DELETION: &str = "DeletionRequest";
const DELETION_OUTCOME: &str = "DeletionOutcome";
const CUSTOMER: &str = "Customer";
const SETUP: &str = "CustomerSetup";
const CUSTOM_FIELD: &str = "CustomField";

/// What a name stands for in the contract.
enum Place {
    /// The method of the merge.
    Method,
    /// A path below the restaurant's own.
    Path,
    /// A member of these schemas.
    Members(&'static [&'static str]),
}

/// The key of each name as the option `names` of the client and the gateway has it, the name in
/// `openapi.yaml`, and its place there.
const TABLE: [(&str, &str, Place); 25] = {
    use Place::{Members, Method, Path};
    [
        ("mergeMethod", MERGE_METHOD, Method),
        ("mergePath", MERGE_PATH, Path),
        ("masterCustomerId", "MasterCustomerId", Members(&[MERGE])),
        ("customerIdsToMerge", "CustomerIds", Members(&[MERGE])),
        ("unsubscribePath", "Customers/Unsubscribe", Path),
        ("markForDeletionPath", "Customers/MarkForDeletion", Path),
        ("customerIds", "CustomerIds", Members(&[UNSUBSCRIBE, DELETION])),
        ("ipAddress", "IpAddress", Members(&[UNSUBSCRIBE])),
        ("marketingCommunicationMode", "MarketingCommunicationMode", Members(&[UNSUBSCRIBE])),
        ("deletedCustomerIds", "DeletedCustomerIds", Members(&[DELETION_OUTCOME])),
        ("skippedCustomerIds", "SkippedCustomerIds", Members(&[DELETION_OUTCOME])),
        ("hasDeclinedEmail", "HasDeclinedEmail", Members(&[CUSTOMER])),
        ("setupMicrositeName", "MicrositeName", Members(&[SETUP])),
        ("setupName", "Name", Members(&[SETUP])),
        ("setupTitles", "Titles", Members(&[SETUP])),
        ("setupCustomFields", CUSTOM_FIELDS, Members(&[SETUP])),
        ("customFieldName", "Name", Members(&[CUSTOM_FIELD])),
        ("customFieldLabel", "Label", Members(&[CUSTOM_FIELD])),
        ("customFieldIsRequired", "IsRequired", Members(&[CUSTOM_FIELD])),
        ("setupGroupEmailText", "GroupEmailMarketingOptInText", Members(&[SETUP])),
        ("setupGroupSmsText", "GroupSmsMarketingOptInText", Members(&[SETUP])),
        ("setupRestaurantEmailText", "RestaurantEmailMarketingOptInText", Members(&[SETUP])),
        ("setupRestaurantSmsText", "RestaurantSmsMarketingOptInText", Members(&[SETUP])),
        ("setupLegalDrinkingAge", "LegalDrinkingAge", Members(&[SETUP])),
        ("setupTimeZone", TIME_ZONE, Members(&[SETUP])),
    ]
};

/// Why a file of names can't be used.
#[derive(Debug, thiserror::Error)]
pub enum NamesError {
    /// The file can't be read.
    #[error("{path} can't be read: {source}; name another with --names")]
    Unreadable {
        /// The file asked for.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },
    /// The file holds something else than names.
    #[error("{path}: {reason}")]
    Wrong {
        /// The file asked for.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
}

/// The names that differ from those of `openapi.yaml`: each with its index in the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(Vec<(usize, String)>);

impl Names {
    /// Reads a JSON or TOML file with an object whose members are those of the option `names`.
    ///
    /// # Errors
    /// If the file can't be read, or holds a name that the API could not have.
    pub fn read(path: &Path) -> Result<Self, NamesError> {
        let text = fs::read_to_string(path)
            .map_err(|source| NamesError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|reason| NamesError::Wrong { path: path.to_owned(), reason })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(_) => toml::from_str(text)
                .map_err(|error| format!("is neither JSON nor TOML: {}", error.message()))?,
        };
        let members = value.as_object().ok_or("takes an object of names")?;
        let mut names = Vec::new();
        for (key, value) in members {
            let row = TABLE.iter().enumerate().find(|(_, (known, ..))| known == key);
            let Some((index, (_, _, place))) = row else {
                return Err(format!("{key} is none of the keys of the option names"));
            };
            let text = value
                .as_str()
                .filter(|text| place.takes(text))
                .ok_or_else(|| format!("{key} takes {}", place.shape()))?;
            names.push((index, text.to_owned()));
        }
        let names = Self(names);
        names.refuse_collisions()?;
        Ok(names)
    }

    /// Two members of one object, and two operations of one path, need names of their own.
    fn refuse_collisions(&self) -> Result<(), String> {
        let mut seen: Vec<(&str, &str)> = vec![("", "Customers/Setup"), ("", "Customer")];
        for (index, (key, own, place)) in TABLE.iter().enumerate() {
            let wire = self.wire(index, own);
            let places: &[&str] = match place {
                Place::Method => continue,
                Place::Path => &[""],
                Place::Members(schemas) => schemas,
            };
            for place in places {
                if seen.contains(&(place, wire)) {
                    return Err(format!("{key} is {wire}, which another name already is"));
                }
                seen.push((place, wire));
            }
        }
        Ok(())
    }

    fn wire<'a>(&'a self, index: usize, own: &'a str) -> &'a str {
        let given = self.0.iter().find(|(given, _)| *given == index);
        given.map_or(own, |(_, text)| text)
    }

    /// The names that differ: the one in `openapi.yaml`, the one in use, and the place.
    fn changed(&self) -> impl Iterator<Item = (&'static str, &str, &'static Place)> {
        self.0.iter().filter_map(|(index, wire)| {
            let (_, own, place) = TABLE.get(*index)?;
            (own != wire).then_some((*own, wire.as_str(), place))
        })
    }

    /// The changed members of a schema, as pairs of the name in `openapi.yaml` and the one in use.
    fn members(&self, schema: &str) -> Vec<(&'static str, &str)> {
        let of = |place: &Place| matches!(place, Place::Members(of) if of.contains(&schema));
        self.changed().filter(|(.., place)| of(place)).map(|(own, wire, _)| (own, wire)).collect()
    }

    /// Gives the contract these names.
    pub(crate) fn rename_contract(&self, document: &mut Value) {
        if let Some(paths) = document.pointer_mut("/paths").and_then(Value::as_object_mut) {
            for (_, wire, _) in self.changed().filter(|(.., place)| matches!(place, Place::Method))
            {
                if let Some(item) = paths.get_mut(&format!("{RESTAURANT}{MERGE_PATH}")) {
                    rename(item, &[(&MERGE_METHOD.to_lowercase(), &wire.to_lowercase())]);
                }
            }
            let of_paths = self.changed().filter(|(.., place)| matches!(place, Place::Path));
            let whole: Vec<(String, String)> = of_paths
                .map(|(own, wire, _)| (format!("{RESTAURANT}{own}"), format!("{RESTAURANT}{wire}")))
                .collect();
            let pairs: Vec<(&str, &str)> =
                whole.iter().map(|(own, wire)| (own.as_str(), wire.as_str())).collect();
            *paths = renamed(std::mem::take(paths), &pairs);
        }
        let Some(schemas) = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut) else {
            return;
        };
        for (name, schema) in schemas {
            let pairs = self.members(name);
            if let Some(properties) = schema.get_mut("properties") {
                rename(properties, &pairs);
            }
            let required = schema.get_mut("required").and_then(Value::as_array_mut);
            for name in required.into_iter().flatten() {
                let pair = pairs.iter().find(|(own, _)| name == own);
                if let Some((_, wire)) = pair {
                    *name = (*wire).into();
                }
            }
        }
    }

    /// A request under the names of `openapi.yaml`. A member of a name that is not in use means
    /// nothing, and is left out.
    pub(crate) fn own_request(&self, operation: OperationId, mut request: Record) -> Record {
        let Some(schema) = request_schema(operation) else { return request };
        let pairs = self.members(schema);
        let in_use = |name: &str| pairs.iter().any(|(_, wire)| *wire == name);
        request.retain(|name, _| in_use(name) || !pairs.iter().any(|(own, _)| own == name));
        let back: Vec<(&str, &str)> = pairs.iter().map(|(own, wire)| (*wire, *own)).collect();
        renamed(request, &back)
    }

    /// An answer under the names in use.
    pub(crate) fn wire_answer(&self, operation: OperationId, answer: Value) -> Value {
        let (Some(schema), Value::Object(mut members)) = (answer_schema(operation), answer.clone())
        else {
            return answer;
        };
        if let Some(Value::Array(fields)) = members.get_mut(CUSTOM_FIELDS) {
            let pairs = self.members(CUSTOM_FIELD);
            for field in fields {
                rename(field, &pairs);
            }
        }
        let pairs = self.members(schema);
        if schema == SETUP && pairs.iter().any(|(own, _)| *own == TIME_ZONE) {
            members.insert(TIME_ZONE.to_owned(), ZONE.into());
        }
        Value::Object(renamed(members, &pairs))
    }

    /// The name in use of a property of a request.
    pub(crate) fn wire_property(&self, operation: OperationId, property: &str) -> String {
        let pairs = request_schema(operation).map(|schema| self.members(schema));
        let pair = pairs.iter().flatten().find(|(own, _)| *own == property);
        pair.map_or(property, |(_, wire)| wire).to_owned()
    }
}

impl Place {
    fn takes(&self, text: &str) -> bool {
        let is_word = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        match self {
            Self::Method => matches!(text, "POST" | "PUT"),
            Self::Path => text.split('/').all(|segment| is_word(segment, "-_")),
            Self::Members(_) => is_word(text, "_"),
        }
    }

    fn shape(&self) -> &'static str {
        match self {
            Self::Method => "POST or PUT",
            Self::Path => "words of letters, digits, - and _, parted by single slashes",
            Self::Members(_) => "a word of letters, digits and _",
        }
    }
}

fn request_schema(operation: OperationId) -> Option<&'static str> {
    match operation {
        OperationId::MergeCustomers => Some(MERGE),
        OperationId::UnsubscribeCustomers => Some(UNSUBSCRIBE),
        OperationId::MarkCustomersForDeletion => Some(DELETION),
        _ => None,
    }
}

fn answer_schema(operation: OperationId) -> Option<&'static str> {
    match operation {
        OperationId::GetCustomerSetup => Some(SETUP),
        OperationId::GetCustomer
        | OperationId::CreateCustomer
        | OperationId::UpdateCustomer
        | OperationId::MergeCustomers => Some(CUSTOMER),
        OperationId::MarkCustomersForDeletion => Some(DELETION_OUTCOME),
        _ => None,
    }
}

fn rename(value: &mut Value, pairs: &[(&str, &str)]) {
    if let Value::Object(members) = value {
        *members = renamed(std::mem::take(members), pairs);
    }
}

/// The members with the second name of each pair in place of the first, in their order.
fn renamed(members: Map<String, Value>, pairs: &[(&str, &str)]) -> Map<String, Value> {
    let name = |name: String| {
        let pair = pairs.iter().find(|(from, _)| *from == name);
        pair.map_or(name, |(_, to)| (*to).to_owned())
    };
    members.into_iter().map(|(from, value)| (name(from), value)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract;

    fn names(value: &Value) -> Names {
        Names::parse(&value.to_string()).unwrap()
    }

    #[test]
    fn names_are_in_the_contract() {
        let document = contract::document(&Names::default()).unwrap();
        for (key, own, place) in &TABLE {
            let found = match place {
                Place::Method => document["paths"][format!("{RESTAURANT}{MERGE_PATH}")]
                    .get(own.to_lowercase())
                    .is_some(),
                Place::Path => document["paths"].get(format!("{RESTAURANT}{own}")).is_some(),
                Place::Members(schemas) => schemas.iter().all(|schema| {
                    document["components"]["schemas"][schema]["properties"].get(own).is_some()
                }),
            };
            assert!(found, "{key}");
        }
    }

    #[test]
    fn names_are_read_from_json_and_toml() {
        let expected = names(&json!({ "mergePath": "Customer/Merge", "setupName": "Title" }));
        let toml = "mergePath = 'Customer/Merge'\nsetupName = \"Title\"\n";
        assert_eq!(Names::parse(toml), Ok(expected));
        assert_eq!(Names::parse(""), Ok(Names::default()));
    }

    #[test]
    fn names_that_the_api_could_not_have_are_refused() {
        let table = [
            ("[1]", "takes an object of names"),
            ("= 1", "is neither JSON nor TOML"),
            (r#"{"mergepath":"X"}"#, "mergepath is none of the keys"),
            (r#"{"mergePath":1}"#, "mergePath takes words"),
            (r#"{"mergePath":"a//b"}"#, "mergePath takes words"),
            (r#"{"mergePath":"a/{id}"}"#, "mergePath takes words"),
            (r#"{"mergeMethod":"GET"}"#, "mergeMethod takes POST or PUT"),
            (r#"{"customerIds":"a b"}"#, "customerIds takes a word"),
            (r#"{"setupName":"MicrositeName"}"#, "setupName is MicrositeName, which another"),
            (r#"{"mergePath":"Customers/Setup"}"#, "mergePath is Customers/Setup, which another"),
        ];
        for (text, expected) in table {
            let error = Names::parse(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn names_of_requests_and_answers_are_changed_at_once() {
        let swapped = names(&json!({
            "masterCustomerId": "CustomerIds", "customerIdsToMerge": "MasterCustomerId",
            "setupName": "MicrositeName", "setupMicrositeName": "Name", "customFieldName": "Key",
            "deletedCustomerIds": "Done",
        }));
        let request = json!({ "CustomerIds": 1, "MasterCustomerId": [2], "Other": 3 });
        let own =
            swapped.own_request(OperationId::MergeCustomers, request.as_object().cloned().unwrap());
        assert_eq!(
            Value::Object(own),
            json!({ "MasterCustomerId": 1, "CustomerIds": [2], "Other": 3 })
        );
        let setup = json!({ "Name": "a", "MicrositeName": "b", "CustomFields": [{ "Name": "c" }] });
        assert_eq!(
            swapped.wire_answer(OperationId::GetCustomerSetup, setup),
            json!({ "MicrositeName": "a", "Name": "b", "CustomFields": [{ "Key": "c" }] })
        );
        let outcome = json!({ "DeletedCustomerIds": [1], "SkippedCustomerIds": [] });
        assert_eq!(
            swapped.wire_answer(OperationId::MarkCustomersForDeletion, outcome),
            json!({ "Done": [1], "SkippedCustomerIds": [] })
        );
    }

    #[test]
    fn name_that_is_not_in_use_means_nothing() {
        let names = names(&json!({ "marketingCommunicationMode": "Channel" }));
        let request = json!({ "CustomerIds": [1], "MarketingCommunicationMode": "Email" });
        let own = names
            .own_request(OperationId::UnsubscribeCustomers, request.as_object().cloned().unwrap());
        assert_eq!(Value::Object(own), json!({ "CustomerIds": [1] }));
    }

    #[test]
    fn contract_has_the_names() {
        let names = names(&json!({
            "mergeMethod": "PUT", "mergePath": "Customer/MergeCustomers",
            "masterCustomerId": "MasterId",
        }));
        let operations = contract::operations(&names).unwrap();
        let merge = operations.iter().find(|op| op.id == OperationId::MergeCustomers).unwrap();
        assert_eq!(merge.method, "PUT");
        assert_eq!(merge.route, format!("{RESTAURANT}Customer/MergeCustomers"));
        let request = merge.request.as_ref().unwrap();
        assert_eq!(request.check(&json!({ "MasterId": 1, "CustomerIds": [2] })), Ok(()));
        let problem = request.check(&json!({ "MasterCustomerId": 1, "CustomerIds": [2] }));
        assert_eq!(
            problem.unwrap_err().envelope()["ValidationErrors"][0]["PropertyName"],
            "MasterId"
        );
    }
}

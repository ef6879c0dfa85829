//! For the server: checks requests and answers against `openapi.yaml`. Routes, media types and
//! schemas are read from it, so a correction there corrects the sandbox.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::body::Shape;
use crate::names::Names;
use crate::problem::Problem;

const OPENAPI: &str = include_str!("../../openapi.yaml");

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The operations of the contract, by their `operationId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OperationId {
    AuthenticateV2,
    AuthenticateToken,
    GetCustomerSetup,
    GetCustomer,
    CreateCustomer,
    UpdateCustomer,
    MergeCustomers,
    UnsubscribeCustomers,
    MarkCustomersForDeletion,
}

/// One operation, ready to check requests and answers.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: OperationId,
    /// In upper case.
    pub(crate) method: String,
    /// The path with its parameters in braces.
    pub(crate) route: String,
    /// Whether a token is needed.
    pub(crate) secured: bool,
    pub(crate) request: Option<RequestBody>,
    /// The checks of the answers' bodies, by status; `None` if the contract leaves the body open.
    answers: HashMap<u16, Option<Arc<Validator>>>,
}

/// The body that an operation reads.
#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) media_types: Vec<String>,
    pub(crate) shape: Shape,
    validator: Arc<Validator>,
}

impl RequestBody {
    /// Refuses a body that the schema refuses. The error names the properties and no value.
    pub(crate) fn check(&self, request: &Value) -> Result<(), Problem> {
        let errors: Vec<_> = self.validator.iter_errors(request).map(|e| describe(&e)).collect();
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }
}

impl Operation {
    /// Returns an error if the contract does not allow this answer, which is a fault of the
    /// sandbox.
    pub(crate) fn check_answer(&self, status: u16, body: Option<&Value>) -> Result<(), Problem> {
        let id = self.id;
        let Some(validator) = self.answers.get(&status) else {
            return Err(Problem::internal(format!("{id:?} may not answer {status}")));
        };
        match (validator, body) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(Problem::internal(format!("{id:?} {status} needs a body"))),
            (Some(validator), Some(body)) => match validator.iter_errors(body).next() {
                None => Ok(()),
                Some(error) => Err(Problem::internal(format!(
                    "{id:?} {status} breaks {} at {}",
                    error.schema_path(),
                    error.instance_path()
                ))),
            },
        }
    }
}

/// The property that failed, dotted, and the reason; never the value.
fn describe(error: &ValidationError<'_>) -> (String, String) {
    let path = error.instance_path().to_string();
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut reason = "is not valid";
    let required;
    if let ValidationErrorKind::Required { property } = error.kind() {
        required = property.as_str().unwrap_or_default().to_owned();
        segments.push(&required);
        reason = "must be specified";
    }
    let property = if segments.is_empty() { "request".to_owned() } else { segments.join(".") };
    let text = format!("'{property}' {reason}.");
    (property, text)
}

/// The document as JSON, with these names.
pub(crate) fn document(names: &Names) -> Result<Value, Malformed> {
    let mut document =
        serde_saphyr::from_str(OPENAPI).map_err(|error| Malformed(error.to_string()))?;
    names.rename_contract(&mut document);
    Ok(document)
}

/// An error that says that the built-in contract is not what this program expects.
#[derive(Debug, thiserror::Error)]
#[error("openapi.yaml: {0}")]
pub struct Malformed(String);

/// Every operation of the contract, with these names.
pub(crate) fn operations(names: &Names) -> Result<Vec<Operation>, Malformed> {
    let document = document(names)?;
    let mut schemas = Schemas { document: &document, compiled: HashMap::new() };
    let mut operations = Vec::new();
    for (route, item) in object(&document, "/paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(id) = operation.get("operationId") {
                let id = OperationId::deserialize(id).map_err(|e| Malformed(e.to_string()))?;
                operations.push(Operation {
                    id,
                    method: method.to_ascii_uppercase(),
                    route: route.clone(),
                    secured: operation.get("security").is_none(),
                    request: schemas.request_body(operation)?,
                    answers: schemas.answers(operation)?,
                });
            }
        }
    }
    Ok(operations)
}

/// Compiles each schema of the document once: the error envelope alone is used some seventy times.
struct Schemas<'a> {
    document: &'a Value,
    compiled: HashMap<String, Arc<Validator>>,
}

impl Schemas<'_> {
    fn request_body(&mut self, operation: &Value) -> Result<Option<RequestBody>, Malformed> {
        let Some(body) = operation.get("requestBody") else { return Ok(None) };
        let content = object(resolve(body, self.document), "/content")?;
        let schema = content.get(JSON).and_then(|media| media.get("schema"));
        let schema = schema.ok_or_else(|| Malformed("a body without a JSON schema".to_owned()))?;
        Ok(Some(RequestBody {
            media_types: content.keys().cloned().collect(),
            shape: Shape::of(schema, self.document),
            validator: self.validator(schema)?,
        }))
    }

    fn answers(
        &mut self,
        operation: &Value,
    ) -> Result<HashMap<u16, Option<Arc<Validator>>>, Malformed> {
        let mut answers = HashMap::new();
        for (status, response) in object(operation, "/responses")? {
            let status = status
                .parse()
                .map_err(|_| Malformed(format!("the status {status} is no number")))?;
            let response = resolve(response, self.document);
            let schema = response.pointer("/content/application~1json/schema");
            answers.insert(status, schema.map(|schema| self.validator(schema)).transpose()?);
        }
        Ok(answers)
    }

    fn validator(&mut self, schema: &Value) -> Result<Arc<Validator>, Malformed> {
        let key = schema.to_string();
        if let Some(known) = self.compiled.get(&key) {
            return Ok(Arc::clone(known));
        }
        let components = self.document.get("components").cloned().unwrap_or_default();
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .build(&json!({ "allOf": [schema], "components": components }))
            .map_err(|error| Malformed(error.to_string()))?;
        let validator = Arc::new(validator);
        self.compiled.insert(key, Arc::clone(&validator));
        Ok(validator)
    }
}

fn resolve<'a>(value: &'a Value, document: &'a Value) -> &'a Value {
    let target = value.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    target.and_then(|path| document.pointer(path)).unwrap_or(value)
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Malformed> {
    value
        .pointer(path)
        .and_then(Value::as_object)
        .ok_or_else(|| Malformed(format!("no object at {path}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIDENCE: &str = "x-confidence";
    const MARKS: [&str; 3] = ["documented", "observed", "assumed"];
    const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

    /// Calls `visit` with every operation, parameter, property and response, and where it stands.
    fn walk(value: &Value, document: &Value, path: &str, visit: &mut impl FnMut(&str, &Value)) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let here = format!("{path}/{key}");
                    let parent = path.rsplit('/').next().unwrap_or_default();
                    let is_operation = path.starts_with("/paths/") && METHODS.contains(&&**key);
                    if is_operation || ["parameters", "properties", "responses"].contains(&parent) {
                        visit(&here, marked(member, document));
                    }
                    walk(member, document, &here, visit);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let here = format!("{path}/{index}");
                    if path.ends_with("/parameters") {
                        visit(&here, marked(element, document));
                    }
                    walk(element, document, &here, visit);
                }
            }
            _ => {}
        }
    }

    /// A property has its own mark. A parameter or a response may be a reference to one that has
    /// it.
    fn marked<'a>(element: &'a Value, document: &'a Value) -> &'a Value {
        if element.get(CONFIDENCE).is_some() { element } else { resolve(element, document) }
    }

    #[test]
    fn contract_says_of_every_element_how_sure_we_are() {
        let document = document(&Names::default()).unwrap();
        let mut count = 0;
        let mut bare = Vec::new();
        walk(&document, &document, "", &mut |path, element| {
            count += 1;
            let mark = element.get(CONFIDENCE).and_then(Value::as_str);
            if !mark.is_some_and(|mark| MARKS.contains(&mark)) {
                bare.push(path.to_owned());
            }
        });
        assert_eq!(bare, Vec::<String>::new());
        assert!(count > 200, "only {count} elements were looked at");
    }

    #[test]
    fn contract_states_nine_operations() {
        let mut seen: Vec<String> = operations(&Names::default())
            .unwrap()
            .iter()
            .map(|op| format!("{:?} {}", op.id, op.method))
            .collect();
        seen.sort();
        let expected = [
            "AuthenticateToken POST",
            "AuthenticateV2 POST",
            "CreateCustomer POST",
            "GetCustomer GET",
            "GetCustomerSetup GET",
            "MarkCustomersForDeletion POST",
            "MergeCustomers POST",
            "UnsubscribeCustomers POST",
            "UpdateCustomer PUT",
        ];
        assert_eq!(seen, expected);
    }

    fn operation(id: OperationId) -> Operation {
        operations(&Names::default())
            .unwrap()
            .into_iter()
            .find(|operation| operation.id == id)
            .unwrap()
    }

    #[test]
    fn contract_checks_requests_without_repeating_a_value() {
        let create = operation(OperationId::CreateCustomer).request.unwrap();
        let with = |extra: Value| {
            let mut request = json!({ "Email": "a@b.example", "Mobile": "7700900123" });
            let members = request.as_object_mut().unwrap();
            members.extend(extra.as_object().unwrap().clone());
            create
                .check(&request)
                .err()
                .map(|problem| problem.envelope()["ValidationErrors"].clone())
        };
        let good = [
            json!({}),
            json!({ "Unknown": { "a": [1] } }),
            json!({ "MobileCountryCode": "+44", "PhoneCountryCode": 0 }),
            json!({ "Title": null, "Address": null, "CustomerType": null, "Birthday": null }),
            json!({ "Birthday": "2024-02-29", "Anniversary": "2000-02-29T00:00:00.0000000" }),
        ];
        for extra in good {
            assert_eq!(with(extra.clone()), None, "{extra}");
        }
        let secret = "do not repeat me";
        let bad = [
            (json!({ "Birthday": "2023-02-29" }), "Birthday"),
            (json!({ "Birthday": "1900-02-29" }), "Birthday"),
            (json!({ "Birthday": "29/02/2024" }), "Birthday"),
            (json!({ "Birthday": "2024-04-31" }), "Birthday"),
            (json!({ "IsVip": secret }), "IsVip"),
            (json!({ "IsVip": null }), "IsVip"),
            (json!({ "MobileCountryCode": secret }), "MobileCountryCode"),
            (json!({ "MobileCountryCode": 2_147_483_648_i64 }), "MobileCountryCode"),
            (json!({ "CustomerCodes": [1, secret] }), "CustomerCodes.1"),
            (json!({ "Mobile": 7_700_900_123_i64, "Phone": "1" }), "Mobile"),
        ];
        for (extra, property) in bad {
            let expected = json!([{
                "PropertyName": property, "ErrorMessage": format!("'{property}' is not valid."),
            }]);
            assert_eq!(with(extra.clone()), Some(expected), "{extra}");
        }
    }

    #[test]
    fn contract_calls_an_answer_outside_it_the_sandboxs_fault() {
        let get = operation(OperationId::GetCustomer);
        assert_eq!(get.check_answer(200, Some(&json!({ "Id": 1, "New": true }))), Ok(()));
        for (status, body) in [
            (200, Some(json!({ "Id": "secret" }))),
            (200, Some(json!({ "Id": 1, "IsVip": null }))),
            (200, None),
            (201, Some(json!({ "Id": 1 }))),
        ] {
            let problem = get.check_answer(status, body.as_ref()).unwrap_err();
            assert_eq!(problem.status, 500);
            assert!(!problem.cause.unwrap().contains("secret"));
        }
    }

    /// The contract as `pkg/testing/contract.js` has it, for the stand-in of the package: without
    /// prose, and with the schemas that its operations use.
    fn module_of_the_stand_in() -> String {
        let document = document(&Names::default()).unwrap();
        let mut operations = Vec::new();
        for (path, item) in object(&document, "/paths").unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let Some(id) = operation.get("operationId") else { continue };
                let body = operation.get("requestBody").map(|body| {
                    let content = object(resolve(body, &document), "/content").unwrap();
                    let types: Vec<&String> = content.keys().collect();
                    json!({ "mediaTypes": types, "schema": without_prose(&content[JSON]["schema"]) })
                });
                let mut answers = Map::new();
                for (status, response) in object(operation, "/responses").unwrap() {
                    let response = resolve(response, &document);
                    let schema = response.pointer("/content/application~1json/schema");
                    answers.insert(status.clone(), schema.map(without_prose).unwrap_or_default());
                }
                operations.push(json!({
                    "id": id,
                    "method": method.to_ascii_uppercase(),
                    "path": path,
                    "isSecured": operation.get("security").is_none(),
                    "body": body,
                    "answers": answers,
                }));
            }
        }
        let schemas = object(&document, "/components/schemas").unwrap();
        let schemas: Map<String, Value> =
            schemas.iter().map(|(name, schema)| (name.clone(), without_prose(schema))).collect();
        let lines = |values: Vec<String>| values.join(",\n  ");
        format!(
            "// Made from openapi.yaml: see `contract_of_the_stand_in_is_this_one` in sandbox/src/contract.rs.\n\
             export const OPERATIONS = [\n  {},\n];\nexport const SCHEMAS = {{\n  {},\n}};\n",
            lines(operations.iter().map(Value::to_string).collect()),
            lines(schemas.iter().map(|(name, schema)| format!("{name}: {schema}")).collect()),
        )
    }

    /// A schema without what only people read, all that it holds included.
    fn without_prose(schema: &Value) -> Value {
        match schema {
            Value::Object(members) => {
                let is_prose = |name: &str, value: &Value| {
                    name == CONFIDENCE
                        || ["description", "examples", "default", "format"].contains(&name)
                            && !value.is_object()
                };
                let kept = members.iter().filter(|(name, value)| !is_prose(name, value));
                kept.map(|(name, value)| (name.clone(), without_prose(value))).collect()
            }
            Value::Array(elements) => elements.iter().map(without_prose).collect(),
            other => other.clone(),
        }
    }

    /// With `UPDATE=1` in the environment the test writes the module.
    #[test]
    fn contract_of_the_stand_in_is_this_one() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../pkg/testing/contract.js");
        let expected = module_of_the_stand_in();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(file, &expected).unwrap();
        }
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            kept == expected,
            "make pkg/testing/contract.js anew: UPDATE=1 cargo test -p dinerkit-sandbox stand_in"
        );
    }
}

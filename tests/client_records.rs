//! The typed records: they have the members of the contract, and keep the members that they do not
//! know.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use dinerkit::customer::*;
use dinerkit::json::{Json, Object};
use serde_json::Value;

fn object(text: &str) -> Object {
    Json::parse(text).unwrap().as_object().unwrap().clone()
}

/// The members of a schema in the contract, each with how well the contract knows it.
fn contract(schema: &str) -> Vec<(String, String)> {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml")).unwrap();
    let contract: Value = serde_saphyr::from_str(&text).unwrap();
    let properties = &contract["components"]["schemas"][schema]["properties"];
    let confidence = |member: &Value| member["x-confidence"].as_str().unwrap().to_owned();
    let members = properties.as_object().unwrap().iter();
    let mut members: Vec<_> =
        members.map(|(name, member)| (name.clone(), confidence(member))).collect();
    members.sort();
    members
}

#[test]
fn record_has_the_members_of_the_contract() {
    for (schema, members) in [
        ("Customer", Customer::MEMBERS),
        ("CustomerRequest", CustomerRequest::MEMBERS),
        ("CustomerOptions", CustomerOptions::MEMBERS),
        ("Address", Address::MEMBERS),
        ("CustomerType", CustomerType::MEMBERS),
        ("CustomerCode", CustomerCode::MEMBERS),
        ("CustomField", CustomField::MEMBERS),
        ("CustomerSetup", CustomerSetup::MEMBERS),
        ("MergeRequest", MergeRequest::MEMBERS),
        ("UnsubscribeRequest", UnsubscribeRequest::MEMBERS),
        ("DeletionRequest", DeletionRequest::MEMBERS),
        ("DeletionOutcome", DeletionOutcome::MEMBERS),
    ] {
        let mut ours: Vec<_> = members
            .iter()
            .map(|(name, confidence)| (name.to_string(), format!("{confidence:?}").to_lowercase()))
            .collect();
        ours.sort();
        assert_eq!(ours, contract(schema), "{schema}");
    }
}

/// `Address.Town` in the rule table is the member Town of the member Address here, and nothing else
/// is nested.
#[test]
fn record_of_a_request_has_the_members_of_the_rule_table() {
    let mut fields: Vec<_> =
        dinerkit::fields::FIELDS.iter().map(|field| field.name.to_owned()).collect();
    fields.sort();
    let own = |(name, _): &(&str, Confidence)| match *name {
        "Address" => Address::MEMBERS.iter().map(|(part, _)| format!("Address.{part}")).collect(),
        "CustomerOptions" => vec![],
        name => vec![name.to_owned()],
    };
    let mut members: Vec<String> = CustomerRequest::MEMBERS.iter().flat_map(own).collect();
    members.sort();
    assert_eq!(members, fields);
}

const RECORD: &str = r#"{"Id":7,"Title":null,"Surname":"Doe","MobileCountryCode":"44","IsVip":false,
    "CustomerCodes":[1,2],"Address":{"Town":"Leith","Planet":"Earth"},"PortalUserId":null,
    "Loyalty":{"Points":12345678901234567890.5}}"#;

#[test]
fn record_keeps_members_that_it_does_not_know() {
    let customer = Customer::try_from(object(RECORD)).unwrap();
    assert_eq!(customer.id, 7);
    assert_eq!(customer.title, None);
    assert_eq!(customer.mobile_country_code, Some(44));
    assert_eq!(customer.customer_codes, Some(vec![1, 2]));
    assert_eq!(
        Object::from(customer).to_text(),
        r#"{"Id":7,"Surname":"Doe","MobileCountryCode":44,"IsVip":false,"CustomerCodes":[1,2],"Address":{"Town":"Leith","Planet":"Earth"},"Loyalty":{"Points":12345678901234567890.5}}"#
    );
}

#[test]
fn record_with_a_member_of_another_type_names_it() {
    for (text, member) in [
        ("{}", "Id"),
        (r#"{"Id":null}"#, "Id"),
        (r#"{"Id":1,"Surname":7}"#, "Surname"),
        (r#"{"Id":1,"IsVip":"yes"}"#, "IsVip"),
        (r#"{"Id":1,"Rank":1.5}"#, "Rank"),
        (r#"{"Id":1,"CustomerCodes":["x"]}"#, "CustomerCodes"),
        (r#"{"Id":1,"Address":[]}"#, "Address"),
        (r#"{"Id":1,"Address":{"Town":7}}"#, "Address"),
    ] {
        let error = Customer::try_from(object(text)).unwrap_err();
        assert_eq!(error, MemberError { record: "Customer", member }, "{text}");
    }
    let error = Customer::try_from(Object::new()).unwrap_err();
    assert_eq!(error.to_string(), "correct Id of Customer: it is missing or of another type");
}

#[test]
fn record_is_the_same_through_serde() {
    let text = RECORD.replace("12345678901234567890.5", "[-1,18446744073709551615,1.5]");
    let customer: Customer = serde_json::from_str(&text).unwrap();
    assert_eq!(customer, Customer::try_from(object(&text)).unwrap());
    let written = serde_json::to_string(&customer).unwrap();
    assert_eq!(written, Object::from(customer).to_text());

    let refused = serde_json::from_str::<Customer>(r#"{"Id":1,"Rank":"high"}"#).unwrap_err();
    assert!(refused.to_string().contains("correct Rank of Customer"), "{refused}");
    assert!(serde_json::from_str::<Customer>(r#"{"Id":1,"Id":2}"#).is_err());
    assert!(serde_json::from_str::<Customer>("[]").is_err());
    assert!(serde_json::to_string(&Json::Number("1e999".to_owned())).is_err());
}

#[test]
fn record_shows_members_and_no_value_in_debug() {
    let text = r#"{"Id":7,"Surname":"planted-marker","Address":{"Town":"planted-marker"},"Loyalty":"planted-marker"}"#;
    let customer = Customer::try_from(object(text)).unwrap();
    assert_eq!(format!("{customer:?}"), "Customer { Id, Surname, Address, Loyalty, .. }");
}

#[test]
fn record_of_each_request_has_the_members_that_its_operation_sends() {
    use dinerkit::client::*;
    use dinerkit::names::Names;
    let sent = |operation: Operation| {
        let request = operation.to_http("m", &Names::default(), Encoding::Json);
        object(&request.body.unwrap())
    };
    let merge =
        MergeRequest { master_customer_id: 1, customer_ids: vec![2, 3], ..Default::default() };
    assert_eq!(sent(Operation::Merge { into: 1, from: vec![2, 3] }), merge.into());
    let unsubscribe = UnsubscribeRequest {
        customer_ids: vec![4],
        ip_address: Some("::1".to_owned()),
        marketing_communication_mode: Some("All".to_owned()),
        ..Default::default()
    };
    let operation = Operation::Unsubscribe {
        ids: vec![4],
        mode: Some("All".to_owned()),
        ip_address: Some("::1".to_owned()),
    };
    assert_eq!(sent(operation), unsubscribe.into());
    let deletion = DeletionRequest { customer_ids: vec![5], ..Default::default() };
    assert_eq!(sent(Operation::ScheduleDeletion { ids: vec![5] }), deletion.into());
}

//! A driver of the exchange for tests, with a remote API of one customer. Each file below tests one
//! part.

use super::config::Config;
use super::exchange::{Context, Exchange, Head, Input, Output};
use super::reply::{Reply, failure};
use super::*;
use crate::client::error::Outcome;
use crate::issue::{Code, Issue};
use crate::json::Object;
use crate::platform::Native;
use std::collections::BTreeMap;

mod admission;
mod boundary;
mod content;
mod contract;
mod form;
mod issues;
mod kept;
mod limits;
mod log;
mod once;
mod pages;
mod robots;
mod setups;
mod shared;
mod upstream;

const BASE: &str = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";
const ANN: &str =
    r#"{"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"07700 900123"}"#;
const SETUP: &str = r#"{"Name":"Oak & Salt","CustomerCodes":[{"Id":1,"Name":"Press"}],"LegalDrinkingAge":18,
    "CustomFields":[{"Name":"Field1","Label":"Diet","IsRequired":false}],"GroupEmailMarketingOptInText":"By <b>e-mail</b>"}"#;
const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/// 2026-11-22, noon.
const NOW_MS: u64 = 1_795_348_800_000;

fn object(text: &str) -> Object {
    match Json::parse(text).unwrap() {
        Json::Object(object) => object,
        _ => panic!("not an object: {text}"),
    }
}

fn about(request: &str) -> CapabilityRequest {
    serde_json::from_str(request).unwrap()
}

/// The options of every gateway's account.
const ACCOUNT: &str =
    r#""upstream":"https://api.example","credentials":{"username":"user","password":"password"}"#;

fn config(more: &str) -> Config {
    let options = format!(
        r#"{{{ACCOUNT},"microsites":["oak-and-salt","Zoë & Co/1"],"origins":["https://oak.example"],"maxBodyBytes":1000,
            "clientAddress":"function","capabilityKeys":[{{"id":"k","secret":"0123456789abcdef0123456789abcdef"}}]{more}}}"#
    );
    let mut config = Config::read(&object(&options)).unwrap();
    config.form_style = "p{}".to_owned();
    config
}

/// A gateway with its random bits.
fn seeded(config: Config) -> Gateway {
    let mut gateway = Gateway::new(config);
    gateway.seed(b"seed", NOW_MS);
    gateway
}

type Upstream = dyn FnMut(&str, &Operation) -> Result<Json, ApiError>;

/// A gateway with what its driver would keep, and a remote API that answers what it is told to.
struct World {
    gateway: Gateway,
    now_ms: u64,
    store: BTreeMap<String, String>,
    upstream: Box<Upstream>,
    /// What reached the remote API.
    calls: Vec<String>,
    /// The tokens that the operator's function was asked about. It admits the token `good`, once.
    tokens: Vec<Option<String>>,
}

fn shown(operation: &Operation) -> String {
    match operation {
        Operation::Create { request } => format!("create {}", request.to_text()),
        Operation::Update { id, request } => format!("update {id} {}", request.to_text()),
        Operation::Edit { id, patch, .. } => format!("edit {id} {}", patch.to_text()),
        Operation::Get { id } => format!("get {id}"),
        Operation::Unsubscribe { ids, mode, ip_address } => {
            format!(
                "unsubscribe {ids:?} {} {}",
                mode.clone().unwrap_or_default(),
                ip_address.clone().unwrap_or_default()
            )
        }
        other => other.name().to_owned(),
    }
}

/// A remote API with one customer, whose record holds what staff wrote.
fn vendor(_: &str, operation: &Operation) -> Result<Json, ApiError> {
    let record = || {
        object(
            r#"{"Id":7,"Title":null,"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"1","Comments":"rude",
                "IsVip":true,"Address":{"Town":"Bath","Postcode":null},"ReceiveEmailMarketing":true,
                "GroupEmailMarketingOptInText":"older words","CustomerCodes":[1],"Secret":1}"#,
        )
    };
    Ok(match operation {
        Operation::Setup => object(SETUP).into(),
        Operation::Get { .. } => record().into(),
        Operation::Create { request } => {
            let made = [
                ("CreatedDateTime", Json::from("2026-11-22T12:00:00.0000000")),
                ("Rank", 3.into()),
            ];
            made.into_iter()
                .fold(request.clone().with("Id", 7), |record, (name, value)| {
                    record.with(name, value)
                })
                .into()
        }
        Operation::Edit { patch, .. } => patch
            .iter()
            .fold(record(), |record, (name, value)| record.with(name, value.clone()))
            .into(),
        Operation::Update { request, .. } => request.clone().with("Id", 7).into(),
        Operation::Merge { .. } => record().into(),
        Operation::ScheduleDeletion { .. } => object(r#"{"deleted":[1],"skipped":[2]}"#).into(),
        Operation::Unsubscribe { .. } => Json::Null,
        Operation::Raw { .. } => panic!("the gateway has no raw requests"),
    })
}

impl World {
    fn new(more: &str) -> Self {
        Self {
            gateway: seeded(config(more)),
            now_ms: NOW_MS,
            store: BTreeMap::new(),
            upstream: Box::new(vendor),
            calls: Vec::new(),
            tokens: Vec::new(),
        }
    }

    /// Does what an exchange says until it answers.
    fn ask(&mut self, head: Head, body: &str) -> Reply {
        let mut exchange = Exchange::new(head, self.now_ms);
        self.drive(&mut exchange, body)
    }

    fn drive(&mut self, exchange: &mut Exchange, body: &str) -> Reply {
        let mut input = Input::Start;
        loop {
            input = match self.handle(exchange, input) {
                Output::Answer(reply) => return reply,
                output => self.act(exchange, output, body),
            };
        }
    }

    fn handle(&mut self, exchange: &mut Exchange, input: Input) -> Output {
        let gateway = &mut self.gateway;
        exchange.handle(input, &mut Context { gateway, now_ms: self.now_ms, platform: &Native })
    }

    fn act(&mut self, exchange: &Exchange, output: Output, body: &str) -> Input {
        match output {
            Output::CheckStaff => {
                let is_staff = exchange.authorization() == Some("Bearer staff");
                Input::StaffChecked { is_staff }
            }
            Output::Admit { token } if token.as_deref() == Some("thrown") => Input::Failed,
            Output::Admit { token } => {
                let is_new = !self.tokens.contains(&token);
                let is_admitted = is_new && token.as_deref() == Some("good");
                self.tokens.push(token);
                Input::Admitted { is_admitted }
            }
            Output::ReadBody if body.len() > self.gateway.config().max_body_bytes as usize => {
                Input::NoBody { status: 413 }
            }
            Output::ReadBody => Input::Body(body.as_bytes().to_vec()),
            Output::FetchSetup { microsite, .. } => {
                if let Some(operation) = self.gateway.fetch_setup(&microsite, self.now_ms) {
                    self.calls.push(shown(&operation));
                    let result = (self.upstream)(&microsite, &operation);
                    self.gateway.take_setup(&microsite, result, self.now_ms);
                }
                Input::SetupFetched
            }
            Output::Claim { key, text } => {
                let found = self.store.get(&key).cloned();
                self.store.entry(key).or_insert(text);
                Input::Claimed { found }
            }
            Output::Store { key, text } => {
                match text {
                    Some(text) => self.store.insert(key, text),
                    None => self.store.remove(&key),
                };
                Input::Stored
            }
            Output::Share { .. } => panic!("the state is not shared"),
            Output::Call { microsite, operation, .. } => {
                self.calls.push(shown(&operation));
                Input::Called((self.upstream)(&microsite, &operation))
            }
            Output::Answer(_) => panic!("answered"),
        }
    }

    fn fails(&mut self, kind: ErrorKind, outcome: Outcome) {
        self.upstream = Box::new(move |microsite, operation| match operation {
            Operation::Setup => vendor(microsite, operation),
            _ => Err(kind.clone().with(outcome)),
        });
    }
}

fn head(method: &str, path: &str) -> Head {
    Head {
        method: method.into(),
        path: if path.starts_with('/') { path.into() } else { [BASE, path].concat() },
        content_type: Some("application/json; charset=utf-8".into()),
        address: Some("192.0.2.7".into()),
        ..Head::default()
    }
}

fn with(head: Head, authorization: &str) -> Head {
    Head { authorization: Some(authorization.into()), ..head }
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

fn body(reply: &Reply) -> Object {
    object(reply.body.as_deref().unwrap_or("{}"))
}

/// The token of an unsubscribe link for the customer `id` of oak-and-salt. The gateway needs a
/// `publicUrl` for it.
fn link_token(world: &World, id: i32) -> String {
    let about = about(&format!(r#"{{"microsite":"oak-and-salt","id":{id}}}"#));
    let link = world.gateway.unsubscribe_link(about, NOW_MS).unwrap();
    link.split_once("?token=").unwrap().1.to_owned()
}

/// Ann's capability, by having her created.
fn capability(world: &mut World) -> String {
    let reply = world.ask(head("POST", "Customer"), ANN);
    assert_eq!(reply.status, 200, "{reply:?}");
    let token = body(&reply).get("Capability").unwrap().as_str().unwrap().to_owned();
    world.calls.clear();
    ["Bearer ", &token].concat()
}

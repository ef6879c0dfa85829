//! Reads an operation and its arguments from JavaScript or from a gateway's request. For the
//! binding and the gateway.

use crate::client::operation::{MERGE_MAX, METHODS, Operation};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::names::is_plain_path;
use crate::rules::codes;
use crate::scan;

impl Operation {
    /// Reads an operation from its JavaScript name and its arguments: `setup {}`, `get {id}`,
    /// `create {request}`, `update {id, request}`, `edit {id, patch, appendComment?}`, `merge
    /// {into, from}`, `unsubscribe {ids, mode?, ipAddress?}`, `scheduleDeletion {ids}`, `raw
    /// {method, path, body?}`. The rules check the request itself, not this function. The error
    /// lists an issue with each wrong argument.
    pub fn from_json(name: &str, arguments: &Object) -> Result<Self, Vec<Issue>> {
        let mut arguments = Arguments { of: arguments, issues: Vec::new() };
        let operation = match name {
            "setup" => Operation::Setup,
            "get" => Operation::Get { id: arguments.id("id") },
            "create" => Operation::Create { request: arguments.object("request") },
            "update" => {
                Operation::Update { id: arguments.id("id"), request: arguments.object("request") }
            }
            "edit" => Operation::Edit {
                id: arguments.id("id"),
                patch: arguments.object("patch"),
                append_comment: arguments.text("appendComment"),
            },
            "merge" => arguments.merge(),
            "unsubscribe" => Operation::Unsubscribe {
                ids: arguments.ids("ids"),
                mode: arguments.text("mode"),
                ip_address: arguments.text("ipAddress"),
            },
            "scheduleDeletion" => Operation::ScheduleDeletion { ids: arguments.ids("ids") },
            "raw" => arguments.raw(),
            _ => return Err(vec![Issue::error(Code::NotListed, "operation")]),
        };
        if arguments.issues.is_empty() { Ok(operation) } else { Err(arguments.issues) }
    }
}

/// Reads arguments and collects issues with those that are wrong. A wrong argument is read as a
/// placeholder.
struct Arguments<'a> {
    of: &'a Object,
    issues: Vec<Issue>,
}

impl Arguments<'_> {
    fn issue(&mut self, code: Code, name: &'static str) {
        self.issues.push(Issue::error(code, name));
    }

    fn id(&mut self, name: &'static str) -> i32 {
        let id = self.of.get(name).and_then(Json::as_positive);
        if id.is_none() {
            self.issue(Code::Ids, name);
        }
        id.unwrap_or_default()
    }

    fn ids(&mut self, name: &'static str) -> Vec<i32> {
        match codes::read(self.of.get(name).unwrap_or(&Json::Null)) {
            Ok(ids) if ids.is_empty() => self.issue(Code::Required, name),
            Ok(ids) => return ids,
            Err(code) => self.issue(code, name),
        }
        Vec::new()
    }

    fn merge(&mut self) -> Operation {
        let into = self.id("into");
        let from = codes::read(self.of.get("from").unwrap_or(&Json::Null));
        match &from {
            Err(code) => self.issue(*code, "from"),
            Ok(ids) if !(1..=MERGE_MAX).contains(&ids.len()) => {
                let issue = Issue::error(Code::IdCount, "from").number("min", 1);
                self.issues.push(issue.number("max", MERGE_MAX as i32));
            }
            Ok(ids) if ids.contains(&into) => self.issue(Code::MergeSelf, "from"),
            Ok(_) => {}
        }
        Operation::Merge { into, from: from.unwrap_or_default() }
    }

    fn raw(&mut self) -> Operation {
        let text = |name| self.of.get(name).and_then(Json::as_str).unwrap_or_default();
        let (method, path) = (text("method"), text("path"));
        let method = METHODS.into_iter().find(|known| *known == method);
        let body = self.of.given("body").cloned();
        if method.is_none() {
            self.issue(Code::NotListed, "method");
        }
        if !is_below(path) {
            self.issue(Code::WrongType, "path");
        }
        let raw =
            Operation::Raw { method: method.unwrap_or_default(), path: path.to_owned(), body };
        if let Operation::Raw { body: Some(_), .. } = &raw
            && raw.is_read()
        {
            self.issue(Code::WrongType, "body");
        }
        raw
    }

    fn object(&mut self, name: &'static str) -> Object {
        let object = self.of.get(name).and_then(Json::as_object);
        if object.is_none() {
            self.issue(Code::WrongType, name);
        }
        object.cloned().unwrap_or_default()
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        match self.of.get(name) {
            None | Some(Json::Null) => None,
            Some(Json::String(text)) => Some(text.clone()),
            Some(_) => {
                self.issue(Code::WrongType, name);
                None
            }
        }
    }
}

/// True for a plain path with an optional query. Appended to any path, it stays below that path.
fn is_below(path: &str) -> bool {
    let (path, query) = scan::until(path, b"?");
    is_plain_path(path) && query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

//! Who may do what: deny by default, one table. `docs/gateway.md` shows it, made by `cargo xtask docs`.

use crate::fields::{ADDRESS, Field, Kind as FieldKind, Required, Writer, field, rows};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A guest: anybody.
    Guest,
    /// A guest with a capability for this very record.
    Own,
    /// Staff, by the operator's own check.
    Staff,
}

/// What a path and a method ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The restaurant's Setup.
    Setup,
    /// One customer.
    Get,
    /// A new customer.
    Create,
    /// A change of a customer; for staff, the vendor's whole-record replace.
    Update,
    /// A merge.
    Merge,
    /// An unsubscription.
    Unsubscribe,
    /// A deletion.
    ScheduleDeletion,
    /// The page that a link in an e-mail opens.
    UnsubscribePage,
    /// The button on that page, or a mail program's own (RFC 8058).
    UnsubscribeByLink,
}

/// What a role may do with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing.
    No,
    /// Read what a form needs of the Setup, from the gateway's own copy.
    FormSetup,
    /// Write and read the guest's fields, by the rules; nothing else of the record is seen or changed.
    GuestFields,
    /// Take the own record off the lists.
    OwnId,
    /// All, as the remote API has it.
    Whole,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The operation.
    pub kind: Kind,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the microsite's own, as the documentation writes it.
    pub path: &'static str,
    /// What a guest may.
    pub guest: Scope,
    /// What a guest with a capability for the record may.
    pub own: Scope,
    /// What staff may.
    pub staff: Scope,
    /// What a guest's request takes of the allowance of its address.
    pub cost: u32,
    /// Requests of the account's budget that a guest's request takes at most.
    pub requests: u32,
}

const fn staff_only(kind: Kind, method: &'static str, path: &'static str) -> Row {
    Row {
        kind,
        method,
        path,
        guest: Scope::No,
        own: Scope::No,
        staff: Scope::Whole,
        cost: 1,
        requests: 1,
    }
}

/// The table. What has no row is not there; what a row does not allow is refused.
pub const TABLE: &[Row] = &[
    Row {
        guest: Scope::FormSetup,
        own: Scope::FormSetup,
        // From the gateway's copy, whose own refreshing is bounded.
        requests: 0,
        ..staff_only(Kind::Setup, "GET", "Customers/Setup")
    },
    Row {
        guest: Scope::GuestFields,
        own: Scope::GuestFields,
        cost: WRITE_COST,
        ..staff_only(Kind::Create, "POST", "Customer")
    },
    Row { own: Scope::GuestFields, cost: 2, ..staff_only(Kind::Get, "GET", "Customer/{id}") },
    Row {
        own: Scope::GuestFields,
        cost: WRITE_COST,
        // Reads the record to tell what the guest changes, and edits it: reads it again and writes it.
        requests: 3,
        ..staff_only(Kind::Update, "PUT", "Customer/{id}")
    },
    Row {
        own: Scope::OwnId,
        cost: WRITE_COST,
        ..staff_only(Kind::Unsubscribe, "POST", "Customers/Unsubscribe")
    },
    staff_only(Kind::Merge, "POST", "Customers/Merge"),
    staff_only(Kind::ScheduleDeletion, "POST", "Customers/MarkForDeletion"),
    Row {
        own: Scope::OwnId,
        staff: Scope::No,
        requests: 0,
        ..staff_only(Kind::UnsubscribePage, "GET", "unsubscribe?token=…")
    },
    Row {
        own: Scope::OwnId,
        staff: Scope::No,
        cost: WRITE_COST,
        ..staff_only(Kind::UnsubscribeByLink, "POST", "unsubscribe?token=…")
    },
];

/// What a write takes of an address's allowance; and an authorization that is not accepted, so that guessing is slow.
pub const WRITE_COST: u32 = 10;

impl Kind {
    /// The row of the table.
    pub fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.kind == self)
    }

    /// True where the request carries a record or Ids.
    pub fn has_body(self) -> bool {
        !matches!(self, Kind::Setup | Kind::Get | Kind::UnsubscribePage | Kind::UnsubscribeByLink)
    }

    /// True for what a link in an e-mail leads to: a page, opened by its token, not by an `Authorization`.
    pub fn is_page(self) -> bool {
        matches!(self, Kind::UnsubscribePage | Kind::UnsubscribeByLink)
    }

    /// The name in events.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Setup => "setup",
            Kind::Get => "get",
            Kind::Create => "create",
            Kind::Update => "update",
            Kind::Merge => "merge",
            Kind::Unsubscribe => "unsubscribe",
            Kind::ScheduleDeletion => "scheduleDeletion",
            Kind::UnsubscribePage => "unsubscribePage",
            Kind::UnsubscribeByLink => "unsubscribeByLink",
        }
    }
}

impl Role {
    /// The name in events.
    pub fn name(&self) -> &'static str {
        match self {
            Role::Guest => "guest",
            Role::Own => "own",
            Role::Staff => "staff",
        }
    }
}

/// What a role may do with an operation, by the table.
pub fn scope(role: &Role, kind: Kind) -> Scope {
    kind.row().map_or(Scope::No, |row| match role {
        Role::Guest => row.guest,
        Role::Own => row.own,
        Role::Staff => row.staff,
    })
}

/// The fields that guests may write and see: those that the rule table calls theirs, as the operator has changed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuestFields {
    added: Vec<&'static str>,
    removed: Vec<&'static str>,
}

/// Never a guest's: what staff note about a guest, and what vouches for a consent.
const NEVER: &[&str] = &["IsVip", "Comments", "CustomerValidationType"];

impl GuestFields {
    /// Reads `{add?, remove?}`, lists of field names. The error says what to do.
    pub fn read(option: &Json) -> Result<Self, &'static str> {
        const SHAPE: &str = "give guestFields as { add: [names], remove: [names] }";
        let option = option.as_object().ok_or(SHAPE)?;
        let mut read = Self::default();
        for (member, names) in option.iter() {
            for name in names.as_array().ok_or(SHAPE)? {
                let field = name.as_str().and_then(field);
                let field = field
                    .ok_or("use only names of docs/fields.md in guestFields: one is not there")?;
                match member {
                    "add" => read.added.push(addable(field)?),
                    "remove" => read.removed.push(removable(field)?),
                    _ => return Err(SHAPE),
                }
            }
        }
        Ok(read)
    }

    /// True for a field that guests may write. A wording goes with its consent.
    pub fn has(&self, field: &Field) -> bool {
        let owner = rows().iter().find(|row| row.kind == FieldKind::Consent { text: field.name });
        let name = owner.map_or(field.name, |consent| consent.name);
        let listed = |names: &[&str]| names.contains(&name);
        (field.writer == Writer::Guest || listed(&self.added)) && !listed(&self.removed)
    }

    /// True for a field that an operator may let guests write.
    pub fn may_add(field: &Field) -> bool {
        field.writer != Writer::Gateway && !NEVER.contains(&field.name)
    }

    /// True for a member of a record, or the part of an address.
    pub(super) fn has_member(&self, name: &str) -> bool {
        field(name).is_some_and(|field| self.has(field))
    }

    /// The members of a record that a guest may not write, unknown ones included.
    pub fn not_writable(&self, request: &Object) -> Vec<Issue> {
        let mut refused: Vec<Issue> = Vec::new();
        let mut refuse = |name| {
            // Once is enough, however many members there are that nobody knows.
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
                            address.set(part, plain(value));
                        }
                    }
                    seen.set(ADDRESS, address);
                }
                Json::Null if name == ADDRESS => seen.set(ADDRESS, Json::Null),
                _ if !name.contains('.') && self.has_member(name) => seen.set(name, plain(value)),
                _ => {}
            }
        }
        seen
    }

    /// A created customer as the guest sees it: the new Id, and what the guest sent. The remote API may answer with
    /// a record that it had before.
    pub fn created(&self, request: &Object, id: &Json) -> Object {
        let mut seen = Object::new().with("Id", id.clone());
        for (name, value) in self.view(request).iter().filter(|(name, _)| *name != "Id") {
            seen.set(name, value.clone());
        }
        seen
    }
}

fn addable(field: &'static Field) -> Result<&'static str, &'static str> {
    if !GuestFields::may_add(field) {
        return Err(
            "take from guestFields.add what no guest may write: staff's notes and the record of a consent",
        );
    }
    Ok(field.name)
}

fn removable(field: &'static Field) -> Result<&'static str, &'static str> {
    match field.kind {
        FieldKind::Verbatim { .. } => {
            Err("name the consent in guestFields.remove, not its wording: the wording goes with it")
        }
        _ if field.required == Required::Always => {
            Err("keep in guestFields what every record needs: Surname and Email")
        }
        _ => Ok(field.name),
    }
}

/// What of a Setup a form needs; the rest is the restaurant's own affair.
const GUEST_SETUP: &[&str] = &[
    "MicrositeName",
    "Name",
    "Titles",
    "CustomFields",
    "GroupEmailMarketingOptInText",
    "GroupSmsMarketingOptInText",
    "RestaurantEmailMarketingOptInText",
    "RestaurantSmsMarketingOptInText",
    "LegalDrinkingAge",
];

/// What of a part of a record or of a Setup, such as a custom field, a form needs.
const GUEST_PARTS: &[&str] = &["Id", "Name", "Label", "IsRequired"];

/// A Setup as guests see it.
pub fn guest_setup(setup: &Object) -> Object {
    GUEST_SETUP.iter().fold(Object::new(), |seen, name| match setup.get(name) {
        Some(value) => seen.with(name, plain(value)),
        None => seen,
    })
}

/// A value without members that nobody has thought of.
fn plain(value: &Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(plain).collect()),
        Json::Object(object) => {
            let known = object.iter().filter(|(name, _)| GUEST_PARTS.contains(name));
            let is_flat = |value: &Json| !matches!(value, Json::Array(_) | Json::Object(_));
            let flat = known.filter(|(_, value)| is_flat(value));
            flat.fold(Object::new(), |seen, (name, value)| seen.with(name, value.clone())).into()
        }
        value => value.clone(),
    }
}

/// False for an answer that is an error in disguise, or another microsite's.
pub fn is_setup_of(setup: &Object, microsite: &str) -> bool {
    let name = setup.get("MicrositeName").and_then(Json::as_str);
    let is_known = GUEST_SETUP.iter().any(|name| setup.get(name).is_some());
    let says_no = setup.get("Message").is_some() && !is_known;
    !says_no && name.is_none_or(|name| name.eq_ignore_ascii_case(microsite))
}

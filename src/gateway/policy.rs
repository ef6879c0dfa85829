//! Who may do what, in one table that denies by default. `cargo xtask docs` writes it into
//! `docs/gateway.md`.

use super::named::named;

named! {
    /// Who sends a request.
    pub enum Role {
        /// A guest: anybody at all.
        Guest = "guest",
        /// A guest with a capability for the record that the request is about.
        Own = "own",
        /// Staff, by the operator's own check.
        Staff = "staff",
    }
}

named! {
    /// The operation that a method and a path ask for.
    pub enum Endpoint {
        /// The restaurant's Setup.
        Setup = "setup",
        /// One customer.
        Get = "get",
        /// A new customer.
        Create = "create",
        /// A change of a customer; for staff, the vendor's whole-record replace.
        Update = "update",
        /// A merge.
        Merge = "merge",
        /// An unsubscription.
        Unsubscribe = "unsubscribe",
        /// A deletion.
        ScheduleDeletion = "scheduleDeletion",
        /// The page that a link in an e-mail opens.
        UnsubscribePage = "unsubscribePage",
        /// The button on that page, or a mail program's own (RFC 8058).
        UnsubscribeByLink = "unsubscribeByLink",
        /// The page with the form, for browsers without JavaScript.
        Form = "form",
        /// A new customer, posted by that page.
        CreateByForm = "createByForm",
    }
}

/// What a role may do with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing.
    No,
    /// Read what a form needs of the Setup, from the gateway's own copy.
    FormSetup,
    /// Write and read the guest's fields, by the rules; nothing else of the record is seen or
    /// changed.
    GuestFields,
    /// Unsubscribe the own record.
    OwnId,
    /// Everything, as the remote API does it.
    Whole,
}

/// A rule: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The operation.
    pub endpoint: Endpoint,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the microsite's own, as the documentation writes it.
    pub path: &'static str,
    /// What a guest may do.
    pub guest: Scope,
    /// What a guest with a capability for the record may do.
    pub own: Scope,
    /// What staff may do.
    pub staff: Scope,
    /// What a guest's request takes from the rate limit of its address.
    pub cost: u32,
    /// The most requests to the remote API that a guest's request takes.
    pub requests: u32,
}

const fn staff_only(endpoint: Endpoint, method: &'static str, path: &'static str) -> Rule {
    Rule {
        endpoint,
        method,
        path,
        guest: Scope::No,
        own: Scope::No,
        staff: Scope::Whole,
        cost: 1,
        requests: 1,
    }
}

/// The table. A request without a rule gets 404; a request that its rule does not allow is refused.
pub const TABLE: &[Rule] = &[
    Rule {
        guest: Scope::FormSetup,
        own: Scope::FormSetup,
        // Read from the gateway's copy; the requests that renew the copy are limited by themselves.
        requests: 0,
        ..staff_only(Endpoint::Setup, "GET", "Customers/Setup")
    },
    Rule {
        guest: Scope::GuestFields,
        own: Scope::GuestFields,
        cost: WRITE_COST,
        ..staff_only(Endpoint::Create, "POST", "Customer")
    },
    Rule { own: Scope::GuestFields, cost: 2, ..staff_only(Endpoint::Get, "GET", "Customer/{id}") },
    Rule {
        own: Scope::GuestFields,
        cost: WRITE_COST,
        // One read to see what the guest changes; then the edit reads the record again and writes
        // it.
        requests: 3,
        ..staff_only(Endpoint::Update, "PUT", "Customer/{id}")
    },
    Rule {
        own: Scope::OwnId,
        cost: WRITE_COST,
        ..staff_only(Endpoint::Unsubscribe, "POST", "Customers/Unsubscribe")
    },
    staff_only(Endpoint::Merge, "POST", "Customers/Merge"),
    staff_only(Endpoint::ScheduleDeletion, "POST", "Customers/MarkForDeletion"),
    Rule {
        own: Scope::OwnId,
        staff: Scope::No,
        requests: 0,
        ..staff_only(Endpoint::UnsubscribePage, "GET", "unsubscribe?token=…")
    },
    Rule {
        own: Scope::OwnId,
        staff: Scope::No,
        cost: WRITE_COST,
        ..staff_only(Endpoint::UnsubscribeByLink, "POST", "unsubscribe?token=…")
    },
    Rule {
        guest: Scope::FormSetup,
        staff: Scope::No,
        requests: 0,
        ..staff_only(Endpoint::Form, "GET", "form")
    },
    Rule {
        guest: Scope::GuestFields,
        staff: Scope::No,
        cost: WRITE_COST,
        ..staff_only(Endpoint::CreateByForm, "POST", "form")
    },
];

/// What a write takes from the rate limit of an address. A wrong authorization takes as much, so
/// that guessing is slow.
pub const WRITE_COST: u32 = 10;

impl Endpoint {
    /// The rule of the table.
    pub fn rule(self) -> Option<&'static Rule> {
        TABLE.iter().find(|rule| rule.endpoint == self)
    }

    /// True if the request carries a record or Ids.
    pub fn has_body(self) -> bool {
        !self.is_link() && !matches!(self, Endpoint::Setup | Endpoint::Get | Endpoint::Form)
    }

    /// True for the page that a link in an e-mail leads to. Its token opens it, not an
    /// `Authorization`.
    pub fn is_link(self) -> bool {
        matches!(self, Endpoint::UnsubscribePage | Endpoint::UnsubscribeByLink)
    }

    /// True for the form without JavaScript. Every answer to it is a page.
    pub fn is_form(self) -> bool {
        matches!(self, Endpoint::Form | Endpoint::CreateByForm)
    }

    /// True for a page that a browser navigates to: no script of another origin reads it.
    pub fn is_page(self) -> bool {
        self.is_link() || self.is_form()
    }

    /// True for an operation that makes a new customer.
    pub fn is_create(self) -> bool {
        matches!(self, Endpoint::Create | Endpoint::CreateByForm)
    }
}

/// What a role may do with an operation, by the table.
pub fn scope(role: &Role, endpoint: Endpoint) -> Scope {
    endpoint.rule().map_or(Scope::No, |rule| match role {
        Role::Guest => rule.guest,
        Role::Own => rule.own,
        Role::Staff => rule.staff,
    })
}

//! Where a request stands. Each state holds exactly what is known there, so that no later part has
//! to ask whether something is there.

use std::rc::Rc;

use super::Transition;
use super::once::{release, settle_as_unknown};
use crate::client::Operation;
use crate::gateway::capability::Capability;
use crate::gateway::idempotency::{self, Claim};
use crate::gateway::limits::quota::Share;
use crate::gateway::policy::Role;
use crate::gateway::reply::Reply;
use crate::gateway::routes::Request;
use crate::json::Object;

/// Where a request stands.
pub(super) enum State {
    /// The request has come.
    New,
    /// The operator's check decides whether the request is from staff.
    CheckingStaff(Request),
    /// The body is read.
    ReadingBody(Permit, Write),
    /// The operator's function decides whether the create may be made.
    Admitting(Permit, Content),
    /// The store is asked for an earlier create with the same `Idempotency-Key` as one that was not
    /// admitted.
    Recalling(Permit, Content, Claim),
    /// The store is asked for an earlier create with the same `Idempotency-Key`.
    Claiming(Permit, Content, Claim),
    /// The shared state is asked for requests of the budget.
    Leasing(Permit, UpstreamCall),
    /// The Setup is fetched.
    FetchingSetup(Permit, Need),
    /// The remote API is called.
    Calling(Permit, UpstreamCall),
    /// The store is told what became of the claim. After that, this is the answer.
    Storing(Reply),
    /// The request is answered.
    Answered,
}

/// A request that its sender may make.
pub(super) struct Permit {
    pub(super) request: Request,
    pub(super) role: Role,
    /// Which share of the account's quota its calls are taken from.
    pub(super) share: Share,
    /// True if the shared state has still to count the request for its address.
    pub(super) is_limit_due: bool,
    /// True if the requests of the account's quota that it needs were taken.
    pub(super) is_taken: bool,
}

impl Permit {
    /// A permit of which nothing was counted yet.
    pub(super) fn new(request: Request, role: Role, share: Share) -> Self {
        Self { request, role, share, is_limit_due: false, is_taken: false }
    }
}

/// Who has sent a request.
pub(super) enum Sender {
    /// A guest: anybody.
    Guest,
    /// A guest with a capability for a record.
    Owner(Capability),
    /// Staff, by the operator's own check.
    Staff,
}

impl Sender {
    /// The sender's role in the table.
    pub(super) fn role(&self) -> Role {
        match self {
            Sender::Guest => Role::Guest,
            Sender::Owner(_) => Role::Own,
            Sender::Staff => Role::Staff,
        }
    }
}

/// What a request with a body may write.
pub(super) enum Write {
    /// A new customer.
    Create,
    /// The fields of a new customer, as the form's page posts them.
    CreateByForm,
    /// The guest's fields of the guest's own record, which has this Id.
    OwnRecord(i32),
    /// An unsubscription of the guest's own record, which has this Id.
    OwnUnsubscription(i32),
    /// Anything that the operation takes: staff's.
    Anything,
}

/// The details of a new customer.
pub(super) enum Content {
    /// A record, as a program sends it.
    Record(Object),
    /// The fields of a form.
    Form(Rc<Posted>),
}

/// What the form's page has posted.
pub(super) struct Posted {
    /// The fields by their names.
    pub(super) fields: Object,
    /// The text of the hidden field that stands for the header `Idempotency-Key`.
    pub(super) key: Option<String>,
    /// The text of the field that stands for the header `Dinerkit-Challenge`.
    pub(super) challenge: Option<String>,
}

impl Posted {
    /// The page's `Idempotency-Key`. Returns `None` if the field holds no key.
    pub(super) fn key(&self) -> Option<&str> {
        idempotency::key(self.key.as_deref()?)
    }
}

/// A create on its way, with its claim if it has an `Idempotency-Key`.
pub(super) struct Creation {
    pub(super) content: Content,
    pub(super) claim: Option<Claim>,
}

/// What the Setup is needed for.
pub(super) enum Need {
    /// To show it.
    Show,
    /// To check the details of a new customer.
    Create(Creation),
    /// To check these changes of the record with this Id.
    Edit(i32, Object),
}

/// The call that is made, with what its answer is needed for.
pub(super) enum UpstreamCall {
    /// A create of this request.
    Create(Object, Option<Claim>),
    /// A read of the record with this Id, to which the guest's changes are then made by the rules
    /// of this Setup.
    ReadToEdit { id: i32, changes: Object, setup: Rc<Object> },
    /// An operation whose answer is passed on.
    Other(Operation),
}

impl UpstreamCall {
    /// The operation to call.
    pub(super) fn operation(&self) -> Operation {
        match self {
            UpstreamCall::Create(request, _) => Operation::Create { request: request.clone() },
            UpstreamCall::ReadToEdit { id, .. } => Operation::Get { id: *id },
            UpstreamCall::Other(operation) => operation.clone(),
        }
    }

    /// Refuses a request whose call was not made, and gives its claim back if it has one.
    pub(super) fn refuse(self, reply: Reply) -> Transition {
        match self {
            UpstreamCall::Create(_, claim) => release(claim, reply),
            UpstreamCall::ReadToEdit { .. } | UpstreamCall::Other(_) => Err(reply),
        }
    }

    /// Ends a request whose call may have been made or not.
    pub(super) fn end_as_unknown(self) -> Transition {
        match self {
            UpstreamCall::Create(_, claim) => settle_as_unknown(claim, Reply::not_confirmed()),
            UpstreamCall::ReadToEdit { .. } | UpstreamCall::Other(_) => Err(Reply::not_confirmed()),
        }
    }
}

impl Need {
    /// True if nothing is written.
    pub(super) fn is_read(&self) -> bool {
        matches!(self, Need::Show)
    }

    /// Refuses a request, and gives its claim back if it has one.
    pub(super) fn refuse(self, reply: Reply) -> Transition {
        match self {
            Need::Create(creation) => creation.refuse(reply),
            Need::Show | Need::Edit(..) => Err(reply),
        }
    }
}

impl Creation {
    /// Refuses a create, and gives its claim back if it has one.
    pub(super) fn refuse(self, reply: Reply) -> Transition {
        release(self.claim, reply)
    }
}

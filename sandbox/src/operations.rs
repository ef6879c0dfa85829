//! For the server: what each operation does. The request has been checked, and the answer will be.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde_json::{Value, json};

use crate::auth::Signer;
use crate::contract::OperationId;
use crate::customer::{self, EMAIL, MOBILE, PHONE, Record};
use crate::guesses::{
    MODE_WHEN_LEFT_OUT, MODES, OLD_TOKEN_REFUSED_STATUS, UNSUBSCRIBED_STATUS, message, name,
};
use crate::microsites::Microsite;
use crate::problem::Problem;
use crate::store;

/// The account that may use the API.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) username: String,
    pub(crate) password: String,
}

/// What an operation needs besides its request.
pub(crate) struct Context<'a> {
    pub(crate) transaction: &'a Transaction<'a>,
    pub(crate) account: &'a Account,
    pub(crate) signer: &'a Signer,
    pub(crate) now: DateTime<Utc>,
}

/// A request as the operations see it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) site: Option<&'static Microsite>,
    pub(crate) customer_id: Option<i64>,
    pub(crate) request: Record,
}

/// The answer to a request that was carried out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
}

impl Answer {
    fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body) }
    }
}

/// The members whose absence the API reports in words of its own. The schema refuses such a request
/// too, but has no words for it.
pub(crate) fn check_wording(operation: OperationId, request: &Value) -> Result<(), Problem> {
    if !matches!(operation, OperationId::CreateCustomer | OperationId::UpdateCustomer)
        || !request.is_object()
    {
        return Ok(());
    }
    let missing = |name: &str| request.get(name).is_none_or(|value| value.is_null() || value == "");
    let mut errors = Vec::new();
    if missing(EMAIL) {
        errors.push((EMAIL.to_owned(), message::EMAIL_MISSING.to_owned()));
    }
    if missing(MOBILE) && missing(PHONE) {
        errors.push((MOBILE.to_owned(), message::NUMBER_MISSING.to_owned()));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// Carries out `operation`.
pub(crate) fn run(
    operation: OperationId,
    context: &Context<'_>,
    call: &Call,
) -> Result<Answer, Problem> {
    let site = || call.site.ok_or_else(Problem::no_microsite);
    let id = || call.customer_id.ok_or_else(Problem::no_customer);
    let request = &call.request;
    match operation {
        OperationId::AuthenticateV2 => authenticate(context, request),
        OperationId::AuthenticateToken => old_token(context, request),
        OperationId::GetCustomerSetup => Ok(Answer::ok(site()?.setup())),
        OperationId::GetCustomer => {
            let record = context.find(site()?, id()?)?;
            Ok(Answer::ok(customer::shown(&record)))
        }
        OperationId::CreateCustomer => create(context, site()?, request),
        OperationId::UpdateCustomer => update(context, site()?, id()?, request),
        OperationId::MergeCustomers => merge(context, site()?, request),
        OperationId::UnsubscribeCustomers => unsubscribe(context, site()?, request),
        OperationId::MarkCustomersForDeletion => mark_for_deletion(context, site()?, request),
    }
}

impl Context<'_> {
    fn find(&self, site: &Microsite, id: i64) -> Result<Record, Problem> {
        store::find(self.transaction, site.group, id, self.now)?.ok_or_else(Problem::no_customer)
    }

    /// The account's token, if the credentials in `request` are right: the last one issued, or a
    /// new one if that is about to expire.
    fn sign_in(&self, request: &Record) -> Result<Option<(String, DateTime<Utc>)>, Problem> {
        let text = |name: &str| request.get(name).and_then(Value::as_str);
        let Account { username, password } = self.account;
        if text("Username") != Some(username) || text("Password") != Some(password) {
            return Ok(None);
        }
        if let Some(token) = store::token(self.transaction, username)?
            && let Some(expiry) = self.signer.reissuable(&token, self.now)
        {
            return Ok(Some((token, expiry)));
        }
        let (token, expiry) = self.signer.issue(username, self.now)?;
        store::save_token(self.transaction, username, &token)?;
        Ok(Some((token, expiry)))
    }
}

fn authenticate(context: &Context<'_>, request: &Record) -> Result<Answer, Problem> {
    Ok(Answer::ok(match context.sign_in(request)? {
        Some((token, expiry)) => json!({
            "Status": "Success",
            "Token": token,
            "TokenExpiryUtc": customer::zoneless(expiry),
        }),
        None => json!({ "Status": "Fail", "Token": null, "TokenExpiryUtc": null }),
    }))
}

fn old_token(context: &Context<'_>, request: &Record) -> Result<Answer, Problem> {
    match context.sign_in(request)? {
        Some((token, _)) => Ok(Answer::ok(token.into())),
        None => Err(Problem::unauthorised(OLD_TOKEN_REFUSED_STATUS)),
    }
}

fn create(context: &Context<'_>, site: &Microsite, request: &Record) -> Result<Answer, Problem> {
    let mut record = customer::create(request, site, context.now);
    store::insert(context.transaction, site.group, &mut record, context.now)?;
    Ok(Answer::ok(customer::shown(&record)))
}

fn update(
    context: &Context<'_>,
    site: &Microsite,
    id: i64,
    request: &Record,
) -> Result<Answer, Problem> {
    let old = context.find(site, id)?;
    let record = customer::replace(Some(&old), request, site);
    store::save(context.transaction, id, &record)?;
    Ok(Answer::ok(customer::shown(&record)))
}

fn merge(context: &Context<'_>, site: &Microsite, request: &Record) -> Result<Answer, Problem> {
    let master_id =
        request.get(name::MASTER_CUSTOMER_ID).and_then(Value::as_i64).unwrap_or_default();
    let ids = ids(request);
    let master = context.find(site, master_id)?;
    if ids.contains(&master_id) {
        return Err(Problem::invalid_property(name::CUSTOMER_IDS, message::MASTER_AMONG_OTHERS));
    }
    let others =
        ids.iter().map(|&id| context.find(site, id)).collect::<Result<Vec<Record>, Problem>>()?;
    let record = customer::absorb(master, &others);
    store::save(context.transaction, master_id, &record)?;
    for id in ids {
        store::merge_away(context.transaction, id, master_id)?;
    }
    Ok(Answer::ok(customer::shown(&record)))
}

fn unsubscribe(
    context: &Context<'_>,
    site: &Microsite,
    request: &Record,
) -> Result<Answer, Problem> {
    let sent = request.get(name::MARKETING_COMMUNICATION_MODE).and_then(Value::as_str);
    let mode = sent.unwrap_or(MODE_WHEN_LEFT_OUT);
    let flags = MODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(mode));
    for id in ids(request) {
        let mut record = context.find(site, id)?;
        for flag in flags.iter().flat_map(|(_, flags)| *flags) {
            record.insert((*flag).to_owned(), false.into());
        }
        store::save(context.transaction, id, &record)?;
    }
    // After the customers, which every operation looks for first. The transaction is dropped.
    if flags.is_none() {
        return Err(Problem::invalid_property(
            name::MARKETING_COMMUNICATION_MODE,
            message::UNKNOWN_MODE,
        ));
    }
    Ok(Answer { status: UNSUBSCRIBED_STATUS, body: None })
}

fn mark_for_deletion(
    context: &Context<'_>,
    site: &Microsite,
    request: &Record,
) -> Result<Answer, Problem> {
    let (mut deleted, mut skipped) = (Vec::new(), Vec::new());
    for id in ids(request) {
        let marked = store::schedule_deletion(context.transaction, site.group, id, context.now)?;
        if marked { deleted.push(id) } else { skipped.push(id) }
    }
    Ok(Answer::ok(json!({
        name::DELETED_CUSTOMER_IDS: deleted,
        name::SKIPPED_CUSTOMER_IDS: skipped,
    })))
}

/// The request's `CustomerIds` in their order, without repetitions.
fn ids(request: &Record) -> Vec<i64> {
    let mut ids = Vec::new();
    let sent = request.get(name::CUSTOMER_IDS).and_then(Value::as_array);
    for id in sent.into_iter().flatten().filter_map(Value::as_i64) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

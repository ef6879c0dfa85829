//! For the program and its tests: the sandbox as an HTTP server. Every request is checked in the
//! order in which the API refuses: route, method, query, token, limit, restaurant, body. Then the
//! operation runs.

use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{MatchedPath, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Router, ServiceExt};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::net::TcpListener;
use tower::Layer;
use tower::util::MapRequestLayer;

use crate::auth::Signer;
use crate::body;
use crate::clock::Clock;
use crate::contract::{self, FORM, JSON, Operation, RequestBody};
use crate::customer::Record;
use crate::faults::connection::{CuttableListener, Line};
use crate::faults::layer::Faults;
use crate::guesses::{BODY_LIMIT, KNOWN_QUERY_PARAMETER};
use crate::limit::RateLimit;
use crate::microsites;
use crate::names::Names;
use crate::operations::{self, Account, Answer, Call, Context};
use crate::problem::Problem;
use crate::store::{self, OpenError, Store};

/// How many bytes of a body that is too large are still read, so that its sender sees the answer.
const DRAIN_LIMIT: usize = 16 * BODY_LIMIT;

/// How long a shutdown waits for requests under way.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);

/// The log's word for a path without a route.
const NO_ROUTE: &str = "none";

/// Where customers are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of its own, removed when the sandbox stops cleanly.
    Temporary,
    /// Nothing on disk.
    Memory,
    /// This file, created when it does not exist.
    File(PathBuf),
}

/// How to run a sandbox.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Where customers are kept.
    pub database: Database,
    /// Whether a new database gets fixed Ids and a fixed signing key. The clock is an argument of
    /// its own.
    pub seeded: bool,
    /// The account's login.
    pub username: String,
    /// The account's password.
    pub password: String,
    /// Requests that the account may make per minute; 0 is no limit.
    pub rate_per_minute: u32,
    /// Whether callers may ask for faults and list the requests that arrived: see README.md.
    pub faults: bool,
    /// Names of the API that differ from `openapi.yaml`.
    pub names: Names,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            database: Database::Temporary,
            seeded: false,
            username: "sandbox".to_owned(),
            password: "sandbox-password".to_owned(),
            rate_per_minute: 200,
            faults: false,
            names: Names::default(),
        }
    }
}

/// Why a sandbox did not start. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port can't be used.
    #[error("cannot listen on port {port}: {source}; name another with --port")]
    Port {
        /// The port asked for.
        port: u16,
        /// The system's message.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("cannot use the database {path}: {reason}; name another with --db")]
    Database {
        /// The file asked for.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The built-in contract is broken.
    #[error(transparent)]
    Contract(#[from] contract::Malformed),
}

/// A sandbox that listens. [`Sandbox::serve`] makes it answer.
pub struct Sandbox {
    listener: TcpListener,
    url: String,
    database: String,
    router: Router,
    /// Removes the temporary database when the sandbox goes.
    _directory: Option<tempfile::TempDir>,
}

impl Sandbox {
    /// Reads the contract, takes the port, then opens the database.
    ///
    /// # Errors
    /// If either can't be used. Nothing has been written then.
    pub async fn start(config: Config, clock: impl Clock + 'static) -> Result<Self, StartError> {
        let operations = contract::operations(&config.names)?;
        let port_error = |source| StartError::Port { port: config.port, source };
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await.map_err(port_error)?;
        let url = format!("http://{}", listener.local_addr().map_err(port_error)?);
        let (store, database, directory) = open(&config.database, config.seeded)?;
        let key = store.signing_key().map_err(|error| unusable(Path::new(&database), &error))?;
        let app = App {
            store,
            signer: Signer::new(&key),
            account: Account { username: config.username, password: config.password },
            limit: Mutex::new(RateLimit::new(config.rate_per_minute)),
            clock: Box::new(clock),
            ahead_seconds: AtomicU32::new(0),
            names: config.names,
        };
        let app = Arc::new(app);
        let faults = config.faults.then(|| {
            let [tokens, clock, watch, diary] = [(); 4].map(|()| Arc::clone(&app));
            Arc::new(Faults::new(
                Box::new(move |since| tokens.expired_token(since)),
                Box::new(move |seconds| clock.advance(seconds)),
                Box::new(move || watch.elapsed()),
                Box::new(move |id, seconds| diary.book(id, seconds)),
            ))
        });
        let router = router(&app, operations, faults.as_ref());
        Ok(Self { listener, url, database, router, _directory: directory })
    }

    /// The origin to call, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's file, or `:memory:`.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Answers requests until `stop` ends, and then, for a short time, the requests under way.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let service = MapRequestLayer::new(tidy_path).layer(self.router);
        let (stopping, mut stopped) = tokio::sync::watch::channel(());
        let service = ServiceExt::<Request>::into_make_service_with_connect_info::<Line>(service);
        let served = axum::serve(CuttableListener(self.listener), service).with_graceful_shutdown(
            async move {
                stop.await;
                drop(stopping);
            },
        );
        let patience = async {
            // An error means that the sender is gone, because the signal has come.
            while stopped.changed().await.is_ok() {}
            tokio::time::sleep(SHUTDOWN_GRACE).await;
        };
        tokio::select! {
            done = served.into_future() => done,
            () = patience => Ok(()),
        }
    }
}

type Opened = (Store, String, Option<tempfile::TempDir>);

fn open(database: &Database, seeded: bool) -> Result<Opened, StartError> {
    let file = |path: &Path| Store::open(path, seeded).map_err(|error| unusable(path, &error));
    match database {
        Database::Memory => {
            let name = ":memory:";
            let store =
                Store::in_memory(seeded).map_err(|error| unusable(Path::new(name), &error))?;
            Ok((store, name.to_owned(), None))
        }
        Database::File(path) => Ok((file(path)?, path.display().to_string(), None)),
        Database::Temporary => {
            let directory = tempfile::Builder::new().prefix("dinerkit-sandbox-").tempdir();
            let directory =
                directory.map_err(|error| unusable(&std::env::temp_dir(), &error.into()))?;
            let path = directory.path().join("customers.db");
            Ok((file(&path)?, path.display().to_string(), Some(directory)))
        }
    }
}

fn unusable(path: &Path, error: &OpenError) -> StartError {
    StartError::Database { path: path.display().to_string(), reason: error.to_string() }
}

fn router(app: &Arc<App>, operations: Vec<Operation>, faults: Option<&Arc<Faults>>) -> Router {
    let mut router = Router::new();
    for operation in operations {
        let filter = match operation.method.as_str() {
            "GET" => MethodFilter::GET,
            "PUT" => MethodFilter::PUT,
            _ => MethodFilter::POST,
        };
        let route = operation.route.clone();
        let id = operation.id;
        let (app, operation) = (Arc::clone(app), Arc::new(operation));
        let handler = move |parameters: Result<RawPathParams, RawPathParamsRejection>, request| {
            answer(Arc::clone(&app), Arc::clone(&operation), parameters.ok(), request)
        };
        let mut endpoint = on(filter, handler);
        if let Some(faults) = faults.cloned() {
            let pass =
                move |request: Request, next: Next| Arc::clone(&faults).pass(id, request, next);
            endpoint = endpoint.layer(middleware::from_fn(pass));
        }
        router = router.route(&route, endpoint);
    }
    if let Some(faults) = faults {
        router = router.merge(faults.routes());
    }
    router
        .fallback(async || respond(&Err(Problem::no_route())))
        .method_not_allowed_fallback(async || respond(&Err(Problem::no_method())))
        .layer(middleware::from_fn(log))
}

/// The path without a trailing slash and doubled slashes, which do not matter.
fn tidy_path(mut request: Request) -> Request {
    let path = request.uri().path();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut tidy = format!("/{}", segments.join("/"));
    if tidy != path {
        if let Some(query) = request.uri().query() {
            tidy.push('?');
            tidy.push_str(query);
        }
        if let Ok(uri) = Uri::try_from(tidy) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Logs one line for each request. The caller chose no part of it except the method.
async fn log(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str),
        status = response.status().as_u16(),
        duration_ms = start.elapsed().as_secs_f64() * 1000.0,
        "answered"
    );
    response
}

/// What all requests share.
struct App {
    store: Store,
    signer: Signer,
    account: Account,
    limit: Mutex<RateLimit>,
    clock: Box<dyn Clock>,
    /// How far a test has moved the clock forward.
    ahead_seconds: AtomicU32,
    /// The API's names, where they are not those of `openapi.yaml`.
    names: Names,
}

async fn answer(
    app: Arc<App>,
    operation: Arc<Operation>,
    parameters: Option<RawPathParams>,
    request: Request,
) -> Response {
    let answer = match prepare(&app, &operation, parameters, request).await {
        Ok(call) => {
            let operation = Arc::clone(&operation);
            // On a thread of its own, because SQLite blocks. A request that has begun is finished
            // even if its caller closes the connection.
            tokio::task::spawn_blocking(move || app.carry_out(&operation, &call))
                .await
                .unwrap_or_else(|_| Err(Problem::internal("an operation panicked")))
        }
        Err(problem) => Err(problem),
    };
    respond(&checked(&operation, answer))
}

/// The checks before the operation: whether the caller may make the request, and whether it is
/// valid.
async fn prepare(
    app: &App,
    operation: &Operation,
    parameters: Option<RawPathParams>,
    request: Request,
) -> Result<Call, Problem> {
    let (head, body) = request.into_parts();
    let parameters = parameters.ok_or_else(Problem::unreadable)?;
    check_query(head.uri.query())?;
    if operation.secured {
        app.admit(&head.headers)?;
    }
    let mut call = Call { site: None, customer_id: None, request: Record::new() };
    for (name, value) in &parameters {
        if name == "customerId" {
            let id: i32 = value.parse().map_err(|_| Problem::unreadable())?;
            call.customer_id = Some(id.into());
        } else {
            call.site = Some(microsites::find(value).ok_or_else(Problem::no_microsite)?);
        }
    }
    if let Some(expected) = &operation.request {
        let request = decode(expected, &head.headers, read(body).await?)?;
        operations::check_wording(operation.id, &request)?;
        expected.check(&request)?;
        if let Value::Object(members) = request {
            call.request = app.names.own_request(operation.id, members);
        }
    }
    Ok(call)
}

impl App {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now() + TimeDelta::seconds(self.ahead_seconds.load(Ordering::Relaxed).into())
    }

    fn elapsed(&self) -> Duration {
        let ahead = Duration::from_secs(self.ahead_seconds.load(Ordering::Relaxed).into());
        self.clock.elapsed().saturating_add(ahead)
    }

    fn advance(&self, seconds: u32) {
        self.ahead_seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Gives a customer a booking in so many seconds. Returns false if there is no such customer.
    fn book(&self, id: i64, seconds: u32) -> bool {
        let at = self.now() + TimeDelta::seconds(seconds.into());
        self.store.transaction(|transaction| store::book(transaction, id, at)).unwrap_or_default()
    }

    /// Whether the bearer of these headers may make a request now.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        token
            .and_then(|(_, token)| self.signer.account(token.trim(), self.now()))
            .filter(|account| *account == self.account.username)
            .ok_or_else(|| Problem::unauthorised(401))?;
        let mut limit = self.limit.lock().unwrap_or_else(PoisonError::into_inner);
        let admitted = limit.admit(&self.account.username, self.elapsed());
        if admitted { Ok(()) } else { Err(Problem::too_many()) }
    }

    /// A token of the account that expired this long ago.
    fn expired_token(&self, since: TimeDelta) -> Option<String> {
        self.signer.issue_expired(&self.account.username, self.now() - since).ok()
    }

    /// Runs the operation. What it writes is kept only if the contract allows its answer.
    fn carry_out(&self, operation: &Operation, call: &Call) -> Result<Answer, Problem> {
        self.store.transaction(|transaction| {
            let context = Context {
                transaction,
                account: &self.account,
                signer: &self.signer,
                now: self.now(),
            };
            let id = operation.id;
            let mut answer = operations::run(id, &context, call)
                .map_err(|problem| problem.renamed(|own| self.names.wire_property(id, own)))?;
            answer.body = answer.body.map(|body| self.names.wire_answer(id, body));
            operation.check_answer(answer.status, answer.body.as_ref())?;
            Ok(answer)
        })
    }
}

fn check_query(query: Option<&str>) -> Result<(), Problem> {
    let mut names = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let known = names.all(|(name, _)| name.eq_ignore_ascii_case(KNOWN_QUERY_PARAMETER));
    if known { Ok(()) } else { Err(Problem::no_route()) }
}

async fn read(mut body: Body) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let data: Bytes = frame.map_err(|_| Problem::unreadable())?.into_data().unwrap_or_default();
        length = length.saturating_add(data.len());
        if length <= BODY_LIMIT {
            bytes.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > BODY_LIMIT { Err(Problem::too_large()) } else { Ok(bytes) }
}

fn decode(expected: &RequestBody, headers: &HeaderMap, bytes: Vec<u8>) -> Result<Value, Problem> {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = declared.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let known = expected.media_types.iter().find(|media| media.eq_ignore_ascii_case(essence));
    match known.map(String::as_str) {
        Some(JSON) => body::from_json(&bytes, &expected.shape),
        Some(FORM) => body::from_form(&bytes, &expected.shape),
        _ if bytes.is_empty() => Err(Problem::empty_body()),
        _ => Err(Problem::media_type()),
    }
}

/// Checks a refusal against the contract, as every answer is checked.
fn checked(operation: &Operation, answer: Result<Answer, Problem>) -> Result<Answer, Problem> {
    let problem = match answer {
        Ok(answer) => return Ok(answer),
        Err(problem) => problem,
    };
    match operation.check_answer(problem.status, Some(&problem.envelope())) {
        Ok(()) => Err(problem),
        Err(fault) => Err(fault),
    }
}

pub(crate) fn respond(answer: &Result<Answer, Problem>) -> Response {
    let (status, body) = match answer {
        Ok(answer) => (answer.status, answer.body.clone()),
        Err(problem) => {
            if let Some(cause) = &problem.cause {
                tracing::error!(cause, "a fault of the sandbox");
            }
            (problem.status, Some(problem.envelope()))
        }
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Some(body) = body else { return status.into_response() };
    let mut response = (status, body.to_string()).into_response();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

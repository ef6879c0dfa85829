//! Every option that an operator can set, in one table, for whoever adds one or looks for a
//! default.
//!
//! All faces of an option are made from its row: what [`problems`] accepts and how it complains,
//! the defaults of [`Config`](super::config::Config), the types in `pkg/types/gateway.d.ts`, the
//! keys in `docs/gateway.md`, and the command's TOML keys, environment names, `--print-config` and
//! `--help`. `cargo xtask docs` writes the files.

mod check;
mod conflicts;
mod defaults;
mod mask;
mod members;
mod pages;
mod problem;
pub mod show;
pub(super) mod text_form;

pub use check::problems;
pub use defaults::completed;
pub use mask::masked;
pub use members::Reader;
pub use pages::PageOptions;
pub(super) use problem::with_nearest;
pub use problem::{Problem, Step, sentence};
pub use text_form::TextForm;

use super::capability;
use super::config::CAPABILITY_MAX_SECONDS;
use crate::client::REQUESTS_PER_MINUTE;

/// Who takes an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taker {
    /// The gateway: `createGateway`, and the command, which hands it on.
    Gateway,
    /// `createGateway` alone: a function or an object, which no file can hold.
    JavaScript,
    /// The command alone.
    Command,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// `true` or `false`.
    Flag,
    /// A whole number of `unit`, which may be empty, from `least` to `most`.
    Whole {
        /// What it counts, in the plural.
        unit: &'static str,
        /// The smallest that is accepted.
        least: u32,
        /// The largest that is accepted; [`MOST`] where there is no reason for a limit.
        most: u32,
    },
    /// A text of this form.
    Text(TextForm),
    /// A list of such texts.
    List(TextForm),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// An object whose members are the rows `name.member`; with the name of its TypeScript
    /// interface, if it has one.
    Members(&'static str),
    /// A list of such objects, whose members are the rows `name[].member`.
    Items(&'static str),
    /// An object of such objects by a name of the operator's: the rows `name.{what}.member`.
    ByName(&'static str),
    /// The guessed names of the remote API: the table is in `src/names.rs`.
    Names,
    /// An object of any members.
    Table,
    /// Something that JavaScript alone can hold, by its `typeof` and its TypeScript type.
    Code(&'static str, &'static str),
}

/// What holds where an option is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// Required whenever its parent is given.
    Required,
    /// Nothing; `words` say what that means.
    None,
    /// An empty list or object.
    Empty,
    /// This flag.
    Flag(bool),
    /// This number.
    Whole(u32),
    /// This text.
    Text(&'static str),
    /// A quarter of another option.
    QuarterOf(&'static str),
}

/// An option: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the options: `guestFields.add`, `capabilityKeys[].id`,
    /// `pages.{microsite}.site`.
    pub name: &'static str,
    /// What it takes.
    pub kind: OptionKind,
    /// What holds without it.
    pub default: DefaultValue,
    /// Who takes it.
    pub taker: Taker,
    /// True if it must never be shown.
    pub secret: bool,
    /// True if the command can read it from a file of its own, whose path is then given as
    /// `nameFile`.
    pub file: bool,
    /// What it means, as the types and the page say it. A default that `default` holds is not
    /// repeated here.
    pub words: &'static str,
}

/// The largest number of an option, where nothing else limits it: the largest that crosses to the
/// module.
pub const MOST: u32 = i32::MAX as u32;

const fn row(name: &'static str, kind: OptionKind, words: &'static str) -> Row {
    let (default, taker) = (DefaultValue::None, Taker::Gateway);
    Row { name, kind, default, taker, secret: false, file: false, words }
}

const fn or(default: DefaultValue, row: Row) -> Row {
    Row { default, ..row }
}

const fn required(row: Row) -> Row {
    or(DefaultValue::Required, row)
}

const fn secret(row: Row) -> Row {
    Row { secret: true, file: true, ..row }
}

const fn file(row: Row) -> Row {
    Row { file: true, ..row }
}

const fn command(row: Row) -> Row {
    Row { taker: Taker::Command, ..row }
}

const fn code(
    name: &'static str,
    kind: &'static str,
    ts: &'static str,
    words: &'static str,
) -> Row {
    Row { taker: Taker::JavaScript, ..row(name, OptionKind::Code(kind, ts), words) }
}

const fn whole(
    name: &'static str,
    unit: &'static str,
    least: u32,
    default: u32,
    words: &'static str,
) -> Row {
    or(
        DefaultValue::Whole(default),
        row(name, OptionKind::Whole { unit, least, most: MOST }, words),
    )
}

const fn text(name: &'static str, form: TextForm, words: &'static str) -> Row {
    row(name, OptionKind::Text(form), words)
}

const fn list(name: &'static str, form: TextForm, words: &'static str) -> Row {
    or(DefaultValue::Empty, row(name, OptionKind::List(form), words))
}

const FUNCTION: &str = "function";
const OBJECT: &str = "object";
/// The TypeScript type of the option `shared`.
const SHARED_ENGINE: &str = "SharedEngine";
/// The most gateways that may share a state.
const PROCESSES_MAX: u32 = 1000;

/// The table, in the order of the documentation. Read it through [`rows`], so that a test can show
/// what a change of it changes.
pub const OPTIONS: &[Row] = &[
    required(text(
        "upstream",
        TextForm::Upstream,
        "Origin and optional prefix of the remote API: https, except to this machine itself (`localhost`, `127.0.0.0/8`, `[::1]`).",
    )),
    or(
        DefaultValue::Flag(false),
        row(
            "allowHttpUpstream",
            OptionKind::Flag,
            "Whether `upstream` may be http on another machine. Anyone on the way there can then read and change the account's password and the guests' data, so use it only in a private network that you trust.",
        ),
    ),
    required(row("credentials", OptionKind::Members(""), "The account at the remote API.")),
    required(secret(text("credentials.username", TextForm::Filled, "The account's user name."))),
    required(secret(text("credentials.password", TextForm::Filled, "The account's password."))),
    required(row(
        "microsites",
        OptionKind::List(TextForm::Microsite),
        "The restaurants that the gateway serves, by their names in the remote API. At least one.",
    )),
    list(
        "origins",
        TextForm::Origin,
        "Origins of the pages that hold the widget, exactly as browsers send them. If the gateway's own origin serves such pages, list it too: a request's Host proves nothing.",
    ),
    text(
        "publicUrl",
        TextForm::PublicUrl,
        "Where guests reach this gateway: links in e-mails lead there, its own form is posted from there, and the widget's script asks there. Default: no such links, and the script asks the host that it came from.",
    ),
    text(
        "timeZone",
        TextForm::TimeZone,
        "The time zone of the restaurants whose Setup names none, by its IANA name. The drinking age counts by the day there. Default: a guest may say either on the day before and the day of the birthday, because the day is not known.",
    ),
    code(
        "staff",
        FUNCTION,
        "(request: Request) => boolean | Promise<boolean>",
        "Whether a request comes from staff. Default: nobody is staff. A request with an `Authorization` that nothing accepts gets 401. If the function throws, or takes longer than 5 seconds, the request gets 424.",
    ),
    code(
        "clientAddress",
        FUNCTION,
        "(request: Request) => string | null | undefined | Promise<string | null | undefined>",
        "The guest's address, as the runtime or the proxy in front knows it. It is sent as `IpAddress`, and guests' limits go by it. Never take it from a header that guests can set. Default: no address is sent, and there is no limit per address. If the function returns none, throws, or takes longer than 5 seconds, no address is sent, and all such requests share one rate limit.",
    ),
    code(
        "admit",
        FUNCTION,
        "(request: Request, about: CreateFacts) => boolean | Promise<boolean>",
        "Whether a guest's create is admitted, to keep robots out: `token` is what a challenge has given the page, if it has (the widget's property `challenge`, the header `Dinerkit-Challenge`). Default: every create is. Not asked for staff, nor for guests with a capability. The body of `request` has been read. If the function answers anything but true, throws, or takes longer than 5 seconds, the request gets 424 and nothing is sent.",
    ),
    or(
        DefaultValue::Empty,
        file(row(
            "capabilityKeys",
            OptionKind::Items("CapabilityKey"),
            "Secrets that sign capabilities. The first one signs, all of them verify. Without any there are no capabilities.",
        )),
    ),
    required(text(
        "capabilityKeys[].id",
        TextForm::KeyId,
        "Stands in each capability, so that keys can be exchanged: letters, digits, `-` and `_`.",
    )),
    required(secret(text(
        "capabilityKeys[].secret",
        TextForm::KeySecret,
        "At least 32 bytes from a random generator, such as `openssl rand -base64 32`.",
    ))),
    or(
        DefaultValue::Whole(900),
        row(
            "capabilitySeconds",
            OptionKind::Whole { unit: "seconds", least: 1, most: CAPABILITY_MAX_SECONDS },
            "How long the capability in the answer to a create is valid, in seconds; a year at most.",
        ),
    ),
    whole(
        "perAddress",
        "",
        0,
        120,
        "What one address may do in a minute, in the units of the table in docs/gateway.md; 0 for no limit.",
    ),
    whole(
        "requestsPerMinute",
        "",
        1,
        REQUESTS_PER_MINUTE,
        "Requests to the remote API in a minute. All gateways of an account share its rate limit: give them a `shared` state, or each one its part.",
    ),
    or(
        DefaultValue::QuarterOf("requestsPerMinute"),
        row(
            "staffReserve",
            OptionKind::Whole { unit: "", least: 0, most: MOST },
            "The part of `requestsPerMinute` that guests leave to staff.",
        ),
    ),
    row(
        "guestFields",
        OptionKind::Members(""),
        "Changes to the set of fields that guests may write. Default: none.",
    ),
    list(
        "guestFields.add",
        TextForm::AddedField,
        "Fields that guests may write besides their own: names of docs/fields.md.",
    ),
    list(
        "guestFields.remove",
        TextForm::RemovedField,
        "Fields that guests may not write after all.",
    ),
    code(
        "store",
        OBJECT,
        "RequestStore",
        "Where to remember what became of requests with an `Idempotency-Key`. Default: `memoryStore()`.",
    ),
    code(
        "shared",
        OBJECT,
        SHARED_ENGINE,
        "The state that all gateways of the account share: what became of requests with an `Idempotency-Key`, the account's budget, the limits of addresses, the account's token and the Setups. It takes the place of `store`, and needs `sharedSecret` or `capabilityKeys`. Default: each gateway has a state of its own.",
    ),
    secret(text(
        "sharedSecret",
        TextForm::KeySecret,
        "What the gateways of a shared state have in common: it seals the token there and hides addresses. At least 32 bytes from a random generator, such as `openssl rand -base64 32`, and the same for all of them. Default: the secret of the first capability key.",
    )),
    row(
        "processes",
        OptionKind::Whole { unit: "", least: 1, most: PROCESSES_MAX },
        "How many gateways share the state. A gateway that cannot reach it for longer than a minute goes on with its part, `requestsPerMinute / processes` requests a minute; so the others leave the part of one that they do not see unused. Default: it goes on with none.",
    ),
    Row {
        taker: Taker::JavaScript,
        ..or(
            DefaultValue::Flag(false),
            row(
                "background",
                OptionKind::Flag,
                "For a program that works through a list, and hands its requests to a gateway of its own: whether what counts as staff's there takes only what guests and staff leave. Half of the account's requests of each minute stay free for them, and everything above gets 429. With `shared`, that gateway is none of the `processes`, and sends nothing while it has lost the shared state.",
            ),
        )
    },
    code(
        "onShared",
        FUNCTION,
        "(event: SharedEvent) => void | Promise<void>",
        "Called once each time when the shared state begins to fail, when the gateway begins to go on alone, and when it is well again. The gateway does not wait for it. Default: none.",
    ),
    whole(
        "setupFreshSeconds",
        "seconds",
        1,
        300,
        "How long a restaurant's Setup is used without asking for it again, in seconds.",
    ),
    whole(
        "setupStaleSeconds",
        "seconds",
        0,
        3600,
        "How much longer a Setup is used while a new one is being fetched or cannot be fetched, in seconds.",
    ),
    row(
        "words",
        OptionKind::Members("UnsubscribeWords"),
        "Words of your own for the pages of an unsubscribe link, in one language for every guest; `{restaurant}` stands for the restaurant's name. Default: the guest's language.",
    ),
    text(
        "words.lang",
        TextForm::Any,
        "The tag of their language, also of the texts that are left out. Default `en`.",
    ),
    text("words.askTitle", TextForm::Any, "Heading of the page that asks."),
    text("words.askText", TextForm::Any, "What that page asks."),
    text("words.askButton", TextForm::Any, "Its button."),
    text("words.doneTitle", TextForm::Any, "Heading after it is done."),
    text("words.doneText", TextForm::Any, "What the guest reads then."),
    text("words.voidTitle", TextForm::Any, "Heading if the link is damaged or too old."),
    text("words.voidText", TextForm::Any, "What the guest reads then."),
    text("words.failedTitle", TextForm::Any, "Heading if the remote API did not confirm it."),
    text("words.failedText", TextForm::Any, "What the guest reads then."),
    text("words.busyTitle", TextForm::Any, "Heading if there are too many requests at the moment."),
    text("words.busyText", TextForm::Any, "What the guest reads then."),
    or(
        DefaultValue::Empty,
        row(
            "pages",
            OptionKind::ByName("PageOptions"),
            "How the pages that the gateway draws look and where they lead, by the microsite's name.",
        ),
    ),
    text(
        "pages.{microsite}.site",
        TextForm::HttpsUrl,
        "The restaurant's own site, for the way back: an https URL. Default: no link.",
    ),
    text(
        "pages.{microsite}.privacy",
        TextForm::HttpsUrl,
        "Its privacy notice: an https URL. Default: no link.",
    ),
    text(
        "pages.{microsite}.accent",
        TextForm::Colour,
        "The colour of buttons and links, as `#rgb` or `#rrggbb`, like the other colours. Default: the widget's.",
    ),
    text(
        "pages.{microsite}.onAccent",
        TextForm::Colour,
        "The colour of the text on a button. Default: the widget's.",
    ),
    text(
        "pages.{microsite}.text",
        TextForm::Colour,
        "The colour of the text. Default: the widget's.",
    ),
    text(
        "pages.{microsite}.surface",
        TextForm::Colour,
        "The colour of the page. Default: the widget's.",
    ),
    code(
        "locales",
        OBJECT,
        "Record<string, Locale>",
        "Languages of the gateway's pages besides English, by their tags: all that `dinerkit/locales` holds, or some of them. Default: none.",
    ),
    code(
        "onEvent",
        FUNCTION,
        "(event: GatewayEvent) => void | Promise<void>",
        "Called once for each request, for a log. Nothing in the event is about a person. The gateway does not wait for it, and its failure is not the request's. Default: none.",
    ),
    whole("maxBodyBytes", "bytes", 1, 65_536, "Longest request body, in bytes."),
    or(
        DefaultValue::Text("v2"),
        row("authentication", OptionKind::Choice(&["v2", "token"]), "Which call authenticates."),
    ),
    or(
        DefaultValue::Text("json"),
        row(
            "encoding",
            OptionKind::Choice(&["json", "form"]),
            "How a record is sent to the remote API.",
        ),
    ),
    whole(
        "timeoutMs",
        "milliseconds",
        1,
        crate::client::TIMEOUT_MS,
        "The longest that one attempt at the remote API may take, in milliseconds.",
    ),
    whole(
        "totalTimeoutMs",
        "milliseconds",
        1,
        crate::client::TOTAL_TIMEOUT_MS,
        "The longest that a request may take with all its attempts and waits, in milliseconds.",
    ),
    code(
        "fetch",
        FUNCTION,
        "Fetch",
        "What sends the requests to the remote API. Default: the global `fetch`.",
    ),
    or(
        DefaultValue::Empty,
        row(
            "names",
            OptionKind::Names,
            "Corrections of the guessed names of the remote API, on both sides.",
        ),
    ),
    command(row("listen", OptionKind::Members(""), "Where the command listens.")),
    command(or(
        DefaultValue::Text("127.0.0.1"),
        text("listen.host", TextForm::Filled, "The address to listen on; `::` for all."),
    )),
    command(or(
        DefaultValue::Whole(8080),
        row(
            "listen.port",
            OptionKind::Whole { unit: "", least: 0, most: 65_535 },
            "The port to listen on; 0 for any that is free.",
        ),
    )),
    command(list(
        "listen.trustedProxies",
        TextForm::Network,
        "Addresses and networks (`10.0.0.0/8`) of your own proxies. The guest's address is what they say it is; for all other connections it is the connection's own.",
    )),
    command(or(
        DefaultValue::Text("x-forwarded-for"),
        text(
            "listen.addressHeader",
            TextForm::Filled,
            "The header in which those proxies write the guest's address. It is read from its end, up to the first address that is no proxy of yours.",
        ),
    )),
    command(row("store", OptionKind::Members(""), "What `Idempotency-Key` remembers.")),
    command(text(
        "store.file",
        TextForm::Path,
        "An SQLite file for what `Idempotency-Key` remembers, so that it outlives a restart and is shared by the processes of a machine. Needs Node 22.13 or later. Default: memory.",
    )),
    command(row(
        "shared",
        OptionKind::Members(""),
        "The state that all gateways of the account share. It takes the place of `store`, and needs `sharedSecret` or `capabilityKeys`.",
    )),
    command(required(secret(text(
        "shared.url",
        TextForm::EngineUrl,
        "Where that state is: `redis://` or `rediss://` (TLS) for Redis or Valkey, `postgres://` for PostgreSQL, each with user, password, host, port and database as `redis://user:password@host:6379/0`.",
    )))),
    command(row("metrics", OptionKind::Members(""), "What a monitor reads at `/metrics`.")),
    command(row(
        "metrics.port",
        OptionKind::Whole { unit: "", least: 0, most: 65_535 },
        "A port of its own for `/metrics`; 0 for any that is free. Give this or `token`, or both.",
    )),
    command(text(
        "metrics.host",
        TextForm::Filled,
        "The address to listen on for that port. Default: `listen.host`.",
    )),
    command(secret(text(
        "metrics.token",
        TextForm::KeySecret,
        "What a monitor must send as `Authorization: Bearer …`. Without `port`, `/metrics` is then at the gateway's own port.",
    ))),
    command(row("staff", OptionKind::Members(""), "Staff by their tokens: see below.")),
    command(text(
        "staff.issuer",
        TextForm::Filled,
        "Who must have issued a staff member's token: its `iss`, to the letter.",
    )),
    command(text(
        "staff.audience",
        TextForm::Filled,
        "For whom the token must be: its `aud`, or one of them.",
    )),
    command(text(
        "staff.jwksUrl",
        TextForm::Filled,
        "The issuer's key set: `jwks_uri` of its OpenID configuration. Give this, `publicKey` or `secret`.",
    )),
    command(file(text("staff.publicKey", TextForm::Filled, "The issuer's only key, in PEM."))),
    command(secret(text(
        "staff.secret",
        TextForm::Filled,
        "The secret that issuer and gateway share, 32 bytes or more.",
    ))),
    command(row(
        "staff.algorithms",
        OptionKind::List(TextForm::Filled),
        "What tokens may be signed with. Default: RS256, PS256, ES256 and EdDSA with `jwksUrl`, HS256 with `secret`; with `publicKey` name the one.",
    )),
    command(row(
        "staff.claims",
        OptionKind::Table,
        "What else a token must hold, such as `{ groups = \"desk\" }`.",
    )),
    command(row("shutdown", OptionKind::Members(""), "How the command ends.")),
    command(whole(
        "shutdown.delaySeconds",
        "seconds",
        0,
        0,
        "After SIGTERM: how long the gateway still takes requests while `/readyz` says no, for balancers that look at it.",
    )),
    command(whole(
        "shutdown.graceSeconds",
        "seconds",
        0,
        30,
        "After that: how long requests that are under way may take to finish.",
    )),
    command(or(
        DefaultValue::Flag(true),
        row("accessLog", OptionKind::Flag, "Whether stdout gets a line of JSON for each request."),
    )),
];

// The words are text, so the compiler compares their number with the rule's.
const _: () = assert!(capability::SECRET_MIN == 32, "the words of capabilityKeys[].secret say 32");

/// The rows of the table: what every face of it reads.
#[cfg(not(test))]
pub const fn rows() -> &'static [Row] {
    OPTIONS
}

#[cfg(test)]
pub(crate) use changed::rows;

/// The table with changes, for the tests of a thread.
#[cfg(test)]
pub(crate) mod changed {
    use std::cell::Cell;

    use super::{OPTIONS, Row};

    thread_local! {
        static ROWS: Cell<&'static [Row]> = const { Cell::new(OPTIONS) };
    }

    /// The rows of the table as this thread has changed them.
    pub(crate) fn rows() -> &'static [Row] {
        ROWS.get()
    }

    /// Runs `test` with other rows.
    pub(crate) fn with_rows<T>(rows: Vec<Row>, test: impl FnOnce() -> T) -> T {
        ROWS.set(Vec::leak(rows));
        let result = test();
        ROWS.set(OPTIONS);
        result
    }
}

/// The row of an option.
pub fn option(name: &str) -> Option<&'static Row> {
    rows().iter().find(|row| row.name == name)
}

impl Row {
    /// True for what `createGateway` takes.
    pub fn is_for_javascript(&self) -> bool {
        self.taker != Taker::Command
    }

    /// True for what the command takes.
    pub fn is_for_the_command(&self) -> bool {
        self.taker != Taker::JavaScript
    }
}

#[cfg(test)]
mod tests;

/**
 * For the engines and for whoever logs their errors: one line that says what to do. A client's own message may hold an
 * address with its password, a key or a text, so none of it is passed on but its code.
 */

/** An error whose message is already such a line. */
export class EngineError extends Error {
  static NAME = "DinerkitEngineError";
  name = EngineError.NAME;
}

/** How deep an error's causes and its parts are looked into. */
const DEEPEST = 4;

/** What no engine is needed for: the network. By codes of Node, and the words of clients that have no code. */
const NETWORK = [
  [/ECONNREFUSED/, "nothing listens at its address: start it, or correct the address"],
  [/ENOTFOUND|EAI_AGAIN|EAI_NODATA/, "the host in its address is not known: correct the address"],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ConnectionTimeout|CommandTimeout|SocketTimeout|[Tt]imed? ?out|timeout exceeded/,
    "it did not answer in time: check the network, the firewall and its load",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|self.signed certificate/,
    "its certificate is not trusted: give the client its ca",
  ],
  [
    /ERR_SSL|EPROTO|wrong version number|does not support SSL/,
    "it does not speak TLS at this port: correct the address, or the client's option for TLS",
  ],
  [
    /ECONNRESET|EPIPE|ERR_SOCKET|NR_CLOSED|Socket closed|ClientClosed|ClientOffline|DisconnectsClient|[Cc]onnection.*(closed|terminated|ended)|MaxRetriesPerRequest|isn't writeable|not queryable|Client was closed/,
    "the connection to it is lost: see that it runs, and what it says in its own log",
  ],
];

const ENGINES = {
  redis: [
    [/NOAUTH|without any password/, "it wants a password: give it to the client"],
    [/WRONGPASS|invalid password|invalid username-password/, "it refuses the name or the password: correct them"],
    [
      /NOPERM/,
      "its user may not do what is needed: allow EVAL, EVALSHA, WAIT, INFO, TIME, GET, SET and DEL on keys dinerkit:*",
    ],
    [/READONLY/, "it is a replica, which takes no writes: give the client the address of the primary, or Sentinel's"],
    [
      /MOVED|CROSSSLOT|^ASK|ClusterAllFailed|refresh slots cache|cluster support disabled/,
      "the client and the server differ in whether they are a cluster's: make the client for what the server is",
    ],
    [/CLUSTERDOWN|TRYAGAIN/, "the cluster has no server for these keys now: repair it, or wait until it has"],
    [/MISCONF/, "it cannot write to its disk, and takes no writes: make room there, and see its own log"],
    [/OOM/, "its memory is full: raise maxmemory"],
    [/NOREPLICAS/, "it has fewer replicas than min-replicas-to-write, and takes no writes: start one"],
    [/LOADING/, "it is starting and still reads its data: wait"],
    [/MASTERDOWN/, "it has lost its primary: wait for a failover, or start the primary"],
    [/BUSY/, "a script of somebody else runs in it and does not end: see SLOWLOG and SCRIPT KILL"],
    [
      /[Uu]nknown (Redis )?command|NOSCRIPT/,
      "it does not know a command that is needed: use Redis 5 or later, or Valkey",
    ],
    [/WRONGTYPE/, "another program uses keys that begin with dinerkit: give it another database"],
  ],
  postgres: [
    [/28P01|28000|password authentication|SASL/, "it refuses the name or the password: correct them"],
    [/3D000/, "the database is not there: create it, or correct its name"],
    [/3F000/, "there is no schema in the search_path: create one, or correct search_path"],
    [
      /42501/,
      "the user may not do what is needed: GRANT CREATE ON SCHEMA to it once, and SELECT, INSERT, UPDATE and DELETE on dinerkit_shared",
    ],
    [/25006/, "it is a standby, or set to read only: give the client the address of the primary"],
    [/53100|58030/, "it cannot write to its disk: make room there"],
    [/53200/, "its memory is full: see its own log"],
    [/53300/, "it has no connection left: raise max_connections, or lower the pool's size"],
    [/57P0[123]/, "it is stopping or starting: wait"],
    [/57014|55P03/, "it did not answer in time: check its load, statement_timeout and lock_timeout"],
    [
      /DK001/,
      "the isolation of transactions is set to another level: set default_transaction_isolation to read committed",
    ],
    [/42883|42P01|42601|0A000|42704/, "it lacks what is needed: use PostgreSQL 11 or later"],
  ],
  sqlite: [
    [
      /SQLITE_BUSY|SQLITE_LOCKED|database (table )?is locked/,
      "another process holds the database: see that none keeps a transaction open",
    ],
    [/SQLITE_FULL|disk is full/, "the disk is full: make room"],
    [/SQLITE_READONLY|readonly database/, "the database is read only: let this user write to the file and its folder"],
    [/SQLITE_CANTOPEN|unable to open/, "the file cannot be opened: see that its folder is there and may be written to"],
    [/SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database/, "the file is no database, or is damaged: move it away"],
    [/SQLITE_IOERR|disk I\/O error/, "the disk fails: see the machine's log"],
    [/not open|database is closed|closed database/, "the database is closed: keep it open as long as the gateway runs"],
  ],
  durable: [
    [/[Oo]verloaded/, "the object has more requests than it can take: wait, or give each account a gateway of its own"],
    [/code was updated|broken|reset/, "the object was started anew, as after each upload: nothing is to be done"],
    [
      /[Nn]etwork connection lost|internal error/,
      "the connection to the object is lost: nothing is to be done if it does not last",
    ],
    [
      /no such actor class|not export|does not export/,
      'the Worker does not export the class: export { SharedState } from "dinerkit/gateway/durable"',
    ],
  ],
  "deno-kv": [
    [/database is locked/, "another process holds the database: see that none keeps it"],
    [/BadResource|closed/, "the database is closed: keep it open as long as the gateway runs"],
    [
      /PermissionDenied|NotCapable|requires .* access/,
      "Deno may not reach the database: allow it by --allow-read, --allow-write or --allow-net",
    ],
  ],
};

/** Whether an engine is one whose errors are known here. */
export const knows = (engineName) => Object.hasOwn(ENGINES, engineName);

/**
 * What an error of an engine means, and what to do about it: `redis: it refuses the name or the password: correct them
 * (WRONGPASS)`. Of the error itself only a code is passed on.
 */
export function explain(error, engineName) {
  // By its name, because a bundle may have a class of its own.
  if (error?.name === EngineError.NAME) return `${engineName}: ${error.message}`;
  const words = wordsOf(error, DEEPEST);
  const own = knows(engineName) ? ENGINES[engineName] : [];
  const text = words.join("\n");
  const [, advice] = [...own, ...NETWORK].find(([pattern]) => pattern.test(text)) ?? [];
  const code = words.map((word) => /^[A-Z][A-Z0-9_]{2,39}\b|^[0-9A-Z]{5}$/.exec(word)?.[0]).find(Boolean);
  const inBrackets = code ? ` (${code})` : "";
  return `${engineName}: ${advice ?? "it failed in a way that is not known here: see its own log"}${inBrackets}`;
}

/** All by which an error can be told: its codes, its name and its message, and those of its causes and its parts. */
function wordsOf(error, depth) {
  if (depth === 0 || error === undefined || error === null) return [];
  if (typeof error !== "object") return [String(error)];
  const { code, errcode, errstr, name, message, cause, errors, lastNodeError } = error;
  const own = [code, SQLITE_CODES[errcode], message, errstr, name].filter((word) => typeof word === "string");
  const parts = [cause, lastNodeError, ...(Array.isArray(errors) ? errors : [])];
  return [...own, ...parts.flatMap((part) => wordsOf(part, depth - 1))];
}

/** node:sqlite's numbers, where it has no names. */
const SQLITE_CODES = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
};

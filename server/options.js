/**
 * For the command: every key of its configuration, in one table that the reader, the environment's names,
 * `--print-config` and docs/gateway.md go by. Those without a group are data of `GatewayOptions`, by the same names;
 * what they mean stands there.
 */

const MINUTE_BUDGET = 200;

/**
 * `kind` is what a value has to be. `secret` keeps it out of sight; `file` lets it come from a file, whose path then
 * stands in `keyFile`.
 */
export const OPTIONS = [
  { key: "upstream", kind: "url", required: true },
  { key: "allowHttpUpstream", kind: "flag", standard: false },
  { key: "credentials.username", kind: "text", required: true, secret: true, file: true, about: "Of the account." },
  { key: "credentials.password", kind: "text", required: true, secret: true, file: true, about: "Of the account." },
  { key: "microsites", kind: "texts", required: true },
  { key: "origins", kind: "texts", standard: [] },
  { key: "publicUrl", kind: "text" },
  {
    key: "capabilityKeys",
    kind: "keys",
    file: true,
    standard: [],
    about:
      "Tables of `id` and `secret` (or `secretFile`). In the environment or in a file: `id:secret`, with spaces or line " +
      "ends between. Secrets that sign capabilities: the first signs, all verify. Without any there are no capabilities.",
  },
  { key: "capabilitySeconds", kind: "integer", standard: 900 },
  { key: "perAddress", kind: "integer", standard: 120 },
  { key: "requestsPerMinute", kind: "integer", standard: MINUTE_BUDGET },
  {
    key: "staffReserve",
    kind: "integer",
    standard: ({ requestsPerMinute = MINUTE_BUDGET }) => Math.floor(requestsPerMinute / 4),
    shown: "a quarter of `requestsPerMinute`",
  },
  { key: "guestFields.add", kind: "texts", standard: [], about: "Fields that guests may write besides theirs." },
  { key: "guestFields.remove", kind: "texts", standard: [], about: "Fields that guests may not write after all." },
  { key: "setupFreshSeconds", kind: "integer", standard: 300 },
  { key: "setupStaleSeconds", kind: "integer", standard: 3600 },
  { key: "words", kind: "table", standard: {} },
  { key: "pages", kind: "table", standard: {} },
  { key: "maxBodyBytes", kind: "integer", standard: 65_536 },
  { key: "authentication", kind: "text", standard: "v2" },
  { key: "encoding", kind: "text", standard: "json" },
  { key: "timeoutMs", kind: "integer", standard: 30_000 },
  { key: "totalTimeoutMs", kind: "integer", standard: 90_000 },
  { key: "names", kind: "table", standard: {} },

  { key: "listen.host", kind: "text", standard: "127.0.0.1", about: "The address to listen on; `::` for all." },
  { key: "listen.port", kind: "port", standard: 8080, about: "0 for any that is free." },
  {
    key: "listen.trustedProxies",
    kind: "networks",
    standard: [],
    about:
      "Addresses and networks (`10.0.0.0/8`) of your own proxies. What they say of the guest's address is taken; from " +
      "all others it is the connection's own.",
  },
  {
    key: "listen.addressHeader",
    kind: "text",
    standard: "x-forwarded-for",
    about:
      "Where those proxies write the guest's address. Read from its end, up to the first that is no proxy of yours.",
  },

  {
    key: "store.file",
    kind: "path",
    about:
      "An SQLite file for what `Idempotency-Key` remembers, so that it outlives a restart and is shared by the processes " +
      "of a machine. Needs Node 22.13 or later. Default: memory.",
  },

  {
    key: "staff.issuer",
    kind: "text",
    about: "Who must have issued a staff member's token: its `iss`, to the letter.",
  },
  { key: "staff.audience", kind: "text", about: "For whom it must be: its `aud`, or one of them." },
  {
    key: "staff.jwksUrl",
    kind: "text",
    about: "The issuer's key set: `jwks_uri` of its OpenID configuration. Or the next.",
  },
  { key: "staff.publicKey", kind: "text", file: true, about: "The issuer's only key, in PEM." },
  {
    key: "staff.secret",
    kind: "text",
    secret: true,
    file: true,
    about: "What issuer and gateway share, 32 bytes or more.",
  },
  {
    key: "staff.algorithms",
    kind: "texts",
    about:
      "What tokens may be signed with. Default RS256, PS256, ES256 and EdDSA with `jwksUrl`, HS256 with `secret`; with " +
      "`publicKey` name the one.",
  },
  { key: "staff.claims", kind: "table", about: 'What else a token must hold, such as `{ groups = "desk" }`.' },

  {
    key: "shutdown.delaySeconds",
    kind: "integer",
    standard: 0,
    about: "After SIGTERM: how long to take requests on while `/readyz` says no, for balancers that look at it.",
  },
  { key: "shutdown.graceSeconds", kind: "integer", standard: 30, about: "Then: how long to finish what is under way." },
  { key: "accessLog", kind: "flag", standard: true, about: "A line of JSON for each request on stdout." },
];

/** Where the command's own keys begin; all others are the gateway's. */
export const OF_THE_COMMAND = ["listen", "store", "staff", "shutdown", "accessLog"];

/** Keys of each table of `capabilityKeys`. */
export const KEY_MEMBERS = ["id", "secret", "secretFile"];

const PREFIX = "DINERKIT_";
/** Files can hold any text; in the environment it has to be one. */
const WITHOUT_ENVIRONMENT = ["table"];

/** The environment's name for a key; none where it has no place there. */
export function environmentName({ key, kind }) {
  if (WITHOUT_ENVIRONMENT.includes(kind)) return undefined;
  return (
    PREFIX +
    key
      .replaceAll(".", "_")
      .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
      .toUpperCase()
  );
}

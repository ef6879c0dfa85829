/**
 * For client.test.mjs: a consumer who prints whatever the package hands out, in every way that Node has, while each
 * secret and all that a guest typed is marked. What is printed is searched for the marks there.
 */
import { inspect } from "node:util";
import init, { CustomerClient, CustomerForm, isCustomerApiError } from "dinerkit";

const MARK = "planted-marker";
const GUEST = {
  Surname: MARK,
  FirstName: MARK,
  Email: `${MARK}@example.com`,
  Mobile: "+44 7700 900123",
  Comments: MARK,
  Address: { Town: MARK },
};
/** What was meant is plain to see, and no error says it. */
const MISTYPED = { ...GUEST, Email: `${MARK}@example,com` };
const OPTIONS = { depth: Infinity, showHidden: true, getters: true };

await init();
let shown = 0;

/** In every way that somebody may log it. */
function show(value) {
  shown += 1;
  console.log(value);
  console.error("%o %O %s %j", value, value, value, value);
  console.log(inspect(value, OPTIONS), String(value), JSON.stringify(value));
  if (isCustomerApiError(value)) {
    console.log(value.stack, value.message, inspect(structuredClone(value), OPTIONS));
    console.log(inspect({ ...value }), inspect(new Error("wrapped", { cause: value }), OPTIONS));
  }
}

const baseUrl = "https://api.example";
const hooks = { onRequest: show, onResponse: show, onRetry: show };
const accesses = [
  { token: MARK },
  { token: async () => MARK },
  { token: () => Promise.reject(new Error(MARK)) },
  { token: () => `${MARK}\r\nX: 1` },
  { credentials: { username: MARK, password: MARK } },
];

/** A refusal in the API's own words, which repeat what was sent. */
async function complaint(request) {
  const wasSent = (request.url + (await request.text())).includes(MARK);
  const text = wasSent ? `the value '${MARK}' is refused` : "this is refused";
  const ValidationErrors = [{ PropertyName: "Visit", ErrorMessage: text }];
  return Response.json({ Message: text, ValidationErrors }, { status: 400 });
}

const answers = [
  () => Promise.reject(Object.assign(new Error(MARK), { config: { headers: { Authorization: `Bearer ${MARK}` } } })),
  () => Promise.reject(MARK),
  () => {
    throw new TypeError(MARK);
  },
  () => ({ status: 200, [MARK]: MARK }),
  () => new Response(MARK),
  () => new Response(`<html>${MARK}`, { headers: { "Content-Type": "text/html" } }),
  () => new Response(`{"${MARK}":1,"${MARK}":2}`),
  () => new Response(null, { status: 302, headers: { Location: `https://${MARK}.example/` } }),
  () => Response.json({ Id: 8, Surname: MARK }),
  () => Response.json({ Status: "Fail", Message: MARK }),
  complaint,
  () => Response.json({ Message: MARK, ExceptionMessage: MARK, StackTrace: MARK }, { status: 500, statusText: MARK }),
  () => Response.json({ Message: MARK }, { status: 401, headers: { "WWW-Authenticate": MARK } }),
];

const calls = [
  (client) => client.create(GUEST),
  (client) => client.create({ ...GUEST, Email: MARK, Mobile: MARK, Birthday: MARK, IpAddress: MARK }),
  (client) => client.create(MISTYPED),
  (client) => client.edit(7, { Email: MISTYPED.Email }),
  (client) => client.create(GUEST, { idempotencyKey: MARK }),
  (client) => client.create(GUEST, { idempotencyKey: `${MARK}-of-a-page` }),
  (client) => client.update(7, GUEST),
  (client) => client.edit(7, { Surname: MARK }, { appendComment: MARK }),
  (client) => client.unsubscribe({ ids: [7], mode: MARK, ipAddress: MARK }),
  (client) => client.get(MARK),
  (client) => client.merge({ into: 7, from: [MARK] }),
  (client) => client.raw("POST", `x?email=${MARK}`, { Surname: MARK }),
  (client) => client.raw("GET", `../${MARK}`),
  (client) => client.raw(MARK, MARK, MARK),
  (client) => client.create({ Surname: MARK, big: 1n }),
  (client) => client.get(7, { signal: { [MARK]: MARK } }),
];

// No jitter, and no time for a second round of attempts: what is printed counts, not how long it takes.
Math.random = () => 0;

for (const [index, access] of accesses.entries()) {
  // The answers are the same for every access.
  for (const answer of index === 0 ? answers : answers.slice(0, 1)) {
    const fetch = async (request) => {
      if (!request.url.endsWith("/Authenticate")) return answer(request);
      return Response.json({ Status: "Success", Token: MARK, TokenExpiryUtc: "2100-01-01T00:00:00" });
    };
    const client = new CustomerClient({ baseUrl, microsite: "oak", fetch, ...access, ...hooks });
    show(client);
    for (const call of calls) {
      for (const twin of [client, client.safe]) {
        try {
          const { ok, value, error } = await call(twin);
          if (ok === false) show(error);
          // A record is the consumer's own to keep from logs.
          else if (ok && value === undefined) show(value);
        } catch (error) {
          show(error);
        }
      }
    }
  }
}

for (const options of [
  { credentials: { username: MARK } },
  { credentials: MARK },
  { token: `${MARK}\n${MARK}` },
  { token: MARK, credentials: { username: MARK, password: MARK } },
  { baseUrl: `https://user:${MARK}@api.example` },
  { baseUrl: `https://user:${MARK}@ :80` },
  { baseUrl: `${MARK}:` },
  { microsite: "", token: MARK },
  { names: { [MARK]: MARK } },
  { timeoutMs: MARK },
]) {
  try {
    show(new CustomerClient({ baseUrl, microsite: "oak", ...options }));
  } catch (error) {
    show(error);
  }
}

const form = new CustomerForm({ draft: GUEST });
show(form);
show(form.set("Email", MARK));
show(form.check());
for (const Email of [MARK, MISTYPED.Email]) {
  form.set("Email", Email);
  try {
    form.request();
  } catch (error) {
    show(error);
  }
}
if (shown < 700) throw new Error(`only ${shown} values were shown`);
console.log("all was shown");

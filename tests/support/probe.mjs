/** For the tests of `dinerkit gateway probe`: a remote API of a few lines in place of the network, and the probe before it. */
import { probe } from "../../server/probe/index.js";

export const MICROSITE = "oak-and-salt";
export const ACCOUNT = { username: "planted-marker-user", password: "planted-marker-password" };
/** A token as the remote API's: its claims say for which API it is. */
export const tokenFor = (audience) =>
  `head.${Buffer.from(JSON.stringify({ aud: audience })).toString("base64url")}.planted-marker-token`;

const RESTAURANT = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
const FRAMEWORK = { Message: "No resource was found that matches the request." };

/**
 * A remote API. `get` has what paths below the restaurant's answer to GET, `post` the paths that take POST alone, `answer`
 * comes before everything else and may return `{ status, body, headers }` for a request. Returns its `fetch` and the list
 * `requests` of what it was asked.
 */
export function fakeApi({ get = {}, post = [], token = tokenFor("http://127.0.0.1"), answer = () => undefined } = {}) {
  const requests = [];
  const decide = (request) => {
    const given = answer(request);
    if (given) return given;
    const { method, path, body } = request;
    if (path === "/api/Jwt/v2/Authenticate" && method === "POST") {
      const isRight = body.Username === ACCOUNT.username && body.Password === ACCOUNT.password;
      return { status: 200, body: isRight ? { Status: "Success", Token: token } : { Status: "Fail" } };
    }
    if (request.token !== token) return { status: 401, body: { Message: "Authorization has been denied." } };
    const below = path.startsWith(RESTAURANT) ? path.slice(RESTAURANT.length) : undefined;
    if (method === "GET" && Object.hasOwn(get, below ?? "")) return { status: 200, body: get[below] };
    if (post.includes(below)) return { status: 405, body: FRAMEWORK, headers: { Allow: "POST" } };
    return { status: 404, body: FRAMEWORK };
  };
  async function fetch(url, { method, headers, body, redirect }) {
    const { pathname: path } = new URL(url);
    const bearer = headers.Authorization?.replace("Bearer ", "");
    requests.push({ method, path, token: bearer, body: body && JSON.parse(body), redirect });
    const { status, body: said, headers: more = {} } = decide(requests.at(-1));
    const isText = typeof said === "string";
    const type = { "Content-Type": isText ? "text/html" : "application/json" };
    return new Response(said === undefined ? null : isText ? said : JSON.stringify(said), {
      status,
      headers: { ...type, ...more },
    });
  }
  return { fetch, requests };
}

/** The paths of an API that has all of our guesses. */
export const POST_ONLY = ["Customer", "Customers/Merge", "Customers/Unsubscribe", "Customers/MarkForDeletion"];

/** A configuration for the probe. */
export const configured = (more) => ({
  upstream: "http://127.0.0.1:1",
  microsites: [MICROSITE],
  requestsPerMinute: 200,
  timeoutMs: 1000,
  authentication: "v2",
  credentials: ACCOUNT,
  names: {},
  ...more,
});

/**
 * Runs the probe; returns its exit `status`, what it wrote (`text`, and `report` where that is JSON), and how long it slept
 * before each request.
 */
export async function probed({ api, words = {}, config = configured() }) {
  const lines = [];
  const slept = [];
  const sleep = async (ms) => void slept.push(ms);
  const configure = () => ({ values: config });
  const network = { fetch: api?.fetch, sleep };
  const status = await probe(words, configure, (line) => lines.push(line), network);
  const text = lines.join("\n");
  return { status, text, report: words.json ? JSON.parse(text) : undefined, slept };
}

/** The rows of a report by what they are about. */
export const rowsOf = ({ guesses }) => Object.fromEntries(guesses.map((row) => [row.about, row]));

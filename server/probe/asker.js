/**
 * For the probe: sends its requests, one after another, at half the account's rate at most and never more than it may. An
 * answer is reduced to what the decisions need, and its headers to those about limits.
 */
const TOO_MANY = 429;
const MINUTE_MS = 60_000;
/** The gateways may be running meanwhile. They do not know of these requests, which are to leave them room. */
const PART = 2;
/** Longer answers are not read to their end. */
const LONGEST_BODY = 1024 * 1024;
const LONGEST_WAIT_SECONDS = 61;
const SOME_WAIT_SECONDS = 5;
/** Some edges refuse the names of libraries. */
const USER_AGENT = "dinerkit-probe";

/** The probe has made all requests that it may make, or the account has no more of them. */
export class Spent extends Error {}
/** The remote API can't be reached; `failure` is what `diagnose` of check.js takes. */
export class Unreachable extends Error {
  constructor(failure) {
    super("the remote API can't be reached");
    this.failure = failure;
  }
}

/**
 * Returns `{ ask, count() }`. `ask(path, { method, token, body, isRead, isLast })` resolves to `{ status, allow, limits,
 * challenge, isPage, body }`; the body is parsed JSON, or undefined. With `isRead: false` it is not looked at. The last `kept`
 * of the requests that it may make are only for those with `isLast`.
 */
export function asker({
  upstream,
  requestsPerMinute,
  timeoutMs,
  atMost,
  kept = 0,
  fetch = globalThis.fetch,
  sleep = wait,
}) {
  const gapMs = (PART * MINUTE_MS) / requestsPerMinute;
  let count = 0;
  async function send(path, { method = "GET", token, body, isRead = true, isLast = false } = {}) {
    if (count >= atMost - (isLast ? 0 : kept))
      throw new Spent(`all ${atMost} requests are made: --at-most N allows more`);
    if (count > 0) await sleep(gapMs);
    count += 1;
    const headers = { Accept: "application/json", "User-Agent": USER_AGENT };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const response = await fetch(upstream.replace(/\/$/, "") + path, {
        method,
        headers,
        body: text,
        redirect: "manual",
        signal,
      });
      return await answerOf(response, isRead);
    } catch (error) {
      if (signal.aborted) throw new Unreachable({ code: "timeout" });
      throw new Unreachable({ code: "network", cause: error.cause?.code ?? error.code });
    }
  }
  async function ask(path, options) {
    const first = await send(path, options);
    if (first.status !== TOO_MANY) return first;
    const seconds = first.retryAfter ?? SOME_WAIT_SECONDS;
    if (seconds <= LONGEST_WAIT_SECONDS) {
      await sleep(seconds * 1000);
      const second = await send(path, options);
      if (second.status !== TOO_MANY) return second;
    }
    throw new Spent("the account's requests for this minute are used up: try again when the gateway has less to do");
  }
  return { ask, count: () => count };
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function answerOf(response, isRead) {
  const { status, headers } = response;
  const type = headers.get("Content-Type") ?? "";
  const text = isRead ? await textOf(response) : await response.body?.cancel();
  const allow = (headers.get("Allow") ?? "").toUpperCase().split(/[\s,]+/);
  const retryAfter = headers.get("Retry-After");
  return {
    status,
    allow: allow.filter((method) => /^[A-Z]{3,10}$/.test(method)),
    limits: limitsIn(headers),
    challenge: /^[A-Za-z-]+/.exec(headers.get("WWW-Authenticate") ?? "")?.[0],
    retryAfter: /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined,
    isPage: /html/i.test(type) || /^\s*<(!doctype|html)/i.test(text ?? ""),
    body: parsed(text),
  };
}

async function textOf(response) {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const piece of response.body) {
    length += piece.length;
    if (length > LONGEST_BODY) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ABOUT_LIMITS = /rate-?limit|quota|retry-after|throttl/i;
const LIMIT_NAME = /^[a-z][a-z-]{2,39}$/;

/** The headers about limits: their names, with those of their values that are plain numbers. */
function limitsIn(headers) {
  const named = [...headers].filter(([name]) => ABOUT_LIMITS.test(name) && LIMIT_NAME.test(name));
  return named.map(([name, value]) => ({ name, value: /^\d{1,6}$/.test(value) ? Number(value) : undefined }));
}

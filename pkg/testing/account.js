/** For the stand-in's API: the account's token, and how many requests it may make in a minute. */
import { jsonOf } from "../lib/plain.js";
import { REISSUE_WINDOW_MS, TOKEN_LIFETIME_MS } from "./guesses.js";

const MINUTE_MS = 60_000;

/** Issues the account's token, and knows those that it has issued. */
export class Tokens {
  #account;
  /** When each token ends, in milliseconds. The last one is handed out again. */
  #ends = new Map();

  constructor(account) {
    this.#account = account;
  }

  /** The account's token and when it ends: the last one, or a new one if that is about to end. */
  issue(now) {
    const last = [...this.#ends].at(-1);
    if (last && last[1] - now > REISSUE_WINDOW_MS) return { token: last[0], end: last[1] };
    const start = Math.floor(now / 1000);
    const end = start * 1000 + TOKEN_LIFETIME_MS;
    const claims = { unique_name: this.#account, nbf: start, exp: end / 1000, iat: start, iss: "Self" };
    // It has the shape of the real one, so that nobody builds on another. Callers can't check the signature.
    const token = [{ alg: "HS256", typ: "JWT" }, claims].map((part) => base64url(jsonOf(part)));
    const whole = [...token, "c3RhbmQtaW4"].join(".");
    this.#ends.set(whole, end);
    return { token: whole, end };
  }

  /** Whether a header `Authorization` has a token that is good at `now`. */
  accept(authorization, now) {
    const [, token] = /^bearer (.*)$/i.exec(authorization ?? "") ?? [];
    return now < (this.#ends.get(token?.trim()) ?? 0);
  }
}

function base64url(json) {
  let binary = "";
  for (const byte of new TextEncoder().encode(json)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Counts requests over the last minute. With 0 as `perMinute` there is no limit. */
export class RateLimit {
  #perMinute;
  #times = [];

  constructor(perMinute) {
    this.#perMinute = perMinute;
  }

  /** Whether a request may be made at `now`. A refused request is not counted. */
  admit(now) {
    if (this.#perMinute === 0) return true;
    this.#times = this.#times.filter((time) => now - time < MINUTE_MS);
    const isAdmitted = this.#times.length < this.#perMinute;
    if (isAdmitted) this.#times.push(now);
    return isAdmitted;
  }
}

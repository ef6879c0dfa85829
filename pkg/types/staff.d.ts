/** Types of `dinerkit/gateway/staff`: staff by the JSON Web Tokens of a sign-in service. */
import type { AbortSignal, Headers, Request, Response } from "./platform.js";

/** A claim's value; a list for any of its values; a table for a claim that is one, by its members. */
export type ClaimValue = string | number | boolean | ClaimValue[] | { [name: string]: ClaimValue };

// By hand, though the command's rows `staff.*` have the same names, which a test holds together: a row says what a file can
// hold, while these types take bytes and functions too, and say which options exclude each other.

/** What a check of tokens needs to know, whatever their key. */
export interface CommonOptions {
  /** Who must have issued a token: its `iss`, to the letter. */
  issuer: string;
  /**
   * For whom the token must be: its `aud`, or one of them. Give the gateway an audience of its own, so that tokens for
   * other services are refused.
   */
  audience: string;
  /**
   * What else the token must hold: `{ role: "desk" }`, `{ groups: ["desk", "managers"] }` for any of them, or
   * `{ realm_access: { roles: "desk" } }`. A claim that is a list has to contain the value. Default: nothing, so that
   * everybody with a token for `audience` is staff.
   */
  claims?: { [name: string]: ClaimValue };
}

/** What a token may be signed with, where the issuer has a key pair. */
export type AsymmetricAlgorithm =
  "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";

/** Keys that the issuer publishes. */
export interface KeySetOptions {
  /** The issuer's key set, over HTTPS: `jwks_uri` of its `/.well-known/openid-configuration`. */
  jwksUrl: string;
  publicKey?: never;
  secret?: never;
  /** What tokens may be signed with. Default RS256, PS256, ES256 and EdDSA. */
  algorithms?: AsymmetricAlgorithm[];
  /** What fetches the key set. Default: the global `fetch`. */
  fetch?: KeyFetch;
}

/** A function that fetches a key set. The platform's own `fetch` is one. */
export type KeyFetch = (url: string, init: KeyFetchInit) => Promise<Response>;

/** How a key set is fetched. */
export interface KeyFetchInit {
  /** The request's method. */
  method: "GET";
  /** What the request says of itself. */
  headers: Headers;
  /** An issuer's key set is where it says: no other address is followed. */
  redirect: "manual";
  /** Ends the request when its time is over. */
  signal: AbortSignal;
}

/** A key that the issuer has told you. */
export interface PublicKeyOptions {
  /** The issuer's only key, in PEM (`BEGIN PUBLIC KEY`). */
  publicKey: string;
  jwksUrl?: never;
  secret?: never;
  /** The one algorithm that the key is for. */
  algorithms: [AsymmetricAlgorithm];
}

/** A secret that issuer and gateway share. */
export interface SecretOptions {
  /** At least 32 random bytes. */
  secret: string | Uint8Array;
  jwksUrl?: never;
  publicKey?: never;
  /** What tokens may be signed with. Default HS256. */
  algorithms?: ("HS256" | "HS384" | "HS512")[];
}

/** What `staffByJwt` takes: whose tokens, and exactly one kind of key. */
export type JwtOptions = CommonOptions & (KeySetOptions | PublicKeyOptions | SecretOptions);

/**
 * Makes a check for `GatewayOptions.staff`: whether a request's `Authorization: Bearer …` is a valid token of the issuer.
 * Such a token has an end (`exp`), the issuer and the audience, is valid already (`nbf`, if given), and is signed with one
 * of `algorithms`. The check never throws: while the issuer's keys cannot be fetched, nobody is staff. Throws a TypeError
 * for wrong options, which its message and its member `issues` list, as `createGateway` does.
 */
export function staffByJwt(options: JwtOptions): (request: Request) => Promise<boolean>;

/**
 * Types of the platform for the package's other types. Each is the type that the program itself has by that name, from
 * TypeScript's library `dom`, from `@types/node` or from a runtime's own types; `object` where the program has none. So
 * the package's types need none of these libraries.
 */

/** The type of the objects that a class of the platform makes. */
type Instance<Name extends string> = typeof globalThis extends { [Class in Name]: { prototype: infer Type } }
  ? Type
  : object;

/** An `AbortSignal`. */
export type AbortSignal = Instance<"AbortSignal">;
/** The bytes of a file. */
export type Bytes = ArrayBuffer | ArrayBufferView;
/** An `HTMLElement`. */
export type HTMLElement = Instance<"HTMLElement">;
/** A `Request`. */
export type Request = Instance<"Request">;
/** A `Response`. */
export type Response = Instance<"Response">;
/** A `URL`. */
export type URL = Instance<"URL">;
/** A compiled `WebAssembly.Module`. */
export type WebAssemblyModule = object &
  (typeof globalThis extends { WebAssembly: { Module: { prototype: infer Type } } } ? Type : object);
/** The `Headers` of a request. */
export type Headers = Instance<"Headers">;
/** The platform's `fetch`. */
export type GlobalFetch = typeof globalThis extends { fetch: infer Type }
  ? Type
  : (request: Request, init?: object) => Promise<Response>;

/**
 * Types of the platform for the package's other types. Each is the type that the program itself has by that name, from
 * TypeScript's library `dom`, from `@types/node` or from a runtime's own types; `object` where the program has none. So
 * the package's types need none of these libraries: the name of a type that is not there is an error, which the comment
 * above each line suppresses, and stands for `any`.
 */

/** A type, or `object` in place of `any`, which has every key. */
type Known<Type> = symbol extends keyof Type ? object : Type;

/** A type, or `never` in place of `any`. */
type KnownOnly<Type> = symbol extends keyof Type ? never : Type;

/** An `AbortSignal`. */
// @ts-ignore
export type AbortSignal = Known<globalThis.AbortSignal>;
/** A `Blob`, such as a file that somebody has chosen. */
// @ts-ignore
export type Blob = KnownOnly<globalThis.Blob>;
/** A form's data. */
// @ts-ignore
export type FormData = KnownOnly<globalThis.FormData>;
/** The texts of a query or of a form. */
// @ts-ignore
export type URLSearchParams = KnownOnly<globalThis.URLSearchParams>;
/** The bytes of a file. */
export type Bytes = ArrayBuffer | ArrayBufferView;
/** The `Headers` of a request. */
// @ts-ignore
export type Headers = Known<globalThis.Headers>;
/** A stream of the platform's. */
// @ts-ignore
export type ReadableStream<Chunk> = Known<globalThis.ReadableStream<Chunk>>;
/** An `HTMLElement`. */
// @ts-ignore
export type HTMLElement = Known<globalThis.HTMLElement>;
/** An `HTMLFormElement`. */
// @ts-ignore
export type HTMLFormElement = Known<globalThis.HTMLFormElement>;
/** A `Request`. */
// @ts-ignore
export type Request = Known<globalThis.Request>;
/** A `Response`. */
// @ts-ignore
export type Response = Known<globalThis.Response>;
/** A `URL`. */
// @ts-ignore
export type URL = Known<globalThis.URL>;
/** A compiled `WebAssembly.Module`, which is no number or text, although its own type would take these. */
// @ts-ignore
export type WebAssemblyModule = object & Known<WebAssembly.Module>;

/** The platform's `fetch`. */
export type GlobalFetch = typeof globalThis extends { fetch: infer Type }
  ? Type
  : (request: Request, init?: object) => Promise<Response>;

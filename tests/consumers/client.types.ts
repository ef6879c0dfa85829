/** For TypeScript's compiler (`cargo xtask lint`): what users of the client write must fit, and what is wrong must not. */
import {
  AbortError,
  CustomerApiError,
  CustomerClient,
  HttpError,
  isCustomerApiError,
  randomKey,
  ValidationError,
} from "../../pkg/types/index.js";
import type {
  ClientError,
  ClientMethod,
  ClientOptions,
  Customer,
  ErrorCode,
  InternalError,
  Issue,
  Names,
  Outcome,
  ReadMethod,
  RequestFacts,
  ResponseFacts,
  RetryFacts,
  Settled,
  WriteMethod,
} from "../../pkg/types/index.js";

/** Fails to compile unless the two types are the same; `any` is the same as nothing else. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <Fact extends true>(fact?: Fact) => fact;

const account = { baseUrl: "https://api.example", microsite: "oak" };
const client = new CustomerClient(account);

// Options: each with its own type.
new CustomerClient({
  ...account,
  baseUrl: new URL("https://api.example"),
  credentials: { username: "u", password: "p" },
  authentication: "token",
  encoding: "form",
  timeoutMs: 1,
  totalTimeoutMs: 1,
  requestsPerMinute: 1,
  fetch: globalThis.fetch,
  names: { mergeMethod: "PUT", hasDeclinedEmail: "DeclinedEmail" },
});
new CustomerClient({ ...account, token: "t" });
new CustomerClient({ ...account, token: async () => "t" });
new CustomerClient({ ...account, token: "t", idempotencyKeys: true });
// @ts-expect-error The microsite is needed.
new CustomerClient({ baseUrl: "https://api.example" });
// @ts-expect-error A token function gives text.
new CustomerClient({ ...account, token: () => undefined });
// @ts-expect-error No such authentication.
new CustomerClient({ ...account, authentication: "v3" });
// @ts-expect-error No such encoding.
new CustomerClient({ ...account, encoding: "xml" });
// @ts-expect-error Milliseconds are a number.
new CustomerClient({ ...account, timeoutMs: "1s" });
// @ts-expect-error A fetch gives a Response.
new CustomerClient({ ...account, fetch: async () => ({ status: 200 }) });
// @ts-expect-error No such option.
new CustomerClient({ ...account, retries: 3 });
// @ts-expect-error No such name.
({ mergepath: "Merge" }) satisfies Names;
// @ts-expect-error A merge is not a DELETE.
({ mergeMethod: "DELETE" }) satisfies Names;

// Hooks are told facts, and give nothing back.
({
  ...account,
  onRequest: ({ operation, attempt, method, url }) => [
    operation satisfies ClientMethod | "authenticate",
    attempt.toFixed(),
    method.toLowerCase(),
    new URL(url),
  ],
  onResponse: async ({ operation, attempt, status, ms }) => [operation, attempt + status + ms],
  onRetry({ reason, delayMs, status }) {
    holds<Same<typeof reason, "http" | "network" | "timeout">>();
    holds<Same<typeof status, number | undefined>>();
    delayMs.toFixed();
  },
}) satisfies ClientOptions;
holds<Same<RequestFacts["url"], string>>();
holds<Same<RequestFacts["method"], ReadMethod | WriteMethod>>();
holds<Same<ResponseFacts["status" | "ms" | "attempt"] | RetryFacts["delayMs"], number>>();
// @ts-expect-error No hook sees a header.
(facts: RequestFacts) => facts.headers;
// @ts-expect-error No hook sees a body.
(facts: RequestFacts) => facts.body;

// Answers.
holds<Same<ReturnType<typeof client.get>, Promise<Customer>>>();
holds<Same<ReturnType<typeof client.raw>, Promise<unknown>>>();
holds<Same<ReturnType<typeof client.unsubscribe>, Promise<void>>>();
holds<Same<Customer["Anything"], unknown>>();

// Arguments.
const signal = new AbortController().signal;
void client.edit(7, { Surname: null, HasDeclinedEmail: true }, { appendComment: "Called.", signal });
void client.raw("GET", "Bookings?date=2026-01-01", null, { signal });
void client.raw("PUT", "Bookings/7", { Notes: "x" });
void client.create({ Surname: "Lee" }, { idempotencyKey: randomKey(), signal });
// @ts-expect-error Only a create has a key.
void client.update(7, { Surname: "Lee" }, { idempotencyKey: randomKey() });
// @ts-expect-error An Id is a number.
void client.get("7");
// @ts-expect-error No member of the request's.
void client.create({ Nose: "x" });
// @ts-expect-error The options of an update are no part of a patch.
void client.edit(7, { CustomerOptions: { AppendComments: true } });
// @ts-expect-error A list of Ids.
void client.merge({ into: 1, from: 2 });
// @ts-expect-error A GET has no body.
void client.raw("GET", "Bookings", { Notes: "x" });
// @ts-expect-error No such method.
void client.raw("get", "Bookings");
// @ts-expect-error A signal, not its controller.
void client.get(7, { signal: new AbortController() });

// Errors: the code tells them apart.
const message = (error: ClientError): string => {
  holds<Same<typeof error.outcome, Outcome>>();
  switch (error.code) {
    case "validation":
      holds<Same<typeof error.issues, Issue[]>>();
      return error.unmapped.map(({ PropertyName }) => PropertyName).join();
    case "http":
    case "blocked":
    case "protocol":
      return error.status.toFixed();
    case "abort":
      holds<Same<typeof error, AbortError>>();
      holds<Same<typeof error.cause, unknown>>();
      return error.name;
    case "network":
    case "timeout":
      // @ts-expect-error There was no answer, so no status.
      return error.status;
    case "internal":
      holds<Same<typeof error, InternalError>>();
      return error.build.version;
    default:
      return error satisfies never;
  }
};
holds<Same<ClientError["code"], ErrorCode>>();
holds<Same<HttpError["name"], "HttpError">>();
holds<Same<Extract<ClientError, { status: unknown }>["status"], number>>();
holds<Same<ValidationError["unmapped"][number], { PropertyName: string; ErrorMessage: string }>>();
try {
  await client.get(7);
} catch (error) {
  if (isCustomerApiError(error)) message(error);
  if (error instanceof ValidationError) holds<Same<typeof error.code, "validation">>();
  if (error instanceof CustomerApiError) holds<Same<typeof error.code, ErrorCode>>();
  // @ts-expect-error What is caught may be anything.
  message(error);
}
// @ts-expect-error The client makes its errors itself.
new HttpError("x");

// The twins: the same arguments, with failures as values.
holds<Same<keyof typeof client.safe, ClientMethod>>();
holds<
  Same<
    ClientMethod,
    "setup" | "get" | "create" | "update" | "edit" | "merge" | "unsubscribe" | "scheduleDeletion" | "raw"
  >
>();
holds<Same<ReturnType<typeof client.safe.create>, Promise<Settled<Customer>>>>();
holds<Same<Parameters<typeof client.safe.edit>, Parameters<typeof client.edit>>>();
holds<Same<Parameters<typeof client.safe.raw>, Parameters<typeof client.raw>>>();
const settled = await client.safe.get(7);
if (settled.ok) holds<Same<typeof settled.value, Customer>>();
else holds<Same<typeof settled.error, ClientError>>();
// @ts-expect-error Whether there is a value has to be asked first.
void settled.value;
// @ts-expect-error Freeing gives no result.
void client.safe.free;

/** For programs that catch the client's failures: real Errors, which `code` tells apart across realms. */

const MARK = Symbol.for("dinerkit.CustomerApiError");

/** True for this package's errors, also from another realm or another copy of the package. */
export function isCustomerApiError(value) {
  return typeof value === "object" && value !== null && value[MARK] === true;
}

export class CustomerApiError extends Error {
  constructor({ message, code, outcome }, options) {
    super(message, options);
    this.code = code;
    this.outcome = outcome;
  }
  get name() {
    return this.constructor.errorName;
  }
  get [MARK]() {
    return true;
  }
}

/** The codes whose parameters say what was probably meant, which is personal data. */
const SAYS_WHAT_WAS_MEANT = ["email_mistyped", "date_ambiguous"];

/** An issue as errors and events have it, because those may be logged. */
export const forError = (issue) => (SAYS_WHAT_WAS_MEANT.includes(issue.code) ? { ...issue, params: {} } : issue);

// Names are written out, because minifiers rename classes.
export class ValidationError extends CustomerApiError {
  static errorName = "ValidationError";
  constructor(facts, options) {
    super(facts, options);
    this.issues = facts.issues;
    this.unmapped = facts.unmapped ?? [];
  }
}

class StatusError extends CustomerApiError {
  constructor(facts, options) {
    super(facts, options);
    this.status = facts.status;
  }
}
export class HttpError extends StatusError {
  static errorName = "HttpError";
}
export class BlockedError extends StatusError {
  static errorName = "BlockedError";
}
export class ProtocolError extends StatusError {
  static errorName = "ProtocolError";
}
export class NetworkError extends CustomerApiError {
  static errorName = "NetworkError";
}
export class TimeoutError extends CustomerApiError {
  static errorName = "TimeoutError";
}
export class AbortError extends CustomerApiError {
  static errorName = "AbortError";
}

/** A fault of the package itself: its module has failed. `build` is what `buildInfo` says, for the report. */
export class InternalError extends CustomerApiError {
  static errorName = "InternalError";
  constructor(facts, options) {
    super(facts, options);
    this.build = facts.build;
  }
}

const BY_CODE = {
  validation: ValidationError,
  http: HttpError,
  blocked: BlockedError,
  protocol: ProtocolError,
  network: NetworkError,
  timeout: TimeoutError,
  abort: AbortError,
};

/** The Error for the facts that the module reports; `options` are Error's own. */
export function errorFrom(facts, options) {
  return new BY_CODE[facts.code](facts, options);
}

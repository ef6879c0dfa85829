/** For the stand-in's API: refusals, in the API's error envelope. */
import { MESSAGES } from "./guesses.js";

/** A request that is not carried out. Thrown by whatever finds out; holds nothing that the caller sent. */
export class Problem {
  constructor(status, message, errors = []) {
    this.status = status;
    this.message = message;
    this.errors = errors;
  }

  /** The envelope. Without validation errors it has no `ValidationErrors`, which callers must accept. */
  get envelope() {
    if (this.errors.length === 0) return { Message: this.message };
    const entries = this.errors.map(([PropertyName, ErrorMessage]) => ({ PropertyName, ErrorMessage }));
    return { Message: this.message, ValidationErrors: entries };
  }
}

export const unreadable = () => new Problem(400, MESSAGES.unreadable);
export const emptyBody = () => new Problem(400, MESSAGES.emptyBody);
/** `errors` are pairs of a property's name and what is wrong with it. */
export const invalid = (...errors) => new Problem(400, MESSAGES.failedValidation, errors);
export const denied = (status = 401) => new Problem(status, MESSAGES.denied);
export const noRoute = () => new Problem(404, MESSAGES.noRoute);
export const noMicrosite = () => new Problem(404, MESSAGES.noMicrosite);
export const noCustomer = () => new Problem(404, MESSAGES.noCustomer);
export const noMethod = () => new Problem(405, MESSAGES.noMethod);
export const tooLarge = () => new Problem(413, MESSAGES.tooLarge);
export const mediaType = () => new Problem(415, MESSAGES.mediaType);
export const tooMany = () => new Problem(429, MESSAGES.tooMany);
/** A failure that a script asked for. */
export const failing = (status) =>
  ({ 401: denied(), 404: noCustomer(), 429: tooMany() })[status] ?? new Problem(status, MESSAGES.internal);

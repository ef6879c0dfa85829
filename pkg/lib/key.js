/** For the client and the widget: keys for `Idempotency-Key`. */

/** 128 random bits. `crypto.randomUUID` is not used, because a page over plain HTTP does not have it. */
export const randomKey = () => crypto.getRandomValues(new Uint8Array(16)).join("-");

/**
 * For operators on any runtime: the gateway's option `admit` that asks Cloudflare Turnstile whether a guest is no robot.
 * `createGateway({ ..., admit: turnstile({ secret }) })`
 */

/** Where Cloudflare checks a token. A token works once, for five minutes. */
const SITEVERIFY = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/** Shorter than the five seconds that the gateway waits. */
const PATIENCE_MS = 4000;

/**
 * Makes the option. `secret` is the secret key of the widget at Cloudflare. `hostnames` are those of your pages; without
 * them, the ones that the widget's settings name are trusted. `url` is for tests.
 */
export const turnstile =
  ({ secret, hostnames, url = SITEVERIFY }) =>
  async (request, { token }) => {
    // A robot that sends none, a page that could not load the challenge, or the form without JavaScript.
    if (!token) return false;
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret, response: token }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    // Whatever fails here is a refusal for the gateway: the guest reads that trying again is safe.
    const { success, hostname } = await response.json();
    return success === true && (!hostnames || hostnames.includes(hostname));
  };

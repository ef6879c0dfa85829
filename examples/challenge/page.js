/** For the page: hands a fresh token of the challenge to the form each time the form is sent. */

/** The site key of the widget at Cloudflare. This one is for tests: it always passes. */
const SITE_KEY = "1x00000000000000000000AA";

const form = document.querySelector("diner-form");

let challenge;
let settle;

form.challenge = () =>
  new Promise((resolve, reject) => {
    // Fails while Cloudflare's script is not there, which the gateway then refuses.
    const { turnstile } = globalThis;
    settle = { resolve, reject };
    // The box is seen only if the guest has to do something.
    if (challenge) turnstile.reset(challenge);
    challenge ??= turnstile.render("#challenge", {
      sitekey: SITE_KEY,
      execution: "execute",
      appearance: "interaction-only",
      callback: (token) => settle.resolve(token),
      "error-callback": () => settle.reject(new Error("the challenge has failed")),
    });
    turnstile.execute(challenge);
  });

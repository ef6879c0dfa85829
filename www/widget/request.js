/** For both scripts of the widget: where and how the gateway is asked. The paths are those of the remote API. */

export const address = (base, microsite, path) =>
  `${base}api/ConsumerApi/v1/Restaurant/${encodeURIComponent(microsite)}/${path}`;

/**
 * Begins a request, which ends when `signal` or the returned `stop` aborts. A browser's cache would keep a guest's
 * details on the disk.
 */
export function begin(url, init, signal) {
  const stop = new AbortController();
  if (signal?.aborted) stop.abort();
  signal?.addEventListener("abort", () => stop.abort());
  const response = fetch(url, { cache: "no-store", credentials: "omit", ...init, signal: stop.signal });
  // Whoever awaits the answer learns of the failure.
  response.catch(() => {});
  return { stop, response };
}

/** Begins the request for the Setup of a microsite. */
export const beginSetup = (base, microsite, signal) => begin(address(base, microsite, "Customers/Setup"), {}, signal);

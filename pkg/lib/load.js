/**
 * For every entry: an `init` that may be called any number of times. Concurrent callers share one load, and a
 * failed one is forgotten, so that a guest whose network dropped can try again. `begun` is the load that was begun last.
 */
export function once(load) {
  const loaded = (input) => {
    loaded.begun ??= (async () => void (await load(input)))().catch((error) => {
      loaded.begun = undefined;
      throw error;
    });
    return loaded.begun;
  };
  return loaded;
}

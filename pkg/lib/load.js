/**
 * For every entry: makes a function that loads something once, such as `init`. It may be called any number of times:
 * concurrent callers share one load, and after a failure the next call loads again, so that a guest whose network
 * dropped can retry. What was loaded first stays, whatever a later call gives. `begun` is the promise of the last load.
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

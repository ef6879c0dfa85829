/**
 * For every entry: an `init` that may be called any number of times. Concurrent callers share one load, and a
 * failed one is forgotten, so that a guest whose network dropped can try again.
 */
export function once(load) {
  let loading;
  return (input) => {
    loading ??= (async () => void (await load(input)))().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

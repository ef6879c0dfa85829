/** For the widget: how its files are fetched. */

/** Fetches a file; rejects if the answer is no file. With `integrity`, a file of another release is refused. */
export async function fetchFile(url, integrity) {
  const response = await fetch(url, { integrity });
  if (!response.ok) throw new TypeError(`status ${response.status}`);
  return response;
}

export const fetchBytes = async (url, integrity) =>
  new Uint8Array(await (await fetchFile(url, integrity)).arrayBuffer());

/** Makes a function that asks only once, and again if that has failed. */
export function once(ask) {
  let asked;
  return () =>
    (asked ??= ask().catch((error) => {
      asked = undefined;
      throw error;
    }));
}

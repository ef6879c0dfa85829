/** For the widget: how its files are fetched. */

/** Fetches a file; rejects if the answer is no file. With `integrity`, a file of another release is refused. */
export async function fetchFile(url, integrity) {
  const response = await fetch(url, { integrity });
  if (!response.ok) throw new TypeError(`status ${response.status}`);
  return response;
}

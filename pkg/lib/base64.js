/** For the scripts with a file inside: the bytes of a file that is written as base64 (RFC 4648 §4). */
export function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

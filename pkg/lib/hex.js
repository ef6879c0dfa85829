/** For digests: bytes as hexadecimal digits. `Array.from` is not used, because MooTools has put one there that maps nothing. */
export function hexOf(bytes) {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits;
}

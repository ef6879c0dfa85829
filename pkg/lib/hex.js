/** For digests: bytes as hexadecimal digits. Not by `Array.from`, because that of MooTools maps nothing. */
export function hexOf(bytes) {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits;
}

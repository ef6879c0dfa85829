/** For the commands that write rows of a file again: texts in the encoding of the file. */

/** What writes and reads an encoding. `encode` returns undefined for a text that the encoding lacks. */
export function encoderOf(encoding) {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const decode = (bytes) => decoder.decode(bytes);
  return { decode, encode: ENCODE[encoding] ?? ((text) => Buffer.from(text, "utf8")) };
}

const ENCODE = {
  "utf-16le": (text) => Buffer.from(text, "utf16le"),
  "utf-16be": (text) => Buffer.from(text, "utf16le").swap16(),
  "windows-1252": windows1252,
};

let codes;
/** The bytes of Windows-1252, by their characters, as the platform's decoder reads them. */
function codesOf1252() {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  return new Map([...new TextDecoder("windows-1252").decode(all)].map((character, byte) => [character, byte]));
}

function windows1252(text) {
  codes ??= codesOf1252();
  const bytes = [...text].map((character) => codes.get(character));
  return bytes.includes(undefined) ? undefined : Buffer.from(bytes);
}

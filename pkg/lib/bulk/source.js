/** For `checkMany`: the bytes of a source, a piece at a time. */

/** The most bytes that are handed on at once, so that a large piece needs no large copy. */
const PIECE = 256 * 1024;

const TAKES = "source takes a ReadableStream or another async iterable of bytes, a Blob, or a Uint8Array";

/** The bytes of a piece. */
function bytesOf(piece) {
  if (piece instanceof Uint8Array) return piece;
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  if ({}.toString.call(piece) === "[object ArrayBuffer]") return new Uint8Array(piece);
  throw new TypeError(`${TAKES}: a piece of it is no bytes`);
}

/** Of a source: `next`, which resolves to its next piece or to undefined at its end, and `cancel`, which ends it. */
function piecesOf(source) {
  if (ArrayBuffer.isView(source) || {}.toString.call(source) === "[object ArrayBuffer]") {
    let whole = source;
    return {
      next() {
        const piece = whole;
        whole = undefined;
        return piece;
      },
      cancel() {},
    };
  }
  const stream = typeof source?.stream === "function" ? source.stream() : source;
  if (typeof stream?.getReader === "function") {
    if (stream.locked) throw new TypeError("source takes a stream that nobody else reads");
    const reader = stream.getReader();
    return {
      next: async () => (await reader.read()).value,
      cancel: (reason) => reader.cancel(reason),
    };
  }
  if (typeof stream?.[Symbol.asyncIterator] !== "function") throw new TypeError(TAKES);
  const iterator = stream[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await iterator.next();
      return done ? undefined : value;
    },
    cancel: () => iterator.return?.(),
  };
}

/**
 * The bytes of a source. `next` resolves to the next bytes, or to undefined at the end; `cancel` ends the source, which
 * then need not be read to its end.
 */
export function chunksOf(source) {
  const pieces = piecesOf(source);
  let rest;
  let isEnded = false;
  return {
    async next() {
      while (!rest?.length) {
        const piece = await pieces.next();
        isEnded ||= piece === undefined;
        if (isEnded) return undefined;
        rest = bytesOf(piece);
      }
      const bytes = rest.subarray(0, PIECE);
      rest = rest.subarray(PIECE);
      return bytes;
    },
    async cancel(reason) {
      if (!isEnded) await pieces.cancel(reason);
      isEnded = true;
    },
  };
}

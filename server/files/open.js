/**
 * For the commands about files: opens what they read. `-` is standard input; a name that ends with `.gz` or `.zst` is
 * unpacked while it is read. Only as much is read ahead as one chunk.
 */
import { constants, createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import zlib from "node:zlib";
import { FileError, asFileError, shown } from "./errors.js";

/** The size of the pieces in which files are read and unpacked, in bytes. */
const CHUNK = 256 * 1024;

/** What unpacks a file, by the end of its name. Those of newer versions of Node may be missing. */
const UNPACKERS = {
  ".gz": () => zlib.createGunzip({ chunkSize: CHUNK }),
  ".zst": zlib.createZstdDecompress && (() => zlib.createZstdDecompress({ chunkSize: CHUNK })),
};

/**
 * Looks at every file before the first one is read, so that a wrong name is told at once. Returns an `Input` for each.
 * `runtime` says what can be unpacked, for tests.
 */
export async function openInputs(names, runtime = UNPACKERS) {
  if (names.filter((name) => name === "-").length > 1) {
    throw new FileError("standard input (-) can be read only once: name it once");
  }
  const inputs = [];
  for (const name of names) inputs.push(await openInput(name, runtime));
  return inputs;
}

async function openInput(name, runtime) {
  if (name === "-") return new Input({ name });
  const ending = /\.(gz|zst)$/i.exec(name)?.[0].toLowerCase();
  const facts = await stat(name).catch((error) => {
    throw asFileError(error, name);
  });
  if (facts.isDirectory()) throw new FileError(`${shown(name)}: this is a folder: name a file`);
  await access(name, constants.R_OK).catch((error) => {
    throw asFileError(error, name);
  });
  if (ending && !runtime[ending]) {
    throw new FileError(
      `${shown(name)}: Node reads ${ending} from 22.15 on (this is ${process.version}): unpack it first, or use a newer Node`,
    );
  }
  return new Input({ name, facts, unpacker: ending && runtime[ending] });
}

/** A file that is there and may be read. */
class Input {
  #unpacker;
  /** The name as it was given: `-` is standard input. */
  name;
  /** The file's size on the disk in bytes; undefined where it is none, such as of a pipe. */
  size;
  /** What tells this file from another or a changed one of the same name; undefined where nothing does, as of a pipe. */
  identity;
  /** How many bytes of the file were read so far, before they are unpacked. */
  bytesRead = 0;

  constructor({ name, facts, unpacker }) {
    this.name = name;
    this.#unpacker = unpacker;
    if (!facts?.isFile()) return;
    this.size = facts.size;
    this.identity = { size: facts.size, modified: facts.mtimeMs };
  }

  /** Whether this is standard input. */
  get isStandard() {
    return this.name === "-";
  }

  /** The bytes, unpacked, as an async iterable of Uint8Array. Whoever stops early closes the file. FileErrors say what failed. */
  async *read() {
    const raw = this.isStandard ? process.stdin : createReadStream(this.name, { highWaterMark: CHUNK });
    // The callback of `pipeline` would only repeat the error that reading `bytes` throws.
    const bytes = this.#unpacker ? pipeline(this.#counted(raw), this.#unpacker(), () => {}) : this.#counted(raw);
    try {
      yield* bytes;
    } catch (error) {
      throw this.#told(error);
    }
  }

  async *#counted(raw) {
    for await (const chunk of raw) {
      this.bytesRead += chunk.length;
      yield chunk;
    }
  }

  #told(error) {
    if (!this.#unpacker || error.syscall !== undefined || error.code === undefined)
      return asFileError(error, this.name);
    return new FileError(`${shown(this.name)}: it can't be unpacked: it is damaged, cut off or packed in another way`);
  }
}

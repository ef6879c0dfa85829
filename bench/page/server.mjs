/**
 * For `cargo xtask bench page`: the server of the contenders' pages and of their files, except those that our gateway
 * serves itself. Every file is compressed beforehand, by Brotli at its highest level, as our gateway's files are.
 */
import { createServer } from "node:http";
import { extname } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { listen } from "../../tests/support/server.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
};
/** Kinds of files that are compressed already. */
const COMPRESSED = [".webp"];

/**
 * Starts the server. `find(path)` returns a file's bytes, or undefined; `pages` are HTML by their paths. A file of
 * `plain` is sent without compression.
 */
export async function servePages(scope, { pages, find, plain = () => false }) {
  const made = new Map();
  const answer = (path) => {
    const page = pages.get(path);
    const body = page === undefined ? find(path) : Buffer.from(page);
    if (!body) return undefined;
    const kind = page === undefined ? extname(path) : ".html";
    const headers = {
      "Content-Type": TYPES[kind] ?? "application/octet-stream",
      "Cache-Control": page === undefined ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
    };
    if (COMPRESSED.includes(kind) || plain(path)) return { headers, body };
    return { headers: { ...headers, "Content-Encoding": "br" }, body: brotliCompressSync(body) };
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://bench").pathname;
    if (!made.has(path)) made.set(path, answer(path));
    const file = made.get(path);
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { ...file.headers, "Content-Length": file.body.length }).end(file.body);
  });
  return listen(scope, server);
}

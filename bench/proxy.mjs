/**
 * For bench/gateway.mjs: a reverse proxy that only forwards, with the same server and the same fetch as the gateway. It
 * shows how much of the gateway's time is Node's. UPSTREAM_URL is the server to which it forwards. When it is ready it
 * prints one line of JSON, `{"url"}`.
 */
import { createServer } from "node:http";
import { toListener } from "../server/http.js";

const HOST = "127.0.0.1";

async function forward(request) {
  const { pathname } = new URL(request.url);
  const headers = new Headers();
  for (const name of ["authorization", "content-type"]) {
    if (request.headers.has(name)) headers.set(name, request.headers.get(name));
  }
  const body = request.method === "POST" ? await request.arrayBuffer() : undefined;
  const response = await fetch(process.env.UPSTREAM_URL + pathname, { method: request.method, headers, body });
  return new Response(await response.arrayBuffer(), {
    status: response.status,
    headers: { "Content-Type": response.headers.get("content-type") },
  });
}

const server = createServer(toListener(forward));
server.listen(0, HOST, () => console.log(JSON.stringify({ url: `http://${HOST}:${server.address().port}` })));

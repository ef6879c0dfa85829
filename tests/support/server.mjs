/** For tests that stand a server of their own beside the code: it listens on this machine and ends with its scope. */
import { once } from "node:events";
import { createServer } from "node:net";

/** Has a server of `node:http`, `node:https` or `node:net` listen on any free port; returns its address as a URL. */
export async function listen(scope, server, protocol = "http") {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.after(async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections?.();
    await once(server, "close");
  });
  return `${protocol}://127.0.0.1:${server.address().port}`;
}

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

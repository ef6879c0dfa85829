/**
 * For the browser tests of what pages embed: a gateway before the sandbox, with the widget's files, and a host of its own
 * for pages. In the samples of the documentation the gateway is `https://booking.example`.
 */
import { createServer } from "node:http";
import { before } from "node:test";
import init, { createGateway, widgetFiles } from "../../pkg/gateway/server.js";
import { toListener } from "../../server/http.js";
import { launch } from "./browser.mjs";
import { ACCOUNT, startSandbox } from "./sandbox.mjs";
import { suiteScope } from "./scope.mjs";
import { listen } from "./server.mjs";

const DOCUMENTED = "https://booking.example";

/**
 * For the suite that calls this in its body; filled in before its first test. `asked` are the requests that the gateway
 * has got since it was emptied, `METHOD path`. `real(text)` is a sample with the gateway's real address. `publish(html,
 * headers, files)` makes a page, with files of its own host by their paths, and returns its address. `open(scope)` resolves
 * to the `browser`.
 */
export function useEmbedding(open = launch) {
  const scope = suiteScope();
  const it = { asked: [] };
  const pages = new Map();
  before(async () => {
    const [sandbox, browser] = await Promise.all([startSandbox(scope), open(scope), init()]);
    const host = await listen(
      scope,
      createServer(({ url }, response) => {
        const { type = "text/html", body, headers } = pages.get(url) ?? {};
        if (body === undefined) return response.writeHead(404).end();
        return response.writeHead(200, { "Content-Type": type, ...headers }).end(body);
      }),
    );
    const { fetch } = createGateway({
      upstream: sandbox.url,
      credentials: ACCOUNT,
      microsites: ["oak-and-salt", "little-lantern"],
      origins: [host],
      perAddress: 0,
    });
    const widget = widgetFiles();
    const listener = toListener((request, context) => {
      it.asked.push(`${request.method} ${new URL(request.url).pathname}`);
      return widget(request) ?? fetch(request, context);
    });
    it.browser = browser;
    it.db = sandbox.db;
    it.host = host;
    it.gateway = await listen(scope, createServer(listener));
  });
  it.real = (text) => text.replaceAll(DOCUMENTED, it.gateway);
  it.publish = (html, headers = {}, files = {}) => {
    const path = `/${pages.size}/`;
    pages.set(path, { body: html, headers });
    for (const [name, file] of Object.entries(files)) pages.set(name, file);
    return it.host + path;
  };
  return it;
}

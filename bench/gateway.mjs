/**
 * For `cargo xtask bench gateway`: wrk against the sandbox, directly, through nginx, through a bare proxy on Node and
 * through the gateway, in turns; then against gateways that share a Redis. Prints `{ rows, shared }` as one line of JSON.
 * docs/benchmarks.md says what is compared, and why.
 *
 * Environment: UPSTREAM_URL (the sandbox, without its limit), SANDBOX_USERNAME, SANDBOX_PASSWORD, NGINX_BIN, WRK_BIN and
 * REDIS_BIN (the programs), SECONDS (how long one turn takes).
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./compare.mjs";
import { HOST, PATH, START_MS, ask, endAll, endings, freePort, here, sending } from "./load.mjs";
import { start, startGateway, startNode, turn } from "./load.mjs";
import { measureShared } from "./shared.mjs";

const { NGINX_BIN, SANDBOX_PASSWORD, SANDBOX_USERNAME, UPSTREAM_URL } = process.env;
const SECONDS = Number(process.env.SECONDS);
const ROUNDS = 3;
const CONNECTIONS = [1, 16, 128];
const WARM_UP_SECONDS = 1;

/** nginx with its default settings, except that it keeps connections open on both sides and, like the gateway, has no log. */
async function startNginx() {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-nginx-"));
  endings.push(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await writeFile(
    join(folder, "nginx.conf"),
    `daemon off;
worker_processes auto;
pid nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(" ")}
  upstream sandbox { server ${new URL(UPSTREAM_URL).host}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen ${HOST}:${port};
    keepalive_requests 1000000000;
    location / { proxy_pass http://sandbox; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
  );
  const url = `http://${HOST}:${port}`;
  return start(NGINX_BIN, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {}, async () => {
    const until = Date.now() + START_MS;
    for (;;) {
      try {
        await fetch(url);
        return url;
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  });
}

/** A row: the median of each figure, and the gateway's requests as a share of nginx's: the median of the rounds' ratios. */
function row(name, connections, rounds) {
  const figures = (turns) =>
    Object.fromEntries(
      Object.keys(turns[0]).map((figure) => [figure, turns[0][figure] && median(turns.map((turn) => turn[figure]))]),
    );
  const targets = Object.keys(rounds[0]);
  return {
    name,
    connections,
    ...Object.fromEntries(targets.map((target) => [target, figures(rounds.map((round) => round[target]))])),
    ratio: median(rounds.map(({ nginx, gateway }) => gateway.perSecond / nginx.perSecond)),
  };
}

/** The requests. The last one reads a record through the gateway with the record's capability. */
async function operations() {
  const gateway = await startGateway();
  const setup = await ask(`${gateway.url}${PATH}Customers/Setup`);
  const guest = {
    Title: "Ms",
    FirstName: "Ann",
    Surname: "Lee",
    Email: "ann.lee@guest.example",
    MobileCountryCode: 44,
    Mobile: "7700900123",
    Birthday: "1990-05-17T00:00:00",
    Address: { Street: "1 High Street", Town: "Bath", Postcode: "BA1 1AA" },
    ReceiveRestaurantEmailMarketing: true,
    RestaurantEmailMarketingOptInText: setup.RestaurantEmailMarketingOptInText,
  };
  const { Id, Capability } = await ask(`${gateway.url}${PATH}Customer`, sending(guest));
  await gateway.stop();
  return [
    { name: "GET Setup", method: "GET", path: `${PATH}Customers/Setup` },
    { name: "POST Customer", method: "POST", path: `${PATH}Customer`, body: guest },
    { name: "GET Customer", method: "GET", path: `${PATH}Customer/${Id}`, own: `Bearer ${Capability}` },
  ];
}

/** What `turn` takes for one server. */
const of = ({ url, pid }) => ({ urls: [url], pids: [pid] });

async function measure() {
  const { Token } = await ask(
    `${UPSTREAM_URL}/api/Jwt/v2/Authenticate`,
    sending({ Username: SANDBOX_USERNAME, Password: SANDBOX_PASSWORD }),
  );
  const authorization = `Bearer ${Token}`;
  const nginx = await startNginx();
  const node = await startNode([here("proxy.mjs")], {});
  const rows = [];
  const all = await operations();
  for (const operation of all) {
    for (const connections of CONNECTIONS) {
      // The client remembers each request of the last minute. A new gateway remembers few, as one with a rate limit
      // does.
      const gateway = await startGateway();
      const targets = Object.entries({
        sandbox: { urls: [UPSTREAM_URL], authorization },
        nginx: { ...of(nginx), authorization },
        node: { ...of(node), authorization },
        gateway: { ...of(gateway), authorization: operation.own },
      });
      for (const [, target] of targets) await turn(target, operation, connections, WARM_UP_SECONDS);
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) {
        const turns = {};
        for (let place = 0; place < targets.length; place++) {
          const [name, target] = targets[(round + place) % targets.length];
          turns[name] = await turn(target, operation, connections, SECONDS);
        }
        rounds.push(turns);
      }
      await gateway.stop();
      rows.push(row(operation.name, connections, rounds));
    }
  }
  const create = all.find(({ name }) => name === "POST Customer");
  return { rows, shared: await measureShared(create, { connections: CONNECTIONS, rounds: ROUNDS, seconds: SECONDS }) };
}

try {
  console.log(JSON.stringify(await measure()));
} finally {
  await endAll();
}

/**
 * For `cargo xtask bench`: what the client adds to a bare `fetch`, in the processor time of the process that calls. A
 * server in a process of its own answers at once. Run as a program, this file calls both in turns and prints for each
 * round and each kind of call the microseconds of one call; with the argument `serve` it is that server.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { used } from "./compare.mjs";

const HOST = "127.0.0.1";
const ROUNDS = 15;
const CALLS = 200;
const MICROSITE = "oak-and-salt";
const GUEST = {
  FirstName: "Zoë",
  Surname: "O’Brien",
  Email: "zoe.obrien@example.com",
  MobileCountryCode: 44,
  Mobile: "7400123456",
  ReceiveEmailMarketing: false,
};
const SETUP = { LegalDrinkingAge: 18, CustomFields: [], Titles: ["Mr", "Ms"] };

/** Answers a GET with a Setup, and a POST with the customer who was sent. */
async function serve() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      const answer = request.method === "POST" ? JSON.stringify({ Id: 1, ...JSON.parse(body) }) : JSON.stringify(SETUP);
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(answer) });
      response.end(answer);
    });
  });
  server.listen(0, HOST);
  await once(server, "listening");
  process.send(`http://${HOST}:${server.address().port}`);
}

async function measure() {
  const { CustomerClient, init, loadPhones } = await import("dinerkit");
  await init();
  await loadPhones();
  const server = fork(fileURLToPath(import.meta.url), ["serve"]);
  const [url] = await once(server, "message");
  const client = new CustomerClient({
    baseUrl: url,
    microsite: MICROSITE,
    token: "token",
    requestsPerMinute: 1_000_000,
  });
  const path = `${url}/api/ConsumerApi/v1/Restaurant/${MICROSITE}`;
  const headers = { Accept: "application/json", Authorization: "Bearer token" };
  const sent = { ...headers, "Content-Type": "application/json" };
  const fetched = async (address, options) => {
    const response = await fetch(address, options);
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    return response.json();
  };
  const calls = {
    read: {
      fetch: () => fetched(`${path}/Setup`, { headers }),
      dinerkit: () => client.setup(),
    },
    create: {
      fetch: () => fetched(`${path}/Customer`, { method: "POST", headers: sent, body: JSON.stringify(GUEST) }),
      dinerkit: () => client.create(GUEST),
    },
  };
  try {
    const rounds = { read: [], create: [] };
    // The first round warms both up, and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [kind, ways] of Object.entries(calls)) {
        const times = {};
        const entries = Object.entries(ways);
        for (const [name, call] of round % 2 ? entries : entries.reverse()) {
          const start = used();
          for (let done = 0; done < CALLS; done++) await call();
          times[name] = used(start) / CALLS;
        }
        if (round > 0) rounds[kind].push(times);
      }
    }
    process.stdout.write(`${JSON.stringify(rounds)}\n`);
  } finally {
    server.kill();
  }
}

await (process.argv[2] === "serve" ? serve() : measure());

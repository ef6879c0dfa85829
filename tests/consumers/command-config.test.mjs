/** For whoever configures the gateway: what the command reads, and how it says what is wrong. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { exportSPKI, generateKeyPair } from "jose";
import { ISSUER, KEY_SECRET, SECRETS, STAFF_SECRET, installCommand } from "../support/command.mjs";
import { ACCOUNT } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";

const scope = suiteScope();
const { config, file, finished, project, sandbox } = await installCommand(scope);

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
    "an unknown key": ["perAdress = 1", "5: perAdress is not known: did you mean perAddress?"],
    "another spelling": ["per_address = 1", "5: per_address is not known: did you mean perAddress?"],
    "an unknown table": { tables: "[lisen]\nport = 1", error: "17: lisen is not known: did you mean listen?" },
    "an unknown key of a table": {
      listen: "prot = 1",
      error: "16: listen.prot is not known: did you mean port?",
    },
    "an unknown key of a key": {
      edit: (content) => content.replace('id = "k1"', 'id = "k1"\nident = "k2"'),
      error: "12: capabilityKeys[0].ident is not known: did you mean id?",
    },
    "no TOML": ["perAddress =", /:6: The key, equals sign, and value/],
    "a key twice": ['upstream = "https://api.example"', /:5: Defining a key multiple times/],
    "no time": ["totalTimeoutMs = 0", "5: totalTimeoutMs takes whole milliseconds above 0"],
    "a text for a number": ['perAddress = "many"', "5: perAddress takes a whole number, 0 or more"],
    "a part for a number": ["perAddress = 1.5", "5: perAddress takes a whole number, 0 or more"],
    "no number for a number": ["perAddress = nan", "5: perAddress takes a whole number, 0 or more"],
    "too little for a write": ["perAddress = 1", "5: perAddress takes 0, or 10 or more: a write takes 10"],
    "no reserve": ["staffReserve = 200", "5: staffReserve takes 197 at most: guests need 3 requests for an edit"],
    "a table that is a number": ["guestFields = 3", "5: guestFields takes a table of add, remove"],
    "tables where one is meant": {
      tables: "[[shutdown]]\ngraceSeconds = 1",
      error: "17: shutdown takes a table of delaySeconds, graceSeconds",
    },
    "a field that nobody has": [
      "guestFields.add = [\n  'Department',\n  'Compny',\n]",
      "7: guestFields.add[1] takes a name of docs/fields.md: did you mean Company?",
    ],
    "an origin with a path": {
      edit: (content) => content.replace("https://oak.example", "https://oak.example/"),
      error: "4: origins[0] takes an origin as browsers send it: https://host, in lower case, without a path",
    },
    "an upstream without a scheme": {
      edit: (content) => content.replace(/upstream = .*/, 'upstream = "api.example"'),
      error: /:2: upstream takes https:\/\/host/,
    },
    "an upstream with a password": {
      edit: (content) => content.replace(/upstream = .*/, `upstream = "https://u:${KEY_SECRET}@api.example"`),
      error: /:2: upstream takes https/,
    },
    "an upstream over a network without encryption": {
      edit: (content) => content.replace(/upstream = .*/, 'upstream = "http://api.example"'),
      error: /:2: upstream takes https: the account's password goes there/,
    },
    "no microsite": {
      edit: (content) => content.replace(/microsites = .*/, "microsites = []"),
      error: "3: microsites takes a list of one text or more",
    },
    "no password": {
      edit: (content) => content.replace(/password = .*/, ""),
      error:
        "6: credentials.password is missing: it takes a text that is not empty; give it here or as DINERKIT_CREDENTIALS_PASSWORD",
    },
    "a password twice": {
      edit: (content) => content.replace(/password = .*/, '$&\npasswordFile = "x"'),
      error: "9: give password or passwordFile, not both",
    },
    "a password that cannot be read": {
      edit: (content) => content.replace(/password = .*/, 'passwordFile = "nowhere"'),
      error: /:8: \S*nowhere can't be read \(ENOENT\)/,
    },
    "a password's file that is a number": {
      edit: (content) => content.replace(/password = .*/, "passwordFile = 7"),
      error: /:8: passwordFile takes the path of a file/,
    },
    "a short key": {
      edit: (content) => content.replace(KEY_SECRET, "short"),
      error: "12: capabilityKeys[0].secret takes a random secret of at least 32 bytes: openssl rand -base64 32",
    },
    "a key with two secrets": {
      edit: (content) => content.replace(/secret = .*/, '$&\nsecretFile = "x"'),
      error: "13: give secret or secretFile, not both",
    },
    "a key without a secret": {
      edit: (content) => content.replace(/secret = .*/, ""),
      error: /:10: capabilityKeys\[0\]\.secret is missing/,
    },
    "a port too high": {
      edit: (content) => content.replace("port = 0", "port = 70000"),
      error: "15: listen.port takes a whole number from 0 to 65535",
    },
    "a proxy that is a name": {
      listen: 'trustedProxies = ["proxy"]',
      error: "16: listen.trustedProxies[0] takes an address or a network, such as 10.0.0.0/8",
    },
    "a proxy network too wide": {
      listen: 'trustedProxies = ["127.0.0.1", "10.0.0.0/33"]',
      error: "16: listen.trustedProxies[1] takes an address or a network, such as 10.0.0.0/8",
    },
    "an unknown way in": ['authentication = "v3"', '5: authentication takes "v2" or "token"'],
    "a word that no page has": ["words.doneTxt = 'Hi'", "5: words.doneTxt is not known: did you mean doneText?"],
    "the pages of an unknown microsite": {
      tables: '[pages.oak-and-slat]\nsite = "https://oak.example"',
      error: "17: pages.oak-and-slat is none of microsites: did you mean oak-and-salt?",
    },
    "a page's site over HTTP": {
      tables: '[pages.oak-and-salt]\nsite = "http://oak.example"',
      error: "18: pages.oak-and-salt.site takes an https URL",
    },
    "a page's colour by name": {
      tables: '[pages.oak-and-salt]\naccent = "red"',
      error: "18: pages.oak-and-salt.accent takes a colour as #rgb or #rrggbb",
    },
    "staff without keys": {
      tables: '[staff]\nissuer = "a"\naudience = "b"',
      error: "17: staff takes jwksUrl, publicKey or secret, one of them",
    },
    "staff without an issuer": {
      tables: `[staff]\naudience = "b"\nsecret = "${STAFF_SECRET}"`,
      error: /:17: staff\.issuer takes the text that stands in the tokens/,
    },
    "staff by no algorithm": {
      tables: `[staff]\nissuer = "a"\naudience = "b"\nsecret = "${STAFF_SECRET}"\nalgorithms = ["none"]`,
      error: "21: staff.algorithms takes a list, out of HS256, HS384, HS512",
    },
    "staff by a short secret": {
      tables: '[staff]\nissuer = "a"\naudience = "b"\nsecret = "short"',
      error: "20: staff.secret takes 32 random bytes or more",
    },
    "staff by keys over HTTP": {
      tables: '[staff]\nissuer = "a"\naudience = "b"\njwksUrl = "http://login.example"',
      error: "20: staff.jwksUrl takes https://…, the issuer's jwks_uri",
    },
    "staff by keys behind a password": {
      tables: `[staff]\nissuer = "a"\naudience = "b"\njwksUrl = "https://u:${STAFF_SECRET}@login.example"`,
      error: "20: staff.jwksUrl takes a URL without a user name and password",
    },
    "staff by a broken key": {
      tables:
        '[staff]\nissuer = "a"\naudience = "b"\nalgorithms = ["RS256"]\npublicKey = "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"',
      error: "21: staff.publicKey takes a key for RS256, in PEM",
    },
    "a host that is elsewhere": {
      listen: 'host = "192.0.2.1"',
      error: "16: 192.0.2.1 is not an address of this machine: give another host",
    },
    "a misspelt variable": {
      env: { DINERKIT_UPSTREM: "x" },
      error: /^dinerkit: DINERKIT_UPSTREM is not known: did you mean DINERKIT_UPSTREAM\?$/m,
    },
    "a variable that does not fit": {
      env: { DINERKIT_PER_ADDRESS: "many" },
      error: /^dinerkit: DINERKIT_PER_ADDRESS: perAddress takes a whole number, 0 or more$/m,
    },
    "a variable whose file cannot be read": {
      env: { DINERKIT_CREDENTIALS_PASSWORD_FILE: "nowhere" },
      error: /^dinerkit: DINERKIT_CREDENTIALS_PASSWORD_FILE: nowhere can't be read \(ENOENT\)$/m,
    },
    "a variable and its file": {
      env: {
        DINERKIT_CAPABILITY_KEYS: `a:${KEY_SECRET}`,
        DINERKIT_CAPABILITY_KEYS_FILE: fileURLToPath(import.meta.url),
      },
      error: /give DINERKIT_CAPABILITY_KEYS or DINERKIT_CAPABILITY_KEYS_FILE, not both$/m,
    },
  };
  for (const [what, wrong] of Object.entries(broken)) {
    it(`with ${what} says so on stderr`, async () => {
      const {
        edit = (content) => content,
        env,
        error,
        ...parts
      } = Array.isArray(wrong) ? { more: wrong[0], error: wrong[1] } : wrong;
      const name = await file(edit(config(parts)));
      const { status, stdout, stderr } = await finished(["gateway", "--config", name], env);
      if (typeof error === "string") assert.equal(stderr, `dinerkit: ${name}:${error}\n`);
      else assert.match(stderr, error);
      assert.match(stderr, /^(dinerkit: [^\n]+\n)+$/);
      assert.equal(stdout, "");
      assert.equal(status, 2);
      for (const secret of SECRETS) assert.ok(!stderr.includes(secret), `it says ${secret}`);
    });
  }

  it("with several things wrong names each of them, with its line, and no secret", async () => {
    const wrong = {
      more: "perAdress = 1\ntotalTimeoutMs = 0",
      tables: `[staff]\nissuer = "a"\nsecret = "${STAFF_SECRET}"\njwksUrl = "http://${STAFF_SECRET}.example"`,
      edit: (content) => content.replace(`secret = "${KEY_SECRET}"`, `secret = ["${KEY_SECRET}"]`),
    };
    const name = await file(wrong.edit(config(wrong)));
    const env = { DINERKIT_CREDENTIALS_PASSWORD: "", DINERKIT_LISTEN_PORT: STAFF_SECRET };
    const { status, stderr } = await finished(["gateway", "--config", name], env);
    assert.equal(
      stderr,
      [
        `${name}:5: perAdress is not known: did you mean perAddress?`,
        `${name}:6: totalTimeoutMs takes whole milliseconds above 0`,
        `${name}:13: capabilityKeys[0].secret takes a random secret of at least 32 bytes: openssl rand -base64 32`,
        `${name}:18: staff.audience takes the text that stands in the tokens; give it here or as DINERKIT_STAFF_AUDIENCE`,
        `${name}:18: staff takes jwksUrl, publicKey or secret, one of them`,
        `${name}:21: staff.jwksUrl takes https://…, the issuer's jwks_uri`,
        "DINERKIT_LISTEN_PORT: listen.port takes a whole number from 0 to 65535",
      ]
        .map((line) => `dinerkit: ${line}\n`)
        .join(""),
    );
    assert.equal(status, 2);
  });

  it("shows no secret, wherever one is put", async () => {
    const planted = (row) => {
      const path = row.split(".");
      const values = [`"${KEY_SECRET}"`, `["${KEY_SECRET}"]`, `{ x = "${KEY_SECRET}" }`, `[{ id = "${KEY_SECRET}" }]`];
      return values.map((value) => `${path.join(".")} = ${value}`);
    };
    for (const row of [
      "credentials",
      "capabilityKeys",
      "staff.secret",
      "staff.publicKey",
      "perAddress",
      "pages",
      "listen.port",
    ]) {
      for (const [index, line] of planted(row).entries()) {
        const { status, stdout, stderr } = await finished(["gateway", "--print-config", "--config", await file(line)]);
        assert.ok(!(stdout + stderr).includes(KEY_SECRET), `${row} ${index}: ${stderr}`);
        assert.equal(status, 2);
      }
    }
  });

  it("is one line on stderr of `check`, too, before anybody is asked", async () => {
    const name = await file(config().replace(KEY_SECRET, "short"));
    const { status, stdout, stderr } = await finished(["gateway", "check", "--config", name]);
    assert.match(stderr, /^dinerkit: \S+:12: capabilityKeys\[0\]\.secret takes a random secret [^\n]+\n$/);
    assert.deepEqual([status, stdout], [2, ""]);
  });

  it("with a port that is taken is one line on stderr", async (context) => {
    const { port } = new URL(await listen(context, createServer()));
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

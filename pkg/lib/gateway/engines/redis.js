/**
 * For operators: the shared state in Redis or Valkey, on one server, behind Sentinel or in a cluster. One script does a
 * swap, so that it is atomic and takes one round trip. Redis replicates after it has answered: so a durable swap also
 * waits until a replica has it, where there is one.
 */
import { hexOf } from "../../hex.js";
import { checked, tagOf } from "./entries.js";
import { EXAMINED, examined } from "./examined.js";
import { EngineError } from "./explain.js";

const NAME = "redis";

/** How long a durable swap waits for a replica. Others of the same connection wait with it, so not for long. */
const WAIT_MS = 1000;
/** After this long the gateway has given a swap up: one that is still here is not sent any more. */
const PATIENCE_MS = 5000;
/** The most durable swaps that are sent together. */
const BATCH_MAX = 100;
/** The first version whose scripts may ask for the time and then write. */
const OLDEST_VERSION = 5;
/** The words of an entry in ARGV: what is expected and what is done, the two texts, and the milliseconds. */
const ANY = "any";
const NONE = "none";
const EQUAL = "equal";
const LEAVE = "leave";
const DELETE = "delete";
const PUT = "put";

/** ARGV begins with whether to look for replicas; then come five words for each key. */
const SCRIPT = `
local replicas = -1
if ARGV[1] == "durable" then
  local said = redis.call("INFO", "replication")
  local _, online = string.gsub(said, "state=online", "")
  replicas = online
end
local texts, isDone = {}, 1
for i, key in ipairs(KEYS) do
  local at = i * 5 - 3
  local text = redis.call("GET", key)
  texts[i] = text
  if ARGV[at] == "none" and text then isDone = 0 end
  if ARGV[at] == "equal" and text ~= ARGV[at + 1] then isDone = 0 end
end
if isDone == 1 then
  for i, key in ipairs(KEYS) do
    local at = i * 5 - 3
    if ARGV[at + 2] == "put" then redis.call("SET", key, ARGV[at + 3], "PX", ARGV[at + 4]) end
    if ARGV[at + 2] == "delete" then redis.call("DEL", key) end
  end
end
local time = redis.call("TIME")
return { isDone, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), replicas, texts }
`;

/** What of `INFO` and `CONFIG` is examined: through a script, so that in a cluster it is asked of the right server. */
const INFO = `return redis.call("INFO", ARGV[1])`;
const SECTIONS = ["server", "memory", "persistence", "replication"];

/**
 * A shared state in Redis or Valkey: by a client of the shape of `redis` or `ioredis`, for one server, Sentinel or a
 * cluster. `waitMs` is how long a durable swap waits for a replica.
 */
export function redisEngine(client, { waitMs = WAIT_MS } = {}) {
  const pipeline = pipelineOf(client);
  /** Whether a server has replicas, and the durable swaps that wait to be sent to it, by the keys' hash tag. */
  const lines = new Map();
  let digest;

  /** Sends scripts, each as its words after the script itself, and other commands behind them. */
  async function send(key, swaps, more = []) {
    digest ??= digestOf(SCRIPT);
    const begun = (words) => swaps.map((swap) => [...words, ...swap]);
    const sha = await digest;
    try {
      return await pipeline(key, [...begun(["EVALSHA", sha]), ...more]);
    } catch (error) {
      // A server that was started anew, or another server, does not have the script yet.
      if (!isNoScript(error)) throw error;
      return pipeline(key, [...begun(["EVAL", SCRIPT]), ...more]);
    }
  }

  const wait = () => ["WAIT", "1", `${waitMs}`];

  /** Sends the durable swaps that have come since the last time, and waits once for all of them. */
  async function sendBatch(line, key) {
    const tooLate = Date.now() - PATIENCE_MS;
    const batch = line.waiting.splice(0, BATCH_MAX).filter(({ since, reject }) => {
      if (since < tooLate) reject(new EngineError("it does not answer in time, so this was not sent: see its load"));
      return since >= tooLate;
    });
    if (batch.length === 0) return;
    try {
      const replies = await send(
        key,
        batch.map(({ words }) => words),
        [wait()],
      );
      const acknowledged = Number(replies.pop());
      for (const [index, { resolve, reject }] of batch.entries()) {
        const reply = replyOf(replies[index]);
        line.hasReplicas = reply.replicas > 0;
        // Without a replica now, there is nothing that could have taken over from this server.
        if (!reply.isDone || acknowledged > 0 || reply.replicas === 0) resolve(reply);
        else reject(unacknowledged());
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Sends one batch after another: what comes while one is under way goes together in the next. */
  async function drain(line, key) {
    if (line.isSending) return;
    line.isSending = true;
    while (line.waiting.length > 0) await sendBatch(line, key);
    line.isSending = false;
  }

  async function durable(words, key) {
    const tag = tagOf(key);
    if (!lines.has(tag)) lines.set(tag, { hasReplicas: undefined, waiting: [], isSending: false });
    const line = lines.get(tag);
    if (line.hasReplicas === undefined) {
      const [look] = await send(key, [wordsOf([{ key }], true)]);
      line.hasReplicas = replyOf(look).replicas > 0;
    }
    if (line.hasReplicas) {
      return new Promise((resolve, reject) => {
        line.waiting.push({ words, resolve, reject, since: Date.now() });
        drain(line, key);
      });
    }
    const [answer] = await send(key, [words]);
    const reply = replyOf(answer);
    line.hasReplicas = reply.replicas > 0;
    if (!reply.isDone || !line.hasReplicas) return reply;
    // A replica has come since the last swap: from now on the wait goes along.
    const [, acknowledged] = await send(key, [wordsOf([{ key }], true)], [wait()]);
    if (!(Number(acknowledged) > 0)) throw unacknowledged();
    return reply;
  }

  async function swap(entries, { durable: isDurable = false } = {}) {
    const words = wordsOf(checked(entries), isDurable);
    const [{ key }] = entries;
    const { isDone, texts, nowMs } = isDurable ? await durable(words, key) : replyOf((await send(key, [words]))[0]);
    return { isDone, texts, nowMs };
  }

  return { name: NAME, swap, examine: () => examined(NAME, swap, () => findings(pipeline, isCluster(client))) };
}

const unacknowledged = () =>
  new EngineError("no replica has the write in time, so it may be lost: see that the replicas run and are not behind");

/** The words after the script: the number of keys, the keys, and what is done with each. */
function wordsOf(entries, isDurable) {
  const words = [`${entries.length}`, ...entries.map(({ key }) => key), isDurable ? "durable" : "usual"];
  for (const { expected, text, seconds } of entries) {
    words.push(expected === undefined ? ANY : expected === null ? NONE : EQUAL, expected ?? "");
    words.push(text === undefined ? LEAVE : text === null ? DELETE : PUT, text ?? "");
    words.push(typeof text === "string" ? `${Math.ceil(seconds * 1000)}` : "");
  }
  return words;
}

function replyOf(answer) {
  if (!Array.isArray(answer) || !Array.isArray(answer[3])) {
    throw new EngineError("its client answers in another form: leave the client's types of replies as they are");
  }
  const [isDone, nowMs, replicas, texts] = answer;
  return {
    isDone: Number(isDone) === 1,
    texts: texts.map((text) => (text === null || text === undefined ? null : String(text))),
    nowMs: Number(nowMs),
    replicas: Number(replicas),
  };
}

/** Of a pipeline, some clients throw the first error, others a list. */
const isNoScript = (error) =>
  [error, ...(Array.isArray(error?.errors) ? error.errors : [])].some(({ message }) => /^NOSCRIPT/.test(message));

async function digestOf(script) {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(script))));
}

const isCluster = (client) => client.isCluster === true || typeof client.nodeClient === "function";

/**
 * A function that sends commands, lists of words, together on one connection, to the server of `key`. It resolves to
 * their answers and rejects for an error.
 */
function pipelineOf(client) {
  // ioredis. Its pipelines stay on one connection, and one that breaks in between is not sent again in part.
  if (typeof client?.pipeline === "function" && typeof client.call === "function") {
    return async (key, commands) => {
      const answers = await client.pipeline(commands.map(([name, ...words]) => [name.toLowerCase(), ...words])).exec();
      return answers.map(([error, answer]) => {
        if (error) throw error;
        return answer;
      });
    };
  }
  // node-redis. The words before a command's own differ: a cluster's client is told the key, Sentinel's whether it reads.
  if (typeof client?.sendCommand === "function" && typeof client.multi === "function") {
    return async (key, commands) => {
      const multi = isCluster(client) ? client.multi(key) : client.multi();
      const before = { 4: [key, false], 3: isCluster(client) ? [key] : [false] }[multi.addCommand.length] ?? [];
      for (const command of commands) multi.addCommand(...before, command);
      return multi.execAsPipeline();
    };
  }
  throw new TypeError("redisEngine takes a client of the npm package redis or ioredis");
}

/** What is set up wrongly, and what this Redis cannot promise. */
async function findings(pipeline, isForCluster) {
  const key = EXAMINED;
  const info = await infoOf(pipeline, key);
  const found = [];
  const tell = (isWrong, text) => found.push({ isWrong, text: `${NAME}: ${text}` });

  const version = Number.parseInt(info.redis_version ?? info.valkey_version, 10);
  if (version < OLDEST_VERSION) tell(true, `it is too old: use Redis ${OLDEST_VERSION} or later, or Valkey`);
  const isClusterServer = (info.redis_mode ?? info.server_mode) === "cluster";
  if (isClusterServer && !isForCluster) {
    tell(true, "it is a cluster, and the client is for one server: make it with createCluster or new Redis.Cluster");
  }
  if (info.role === "slave") {
    tell(true, "it is a replica, which takes no writes: give the client the address of the primary, or Sentinel's");
  }
  const evicts = info.maxmemory_policy !== undefined && info.maxmemory_policy !== "noeviction";
  if (evicts && Number(info.maxmemory) > 0) {
    tell(true, "it forgets keys when its memory is full, claims too: set maxmemory-policy to noeviction");
  }
  if (info.aof_enabled === "0") {
    tell(
      false,
      "appendonly is off: a server that is killed and starts again has forgotten all claims: set appendonly to yes",
    );
  }
  if (info.aof_last_write_status === "err" || info.rdb_last_bgsave_status === "err") {
    tell(true, "it could not write to its disk: make room there, and see its own log");
  }
  const replicas = Number(info.connected_slaves ?? 0);
  if (replicas === 0 && info.role === "master") {
    tell(false, "it has no replica: while it is down, nothing is created under a key");
  } else if (replicas > 0 && info.min_slaves_good_slaves === undefined) {
    tell(
      false,
      "a primary that is cut off from its replicas takes claims alone once it counts none: set min-replicas-to-write to 1",
    );
  }
  const appendfsync = info.aof_enabled === "1" ? await settingOf(pipeline, key, "appendfsync") : "always";
  if (appendfsync === undefined) {
    tell(false, "it does not say how soon it writes to its disk: see its operator's documentation of appendfsync");
  } else if (appendfsync !== "always") {
    tell(false, "appendfsync is not always: a power cut takes the last second's claims with it");
  }
  return found;
}

/** The values of `INFO`, by name. */
async function infoOf(pipeline, key) {
  const texts = await pipeline(
    key,
    SECTIONS.map((section) => ["EVAL", INFO, "1", key, section]),
  );
  const lines = texts.flatMap((text) => String(text).split(/\r?\n/)).filter((line) => line.includes(":"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

/** A setting; undefined where `CONFIG` is forbidden, as by many who run a Redis for others. */
async function settingOf(pipeline, key, name) {
  try {
    const [answer] = await pipeline(key, [["CONFIG", "GET", name]]);
    return Array.isArray(answer) ? answer[1] : answer?.[name];
  } catch {
    return undefined;
  }
}

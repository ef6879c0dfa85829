/**
 * For bench/gateway.mjs: creates with keys through one gateway with a memory of its own, through one that has its state in
 * Redis, and through four that share it, in turns. The guests' connections are divided among the four.
 *
 * Environment: REDIS_BIN.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "./compare.mjs";
import { HOST, START_MS, endings, freePort, start, startGateway, turn } from "./load.mjs";

const WARM_UP_SECONDS = 1;
/** A gateway stores what became of a create after it has answered. */
const SETTLED_MS = 500;
/** The commands by which an engine sends a swap, and by which it waits for replicas. */
const SWAPS = ["eval", "evalsha", "wait"];

/** Starts a Redis that has each write on the disk within a second, which is what its documentation advises. */
async function startRedis() {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-bench-redis-"));
  endings.push(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const words = ["--port", port, "--bind", HOST, "--dir", folder, "--save", "", "--appendonly", "yes"];
  const more = ["--loglevel", "warning"];
  const redis = await start(process.env.REDIS_BIN, [...words, ...more].map(String), {}, async () => {
    const until = Date.now() + START_MS;
    for (;;) {
      try {
        await said(port, "PING");
        return `redis://${HOST}:${port}`;
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  });
  return { ...redis, port };
}

/** What Redis says to a command, on a connection of its own. */
async function said(port, command) {
  const socket = connect(port, HOST);
  try {
    await once(socket, "connect");
    socket.end(`${command}\r\nQUIT\r\n`);
    let text = "";
    for await (const data of socket) text += data;
    return text;
  } finally {
    socket.destroy();
  }
}

/** How many swaps Redis has done, once those after the last answers are done too. */
async function swapsOf({ port }) {
  await delay(SETTLED_MS);
  const text = await said(port, "INFO commandstats");
  const calls = SWAPS.map((name) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(text)?.[1] ?? 0));
  return calls.reduce((sum, number) => sum + number, 0);
}

/** A row for each set of gateways and each number of connections. */
export async function measureShared(create, { connections, rounds, seconds }) {
  const redis = await startRedis();
  const env = { DINERKIT_SHARED_URL: redis.url };
  const rows = [];
  for (const count of connections) {
    const open = (number, more) => Promise.all(Array.from({ length: number }, () => startGateway(more)));
    const sets = [
      { name: "own memory", gateways: await open(1) },
      { name: "Redis", isShared: true, gateways: await open(1, env) },
      // Each of wrk's threads needs a connection.
      ...(count >= 4 ? [{ name: "Redis", isShared: true, gateways: await open(4, env) }] : []),
    ];
    const targets = sets.map(({ gateways }) => ({
      urls: gateways.map(({ url }) => url),
      pids: gateways.map(({ pid }) => pid),
    }));
    for (const target of targets) await turn(target, create, count, WARM_UP_SECONDS);
    const turns = sets.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (let place = 0; place < sets.length; place += 1) {
        const index = (round + place) % sets.length;
        const before = await swapsOf(redis);
        const measured = await turn(targets[index], create, count, seconds);
        const swaps = sets[index].isShared ? ((await swapsOf(redis)) - before) / measured.requests : 0;
        turns[index].push({ ...measured, swaps });
      }
    }
    for (const { gateways } of sets) for (const gateway of gateways) await gateway.stop();
    const [own] = turns;
    for (const [index, { name, gateways }] of sets.entries()) {
      const of = (figure) => median(turns[index].map((measured) => measured[figure]));
      rows.push({
        name,
        processes: gateways.length,
        connections: count,
        perSecond: of("perSecond"),
        p50: of("p50"),
        p99: of("p99"),
        cpu: of("cpu"),
        swaps: of("swaps"),
        ratio: median(turns[index].map(({ perSecond }, round) => perSecond / own[round].perSecond)),
      });
    }
  }
  await redis.stop();
  return rows;
}

/**
 * For tests of what becomes of a program when the network between it and a server fails: a TCP proxy that can cut all
 * connections, swallow what goes one way, send new connections elsewhere, and stop at an exact command or
 * byte, so that a program can be killed just there.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const HOST = "127.0.0.1";
/** How much later one side hears that the other is gone: a server gives up a request whose sender goes. */
const LINGER_MS = 300;
/** The two ways: from the client to the server, and back. */
const OTHER = { up: "down", down: "up" };

/** Starts a proxy before the server on `port`; it ends with `scope`. */
export async function startProxy(scope, port) {
  const proxy = new Proxy(port);
  await proxy.listen();
  scope.after(() => proxy.stop());
  return proxy;
}

class Proxy {
  /** The ways that swallow what they are given. */
  #swallows = { up: false, down: false };
  #isCut = false;
  #traps = [];
  #lines = new Set();
  #server = createServer((client) => this.#accept(client));

  constructor(port) {
    this.target = port;
  }

  async listen() {
    this.#server.listen(0, HOST);
    await once(this.#server, "listening");
    this.port = this.#server.address().port;
  }

  async stop() {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Sends new connections to another port, and cuts those that there are, as a failover does. */
  retarget(port) {
    this.target = port;
    for (const line of this.#lines) line.destroy();
  }

  /** Ends all connections, and refuses new ones until `mend`. */
  cut() {
    this.#isCut = true;
    for (const line of this.#lines) line.destroy();
  }

  mend() {
    this.#isCut = false;
  }

  /**
   * Swallows what goes one way, `up` or `down`, until `swallow(way, false)`. The connections stay open. What follows
   * would not be understood, so that the last call cuts the connections.
   */
  swallow(way, isOn = true) {
    this.#swallows[way] = isOn;
    if (!isOn) for (const line of this.#lines) line.destroy();
  }

  /**
   * Stops one connection at the next piece of text that `matches` (a regular expression). Options:
   * - `way`: the way that the piece goes; default `up`;
   * - `after`: whether the piece itself still arrives, and what comes back is held. Default: the piece is held;
   * - `bytes`: how many bytes of a held piece arrive all the same. Default 0.
   *
   * Resolves, once it has stopped, to `release()` (all goes on, even if the client is gone by then) and `cut()` (what
   * was held is lost, and the connection ends).
   */
  holdAt(matches, { way = "up", after = false, bytes = 0 } = {}) {
    return new Promise((resolve) => this.#traps.push({ matches, way, after, bytes, resolve }));
  }

  #accept(client) {
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const line = new Line(client, connect(this.target, HOST), (way, piece) => this.#pass(line, way, piece));
    this.#lines.add(line);
    line.ended.then(() => this.#lines.delete(line));
  }

  /** Lets a piece through, or does not. */
  async #pass(line, way, piece) {
    if (this.#swallows[way]) return;
    const text = piece.toString("latin1");
    const place = this.#traps.findIndex((trap) => trap.way === way && trap.matches.test(text));
    const [trap] = place < 0 ? [] : this.#traps.splice(place, 1);
    if (!trap) {
      line.write(way, piece);
      return;
    }
    const gate = gateOf(line);
    if (trap.after) {
      line.hold(OTHER[way], gate.opened);
      line.write(way, piece);
      trap.resolve(gate);
      return;
    }
    line.write(way, piece.subarray(0, trap.bytes));
    trap.resolve(gate);
    await gate.opened;
    if (!this.#swallows[way]) line.write(way, piece.subarray(trap.bytes));
  }
}

/** What a caller of `holdAt` gets, and what the line waits for. */
function gateOf(line) {
  let release;
  const opened = new Promise((resolve) => (release = resolve));
  const cut = () => {
    line.destroy();
    release();
  };
  return { release, cut, opened };
}

/** A client's connection, and that to the server. Each way is a queue, so that nothing overtakes. */
class Line {
  #queues = { up: Promise.resolve(), down: Promise.resolve() };
  #sockets;

  constructor(client, server, pass) {
    // What goes up is written to the server.
    this.#sockets = { up: server, down: client };
    const closed = [client, server].map((socket) => {
      socket.setNoDelay(true);
      // A socket that fails is closed, too.
      socket.on("error", () => {});
      return new Promise((resolve) => socket.on("close", resolve));
    });
    this.ended = Promise.all(closed);
    for (const [way, from] of Object.entries({ up: client, down: server })) {
      from.on("data", (piece) => this.hold(way, () => pass(way, piece)));
      from.on("close", () => this.hold(way, () => this.#end(this.#sockets[way])));
    }
  }

  /** Has everything that comes later this way wait for a promise, or for what a function returns. */
  hold(way, work) {
    this.#queues[way] = this.#queues[way].then(typeof work === "function" ? work : () => work);
  }

  write(way, piece) {
    if (piece.length > 0 && this.#sockets[way].writable) this.#sockets[way].write(piece);
  }

  async #end(socket) {
    await delay(LINGER_MS, undefined, { ref: false });
    socket.end(() => socket.destroy());
  }

  destroy() {
    this.#sockets.up.destroy();
    this.#sockets.down.destroy();
  }
}

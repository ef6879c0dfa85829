/** The proxy that the other files of this suite kill and cut by: each of its faults, seen from both sides. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, it } from "node:test";
import { until } from "../support/program.mjs";
import { startProxy } from "../support/proxy.mjs";
import { listen } from "../support/server.mjs";

/** A server that says back what it hears in capitals, a proxy before it, and a client. */
async function open(context) {
  const heard = { text: "" };
  const sockets = [];
  context.after(() => sockets.forEach((socket) => socket.destroy()));
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      heard.text += data;
      socket.write(`${data}`.toUpperCase());
    });
  });
  const proxy = await startProxy(context, Number(new URL(await listen(context, server, "tcp")).port));
  const dial = async () => {
    const socket = connect(proxy.port, "127.0.0.1");
    const client = { socket, text: "", isClosed: false };
    socket.on("data", (data) => (client.text += data));
    socket.on("error", () => {});
    socket.on("close", () => (client.isClosed = true));
    sockets.push(socket);
    await once(socket, "connect");
    return client;
  };
  const says = (client, text) =>
    until(
      () => client.text === text,
      () => `heard ${client.text} instead of ${text}`,
    );
  return { proxy, heard, dial, says };
}

describe("the proxy of the tests", () => {
  it("holds a piece before it arrives, or a part of it", async (context) => {
    const { proxy, heard, dial, says } = await open(context);
    const client = await dial();
    client.socket.write("one ");
    await says(client, "ONE ");
    const held = proxy.holdAt(/two/, { bytes: 2 });
    client.socket.write("two ");
    const gate = await held;
    client.socket.write("three ");
    await says(client, "ONE TW");
    assert.equal(heard.text, "one tw");
    gate.release();
    await says(client, "ONE TWO THREE ");
  });

  it("holds the answer to a piece that has arrived, and delivers what a killed client has sent", async (context) => {
    const { proxy, heard, dial, says } = await open(context);
    const client = await dial();
    const answer = proxy.holdAt(/one/, { after: true });
    client.socket.write("one ");
    const gate = await answer;
    await says(
      {
        get text() {
          return heard.text;
        },
      },
      "one ",
    );
    assert.equal(client.text, "");
    const next = proxy.holdAt(/two/);
    client.socket.write("two ");
    const second = await next;
    client.socket.destroy();
    second.release();
    await says(
      {
        get text() {
          return heard.text;
        },
      },
      "one two ",
    );
    gate.release();
  });

  it("loses what was held when it is cut, and swallows one way", async (context) => {
    const { proxy, heard, dial } = await open(context);
    const client = await dial();
    const held = proxy.holdAt(/one/);
    client.socket.write("one ");
    (await held).cut();
    await until(
      () => client.isClosed,
      () => "the connection did not end",
    );
    assert.equal(heard.text, "");
    proxy.swallow("down");
    const other = await dial();
    other.socket.write("two ");
    await until(
      () => heard.text === "two ",
      () => "what goes up did not arrive",
    );
    assert.equal(other.text, "");
    proxy.swallow("down", false);
    await until(
      () => other.isClosed,
      () => "the connection did not end",
    );
  });

  it("refuses connections while it is cut, and leads elsewhere after a failover", async (context) => {
    const { proxy, dial, says } = await open(context);
    proxy.cut();
    const refused = await dial();
    await until(
      () => refused.isClosed,
      () => "the connection did not end",
    );
    proxy.mend();
    const other = createServer((socket) => socket.end("other"));
    proxy.retarget(Number(new URL(await listen(context, other, "tcp")).port));
    await says(await dial(), "other");
  });
});

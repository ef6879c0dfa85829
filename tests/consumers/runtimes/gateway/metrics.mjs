/** What a monitor reads, and the trace that goes on to the remote API. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import { create, guest, open, vendor } from "./stand-in.mjs";

const TRACE = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1" };

describe("a gateway's metrics", () => {
  it("are OpenMetrics, and count what was answered", async () => {
    const { gateway, ask } = open();
    assert.equal((await ask(...create(guest()))).status, 200);
    const answer = gateway.metrics();
    assert.equal(answer.headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    const text = await answer.text();
    const counted = 'dinerkit_requests_total{operation="create",role="guest",status="200",refused="none"} 1\n';
    assert.ok(text.includes(counted) && text.endsWith("\n# EOF\n"), text);
    assert.match(text, /^dinerkit_upstream_seconds_count\{operation="create"\} 1$/m);
    assert.match(text, /^dinerkit_budget_used 2$/m);
  });
});

describe("a trace", () => {
  it("goes on with the request's own calls", async () => {
    const seen = [];
    const remote = vendor();
    const fetch = (request, ...more) => {
      seen.push([new URL(request.url).pathname.split("/").at(-1), request.headers.get("traceparent")]);
      return remote.fetch(request, ...more);
    };
    const { ask } = open({ fetch }, remote);
    const [method, path, options] = create(guest());
    assert.equal((await ask(method, path, { ...options, ...TRACE })).status, 200);
    const traces = seen.filter(([, trace]) => trace !== null);
    assert.deepEqual(traces, [["Customer", TRACE.traceparent]]);
  });
});

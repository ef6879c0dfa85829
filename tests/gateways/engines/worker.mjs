/** For workerd: a Worker with the shared state's object; it runs the cases of every engine, or one swap. */
import { engineCases } from "../../../pkg/gateway/conformance.js";
import { durableEngine } from "../../../pkg/gateway/durable.js";

export { SharedState } from "../../../pkg/gateway/durable.js";

export default {
  async fetch(request, { STATE }) {
    const engine = durableEngine(STATE);
    if (request.method === "POST") return Response.json(await engine.swap(await request.json()));
    const results = [];
    for (const { name, run } of engineCases(() => durableEngine(STATE))) {
      const error = await run().then(
        () => undefined,
        (error) => error.stack ?? String(error),
      );
      results.push({ name, error });
    }
    return Response.json({ results, findings: await engine.examine() });
  },
};

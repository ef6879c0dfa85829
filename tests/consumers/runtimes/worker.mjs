/** For workerd: runs all cases in one request; answers with a list of JSON. */
import "./package.mjs";
import "./bulk.mjs";
import "./gateway.mjs";
import "./faults.mjs";
import "./stand-in.mjs";
import { results } from "./cases.mjs";

export default {
  async fetch(request, env) {
    const list = [];
    for await (const result of results({ namespace: env.REQUESTS, settings: env })) list.push(result);
    return Response.json(list);
  },
};

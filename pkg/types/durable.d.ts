/** Types of `dinerkit/gateway/durable`: a shared state in a Durable Object, for gateways on Cloudflare Workers. */
import type { SharedEngine } from "./gateway.js";
import type { Request, Response } from "./platform.js";

/** What Cloudflare hands to an object: of its `ctx`, what the shared state uses. */
export interface DurableObjectContext {
  /** What the object keeps. */
  storage: object;
  /** Holds all requests to the object until this is done. */
  blockConcurrencyWhile(work: () => Promise<void>): unknown;
}

/**
 * The class of the objects that keep the state, one object for each account. The Worker exports it, and wrangler.toml
 * binds it: `[[durable_objects.bindings]]` with `class_name = "SharedState"`, and `[[migrations]]` with
 * `new_sqlite_classes = ["SharedState"]`.
 */
export class SharedState {
  /** Cloudflare makes the objects. */
  constructor(context: DurableObjectContext);
  /** Does one swap; for `durableEngine` alone. */
  fetch(request: Request): Promise<Response>;
  /** Deletes the texts whose time is over. */
  alarm(): Promise<void>;
}

/** The binding of a Durable Object's namespace, such as `env.STATE`. */
export interface DurableNamespace {
  /** The id of the object with a name. */
  idFromName(name: string): unknown;
  /** The object with an id. */
  get(id: never): DurableStub;
}

/** What sends requests to one Durable Object. */
export interface DurableStub {
  /** Sends a request; resolves to the answer. */
  fetch(url: string, init: DurableRequest): Promise<object>;
}

/** A request to a Durable Object. */
export interface DurableRequest {
  /** The HTTP method. */
  method: string;
  /** The swap, as JSON. */
  body: string;
}

/**
 * A shared state in Durable Objects of the class `SharedState`. A swap is one request to the object, which is where the
 * account was first used: Workers far from it wait longer. Throws a TypeError for something else than a binding.
 */
export function durableEngine(namespace: DurableNamespace): SharedEngine;

/** Types of `dinerkit/gateway`: a fetch handler that keeps the account's credentials away from browsers. */
import type { InitInput, Names } from "./index.js";

export default function init(input?: InitInput): Promise<void>;

export interface GatewayOptions {
  /** Origin and optional prefix of the remote API. */
  upstream: string | URL;
  credentials: { username: string; password: string };
  /** The microsites that may be asked for. */
  microsites: string[];
  /**
   * Origins of the pages that hold the widget, exactly as browsers send them: the gateway's own too, where it serves
   * pages. A request's Host proves nothing.
   */
  origins?: string[];
  /** Whether this request comes from staff. Default: nobody is. A request with an `Authorization` that it refuses gets 401. */
  staff?: (request: Request) => boolean | Promise<boolean>;
  /** The guest's address, as the runtime knows it; sent as IpAddress. Default: none is sent. */
  clientAddress?: (request: Request) => string | null | undefined;
  /** Longest request body, in bytes. Default 65536. */
  maxBodyBytes?: number;
  fetch?: typeof globalThis.fetch;
  /** Guessed names, on both sides. */
  names?: Names;
}

export interface Gateway {
  /**
   * A standard fetch handler: always resolves to a Response. On runtimes that end with their request, hand over what
   * keeps them alive: `fetch(request, env, context) { return gateway.fetch(request, context) }`.
   */
  fetch(request: Request, context?: { waitUntil?(promise: Promise<unknown>): void }): Promise<Response>;
}

export function createGateway(options: GatewayOptions): Gateway;

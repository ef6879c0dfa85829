/** Types of `dinerkit/gateway`: a fetch handler that keeps the account's credentials away from browsers. */
import type { InitInput } from "./index.js";

export default function init(input?: InitInput): Promise<void>;

export interface GatewayOptions {
  /** Origin and optional prefix of the remote API. */
  upstream: string | URL;
  credentials: { username: string; password: string };
  /** The microsites that may be asked for. */
  microsites: string[];
  /** Origins of the pages that hold the widget, exactly as browsers send them. Same-origin requests need none. */
  origins?: string[];
  /** Whether this request comes from staff. Default: nobody is. */
  staff?: (request: Request) => boolean | Promise<boolean>;
  /** The guest's address, as the runtime knows it; sent as IpAddress. Default: none is sent. */
  clientAddress?: (request: Request) => string | null | undefined;
  /** Longest request body, in bytes. Default 65536. */
  maxBodyBytes?: number;
  fetch?: typeof globalThis.fetch;
}

export interface Gateway {
  /** A standard fetch handler: always resolves to a Response. */
  fetch(request: Request): Promise<Response>;
}

export function createGateway(options: GatewayOptions): Gateway;

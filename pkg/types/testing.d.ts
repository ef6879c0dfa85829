/**
 * Types of `dinerkit/testing`: a stand-in for the Customer API and for the gateway, in the process of your test. It opens
 * no socket and starts no program. docs/testing-your-page.md shows it with Vitest, Jest, node:test and Playwright.
 */
import type { Gateway, GatewayOptions } from "./gateway.js";
import type { Customer, CustomerRequest, CustomerSetup, Names } from "./index.js";
import type { GlobalFetch, Request, Response, URL } from "./platform.js";

/** The operations of the API, as the methods of `CustomerClient` are called; `authenticate` is the sign-in. */
export type StandInOperation =
  "authenticate" | "setup" | "get" | "create" | "update" | "merge" | "unsubscribe" | "scheduleDeletion";

/** Where a request arrives: at the gateway, or straight at the API. */
export type StandInPlace = "gateway" | "api";

/** A restaurant of the stand-in. */
export interface StandInMicrosite {
  /** Restaurants with the same group share their customers. Default: a group of its own. */
  group?: number | string;
  /** What its Setup says, on top of that of a restaurant without opt-in texts, titles, codes and custom fields. */
  setup?: CustomerSetup;
}

/** How a stand-in differs from the ordinary one. */
export interface StandInOptions {
  /**
   * The restaurant of `clientOptions` and `pageOptions`. Default `"oak-and-salt"`. Also known are `harbour-room`, of the
   * same group and with custom fields, and `little-lantern`, of another group and with a bare Setup. Any other name makes
   * a restaurant of that name.
   */
  microsite?: string;
  /** Members that the Setup of `microsite` has in place of its own, such as `{ LegalDrinkingAge: null }`. Default: none. */
  setup?: CustomerSetup;
  /** More restaurants, by their names in the API's paths, or others in place of those that are known. Default: none. */
  microsites?: Record<string, StandInMicrosite>;
  /** Where the API is said to be. Default `"https://api.stand-in.example"`. */
  apiUrl?: string | URL;
  /**
   * Where the gateway is said to be: what you give `<diner-form>` as `gateway`, and a page's client as `baseUrl`. Default
   * `"https://gateway.stand-in.example"`. For a page that asks its own origin, give `location.origin`.
   */
  gatewayUrl?: string | URL;
  /**
   * Options of the gateway, on top of the stand-in's, such as `staff`, `guestFields` or `locales`. Without them the
   * gateway has a key for capabilities, takes every guest's address to be 192.0.2.1, and sets no limit per address. Default: none.
   */
  gateway?: Partial<GatewayOptions>;
  /** The API's account. Default: one of the stand-in's own, which is in `clientOptions`. */
  credentials?: {
    /** The account's user name. Default: one of the stand-in's own. */
    username?: string;
    /** The account's password. Default: one of the stand-in's own. */
    password?: string;
  };
  /**
   * Corrections of the guessed names of the remote API, as the client and the gateway take them: the stand-in then has
   * these names, and so do `clientOptions`, `pageOptions` and `gatewayOptions`. Default: none.
   */
  names?: Names;
  /** How many requests the API answers in a minute before it answers 429; 0 for no limit. Default 200. */
  requestsPerMinute?: number;
  /**
   * The API's clock, in milliseconds since 1970: for `CreatedDateTime`, tokens and the limit of requests. A clock that
   * stands still makes two runs give equal answers. If it is more than a day behind the machine's, clients find each
   * token expired and sign in before each request. Default `Date.now`.
   */
  now?: () => number | Date;
}

/** A customer as the stand-in has it stored: with the members that no answer shows. */
export type StoredCustomer = Customer &
  Pick<CustomerRequest, "IpAddress" | "MarketingOptInSetting" | "CustomerValidationType">;

/** A request that arrived, without its token or cookies. */
export interface StandInRequest {
  /** Whether it came to the gateway or to the API. What the gateway sends on to the API is in the list as well. */
  at: StandInPlace;
  /** What it asked for; undefined for a path that is no operation of the API, such as the gateway's pages. */
  operation: StandInOperation | undefined;
  /** The restaurant in its path. */
  microsite: string | undefined;
  /** Its method, in upper case. */
  method: string;
  /** Its path, without the query. */
  path: string;
  /** Its headers, by their names in lower case. */
  headers: Record<string, string>;
  /** The value of its JSON, or its text; undefined without a body, and for a sign-in. */
  body: unknown;
  /** The status of the answer; undefined while there is none, and if a failure came instead. */
  status: number | undefined;
}

/**
 * What happens in place of the ordinary answer:
 *
 * - `"network"`: the request does not arrive, and `fetch` rejects;
 * - `"lostAnswer"`: the request is carried out, and `fetch` rejects: what a guest meets whose connection breaks;
 * - `"hang"`: no answer ever comes, until the caller aborts;
 * - `{ status }`: this status with the API's error envelope, and with `Retry-After` if `retryAfter` says so. The request
 *   is not carried out, unless `isDone` is true;
 * - `{ html }`: a web page, as a firewall or a proxy shows it; `true` for the one of the vendor's edge. The status is 403
 *   unless `status` is given; `retryAfter` and `isDone` are those of `{ status }`;
 * - `{ delayMs }`: the right answer, after this time;
 * - a function: its Response. `carryOut` does what is asked, and resolves to the ordinary answer.
 */
export type StandInFailure =
  | "network"
  | "lostAnswer"
  | "hang"
  | StandInStatus
  | StandInPage
  | StandInDelay
  | ((request: Request, carryOut: () => Promise<Response>) => Response | Promise<Response>);

/** An answer with a status that is an error. */
export interface StandInStatus {
  /** The status, such as 503. */
  status: number;
  /** The value of `Retry-After`: seconds, or a date as HTTP writes it. Left out, there is none. */
  retryAfter?: number | string;
  /** Whether the request is carried out all the same. Default false. */
  isDone?: boolean;
}

/** A web page in place of an answer, as a firewall or a proxy shows it. */
export interface StandInPage {
  /** The page; `true` for the one of the vendor's edge. */
  html: string | true;
  /** Its status. Default 403. */
  status?: number;
  /** The value of `Retry-After`: seconds, or a date as HTTP writes it. Left out, there is none. */
  retryAfter?: number | string;
  /** Whether the request is carried out all the same. Default false. */
  isDone?: boolean;
}

/** The right answer, after a time. */
export interface StandInDelay {
  /** The time, in milliseconds. */
  delayMs: number;
}

/** One rule of what fails. */
export interface StandInFault {
  /** The operation that fails, or several. Default: all. */
  on?: StandInOperation | StandInOperation[];
  /**
   * Where: `"api"` also hits what the gateway asks the API, and `"gateway"` only what comes to the gateway. Default: where
   * the request of your own code arrives.
   */
  at?: StandInPlace;
  /** How many requests fail; then the next rule counts. Default: all, until `reset()`. */
  times?: number;
  /** What happens. */
  with: StandInFailure;
}

/** What a `CustomerClient` needs to ask the stand-in. */
export interface StandInPageOptions {
  /** `apiUrl` or `gatewayUrl`. */
  baseUrl: string;
  /** The restaurant. */
  microsite: string;
  /** The stand-in's `fetch`. */
  fetch: GlobalFetch;
}

/** Where a customer is stored. */
export interface StandInPlaceOfCustomer {
  /** The restaurant. Default: that of `clientOptions`. */
  microsite?: string;
}

/** A stand-in for the API and the gateway. Make one with `createStandIn`. */
export interface StandIn {
  /** The restaurant of `clientOptions` and `pageOptions`. */
  readonly microsite: string;
  /** Where the API is said to be, with a slash at the end. */
  readonly apiUrl: string;
  /** Where the gateway is said to be, with a slash at the end. */
  readonly gatewayUrl: string;
  /** Options for a `CustomerClient` that asks the API itself, as a server does. */
  readonly clientOptions: StandInPageOptions & Pick<GatewayOptions, "credentials">;
  /** Options for a `CustomerClient` that asks the gateway, as a page does. */
  readonly pageOptions: StandInPageOptions;
  /** Options for a gateway of your own, made by `createGateway`, in front of the stand-in's API. */
  readonly gatewayOptions: Required<Pick<GatewayOptions, "upstream" | "credentials" | "microsites" | "fetch">> &
    Pick<GatewayOptions, "names">;
  /** The stand-in's gateway, for its `capability` and `unsubscribeLink`. `reset()` makes a new one. */
  readonly gateway: Gateway;
  /** Copies of the customers that are stored now, the oldest first. Those that were merged away are gone. */
  readonly customers: StoredCustomer[];
  /**
   * The Ids of the customers whose deletion is scheduled. They stay among `customers`, but the API has them for seven
   * days only.
   */
  readonly scheduledForDeletion: number[];
  /** The requests that arrived since the last `reset()`, the oldest first. */
  readonly requests: StandInRequest[];
  /** Answers requests to `gatewayUrl` and `apiUrl`; rejects others. For what takes a `fetch` as an option. */
  readonly fetch: GlobalFetch;
  /**
   * Puts itself in the place of the global `fetch`, for requests to `gatewayUrl` and `apiUrl`. Others go on to the one
   * that was there. For pages that use the global one, as `<diner-form>` does. Returns a function that undoes it.
   */
  install(): () => void;
  /**
   * Stores a customer and returns it as the API shows it. The API's checks are not made, and members that only the API
   * writes (`Id`, `IsBlocked`, `Rank`) can be given, as well as unknown ones. Other Ids count up from 1001.
   */
  add(customer: Partial<Customer> & { [unknown: string]: unknown }, options?: StandInPlaceOfCustomer): Customer;
  /**
   * Gives the customer of this Id a booking in so many seconds, by the API's clock: until then `scheduleDeletion` skips
   * the customer. Default: a day. Throws a TypeError if there is no such customer.
   */
  book(id: number, seconds?: number): void;
  /** Makes requests fail. The first rule that fits a request counts. Returns a function that takes the rule back. */
  fail(fault: StandInFault): () => void;
  /** Moves the API's clock forward, for example past the end of a token. Callers read their own clock. */
  advance(seconds: number): void;
  /** Makes everything as it was at first: no customers, requests, faults or tokens, and a new gateway. */
  reset(): void;
}

/**
 * Makes a stand-in, and loads the gateway's module if that is not loaded yet. Throws a TypeError for an option that it does
 * not know.
 */
export function createStandIn(options?: StandInOptions): Promise<StandIn>;

/**
 * For operators: `dinerkit gateway probe`, which finds out whether the guessed names and paths of the remote API are those of
 * their account. Reads only, except with `--test-host`.
 */
import { diagnose } from "../check.js";
import { DONE, ID_MAX, NOT_WELL, UsageError } from "../words.js";
import { Spent, Unreachable, asker } from "./asker.js";
import { addNames, checkFile } from "./config-file.js";
import { GUESSES } from "./guesses.js";
import { readConnection, readCustomer, readMadeUp, readRefusal, readRoutes, readSetups, signIn } from "./reading.js";
import { reportOf, tableOf } from "./report.js";
import { compareSpec } from "./spec.js";
import { readSpec } from "./spec-file.js";
import { assumedElements, stillUnknown } from "./subjects.js";
import { kindOf, refusal, refusalOfToken } from "./test-host.js";
import { tryOut } from "./trying.js";
import { Findings, unknown } from "./verdicts.js";

/** How many requests the probe makes at most, unless told otherwise: for reading, and with a trial. */
const AT_MOST = 60;
const AT_MOST_WITH_TRIAL = 120;
/** Requests that a trial keeps for cleaning up. */
const KEPT = 2;

/**
 * Runs the verb with the command's words; returns the exit status. `configure()` reads the configuration and returns `{ values }`;
 * it is called only if it is needed. `say(text)` writes a line. `more` replaces the network in tests.
 */
export async function probe(words, configure, say, more = {}) {
  const asked = askedOf(words);
  if (asked.write !== undefined) checkFile(asked.write);
  const config = asked.spec === undefined || words.config !== undefined ? configure().values : undefined;
  const guesses = GUESSES.map((guess) => ({ ...guess, inUse: config?.names?.[guess.key] ?? guess.own }));
  const run = new Run(guesses, asked.spec === undefined ? (asked.isTrial ? "test-host" : "read") : "spec");
  if (asked.spec !== undefined) compareSpec(run, readSpec(asked.spec));
  else await run.askServer(config, asked, more);
  const report = run.report();
  for (const line of asked.isJson ? [JSON.stringify(report, null, 2)] : tableOf(report)) say(line);
  if (asked.write !== undefined) sayWritten(asked, addNames(asked.write, learntNames(report)), say);
  return report.problems.length === 0 && report.counts.contradicted === 0 ? DONE : NOT_WELL;
}

/** Says what was written; not on stdout where that is the report's JSON. */
function sayWritten({ isJson }, text, say) {
  if (isJson) process.stderr.write(`dinerkit: ${text}\n`);
  else say(text);
}

/** The names that a report found in place of guesses. */
const learntNames = ({ guesses }) => guesses.filter(({ line }) => line).map(({ about, right }) => [about, right]);

/** What the words ask for. Wrong ones are a UsageError. */
export function askedOf(words) {
  const { spec, write, microsite } = words;
  const isTrial = words["test-host"] ?? false;
  if (spec !== undefined) {
    const stray = ["customer", "microsite", "test-host", "at-most"].find((name) => words[name] !== undefined);
    if (stray) throw new UsageError(`--spec asks no server, so --${stray} does not go with it`);
  }
  return {
    spec,
    write,
    microsite,
    isTrial,
    isJson: words.json ?? false,
    customer: wholeNumber(words.customer, "--customer takes the Id of a customer: a whole number above 0"),
    atMost:
      wholeNumber(words["at-most"], "--at-most takes a whole number above 0") ??
      (isTrial ? AT_MOST_WITH_TRIAL : AT_MOST),
  };
}

function wholeNumber(text, otherwise) {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= ID_MAX) return Number(text);
  throw new UsageError(otherwise);
}

/** One run of the probe: what it has found out so far. */
class Run {
  findings = new Findings();
  observations = [];
  problems = [];
  isCustomerRead = false;
  requests = 0;
  server;
  /** Why nothing can be known, if so. */
  #hopeless;

  constructor(guesses, mode) {
    this.guesses = guesses;
    this.mode = mode;
  }

  observe(about, text) {
    if (!this.observations.some((one) => one.about === about && one.text === text))
      this.observations.push({ about, text });
  }

  /** Notes the headers about limits of an answer. */
  limits({ limits }) {
    for (const { name, value } of limits) this.observe("limits", value === undefined ? name : `${name}: ${value}`);
  }

  trouble(text) {
    this.problems.push(text);
  }

  async askServer(config, asked, more) {
    const microsites = micrositesOf(config, asked);
    const { upstream, requestsPerMinute, timeoutMs } = config;
    const why = asked.isTrial ? refusal(upstream) : undefined;
    if (why) throw new UsageError(why);
    this.server = kindOf(upstream);
    const kept = asked.isTrial ? KEPT : 0;
    const { ask, count } = asker({ upstream, requestsPerMinute, timeoutMs, atMost: asked.atMost, kept, ...more });
    try {
      await this.#ask(ask, config, asked, microsites);
    } catch (error) {
      if (error instanceof Spent) this.trouble(error.message);
      else if (error instanceof Unreachable) this.trouble(told(error.failure, config));
      else throw error;
    }
    this.requests = count();
  }

  async #ask(ask, config, asked, microsites) {
    const token = await signIn({ ask }, config);
    const why = asked.isTrial ? refusalOfToken(token) : undefined;
    if (why) throw new UsageError(why);
    const { guesses, findings } = this;
    const [microsite] = microsites;
    const state = {
      ask,
      token,
      microsite,
      guesses,
      findings,
      isCustomerRead: false,
      observe: (about, text) => this.observe(about, text),
      trouble: (text) => this.trouble(text),
      limits: (answer) => this.limits(answer),
    };
    const { answer: madeUp, isOpen } = await readMadeUp(state);
    if (isOpen) {
      this.#hopeless = "nothing that the server answers can be believed";
      return;
    }
    await readConnection(state);
    await readSetups(state, microsites);
    await readRefusal(state);
    if (asked.customer !== undefined) await readCustomer(state, asked.customer);
    this.isCustomerRead = state.isCustomerRead;
    await readRoutes(state, madeUp);
    if (asked.isTrial) await tryOut(state);
    this.isCustomerRead = state.isCustomerRead;
  }

  report() {
    const subjects = [...this.guesses.map(({ key }) => key), ...assumedElements()];
    const others = this.findings.entries().filter(([subject]) => !subjects.includes(subject));
    const findings = subjects.map((subject) => {
      if (this.#hopeless) return [subject, unknown(this.#hopeless)];
      return [subject, this.findings.get(subject) ?? stillUnknown(subject, this.mode, this.isCustomerRead)];
    });
    const { mode, server, requests, guesses, observations, problems } = this;
    return reportOf({ mode, server, requests, guesses, findings: [...findings, ...others], observations, problems });
  }
}

/** The restaurants that are asked for: the one that the words name, or those of the configuration. */
function micrositesOf({ microsites }, { microsite, customer }) {
  if (microsite !== undefined) {
    if (microsites.includes(microsite)) return [microsite];
    throw new UsageError(`--microsite takes one of the gateway's microsites: ${microsites.join(", ")}`);
  }
  if (customer !== undefined && microsites.length > 1) {
    throw new UsageError("--customer needs --microsite NAME: an Id belongs to the group of a restaurant");
  }
  return microsites;
}

/** Why the server can't be asked, in the words of `check`, without its name. */
function told(failure, { timeoutMs }) {
  return diagnose({ ...failure, host: "the remote API", microsite: "the microsite", timeoutMs }).text;
}

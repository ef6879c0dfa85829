/**
 * For a restaurant's staff: the operations that guests may not call, through the same gateway. The token is kept in a
 * variable of this page and is never stored.
 */
import init, { CustomerClient, fields } from "dinerkit";

const $ = (id) => document.getElementById(id);
const [signIn, find, record] = [$("sign-in"), $("find"), $("record")];

/** Members that staff cannot change but may want to see. */
const FACTS = ["CreatedDateTime", "IsBlocked", "Rank", "PortalUserId", "HasDeclinedEmail"];
/** Kinds of field that no answer shows, so that an editor could not show their values. */
const WRITE_ONLY_KINDS = ["choice", "ip"];

const NOT_ACCEPTED = "This was not accepted, and nothing was changed:";
const NOT_SIGNED_IN = "You are not signed in, so nothing was done. What you have typed is still here.";

/** Statuses of answers. */
const [UNAUTHORISED, FORBIDDEN, NOT_FOUND] = [401, 403, 404];
/** How many customers one merge takes. */
const MERGE_MAX = 10;

const WORDS = {
  unknown:
    "The answer did not arrive, so it is unknown whether this was done. Find the customer again before you repeat it.",
  notSent: "The gateway could not be reached, so nothing was done. Try again.",
  refused: "The restaurant’s system refused this, so nothing was done.",
  [UNAUTHORISED]: "The desk token is not accepted. Check it, and sign in again.",
  [FORBIDDEN]: "The gateway refuses this to you, or to this page: its origin must be in the gateway’s option origins.",
  [NOT_FOUND]: "There is no customer with this Id.",
};

/** What the desk itself refuses: a title, and `problems` of `{ text, control }`. */
class Refusal extends Error {
  constructor(title, problems = []) {
    super(title);
    this.problems = problems;
  }
}

let client;
let microsite;
let setup;
let customer;
/** The values of the record's controls when they were shown. A control with another value was changed. */
let shown = new Map();
let busy = false;

submits(signIn, async ({ token, ...chosen }) => {
  await init();
  ({ microsite } = chosen);
  useToken(token);
  setup = await client.setup();
  signIn.elements.token.value = "";
  showSignedIn(true);
  find.elements.id.focus();
  return `Signed in at ${setup.Name || microsite}.`;
});

submits($("sign-out"), async () => {
  if (changes().length && !(await confirmed("Sign out?", "Sign out without saving"))) return undefined;
  client.free();
  client = undefined;
  close();
  find.reset();
  showSignedIn(false);
  signIn.elements.token.focus();
  return "Signed out.";
});

submits(find, async ({ id }) => {
  if (changes().length && !(await confirmed(`Leave ${named(customer)}?`, "Leave without saving"))) return undefined;
  open(await call((api) => api.get(Number(id))));
});

submits(record, async () => {
  const changed = changes();
  if (!changed.length) return "Nothing was changed, so nothing was sent.";
  const half = changed.filter((row) => control(row).validity.badInput);
  if (half.length) {
    const problem = (row) => ({ control: control(row), text: `${title(row)}: enter the whole date` });
    throw new Refusal(NOT_ACCEPTED, half.map(problem));
  }
  const patch = {};
  for (const row of changed) {
    const parent = row.path.slice(0, -1).reduce((part, member) => (part[member] ??= {}), patch);
    parent[row.path.at(-1)] = read(row);
  }
  open(await call((api) => api.edit(customer.Id, patch)));
  return "Saved.";
});

submits($("merge"), async ({ ids }, form) => {
  const from = [...new Set(numbers(ids))];
  const refuse = (text) => {
    throw new Refusal(NOT_ACCEPTED, [{ control: form.elements.ids, text }]);
  };
  if (from.length > MERGE_MAX) refuse(`Ids: name at most ${MERGE_MAX}`);
  if (from.includes(customer.Id)) refuse(`Ids: ${customer.Id} is the customer that the others are merged into`);
  const [into, ...others] = (await people([customer.Id, ...from], form.elements.ids)).map(named);
  const question = `Merge ${list(others)} into ${into}? This cannot be undone.`;
  if (!(await confirmed(question, "Merge"))) return undefined;
  open(await call((api) => api.merge({ into: customer.Id, from })));
  form.reset();
  return `Merged ${list(others)} into this customer.`;
});

submits($("unsubscribe"), async ({ mode }, form) => {
  const from = form.elements.mode.selectedOptions[0].text;
  if (!(await confirmed(`Unsubscribe ${named(customer)} from ${from}?`, "Unsubscribe"))) return undefined;
  await call((api) => api.unsubscribe({ ids: [customer.Id], mode }));
  open(await call((api) => api.get(customer.Id)));
  return `Unsubscribed from ${from}.`;
});

submits($("delete"), async () => {
  const [person] = (await people([customer.Id])).map(named);
  const question = `Schedule ${person} for deletion? This cannot be undone.`;
  if (!(await confirmed(question, "Schedule deletion"))) return undefined;
  const { skipped } = await call((api) => api.scheduleDeletion([customer.Id]));
  if (skipped.includes(customer.Id)) {
    throw new Refusal(
      "The restaurant’s system skipped this customer, and gives no reason. Most likely a booking is still to come, or the deletion is scheduled already. Nothing was scheduled now.",
    );
  }
  close();
  find.elements.id.focus();
  return `Customer ${customer.Id} is scheduled for deletion, and may be found for seven days more.`;
});

addEventListener("beforeunload", (event) => {
  if (changes().length) event.preventDefault();
});

/** Runs `action` when the form is submitted, one at a time, and shows the result in words. */
function submits(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    $("status").textContent = "";
    $("alert").replaceChildren();
    for (const marked of document.querySelectorAll("[aria-invalid]")) unmark(marked);
    try {
      const result = await alone(() => action(Object.fromEntries(new FormData(form)), form));
      if (result) $("status").textContent = result;
    } catch (error) {
      showRefusal(explain(error, form));
    }
  });
  form.addEventListener("input", ({ target }) => unmark(target));
}

/** Runs an action. Nobody can type into the record meanwhile, because the action may end by showing another. */
async function alone(action) {
  const { activeElement } = document;
  busy = $("fields").inert = true;
  try {
    return await action();
  } finally {
    busy = $("fields").inert = false;
    if (document.activeElement === document.body) activeElement.focus();
  }
}

/** Explains an error to somebody who does not know status codes: a title, and problems with their controls. */
function explain(error, form) {
  if (error instanceof Refusal) return { title: error.message, problems: error.problems };
  // The forms beside the record have one control that staff type into.
  const typed = form.querySelector("input");
  if (error.code === "validation") {
    const place = (path) => (form === record ? controlAt(path) : typed);
    const own = error.issues.map(({ path, message }) => ({
      control: place(path),
      text: `${path.join(" ")}: ${message}`,
    }));
    return { title: NOT_ACCEPTED, problems: [...own, ...error.unmapped.map(({ ErrorMessage: text }) => ({ text }))] };
  }
  const title = WORDS[error.status] ?? WORDS[error.outcome] ?? "This could not be done.";
  const isTyped = { [NOT_FOUND]: find, [UNAUTHORISED]: signIn }[error.status] === form;
  return { title, problems: isTyped ? [{ text: title, control: typed }] : [{ text: error.message }] };
}

/** Shows what was refused: all of it in the alert, and each problem at its control. Moves to the first control. */
function showRefusal({ title, problems }) {
  const lines = problems.filter(({ text }) => text !== title).map(({ text }) => make("li", text));
  $("alert").replaceChildren(make("p", title), ...(lines.length ? [make("ul", ...lines)] : []));
  const atControls = problems.filter(({ control }) => control);
  for (const { control, text } of atControls) mark(control, text);
  if (atControls.length) atControls[0].control.focus();
  else $("alert").scrollIntoView({ block: "nearest" });
}

/** Marks a control as wrong and says why beside it. */
function mark(wrong, text) {
  unmark(wrong);
  const message = make("span", text);
  message.id = `${wrong.id}-error`;
  message.className = "error";
  wrong.closest("p").append(message);
  wrong.setAttribute("aria-invalid", "true");
  wrong.setAttribute("aria-describedby", message.id);
}

function unmark(marked) {
  if (!marked.hasAttribute("aria-invalid")) return;
  $(`${marked.id}-error`).remove();
  marked.removeAttribute("aria-invalid");
  marked.removeAttribute("aria-describedby");
}

/** Asks for confirmation before an action. Says which changes of the record it would drop. */
function confirmed(question, yes) {
  const lost = changes().map(title);
  $("question").textContent = question;
  $("lost").textContent = lost.length ? `Not saved, and lost then: ${list(lost)}.` : "";
  $("yes").textContent = yes;
  return answered($("confirm"));
}

/** Shows a dialog; resolves to whether its answer is yes. */
function answered(dialog) {
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// ---------------------------------------------------------------- the token

function useToken(token) {
  client?.free();
  client = new CustomerClient({ baseUrl: location.origin, microsite, token });
}

/**
 * Calls the API. If the token is not accepted any more, asks for another one in place and calls again, which is safe:
 * what was refused for its token has done nothing.
 */
async function call(operation) {
  for (;;) {
    try {
      return await operation(client);
    } catch (error) {
      if (error.status !== UNAUTHORISED) throw error;
      const isRight = await answered($("again"));
      const { token } = $("again").querySelector("form").elements;
      if (!isRight) throw new Refusal(NOT_SIGNED_IN);
      useToken(token.value);
      token.value = "";
    }
  }
}

function showSignedIn(isSignedIn) {
  signIn.hidden = isSignedIn;
  find.hidden = !isSignedIn;
  $("sign-out").hidden = !isSignedIn;
}

// ---------------------------------------------------------------- people

/** The customers with these Ids. If one is unknown, all that are unknown are refused by their Ids, at `control`. */
async function people(ids, control) {
  const found = [];
  const unknown = [];
  for (const id of ids) {
    try {
      found.push(await call((api) => api.get(id)));
    } catch (error) {
      if (error.status !== NOT_FOUND) throw error;
      unknown.push(id);
    }
  }
  if (unknown.length === 0) return found;
  throw new Refusal("Nothing was done:", [{ control, text: `There is no customer ${list(unknown, "disjunction")}.` }]);
}

/** `Ada Lovelace (12)`. */
function named({ FirstName, Surname, Id }) {
  return `${[FirstName, Surname].filter(Boolean).join(" ") || "A customer without a name"} (${Id})`;
}

// ---------------------------------------------------------------- the record

function editable() {
  return fields(setup).filter(({ kind }) => !WRITE_ONLY_KINDS.includes(kind));
}

/** The fields whose values staff have changed and not saved. */
function changes() {
  return $("customer").hidden ? [] : editable().filter((row) => state(row) !== shown.get(row.name));
}

/** Shows no record. */
function close() {
  $("customer").hidden = true;
  $("facts").replaceChildren();
  $("fields").replaceChildren();
}

function open(read) {
  customer = read;
  $("who").textContent = `Customer ${read.Id}`;
  const known = FACTS.filter((name) => read[name] !== null && read[name] !== undefined);
  $("facts").replaceChildren(...known.flatMap((name) => [make("dt", words(name)), make("dd", String(read[name]))]));
  const rows = editable();
  const wordings = new Set(rows.map(({ optInText }) => optInText));
  $("fields").replaceChildren(...rows.map((row) => editor(row, wordings.has(row.name))));
  shown = new Map(rows.map((row) => [row.name, state(row)]));
  $("customer").hidden = false;
  $("who").focus();
}

/** The control of a field with its label. The wording of a consent is read-only, because it records what the guest saw. */
function editor(row, isWording) {
  const value = row.path.reduce((part, member) => part?.[member], customer);
  const control = make(
    row.kind === "customerType" ? "select" : row.kind === "text" && !row.html.type ? "textarea" : "input",
  );
  control.id = `field-${row.path.join("-")}`;
  control.name = row.name;
  // The details are the guest's: the browser must not offer those of the staff.
  control.autocomplete = "off";
  control.readOnly = isWording;
  if (row.kind === "flag") {
    control.type = "checkbox";
    control.checked = value === true;
  } else if (row.kind === "date") {
    control.type = "date";
    // The date without its time, which is always midnight.
    control.value = value?.slice(0, 10) ?? "";
  } else if (row.kind === "customerType") {
    control.append(new Option("none", ""));
    const types = new Map(
      [...(setup.CustomerTypes ?? []), ...(value ? [value] : [])].map((type) => [type.Id, type.Name]),
    );
    for (const [id, name] of types) control.append(new Option(name, id, false, id === value?.Id));
  } else if (row.kind === "codes") control.value = (value ?? []).join(", ");
  else control.value = value || "";
  const label = make("label", title(row));
  label.htmlFor = control.id;
  const line = make("p", ...(row.kind === "flag" ? [control, label] : [label, control]));
  line.className = row.kind === "flag" ? "flag" : "field";
  return line;
}

function control(row) {
  return record.elements[row.name];
}

/** The control of the field that an issue is about, whose path may go further; undefined for no field. */
function controlAt(path) {
  const row = editable().find((each) => each.path.every((member, index) => member === path[index]));
  return row && control(row);
}

/** The value of a control, to compare; undefined for a date that is typed in part. */
function state(row) {
  const { checked, validity, value } = control(row);
  return row.kind === "flag" ? checked : validity.badInput ? undefined : value;
}

/** The value to send. A cleared field is sent as null; a calling code as 0, codes as []. */
function read(row) {
  const { checked, selectedOptions, value } = control(row);
  if (row.kind === "flag") return checked;
  if (row.kind === "codes") return numbers(value);
  if (value.trim() === "") return row.kind === "callingCode" ? 0 : null;
  if (row.kind === "customerType") return { Id: Number(value), Name: selectedOptions[0].text };
  return value;
}

// ---------------------------------------------------------------- helpers

function make(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

function title(row) {
  return row.label ?? row.path.map(words).join(": ");
}

/** `ReceiveEmailMarketing` → `Receive email marketing`: staff know the vendor's own names. */
function words(name) {
  return name.replace(/(?<=[a-z])([A-Z0-9])/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The numbers in a text. Other words stay text, which the rules refuse. */
function numbers(text) {
  return (text.match(/[^\s,]+/g) ?? []).map((word) => (/^\d+$/.test(word) ? Number(word) : word));
}

function list(texts, type = "conjunction") {
  return new Intl.ListFormat("en", { type }).format(texts.map(String));
}

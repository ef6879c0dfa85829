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

const WORDS = {
  unknown:
    "The answer did not arrive, so it is unknown whether this was done. Find the customer again before you repeat it.",
  notSent: "The gateway could not be reached, so nothing was done. Try again.",
  refused: "The restaurant’s system refused this, so nothing was done.",
  401: "The desk token is not accepted. Check it, and sign in again.",
  403: "Only staff may do this. Reload this page and sign in with the desk token.",
  404: "There is no customer with this Id.",
};

let client;
let setup;
let customer;
/** The values of the record's controls when they were shown. A control with another value was changed. */
let shown = new Map();
let busy = false;

submits(signIn, async ({ microsite, token }) => {
  await init();
  client?.free();
  client = new CustomerClient({ baseUrl: location.origin, microsite, token });
  setup = await client.setup();
  signIn.elements.token.value = "";
  signIn.hidden = true;
  find.hidden = false;
  find.elements.id.focus();
  return `Signed in at ${setup.Name || microsite}.`;
});

submits(find, async ({ id }) => {
  $("customer").hidden = true;
  open(await client.get(Number(id)));
});

submits(record, async () => {
  const changed = editable().filter((row) => state(row) !== shown.get(row.name));
  if (!changed.length) return "Nothing was changed, so nothing was sent.";
  const half = changed.filter((row) => control(row).validity.badInput);
  if (half.length) return fail(NOT_ACCEPTED, ...half.map((row) => `${title(row)}: enter the whole date`));
  const patch = {};
  for (const row of changed) {
    const parent = row.path.slice(0, -1).reduce((part, member) => (part[member] ??= {}), patch);
    parent[row.path.at(-1)] = read(row);
  }
  open(await client.edit(customer.Id, patch));
  return "Saved.";
});

submits($("merge"), async ({ ids }, form) => {
  const from = numbers(ids);
  const question = `Merge ${list(from)} into customer ${customer.Id}? This cannot be undone.`;
  if (!(await confirmed(question, "Merge"))) return undefined;
  open(await client.merge({ into: customer.Id, from }));
  form.reset();
  return `Merged ${list(from)} into this customer.`;
});

submits($("unsubscribe"), async ({ mode }, form) => {
  const from = form.elements.mode.selectedOptions[0].text;
  if (!(await confirmed(`Unsubscribe customer ${customer.Id} from ${from}?`, "Unsubscribe"))) return undefined;
  await client.unsubscribe({ ids: [customer.Id], mode });
  open(await client.get(customer.Id));
  return `Unsubscribed from ${from}.`;
});

submits($("delete"), async () => {
  const question = `Schedule customer ${customer.Id} for deletion? This cannot be undone.`;
  if (!(await confirmed(question, "Schedule deletion"))) return undefined;
  const { skipped } = await client.scheduleDeletion([customer.Id]);
  if (skipped.includes(customer.Id)) {
    return fail("The restaurant’s system skipped this customer, and gives no reason. Nothing was scheduled.");
  }
  $("customer").hidden = true;
  find.elements.id.focus();
  return `Customer ${customer.Id} is scheduled for deletion.`;
});

/** Runs `action` when the form is submitted, one at a time, and shows the result in words. */
function submits(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    $("status").textContent = "";
    $("alert").replaceChildren();
    try {
      const result = await action(Object.fromEntries(new FormData(form)), form);
      if (result) $("status").textContent = result;
    } catch (error) {
      fail(...explain(error));
    } finally {
      busy = false;
    }
  });
}

/** Explains an error to somebody who does not know status codes. */
function explain(error) {
  if (error.code === "validation") {
    const own = error.issues.map(({ path, message }) => `${path.join(" ")}: ${message}`);
    return [NOT_ACCEPTED, ...own, ...error.unmapped.map(({ ErrorMessage }) => ErrorMessage)];
  }
  return [WORDS[error.status] ?? WORDS[error.outcome] ?? "This could not be done.", error.message];
}

function fail(title, ...lines) {
  $("alert").replaceChildren(
    make("p", title),
    ...(lines.length ? [make("ul", ...lines.map((line) => make("li", line)))] : []),
  );
}

/** Asks for confirmation before an action that cannot be undone. */
function confirmed(question, yes) {
  const dialog = $("confirm");
  $("question").textContent = question;
  $("yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// ---------------------------------------------------------------- the record

function editable() {
  return fields(setup).filter(({ kind }) => !WRITE_ONLY_KINDS.includes(kind));
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

function list(ids) {
  return new Intl.ListFormat("en").format(ids.map(String));
}

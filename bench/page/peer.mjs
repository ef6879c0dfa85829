/**
 * For `cargo xtask bench page`: the script of the form that people build today, of intl-tel-input with its utils for the
 * number and valibot for the rest. It loads the utils as intl-tel-input's documentation says: by `loadUtils`, after the
 * page. What the guest has typed before the script came is judged as soon as it is there.
 */
import intlTelInput from "intl-tel-input";
import "intl-tel-input/styles";
import * as v from "valibot";

const trimmed = v.pipe(v.string(), v.trim());
const schema = v.object({
  FirstName: v.pipe(trimmed, v.maxLength(100)),
  Surname: v.pipe(trimmed, v.nonEmpty("Enter your surname."), v.maxLength(100)),
  Email: v.pipe(trimmed, v.nonEmpty("Enter your email address."), v.rfcEmail("Enter a valid email address.")),
});

const form = document.querySelector("form");
const { Mobile } = form.elements;
const number = intlTelInput(Mobile, {
  initialCountry: "gb",
  separateDialCode: true,
  loadUtils: () => import("intl-tel-input/utils"),
});

/** The message about a field; empty if it is right, and for a number as long as the utils are not there. */
function judge(control) {
  if (control === Mobile) return number.isValidNumber() === false ? "Enter a valid mobile number." : "";
  const { issues } = v.safeParse(schema.entries[control.name], control.value);
  return issues?.[0].message ?? "";
}

function show(control) {
  const message = judge(control);
  control.setAttribute("aria-invalid", String(message !== ""));
  document.getElementById(`${control.name}-error`).textContent = message;
  return message;
}

const controls = [...Object.keys(schema.entries).map((name) => form.elements[name]), Mobile];
const left = new Set();
function leave(control) {
  if (!control.value) return;
  left.add(control);
  show(control);
}
for (const control of controls) {
  control.addEventListener("blur", () => leave(control));
  control.addEventListener("input", () => left.has(control) && show(control));
  if (control !== document.activeElement) leave(control);
}
await number.promise;
for (const control of left) show(control);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (controls.filter(show).length > 0) return;
  const { dialCode } = number.getSelectedCountryData();
  const details = Object.fromEntries(controls.map(({ name, value }) => [name, value.trim()]));
  const response = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify({ ...details, MobileCountryCode: Number(dialCode) }),
  });
  await response.json();
  // The same event as ours, for the probe.
  if (response.ok) form.dispatchEvent(new CustomEvent("diner-created", { bubbles: true }));
});

/**
 * For `cargo xtask bench page`: the function that runs in every page, before the page's own scripts. It looks at each
 * frame, so that it sees what a guest sees, and it knows nothing of a contender but the names of its fields.
 */

/**
 * Says, by `benchSays(JSON)`, when something is seen for the first time, in milliseconds since the navigation began:
 * - `field`: an input named Surname is visible and can be edited, and its label matches `label`;
 * - `shown`: the next frame, so that the layout shifts before it are those by which the field came;
 * - `verdict`, `phoneVerdict`: a message about what was typed as e-mail address or as number;
 * - `setup`: the widget says that it has drawn what the Setup asks for;
 * - `created`: the customer was created; with `clicked`, when the button was pressed.
 * Keeps the layout shifts in `benchShifts`.
 */
export function probe({ label }) {
  const VERDICTS = { Email: "verdict", Mobile: "phoneVerdict" };
  const seen = new Set();
  const say = (event, more) => {
    if (seen.has(event)) return;
    seen.add(event);
    globalThis.benchSays(JSON.stringify({ event, at: performance.now(), ...more }));
  };

  const isVisible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.offsetHeight > 0;
  const canBeEdited = (input) =>
    !input.disabled &&
    !input.readOnly &&
    isVisible(input) &&
    [...input.labels].some(({ textContent }) => textContent.includes(label));
  const find = (name) => document.querySelector(`input[name=${name}]`);
  const isThere = (node) => node?.textContent && isVisible(node);
  /** What the page says about a field, beside its label. */
  const said = (name) =>
    (find(name)?.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id))
      .map((node) => (isThere(node) ? node.textContent : ""))
      .join("");
  /** What it says in the first place, such as why it asks for a number. */
  const hints = {};

  const look = () => {
    const surname = find("Surname");
    if (surname && canBeEdited(surname)) say(seen.has("field") ? "shown" : "field");
    for (const name of Object.keys(VERDICTS)) {
      if (!find(name)?.value) hints[name] = said(name);
      else if (said(name) !== hints[name]) say(VERDICTS[name]);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  let clicked;
  addEventListener("click", ({ target, timeStamp }) => target.closest("button") && (clicked = timeStamp), true);
  addEventListener("diner-created", () => say("created", { clicked }));
  addEventListener("diner-ready", () => say("setup"));

  globalThis.benchShifts = [];
  new PerformanceObserver((list) => {
    for (const { startTime, value, hadRecentInput } of list.getEntries()) {
      if (!hadRecentInput) globalThis.benchShifts.push({ at: startTime, value });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/**
 * For the tests of host pages: what can be wrong with how the widget looks, measured by what the browser computes. Colours
 * are compared with what is really behind them. Each function answers a list of complaints, empty if all is well.
 */

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const TEXT = 4.5;
const LINE = 3;

/** What is measured when the form can be seen: `root` is its frame. */
export const complaintsOfForm = (root) => root.evaluate(measure, { TEXT, LINE, isThanks: false });

/** What is measured when the thanks stand in place of the form. */
export const complaintsOfThanks = (root) => root.evaluate(measure, { TEXT, LINE, isThanks: true });

/** The colours that the form has: of its text, of a field, and of a line. */
export const coloursOf = (root) =>
  root.locator('diner-form [name="Surname"]').evaluate((field) => {
    const { backgroundColor, borderBottomColor, color } = getComputedStyle(field);
    return `${color}, ${backgroundColor}, ${borderBottomColor}`;
  });

/** Runs in the page, and so has all that it needs inside. */
function measure({ TEXT, LINE, isThanks }) {
  const complaints = [];
  const blame = (node, what) => complaints.push(`${nameOf(node)}: ${what}`);
  const nameOf = (node) => node.name || node.className || node.localName;
  const find = (root) =>
    root.querySelector("diner-form") ??
    [...root.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot && find(shadowRoot)).find(Boolean);
  const form = find(document);
  const style = (node, pseudo) => getComputedStyle(node, pseudo);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const isSeen = (node) =>
    node.checkVisibility({ visibilityProperty: true }) &&
    node.getClientRects().length > 0 &&
    node.getBoundingClientRect().height > 1;
  const seen = (selector) => all(selector).filter(isSeen);
  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;

  // ---- colours, as [red, green, blue, alpha] from 0 to 1
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function parse(text) {
    const numbers = text.match(/-?[\d.]+(e-?\d+)?/g)?.map(Number) ?? [];
    if (/^rgba?\(/.test(text)) return [...numbers.slice(0, 3).map((one) => one / 255), numbers[3] ?? 1];
    if (/^color\(srgb /.test(text)) return [...numbers.slice(0, 3), numbers[3] ?? 1];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].map((one) => one / 255);
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  function canvas() {
    const probe = document.createElement("div");
    probe.style.cssText = "all: initial; background: Canvas; color-scheme: inherit";
    document.documentElement.append(probe);
    const colour = parse(style(probe).backgroundColor);
    probe.remove();
    return colour;
  }
  const onto = (node) => (node ? over(parse(style(node).backgroundColor), onto(parentOf(node))) : canvas());
  const around = (node) => onto(parentOf(node));
  const light = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  function contrast(one, other) {
    const [low, high] = [luminance(over(parse(one), other)), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }
  const demand = (node, what, colour, behind, least) => {
    const has = contrast(colour, behind);
    if (has < least) blame(node, `${what} has a contrast of ${has.toFixed(2)}`);
  };

  // ---- what is hidden
  for (const node of all("[hidden]")) if (isSeen(node)) blame(node, "is hidden and seen");
  const { shadowRoot } = form;
  for (const node of shadowRoot.querySelectorAll("[hidden]"))
    if (style(node).display !== "none") blame(node, "is hidden and has a box");
  for (const node of all('[data-state="reserved"]')) if (isSeen(node)) blame(node, "is reserved and seen");
  for (const node of all(".diner-status")) if (isSeen(node)) blame(node, "is seen");
  for (const node of all(".diner-error:empty, .diner-summary:empty"))
    if (isSeen(node)) blame(node, "is empty and has a box");

  const readable = (node) =>
    demand(node, `"${node.textContent.trim().slice(0, 30)}"`, style(node).color, onto(node), TEXT);
  if (isThanks) {
    for (const node of all("*")) if (node.textContent.trim() && isSeen(node)) blame(node, "is seen beside the thanks");
    const words = [...shadowRoot.querySelectorAll(".diner-thanks :is(h2, p)")].filter(isSeen);
    if (words.length === 0) blame(form, "shows no thanks");
    for (const node of words) readable(node);
    return complaints;
  }

  // ---- text
  for (const node of seen(
    "label, legend, summary, p, li, a, button, .diner-mark, .diner-hint, .diner-error, .diner-advice",
  ))
    if (node.textContent.trim()) readable(node);

  // ---- fields
  const isLine = form.getAttribute("theme") === "line";
  for (const node of seen("input, select, textarea")) {
    const computed = style(node);
    const isBox = node.type === "checkbox";
    const { width, height } = node.getBoundingClientRect();
    for (const side of isLine && !isBox ? ["Bottom"] : ["Top", "Right", "Bottom", "Left"]) {
      if (computed[`border${side}Style`] === "none" || parseFloat(computed[`border${side}Width`]) < 1)
        blame(node, `has no border: ${side}`);
      // A field that is filled with another colour than the page's has no need of a border.
      if (contrast(computed.backgroundColor, around(node)) < LINE)
        demand(node, `border ${side}`, computed[`border${side}Color`], around(node), LINE);
    }
    if (isBox ? Math.min(width, height) < 24 : height < 44) blame(node, `is ${width} × ${height}`);
    if (isBox) continue;
    if (parseFloat(computed.fontSize) < 16) blame(node, `has a font of ${computed.fontSize}`);
    demand(node, "text", computed.color, onto(node), TEXT);
    if (node.placeholder) demand(node, "placeholder", style(node, "::placeholder").color, onto(node), TEXT);
    if (parseFloat(computed.paddingBlockStart) < 4) blame(node, "has no room above its text");
    if (!isLine && parseFloat(computed.paddingInlineStart) < 8) blame(node, "has no room before its text");
    const box = node.parentElement.getBoundingClientRect();
    if (width < 0.9 * box.width && width < 300) blame(node, `is ${width} wide in ${box.width}`);
  }
  // ---- the button
  const [button] = seen(".diner-button");
  if (!button) blame(form, "shows no button");
  else {
    demand(button, "the button", style(button).backgroundColor, around(button), LINE);
    const { height } = button.getBoundingClientRect();
    if (height < 44) blame(button, `is ${height} high`);
    if (parseFloat(style(button).paddingInlineStart) < 12) blame(button, "has no room beside its text");
    if (style(button).cursor !== "pointer") blame(button, `has the cursor ${style(button).cursor}`);
    // A ticked box has the button's colour.
    for (const box of seen("[type=checkbox]"))
      if (box.checked !== (style(box).backgroundColor === style(button).backgroundColor))
        blame(box, "looks the same, ticked or not");
  }

  // ---- errors
  const right = seen('input[aria-invalid="false"]:not([type=checkbox])')[0];
  for (const node of seen('[aria-invalid="true"]')) {
    if (style(node).borderBottomColor === style(right).borderBottomColor) blame(node, "looks as if it were right");
    const error = node.getRootNode().getElementById(
      node
        .getAttribute("aria-describedby")
        .split(" ")
        .find((id) => id.endsWith("-error")),
    );
    if (!isSeen(error)) blame(node, "does not show its error");
    else if (style(error).color === style(form).color) blame(error, "looks like any text");
  }

  // ---- the focus
  const before = form.getRootNode().activeElement;
  for (const node of seen("input, select, textarea, button, summary, a[href]")) {
    node.focus({ preventScroll: true, focusVisible: true });
    const { outlineStyle, outlineWidth, outlineColor } = style(node);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) blame(node, "shows no focus");
    else demand(node, "focus", outlineColor, around(node), LINE);
  }
  form.getRootNode().activeElement.blur();
  before?.focus?.({ preventScroll: true });

  // ---- the page
  if (form.getBoundingClientRect().width > 0 && form.scrollWidth > form.clientWidth + 1)
    blame(form, "is wider than its place");
  return complaints;
}

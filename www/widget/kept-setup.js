/**
 * For the widget: the Setup that the guest's browser has seen last, so that titles and a restaurant's own fields are on
 * the form at once. It is the restaurant's and holds nothing about the guest. A browser that keeps nothing, such as in a
 * sandboxed frame or with a full storage, asks the gateway each time.
 */
const key = (base, microsite) => `dinerkit:${base}${microsite}`;

/** The Setups that this page has seen, for a form that is loaded anew. */
const seen = new Map();

export function keptSetup(base, microsite) {
  const known = seen.get(key(base, microsite));
  if (known) return known;
  try {
    const setup = JSON.parse(localStorage.getItem(key(base, microsite)));
    return setup !== null && typeof setup === "object" ? setup : undefined;
  } catch {
    return undefined;
  }
}

export function keepSetup(base, microsite, setup) {
  seen.set(key(base, microsite), setup);
  try {
    localStorage.setItem(key(base, microsite), JSON.stringify(setup));
  } catch {
    // The form works without a kept Setup.
  }
}

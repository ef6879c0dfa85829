/**
 * For the widget: the Setup that the guest's browser has seen last, so that titles and a restaurant's own fields are on
 * the form at once. It is the restaurant's and holds nothing about the guest. A browser that keeps nothing, such as in a
 * sandboxed frame or with a full storage, asks the gateway each time.
 */
import { jsonOf } from "../../pkg/lib/plain.js";

const key = (base, microsite) => `dinerkit:${base}${microsite}`;

export function keptSetup(base, microsite) {
  try {
    const setup = JSON.parse(localStorage.getItem(key(base, microsite)));
    return Object(setup) === setup ? setup : undefined;
  } catch {
    return undefined;
  }
}

export function keepSetup(base, microsite, setup) {
  try {
    localStorage.setItem(key(base, microsite), jsonOf(setup));
  } catch {
    // The form works without a kept Setup.
  }
}

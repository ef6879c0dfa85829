/** For frameworks.test.mjs and pages/apps.mjs: a page of Svelte. */
import { hydrate as take } from "svelte";
import App from "./App.svelte";

export { App };

export const hydrate = (root) => take(App, { target: root });

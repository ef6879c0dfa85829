/** For frameworks.test.mjs and pages/apps.mjs: a page of Vue. */
import { createSSRApp, h, ref, shallowRef } from "vue";
import { DinerForm } from "dinerkit/vue";

export const App = {
  setup() {
    const isExtra = ref(false);
    const properties = shallowRef({ value: { Company: "Oak" } });
    globalThis.setExtra = (value) => (isExtra.value = value);
    globalThis.setProperties = (value) => (properties.value = value);
    const date = () => h("label", null, ["Day ", h("input", { type: "date", name: "Day", required: true })]);
    const extra = () => (isExtra.value ? [h("p", { slot: "before", id: "extra" }, [date()])] : []);
    const form = { microsite: "oak-and-salt", gateway: globalThis.gatewayOfPage };
    return () => h(DinerForm, { ...form, ...properties.value }, { default: extra });
  },
};

export const hydrate = (root) => createSSRApp(App).mount(root);

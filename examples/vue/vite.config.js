import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// The component of dinerkit/vue needs no `isCustomElement`; a template that writes <diner-form> itself does.
export default defineConfig({ plugins: [vue()] });

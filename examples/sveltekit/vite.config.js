import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

// The package needs no line here.
export default defineConfig({ plugins: [sveltekit({ adapter: adapter() })] });

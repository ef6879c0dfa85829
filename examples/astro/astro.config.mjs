import node from "@astrojs/node";
import { defineConfig } from "astro/config";

// The adapter is for the endpoint. The page itself is static.
export default defineConfig({ adapter: node({ mode: "standalone" }) });

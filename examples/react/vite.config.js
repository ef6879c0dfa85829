import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The package needs no line here.
export default defineConfig({ plugins: [react()] });

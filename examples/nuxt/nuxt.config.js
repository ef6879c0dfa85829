import { defineNuxtConfig } from "nuxt/config";

export default defineNuxtConfig({
  compatibilityDate: "2026-11-01",
  // The variable NUXT_PUBLIC_GATEWAY overrides it, when the server starts.
  runtimeConfig: { public: { gateway: "https://booking.example" } },
  hooks: {
    // Nuxt tells browsers to prefetch all that a page might import, and so every language of the form.
    "build:manifest": (manifest) => {
      for (const [name, file] of Object.entries(manifest)) if (name.includes("/dinerkit/")) file.prefetch = false;
    },
  },
  app: { head: { title: "Book a table", htmlAttrs: { lang: "en-GB" }, link: [{ rel: "icon", href: "data:," }] } },
});

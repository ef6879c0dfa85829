import { defineNuxtConfig } from "nuxt/config";

export default defineNuxtConfig({
  compatibilityDate: "2026-11-01",
  // The variable NUXT_PUBLIC_GATEWAY overrides it, when the server starts.
  runtimeConfig: { public: { gateway: "https://booking.example" } },
  hooks: {
    // Nuxt tells browsers to prefetch all that a page might import. The form asks for its language and its rules itself.
    "build:manifest": (manifest) => {
      const files = Object.values(manifest);
      const own = files.filter(({ src }) => src?.includes("/dinerkit/")).map(({ file }) => file);
      for (const entry of files) if (own.includes(entry.file)) entry.prefetch = false;
    },
  },
  app: { head: { title: "Book a table", htmlAttrs: { lang: "en-GB" }, link: [{ rel: "icon", href: "data:," }] } },
});

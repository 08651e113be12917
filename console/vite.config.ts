import { defineConfig } from "vite";

export default defineConfig({
  base: "./", // the page works behind any path prefix
  build: {
    outDir: "../src/headway/console/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "edge123", "firefox120", "safari17.5"], // CSS light-dark()
    reportCompressedSize: false,
  },
});

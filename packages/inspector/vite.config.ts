import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/** The page, with its scripts and styles in it: dist/page.html, which `renderInspection` fills with data. */
export default defineConfig({
  root: fileURLToPath(new URL('page', import.meta.url)),
  plugins: [viteSingleFile()],
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('dist', import.meta.url)),
    emptyOutDir: false,
    rolldownOptions: {
      input: fileURLToPath(new URL('page/page.html', import.meta.url)),
      checks: { pluginTimings: false },
    },
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});

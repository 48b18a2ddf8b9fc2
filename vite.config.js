// The page that reports hold: one script and one style sheet, which the program puts into each file that it writes.
import { defineConfig } from 'vite';

export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: 'dist/page-assets',
    emptyOutDir: true,
    lib: {
      entry: 'src/page/main.tsx',
      formats: ['iife'],
      name: 'page',
      fileName: () => 'page.js',
      cssFileName: 'page',
    },
    cssCodeSplit: false,
  },
});

// The page that reports hold: one script and one style sheet, which the program puts into each file that it writes.
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** The folder of the package that a module belongs to; nothing for our own. */
const packageOf = (id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];

/** The notices that the licences of the packages ask to be kept with their code: at the end of the script, in every report. */
const notices = {
  name: 'notices',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      // uPlot's style sheet is in the other file; its notice is here as well.
      const folders = new Set(chunk.moduleIds.map(packageOf).filter((folder) => folder !== undefined));
      const texts = [...folders].sort().map((folder) => {
        const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) throw new Error(`${name} comes without its licence`);
        return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim().replaceAll('*/', '* /')}`;
      });
      chunk.code = `${chunk.code.trimEnd()}\n/*! This page holds these packages.\n\n${texts.join('\n\n')}\n*/\n`;
    }
  },
};

export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  plugins: [notices],
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

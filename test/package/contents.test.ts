// What the tarball holds: all that its entries import, nothing of the tests and sources, and every package that its files
// ask for at run time is one of its dependencies. What a consumer's npm would not install cannot be missing unnoticed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

interface Manifest {
  readonly private?: boolean;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Specifiers of a module: static and dynamic imports, and what bundled CommonJS and files beside it are found by. */
function specifiersOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const found = [
    /\b(?:__)?require(?:\$\d+)?(?:\.resolve)?\(["']([^"']+)["']\)/g,
    /new URL\([^()]*["'](\.[^"']+\.js)["'], import\.meta\.url\)/g,
  ];
  return [...imported, ...found.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name))];
}

/** The file that a relative specifier means; declarations name each other by their sources. */
function targetOf(from: string, specifier: string): string {
  const path = posix.join(dirname(from), specifier);
  return from.endsWith('.d.ts') ? path.replace(/(\.d)?\.ts$/, '.d.ts') : path;
}

/** All that is reached from the entries: files by their path, packages by their name. */
function reached(): { files: Set<string>; packages: Set<string> } {
  const files = new Set(
    [
      manifest.main,
      manifest.types,
      ...Object.values(manifest.bin),
      'dist/sim/start.js',
      'dist/sim/work.js',
      'dist/sim/replication-worker.js',
      // By the name that chunks.ts has for them.
      'dist/sim/start-thread.js',
      'dist/sim/work-thread.js',
      'dist/sim/replication-worker-thread.js',
    ].map((path) => posix.normalize(path)),
  );
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of specifiersOf(file)) {
      if (specifier.startsWith('.')) files.add(targetOf(file, specifier));
      // Old modules ask for what Node has by its bare name.
      else if (!isBuiltin(specifier)) {
        packages.add(
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        );
      }
    }
  }
  return { files, packages };
}

describe('the package', () => {
  let packed: Packed;
  let paths: Set<string>;
  beforeAll(() => {
    // Without scripts: the build is there already, and other tests are using it.
    const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(stdout, stderr).not.toBe('');
    packed = (JSON.parse(stdout) as Packed[])[0];
    paths = new Set(packed.files.map(({ path }) => path));
  });

  it('holds every file that is reached from its entries', () => {
    const { files } = reached();
    expect(files.size).toBeGreaterThan(150);
    expect([...files].filter((file) => !paths.has(file))).toEqual([]);
  });

  it('asks for no package that is not among its dependencies, and depends on none that nothing asks for', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const asked = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    expect([...reached().packages].sort()).toEqual(asked.sort());
    // What only a queue needs is its users' to install.
    expect(Object.values(peerDependenciesMeta).every(({ optional }) => optional)).toBe(true);
  });

  it('depends on nothing that is built from source: the real canvas least of all', () => {
    expect(Object.keys(manifest.dependencies)).not.toContain('canvas');
    expect(Object.keys(manifest.dependencies)).not.toContain('chartjs-node-canvas');
    expect(readFileSync(join(root, 'dist/sim/LICENSES.md'), 'utf8')).toMatch(/^## chartjs-node-canvas \d/m);
  });

  it('holds scenarios, licences and nothing of sources and tests', () => {
    for (const file of [
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      'dist/sim/LICENSES.md',
      'dist/page-assets/page.js',
      'scenarios/apr26.json',
      'scenarios/one-host.yaml',
    ])
      expect(paths).toContain(file);
    const strays = [...paths].filter(
      (path) =>
        !/^(bin\/(sim\.js|package\.json)|dist\/sim\/package\.json|dist\/.+\.(js|d\.ts)|dist\/sim\/LICENSES\.md|dist\/page-assets\/page\.css|scenarios\/[^/]+\.(json|yaml)|docs\/.+|[A-Z]+(\.md)?|package\.json)$/.test(
          path,
        ),
    );
    expect(strays).toEqual([]);
    expect([...paths].filter((path) => /^dist\/(cli|report|bench)\//.test(path))).toEqual([]);
    // Of these the page of a report takes 50 kB.
    expect(packed.size).toBeLessThan(1_620_000);
    expect(packed.files.find(({ path }) => path === 'bin/sim.js')!.mode & 0o111).toBe(0o111);
  });

  it('may be published, answers to both its names, and runs no script where it is installed', () => {
    expect(manifest.private).toBeUndefined();
    expect(Object.keys(manifest.bin).sort()).toEqual(['cascade-sim', 'sim']);
    // npm does not run `prepare` of a tarball, but warns of it as of the others.
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(script);
  });
});

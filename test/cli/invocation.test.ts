// The words that call the program, wherever one stands: each is tried with the files that npm, npx, pnpm or Windows' npm
// would have made. What they must never be is `npx sim` outside the checkout, which is somebody else's package.
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/cli/command.ts';
import { callingWords, type Standpoint } from '../../src/cli/invocation.ts';

interface Disk {
  readonly [path: string]: string | { readonly text: string };
}

/** A path of `disk` leads to itself, or where it links to; texts are files. */
function standing(cwd: string, root: string, disk: Disk = {}, more: Partial<Standpoint> = {}): Standpoint {
  const all: Disk = { [root]: root, ...disk };
  const textOf = (path: string): string | null => {
    const entry = all[path];
    return typeof entry === 'object' ? entry.text : null;
  };
  const resolved = (path: string): string | null => {
    const entry = all[path];
    return entry === undefined ? null : typeof entry === 'string' ? entry : path;
  };
  return { root, cwd, searchPath: '/usr/bin:/bin', isWindows: false, resolved, text: textOf, ...more };
}

const words = (...at: Parameters<typeof standing>): string => callingWords(standing(...at)).join(' ');
const installed = '/app/node_modules/cascade-sim';
const links = {
  '/app/node_modules/.bin/cascade-sim': `${installed}/bin/sim.js`,
  '/app/node_modules/.bin/sim': `${installed}/bin/sim.js`,
};

describe('the words that call the program', () => {
  it('are npx sim in its checkout, in the folders below as well, and nowhere else', () => {
    expect(words('/src/cascade-sim', '/src/cascade-sim')).toBe('npx sim');
    expect(words('/src/cascade-sim/scenarios', '/src/cascade-sim')).toBe('npx sim');
    expect(words('/src', '/src/cascade-sim')).toBe('node cascade-sim/bin/sim.js');
    expect(words('/src/cascade-sim-2', '/src/cascade-sim')).toBe('node ../cascade-sim/bin/sim.js');
    expect(words('/home/me/some/where/deep', '/src/cascade-sim')).toBe('node /src/cascade-sim/bin/sim.js');
  });

  it("are npx with the package's own name where it is installed, and below", () => {
    expect(words('/app', installed, links)).toBe('npx cascade-sim');
    expect(words('/app/load/tests', installed, links)).toBe('npx cascade-sim');
    expect(words('/', installed, links)).toBe('node app/node_modules/cascade-sim/bin/sim.js');
  });

  it('are not npx where a nearer folder has another copy', () => {
    const nearer = { '/app/part/node_modules/.bin/cascade-sim': '/app/part/node_modules/cascade-sim/bin/sim.js' };
    expect(words('/app/part', installed, { ...links, ...nearer })).toBe('node ../node_modules/cascade-sim/bin/sim.js');
  });

  it('are the same for pnpm, whose commands are scripts and whose packages are links', () => {
    const root = '/app/node_modules/.pnpm/cascade-sim@0.1.0/node_modules/cascade-sim';
    expect(
      words('/app', root, {
        '/app/node_modules/.bin/cascade-sim': { text: '#!/bin/sh' },
        '/app/node_modules/cascade-sim': root,
      }),
    ).toBe('npx cascade-sim');
  });

  it('are its short name where the shell finds it, if it finds no other first', () => {
    const root = '/usr/lib/node_modules/cascade-sim';
    const global = { '/usr/bin/sim': `${root}/bin/sim.js`, '/usr/bin/cascade-sim': `${root}/bin/sim.js` };
    expect(words('/home/me', root, global)).toBe('sim');
    const other = { searchPath: '/opt/bin:/usr/bin' };
    expect(words('/home/me', root, { ...global, '/opt/bin/sim': '/opt/other/sim' }, other)).toBe('cascade-sim');
    expect(
      words(
        '/home/me',
        root,
        { ...global, '/opt/bin/sim': '/opt/other/sim', '/opt/bin/cascade-sim': '/opt/other/2' },
        other,
      ),
    ).toBe('node /usr/lib/node_modules/cascade-sim/bin/sim.js');
    // A checkout that was linked with `npm link`.
    expect(words('/home/me', '/src/cascade-sim', { '/usr/bin/sim': '/src/cascade-sim/bin/sim.js' })).toBe('sim');
  });

  it('do not count on what npm adds to PATH for the programs that it starts', () => {
    const searchPath = '/app/node_modules/.bin:/usr/bin';
    expect(words('/elsewhere', installed, links, { searchPath })).toBe('node /app/node_modules/cascade-sim/bin/sim.js');
    expect(words('/elsewhere', installed, links, { searchPath: `:.:${searchPath}` })).toBe(
      'node /app/node_modules/cascade-sim/bin/sim.js',
    );
  });

  it('are those that made npx fetch it', () => {
    const root = '/home/me/.npm/_npx/1a2b/node_modules/cascade-sim';
    const asked = (...packages: string[]): Disk => ({
      '/home/me/.npm/_npx/1a2b/package.json': { text: JSON.stringify({ _npx: { packages } }) },
    });
    expect(words('/work', root, asked('cascade-sim'))).toBe('npx cascade-sim');
    expect(words('/work', root, asked('cascade-sim@0.1.0'))).toBe('npx cascade-sim@0.1.0');
    expect(words('/work', root, asked('/tmp/cascade-sim-0.1.0.tgz'))).toBe(
      'npx --package=/tmp/cascade-sim-0.1.0.tgz cascade-sim',
    );
    expect(words('/work', root)).toBe('npx cascade-sim');
    // As npm 10 leaves it.
    const installed = (range: string): Disk => ({
      '/home/me/.npm/_npx/1a2b/package.json': { text: JSON.stringify({ dependencies: { 'cascade-sim': range } }) },
    });
    expect(words('/work', root, installed('^0.1.0'))).toBe('npx cascade-sim');
    expect(words('/work', root, installed('file:../../../../../tmp/cascade-sim-0.1.0.tgz'))).toBe(
      'npx --package=/tmp/cascade-sim-0.1.0.tgz cascade-sim',
    );
    expect(words('/work', root, installed('git+https://example.org/cascade-sim.git'))).toBe(
      'npx --package=git+https://example.org/cascade-sim.git cascade-sim',
    );
    expect(words('/work', root, { '/home/me/.npm/_npx/1a2b/package.json': { text: 'no JSON' } })).toBe(
      'npx cascade-sim',
    );
  });

  it('are right on Windows, where commands are scripts beside the package', () => {
    const windows = { isWindows: true, searchPath: 'C:\\Windows;C:\\Users\\me\\AppData\\Roaming\\npm' };
    const local = 'C:\\app\\node_modules\\cascade-sim';
    expect(
      words(
        'C:\\app\\tests',
        local,
        { 'C:\\app\\node_modules\\.bin\\cascade-sim.cmd': { text: '@ECHO off' } },
        windows,
      ),
    ).toBe('npx cascade-sim');
    const global = 'C:\\Users\\me\\AppData\\Roaming\\npm\\node_modules\\cascade-sim';
    expect(
      words('C:\\work', global, { 'C:\\Users\\me\\AppData\\Roaming\\npm\\sim.cmd': { text: '@ECHO off' } }, windows),
    ).toBe('sim');
    expect(words('C:\\src\\cascade-sim\\scenarios', 'C:\\src\\cascade-sim', {}, windows)).toBe('npx sim');
    expect(words('D:\\work', 'C:\\src\\cascade-sim', {}, windows)).toBe('node C:\\src\\cascade-sim\\bin\\sim.js');
    expect(words('D:\\work', 'C:\\npm\\_npx\\1a2b\\node_modules\\cascade-sim', {}, windows)).toBe('npx cascade-sim');
  });
});

describe('a repeated command', () => {
  const args = ['run', "it's a file.yaml", '--set', 'tiers.a.queue={discipline: lifo}', '--seed', 'apr26/3'];

  it("quotes what a shell would take apart, in the program's own place too", () => {
    expect(commandLine(args, standing('/src/cascade-sim', '/src/cascade-sim'))).toBe(
      `npx sim run 'it'\\''s a file.yaml' --set 'tiers.a.queue={discipline: lifo}' --seed apr26/3`,
    );
    expect(commandLine(['list'], standing('/', '/my programs/cascade-sim'))).toBe(
      `node 'my programs/cascade-sim/bin/sim.js' list`,
    );
  });

  it("quotes as Windows' shells read", () => {
    const at = standing('C:\\src\\cascade-sim', 'C:\\src\\cascade-sim', {}, { isWindows: true });
    expect(commandLine(['run', 'C:\\my files\\a.yaml', '--set', 'story="x"', '--out', '..\\out'], at)).toBe(
      'npx sim run "C:\\my files\\a.yaml" --set "story=\\"x\\"" --out ..\\out',
    );
  });
});

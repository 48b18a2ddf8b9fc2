// Mutation testing, piece by piece: each piece of src/ with the quick tests of its behaviour, never all with all.
//   npm run mutate                  every piece, one after the other (an hour on one core)
//   npm run mutate -- host          one piece
// The reports go to out/mutation/. What is left out by rule is in stryker.config.json.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';

const pieces = {
  policies: {
    mutate: ['src/policies/*.ts', '!src/policies/actions.ts'],
    tests: [
      'admission',
      'backoff-formulas',
      'balancing',
      'contract',
      'queueing',
      'reboot-order',
      'retries',
      'scaling',
    ].map((name) => `test/policies/${name}.test.ts`),
  },
  engine: { mutate: ['src/engine/*.ts'], tests: ['test/engine/*.test.ts'] },
  host: {
    mutate: ['src/model/state/host.ts', 'src/model/serving/host-life.ts'],
    tests: [
      ...[
        'actions',
        'attempts-way',
        'balancer',
        'crash-loop',
        'host',
        'host-actions',
        'hosts-life',
        'memory',
        'readiness',
        'registrations',
        'scaling',
        'server-policies',
        'timeline',
      ].map((name) => `test/model/${name}.test.ts`),
      'test/laws/drained-host.test.ts',
    ],
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(pieces, name));
if (unknown.length > 0) {
  console.error(`no piece ${unknown.join(', ')}: ${Object.keys(pieces).join(', ')}`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : Object.keys(pieces)) {
  const { mutate, tests } = pieces[name];
  const { status } = spawnSync(
    'stryker',
    ['run', 'test/mutation/stryker.config.json', '--mutate', mutate.join(), '--testFiles', tests.join()],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
  copyFileSync('out/mutation/mutation.json', `out/mutation/${name}.json`);
}

/**
 * `sim emulate FILE`: a scenario's hosts as real endpoints, with its timeline
 * played in real time, so that a real client fleet can be pointed at it. It
 * listens on this machine only unless told otherwise. Here are only its flags.
 */
import { collected, type AddCommand } from './command.ts';
import type { EmulateFlags } from './emulation/play.ts';
import { placeFlags } from './endpoints/listening.ts';

export const addEmulate: AddCommand = (program, context) => {
  program
    .command('emulate')
    .description("play a scenario's hosts and timeline in real time, for a real client fleet")
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option(...placeFlags.port)
    .option(...placeFlags.host)
    .option('--max-connections <n>', 'let in so many connections at a time', '10000')
    .option(
      '--start-at <clock>',
      'begin there, like 13:55, instead of at the start; what comes before is played at once',
    )
    .option('--variant <name>', 'play this variant of the scenario instead of its baseline')
    .option('--seed <text>', "the hosts' seed, instead of the scenario's own")
    .option('--set <path=value>', 'replace a value, like tiers.gateway.hosts=3 (repeatable)', collected)
    .option('--json', 'print one JSON document')
    .option('--quiet', 'do not tell what is going on')
    .addHelpText(
      'after',
      `
The hosts of the first tier are played by the model of sim run, against the clock on the wall: a
WebSocket or a request, at any path, is an attempt, and is answered when its service ends. It is
refused, reset, closed or left in silence as the scenario says. Behind a question mark an address may
name its pod, its product, and the client, which is then known when it comes back: ?pod=p2&client=7.
What is not played is said at the start. Ctrl-C ends all of it, and prints what there was.

Examples:
  sim emulate my.yaml --port 8080
  sim emulate scenarios/reboot-at-peak.yaml --start-at 16:39:50 --set tiers.agent-workspace-api.hosts=2
`,
    )
    .action(
      context.act(async (file: string, flags: EmulateFlags) => {
        const { emulate } = await import('./emulation/play.ts');
        return emulate(file, flags, context);
      }),
    );
};

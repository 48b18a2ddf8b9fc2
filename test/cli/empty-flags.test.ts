// A flag that names a file or a folder, and names none, is told in words.
import { describe, expect, it } from 'vitest';
import { sim } from './captured-terminal.ts';

describe('an empty flag', () => {
  it.each([
    ['run', '--out'],
    ['run', '--seed'],
    ['compare', '--out'],
    ['compare', '--seed'],
    ['check', '--junit'],
    ['check', '--markdown'],
    ['check', '--baseline'],
  ])('of sim %s, %s, is refused in a line', async (command, flag) => {
    expect(await sim(command, 'scenarios/reboot-at-peak.yaml', flag, '')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${flag} must not be empty\n`,
    });
  });
});

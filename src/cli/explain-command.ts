/**
 * `sim explain FILE`: the scenario with every default filled in.
 */
import { type AddCommand } from './command.ts';

export const addExplain: AddCommand = (program) => {
  program.command('explain');
};

// Every command of README.md and docs/ does what it says, and prints what the page quotes, comparisons included.
import { checkCommands } from './run-commands.ts';

checkCommands(() => false);

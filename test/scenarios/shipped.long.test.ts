// The incident of a million sessions does what it says in all of its variants.
import { checkRun } from './run-as-told.ts';

checkRun(['discord-2017-10-13.yaml']);

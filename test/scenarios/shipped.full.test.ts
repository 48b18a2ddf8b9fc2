// The shipped scenarios whose runs take seconds do what they say, with their own seeds.
import { checkRun } from './run-as-told.ts';
import { slowFiles } from './shipped-scenario.ts';

checkRun(slowFiles);

// The shipped scenarios whose runs take seconds do what they say, with their own seeds; and an incident whose run takes most of
// a minute. April 26 has a test of its own.
import { checkRun } from './run-as-told.ts';
import { slowFiles } from './shipped-scenario.ts';

checkRun([...slowFiles, 'discord-2017-10-13.yaml']);

// The shipped scenarios whose runs take seconds do what they say, with their own seeds. Of the incident whose run takes most of a
// minute only the baseline is run here, and all of it in shipped.long.test.ts. April 26 has a test of its own.
import { checkRun } from './run-as-told.ts';
import { slowFiles } from './shipped-scenario.ts';

checkRun(slowFiles);
checkRun(['discord-2017-10-13.yaml'], true);

// Every command that reads a scenario is stopped while it does, and a brief run at many moments; interruption.test.ts tries some.
import { checkStopped } from './amid-reading.ts';

checkStopped(['run', 'validate', 'check', 'compare', 'explain'], [0, 20, 40, 60, 80, 110, 150, 200, 250, 300, 350]);

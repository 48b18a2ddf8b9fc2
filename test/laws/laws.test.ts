// Laws of the model on random scenarios, as many as fit into every test run; laws.full.test.ts takes more.
import { checkLaws } from './check-laws.ts';

checkLaws(50);

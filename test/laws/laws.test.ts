// Laws of the model on random scenarios, as many as fit into every test run; laws.full.test.ts takes more.
import { checkLaws } from './check-laws.ts';

// So many that everything happens that the laws are about; to be run again, fewer will do.
checkLaws(50, 15);

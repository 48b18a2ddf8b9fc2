// Laws of the model on more random scenarios than laws.test.ts takes: these and the next ones of the same seed.
import { checkLaws } from './check-laws.ts';

checkLaws(300);

// Numbers of the schema at their least and greatest values: a part of them, spread over all. extremes.full.test.ts takes every
// one; FUZZ_STEP asks for another part.
import { checkExtremes } from './check-extremes.ts';

checkExtremes(27);

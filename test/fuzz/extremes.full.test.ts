// Every number of the schema at its least and at its greatest value, of which extremes.test.ts takes a part: a minute.
import { checkExtremes } from './check-extremes.ts';

checkExtremes(1);

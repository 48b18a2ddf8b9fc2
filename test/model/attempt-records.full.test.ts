// In whatever record an attempt is kept, the run is the same: on 1,000 random scenarios.
import { checkAttemptRecords } from './check-attempt-records.ts';

checkAttemptRecords(1000);

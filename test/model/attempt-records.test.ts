// In whatever record an attempt is kept, the run is the same: on 60 random scenarios.
import { checkAttemptRecords } from './check-attempt-records.ts';

checkAttemptRecords(60);

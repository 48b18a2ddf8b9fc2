// The audit on more random scenarios than audit.test.ts takes: these and the next ones of the same seed.
import { checkAudit } from './audit/check-audit.ts';

checkAudit(1000);

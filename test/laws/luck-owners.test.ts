// Luck belongs to its owner, on as many random scenarios as fit into every test run; luck-owners.full.test.ts takes more.
import { checkLuckOwners } from './check-luck-owners.ts';

checkLuckOwners(4);

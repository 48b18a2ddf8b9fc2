// Luck belongs to its owner, on enough random scenarios to meet what is seldom drawn.
import { checkLuckOwners } from './check-luck-owners.ts';

checkLuckOwners(100);

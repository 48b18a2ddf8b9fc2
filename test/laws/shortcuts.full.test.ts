// On enough random scenarios to meet what is seldom drawn.
import { checkShortcuts } from './check-shortcuts.ts';

checkShortcuts(300, 23);

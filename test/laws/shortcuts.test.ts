import { checkShortcuts } from './check-shortcuts.ts';

checkShortcuts(40, 17);

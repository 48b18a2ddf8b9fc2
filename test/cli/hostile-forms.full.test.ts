// Every hostile scenario through every command in every form, in this process; hostile-text.test.ts takes a part of it.
import { checkHostileForms } from './hostile-forms.ts';

checkHostileForms({
  inEveryForm: true,
  drawn: ['what prints everywhere', 'formulas', 'a seed of a formula', 'controls everywhere'],
});

// Where the JSON Schema and the loader differ, a schema cannot judge. Some tens of mutants; thousands in schema-difference.full.test.ts.
import { describe, it } from 'vitest';
import { expectSameJudgement } from './judged-twice.ts';
import { caseCount } from './loaded-mutant.ts';

describe('the JSON Schema and the loader', () => {
  it('differ over mutants only where a schema cannot judge', () => {
    expectSameJudgement(caseCount(60));
  });
});

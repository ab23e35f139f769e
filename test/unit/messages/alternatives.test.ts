import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { alternatives } from '../../../src/messages/alternatives';
import { inFrench } from './readers';

describe('names of which one is enough', () => {
  for (const [names, english, french] of [
    [['A'], 'A', 'A'],
    [['A', 'B'], 'A or B', 'A ou B'],
    [['A', 'B', 'C'], 'A, B, or C', 'A, B ou C'],
  ] as const) {
    it(`are ${english}, in French ${french}`, () => {
      assert.equal(alternatives(names), english);
      assert.equal(
        inFrench(() => alternatives(names)),
        french,
      );
    });
  }
});

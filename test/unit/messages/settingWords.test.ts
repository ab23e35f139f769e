import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { SettingField, SettingProblemCode } from '../../../src/connections/connectionSettings';
import { faultOf, settingSentence } from '../../../src/messages/settingWords';
import { inFrench } from './readers';

interface Fault {
  readonly field?: SettingField;
  readonly args?: Readonly<Record<string, string>>;
  readonly words: string;
}

/** The compiler holds it to be complete. */
const faults: Readonly<Record<SettingProblemCode, Fault>> = {
  notAList: { words: 'it must be a list.' },
  notAnObject: { words: 'it must be an object.' },
  missing: { field: 'tenantId', words: '"tenantId" is missing.' },
  notText: { field: 'name', words: '"name" must be a text.' },
  empty: { field: 'name', words: '"name" is empty.' },
  notOneOf: {
    field: 'cloud',
    args: { allowed: 'commercial, gcc' },
    words: '"cloud" must be one of commercial, gcc.',
  },
  notAGuid: { field: 'clientId', words: '"clientId" must be a GUID.' },
  idNotValid: { words: '"id" must be lower-case letters, digits and hyphens, at most 40.' },
  idReserved: { args: { id: 'demo' }, words: 'the id "demo" is reserved for the sample tenant.' },
  idNotUnique: { args: { id: 'contoso' }, words: 'the id "contoso" is taken by another connection.' },
  regionNotForCloud: { words: '"region" is for the commercial cloud only.' },
  urlNotValid: { field: 'apiUrl', words: '"apiUrl" is not an address.' },
  apiUrlNotSecure: {
    words: '"apiUrl" must be https, or http on this computer, because a sign-in token is sent there.',
  },
  authorityUrlNotSecure: {
    words: '"authorityUrl" must be https, because credentials are sent there.',
  },
  urlHasCredentials: { field: 'apiUrl', words: '"apiUrl" must not carry a user name or a password.' },
  urlHasPath: { field: 'authorityUrl', words: '"authorityUrl" must be a host only, without a path.' },
  urlHasQuery: { field: 'apiUrl', words: '"apiUrl" must not have a query.' },
};

describe('what is wrong with a setting', () => {
  for (const [code, { field, args = {}, words }] of Object.entries(faults)) {
    const problem = { code: code as SettingProblemCode, field, args };

    it(`${code}, as half a sentence`, () => assert.equal(faultOf({ ...problem, index: 0 }), words));

    it(`${code} of an entry, counted from 1`, () =>
      assert.equal(
        settingSentence({ ...problem, index: 2 }),
        `Connection 3 in the setting liveResponse.connections is not used: ${words}`,
      ));

    it(`${code} of the whole setting`, () =>
      assert.equal(
        settingSentence({ ...problem, index: undefined }),
        `The setting liveResponse.connections is not used: ${words}`,
      ));

    it(`${code} in French`, () => {
      const french = inFrench(() => settingSentence({ ...problem, index: 2 }));
      assert.notEqual(
        inFrench(() => faultOf({ ...problem, index: 2 })),
        words,
      );
      assert.match(french, /liveResponse\.connections/);
      assert.match(french, /\b3\b/);
      assert.doesNotMatch(french, /is not used/);
    });
  }

  it('is the id where no field is named', () =>
    assert.equal(faultOf({ code: 'missing', field: undefined, index: 0, args: {} }), '"id" is missing.'));
});

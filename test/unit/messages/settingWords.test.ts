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
  notAList: { words: 'The value must be an array.' },
  notAnObject: { words: 'The value must be an object.' },
  missing: { field: 'tenantId', words: '“tenantId” is required.' },
  notText: { field: 'name', words: '“name” must be a string.' },
  notBoolean: { field: 'readOnly', words: '“readOnly” must be true or false.' },
  empty: { field: 'name', words: '“name” must not be empty.' },
  notOneOf: {
    field: 'cloud',
    args: { allowed: 'commercial, gcc' },
    words: '“cloud” must be one of: commercial, gcc.',
  },
  notAGuid: { field: 'clientId', words: '“clientId” must be a GUID.' },
  idNotValid: {
    words: '“id” must have 1 to 40 lowercase letters, digits, and hyphens, and can’t start with a hyphen.',
  },
  idReserved: { args: { id: 'demo' }, words: 'The ID “demo” is reserved for the sample tenant.' },
  idNotUnique: { args: { id: 'contoso' }, words: 'The ID “contoso” is already used by another connection.' },
  regionNotForCloud: { words: '“region” is available in the commercial cloud only.' },
  urlNotValid: { field: 'apiUrl', words: '“apiUrl” isn’t a valid URL.' },
  apiUrlNotSecure: {
    words: '“apiUrl” must use https, or http on this computer, because a token is sent there.',
  },
  authorityUrlNotSecure: {
    words: '“authorityUrl” must use https, because credentials are sent there.',
  },
  urlHasCredentials: { field: 'apiUrl', words: '“apiUrl” must not contain a user name or password.' },
  urlHasPath: { field: 'authorityUrl', words: '“authorityUrl” must contain only the host, without a path.' },
  urlHasQuery: { field: 'apiUrl', words: '“apiUrl” must not contain a query string.' },
};

describe('what is wrong with a setting', () => {
  for (const [code, { field, args = {}, words }] of Object.entries(faults)) {
    const problem = { code: code as SettingProblemCode, field, args };

    it(`${code}, as a sentence`, () => assert.equal(faultOf({ ...problem, index: 0 }), words));

    it(`${code} of an entry, counted from 1`, () =>
      assert.equal(
        settingSentence({ ...problem, index: 2 }),
        `Connection 3 in the setting liveResponse.connections is ignored. ${words}`,
      ));

    it(`${code} of the whole setting`, () =>
      assert.equal(
        settingSentence({ ...problem, index: undefined }),
        `The setting liveResponse.connections is ignored. ${words}`,
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
    assert.equal(faultOf({ code: 'missing', field: undefined, index: 0, args: {} }), '“id” is required.'));
});

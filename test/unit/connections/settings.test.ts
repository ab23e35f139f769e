import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  authKinds,
  demoConnection,
  readConnections,
  settingFields,
  type SettingProblem,
} from '../../../src/connections/connectionSettings';
import { cloudEndpoints, clouds } from '../../../src/defender/clouds';
import { otherTenant, tenant } from './fakes';

const client = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const good = { id: 'contoso', name: 'Contoso', cloud: 'commercial', tenantId: tenant, auth: 'azureCli' };

/** The faults of one entry, as `field code`. */
function faults(entry: unknown): string[] {
  const { connections, problems } = readConnections([entry]);
  assert.equal(
    connections.length,
    problems.length === 0 ? 2 : 1,
    'an entry is either there or has a problem',
  );
  return problems.map(describeProblem);
}

function describeProblem({ field, code }: SettingProblem): string {
  return `${field ?? '-'} ${code}`;
}

describe('readConnections', () => {
  it('has the sample tenant first, and alone when nothing is set', () => {
    for (const raw of [undefined, null, []]) {
      assert.deepEqual(readConnections(raw), { connections: [demoConnection], problems: [] });
    }
    assert.deepEqual(
      readConnections([good]).connections.map(({ id }) => id),
      ['demo', 'contoso'],
    );
  });

  it('decodes a connection, with the endpoints of its cloud', () => {
    assert.deepEqual(readConnections([{ ...good, tenantId: tenant.toUpperCase() }]).connections[1], {
      id: 'contoso',
      name: 'Contoso',
      cloud: 'commercial',
      region: undefined,
      tenantId: tenant,
      endpoints: cloudEndpoints('commercial'),
      readOnly: true,
      auth: 'azureCli',
    });
  });

  it('takes the endpoints of each cloud and of a region', () => {
    for (const cloud of clouds) {
      const [, connection] = readConnections([{ ...good, cloud }]).connections;
      assert.deepEqual(connection?.endpoints, cloudEndpoints(cloud));
    }
    const [, regional] = readConnections([{ ...good, region: 'eu' }]).connections;
    assert.equal(regional?.endpoints.apiUrl, 'https://eu.api.security.microsoft.com');
  });

  it('takes the id for a name, and the commercial cloud, when they are left out', () => {
    const { connections, problems } = readConnections([{ id: 'a', tenantId: tenant, auth: 'azureCli' }]);
    assert.deepEqual(problems, []);
    assert.equal(connections[1]?.name, 'a');
    assert.equal(connections[1].cloud, 'commercial');
  });

  it('changes nothing unless the entry says so', () => {
    const readOnly = (...value: unknown[]): boolean | undefined =>
      readConnections(value.map((each) => ({ ...good, readOnly: each }))).connections[1]?.readOnly;
    assert.equal(readOnly(undefined), true);
    assert.equal(readOnly(true), true);
    assert.equal(readOnly(false), false);
    for (const value of ['false', 0, '', {}]) {
      assert.deepEqual(faults({ ...good, readOnly: value }), ['readOnly notBoolean']);
    }
    // The sample tenant is there to be tried.
    assert.equal(demoConnection.readOnly, false);
  });

  it('wants of each way to sign in what it needs, and nothing that only another needs', () => {
    assert.deepEqual(faults({ ...good, clientId: 'nonsense', certificatePath: 1 }), []);
    assert.deepEqual(faults({ ...good, auth: 'microsoft' }), ['clientId missing']);
    assert.deepEqual(faults({ ...good, auth: 'clientSecret', clientId: 'x' }), ['clientId notAGuid']);
    assert.deepEqual(faults({ ...good, auth: 'clientCertificate' }), [
      'clientId missing',
      'certificatePath missing',
    ]);
    const entry = {
      ...good,
      auth: 'clientCertificate',
      clientId: client.toUpperCase(),
      certificatePath: '/c',
    };
    const [, connection] = readConnections([entry]).connections;
    assert.ok(connection?.auth === 'clientCertificate');
    assert.equal(connection.clientId, client);
    assert.equal(connection.certificatePath, '/c');
  });

  it('reports each fault of an entry', () => {
    assert.deepEqual(faults({}), ['id missing', 'tenantId missing', 'auth missing']);
    assert.deepEqual(
      faults({ id: 7, name: '  ', cloud: 'mars', region: 'moon', tenantId: 'contoso.com', auth: 'password' }),
      ['id notText', 'name empty', 'cloud notOneOf', 'region notOneOf', 'tenantId notAGuid', 'auth notOneOf'],
    );
    for (const entry of ['contoso', null, [], 3]) {
      assert.deepEqual(faults(entry), ['- notAnObject']);
    }
    assert.deepEqual(readConnections({ contoso: good }).problems.map(describeProblem), ['- notAList']);
  });

  it('says which values are allowed', () => {
    const [problem] = readConnections([{ ...good, auth: 'password' }]).problems;
    assert.deepEqual(problem, {
      index: 0,
      field: 'auth',
      code: 'notOneOf',
      args: { allowed: authKinds.join(', ') },
    });
  });

  it('accepts only ids that fit into a document address', () => {
    for (const id of ['a', '0', 'contoso-2', 'a'.repeat(40)]) {
      assert.deepEqual(faults({ ...good, id }), [], id);
    }
    for (const id of ['-a', 'Contoso', 'a_b', 'a/b', 'é', 'a'.repeat(41), 'a\nb']) {
      assert.deepEqual(faults({ ...good, id }), ['id idNotValid'], id);
    }
    assert.deepEqual(faults({ ...good, id: 'demo' }), ['id idReserved']);
  });

  it('keeps the first of two connections with one id', () => {
    const { connections, problems } = readConnections([good, { ...good, tenantId: otherTenant }]);
    assert.deepEqual(
      connections.map(({ tenantId }) => tenantId),
      [demoConnection.tenantId, tenant],
    );
    assert.deepEqual(problems, [{ index: 1, field: 'id', code: 'idNotUnique', args: { id: 'contoso' } }]);
  });

  it('does not let a wrong entry take the id of a right one', () => {
    const { connections, problems } = readConnections([{ ...good, tenantId: 'x' }, good]);
    assert.equal(connections[1]?.id, 'contoso');
    assert.deepEqual(problems.map(describeProblem), ['tenantId notAGuid']);
    assert.equal(problems[0]?.index, 0);
  });

  it('takes a region for the commercial cloud only', () => {
    assert.deepEqual(faults({ ...good, cloud: 'gccHigh', region: 'us' }), ['region regionNotForCloud']);
  });

  it('ignores what it does not know', () => {
    assert.deepEqual(faults({ ...good, colour: 'blue', apiURL: 'http://x' }), []);
  });
});

describe('readConnections: addresses', () => {
  it('lets apiUrl and authorityUrl override the cloud and nothing else', () => {
    const entry = {
      ...good,
      apiUrl: 'https://API.example.com:8443/',
      authorityUrl: 'https://login.example.com',
    };
    assert.deepEqual(readConnections([entry]).connections[1]?.endpoints, {
      ...cloudEndpoints('commercial'),
      apiUrl: 'https://api.example.com:8443',
      authorityUrl: 'https://login.example.com',
    });
  });

  it('allows http for the API on this computer only', () => {
    for (const apiUrl of [
      'http://127.0.0.1:8080',
      'http://127.9.9.9',
      'http://[::1]:1',
      'http://localhost',
    ]) {
      assert.deepEqual(faults({ ...good, apiUrl }), [], apiUrl);
    }
    for (const apiUrl of [
      'http://api.example.com',
      'http://127.0.0.1.example.com',
      'http://localhost.example.com',
      'http://128.0.0.1',
      'http://[::2]',
      'http://127.0.0.1@example.com',
      'ftp://127.0.0.1',
      'file:///etc/passwd',
    ]) {
      assert.deepEqual(faults({ ...good, apiUrl }), ['apiUrl apiUrlNotSecure'], apiUrl);
    }
  });

  it('never allows http for the authority', () => {
    for (const authorityUrl of ['http://127.0.0.1:8080', 'http://localhost', 'http://login.example.com']) {
      assert.deepEqual(faults({ ...good, authorityUrl }), ['authorityUrl authorityUrlNotSecure']);
    }
  });

  it('refuses what is no bare address', () => {
    const cases: [string, string][] = [
      ['api.example.com', 'urlNotValid'],
      ['https://', 'urlNotValid'],
      ['https://user:secret@api.example.com', 'urlHasCredentials'],
      ['https://user@api.example.com', 'urlHasCredentials'],
      ['https://api.example.com/?', 'urlHasQuery'],
      ['https://api.example.com/?a=b', 'urlHasQuery'],
      ['https://api.example.com/#', 'urlHasQuery'],
      ['https://api.example.com/api', 'urlHasPath'],
    ];
    for (const [value, code] of cases) {
      assert.deepEqual(faults({ ...good, apiUrl: value }), [`apiUrl ${code}`], value);
      assert.deepEqual(faults({ ...good, authorityUrl: value }), [`authorityUrl ${code}`], value);
    }
  });

  it('does not repeat a secret that was typed into a setting', () => {
    const secret = 'hunter2';
    const entry = Object.fromEntries(settingFields.map((field) => [field, `https://u:${secret}@x`]));
    const { problems } = readConnections([entry]);
    assert.ok(problems.length > 0);
    assert.ok(!JSON.stringify(problems).includes(secret));
  });
});

describe('readConnections: anything at all', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(...clouds, ...authKinds, tenant, client, 'eu', 'http://127.0.0.1', 'https://x'),
  );
  const entry = fc.record(Object.fromEntries(settingFields.map((field) => [field, value])), {
    requiredKeys: [],
  });

  it('never throws, and each entry is either a connection or reported', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.oneof(entry, fc.jsonValue()))), (raw) => {
        const { connections, problems } = readConnections(raw);
        const ids = connections.map(({ id }) => id);
        assert.equal(ids[0], 'demo');
        assert.equal(new Set(ids).size, ids.length);
        if (Array.isArray(raw)) {
          const faulty = new Set(problems.map(({ index }) => index));
          assert.equal(connections.length - 1 + faulty.size, raw.length);
        }
      }),
    );
  });

  it('keeps a valid entry whatever stands around it', () => {
    const noise = fc.array(fc.oneof(entry, fc.jsonValue()));
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const alone = readConnections([good]).connections[1];
        const { connections } = readConnections([...before, { ...good, id: 'the-good-one' }, ...after]);
        assert.deepEqual(
          connections.find(({ id }) => id === 'the-good-one'),
          { ...alone, id: 'the-good-one' },
        );
      }),
    );
  });
});

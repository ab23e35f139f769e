import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cloudEndpoints, clouds, regions } from '../../../src/defender/clouds';
import { decodeAction, normalizeGuid, time } from '../../../src/defender/decode';
import { isFinal } from '../../../src/defender/machineAction';
import { odataDate, odataString } from '../../../src/defender/odata';
import { readApiError } from '../../../src/defender/problems';

const id = '988cc94e-7a8f-4b28-ab65-54970c5d5018';

describe('a machine action, decoded', () => {
  it('has the fields and nulls of a recorded answer', () => {
    const decoded = decodeAction({
      id: id.toUpperCase(),
      type: 'LiveResponse',
      title: null,
      requestor: 'analyst@contoso.example',
      requestorComment: 'INC-4711',
      status: 'Succeeded',
      machineId: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
      computerDnsName: null,
      creationDateTimeUtc: '2026-11-20T14:43:45.6187124Z',
      lastUpdateDateTimeUtc: '2026-11-20T14:45:12.93163Z',
      errorHResult: -2145844840,
      scope: null,
      requestSource: 'PublicApi',
      commands: [
        {
          index: 1,
          startTime: null,
          endTime: '2026-11-20T14:43:52.7788848Z',
          commandStatus: 'Completed',
          errors: ['first', { odd: true }],
          command: {
            type: 'RunScript',
            params: [
              { key: 'ScriptName', value: 'minidump.ps1' },
              { key: 'Args', value: 'OfficeClickToRun' },
            ],
          },
        },
      ],
    });
    assert.deepEqual(decoded, {
      id,
      type: 'LiveResponse',
      status: 'Succeeded',
      requestor: 'analyst@contoso.example',
      requestorComment: 'INC-4711',
      machineId: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
      computerDnsName: undefined,
      createdAt: Date.UTC(2026, 10, 20, 14, 43, 45, 618),
      updatedAt: Date.UTC(2026, 10, 20, 14, 45, 12, 931),
      errorHResult: -2145844840,
      scope: undefined,
      requestSource: 'PublicApi',
      commands: [
        {
          index: 1,
          type: 'RunScript',
          status: 'Completed',
          errors: ['first', '{"odd":true}'],
          startedAt: undefined,
          endedAt: Date.UTC(2026, 10, 20, 14, 43, 52, 778),
          subject: 'minidump.ps1',
          args: 'OfficeClickToRun',
        },
      ],
    });
  });

  it('keeps types and statuses that nobody knows yet', () => {
    const decoded = decodeAction({ id, type: 'Teleport', status: 'Levitating' });
    assert.equal(decoded?.type, 'Teleport');
    assert.equal(decoded.status, 'Levitating');
    assert.equal(isFinal(decoded), false);
  });

  it('needs nothing but an ID, and never throws', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('type', 'status', 'commands', 'errorHResult', 'x'), fc.anything()),
        (odd) => {
          assert.equal(decodeAction({ ...odd, id })?.id, id);
        },
      ),
    );
    fc.assert(fc.property(fc.anything(), (odd) => decodeAction(odd) === undefined || true));
    assert.equal(decodeAction({ id: '../etc' }), undefined);
  });

  it('is final in exactly four statuses', () => {
    const statuses = [
      'Pending',
      'InProgress',
      'Succeeded',
      'Failed',
      'TimeOut',
      'Cancelled',
      'Completed',
      'Canceled',
    ];
    assert.deepEqual(
      statuses.filter((status) => isFinal({ status })),
      ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'],
    );
  });
});

describe('times of the service', () => {
  for (const [text, expected] of [
    ['2026-11-20T14:43:45.6187124Z', Date.UTC(2026, 10, 20, 14, 43, 45, 618)],
    ['2026-11-20T14:45:01.92Z', Date.UTC(2026, 10, 20, 14, 45, 1, 920)],
    ['2026-11-20T14:45:01Z', Date.UTC(2026, 10, 20, 14, 45, 1)],
    ['2026-11-20T14:45:01+02:00', Date.UTC(2026, 10, 20, 12, 45, 1)],
    ['2026-11-20T14:45:01.1234567', Date.UTC(2026, 10, 20, 14, 45, 1, 123)],
    ['yesterday', undefined],
    [null, undefined],
  ] as const) {
    it(String(text), () => assert.equal(time(text), expected));
  }
});

describe('times in the spelling of the service', () => {
  const number = (max: number) => fc.integer({ min: 0, max });
  const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{0,8}$/));
  const parts = fc.tuple(
    fc.integer({ min: 100, max: 9999 }),
    number(13),
    number(32),
    number(24),
    number(60),
    number(60),
  );

  it('are what Date.parse makes of them, whatever the numbers', () => {
    fc.assert(
      fc.property(parts, fraction, ([year, ...rest], part) => {
        const [month, day, hour, minute, second] = rest.map((each) => String(each).padStart(2, '0'));
        const text = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}${part}Z`;
        const expected = Date.parse(text);
        assert.equal(time(text), Number.isNaN(expected) ? undefined : expected, text);
      }),
      { numRuns: 5_000 },
    );
  });

  it('and odd ones too', () => {
    for (const text of [
      '2026-11-2xT14:43:45Z',
      '20261-1-20T14:43:45Z',
      '2026-11-20T14:43:45.x1Z',
      '2026-11-20T14:43:45.Z',
    ]) {
      const expected = Date.parse(text);
      assert.equal(time(text), Number.isNaN(expected) ? undefined : expected, text);
    }
  });
});

describe('OData literals', () => {
  it('cannot be ended by what is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const literal = odataString(value);
        assert.match(literal, /^'(?:[^']|'')*'$/s);
        assert.equal(literal.slice(1, -1).replaceAll("''", "'"), value);
      }),
    );
  });

  it('write dates as the documentation does', () => {
    assert.equal(odataDate(0), '1970-01-01T00:00:00.000Z');
  });
});

describe('GUIDs', () => {
  it('are lower-cased, and nothing else is one', () => {
    assert.equal(normalizeGuid(id.toUpperCase()), id);
    for (const bad of [`${id} `, `{${id}}`, id.slice(1), `${id}/x`, 7, undefined, null, [id]]) {
      assert.equal(normalizeGuid(bad), undefined);
    }
  });
});

describe('errors of the API', () => {
  for (const [name, body, expected] of [
    ['as documented', '{"error":{"code":"A","message":"B","target":"C"}}', ['A', 'B', 'C']],
    ['without the envelope', '{"code":"A","message":"B"}', ['A', 'B', undefined]],
    [
      'HTML of a proxy',
      '<html><head><title>502 Bad Gateway</title></head>',
      [undefined, '502 Bad Gateway', undefined],
    ],
    ['plain text', 'upstream gone\nstack', [undefined, 'upstream gone', undefined]],
    ['empty', '', [undefined, undefined, undefined]],
    ['odd JSON', '[1]', [undefined, '[1]', undefined]],
  ] as const) {
    it(name, () => {
      const { code, message, target } = readApiError(body);
      assert.deepEqual([code, message, target], expected);
    });
  }
});

describe('the table of clouds', () => {
  it('has the documented hosts', () => {
    assert.deepEqual(
      clouds.map((cloud) => cloudEndpoints(cloud).apiUrl),
      [
        'https://api.security.microsoft.com',
        'https://api-gcc.securitycenter.microsoft.us',
        'https://api-gov.securitycenter.microsoft.us',
        'https://api-gov.securitycenter.microsoft.us',
      ],
    );
    assert.equal(cloudEndpoints('commercial').tokenResource, 'https://api.securitycenter.microsoft.com');
  });

  it('has regional hosts for the commercial cloud only', () => {
    for (const region of regions) {
      assert.equal(
        cloudEndpoints('commercial', region).apiUrl,
        `https://${region}.api.security.microsoft.com`,
      );
      assert.deepEqual(cloudEndpoints('dod', region), cloudEndpoints('dod'));
    }
  });
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cloudEndpoints, clouds, regions } from '../../../src/defender/clouds';
import { decodeAction, normalizeGuid } from '../../../src/defender/decode';
import { readApiError } from '../../../src/defender/errorBody';
import { isFinal } from '../../../src/defender/machineAction';
import { odataDate, odataString } from '../../../src/defender/odata';
import { time } from '../../../src/defender/serviceTime';

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

  for (const [written, number] of [
    [-2145844840, -2145844840],
    ['-2145844840', -2145844840],
    [' 2149122456 ', -2145844840],
    ['0x80190198', -2145844840],
    ['0X0', 0],
    ['+5', 5],
    ['4294967295', -1],
    ['4294967296', 0],
    ['-2147483648', -2147483648],
    ['-2147483649', 0],
    ['0x180190198', 0],
    ['E_FAIL', 0],
    ['12a', 0],
    ['', 0],
    [null, 0],
    [[5], 0],
    [2149122456, -2145844840],
    [4294967296, 0],
    [-2147483649, 0],
    [1.5, 0],
  ] as const) {
    it(`has an errorHResult of ${JSON.stringify(written)}`, () =>
      assert.equal(decodeAction({ id, errorHResult: written })?.errorHResult, number));
  }

  const commandsOf = (commands: unknown): readonly { index: number; args: string | undefined }[] =>
    (decodeAction({ id, commands })?.commands ?? []).map(({ index, args }) => ({ index, args }));
  const params = (value: unknown): object => ({ params: [{ key: 'Args', value }] });

  it('has the arguments that lost their quotes, and a list as its JSON', () => {
    for (const [value, args] of [
      [4711, '4711'],
      [-0.5, '-0.5'],
      [true, 'true'],
      [false, 'false'],
      ['', ''],
      [null, undefined],
      [['-Path', 'C:\\a b', 5], '["-Path","C:\\\\a b",5]'],
      [{ a: 1 }, '{"a":1}'],
    ]) {
      assert.deepEqual(commandsOf([{ command: params(value) }]), [{ index: 0, args }]);
    }
  });

  it('has the errors of a command that are no list', () => {
    const errorsOf = (errors: unknown) => decodeAction({ id, commands: [{ errors }] })?.commands[0]?.errors;
    assert.deepEqual(errorsOf('denied'), ['denied']);
    assert.deepEqual(errorsOf({ code: 5 }), ['{"code":5}']);
    assert.deepEqual([errorsOf(''), errorsOf(null), errorsOf([])], [[], [], []]);
  });

  it('has the index of a command as a number, else its place', () => {
    const indexes = (...written: unknown[]): number[] =>
      commandsOf(written.map((index) => ({ index }))).map(({ index }) => index);
    assert.deepEqual(indexes('3', '0', 7), [3, 0, 7]);
    assert.deepEqual(indexes('x', -1, 1.5, null, '1e1', '9999999999'), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(
      commandsOf([null, { index: null }]).map(({ index }) => index),
      [1],
    );
    assert.deepEqual(commandsOf(null), []);
    assert.deepEqual(commandsOf({}), []);
  });

  it('has no time where .NET has not set one', () => {
    const command = { startTime: '0001-01-01T00:00:00Z', endTime: '2026-11-20T14:45:11.4Z' };
    const [decoded] = decodeAction({ id, commands: [command] })?.commands ?? [];
    assert.equal(decoded?.startedAt, undefined);
    assert.equal(decoded?.endedAt, Date.UTC(2026, 10, 20, 14, 45, 11, 400));
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
    ['2026-11-20T14:45:01-0230', Date.UTC(2026, 10, 20, 17, 15, 1)],
    ['2026-11-20T14:45:01+02', Date.UTC(2026, 10, 20, 12, 45, 1)],
    ['2026-11-20 14:45:01.5', Date.UTC(2026, 10, 20, 14, 45, 1, 500)],
    ['2026-11-20t14:45:01,25z', Date.UTC(2026, 10, 20, 14, 45, 1, 250)],
    ['2026-11-20T14:45:01.123456789Z', Date.UTC(2026, 10, 20, 14, 45, 1, 123)],
    ['2026-11-20T14:45Z', Date.UTC(2026, 10, 20, 14, 45)],
    ['2026-11-20', Date.UTC(2026, 10, 20)],
    [' 2026-11-20T14:45:01Z ', Date.UTC(2026, 10, 20, 14, 45, 1)],
    ['2026-11-20T24:00:00Z', Date.UTC(2026, 10, 21)],
    ['2024-02-29T01:02:03Z', Date.UTC(2024, 1, 29, 1, 2, 3)],
    ['2026-01-31T01:02:03.4Z', Date.UTC(2026, 0, 31, 1, 2, 3, 400)],
    ['0099-12-01T00:00:00Z', new Date(0).setUTCFullYear(99, 11, 1)],
    ['0999-12-01T00:00:00Z', Date.UTC(999, 11, 1)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2015-06-30T23:59:60.5Z', Date.UTC(2015, 6, 1, 0, 0, 0, 500)],
    ['2015-07-01T01:59:60+02:00', Date.UTC(2015, 6, 1)],
    ['2016-12-31T22:59:60Z', undefined],
    ['2016-11-30T23:59:60Z', undefined],
    ['2016-12-30T23:59:60Z', undefined],
    ['2016-12-31T23:59:61Z', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['0001-01-01T00:00:00', undefined],
    ['0001-01-01T00:00:00.0000000Z', undefined],
    ['0001-01-01T00:00:00+00:00', undefined],
    ['0001-01-01T02:00:00-08:00', undefined],
    ['0001-01-01', undefined],
    ['0000-01-01T00:00:00Z', undefined],
    ['9999-12-31T23:59:59.9999999Z', undefined],
    ['9999-12-31T23:59:59.9999999', undefined],
    ['9999-12-31T00:00:00Z', undefined],
    ['9999-12-30T23:59:59Z', Date.UTC(9999, 11, 30, 23, 59, 59)],
    ['1601-01-01T00:00:00Z', undefined],
    ['1601-01-01T00:00:01Z', Date.UTC(1601, 0, 1, 0, 0, 1)],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-02-29T00:00:00Z', undefined],
    ['2026-04-31T00:00:00.5+01:00', undefined],
    ['2026-00-10T00:00:00Z', undefined],
    ['2026-13-10T00:00:00Z', undefined],
    ['2026-11-00T00:00:00Z', undefined],
    ['2026-11-20T25:61:00Z', undefined],
    ['2026-11-20T23:60:00Z', undefined],
    ['2026-11-20T24:00:01Z', undefined],
    ['2026-11-20T24:00:00.1Z', undefined],
    ['2026-11-20T25:00:00', undefined],
    ['2026-11-20T14:45:01+24:00', undefined],
    ['2026-11-20T14:45:01+02:60', undefined],
    ['2026-11-20T14:45:01 GMT', undefined],
    ['20 Nov 2026', undefined],
    ['2026', undefined],
    ['', undefined],
    [1_795_132_800, undefined],
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

  it('are what Date.parse makes of them, whatever the numbers, if there is such a day', () => {
    fc.assert(
      fc.property(parts, fraction, ([year, ...rest], part) => {
        const [month, day, hour, minute, second] = rest.map((each) => String(each).padStart(2, '0'));
        const text = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}${part}Z`;
        const expected = Date.parse(text);
        // Date.parse takes 30 February for 2 March.
        const midnight = new Date(text.slice(0, 10));
        const exists = midnight.getUTCDate() === Number(day) && midnight.getUTCMonth() + 1 === Number(month);
        const unset = expected >= Date.UTC(9999, 11, 31) || expected === Date.UTC(1601, 0, 1);
        fc.pre(second !== '60');
        assert.equal(time(text), exists && !unset && !Number.isNaN(expected) ? expected : undefined, text);
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

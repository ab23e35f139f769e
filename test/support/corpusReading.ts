import { strict as assert } from 'node:assert';
import type { DocumentKind } from '../../src/results/address';
import type { ReadRequest, ResultReading } from '../../src/results/reading/reading';
import type { CorpusCase, Expected } from '../corpus/case';

/** What reading a case of the corpus is asked for. */
export function requestOf({ bytes, commandType, limit }: CorpusCase): ReadRequest {
  return { bytes, commandType: commandType ?? 'RunScript', ...(limit === undefined ? {} : { limit }) };
}

/** The reading says what the case expects. */
export function assertReading(reading: ResultReading, expected: Expected): void {
  const expect = complete(expected);
  assert.deepEqual(seen(reading, expect), expect);
}

function textOf({ documents }: ResultReading, kind: DocumentKind): string | undefined {
  const bytes = documents[kind]?.bytes;
  return bytes && Buffer.from(bytes).toString();
}

/** What the reading says of the things that the case has an opinion about. */
function seen(reading: ResultReading, expect: Expected): Expected {
  const { summary } = reading;
  const repairs = expect.repairs === undefined ? {} : { repairs: summary.repairs.map(({ kind }) => kind) };
  switch (summary.kind) {
    case 'transcript': {
      const { scriptName, exitCode, extra } = summary;
      const [output, error] = [textOf(reading, 'output'), textOf(reading, 'error')];
      return {
        ...{ kind: 'transcript', ...repairs },
        ...(output === '' ? {} : { output: output ?? assert.fail('no output') }),
        ...(error === '' ? {} : { error: error ?? assert.fail('no error') }),
        ...(scriptName === undefined ? {} : { scriptName }),
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(extra.length === 0
          ? {}
          : { extra: Object.fromEntries(extra.map(({ key, value }) => [key, value])) }),
      };
    }
    case 'body': {
      const compared = expect.kind === 'body' && expect.body !== undefined;
      const body = compared ? { body: textOf(reading, 'body') ?? assert.fail('no body') } : {};
      return { kind: 'body', reason: summary.reason.code, ...body, ...repairs };
    }
    case 'collected': {
      const name = summary.name === undefined ? {} : { fileName: summary.name };
      const compared = expect.kind === 'collected' && expect.text !== undefined;
      const text = compared ? { text: textOf(reading, 'collected') ?? assert.fail('no text') } : {};
      return { kind: 'collected', ...text, ...name, ...repairs };
    }
    case 'binary':
      return {
        ...{ kind: 'binary', ...repairs },
        ...(summary.size === undefined ? {} : { size: summary.size }),
        ...(summary.name === undefined ? {} : { fileName: summary.name }),
        ...(summary.reason === undefined ? {} : { reason: summary.reason }),
      };
  }
}

/** A transcript says of each repair, also that there was none. */
function complete(expect: Expected): Expected {
  return expect.kind === 'transcript' ? { repairs: [], ...expect } : expect;
}

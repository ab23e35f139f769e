import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import type { DocumentKind } from '../../../src/results/address';
import { type ReadRequest, readResult, type ResultReading } from '../../../src/results/reading';
import { corpus } from '../../corpus';
import type { CorpusCase, Expected } from '../../corpus/case';
import { sameReading } from '../../support/readingRules';

function requestOf({ bytes, commandType, limit }: CorpusCase): ReadRequest {
  return { bytes, commandType: commandType ?? 'RunScript', ...(limit === undefined ? {} : { limit }) };
}

function textOf({ documents }: ResultReading, kind: DocumentKind): string | undefined {
  const bytes = documents[kind]?.bytes;
  return bytes && Buffer.from(bytes).toString().slice(1);
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

for (const [family, cases] of Object.entries(corpus)) {
  describe(`the corpus: ${family}`, () => {
    for (const each of cases) {
      it(each.name, async () => {
        const request = requestOf(each);
        const expect = complete(each.expect);
        const reading = await readResult(request);
        assert.deepEqual(seen(reading, expect), expect);
        assert.equal(reading.sha256, createHash('sha256').update(each.bytes).digest('hex'));
        // As a large body is read, and as a small one: the same.
        sameReading(await readResult({ ...request, sizes: { whole: 8, piece: 16 } }), reading);
      });
    }
  });
}

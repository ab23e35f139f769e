import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import type { DocumentKind } from '../../src/results/address';
import { type ReadRequest, type ResultReading, withText } from '../../src/results/reading/reading';
import { assertCase, caseRequest, readingCases, type SeenReading } from '../cases';
import { corpus } from '../corpus';
import { assertReading, requestOf } from '../support/corpusReading';
import { zipOf } from '../support/zip';
import { shippedPackage, shippedReading, ShippedThread } from './shipped';

/** How the package reads: on its thread, or on the one that VS Code gives it. */
interface Reader {
  read(request: ReadRequest): Promise<ResultReading>;
  unpack(request: ReadRequest): Promise<Uint8Array | undefined>;
}

/** Characters; larger than all that is read in one piece. */
const large = 6 * 1024 * 1024;

for (const place of ['its thread', 'the main thread']) {
  describe(`the package reads on ${place}`, () => {
    let reader: Reader;
    let thread: ShippedThread | undefined;

    before(async () => {
      const shipped = await shippedPackage();
      if (place === 'its thread') {
        thread = await ShippedThread.start(shipped);
        reader = thread;
      } else {
        const here = await shippedReading(shipped);
        reader = {
          read: (request) => here.readResult(request),
          unpack: (request) => here.unpackedBytes(request),
        };
      }
    });
    after(() => thread?.close());

    for (const [family, cases] of Object.entries(corpus)) {
      describe(`the corpus: ${family}`, () => {
        for (const each of cases) {
          it(each.name, async () => {
            const reading = await reader.read(requestOf(each));
            assertReading(reading, each.expect);
            assert.equal(reading.sha256, createHash('sha256').update(each.bytes).digest('hex'));
          });
        }
      });
    }

    describe('small inputs', () => {
      for (const each of readingCases) {
        it(`${each.file.slice(0, 2)}: ${each.what}`, async () => {
          const request = caseRequest(each);
          assertCase(seen(await reader.read(await chosen(request, each.encoding))), each);
        });
      }
    });

    describe('large results', () => {
      const output = 'C:\\Users\\m.jäger 😀\r\n'.repeat(large / 20);
      const transcript = Buffer.from(JSON.stringify({ script_name: 'l.ps1', script_output: output }));
      for (const [name, bytes, repairs] of [
        ['as they came', transcript, []],
        ['in gzip', gzipSync(transcript), ['unpacked']],
        ['in zip', zipOf([{ name: 'stdout.json', data: transcript }]), ['unpacked']],
      ] as const) {
        it(name, async () => {
          const reading = await reader.read({ bytes, commandType: 'RunScript' });
          assert.deepEqual(
            reading.summary.repairs.map(({ kind }) => kind),
            repairs,
          );
          assert.ok(seen(reading).texts.output === output, 'the output is another');
        });
      }
    });

    async function chosen(request: ReadRequest, encoding: string | undefined): Promise<ReadRequest> {
      if (encoding === undefined) {
        return request;
      }
      const unpacked = (await reader.unpack(request)) ?? assert.fail('nothing was unpacked');
      return withText(new TextDecoder(encoding).decode(unpacked), encoding, request);
    }
  });
}

function seen({ summary, documents }: ResultReading): SeenReading {
  const texts = Object.entries(documents).map(([kind, { bytes }]): [DocumentKind, string] => [
    kind as DocumentKind,
    // A byte order mark stands before each.
    Buffer.from(bytes).toString(),
  ]);
  return { summary, texts: Object.fromEntries(texts) };
}

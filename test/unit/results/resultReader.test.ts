import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import { type ReadRequest, readResult, withText } from '../../../src/results/reading/reading';
import { ReadingThread } from '../../../src/results/reading/readingThread';
import { ResultReader } from '../../../src/results/reading/resultReader';
import { sameReading } from '../../support/readingRules';

/** The bundle that is shipped: the unit tests are started in the project's folder, after the build. */
const workerFile = pathToFileURL(join(process.cwd(), 'dist', 'readingWorker.js'));
const signal = new AbortController().signal;

/** A transcript of about six megabytes with a raw line break, so that it is read in pieces, and repaired. */
function largeTranscript(): Buffer {
  const lines = Array.from(
    { length: 100_000 },
    (_, n) => `${n}  C:\\\\Users\\\\m.jäger\\\\€\\u001b[0m 😀 "\\ud83d\\ude00"`,
  );
  const output = lines.join('\r\n').replaceAll('"', '\\"');
  return Buffer.from(
    `{"script_name":"a.ps1","exit_code":3,"script_output":"${output}\\u0000","script_errors":"e"}\0`,
  );
}

describe('reading a result on a thread of its own', () => {
  const lines: string[] = [];
  let reader = new ResultReader({ workerFile, log: (line) => lines.push(line) });

  afterEach(() => {
    reader.dispose();
    lines.length = 0;
    reader = new ResultReader({ workerFile, log: (line) => lines.push(line) });
  });

  it('gives what reading it here gives, and leaves the bytes where they are', async () => {
    const original = largeTranscript();
    const bytes = Buffer.from(original);
    const read = await reader.read({ bytes, commandType: 'RunScript' }, signal);
    assert.ok(original.equals(bytes));
    const here = await readResult({ bytes: original, commandType: 'RunScript' });
    sameReading(read, here);
    // And what reading it as one string gives.
    const sizes = { whole: Infinity, piece: 1024 };
    sameReading(here, await readResult({ bytes: original, commandType: 'RunScript', sizes }));
    assert.deepEqual(lines, []);
  }).timeout(60_000);

  it('uses the thread for a small package too: it may be large inside', async () => {
    const bytes = gzipSync(largeTranscript());
    assert.ok(bytes.byteLength < 2 * 1024 * 1024);
    const reading = await reader.read({ bytes, commandType: 'RunScript' }, signal);
    assert.ok(reading.summary.kind === 'transcript' && reading.summary.exitCode === 3);
  }).timeout(60_000);

  it('reads several at the same time, and again after that', async () => {
    const read = (): Promise<unknown> =>
      reader.read({ bytes: largeTranscript(), commandType: 'RunScript' }, signal);
    assert.equal((await Promise.all([read(), read()])).length, 2);
    await read();
  }).timeout(60_000);

  it('ends when it is aborted, and the next one is read', async () => {
    const leaver = new AbortController();
    const left = reader.read({ bytes: largeTranscript(), commandType: 'RunScript' }, leaver.signal);
    const stayed = reader.read({ bytes: largeTranscript(), commandType: 'RunScript' }, signal);
    leaver.abort();
    await assert.rejects(left, { name: 'AbortError' });
    assert.equal((await stayed).summary.kind, 'transcript');
    await assert.rejects(reader.read({ bytes: largeTranscript(), commandType: 'RunScript' }, leaver.signal), {
      name: 'AbortError',
    });
  }).timeout(60_000);

  it('ends the thread when it is aborted in the middle of the work', async () => {
    const thread = await ReadingThread.start(workerFile);
    const leaver = new AbortController();
    const request: ReadRequest = { bytes: largeTranscript(), commandType: 'RunScript' };
    const running = thread.run({ kind: 'read', request }, leaver.signal);
    leaver.abort();
    await assert.rejects(running, { name: 'AbortError' });
    assert.equal(thread.alive, false);
  }).timeout(60_000);

  it('is done here when no thread can be started, and says so once', async () => {
    const missing = pathToFileURL(join(process.cwd(), 'dist', 'missing.js'));
    const lame = new ResultReader({ workerFile: missing, log: (line) => lines.push(line) });
    for (let time = 0; time < 2; time += 1) {
      const bytes = largeTranscript();
      const read = await lame.read({ bytes, commandType: 'RunScript' }, signal);
      assert.equal(read.summary.kind, 'transcript');
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /no other could be started/);
  }).timeout(60_000);
});

describe('reading a result in another encoding', () => {
  const latin1 = Buffer.from('{"script_output":"Größe"}', 'latin1');
  const decode = (bytes: Uint8Array, encoding: string): Promise<string> =>
    Promise.resolve(new TextDecoder(encoding).decode(bytes));

  async function outputOf(bytes: Uint8Array, commandType = 'RunScript'): Promise<string> {
    const reader = new ResultReader({ workerFile, log: () => undefined });
    try {
      const read = await reader.readDecoded({ bytes, commandType }, 'windows-1252', decode, signal);
      const { output, collected } = read.documents;
      assert.ok(read.summary.repairs.some(({ kind }) => kind === 'decodedAs'));
      return Buffer.from((output ?? collected)?.bytes ?? []).toString();
    } finally {
      reader.dispose();
    }
  }

  it('reads the transcript that this encoding makes', async () => {
    assert.equal(await outputOf(latin1), 'Größe');
  });

  it('decodes what is in a package, not the package', async () => {
    assert.equal(await outputOf(gzipSync(latin1)), 'Größe');
    const far = Buffer.concat([latin1.subarray(0, 18), Buffer.alloc(3_000_000, 0xe4), Buffer.from('"}')]);
    assert.ok((await outputOf(gzipSync(far))).endsWith('ää'));
  }).timeout(60_000);

  it('makes text of a collected file that was none', async () => {
    assert.equal(await outputOf(gzipSync(Buffer.from('Größe', 'latin1')), 'GetFile'), 'Größe');
  });

  it('reads a text that is there already, and keeps the hash of the bytes', async () => {
    const request = { bytes: latin1, commandType: 'RunScript' };
    const read = await readResult(withText('\uFEFF{"script_output":"o"}', 'x', request));
    assert.equal(Buffer.from(read.documents.output?.bytes ?? []).toString(), 'o');
    assert.equal(read.sha256, (await readResult(request)).sha256);
  });
});

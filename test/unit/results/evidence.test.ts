import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type EvidenceItem, keepEvidence, manifestName, verifyEvidence } from '../../../src/results/evidence';
import { never } from '../../support/failures';
import { MemoryFiles } from '../../support/memoryFiles';

const run = (id: string) => ({
  id,
  at: Date.parse('2026-11-20T12:00:00Z'),
  by: 'a@contoso.example',
  tool: 'test 1',
  sample: false,
});
const item = (more: Partial<EvidenceItem> = {}, raw = '{"script_output":"x"}'): EvidenceItem => ({
  host: 'host-1.contoso.example',
  actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
  index: 0,
  files: [
    { name: 'a.ps1.transcript.json', bytes: Buffer.from(raw) },
    { name: 'a.ps1.script_output.txt', bytes: Buffer.from('x') },
  ],
  sidecar: { name: 'sidecar.json', bytes: Buffer.from(`{"at":${Math.random()}}`) },
  ...more,
});
const folder = 'host-1.contoso.example/988cc94e-7a8f-4b28-ab65-54970c5d5018/0';
const problems = async (files: MemoryFiles) => (await verifyEvidence(files, { signal: never }))?.problems;

describe('an evidence folder', () => {
  it('holds the files of a result and a manifest of them', async () => {
    const files = new MemoryFiles();
    assert.deepEqual(await keepEvidence(files, item(), run('r1')), { folder, again: false });
    assert.deepEqual([...files.files.keys()].sort(), [
      `${folder}/a.ps1.script_output.txt`,
      `${folder}/a.ps1.transcript.json`,
      `${folder}/sidecar.json`,
      manifestName,
    ]);
    const lines = Buffer.from(files.files.get(manifestName) ?? '')
      .toString()
      .trim()
      .split('\n');
    assert.equal(lines.length, 4);
    assert.equal((JSON.parse(lines[0] ?? '') as { by: string }).by, 'a@contoso.example');
    assert.deepEqual(await verifyEvidence(files, { signal: never }), { intact: 3, problems: [] });
  });

  it('keeps what is there: the same bytes are noted, other ones get a folder of their own', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const before = Buffer.from(files.files.get(manifestName) ?? '').toString();
    assert.deepEqual(await keepEvidence(files, item(), run('r2')), { folder, again: true });
    assert.deepEqual(await keepEvidence(files, item({}, '{"other":1}'), run('r2')), {
      folder: `${folder}-2`,
      again: false,
    });
    const after = Buffer.from(files.files.get(manifestName) ?? '').toString();
    assert.ok(after.startsWith(before));
    assert.deepEqual(await problems(files), []);
  });

  it('tells one flipped bit, a missing file and an added one', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const raw = files.files.get(`${folder}/a.ps1.transcript.json`) ?? assert.fail();
    raw[3] = (raw[3] ?? 0) ^ 1;
    files.files.delete(`${folder}/a.ps1.script_output.txt`);
    files.files.set(`${folder}/planted.txt`, Buffer.from('x'));
    const found = (await problems(files)) ?? [];
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['changed', 'missing', 'added'],
    );
    assert.ok(found.some((each) => each.kind === 'added' && each.path === `${folder}/planted.txt`));
  });

  it('tells a damaged manifest, and goes on after a line that was cut', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const manifest = Buffer.from(files.files.get(manifestName) ?? '');
    files.files.set(manifestName, manifest.subarray(0, -20));
    await keepEvidence(files, item({ index: 1 }), run('r2'));
    const kinds = ((await problems(files)) ?? []).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['unreadableLine', 'added']);
  });

  it('is none without a manifest', async () => {
    assert.equal(await verifyEvidence(new MemoryFiles(), { signal: never }), undefined);
  });

  it('never reads what a manifest names outside of it', async () => {
    const files = new MemoryFiles();
    const line = JSON.stringify({ run: 'x', path: '../../etc/passwd', size: 1, sha256: 'x' });
    files.files.set(manifestName, Buffer.from(`${line}\n`));
    assert.deepEqual(await problems(files), [{ kind: 'unreadableLine', line: 1 }]);
  });

  it('stays inside itself, whatever an attacker calls hosts and files', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '../..', 'CON', 'a/b', 'a\\b', '.', '', 'x\u202Egpj', 'C:\\x', 'nul.txt'),
    );
    await fc.assert(
      fc.asyncProperty(name, name, async (host, file) => {
        const files = new MemoryFiles();
        const raw = { name: file, bytes: Buffer.from('x') };
        await keepEvidence(files, item({ host, files: [raw] }), run('r'));
        for (const path of files.files.keys()) {
          const parts = path.split('/');
          assert.ok(path === manifestName || parts.length === 4, path);
          assert.ok(
            parts.every((part) => part !== '..' && part !== '.' && part !== ''),
            path,
          );
          assert.doesNotMatch(path, /[\\:\p{Cc}\p{Cf}]|(^|\/)(con|nul)(\.|\/|$)/iu);
        }
      }),
    );
  });

  it('lists nothing that it does not hold, whatever step fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), async (call) => {
        const files = new MemoryFiles();
        await keepEvidence(files, item({ index: 7 }), run('r0'));
        files.failAt = { call: files.calls + call, error: new Error('ENOSPC') };
        await keepEvidence(files, item(), run('r1')).catch(() => undefined);
        files.failAt = undefined;
        const found = (await problems(files)) ?? assert.fail('the manifest is gone');
        assert.deepEqual(
          found.filter(({ kind }) => kind !== 'added'),
          [],
        );
      }),
    );
  });
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  EvidenceFolder,
  type EvidenceItem,
  type EvidenceRun,
  manifestName,
} from '../../../src/results/evidence/evidence';
import { verifyEvidence } from '../../../src/results/evidence/evidenceVerification';
import { digestOf, type FilePort } from '../../../src/results/evidence/files';
import { type Clock, systemClock } from '../../../src/http/clock';
import { never, problemOf } from '../../support/failures';
import { MemoryFiles } from '../../support/memoryFiles';

const run = (id: string) => ({
  id,
  at: Date.parse('2026-11-20T12:00:00Z'),
  by: 'a@contoso.example',
  tool: 'test 1',
  sample: false,
});
const keepEvidence = (files: FilePort, kept: EvidenceItem, by: EvidenceRun, signal = never) =>
  new EvidenceFolder({
    files,
    clock: systemClock,
    owner: { host: 'here', pid: 1 },
    isRunning: () => false,
  }).keep(kept, by, signal);
const item = (more: Partial<EvidenceItem> = {}, raw = '{"script_output":"x"}'): EvidenceItem => {
  const files = more.files ?? [
    { stem: 'a.ps1', ending: '.transcript.json', bytes: Buffer.from(raw) },
    { stem: 'a.ps1', ending: '.script_output.txt', bytes: Buffer.from('x') },
  ];
  return {
    host: 'host-1.contoso.example',
    actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
    index: 0,
    sha256: digestOf(files[0].bytes).sha256,
    sidecar: Buffer.from(`{"at":${Math.random()}}`),
    ...more,
    files,
  };
};
const folder = 'host-1.contoso.example/988cc94e-7a8f-4b28-ab65-54970c5d5018/0';
const verified = (files: FilePort, older?: string) =>
  verifyEvidence(files, { signal: never, ...(older !== undefined && { older }) });
const problems = async (files: MemoryFiles) => (await verified(files))?.problems;
const linesOf = (files: MemoryFiles): Record<string, unknown>[] =>
  Buffer.from(files.files.get(manifestName) ?? '')
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('an evidence folder', () => {
  it('holds the files of a result and a manifest of them', async () => {
    const files = new MemoryFiles();
    assert.deepEqual(await keepEvidence(files, item(), run('r1')), {
      folder,
      again: false,
      restored: 0,
      changed: [],
    });
    assert.deepEqual([...files.files.keys()].sort(), [
      '.gitattributes',
      `${folder}/a.ps1.script_output.txt`,
      `${folder}/a.ps1.transcript.json`,
      `${folder}/sidecar.json`,
      manifestName,
    ]);
    const lines = linesOf(files);
    assert.equal(lines.length, 5);
    assert.equal(lines[0]?.['by'], 'a@contoso.example');
    assert.equal(lines[1]?.['path'], '.gitattributes');
    assert.equal(Buffer.from(files.files.get('.gitattributes') ?? '').toString(), '* -text\n');
    const found = await verified(files);
    assert.deepEqual([found?.intact, found?.problems, found?.unfinished], [4, [], []]);
  });

  it('chains its runs, so that an older SHA-256 still proves its part and a change is found', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const older = files.files.get(manifestName) ?? assert.fail();
    await keepEvidence(files, item({ index: 1 }), run('r2'));
    const header = linesOf(files).find((line) => line['run'] === 'r2');
    assert.equal(header?.['previous'], digestOf(older).sha256);
    const found = await verified(files, digestOf(older).sha256);
    assert.deepEqual([found?.problems, found?.coveredLines, found?.lines], [[], 5, 9]);
    assert.equal(found?.sha256, digestOf(files.files.get(manifestName) ?? assert.fail()).sha256);
    const text = Buffer.from(files.files.get(manifestName) ?? '').toString();
    files.files.set(manifestName, Buffer.from(text.replace('a@contoso', 'b@contoso')));
    assert.deepEqual(
      (await problems(files))?.map((each) => [each.kind, 'line' in each && each.line]),
      [['brokenChain', 6]],
    );
    assert.equal((await verified(files, digestOf(older).sha256))?.coveredLines, undefined);
  });

  it('finds a run that was cut out of the manifest, and a run moved before another', async () => {
    const files = new MemoryFiles();
    for (const [n, id] of ['r1', 'r2', 'r3'].entries()) {
      await keepEvidence(files, item({ index: n }), run(id));
    }
    const lines = Buffer.from(files.files.get(manifestName) ?? '')
      .toString()
      .split('\n');
    files.files.set(manifestName, Buffer.from([...lines.slice(0, 5), ...lines.slice(9)].join('\n')));
    assert.ok((await problems(files))?.some(({ kind }) => kind === 'brokenChain'));
  });

  it('of an earlier version, without a chain, still verifies and is added to', async () => {
    const files = new MemoryFiles();
    files.files.set('h/a.txt', Buffer.from('x'));
    const { size, sha256 } = digestOf(Buffer.from('x'));
    const old = [
      { format: 1, run: 'old', atUtc: '2026-01-01T00:00:00.000Z', by: null, tool: 'old' },
      { run: 'old', path: 'h/a.txt', size, sha256 },
    ];
    files.files.set(manifestName, Buffer.from(old.map((line) => `${JSON.stringify(line)}\n`).join('')));
    assert.deepEqual(await problems(files), []);
    await keepEvidence(files, item(), run('r1'));
    assert.deepEqual(await problems(files), []);
  });

  it('marks what is of the sample tenant in its manifest', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), { ...run('r1'), sample: true });
    await keepEvidence(files, item({ index: 1 }), run('r2'));
    const marks = linesOf(files).filter((line) => 'format' in line);
    assert.deepEqual(
      marks.map((line) => line['sample']),
      ['SAMPLE', undefined],
    );
  });

  it('refuses bytes that are not those that were received, and keeps nothing of them', async () => {
    const files = new MemoryFiles();
    const large = new Uint8Array(3 * 1024 * 1024).fill(1);
    const { sha256 } = digestOf(large);
    for (const change of [
      () => new Uint8Array(),
      () => large.map((byte, n) => (n === 2_500_000 ? 2 : byte)),
    ]) {
      const bytes = change();
      const refused = item({ files: [{ stem: 'a', ending: '.received', bytes }], sha256 });
      const problem = await problemOf(keepEvidence(files, refused, run('r1')));
      assert.deepEqual(problem['code'], 'notAsReceived');
    }
    assert.deepEqual([...files.files.keys()], []);
  });

  it('has a name for each file of a long stem, and refuses two that a disk may take for one', async () => {
    const files = new MemoryFiles();
    const bytes = (text: string) => Buffer.from(text);
    for (const [n, stem] of ['x'.repeat(90), '\u5b57'.repeat(80), '\u{1F600}'.repeat(80)].entries()) {
      const endings = ['.transcript.json', '.script_output.txt', '.script_error.txt'];
      const [raw, ...more] = endings.map((ending) => ({ stem, ending, bytes: bytes(ending) }));
      await keepEvidence(files, item({ index: n, files: [raw ?? assert.fail(), ...more] }), run('r1'));
    }
    assert.deepEqual(await problems(files), []);
    const names = [...files.files.keys()].map((path) => path.split('/').at(-1) ?? '');
    assert.equal(names.filter((name) => name.endsWith('.transcript.json')).length, 3);
    assert.ok(names.every((name) => Buffer.byteLength(name) <= 255));
    for (const [one, other] of [
      ['a', 'A'],
      ['\u00e9', 'e\u0301'],
    ] as const) {
      const twice = item({
        index: 9,
        files: [
          { stem: one, ending: '.txt', bytes: bytes('1') },
          { stem: other, ending: '.txt', bytes: bytes('2') },
        ],
      });
      await assert.rejects(keepEvidence(files, twice, run('r1')), /same name/);
    }
    assert.ok([...files.files.keys()].every((path) => !path.includes('/9/')));
  });

  it('gets a missing sidecar or a missing text back when its result is kept again', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    files.files.delete(`${folder}/sidecar.json`);
    files.files.delete(`${folder}/a.ps1.script_output.txt`);
    assert.deepEqual(await keepEvidence(files, item(), run('r2')), {
      folder,
      again: true,
      restored: 1,
      changed: [],
    });
    assert.ok(files.files.has(`${folder}/sidecar-2.json`));
    assert.deepEqual(await problems(files), [{ kind: 'missing', path: `${folder}/sidecar.json` }]);
  });

  it('tells of a second line that contradicts the first one', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const entry = linesOf(files)[2] ?? assert.fail();
    const line = Buffer.from(`${JSON.stringify({ ...entry, sha256: 'f'.repeat(64) })}\n`);
    files.files.set(manifestName, Buffer.concat([files.files.get(manifestName) ?? line, line]));
    const [problem] = (await problems(files)) ?? [];
    assert.deepEqual([problem?.kind, problem && 'line' in problem && problem.line], ['contradicted', 6]);
  });

  it('is verified to its end with 150,000 files too many, and with one that cannot be read', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const list = files.list.bind(files);
    files.list = async (path) =>
      path === 'many'
        ? Array.from({ length: 150_000 }, (_, n) => ({ name: `f${n}`, folder: false }))
        : [...(await list(path)), ...(path === '' ? [{ name: 'many', folder: true }] : [])];
    files.before = (_, path) =>
      Promise.resolve(path.endsWith('.script_output.txt') ? { error: new Error('EIO'), done: 0 } : undefined);
    const found = await verified(files);
    assert.equal(found?.problems.length, 150_001);
    assert.equal(found.problems[0]?.kind, 'unreadable');
    assert.equal(found.intact, 3);
  });

  it('takes hosts whose names differ in case for one, on a disk that does', async () => {
    const files = new MemoryFiles({ ignoresCase: true });
    await keepEvidence(files, item({ host: 'HOST-1' }), run('r1'));
    await keepEvidence(files, item({ host: 'host-1', index: 1 }), run('r2'));
    assert.deepEqual(await problems(files), []);
  });

  it('spells a host as it was spelled first, on every disk', async () => {
    for (const ignoresCase of [true, false]) {
      const files = new MemoryFiles({ ignoresCase });
      await keepEvidence(files, item({ host: 'Ho\u0301st-1' }), run('r1'));
      const more = await keepEvidence(files, item({ host: 'H\u00d3ST-1', index: 1 }), run('r2'));
      const again = await keepEvidence(files, item({ host: 'h\u00f3st-1' }), run('r3'));
      assert.deepEqual([more.folder.split('/')[0], again.again], [again.folder.split('/')[0], true]);
      assert.deepEqual(await problems(files), []);
      const kept = [...files.files.keys()].filter((path) => path.includes('/'));
      kept.forEach((path) => files.files.delete(path));
      const third = await keepEvidence(files, item({ host: 'h\u00f3ST-1' }), run('r4'));
      assert.equal(third.folder, again.folder);
    }
  });

  it('deletes nothing that is listed, when the note of an older attempt spells it otherwise', async () => {
    for (const noted of ['HOST-1.contoso.example', 'host-1.contoso.example']) {
      for (const size of [1, 9_999]) {
        const files = new MemoryFiles({ ignoresCase: true });
        await keepEvidence(files, item(), run('r1'));
        const listed = linesOf(files)
          .filter((line) => String(line['path']).endsWith('.json'))
          .map((line) => ({ ...line, run: 'r0', path: String(line['path']).replace(/^[^/]+/, noted) }));
        const entries = [
          ...listed,
          { ...listed[0], path: `${noted}/never-made`, size, sha256: '0'.repeat(64) },
        ];
        const created = entries.map(({ path }) => path);
        const left = { id: 'x', run: run('r0'), entries, created };
        files.files.set('.keeping/x.json', Buffer.from(JSON.stringify(left)));
        await keepEvidence(files, item({ index: 1 }), run('r2'));
        const found = await verified(files);
        assert.deepEqual([found?.problems, found?.unfinished, found?.intact], [[], [], 7]);
      }
    }
  });

  it('leaves what somebody else puts at its place in the meantime', async () => {
    for (const canRename of [true, false]) {
      const files = new MemoryFiles({ canRename });
      const theirs = `${folder}/a.ps1.script_output.txt`;
      files.before = (step, path) => {
        if (step === (canRename ? 'rename' : 'create') && path.includes('a.ps1')) {
          files.files.set(theirs, Buffer.from(''));
        }
        if (step === 'rename') {
          files.files.set(theirs, Buffer.from(''));
        }
        return Promise.resolve(undefined);
      };
      const problem = await problemOf(keepEvidence(files, item(), run('r1')));
      assert.equal(problem['code'], 'notSaved');
      assert.ok(files.files.has(theirs));
      assert.ok(!files.files.has(`${folder}/a.ps1.transcript.json`));
    }
  });

  it('keeps its own names, whatever a host is called', async () => {
    for (const host of ['manifest.jsonl', 'MANIFEST.jsonl', '.keeping', '.gitattributes']) {
      const files = new MemoryFiles({ ignoresCase: true });
      await keepEvidence(files, item({ host }), run('r1'));
      assert.deepEqual(await problems(files), []);
    }
  });

  it('keeps what is there: the same bytes are noted, other ones get a folder of their own', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const before = Buffer.from(files.files.get(manifestName) ?? '').toString();
    assert.deepEqual(await keepEvidence(files, item(), run('r2')), {
      folder,
      again: true,
      restored: 0,
      changed: [],
    });
    assert.deepEqual(await keepEvidence(files, item({}, '{"other":1}'), run('r2')), {
      folder: `${folder}-2`,
      again: false,
      restored: 0,
      changed: [],
    });
    const after = Buffer.from(files.files.get(manifestName) ?? '').toString();
    assert.ok(after.startsWith(before));
    assert.deepEqual(await problems(files), []);
  });

  it('says that a file has changed since it was kept, and leaves it as it is', async () => {
    const files = new MemoryFiles();
    await keepEvidence(files, item(), run('r1'));
    const name = [...files.files.keys()].find((each) => each.endsWith('.transcript.json')) ?? '';
    files.files.set(name, Buffer.from('tampered'));
    const kept = await keepEvidence(files, item(), run('r2'));
    assert.deepEqual(kept, { folder: `${folder}-2`, again: false, restored: 0, changed: [name] });
    assert.equal(Buffer.from(files.files.get(name) ?? '').toString(), 'tampered');
    assert.equal((await problems(files))?.length, 1);
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
    assert.deepEqual(kinds, ['added']);
    const text = Buffer.from(files.files.get(manifestName) ?? '').toString();
    files.files.set(manifestName, Buffer.from(text.replace('{"run":"r1"', '{"rum":"r1"')));
    assert.ok((await problems(files))?.some(({ kind }) => kind === 'unreadableLine'));
  });

  it('has no line that nothing explains, when noting what was there already was interrupted', async () => {
    for (const done of [0.1, 0.5, 0.97]) {
      const files = new MemoryFiles();
      await keepEvidence(files, item(), run('r1'));
      files.before = (step) =>
        Promise.resolve(step === 'append' ? { error: new Error('EIO'), done } : undefined);
      await assert.rejects(keepEvidence(files, item(), run('r2')));
      files.before = undefined;
      const cancelled = new AbortController();
      files.before = (step, path) => {
        if (step === 'create' && path.endsWith('.json')) {
          cancelled.abort();
        }
        return Promise.resolve(undefined);
      };
      await assert.rejects(keepEvidence(files, item({ index: 1 }), run('r3'), cancelled.signal));
      const found = await verified(files);
      assert.deepEqual([found?.problems, found?.unfinished, found?.intact], [[], [], 4]);
    }
  });

  it('takes no lock away that another window is just making, and leaves none of its own', async () => {
    for (const [step, there, done, left] of [
      ['create', '', 0, true],
      ['create', '{"token":"', 0, true],
      ['write', undefined, 0.9, false],
      ['sync', undefined, 1, false],
    ] as const) {
      const files = new MemoryFiles();
      if (there !== undefined) {
        files.files.set('.keeping/lock', Buffer.from(there));
      }
      files.before = (each, path) =>
        Promise.resolve(
          each === step && path === '.keeping/lock' ? { error: new Error('EIO'), done } : undefined,
        );
      assert.equal((await problemOf(keepEvidence(files, item(), run('r1'))))['code'], 'notSaved');
      assert.deepEqual([...files.files.keys()], left ? ['.keeping/lock'] : [], step);
    }
  });

  it('is busy, not endlessly, when a lock that nobody holds cannot be taken away', async () => {
    const files = new MemoryFiles();
    const left = { token: 't', host: 'here', pid: 2, at: 0 };
    files.files.set('.keeping/lock', Buffer.from(JSON.stringify(left)));
    files.before = (step) =>
      Promise.resolve(
        step === 'rename' || step === 'delete' ? { error: new Error('EPERM'), done: 0 } : undefined,
      );
    const clock = jumpingClock();
    const ports = { files, clock, owner: { host: 'here', pid: 1 }, isRunning: () => false };
    const problem = await problemOf(new EvidenceFolder(ports).keep(item(), run('r1'), never));
    assert.equal(problem['code'], 'evidenceBusy');
  });

  it('waits for a lock that is unreadable only now, whoever else had it before', async () => {
    const files = new MemoryFiles();
    const lock = (text: string) => files.files.set('.keeping/lock', Buffer.from(text));
    const other = JSON.stringify({ token: 't', host: 'here', pid: 2, at: 0 });
    lock(other);
    let isOver = false;
    const clock = jumpingClock((now) => {
      if (!isOver) {
        lock(now >= 25_000 && now < 29_000 ? '' : other);
      }
    });
    const ports = { files, clock, owner: { host: 'here', pid: 1 }, isRunning: () => true };
    const problem = await problemOf(new EvidenceFolder(ports).keep(item(), run('r1'), never));
    assert.equal(problem['code'], 'evidenceBusy');
    lock('');
    isOver = true;
    await new EvidenceFolder(ports).keep(item(), run('r1'), never);
  });

  it('waits as long as another window goes on from one result to the next', async () => {
    const files = new MemoryFiles();
    const lock = (n: number) =>
      files.files.set(
        '.keeping/lock',
        Buffer.from(JSON.stringify({ token: `t${n}`, host: 'here', pid: 2, at: 0 })),
      );
    lock(0);
    const clock = jumpingClock((now) => {
      if (now < 120_000) {
        lock(Math.floor(now / 20_000));
      } else {
        files.files.delete('.keeping/lock');
      }
    });
    const ports = { files, clock, owner: { host: 'here', pid: 1 }, isRunning: () => true };
    await new EvidenceFolder(ports).keep(item(), run('r1'), never);
    assert.equal(clock.now(), 120_000);
  });

  it('is none without a manifest', async () => {
    assert.equal(await verified(new MemoryFiles()), undefined);
  });

  it('never reads what a manifest names outside of it', async () => {
    for (const path of [
      '../../etc/passwd',
      'a/../../x',
      'a\\..\\..\\x',
      'C:/x',
      'C:x',
      '/etc/passwd',
      '\\\\server\\share\\x',
      '//server/share',
      'a/.. /x',
      'a/.../x',
      'a\0b',
    ]) {
      const files = new MemoryFiles();
      const line = JSON.stringify({ run: 'x', path, size: 1, sha256: 'x' });
      files.files.set(manifestName, Buffer.from(`${line}\n`));
      assert.deepEqual(await problems(files), [{ kind: 'unreadableLine', line: 1 }], path);
    }
  });

  it('stays inside itself, whatever an attacker calls hosts and files', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '../..', 'CON', 'a/b', 'a\\b', '.', '', 'x\u202Egpj', 'C:\\x', 'nul.txt'),
    );
    await fc.assert(
      fc.asyncProperty(name, name, async (host, file) => {
        const files = new MemoryFiles();
        const raw = { stem: file, ending: '.received', bytes: Buffer.from('x') };
        await keepEvidence(files, item({ host, files: [raw] }), run('r'));
        for (const path of files.files.keys()) {
          const parts = path.split('/');
          assert.ok(path === manifestName || path === '.gitattributes' || parts.length === 4, path);
          assert.ok(
            parts.every((part) => part !== '..' && part !== '.' && part !== ''),
            path,
          );
          assert.doesNotMatch(path, /[\\:\p{Cc}\p{Cf}]|(^|\/)(con|nul)(\.|\/|$)/iu);
        }
      }),
    );
  });
});

/** A clock that jumps over each sleep, and tells what time it is then. */
function jumpingClock(onSleep: (now: number) => void = () => undefined): Clock {
  let now = 0;
  return {
    now: () => now,
    ticks: () => now,
    sleep: (ms) => {
      now += ms;
      onSleep(now);
      return Promise.resolve();
    },
  };
}

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeMachine } from '../../../src/defender/machine';
import { runPlanText } from '../../../src/messages/runPlanText';
import type { PlanDocument } from '../../../src/runs/planDocument';
import type { LeftOutReason } from '../../../src/runs/runPlan';
import { planOf, runId } from '../../support/runPlans';
import { inFrench } from './readers';

const at = Date.parse('2026-11-20T11:00:00Z');

function leftOut(why: LeftOutReason, name: string, osPlatform?: string): PlanDocument['leftOut'][number] {
  const machine = decodeMachine({ id: 'b1', computerDnsName: name, osPlatform });
  return { why, machine: machine ?? assert.fail('no machine') };
}

const usual: PlanDocument = {
  plan: planOf(2),
  leftOut: [],
  library: { kind: 'inSync' },
  time: { ms: 60_000, boundBy: 'starts' },
  actionMs: 60_000,
  sessions: 15,
  tenant: 'Contoso',
  sample: false,
};

describe('a plan document', () => {
  it('names everything that is sent', () => {
    assert.equal(
      runPlanText(usual),
      `# Run plan: \` a.ps1 \` on 2 machines of \` Contoso \`

Nothing has been sent. Review the plan, then confirm the run.

## Script

| Item | Value |
| --- | --- |
| Script | \` a.ps1 \` |
| Name in the library | \` a.0badc0de.ps1 \` |
| SHA-256 | \` ${'0badc0de'.repeat(8)} \` |
| Library | The library contains exactly this script. |
| Arguments | \` -Days 7 \` |
| Command on the machine | \` . .\\a.0badc0de.ps1 -Days 7 \` |
| Run ID | \` ${runId} \` |

## Machines (2)

| # | Machine | ID | System | Health | Last report |
| --- | --- | --- | --- | --- | --- |
| 1 | \` host-1 \` | \` ${'1'.padStart(40, 'a')} \` | \` Windows11 \` | \` Active \` | 2026-11-20 11:00 UTC |
| 2 | \` host-2 \` | \` ${'2'.padStart(40, 'a')} \` | \` Windows11 \` | \` Active \` | 2026-11-20 11:00 UTC |

## Expected time

At least 1 min, if each action takes 1 min. Defender allows 10 starts per minute.

## Audit log

The audit log of your tenant records each action with your name, the machine, the script, the arguments and the comment. Don’t put secrets in arguments or comments.

Comment of the first action: \` Collect [lr:1f2e3d4c:1] \`
`,
    );
  });
  it('says what is left out, and why', () => {
    const reasons: PlanDocument['leftOut'] = [
      leftOut('wrongSystem', 'a', 'Ubuntu'),
      leftOut('wrongSystem', 'b'),
      leftOut('inactive', 'c'),
      leftOut('excluded', 'd'),
      leftOut('busy', 'e'),
      leftOut('sameName', 'f'),
      leftOut('duplicate', 'g'),
    ];
    const text = runPlanText({ ...usual, leftOut: reasons });
    assert.match(text, /^## Left out \(7\)$/m);
    assert.deepEqual(
      [...text.matchAll(/\| ` ([a-g]) ` \|.* \| ([^|]+) \|$/gm)].map((found) => `${found[1]}: ${found[2]}`),
      [
        'a: its operating system doesn’t run this kind of script',
        'b: its operating system isn’t known',
        'c: inactive: no report for 7 days',
        'd: excluded',
        'e: another live response action is unfinished',
        'f: another machine with this name has reported more recently',
        'g: selected twice',
      ],
    );
  });
  it('says what happens to the library, and what bounds the time', () => {
    const replaced = { kind: 'replace', sha256: 'f'.repeat(64), by: 'eve|@contoso.com', at } as const;
    const time = { ms: 7_200_000, boundBy: 'sessions' } as const;
    const text = runPlanText({
      ...usual,
      plan: planOf(1, { parent: 'p1' }),
      library: replaced,
      time,
      sample: true,
    });
    assert.match(text, /SHA-256 ` ffffffff `, changed by ` eve\\\|@contoso\.com ` on 2026-11-20 11:00 UTC\./);
    assert.match(text, /^At least 2 h, if each action takes 1 min\. The run uses at most 15 sessions/m);
    assert.match(text, /^# Run plan: ` a\.ps1 ` on 1 machine of/);
    assert.match(text, /^\*\*SAMPLE\*\*/m);
    assert.match(text, /^\| Retries run \| ` p1 ` \|$/m);
    const unknown = { kind: 'replace', sha256: undefined, by: undefined, at: undefined } as const;
    assert.match(runPlanText({ ...usual, library: unknown }), /SHA-256 ` \? `, changed by ` \? ` on \?\./);
    assert.match(runPlanText({ ...usual, library: { kind: 'upload' } }), /uploaded under a new name/);
    assert.match(
      runPlanText({ ...usual, plan: planOf(0, { args: '' }) }),
      /Arguments \| none[^]*no machine to run on/,
    );
  });
  it('shows long arguments whole', () => {
    const args = 'x'.repeat(5_000);
    assert.equal(runPlanText({ ...usual, plan: planOf(1, { args }) }).split(args).length, 3);
  });
  it('lets no name become a link, a heading, a cell or a line', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('`', '|', '\\', '\n', '#', '[', ']', '(', ')', '<', 'x', ' ', '\u202E'),
    });
    fc.assert(
      fc.property(hostile, hostile, (name, comment) => {
        const [first, ...rest] = planOf(2).machines;
        const machines = first === undefined ? rest : [{ ...first, name }, ...rest];
        const text = runPlanText({
          ...usual,
          plan: planOf(2, { machines, comment }),
          leftOut: [leftOut('busy', name)],
        });
        assert.equal(
          text.split('\n').length,
          runPlanText({ ...usual, leftOut: [leftOut('busy', '')] }).split('\n').length,
        );
        assert.doesNotMatch(text, /\u202E/);
        for (const row of text.split('\n').filter((line) => /^\| \d/.test(line))) {
          assert.equal(row.replaceAll(/\\[^]/g, '').split('|').length, 8, row);
        }
      }),
    );
  });
  it('speaks French', () => {
    assert.match(
      inFrench(() => runPlanText(usual)),
      /^# Plan d’exécution : ` a\.ps1 ` sur 2 machines/,
    );
  });
});

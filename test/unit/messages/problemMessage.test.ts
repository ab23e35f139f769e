import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { notificationText } from '../../../src/messages/sanitize';
import type { Problem } from '../../../src/messages/problem';
import { messageFor } from '../../../src/messages/problemMessage';
import { casesOf, codes, nextSteps, notes, type ProblemCase } from './problemTable';
import { blanks, inFrench } from './readers';

describe('the message of a problem', () => {
  for (const code of codes) {
    casesOf(code).forEach(({ problem, sentence }, row) => {
      it(`${code}, row ${row + 1}: ${sentence.slice(0, 60)}`, () => {
        const message = messageFor(problem);
        assert.deepEqual(
          { ...message, sentence: blanks(message.sentence) },
          { kind: notes.has(code) ? 'info' : 'error', sentence, next: nextSteps[code] ?? [] },
        );
      });
    });
  }
});

describe('the sentence of a problem', () => {
  const sentences = codes.flatMap((code) => casesOf(code).map(({ sentence }) => sentence));

  it('has one blank between words and none at its ends', () => {
    for (const sentence of sentences) {
      assert.doesNotMatch(sentence, /^\s|\s$|\s\s/, sentence);
    }
  });

  it('has a singular', () => {
    for (const sentence of sentences) {
      assert.doesNotMatch(sentence, /\b1 (?:bytes|files|results|seconds|actions|commands)\b/, sentence);
    }
  });

  it('has no empty place and no place that was not filled', () => {
    for (const sentence of sentences) {
      assert.doesNotMatch(sentence, /\{\d\}|undefined|null|NaN|\(\)|“”|: [.,;]|\.\./, sentence);
    }
  });
});

/** Fields with words of ours, of which there is a closed set. */
const closed = new Set(['code', 'field', 'call', 'need', 'watched']);

/** The problem with a text in the place of each of its own that comes from outside. */
function filled(problem: Problem, text: string): Problem {
  const fill = (key: string, value: unknown): unknown => {
    if (closed.has(key) || (key === 'reason' && problem.code === 'notSaved')) {
      return value;
    }
    if (Array.isArray(value)) {
      return value.map((each: unknown) => fill('', each));
    }
    return typeof value === 'string'
      ? text
      : typeof value === 'object' && value !== null
        ? fillAll(value)
        : value;
  };
  const fillAll = (object: object): object =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fill(key, value)]));
  return fillAll(problem) as Problem;
}

function hasText(problem: Problem): boolean {
  return JSON.stringify(filled(problem, 'zzz')).includes('zzz');
}

function eachFilled(cases: readonly ProblemCase[], text: string): string[] {
  return cases.map(({ problem }) => messageFor(filled(problem, text)).sentence);
}

describe('a problem that comes with hostile text', () => {
  const hostile = codes.filter((code) => casesOf(code).some(({ problem }) => hasText(problem)));

  it('is any but these, which say nothing from outside', () => {
    assert.deepEqual(
      codes.filter((code) => !hostile.includes(code)),
      [
        'badTarget',
        'noConnection',
        'noSuchCommand',
        'noResult',
        'neverRan',
        'noPackage',
        'tooManyWatches',
        'nameless',
        'notListed',
        'noNeighbour',
        'twoResults',
        'noPreviousRun',
        'badLink',
        'noIds',
        'noResultShown',
        'binaryFile',
        'tooLargeForEditor',
        'azNotInstalled',
        'azTimedOut',
        'signInNeeded',
        'signInCancelled',
        'secretMissing',
        'tenantNotValid',
        'throttled',
      ],
    );
  });

  for (const code of hostile) {
    it(`${code} has no control, reordering or invisible character in its sentence`, () => {
      for (const sentence of eachFilled(casesOf(code), 'a\r\n\u0000\u0085\u2028b\u202Ec\u200Bd\u{E0041}e')) {
        assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{DI}\p{Zl}\p{Zp}]/u);
      }
    });

    it(`${code} has a sentence of bounded length`, () => {
      for (const sentence of eachFilled(casesOf(code), 'x'.repeat(100_000))) {
        assert.ok(sentence.length < 1_500, `${sentence.length}`);
      }
    });

    it(`${code} makes no link and no icon in a notification`, () => {
      for (const sentence of eachFilled(casesOf(code), '[a](command:evil) $(flame)')) {
        const shown = notificationText(sentence);
        assert.ok(!shown.includes('](') && !shown.includes('$('), shown);
      }
    });
  }
});

describe('the message of a problem in French', () => {
  for (const code of codes) {
    it(`${code} is not the English one`, () => {
      for (const { problem } of casesOf(code)) {
        const english = messageFor(problem);
        const french = inFrench(() => messageFor(problem));
        assert.notEqual(french.sentence, english.sentence);
        assert.equal(french.kind, english.kind);
        assert.equal(french.next.length, english.next.length);
        french.next.forEach(({ title, command }, index) => {
          assert.notEqual(title, english.next[index]?.title);
          assert.equal(command, english.next[index]?.command);
        });
      }
    });
  }

  it('is English again for the next reader', () => {
    inFrench(() => messageFor({ code: 'signInCancelled' }));
    assert.equal(messageFor({ code: 'signInCancelled' }).sentence, 'The sign-in was canceled.');
  });

  it('is French through and through where a part is named', () => {
    const status = inFrench(() => messageFor({ code: 'alreadyFinal', status: 'Failed' })).sentence;
    const waiting = inFrench(() =>
      messageFor({ code: 'notReady', status: 'InProgress', detail: '' }),
    ).sentence;
    assert.doesNotMatch(`${status} ${waiting}`, /failed|InProgress|in progress|nothing/i);
  });
});

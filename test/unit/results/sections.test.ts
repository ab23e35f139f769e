import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { maxSections, sectionsOf } from '../../../src/results/structure/sections';

const titles = (text: string): string[] =>
  sectionsOf(text.split('\n')).map(({ title, start, end, level }) => `${level} ${title} ${start}-${end}`);

describe('the sections of an output', () => {
  it('are the headings that people write in scripts', () => {
    const text = ['=== Processes ===', 'a', 'b', '--- Children ---', 'c', '', '=== Services ===', 'd'].join(
      '\n',
    );
    assert.deepEqual(titles(text), ['1 Processes 0-4', '2 Children 3-4', '1 Services 6-7']);
  });

  it('are titles between lines of one character', () => {
    assert.deepEqual(titles('##########\n# Network #\n##########\n10.0.0.1\n\n'), ['1 Network 0-3']);
  });

  it('say in which line the title stands', () => {
    const lines = [
      '#####',
      'Network',
      '#####',
      'a',
      '=== b ===',
      'c',
      '*'.repeat(22),
      'Start',
      'T: 20261120144352',
    ];
    assert.deepEqual(
      sectionsOf(lines).map(({ title, start, titleLine }) => [title, start, titleLine]),
      [
        ['Network', 0, 1],
        ['b', 4, 4],
        ['Start', 6, 7],
      ],
    );
  });

  it("are the header and the footer of PowerShell's transcript", () => {
    const stars = '**********************';
    const text = [
      stars,
      'Windows PowerShell transcript start',
      'Start time: 20261120144352',
      'Username: NT AUTHORITY\\SYSTEM',
      stars,
      'output',
      stars,
      'Windows PowerShell transcript end',
      'End time: 20261120144359',
      stars,
    ].join('\n');
    const found = titles(text);
    assert.ok(
      found.some((each) => each.startsWith('1 Windows PowerShell transcript start 0-')),
      found.join(),
    );
    assert.ok(found.includes('1 Windows PowerShell transcript end 6-9'), found.join());
  });

  for (const [language, start, startTime, end, endTime] of [
    [
      'German',
      'Start der Windows PowerShell-Aufzeichnung',
      'Startzeit: ',
      'Ende der Windows PowerShell-Aufzeichnung',
      'Endzeit: ',
    ],
    [
      'French',
      'Début de la transcription Windows PowerShell',
      'Heure de début\u00A0: ',
      'Fin de la transcription Windows PowerShell',
      'Heure de fin : ',
    ],
    [
      'Spanish',
      'Inicio de la transcripción de Windows PowerShell',
      'Hora de inicio: ',
      'Fin de la transcripción',
      'Hora de finalización: ',
    ],
    [
      'Japanese',
      'Windows PowerShell トランスクリプト開始',
      '開始時刻: ',
      'Windows PowerShell トランスクリプト終了',
      '終了時刻：',
    ],
    ['Chinese', 'Windows PowerShell 脚本开始', '开始时间: ', 'Windows PowerShell 脚本结束', '结束时间:'],
    [
      'Russian',
      'Начало записи сценария Windows PowerShell',
      'Время начала: ',
      'Окончание записи',
      'Время окончания: ',
    ],
    ['Hebrew', 'התחלת תעתיק של Windows PowerShell', 'שעת התחלה: <U+200E>', 'סיום התעתיק', 'שעת סיום: '],
  ] as const) {
    it(`are the header and the footer of PowerShell's transcript in ${language}`, () => {
      const stars = '*'.repeat(22);
      const header = [stars, start, `${startTime}20261120144345`, 'CONTOSO: x', stars];
      const footer = [stars, end, `${endTime}20261120144346`, stars];
      assert.deepEqual(
        sectionsOf([...header, 'whoami', 'x', ...footer]).map(({ title }) => title),
        [start, end],
      );
    });
  }

  it('are no headers of a transcript where commands of one begin, or where no time stands', () => {
    const stars = '*'.repeat(22);
    assert.deepEqual(titles(`${stars}\nCommand start time: 20261120144345\n${stars}\nPS> whoami\nx`), []);
    assert.deepEqual(titles(`${stars}\nsome words\nmore: words\nx`), []);
  });

  it('are no headers of a transcript where a time has other digits, no name, or too many words around it', () => {
    const header = (time: string): string[] => titles(`${'*'.repeat(22)}\nsome words\n${time}\nx`);
    assert.equal(header('Start: <U+200E>20261120144345<U+200F> h').length, 1);
    for (const time of [
      'Start: 2026112014434',
      'Start: 202611201443455',
      ': 20261120144345',
      '  : 20261120144345',
      'Start: at: 20261120144345',
      'Start: in the year 20261120144345',
      'Start: 20261120144345 or later',
      `${'x'.repeat(81)}: 20261120144345`,
    ]) {
      assert.deepEqual(header(time), [], time);
    }
  });

  it('are headings in all the ways that people frame them', () => {
    const framed = [
      '*** A ***',
      '~~~ b ~~~',
      '### C ###',
      '=====D=====',
      '  === E ===',
      '## F',
      '--- g - h ---',
    ];
    assert.deepEqual(
      framed.map((line) => sectionsOf([line, 'x']).map(({ title }) => title)),
      [['A'], ['b'], ['C'], ['D'], ['E'], ['F'], ['g - h']],
    );
    for (const line of [
      '=== a === b ===',
      '== a ==',
      '=== ===',
      '=== a',
      '----',
      '#a',
      '#####  a',
      '=== - ===',
    ]) {
      assert.deepEqual(titles(`${line}\nx`), [], line);
    }
  });

  it('are tables and lists of PowerShell', () => {
    const text = 'Id  Name\n--  ----\n 1  a\n 2  b\n\nName  : x\nId    : 1\nPath  : C:\\x\n\ntext';
    assert.deepEqual(titles(text), ['1 Id · Name 0-3', '1 Name · : x 5-7']);
  });

  it('are none in plain lines', () => {
    assert.deepEqual(titles('one\ntwo - three\n-----\nfour'), []);
  });

  it('lie inside the text, nested or apart, and are not more than can be read', () => {
    const line = fc.constantFrom(
      '=== A ===',
      '--- b ---',
      '## c',
      '#####',
      'text',
      '',
      'Id  N',
      '--  -',
      'k : v',
      '*****',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const found = sectionsOf(lines);
        for (const [n, one] of found.entries()) {
          assert.ok(one.start >= 0 && one.end < lines.length && one.start < one.end);
          for (const other of found.slice(n + 1)) {
            const apart = other.start > one.end || one.start > other.end;
            const inside = other.start >= one.start && other.end <= one.end;
            assert.ok(apart || inside, JSON.stringify([one, other, lines]));
          }
        }
      }),
      { numRuns: 1_000 },
    );
    const many = sectionsOf(Array.from({ length: 40_000 }, (_, n) => (n % 2 === 0 ? `=== ${n} ===` : 'x')));
    assert.ok(many.length <= maxSections);
  });

  it('ends the last section of too many where the next heading stands', () => {
    const titles = Array.from({ length: maxSections + 100 }, (_, n) => n);
    const flat = sectionsOf(titles.flatMap((n) => [`=== ${n} ===`, 'x']));
    assert.equal(flat.length, maxSections);
    assert.deepEqual(flat.at(-1), {
      title: String(maxSections - 1),
      start: 2 * maxSections - 2,
      titleLine: 2 * maxSections - 2,
      end: 2 * maxSections - 1,
      level: 1,
    });
    const nested = sectionsOf(['=== All ===', ...titles.flatMap((n) => [`--- ${n} ---`, 'x'])]);
    assert.ok(nested.every(({ end }) => end < 2 * maxSections + 1));
    const boxes = sectionsOf(titles.flatMap((n) => ['=====', String(n), '=====', 'x']));
    assert.equal(boxes.at(-1)?.end, 4 * maxSections - 1);
  });
});

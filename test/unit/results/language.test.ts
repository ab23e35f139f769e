import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { jsonSteps } from '../../../src/results/transcript/jsonText';
import { textLanguage, textLanguageInSlices } from '../../../src/results/structure/language';
import { isTranscriptLine, withoutTranscriptLine } from '../../../src/results/structure/powershellTranscript';

const started = 'Transcript started, output file is C:\\ProgramData\\x.txt\r\n';

describe('the language of a text', () => {
  for (const [language, text] of [
    ['json', '{"a": 1}'],
    ['json', `${started}[{"Name":"a"},\r\n{"Name":"b"}]\r\n`],
    ['json', '[1, 2, 3]'],
    ['log', '{ this is no JSON }'],
    ['log', '{"a": 1} and more'],
    ['log', '[INFO] started\n[INFO] done'],
    ['log', '[2026-11-20 10:00] service started'],
    ['xml', '<?xml version="1.0"?>\n<a/>'],
    ['xml', '<Objs Version="1.1"><S>x</S></Objs>'],
    ['log', '<b> is not closed'],
    ['html', '<!DOCTYPE html>\n<html><body>x</body></html>'],
    ['html', '<html><body>x</body></html>'],
    ['csv', 'Name,Path,Size\na,C:\\a,1\nb,"C:\\b, c",2\nd,e,3\n'],
    ['csv', '#TYPE System.Object\r\n"Name","Id","X"\r\n"a","1","2"\r\n"b","2","3"\r\n"c","3","4"\r\n'],
    ['csv', 'Name;Pfad;Größe\na;b;1\nc;d;2\ne;f;3\n'],
    ['log', 'one, two, three\nfour, five\nsix\nseven'],
    ['log', 'Started, 1, 2\n'],
    ['log', 'at 10:00, a, b\nat 10:01, c, d\nat 10:02, e, f\nat 10:03, g, h\n'],
    ['log', 'Id  Name\n--  ----\n 1  a\n'],
    ['log', ''],
  ] as const) {
    it(`${JSON.stringify(text.slice(0, 60))} is ${language}`, () =>
      assert.equal(textLanguage(text), language));
  }

  const objects = Array.from(
    { length: 3_000 },
    (_, n) => `{"Name":"x","Value":[${n},2.5e3],"Text":"a\\u00e9 \\" b"}`,
  );
  for (const [language, name, text] of [
    ['json', 'a list', `[${objects.join(',')}]`],
    ['json', 'a list with PowerShell before it', `${started}[${objects.join(',\r\n')}]\r\n`],
    ['log', 'JSON lines', objects.join('\n')],
    ['log', 'a list with a line behind it', `[${objects.join(',')}]\nDone.\n`],
    ['log', 'a list with a line before it', `Found 3000:\n[${objects.join(',')}]`],
    ['log', 'a list that ends too early', `[${objects.join(',')}`],
    ['log', 'a list with a raw tab in its last string', `[${objects.join(',')}, "a\tb"]`],
    ['log', 'two lists', `[${objects.join(',')}] [1]`],
    ['log', 'brackets without an end', '['.repeat(200_000)],
    ['log', 'brackets that close', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['xml', 'an element', `<Objs Version="1.1">${'<S>x</S>'.repeat(20_000)}</Objs>\n`],
    [
      'log',
      'an element with a line behind it',
      `<Objs Version="1.1">${'<S>x</S>'.repeat(20_000)}</Objs>\nDone\n`,
    ],
  ] as const) {
    it(`of more than 64 Ki characters is told from all of it: ${name}`, () =>
      assert.equal(textLanguage(text), language));
  }

  const many = `${objects.join(',')},`.repeat(30);
  for (const [language, name, text] of [
    ['json', 'a list', `[${many}1]`],
    ['json', 'a list with empty lines behind it', `[${many}1]${'\n'.repeat(5 * 1024 * 1024)}`],
    ['log', 'JSON lines', objects.join('\n').repeat(30)],
    ['log', 'a list that breaks at its beginning', `[1 2,${many}1]`],
    ['log', 'a list that is followed by another', `[1] [${many}1]`],
    ['log', 'a list that ends too early', `[${many}1`],
    ['log', 'a list that ends as an object', `[${many}{"a":1}`],
  ] as const) {
    it(`of more than 4 Mi characters is told from so many and its end: ${name}`, () => {
      assert.ok(text.length > 4 * 1024 * 1024);
      assert.equal(textLanguage(text), language);
    });
  }

  it('is the same in slices, with a pause after each', async () => {
    let pauses = 0;
    const text = `[${objects.join(',')}]`.padEnd(5 * 1024 * 1024);
    const pause = (): Promise<void> => Promise.resolve(void (pauses += 1));
    assert.equal(await textLanguageInSlices(`[${'"x", '.repeat(600_000)}1]`, pause), 'json');
    assert.ok(pauses >= 2, String(pauses));
    assert.equal(await textLanguageInSlices(text, pause), 'json');
  });
});

describe('whether a text is JSON', () => {
  const isJson = (text: string): boolean => {
    const steps = jsonSteps(text, 0);
    let step = steps.next();
    while (step.done !== true) {
      step = steps.next();
    }
    return step.value;
  };
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  it('is what JSON.parse says, of whole and of damaged texts', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', ':', '"', '[', ']', '{', '}', '0', '-', '\\', '\u00a0', ' ', 'e'),
        fc.nat({ max: 2 }),
      )
      .map(([text, at, mark, removed]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + mark + text.slice(place + removed);
      });
    fc.assert(
      fc.property(damaged, (text) => assert.equal(isJson(text), parses(text), text)),
      { numRuns: 5_000 },
    );
  });

  for (const text of [
    '',
    ' ',
    '1',
    '-',
    '01',
    '1.',
    '.5',
    '1e+5',
    '"\\u12"',
    '"\\x"',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    '[]]',
    '{}{}',
    'nul',
    'null',
    '[true,false]',
    '"a',
    '{"a":}',
    '[,1]',
    '{"a":1 "b":2}',
    '\uFEFF1',
  ]) {
    it(JSON.stringify(text), () => assert.equal(isJson(text), parses(text)));
  }
});

const path = String.raw`C:\ProgramData\Microsoft\Windows Defender Advanced Threat Protection\Temp\PSScriptOutputs\PSScript_Transcript_{6B1D0C3E-4A57-4C0B-9D5E-2F7A8C9B0D11}.txt`;

describe('the line that PowerShell begins a transcript with', () => {
  for (const [name, line] of [
    ['English', `Transcript started, output file is ${path}`],
    ['German', `Die Aufzeichnung wurde gestartet. Die Ausgabedatei ist "${path}".`],
    ['German quotes', `Die Aufzeichnung wurde gestartet. Die Ausgabedatei ist „${path}“.`],
    ['French', `Transcription démarrée, le fichier de sortie est « ${path} »`],
    ['Spanish', `Transcripción iniciada; el archivo de salida es ${path}`],
    ['Japanese', `トランスクリプトが開始されました。出力ファイルは ${path} です`],
    ['Chinese', `已启动脚本，输出文件为 ${path}`],
    ['Russian', `Запись сообщений запущена, выходной файл ${path}`],
    ['Hebrew, with its marks made visible', `התעתיק הופעל, קובץ הפלט הוא <U+200E>${path}<U+200F>`],
    ['Arabic', `تم بدء التدوين، ملف الإخراج هو ${path}`],
    [
      'Start-Transcript itself',
      String.raw`Aufzeichnung gestartet: D:\IR\PowerShell_transcript.HOST-1.x7Ab.20261120144345.txt`,
    ],
    ['a share', String.raw`Transcript démarré, \\server\logs\PowerShell_transcript.HOST.a.1.txt`],
    ['Linux', 'Transcript gestartet, /root/PowerShell_transcript.host.a.1.txt'],
  ] as const) {
    it(`is known in ${name}`, () => {
      assert.ok(isTranscriptLine(line));
      assert.equal(textLanguage(`${line}\r\n[{"Name":"svchost"},\r\n{"Name":"lsass"}]\r\n`), 'json');
      assert.equal(withoutTranscriptLine(`${line}\r\nx`), '\r\nx');
      assert.equal(withoutTranscriptLine(line), '');
    });
  }

  for (const line of [
    path,
    `${path} 51 MB and many words more that somebody has written`,
    String.raw`Report written to C:\Temp\report.txt`,
    String.raw`Found C:\Users\x\my_transcript.txt`,
    `${'x'.repeat(2_000)} ${path}`,
    '',
  ]) {
    it(`is not ${JSON.stringify(line.slice(0, 50))}`, () => {
      assert.ok(!isTranscriptLine(line));
      assert.equal(withoutTranscriptLine(`${line}\nx`), `${line}\nx`);
    });
  }
});

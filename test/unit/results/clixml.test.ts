import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { cleanText, noChanges } from '../../../src/results/reading/text';

const root = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">';
const objects = (...records: string[]): string => `${root}${records.join('')}</Objs>`;
const clixml = (...records: string[]): string => `#< CLIXML\r\n${objects(...records)}`;
const said = (text: string, stream = 'Error'): string => `<S S="${stream}">${text}</S>`;
const progress =
  '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS><I64 N="SourceId">1</I64><PR N="Record"><AV>Preparing modules for first use.</AV><Nil /><SD> </SD></PR></MS></Obj>';

function check(raw: string, text: string, changes = {}): void {
  assert.deepEqual(cleanText(raw), { text, changes: { ...noChanges, ...changes } });
}

const one = { clixmlDocuments: 1 };

describe('CLIXML in a stream', () => {
  it('becomes the lines of its errors', () => {
    const records = [
      said('foo : The term &apos;foo&apos; is not recognized as the name of a cmdlet_x000D__x000A_'),
      said('At line:1 char:1_x000D__x000A_'),
      said('    + CategoryInfo : &lt;x&gt;_x000D__x000A_'),
    ];
    check(
      clixml(...records),
      "foo : The term 'foo' is not recognized as the name of a cmdlet\r\nAt line:1 char:1\r\n    + CategoryInfo : <x>\r\n",
      one,
    );
  });

  it('is no text where it is progress alone', () => {
    check(clixml(progress), '', { ...one, progressRecords: 1 });
    check(`${clixml(progress, progress)}\r\n\0`, '', { ...one, progressRecords: 2, trailingNuls: 1 });
  });

  it('is no text where there is a header alone', () => {
    for (const header of ['#< CLIXML', '#< CLIXML\r\n', '#< CLIXML\r\n#< CLIXML\r\n\0']) {
      check(header, '', one);
      check(`a\n${header}`, 'a\n', one);
    }
  });

  it('gives each record its line, whatever its stream is', () => {
    const streams = ['warning', 'Verbose', 'debug', 'information', 'Error'];
    const lines = streams.map((stream) => `of ${stream}`);
    check(clixml(...streams.map((stream) => said(`of ${stream}`, stream))), lines.join('\r\n'), one);
    const object = `<Obj S="information" RefId="1"><TN><T>x</T></TN><ToString>Hello _x263A_</ToString><Props><S N="Source">s</S></Props></Obj>`;
    check(clixml(object, said('a_x000A_')), 'Hello ☺\r\na\n', one);
  });

  it('decodes what XML cannot hold, and nothing that only looks like it', () => {
    check(clixml(said('a_x005F_x000D_b _x00g0_ _xD83D__xDE00_ é')), 'a_x000D_b _x00g0_ 😀 é', one);
    check(clixml(said('_x001B_[31mred_x001B_[0m_x0007_')), 'red␇', {
      ...one,
      escapeSequences: 2,
      controls: 1,
    });
    check(clixml(said('_xD83D_')), '\uFFFD', { ...one, loneSurrogates: 1 });
    const wide = Array.from('not found\r\n').map((each) =>
      `${each}_x0000_`.replace('\r', '_x000D_').replace('\n', '_x000A_'),
    );
    check(clixml(said(wide.join(''))), 'not found\r\n', { ...one, utf16Stretches: 1 });
  });

  it('stands between other lines, which stay', () => {
    const error = said('bad_x000D__x000A_');
    check(`before\r\n${clixml(error)}\r\nafter\r\n`, 'before\r\nbad\r\nafter\r\n', one);
    check(`before${clixml(said('bad'))}after`, 'before\r\nbad\r\nafter', one);
    check(`before${clixml(progress)}\r\nafter`, 'before\r\nafter', { ...one, progressRecords: 1 });
    check(`${clixml(error)}\r\n\r\nafter`, 'bad\r\n\r\nafter', one);
    check(`${clixml(error)}${clixml(error)}plain\n${clixml(error)}`, 'bad\r\nbad\r\nplain\nbad\r\n', {
      clixmlDocuments: 3,
    });
  });

  it('may be several documents behind one header, and have its header twice', () => {
    check(`${clixml(said('a_x000A_'))}\r\n${objects(progress)}${objects(said('b'))}`, 'a\nb', {
      clixmlDocuments: 3,
      progressRecords: 1,
    });
    check(`#< CLIXML\r\n${clixml(said('a'))}`, 'a', one);
    check(`\uFEFF${clixml(said('a'))}`, 'a', { ...one, byteOrderMarks: 1 });
  });

  it('keeps an object that says more than a text as XML, on a line of its own', () => {
    const object =
      '<Obj RefId="0"><TN><T>x</T></TN><ToString>T</ToString><Props><I32 N="Id">5</I32></Props></Obj>';
    check(clixml(said('a'), object, '<I32>5</I32>', said('b')), `a\r\n${object}\r\n<I32>5</I32>\r\nb`, one);
  });
});

describe('what is no CLIXML, or no more', () => {
  it('is shown as it is when nothing of it can be read', () => {
    for (const text of [
      'about #< CLIXML in a sentence',
      'about #< CLIXML',
      '#< CLIXML\r\nno XML',
      `#< CLIXML\r\n${root}`,
      `#< CLIXML\r\n${root}${said('cut').slice(0, -6)}`,
      `#< CLIXML\r\n${root.slice(0, 20)}`,
      clixml('<S>&foo;</S>'),
      clixml('<S S="Error"><![CDATA[a]]></S>'),
      clixml('<!-- a --><S>b</S>'),
      clixml('<?x y?>'),
      clixml('text'),
      clixml('<S>a</T>'),
      `#< CLIXML\r\n<!DOCTYPE Objs [<!ENTITY a "b">]>${objects('<S>&a;</S>')}`,
      `#< CLIXML\r\n<Objs a="1" a="2"><S>b</S></Objs>`,
      clixml(`<Obj>${'<A>'.repeat(300)}${'</A>'.repeat(300)}</Obj>`),
    ]) {
      check(text, text);
    }
  });

  it('is read as far as it goes, and shown as it is from there on', () => {
    check(`#< CLIXML\r\n${root}${said('a')}<S S="Error">cut`, 'a\r\n<S S="Error">cut', one);
    check(clixml(said('a_x000A_'), '<S>&foo;</S>', said('b')), `a\n<S>&foo;</S>${said('b')}</Objs>`, one);
    check(`#< CLIXML\r\n${root}${said('a')}<S>cut${clixml(said('b'))}`, 'a\r\n<S>cut\r\nb', {
      clixmlDocuments: 2,
    });
    check(`#< CLIXML\r\n${root}${progress}<S`, '<S', { ...one, progressRecords: 1 });
    check('#< CLIXML\r\n<Objs/>tail', 'tail', one);
  });

  it('loses nothing to entities that stand for many, which are never expanded', () => {
    const bomb = clixml('<S>&lol9;</S>'.repeat(1000));
    check(bomb, bomb);
  });

  it('is bounded: a record of more than a megabyte is shown as it is', () => {
    const long = `<S S="Error">${'x'.repeat(1024 * 1024)}</S>`;
    check(clixml(said('a'), long), `a\r\n${long}</Objs>`, one);
  });

  // Anything but linear time would take hours here.
  const size = 2 * 1024 * 1024;
  for (const [name, part] of [
    ['headers', '#< CLIXML\r\n'],
    ['headers with the beginning of a document', '#< CLIXML\r\n<Objs>'],
    ['cut documents', `#< CLIXML\r\n<Objs><S>a`],
    ['empty documents', '#< CLIXML\r\n<Objs/>'],
    ['comments that never end', '#< CLIXML\r\n<Objs><!--'],
    ['white space behind a header', `#< CLIXML${' '.repeat(60)}`],
    ['nested elements', '<S>'],
    ['records', said('x')],
  ] as const) {
    it(`two megabytes of ${name} take linear time`, () => {
      const inside = part.startsWith('<') ? `#< CLIXML\r\n${root}` : '';
      const { text } = cleanText(inside + part.repeat(Math.floor(size / part.length)));
      assert.ok(Buffer.from(text).byteLength > 0 || part.endsWith('/>'));
    }).timeout(60_000);
  }
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { declaredArgsForm } from '../../../src/library/argsDeclaration';
import { paramBlockOf, type ScriptParameter } from '../../../src/library/paramBlock';

const plain: ScriptParameter = {
  name: '',
  kind: 'text',
  isList: false,
  type: undefined,
  isMandatory: false,
  choices: undefined,
  default: undefined,
  help: undefined,
};

/** The parameters, without what is as in {@link plain}. */
function partsOf(source: string): readonly Partial<ScriptParameter>[] | undefined {
  return paramBlockOf(source)?.map((each) =>
    Object.fromEntries(
      Object.entries(each).filter(([key, value]) => value !== plain[key as keyof ScriptParameter]),
    ),
  );
}

const full = `#Requires -Version 5.1
<#
.SYNOPSIS
Collects logs.
.PARAMETER Path
Where the logs are.
May have spaces.
.PARAMETER days
How many days.
.EXAMPLE
./a.ps1 -Path x
#>
using namespace System.IO
[CmdletBinding(SupportsShouldProcess = $true)]
param (
  [Parameter(Mandatory, Position = 0, HelpMessage = 'Not shown')]
  [ValidateNotNullOrEmpty()]
  [string] $Path,

  [ValidateRange(1, 90)] [int]$Days = 7,
  # What is done,
  # and how.
  [ValidateSet('Fast', "Deep", IgnoreCase = $true)][string]$Mode = 'Fast',
  [Parameter(Mandatory = $false, HelpMessage = "In ""quotes""")][switch]$Force,
  [bool]$Deep = $true,
  [string[]]$Names = @('a', 'b'),
  [datetime]$Since = (Get-Date).AddDays(-1),
  [Alias('u', 'usr')] $User = "$env:USERNAME",
  [System.IO.FileInfo] $File
)
Get-ChildItem $Path`;

describe('the parameters of a script', () => {
  it('are read with types, choices, defaults and help', () => {
    assert.deepEqual(partsOf(full), [
      { name: 'Path', type: 'string', isMandatory: true, help: 'Where the logs are. May have spaces.' },
      {
        name: 'Days',
        kind: 'number',
        type: 'int',
        default: { kind: 'value', value: '7' },
        help: 'How many days.',
      },
      {
        name: 'Mode',
        type: 'string',
        choices: ['Fast', 'Deep'],
        default: { kind: 'value', value: 'Fast' },
        help: 'What is done, and how.',
      },
      { name: 'Force', kind: 'switch', type: 'switch', help: 'In "quotes"' },
      { name: 'Deep', kind: 'boolean', type: 'bool', default: { kind: 'value', value: 'true' } },
      { name: 'Names', isList: true, type: 'string[]', default: { kind: 'value', value: ['a', 'b'] } },
      {
        name: 'Since',
        type: 'datetime',
        default: { kind: 'expression', source: '(Get-Date).AddDays(-1)' },
      },
      { name: 'User', default: { kind: 'expression', source: '"$env:USERNAME"' } },
      { name: 'File', type: 'System.IO.FileInfo' },
    ]);
  });
  it('may be none', () => assert.deepEqual(paramBlockOf('param()'), []));
  for (const [what, source, expected] of [
    ['a mark and no types', '\uFEFFPARAM($A,$B)', [{ name: 'A' }, { name: 'B' }]],
    [
      'typographic quotes',
      'param($A = \u2018it\u2019\u2019s\u2019)',
      [{ name: 'A', default: { kind: 'value', value: 'it\u2019s' } }],
    ],
    ['escapes', 'param($A = "a`tb`$c")', [{ name: 'A', default: { kind: 'value', value: 'a\tb$c' } }]],
    ['a script block as a check', 'param([ValidateScript({ $_ -gt (1) })]$A)', [{ name: 'A' }]],
    [
      'comments everywhere',
      'param( # x\n $A <# y #> , # z\n $B )',
      [
        { name: 'A', help: 'x' },
        { name: 'B', help: 'z' },
      ],
    ],
    ['continued lines', 'param(`\n$A `\r\n = 1)', [{ name: 'A', default: { kind: 'value', value: '1' } }]],
    [
      'a negative default',
      'param([int]$A = -1)',
      [{ name: 'A', kind: 'number', type: 'int', default: { kind: 'value', value: '-1' } }],
    ],
    ['line help', '# .PARAMETER A\n# First.\nparam($A)', [{ name: 'A', help: 'First.' }]],
  ] as const) {
    it(`are read with ${what}`, () => assert.deepEqual(partsOf(source), expected));
  }
  for (const [what, source] of [
    ['no block', 'Get-Process'],
    ['a block that is not the first thing', '$x = 1\nparam($A)'],
    ['a block of a function', 'function f { param($A) }'],
    ['parameter sets', "param([Parameter(ParameterSetName='x')]$A)"],
    ['remaining arguments', 'param([Parameter(ValueFromRemainingArguments)]$A)'],
    ['dynamic parameters', 'param($A)\nDynamicParam { }'],
    ['credentials', 'param([pscredential]$A)'],
    ['hashtables', 'param([hashtable]$A)'],
    ['lists of switches', 'param([switch[]]$A)'],
    ['two types', 'param([string][int]$A)'],
    ['generic types', 'param([Collections.Generic.List[string]]$A)'],
    ['here-strings', "param($A = @'\nx\n'@)"],
    ['the same name twice', 'param($A, $a)'],
    ['a scope', 'param($script:A)'],
    ['braces around a name', 'param(${A b})'],
    ['choices that are computed', 'param([ValidateSet($x)]$A)'],
    ['an empty default', 'param($A = )'],
    ['a block without an end', 'param($A'],
    ['a text without an end', "param($A = 'x"],
    ['a comma at the end', 'param($A,)'],
    ['nothing', ''],
  ] as const) {
    it(`are one field with ${what}`, () => assert.equal(paramBlockOf(source), undefined));
  }
  it('of any text are read or not, in no time', () => {
    const piece = fc.constantFrom(
      ...[
        'param',
        '(',
        ')',
        '[',
        ']',
        ',',
        '=',
        '$A',
        '$b',
        "'x'",
        '"y"',
        '"',
        "'",
        '#',
        '<#',
        '#>',
        '\n',
        '`',
        '@',
        '{',
        '}',
      ],
      ...['Parameter', 'Mandatory', 'string', 'ValidateSet', '1', '-', ' '],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        paramBlockOf(`param(${pieces.join('')}`);
        paramBlockOf(pieces.join(' '));
      }),
      { numRuns: 2_000 },
    );
    for (const piece of ['[', '(', "'", '"`', '<#', '$A,', '#', '@(', '[Parameter(']) {
      const start = performance.now();
      paramBlockOf(`param(${piece.repeat(50_000)}`);
      assert.ok(performance.now() - start < 2_000, piece);
    }
  });
});

describe('how a script takes its arguments', () => {
  it('is declared in a comment line of its own', () => {
    for (const source of [
      '# liveresponse: args=base64url\n',
      'x\r\n  #liveresponse: args=base64url  \r\ny',
      '#\n# LiveResponse: args=base64url',
    ]) {
      assert.equal(declaredArgsForm(source), 'base64url', source);
    }
    for (const source of [
      '',
      'x # liveresponse: args=base64url',
      '# liveresponse: args=base64',
      '# liveresponse: args=base64url2',
    ]) {
      assert.equal(declaredArgsForm(source), 'plain', source);
    }
  });
});

/**
 * JSON as a table: the state and the class of a character give the next state. Every state stands
 * three times, for the text itself, within a list and within an object, so that only brackets need
 * more than a look-up.
 */

const classNames = [
  ...[
    'other',
    'space',
    'whiteControl',
    'control',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    '/',
    '+',
    '-',
    '.',
    '0',
  ],
  ...['1-9', 'a', 'b', 'e', 'E', 'f', 'l', 'n', 'r', 's', 't', 'u', 'hex'],
] as const;
type ClassName = (typeof classNames)[number];

/** By UTF-16 code unit: its class, less than 32. */
export const jsonClasses = new Uint8Array(0x10000);
const setClass = (name: ClassName, characters: string = name): void => {
  for (const character of characters) {
    jsonClasses[character.charCodeAt(0)] = classNames.indexOf(name);
  }
};
jsonClasses.fill(classNames.indexOf('control'), 0, 0x20);
classNames.filter((name) => name.length === 1).forEach((name) => setClass(name));
setClass('space', ' ');
setClass('whiteControl', '\t\n\r');
setClass('1-9', '123456789');
setClass('hex', 'cdABCDF');

const stateNames = [
  ...['value', 'list', 'object', 'key', 'colon', 'behind'],
  ...['inKey', 'keyEscape', 'keyU1', 'keyU2', 'keyU3', 'keyU4'],
  ...['inString', 'escape', 'u1', 'u2', 'u3', 'u4'],
  ...['minus', 'zero', 'digits', 'point', 'fraction', 'e', 'sign', 'exponent'],
  ...['t', 'tr', 'tru', 'f', 'fa', 'fal', 'fals', 'n', 'nu', 'nul'],
] as const;
type StateName = (typeof stateNames)[number];

const kinds = ['text', 'list', 'object'] as const;
type Kind = (typeof kinds)[number];

/** A state is a number in whose lower five bits the class of a character fits. */
const stateOf = (kind: Kind, name: StateName): number =>
  32 * (kinds.indexOf(kind) * stateNames.length + stateNames.indexOf(name));

/** The states that a bracket leads to; `value` is the first of all. */
export const jsonStart = {
  value: stateOf('text', 'value'),
  behind: stateOf('text', 'behind'),
  list: stateOf('list', 'list'),
  object: stateOf('object', 'object'),
  behindInList: stateOf('list', 'behind'),
  behindInObject: stateOf('object', 'behind'),
} as const;

const firstAction = 0x8000;
/**
 * What stands in the table in place of a state where a bracket opens or closes, or where the text
 * is no JSON.
 */
export const jsonAction = {
  fault: firstAction,
  openObject: firstAction + 1,
  openList: firstAction + 2,
  closeObject: firstAction + 3,
  closeList: firstAction + 4,
} as const;

export function isJsonAction(state: number): boolean {
  return state >= firstAction;
}

/** By state and class, as `state | class`. */
export const jsonTransitions = new Uint16Array(32 * kinds.length * stateNames.length).fill(jsonAction.fault);

const hexClasses: readonly ClassName[] = ['0', '1-9', 'a', 'b', 'e', 'E', 'f', 'hex'];
const escapeClasses: readonly ClassName[] = ['"', '\\', '/', 'b', 'f', 'n', 'r', 't'];
const spaces: readonly ClassName[] = ['space', 'whiteControl'];
const digits: readonly ClassName[] = ['0', '1-9'];

for (const kind of kinds) {
  fillKind(kind);
}

function fillKind(kind: Kind): void {
  const entry = (from: StateName, classes: readonly ClassName[], to: number): void => {
    for (const name of classes) {
      jsonTransitions[stateOf(kind, from) | classNames.indexOf(name)] = to;
    }
  };
  const go = (from: StateName, classes: readonly ClassName[], to: StateName): void =>
    entry(from, classes, stateOf(kind, to));
  for (const state of ['value', 'list', 'object', 'key', 'colon', 'behind'] as const) {
    go(state, spaces, state);
  }
  for (const state of ['value', 'list'] as const) {
    fillValue(go, state);
    entry(state, ['{'], jsonAction.openObject);
    entry(state, ['['], jsonAction.openList);
  }
  fillString(go, 'inString', 'behind', ['escape', 'u1', 'u2', 'u3', 'u4']);
  fillString(go, 'inKey', 'colon', ['keyEscape', 'keyU1', 'keyU2', 'keyU3', 'keyU4']);
  go('colon', [':'], 'value');
  // A number goes on until something else comes, which is then as it is behind any value.
  for (const state of ['behind', 'zero', 'digits', 'fraction', 'exponent'] as const) {
    go(state, spaces, 'behind');
    if (kind === 'object') {
      go(state, [','], 'key');
      entry(state, ['}'], jsonAction.closeObject);
    }
    if (kind === 'list') {
      go(state, [','], 'value');
      entry(state, [']'], jsonAction.closeList);
    }
  }
  if (kind === 'list') {
    entry('list', [']'], jsonAction.closeList);
  }
  if (kind === 'object') {
    go('object', ['"'], 'inKey');
    go('key', ['"'], 'inKey');
    entry('object', ['}'], jsonAction.closeObject);
  }
  fillNumber(go);
  fillWords(go);
}

type Go = (from: StateName, classes: readonly ClassName[], to: StateName) => void;

function fillValue(go: Go, state: 'value' | 'list'): void {
  go(state, ['"'], 'inString');
  go(state, ['-'], 'minus');
  go(state, ['0'], 'zero');
  go(state, ['1-9'], 'digits');
  go(state, ['t'], 't');
  go(state, ['f'], 'f');
  go(state, ['n'], 'n');
}

function fillString(
  go: Go,
  inside: 'inString' | 'inKey',
  behind: 'behind' | 'colon',
  [escape, u1, u2, u3, u4]: readonly [StateName, StateName, StateName, StateName, StateName],
): void {
  const notInside: readonly ClassName[] = ['control', 'whiteControl', '"', '\\'];
  go(
    inside,
    classNames.filter((name) => !notInside.includes(name)),
    inside,
  );
  go(inside, ['"'], behind);
  go(inside, ['\\'], escape);
  go(escape, escapeClasses, inside);
  go(escape, ['u'], u1);
  go(u1, hexClasses, u2);
  go(u2, hexClasses, u3);
  go(u3, hexClasses, u4);
  go(u4, hexClasses, inside);
}

function fillNumber(go: Go): void {
  go('minus', ['0'], 'zero');
  go('minus', ['1-9'], 'digits');
  go('digits', digits, 'digits');
  go('zero', ['.'], 'point');
  go('digits', ['.'], 'point');
  go('point', digits, 'fraction');
  go('fraction', digits, 'fraction');
  for (const state of ['zero', 'digits', 'fraction'] as const) {
    go(state, ['e', 'E'], 'e');
  }
  go('e', ['+', '-'], 'sign');
  go('e', digits, 'exponent');
  go('sign', digits, 'exponent');
  go('exponent', digits, 'exponent');
}

function fillWords(go: Go): void {
  go('t', ['r'], 'tr');
  go('tr', ['u'], 'tru');
  go('tru', ['e'], 'behind');
  go('f', ['a'], 'fa');
  go('fa', ['l'], 'fal');
  go('fal', ['s'], 'fals');
  go('fals', ['e'], 'behind');
  go('n', ['u'], 'nu');
  go('nu', ['l'], 'nul');
  go('nul', ['l'], 'behind');
}

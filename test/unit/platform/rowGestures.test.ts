import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Opening, RowGestures } from '../../../src/platform/rowGestures';

const leavesFocus: Opening = { preserveFocus: true, pinned: false };
const movesFocus: Opening = { preserveFocus: false, pinned: false };
const keepsTab: Opening = { preserveFocus: false, pinned: true };

type Step = readonly [after: number, what: string | undefined, Opening?];

const stories: readonly (readonly [string, readonly Step[]])[] = [
  ['a click leaves the focus in the tree', [[0, 'a', leavesFocus]]],
  [
    'Enter moves it',
    [
      [0, 'enter'],
      [5, 'a', movesFocus],
    ],
  ],
  [
    'Enter counts once',
    [
      [0, 'enter'],
      [5, 'a', movesFocus],
      [2_000, 'a', leavesFocus],
    ],
  ],
  [
    'a double click moves it and keeps the tab',
    [
      [0, 'a', leavesFocus],
      [200, 'a', keepsTab],
    ],
  ],
  [
    'a third click is a new one',
    [
      [0, 'a', leavesFocus],
      [200, 'a', keepsTab],
      [200, 'a', leavesFocus],
    ],
  ],
  [
    'two slow clicks are two',
    [
      [0, 'a', leavesFocus],
      [600, 'a', leavesFocus],
    ],
  ],
  [
    'quick clicks on two rows are two',
    [
      [0, 'a', leavesFocus],
      [100, 'b', leavesFocus],
    ],
  ],
  [
    'Enter after a click is no double click',
    [
      [0, 'a', leavesFocus],
      [50, 'enter'],
      [5, 'a', movesFocus],
    ],
  ],
  [
    'Enter on a row that opens nothing is forgotten',
    [
      [0, 'enter'],
      [4_000, 'a', leavesFocus],
    ],
  ],
  ['what is no row takes the focus', [[0, undefined, movesFocus]]],
];

describe('rows of the tree: ', () => {
  for (const [name, steps] of stories) {
    it(name, () => {
      let now = 1_000_000;
      const gestures = new RowGestures(() => now);
      for (const [after, what, expected] of steps) {
        now += after;
        if (what === 'enter') {
          gestures.entered();
        } else {
          assert.deepEqual(gestures.opening(what), expected);
        }
      }
    });
  }
});

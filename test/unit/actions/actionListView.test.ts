import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { meets, newView, oldestOf, rulesOf, type View } from '../../../src/actions/actionListView';
import { ChangeCursor } from '../../../src/actions/changeCursor';
import { Listing } from '../../../src/actions/listing';
import { Paging, siftPage, type SiftedPage } from '../../../src/actions/paging';
import type { ActionFilter } from '../../../src/defender/filter';
import type { MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';

/** An action of a time, which also is its number. */
function at(createdAt: number, more: Partial<MachineAction> = {}): MachineAction {
  return decodedAction(createdAt, {}, { createdAt, ...more });
}

function pageOf(actions: readonly MachineAction[]): SiftedPage {
  return siftPage({}, { actions, unreadable: 1, next: undefined }, () => true);
}

/** A paging after a first page of as many rows as were asked for, or of fewer: then it is the whole list. */
function pagingAfter(actions: readonly MachineAction[], complete: boolean): Paging {
  const paging = new Paging({});
  const rows = actions.length + 1;
  paging.take(paging.request(complete ? rows + 1 : rows), pageOf(actions));
  return paging;
}

interface ViewOptions {
  readonly complete?: boolean;
  readonly windowStart?: number;
  readonly filter?: ActionFilter;
}

function viewOf(
  actions: readonly MachineAction[],
  { complete = false, windowStart = 0, filter = {} }: ViewOptions = {},
): View {
  return newView(
    {
      question: 'q',
      filter,
      windowStart,
      cursor: new ChangeCursor(actions, () => 0),
      paging: pagingAfter(actions, complete),
    },
    pageOf(actions),
  );
}

describe('the oldest of some actions', () => {
  for (const [name, actions, oldest] of [
    ['is the least time, wherever it stands', [at(20), at(10), at(30)], 10],
    ['passes over what has no time', [at(20), decodedAction(1, {}, { createdAt: undefined })], 20],
    ['is at the end of time where none has one', [decodedAction(1, {}, { createdAt: undefined })], Infinity],
    ['is at the end of time for none', [], Infinity],
  ] as const) {
    it(name, () => assert.equal(oldestOf(actions), oldest));
  }
});

describe('a new view', () => {
  it('has included and awaited nothing, and counts what could not be read', () => {
    const view = viewOf([at(10)]);
    assert.deepEqual(
      [view.included.size, view.awaited.size, view.unreadable, view.more],
      [0, 0, 1, undefined],
    );
    assert.equal(view.question, 'q');
  });
});

describe('what joins a list', () => {
  for (const [name, options, createdAt, joins] of [
    ['what is newer than its oldest', {}, 15, true],
    ['what is as old as its oldest', {}, 10, true],
    ['not what is older, of which a later page tells', {}, 9, false],
    ['what is older when the list is all there is', { complete: true }, 9, true],
    ['not what is before its window', { complete: true, windowStart: 10 }, 9, false],
    ['what its window begins with', { complete: true, windowStart: 10 }, 10, true],
  ] as const) {
    it(`is ${name}`, () => {
      const { joins: mayJoin } = rulesOf(viewOf([at(20), at(10)], options));
      assert.equal(mayJoin(at(createdAt)), joins);
    });
  }

  it('is what has no time', () => {
    const { joins } = rulesOf(viewOf([at(20), at(10)]));
    assert.equal(joins(decodedAction(1, {}, { createdAt: undefined })), true);
  });

  it('fits the filter', () => {
    const { fits } = rulesOf(viewOf([at(10)], { filter: { statuses: ['Failed'] } }));
    assert.deepEqual([fits(at(1, { status: 'Failed' })), fits(at(1))], [true, false]);
  });
});

describe('a first page', () => {
  function meetsList(
    listed: readonly MachineAction[],
    page: readonly MachineAction[],
    { complete = false, included = [] as readonly MachineAction[] } = {},
  ): boolean {
    const listing = new Listing();
    listing.replace(listed);
    const view = viewOf(listed);
    included.forEach(({ id }) => view.included.add(id));
    return meets(view, listing, pageOf(page), pagingAfter(page, complete));
  }

  it('meets a list when it reaches below one that is listed', () =>
    assert.equal(meetsList([at(20), at(10)], [at(30), at(20), at(10)]), true));

  it('does not meet a list that it does not reach', () =>
    assert.equal(meetsList([at(20), at(10)], [at(40), at(30)]), false));

  it('does not meet a list at its oldest time, of which it may not tell all', () =>
    assert.equal(meetsList([at(20), at(10)], [at(30), at(20)]), false));

  it('does not meet a list at what was listed singly', () =>
    assert.equal(meetsList([at(20)], [at(30), at(20), at(10)], { included: [at(20)] }), false));

  it('meets any list when it is all there is', () =>
    assert.equal(meetsList([at(20)], [at(40), at(30)], { complete: true }), true));

  it('does not meet a list when it is in no order', () =>
    assert.equal(meetsList([at(20), at(10)], [at(10), at(30), at(20)]), false));
});

import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type * as vscode from 'vscode';
import { type Event, EventEmitter } from '../../../src/http/eventEmitter';

describe('an event', () => {
  it('tells each listener, in the order in which they came, until its subscription is disposed of', () => {
    const emitter = new EventEmitter<string>();
    const told: string[] = [];
    emitter.fire('nobody');
    const first = emitter.event((value) => told.push(`1 ${value}`));
    emitter.event((value) => told.push(`2 ${value}`));
    emitter.fire('a');
    first.dispose();
    first.dispose();
    emitter.fire('b');
    assert.deepEqual(told, ['1 a', '2 a', '2 b']);
  });

  it('tells a function twice that listens twice', () => {
    const emitter = new EventEmitter<number>();
    const told: number[] = [];
    const listener = (value: number): void => void told.push(value);
    emitter.event(listener).dispose();
    emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    assert.deepEqual(told, [1, 1]);
  });

  it('tells who listened when it was fired, whatever a listener does', () => {
    const emitter = new EventEmitter<number>();
    const told: string[] = [];
    emitter.event((value) => {
      told.push(`first ${value}`);
      second.dispose();
      emitter.event(() => told.push(`late ${value}`)).dispose();
      emitter.event((later) => told.push(`new ${later}`));
    });
    const second = emitter.event((value) => told.push(`second ${value}`));
    emitter.fire(1);
    assert.deepEqual(told, ['first 1', 'second 1']);
    emitter.fire(2);
    assert.deepEqual(told.slice(2), ['first 2', 'new 2']);
  });

  it('reaches the others and hurts no caller when a listener throws, and the error is not lost', async () => {
    const emitter = new EventEmitter<number>();
    const bug = new Error('a bug');
    const told: number[] = [];
    emitter.event(() => {
      throw bug;
    });
    emitter.event((value) => told.push(value));
    const uncaught = new Promise<unknown>((resolve) => process.setUncaughtExceptionCaptureCallback(resolve));
    try {
      emitter.fire(1);
      assert.deepEqual(told, [1]);
      assert.equal(await uncaught, bug);
    } finally {
      process.setUncaughtExceptionCaptureCallback(null);
    }
  });

  it('can stand where an event of VS Code’s does', () => {
    const asOfVSCode = (event: Event<number>): vscode.Event<number> => event;
    const emitter = new EventEmitter<number>();
    const told: number[] = [];
    const subscription: vscode.Disposable = asOfVSCode(emitter.event)((value) => told.push(value));
    emitter.fire(1);
    subscription.dispose();
    emitter.fire(2);
    assert.deepEqual(told, [1]);
  });
});

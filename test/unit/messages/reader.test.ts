import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { statusName } from '../../../src/messages/formatNames';
import { reader, setReader } from '../../../src/messages/reader';
import { frenchBundle, inFrench, readBy } from './readers';

describe('the reader', () => {
  it('is the one that was set last', () => {
    const french = readBy({ language: 'fr', utc: () => true }, () => reader());
    assert.equal(french.language, 'fr');
    assert.equal(french.utc(), true);
  });

  it('is an English one on the clock of this computer at first', () => {
    assert.equal(reader().language, 'en');
    assert.equal(reader().utc(), false);
  });

  it('reads the sentences of the bundle', () =>
    assert.equal(
      inFrench(() => statusName('Failed')),
      frenchBundle['failed'],
    ));

  it('reads English where the bundle has no sentence', () =>
    assert.equal(
      readBy({ language: 'fr' }, () => statusName('Failed'), { pending: 'en attente' }),
      'failed',
    ));

  it('reads English without a bundle, whatever the language', () =>
    assert.equal(
      readBy({ language: 'fr' }, () => statusName('Failed')),
      'failed',
    ));

  it('forgets the bundle of the one before', () => {
    const words = inFrench(() => {
      setReader({ language: 'de', utc: () => false });
      return statusName('Failed');
    });
    assert.equal(words, 'failed');
  });

  it('does not hold on to the bundle, which may change', () => {
    const bundle = { failed: 'raté' };
    const words = readBy(
      { language: 'fr' },
      () => {
        bundle.failed = 'changed';
        return statusName('Failed');
      },
      bundle,
    );
    assert.equal(words, 'raté');
  });
});

describe('the French bundle', () => {
  it('has a place for each of an English sentence, and no other', () => {
    const places = (text: string): string[] => [...new Set(text.match(/\{\d\}/g))].sort();
    for (const [english, french] of Object.entries(frenchBundle)) {
      assert.deepEqual(places(french), places(english), english);
    }
  });

  it('has no empty sentence and none with blanks at its ends', () => {
    for (const [english, french] of Object.entries(frenchBundle)) {
      assert.notEqual(french.trim(), '', english);
      assert.equal(/^\s/.test(french), /^\s/.test(english), english);
      assert.equal(/\s$/.test(french), /\s$/.test(english), english);
    }
  });
});

import { systemClock } from '../../http/clock';
import { settings } from '../../platform/userSettings';
import { ResultStore } from '../../results/download/store';
import { ResultReader } from '../../results/reading/resultReader';

/** The store of this window's results. */
export function createResultStore(log: (line: string) => void): ResultStore {
  // This code is in dist/chunks.
  const reader = new ResultReader({ workerFile: new URL('../readingWorker.js', import.meta.url), log });
  return new ResultStore({ clock: systemClock, random: Math.random, log, reader }, () => ({
    cacheBytes: settings.cacheBytes(),
    downloadBytes: settings.downloadBytes(),
  }));
}

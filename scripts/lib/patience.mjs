// How much longer than on a quiet machine things take here. Tests wait for states, so a long limit costs nothing but when a test
// fails; a short one makes tests fail that are right.
import { createHash } from 'node:crypto';

/** Milliseconds that the work below takes on a quiet machine with a common processor. */
const quietMs = 110;
const rounds = 3;
/** Load that starts after the measurement isn't seen: two busy neighbors on two cores make a test take about three times as long. */
const least = 5;
const most = 10;

/** The factor for every limit of the tests: at least 5. `LIVE_RESPONSE_TEST_PATIENCE` overrides it. */
export function measurePatience() {
  const wanted = Number(process.env.LIVE_RESPONSE_TEST_PATIENCE);
  if (wanted > 0) {
    return wanted;
  }
  const slowest = Math.max(...Array.from({ length: rounds }, () => workMs()));
  return Math.min(most, Math.max(least, Number(((2 * slowest) / quietMs).toFixed(1))));
}

/** The factor of this run, for what `npm test` has started; the least one elsewhere. */
export function patience() {
  const given = Number(process.env.LIVE_RESPONSE_TEST_PATIENCE);
  return given > 0 ? given : least;
}

/** A limit of so many milliseconds on a quiet machine, as it is here. */
export function patiently(ms) {
  return ms * patience();
}

function workMs() {
  const block = Buffer.alloc(1024 * 1024, 1);
  const start = performance.now();
  const hash = createHash('sha512');
  for (let n = 0; n < 64; n += 1) {
    hash.update(block);
  }
  hash.digest();
  return performance.now() - start;
}

/**
 * Runs the tests of a folder in plain Node: `node out/test/support/mocha.entry.mjs <folder> <result file> [ms per test]`.
 * MOCHA_GREP selects tests by title.
 */
import { resolve } from 'node:path';
import { describeFailure, runMocha, testFilesBelow, writeResult, type PhaseResult } from './runMocha';

const [folder, resultFile, timeout] = process.argv.slice(2);
if (folder === undefined || resultFile === undefined) {
  throw new Error('Usage: mocha.entry.mjs <folder> <result file> [milliseconds per test]');
}

let result: PhaseResult;
try {
  result = await runMocha({
    files: testFilesBelow(resolve(folder)),
    timeout: Number(timeout ?? 5000),
    grep: process.env['MOCHA_GREP'],
  });
} catch (error) {
  console.error(error);
  const failures = [describeFailure('The test files could be loaded', error)];
  result = { passed: 0, failed: 1, skipped: 0, failures, finished: false };
}
writeResult(resultFile, { ...result, finished: true });
// A test that leaves a timer or a socket behind must not keep the run alive.
process.exit(result.failed > 0 ? 1 : 0);

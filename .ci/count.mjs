// Prints `N passed, N failed` for the first of the given vitest JSON reports that exists.
// A test file that did not even load counts as a failure; no report at all, or no test, is an error.
import { existsSync, readFileSync } from 'node:fs';

const path = process.argv.slice(2).find((candidate) => existsSync(candidate));
if (path === undefined) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const report = JSON.parse(readFileSync(path, 'utf8'));
const unloaded = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failedCount = report.numFailedTests + unloaded;
console.log(`${report.numPassedTests} passed, ${failedCount} failed`);
process.exit(failedCount === 0 && report.numPassedTests > 0 ? 0 : 1);

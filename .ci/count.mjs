// Prints `N passed, N failed` over the given vitest JSON reports, those that exist.
// A test file that did not even load counts as a failure; no report at all, or no test, is an error.
import { existsSync, readFileSync } from 'node:fs';

const reports = process.argv
  .slice(2)
  .filter((path) => existsSync(path))
  .map((path) => JSON.parse(readFileSync(path, 'utf8')));
const unloaded = (report) =>
  report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
const passedCount = reports.reduce((sum, report) => sum + report.numPassedTests, 0);
const failedCount =
  reports.length === 0 ? 1 : reports.reduce((sum, report) => sum + report.numFailedTests + unloaded(report), 0);
console.log(`${passedCount} passed, ${failedCount} failed`);
process.exit(failedCount === 0 && passedCount > 0 ? 0 : 1);

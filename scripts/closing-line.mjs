// A vitest reporter for CI: one line that says in plain words how many tests there were.

export default class ClosingLine {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      for (const state of states) counts[state === 'pending' ? 'skipped' : state] += 1;
      // A file that cannot be loaded, or a hook that fails, is a failure without a test.
      if (module.state() === 'failed' && !states.includes('failed')) counts.failed += 1;
    }
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

// Runs tests that are bundled beside this: a line for each that fails, and a summary as JSON.

import { type File, startTests, type Task, type VitestRunner } from '@vitest/runner';

const SECONDS = 120;

const testsOf = (task: Task): Task[] => ('tasks' in task ? task.tasks.flatMap(testsOf) : [task]);
const nameOf = (task: Task): string => (task.suite ? `${nameOf(task.suite)} > ${task.name}` : task.name);

/** @param files By name, what imports them. */
export async function runTests(files: Record<string, () => Promise<unknown>>): Promise<void> {
  const runner = {
    config: {
      root: '/',
      setupFiles: [],
      passWithNoTests: false,
      sequence: { shuffle: false, concurrent: false, seed: 1, hooks: 'stack', setupFiles: 'list' },
      maxConcurrency: 1,
      testTimeout: 1000 * SECONDS,
      hookTimeout: 1000 * SECONDS,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: [],
    },
    importFile: async (path: string, source: string) => {
      if (source === 'collect') await files[path.slice(1)]();
    },
  } as unknown as VitestRunner;
  const done: File[] = await startTests(Object.keys(files).map((name) => ({ filepath: `/${name}` })) as never, runner);
  const tests = done.flatMap(testsOf);
  const broken = done.filter(({ result }) => result?.errors?.length);
  const failed = tests.filter(({ result }) => result?.state === 'fail');
  for (const task of [...broken, ...failed]) {
    process.stdout.write(`FAILED: ${nameOf(task)}: ${task.result?.errors?.[0]?.message.split('\n')[0]}\n`);
  }
  const passed = tests.filter(({ result }) => result?.state === 'pass').length;
  process.stdout.write(
    `${JSON.stringify({ passed, failed: failed.length, skipped: tests.length - passed - failed.length })}\n`,
  );
  process.exit(failed.length + broken.length > 0 || passed === 0 ? 1 : 0);
}

import { createInterface } from 'node:readline';

const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Answers as a contender: a line that says who it is, then for each number on standard input that many runs.
 *
 * @param run is timed; what the last one returns is reported if it is a number
 */
export async function serve(description: string, run: () => unknown): Promise<void> {
  console.log(description);
  for await (const line of createInterface({ input: process.stdin })) {
    const [times, processor]: number[][] = [[], []];
    let value: unknown;
    for (let i = 0; i < Number(line); i++) {
      const [start, busy] = [performance.now(), processorTime()];
      value = await run();
      times.push(performance.now() - start);
      processor.push(processorTime() - busy);
    }
    const memory = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ times, processor, memory, value: typeof value === 'number' ? value : null }));
  }
}

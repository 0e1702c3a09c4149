import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Results, readStatedResults, type StatedResults } from '../../packages/evaluation/src/index.js';

/** What is stated of trained networks in `zoo/`. */
export interface StatedOfNetwork extends StatedResults {
  /** Name of the folder. */
  network: string;
}

/**
 * Reads all results that are stated in `zoo/`.
 *
 * @throws Error naming a file that holds no results, or those of a later version
 */
export async function readZoo(zoo: string): Promise<StatedOfNetwork[]> {
  const folders = readdirSync(zoo, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const stated = await Promise.all(
    folders.map(async ({ name: network }) =>
      (await readStatedResults(join(zoo, network))).map((each) => ({ network, ...each })),
    ),
  );
  return stated.flat();
}

/** The results that a file states of a network. */
export const findStated = (
  stated: readonly StatedOfNetwork[],
  network: string,
  file = 'results.json',
): Results | undefined => stated.find((each) => each.network === network && each.file === file)?.results;

import { existsSync } from 'node:fs';

/** A path at which nothing is: that one, else with `-2`, `-3`, … behind it. */
export function freePath(path: string): string {
  let free = path;
  for (let i = 2; existsSync(free); i++) free = `${path}-${i}`;
  return free;
}

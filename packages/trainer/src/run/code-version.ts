import { execFileSync } from 'node:child_process';

/** The commit that runs, by the last tag of a version if there is one, with `-dirty` where files differ from it; `unknown` outside of a repository. */
export function codeVersion(): string {
  try {
    const folder = new URL('../../../cli/src', import.meta.url);
    return execFileSync('git', ['describe', '--always', '--dirty', '--tags', '--match', 'v[0-9]*'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

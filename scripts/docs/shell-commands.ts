import { spawnSync } from 'node:child_process';

/** Bash, with programs that are not run but noted: each as its words, NUL behind each, and one more behind the last. */
const NOTE_COMMANDS = `
command_not_found_handle() { printf '%s\\0' "$@" '' >&3; }
cd() { command_not_found_handle cd "$@"; }
`;

/**
 * The commands that a piece of shell would run, each as its words, found by bash itself: quotes, variables, continued lines and
 * comments are its affair. No program is run.
 *
 * @param home what `~` stands for
 * @throws Error with bash's words when it is no shell, or redirects from a file that is not there
 */
export function shellCommands(code: string, home: string): string[][] {
  const { status, stderr, error, output } = spawnSync(
    '/bin/bash',
    ['--noprofile', '--norc', '-c', `${NOTE_COMMANDS}\n${code}`],
    { cwd: home, env: { PATH: '/nowhere', HOME: home }, stdio: ['ignore', 'ignore', 'pipe', 'pipe'], encoding: 'utf8' },
  );
  if (error) throw error;
  if (status !== 0 || stderr !== '') throw new Error(`bash: ${stderr.trim() || `exit status ${status}`}`);
  const commands: string[][] = [];
  let words: string[] = [];
  for (const word of output[3]!.split('\0').slice(0, -1)) {
    if (word !== '') {
      words.push(word);
      continue;
    }
    commands.push(words);
    words = [];
  }
  return commands;
}

import { shellWord } from './shell-word.js';

const isSource = import.meta.url.endsWith('.ts');

/**
 * A `sandwich` command as the user can give it here: in a checkout of the project through npm, else through the installed package.
 *
 * @example
 * commandHint('train', '--resume', 'runs/a') // npm run sandwich -- train --resume runs/a
 */
export const commandHint = (...words: string[]): string =>
  [isSource ? 'npm run sandwich --' : 'npx sandwich', ...words.map(shellWord)].join(' ');

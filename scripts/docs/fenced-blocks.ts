import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * How far a block can be tried. `run` is the rule; ```` ```sh no-run: it takes hours ```` is checked without being run, and
 * ```` ```ts fragment: of kernels/cumulative.ts ```` has the right syntax and nothing more.
 */
export type Trial = 'run' | 'no-run' | 'fragment';

/** A fenced block of code. */
export interface Block {
  /** Relative to the repository. */
  file: string;
  /** Number of its first line of code, from 1. */
  line: number;
  language: string;
  trial: Trial;
  code: string;
}

const INFO = /^(?<language>[\w-]*)(?: (?<trial>no-run|fragment): \S.*)?$/;

/**
 * The fenced blocks of a Markdown text, in its order.
 *
 * @param file what it is called in messages
 * @throws Error for a fence that is not closed, and for what else than a language and a trial with its reason stands behind one
 */
export function fencedBlocks(text: string, file: string): Block[] {
  const blocks: Block[] = [];
  let open: (Block & { fence: string; lines: string[] }) | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined && fence !== '') {
      const { language, trial = 'run' } = INFO.exec(info)?.groups ?? {};
      if (language === undefined) {
        throw new Error(`${file}:${i + 1}: '${info}' is no language, with 'no-run: <reason>' or 'fragment: <reason>'`);
      }
      open = { file, line: i + 2, language, trial: trial as Trial, code: '', fence: indent + fence, lines: [] };
    } else if (open !== undefined && line === open.fence) {
      const { fence: closed, lines, ...block } = open;
      const margin = closed.length - closed.trimStart().length;
      blocks.push({ ...block, code: lines.map((inside) => `${inside.slice(margin)}\n`).join('') });
      open = undefined;
    } else {
      open?.lines.push(line);
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1}: the block is not closed`);
  return blocks;
}

/** README and the pages of docs/, relative to the repository. */
export const documents = (): string[] => [
  'README.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

export const readDocument = (file: string): string => readFileSync(join(repository, file), 'utf8');

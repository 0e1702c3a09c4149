import { expect, it } from 'vitest';
import { fencedBlocks } from './fenced-blocks.js';

it('finds blocks with what is said of them', () => {
  const text = [
    'See `this`:',
    '',
    '```ts',
    'const a = `b`;',
    '```',
    '- in a list',
    '',
    '  ```sh no-run: it takes hours',
    '  npm test',
    '    # indented',
    '  ```',
    '````text',
    '```ts',
    '````',
    '```ts fragment: of a file',
    'a: 1',
    '```',
  ].join('\n');
  expect(fencedBlocks(text, 'a.md')).toEqual([
    { file: 'a.md', line: 4, language: 'ts', trial: 'run', code: 'const a = `b`;\n' },
    { file: 'a.md', line: 9, language: 'sh', trial: 'no-run', code: 'npm test\n  # indented\n' },
    { file: 'a.md', line: 13, language: 'text', trial: 'run', code: '```ts\n' },
    { file: 'a.md', line: 16, language: 'ts', trial: 'fragment', code: 'a: 1\n' },
  ]);
});

it('wants a reason for what is not run', () => {
  expect(() => fencedBlocks('```sh no-run\nnpm test\n```', 'a.md')).toThrow("a.md:1: 'sh no-run' is no language");
  expect(() => fencedBlocks('```sh skip: why not\n```', 'a.md')).toThrow("'sh skip: why not'");
  expect(() => fencedBlocks('text\n```sh\nnpm test\n', 'a.md')).toThrow('a.md:2: the block is not closed');
});

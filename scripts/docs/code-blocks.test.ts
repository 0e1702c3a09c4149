// Every block of code in README.md and docs/: TypeScript is type-checked and run, commands are run in a quick form, Python is run
// where its modules are there. How to mark what cannot be run: see `Trial`.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { useCapturedOutput } from '../../packages/trainer/testing/captured-output.js';
import { type Block, documents, fencedBlocks, readDocument } from './fenced-blocks.js';
import { parseSandwich, sandwichArguments } from './sandwich-command.js';
import { fillScratchFolder, scratchParent, writeBlock } from './scratch-folder.js';
import { shellCommands } from './shell-commands.js';
import { prepareRuns, trySandwich } from './try-sandwich.js';
import { syntaxErrors, typeErrors } from './typescript-errors.js';

mkdirSync(scratchParent, { recursive: true });
const scratch = mkdtempSync(join(scratchParent, 'docs-'));
const standIn = join(scratch, 'stand-in');
const home = process.cwd();
const MINUTE = 60_000;
/** Trains every run that it speaks of. */
const TUTORIAL = 'docs/tutorial.md';
const output = useCapturedOutput();

afterAll(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

const isTypeScript = ({ language, trial }: Block) => language === 'ts' && trial !== 'fragment';
const pages = documents().map((file, page) => {
  const folder = join(scratch, `${page}`);
  const blocks = fencedBlocks(readDocument(file), file).map((block, index) => ({
    ...block,
    script: isTypeScript(block) ? writeBlock(folder, block.code, index) : undefined,
  }));
  return { file, folder, blocks };
});

it('has blocks of TypeScript that fit the types', () => {
  const blocks = pages.flatMap((page) => page.blocks);
  const errors = typeErrors(blocks.flatMap(({ script }) => script ?? [])).map(({ file, line, message }) => {
    const block = blocks.find(({ script }) => script === file)!;
    return `${block.file}:${block.line + line}: ${message}`;
  });
  expect(errors).toEqual([]);
});

it('has runs to stand for those that it does not train', async () => {
  const folder = join(scratch, 'preparation');
  await fillScratchFolder(folder, undefined);
  process.chdir(folder);
  await prepareRuns(standIn);
});

/** Modules that a piece of Python imports and that are not installed. */
function missingModules(code: string): string[] {
  const modules = [...code.matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name);
  return modules.filter((name) => spawnSync('python3', ['-c', `import ${name}`]).status !== 0);
}

async function tryShell({ file, code, trial }: Block): Promise<void> {
  const isRun = trial === 'run';
  for (const words of shellCommands(code, process.cwd())) {
    const argv = sandwichArguments(words, isRun);
    if (argv === null) continue;
    if (isRun) await trySandwich(argv, file === TUTORIAL ? undefined : standIn, output);
    else await parseSandwich(argv);
  }
}

function tryPython({ code }: Block): void {
  const { status, stderr } = spawnSync('python3', ['-c', code], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

async function tryTypeScript({ code, trial }: Block, script: string | undefined): Promise<void> {
  if (trial === 'fragment') expect(syntaxErrors(code)).toEqual([]);
  else if (trial === 'run') await import(pathToFileURL(script!).href);
}

for (const { file, folder, blocks } of pages) {
  describe(file, () => {
    beforeAll(async () => {
      await fillScratchFolder(folder, process.env.SANDWICH_DATA);
      process.chdir(folder);
      vi.stubEnv('SANDWICH_DATA', join(folder, 'data'));
      return () => vi.unstubAllEnvs();
    }, MINUTE);

    for (const { script, ...block } of blocks) {
      const { language, line, code, trial } = block;
      const title = `line ${line}: ${code.split('\n')[0].slice(0, 60)}`;
      if (language === 'sh') it(title, () => tryShell(block));
      else if (language === 'ts') it(title, () => tryTypeScript(block, script));
      else if (language === 'json') it(title, () => JSON.parse(code));
      else if (language === 'python') {
        const missing = trial === 'run' ? missingModules(code) : [];
        const reason = missing.length > 0 ? `; there is no ${missing.join(', ')}` : '';
        it.skipIf(trial !== 'run' || missing.length > 0)(`${title}${reason}`, () => tryPython(block));
      } else it(title, () => expect(['', 'text', 'yaml'], 'languages that are not tried').toContain(language));
    }

    it('has commands in its text that there are', async () => {
      const text = readDocument(file).replace(/^( *)```[\s\S]*?^\1```$/gm, '');
      for (const [, quoted] of text.matchAll(/`((?:npm (?:run |test)|sandwich )[^`]+)`/g)) {
        const command = quoted.replace(/\s+/g, ' ');
        // Where something is left open, only the script can be checked.
        const isWhole = !/[<>…]|--$/.test(command);
        const words = isWhole ? shellCommands(command, folder)[0] : command.split(' ');
        const argv = sandwichArguments(words, false);
        if (argv === null || !isWhole || argv.length < 2) continue;
        await parseSandwich(argv).catch((error) => expect.fail(`${command}: ${error.message}`));
      }
    });
  });
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../packages/cli/src/command-line/commands.js';
import { parseCommandLine } from '../../packages/cli/src/command-line/parse-command-line.js';
import { loadExperiment } from '../../packages/trainer/src/experiment/load-experiment.js';
import { parseAssignments, resolveSettings } from '../../packages/trainer/src/experiment/settings.js';
import { repository } from './fenced-blocks.js';

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/**
 * What a command of a shell stands for: arguments of `sandwich`, or null for another one.
 *
 * @param isRun whether it is one that a block without a mark has, where other programs than those of this repository are errors
 * @throws Error when there is no such script or file
 */
export function sandwichArguments(words: readonly string[], isRun: boolean): string[] | null {
  const [program, first, ...rest] = words;
  if (program === 'npm') {
    const name = first === 'run' ? rest[0] : first;
    const script = scripts[name];
    if (script === undefined) throw new Error(`npm run ${name}: package.json has no such script`);
    const given = rest.includes('--') ? rest.slice(rest.indexOf('--') + 1) : [];
    const [file, ...fixed] = /.* (\S+\.(?:ts|mjs)(?: .*)?)$/.exec(script)?.[1].split(' ') ?? [];
    if (file?.endsWith('cli/src/bin.ts')) {
      // Set-up takes this one.
      return [...fixed, ...given.filter((argument) => argument !== '--no-system')];
    }
    if (file !== undefined && !existsSync(join(repository, file))) throw new Error(`npm run ${name}: no ${file}`);
    return null;
  }
  if (program === 'sandwich') return words.slice(1);
  if (program === 'npx' && first === 'sandwich') return rest;
  if (program === 'npx' && first === 'sandwich-engine-build') return null;
  const script = program === 'npx' && first === 'tsx' ? rest[0] : /^(node|python3)$/.test(program) ? first : undefined;
  if (script === undefined) {
    if (isRun) throw new Error(`'${words.join(' ')}' cannot be tried; mark its block 'no-run: <reason>'`);
    return null;
  }
  if (!existsSync(script) && !existsSync(join(repository, script))) throw new Error(`there is no ${script}`);
  return null;
}

/** Checks a command of `sandwich`, its options, its experiment and its settings, without running it. @throws Error as the command would */
export async function parseSandwich(argv: readonly string[]): Promise<void> {
  const parsed = parseCommandLine(argv, commands);
  if (parsed === null) return;
  const { experiment, set = [] } = parsed.values as { experiment?: string; set?: string[] };
  if (experiment === undefined) return;
  const { definition } = await loadExperiment(experiment);
  resolveSettings(definition, parseAssignments(definition, set));
}

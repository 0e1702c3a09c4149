import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { parseSandwich, sandwichArguments } from './sandwich-command.js';
import { shellCommands } from './shell-commands.js';

it('reads commands as a shell does', () => {
  const code = `# a comment
export A=b
npm run train -- x --images ~/Pictures --set 'a b=c' \\
  --steps 2 && npm run eval -- "runs/$A"   # another
for g in 1 2; do cd $g; done`;
  expect(shellCommands(code, tmpdir())).toEqual([
    ['npm', 'run', 'train', '--', 'x', '--images', `${tmpdir()}/Pictures`, '--set', 'a b=c', '--steps', '2'],
    ['npm', 'run', 'eval', '--', 'runs/b'],
    ['cd', '1'],
    ['cd', '2'],
  ]);
  expect(() => shellCommands('npm run "train', tmpdir())).toThrow('bash: ');
  expect(() => shellCommands('npm run eval -- runs/<time> --images x', tmpdir())).toThrow('No such file');
});

it('knows the commands of this repository', () => {
  const argumentsOf = (command: string, isRun = true) => sandwichArguments(command.split(' '), isRun);
  expect(argumentsOf('npm run train -- x --steps 2')).toEqual(['train', 'x', '--steps', '2']);
  expect(argumentsOf('npm run sandwich -- data make')).toEqual(['data', 'make']);
  expect(argumentsOf('npm run quickstart -- --no-system')).toEqual(['quickstart']);
  expect(argumentsOf('npx sandwich eval runs/x')).toEqual(['eval', 'runs/x']);
  expect(argumentsOf('npm test')).toBe(null);
  expect(argumentsOf('npm run bench:jpeg')).toBe(null);
  expect(argumentsOf('pip install torch', false)).toBe(null);
  expect(() => argumentsOf('npm run bake')).toThrow('npm run bake: package.json has no such script');
  expect(() => argumentsOf('npx tsx bench/none.ts')).toThrow('there is no bench/none.ts');
  expect(() => argumentsOf('pip install torch')).toThrow("'pip install torch' cannot be tried; mark its block");
});

it('checks options as the command does, and runs nothing', async () => {
  await parseSandwich(['train', 'hires-over-lowres', '--steps', '2', '--set', 'network=full']);
  await parseSandwich(['data', 'fetch', 'kodak']);
  await expect(parseSandwich(['train', 'x'])).rejects.toThrow("unknown experiment 'x'");
  await expect(parseSandwich(['train', 'pre-only', '--set', 'size=2'])).rejects.toThrow("unknown key 'size'");
  await expect(parseSandwich(['train', 'pre-only', '--stepps', '2'])).rejects.toThrow('stepps');
  await expect(parseSandwich(['inspect'])).rejects.toThrow("missing required argument 'run'");
  await expect(parseSandwich(['sweep', 'x', '--over', 'a=1', '--executor', 'crane'])).rejects.toThrow('crane');
  await expect(parseSandwich(['data', 'make', '--size', '3'])).rejects.toThrow('size');
});

import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { main } from '../../packages/cli/src/main.js';
import { parseSandwich } from './sandwich-command.js';

/** Replaces options that take a value, or adds them. */
function withOptions(argv: readonly string[], values: Record<string, string>): string[] {
  const names = Object.keys(values).map((name) => `--${name}`);
  const kept = argv.filter((word, i) => !names.includes(word.split('=')[0]) && !names.includes(argv[i - 1]));
  return [...kept, ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])];
}

const without = (argv: readonly string[], name: string): string[] => withOptions(argv, { [name]: '' }).slice(0, -2);

const SMALL_BATCHES = ['--set', 'batchSize=1', '--set', 'cropSize=32'];

/** Without the settings that `SMALL_BATCHES` gives: a key that is set twice is an error. */
const withoutBatches = (argv: readonly string[]): string[] =>
  argv.filter((word, i) => {
    const setting = word === '--set' ? argv[i + 1] : argv[i - 1] === '--set' ? word : '';
    return !/^(batchSize|cropSize)=/.test(setting);
  });

/** The parser has seen all names; documents name first the codecs that need no program, which may be missing and is slow to start for each little picture. */
function withTwoCodecs(argv: readonly string[]): string[] {
  const at = argv.indexOf('--codec') + 1;
  return at === 0 ? [...argv] : withOptions(argv, { codec: argv[at].split(',').slice(0, 2).join(',') });
}

/** Whether the weights are there that an experiment is trained with. */
const hasWeights = (argv: string[]) => !argv.includes('lpips-jpeg') || existsSync('data/weights');

const withSmallRegion = (argv: string[]) =>
  argv.includes('--region') ? withOptions(argv, { region: '8,8,32,32' }) : argv;

/** The same in a second; null for what cannot be run, for want of a network or of weights. Others are quick as they are. */
const quickForms: Record<string, (argv: string[]) => string[] | null> = {
  train: (argv) => {
    if (!hasWeights(argv)) return null;
    if (argv.includes('--fast-dev-run')) return argv;
    const quick = argv.includes('--dry-run')
      ? argv
      : withOptions(without(without(argv, 'minutes'), 'processes'), { steps: '2' });
    return argv.includes('--resume') ? quick : [...withoutBatches(quick), ...SMALL_BATCHES];
  },
  quickstart: (argv) => withOptions(argv, { minutes: '0.01' }),
  eval: (argv) => {
    const few = withOptions(withTwoCodecs(argv), { qsteps: '8,64', qualities: '20,80' });
    const onFew = argv.includes('--images') ? few : [...few, '--images', 'kodak'];
    return argv.includes('--metrics') ? onFew : [...onFew, '--metrics', 'psnr'];
  },
  benchmark: (argv) => withOptions(argv, { sizes: '64x64', limit: '1' }),
  'rate-distortion': (argv) => withOptions(argv, { codecs: 'jpeg', limit: '1' }),
  'eval-folder': (argv) => withOptions(argv, { metrics: 'psnr' }),
  inspect: (argv) => withOptions(withSmallRegion(argv), { count: '1' }),
  gallery: withSmallRegion,
  // This is the executor that checks everything and starts nothing.
  sweep: (argv) => [...withoutBatches(withOptions(argv, { executor: 'slurm' })), ...SMALL_BATCHES],
  data: (argv) => {
    if (argv[1] === 'fetch') return null;
    return argv[1] === 'make' ? withOptions(argv, { count: '2', width: '64', height: '64' }) : argv;
  },
};

/** Trains and evaluates a run, in a scratch folder, that stands for those that a document speaks of without having trained them. */
export async function prepareRuns(standIn: string): Promise<void> {
  const commands = [
    ['train', 'color-over-grayscale', '--images', 'photos', '--run', standIn, '--steps', '2', ...SMALL_BATCHES],
    ['eval', standIn, '--images', 'kodak', '--qsteps', '8,64', '--metrics', 'psnr'],
  ];
  for (const argv of commands) {
    if ((await main(argv)) !== 0) throw new Error(`${argv.join(' ')} failed`);
  }
}

/** Has the runs and published curves there that a command names, and not there the runs that it makes. */
function placeRuns(argv: readonly string[], standIn: string): void {
  for (const [i, word] of argv.entries()) {
    if (argv[i - 1] === '--compare' && word.endsWith('.json') && !existsSync(word)) {
      mkdirSync(dirname(word), { recursive: true });
      copyFileSync(join(standIn, 'curves/sandwich-jpeg.json'), word);
    }
    if (!/^runs\/[\w.-]+$/.test(word)) continue;
    if (argv[i - 1] === '--run' || argv[i - 1] === '--sweep') rmSync(word, { recursive: true, force: true });
    else if (!existsSync(word)) cpSync(standIn, word, { recursive: true });
  }
}

/**
 * Runs a command of `sandwich` in its quick form.
 *
 * @param standIn the run that stands for those that are not there; without one they have to be
 * @throws Error with what it printed when it fails
 */
export async function trySandwich(
  argv: string[],
  standIn: string | undefined,
  printed: { stderr(): string },
): Promise<void> {
  await parseSandwich(argv);
  const quick = (quickForms[argv[0]] ?? ((same) => same))(argv);
  if (quick === null) return;
  if (standIn !== undefined) placeRuns(quick, standIn);
  const { SANDWICH_DATA } = process.env;
  // There is no option that spares it LPIPS, whose weights take longer to load than all else here.
  if (quick[0] === 'inspect') delete process.env.SANDWICH_DATA;
  const code = await main(quick).finally(() => {
    if (SANDWICH_DATA !== undefined) process.env.SANDWICH_DATA = SANDWICH_DATA;
  });
  if (code !== 0) throw new Error(`sandwich ${quick.join(' ')}: exit code ${code}\n${printed.stderr()}`);
}

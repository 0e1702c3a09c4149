import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { listCheckpoints } from '../../../trainer/src/run/run-directory.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { startCommand } from '../../../trainer/testing/kills.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const experiments = () => join(folder(), 'experiments');
const images = () => join(folder(), 'images');
/** Plain JPEG, at the published qualities. */
const PLAIN = 26;

/** Two experiments of three lambdas in the published layout, one of which a sweep has made. */
async function twoExperiments(): Promise<void> {
  vi.stubEnv('SANDWICH_DATA', '');
  await makeSyntheticImages({ directory: images(), count: 2, width: 48, height: 40, seed: 1 });
  const common = [
    '--images',
    images(),
    '--steps',
    '1',
    '--set',
    'batchSize=1',
    '--set',
    'cropSize=32',
    '--set',
    'initial=flat',
  ];
  const swept = ['--over', 'lambda=0.05', '--layout', 'lambda', '--sweep', join(experiments(), 'w10'), '--no-evaluate'];
  expect(await main(['sweep', 'ljpeg', ...swept, ...common]), output.stderr()).toBe(0);
  for (const [step, run] of [
    'w10/lambda_00025',
    'w10/lambda_1',
    'w20/lambda_00025',
    'w20/lambda_005/train',
    'w20/lambda_1',
  ].entries()) {
    const argv = ['train', 'ljpeg', '--run', join(experiments(), run), ...common, '--set', `step=${20 + step}`];
    expect(await main(argv), output.stderr()).toBe(0);
  }
}

const evaluation = (...more: string[]) => [
  ...['eval-folder', experiments(), '--images', join(images(), '*.png'), '--metrics', 'ssim', ...more],
];
/** What was made, and what was read, by the last line that says so. */
const counts = () => [...output.stdout().matchAll(/(\d+) measurements made, (\d+) read/g)].at(-1)!.slice(1).map(Number);

describe('sandwich sweep --layout and eval-folder', () => {
  it('lay out and measure runs as published, go on after a kill, and measure again what changed alone', async () => {
    await twoExperiments();
    for (const name of ['w10', 'w20']) {
      const folders = (await readdir(join(experiments(), name))).filter((each) => each.startsWith('lambda')).sort();
      expect(folders).toEqual(['lambda_00025', 'lambda_005', 'lambda_1']);
    }
    const all = 2 * (6 + PLAIN);

    const killed = startCommand(evaluation('--threads', '1'));
    while (!killed.stderr().includes('lambda_005') && killed.child.exitCode === null) await setTimeout(5);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await main(evaluation()), output.stderr()).toBe(0);
    const [made, read] = counts();
    expect(made + read).toBe(all);
    expect(read).toBeGreaterThanOrEqual(4);
    expect(await main(evaluation())).toBe(0);
    expect(counts()).toEqual([0, all]);

    const written = await readdir(join(experiments(), '_output'));
    for (const file of ['index.html', 'results.json', 'psnr.svg', 'psnr.png', 'psnr-of-mean-error.svg', 'mse.png'])
      expect(written).toContain(file);
    const { curves } = JSON.parse(await readFile(join(experiments(), '_output/results.json'), 'utf8'));
    expect(curves.map(({ name }: { name: string }) => name)).toEqual(['w10', 'w20', 'ljpeg_PIL (Annex K)']);
    expect(curves[0].points.length).toBe(3);
    const page = await readFile(join(experiments(), '_output/index.html'), 'utf8');
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(3);

    // A picture changes: it is measured again, the other one is read. A folder that is called _... is no experiment.
    const [other] = await makeSyntheticImages({
      directory: join(folder(), 'other'),
      count: 1,
      width: 48,
      height: 40,
      seed: 9,
    });
    const [first] = (await readdir(images())).sort();
    await rename(other, join(images(), first));
    await cp(join(experiments(), 'w10'), join(experiments(), '_old'), { recursive: true });
    await symlink(join(images(), first), join(experiments(), 'link-to-a-file'));
    await symlink('nowhere', join(experiments(), 'link-to-nothing'));
    expect(await main(evaluation())).toBe(0);
    expect(counts()).toEqual([all / 2, all / 2]);

    // A run is damaged, and a measurement: the one is named, the other made again, and all else is read.
    const damaged = join(experiments(), 'w20/lambda_005/train');
    for (const file of await listCheckpoints(damaged)) await writeFile(file, 'nothing');
    const measured = join(experiments(), '_output/measured');
    const kept = await readdir(measured, { recursive: true });
    await writeFile(join(measured, kept.find((file) => file.endsWith('.json'))!), '{');
    expect(await main(evaluation())).toBe(1);
    expect(output.stderr()).toMatch(
      /error: 1 of the runs could not be measured, all others are: .*w20\/lambda_005\/train /,
    );
    expect(counts()[0]).toBeLessThanOrEqual(1);
    expect(counts()[0] + counts()[1]).toBe(all - 2);
    vi.unstubAllEnvs();
  }, 120_000);

  it('refuses folders that another sweep has made, other settings than the one that names them, and to move runs', async () => {
    vi.stubEnv('SANDWICH_DATA', '');
    await mkdir(join(folder(), 'sweep/lambda_1'), { recursive: true });
    await makeSyntheticImages({ directory: images(), count: 1, width: 48, height: 40, seed: 1 });
    const sweep = (...more: string[]) => [
      ...['sweep', 'ljpeg', '--images', images(), '--set', 'cropSize=32', '--steps', '1', '--no-evaluate', '--sweep'],
      ...[join(folder(), 'sweep'), ...more],
    ];
    expect(await main(sweep('--over', 'lambda=1', '--layout', 'lambda'))).toBe(1);
    expect(output.stderr()).toContain('lambda_1 is there already, from another sweep');
    expect(await main(sweep('--over', 'lambda=1.5,15', '--layout', 'lambda'))).toBe(1);
    expect(output.stderr()).toContain('--layout would put two runs into');
    expect(await main(sweep('--over', 'seed=1,2', '--layout', 'lambda'))).toBe(1);
    expect(output.stderr()).toContain('--layout lambda needs --over lambda=...');
    expect(await main(sweep('--over', 'initial=flat,tables/a.json', '--layout', 'initial'))).toBe(1);
    expect(output.stderr()).toContain('--layout would make initial_tables/ajson, which is no name of a folder');
    expect(await main(sweep('--over', 'lambda=2', '--executor', 'slurm')), output.stderr()).toBe(0);
    expect(await main(sweep('--over', 'lambda=2', '--layout', 'lambda'))).toBe(1);
    expect(output.stderr()).toMatch(
      /holds this sweep with a run in .*sweep\/[0-9a-f]{12}, not in .*sweep\/lambda_2: give/,
    );
    await rm(join(folder(), 'sweep'), { recursive: true });
    expect(await main(['eval-folder', folder(), '--images', images()])).toBe(1);
    expect(output.stderr()).toContain('holds no experiments');
    vi.unstubAllEnvs();
  });
});

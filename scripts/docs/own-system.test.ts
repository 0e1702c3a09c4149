import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeSyntheticImages } from '../../data/src/index.js';
import type { CoderResults, Results } from '../../packages/evaluation/src/index.js';
import { readInspection } from '../../packages/inspector/src/index.js';
import { readPicture } from '../../packages/pictures/src/index.js';
import { readCheckpoint } from '../../packages/trainer/src/run/checkpoint.js';
import { listCheckpoints } from '../../packages/trainer/src/run/run-directory.js';
import { sameState, startCommand } from '../../packages/trainer/testing/kills.js';
import { fencedBlocks, readDocument, repository } from './fenced-blocks.js';

const PAGE = 'docs/extending.md';
const FILE = 'blocks.ts';
const { code } = fencedBlocks(readDocument(PAGE), PAGE).find((block) => block.code.startsWith(`// ${FILE}\n`))!;
const STEPS = 200;
const MINUTES = 300_000;

/** A project of a user, far from the repository, into which the packages are installed. */
let folder: string;
const inFolder = (...path: string[]) => join(folder, ...path);
const readJson = (...path: string[]) => JSON.parse(readFileSync(inFolder(...path), 'utf8'));

/** Runs a command to its end. @returns what it said on standard error */
async function sandwich(...args: string[]): Promise<string> {
  const { ended, stderr } = startCommand(args, folder);
  const { code: exitCode } = await ended;
  if (exitCode !== 0) throw new Error(`sandwich ${args.join(' ')} ended with ${exitCode}: ${stderr()}`);
  return stderr();
}

/** What a command that fails says. */
async function refusal(...args: string[]): Promise<string> {
  const { ended, stderr } = startCommand(args, folder);
  expect((await ended).code).toBe(1);
  return stderr();
}

const small = ['--images', 'photos', '--set', 'batchSize=1', '--set', 'cropSize=18', '--steps', `${STEPS}`];
const trained = ['train', FILE, ...small, '--checkpoint-steps', '20', '--threads', '1'];
const lastCheckpoint = async (run: string) => readCheckpoint((await listCheckpoints(inFolder(run))).at(-1)!);

beforeAll(async () => {
  // LPIPS takes longer to load than all else that these little pictures need.
  vi.stubEnv('SANDWICH_DATA', '');
  folder = await mkdtemp(join(tmpdir(), 'sandwich-own-system-'));
  mkdirSync(inFolder('node_modules'));
  symlinkSync(join(repository, 'experiments/node_modules/@sandwich'), inFolder('node_modules/@sandwich'));
  writeFileSync(inFolder('package.json'), '{ "type": "module" }\n');
  writeFileSync(inFolder(FILE), code);
  await makeSyntheticImages({ directory: inFolder('photos'), count: 2, width: 43, height: 30, seed: 1 });
  await sandwich(...trained, '--run', 'run');
}, MINUTES);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('is short', () => {
  const lines = code.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
  expect(lines.length).toBeLessThan(80);
});

describe('a system that is not of this repository', () => {
  it('learns, and its run says what it is', async () => {
    expect(readJson('run/config.json')).toMatchObject({
      experiment: 'blocks',
      kind: 'blocks',
      module: FILE,
      architecture: { side: 4 },
      settings: { side: 4, gamma: 100, learningRate: 3e-3, cropSize: 18, seed: 1 },
    });
    const records = readFileSync(inFolder('run/metrics.jsonl'), 'utf8').trim().split('\n');
    const [first, last] = [records[0], records.at(-1)!].map((line) => JSON.parse(line));
    expect(last.step).toBe(STEPS);
    expect(last.loss).toBeLessThan(0.8 * first.loss);
    expect(last.loss).toBeCloseTo(last.mse + 100 * last.bpp, 1);
    expect(last.psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / last.mse), 6);
    expect(readdirSync(inFolder('run/images'))).toEqual(['step-0000001-input.png']);
  });

  it(
    'goes on after a kill, bit for bit',
    async () => {
      const killed = startCommand([...trained, '--run', 'killed'], folder);
      while ((await listCheckpoints(inFolder('killed'))).length === 0) await setTimeout(5);
      killed.child.kill('SIGKILL');
      expect(await killed.ended).toEqual({ code: null, signal: 'SIGKILL' });
      const before = await lastCheckpoint('killed');
      expect(before.step).toBeLessThan(STEPS);
      expect(await sandwich('train', '--resume', 'killed')).toContain('resuming from ');
      const [whole, resumed] = [await lastCheckpoint('run'), await lastCheckpoint('killed')];
      expect(resumed.step).toBe(STEPS);
      expect(sameState(resumed, whole)).toBe(true);
      expect(sameState(before, whole)).toBe(false);
    },
    MINUTES,
  );

  it(
    'is measured beside its anchor, codes pictures as it was measured, and is shown',
    async () => {
      await sandwich('eval', 'run', '--images', 'photos', '--metrics', 'psnr', '--qsteps', '4,16', '--rates', '1,4');
      const { candidate, anchors, reference, ...results }: Results = readJson('run/results.json');
      expect([candidate.name, candidate.settings]).toEqual(['blocks', ['step 4', 'step 16']]);
      expect(anchors.map(({ name }) => name)).toEqual(['JPEG']);
      expect([reference, results.codec]).toEqual(['JPEG', undefined]);
      expect(results.bdRates.map(({ anchor }) => anchor)).toContain('JPEG');
      const names = readdirSync(inFolder('photos'));
      expect(candidate.items.map(({ item }) => item)).toEqual(names);

      const photo = join('photos', names[0]);
      const original = await readPicture(inFolder(photo));
      const pixels = original.width * original.height;
      const ofFirst = ({ items }: CoderResults) => items[0].results;
      await sandwich('compress', 'run', photo, 'photo.blocks', '--qstep', '4');
      expect(ofFirst(candidate).bpp[0]).toBe((8 * statSync(inFolder('photo.blocks')).size) / pixels);
      await sandwich('decompress', 'run', 'photo.blocks', 'restored.png');
      const restored = await readPicture(inFolder('restored.png'));
      expect([restored.width, restored.height]).toEqual([43, 30]);
      const errors = Array.from(restored.data).reduce((sum, value, i) => sum + (value - original.data[i]) ** 2, 0);
      const psnr = 10 * Math.log10(255 ** 2 / (errors / restored.data.length));
      expect(ofFirst(candidate)['psnr-rgb'][0]).toBeCloseTo(psnr, 9);
      expect(psnr).toBeGreaterThan(30);
      expect(await refusal('compress', 'run', photo, 'other.blocks', '--quality', '50')).toContain(
        '--quality is not for systems such as that of run, which have --qstep',
      );

      await sandwich('inspect', 'run', '--images', 'photos', '--qsteps', '16');
      const { runs } = readInspection(readFileSync(inFolder('run/inspect.html'), 'utf8'));
      expect(runs[0].facts).toContainEqual({ label: 'Blocks', value: '4 x 4 pixels' });
      const [{ candidate: shown, anchors: beside }] = runs[0].items[0].comparisons;
      expect([shown.coder, shown.setting, beside[0].coder]).toEqual(['blocks', 'step 16', 'JPEG']);
      expect(shown.views.map(({ name }) => name)).toContain('levels');
      expect(shown.bits / pixels).toBe(ofFirst(candidate).bpp[1]);
    },
    MINUTES,
  );

  it(
    'is swept over a setting',
    async () => {
      const where = ['--sweep', 'sweep', '--eval-images', 'photos'];
      await sandwich('sweep', FILE, '--over', 'gamma=10,1000', ...small, ...where, '--every', '2');
      const { runs, measure } = readJson('sweep/pareto.json');
      expect(measure).toBe('psnr-rgb');
      expect(runs.map(({ label }: { label: string }) => label)).toEqual(['gamma=10', 'gamma=1000']);
      const { runs: swept } = readJson('sweep/sweep.json');
      const [fine, coarse] = swept.map(({ id }: { id: string }) => readJson('sweep', id, 'results.json').candidate);
      expect(fine.key).not.toBe(coarse.key);
      expect(coarse.results.bpp[0]).toBeLessThan(fine.results.bpp[0]);
      expect(coarse.results['psnr-rgb'][0]).toBeLessThan(fine.results['psnr-rgb'][0]);
    },
    MINUTES,
  );

  it(
    'is packed, and refused where its kind cannot do what is asked or is gone',
    async () => {
      await sandwich('pack', 'run', 'packed');
      const photo = join('photos', readdirSync(inFolder('photos'))[0]);
      await sandwich('compress', 'packed', photo, 'packed.blocks');
      await sandwich('decompress', 'packed', 'packed.blocks', 'packed.png');
      expect((await readPicture(inFolder('packed.png'))).height).toBe(30);
      const onWebp = ['--images', 'photos', '--metrics', 'psnr', '--codec', 'webp'];
      const refused = await Promise.all([refusal('export', 'run'), refusal('eval', 'run', ...onWebp)]);
      expect(refused[0]).toContain(
        "run cannot be exported: systems of the kind 'blocks' have no files for other programs",
      );
      expect(refused[1]).toContain(
        "run cannot be measured around webp: systems of the kind 'blocks' have no codec between networks",
      );
      rmSync(inFolder(FILE));
      const gone = await refusal('compress', 'packed', photo, 'gone.blocks');
      expect(gone).toContain(
        "packed holds a system of the kind 'blocks', and blocks.ts, which registers it, cannot be loaded",
      );
      expect(gone).toContain('import the module that registers it before packed is loaded');
    },
    MINUTES,
  );
});

import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tf } from '@sandwich/engine';
import { readInspection, type ShownPicture } from '@sandwich/inspector';
import { loadSharp } from '@sandwich/pictures';
import { beforeEach, describe, expect, it } from 'vitest';
import { evaluationFiles } from '../../../inspector/src/evaluation/evaluation-files.js';
import { registeredKind, registerKind } from '../../../trainer/src/kinds/system-kinds.js';
import { checkpointFile, runFiles } from '../../../trainer/src/run/run-directory.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { useTrainedRun } from '../../testing/trained-run.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';
import { evalCommand } from './eval.js';
import { inspectCommand } from './inspect.js';
import { trainCommand } from './train.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const { images, copyRun } = useTrainedRun();

const photos = () => join(folder(), 'photos');
const run = () => join(folder(), 'run');
const page = () => join(run(), 'inspect.html');
const HOSTILE = '<img src=x onerror=alert(1)>$&.png';

async function writePattern(name: string, width: number, height: number): Promise<void> {
  const image = patternImage(width, height);
  const sharp = await loadSharp();
  await writeFile(join(photos(), name), await sharp(image.data, { raw: image }).png().toBuffer());
}

beforeEach(async () => {
  await copyRun(run());
  await mkdir(photos());
  await writePattern('a.png', 50, 37);
});

const inspectionIn = async (file: string) => readInspection(await readFile(file, 'utf8'));

/** What a page shows of its only run. */
async function dataOf(file: string) {
  const { runs } = await inspectionIn(file);
  expect(runs.length).toBe(1);
  return runs[0];
}

async function decode({ source }: ShownPicture) {
  const sharp = await loadSharp();
  const bytes = Buffer.from(source.replace('data:image/webp;base64,', ''), 'base64');
  return sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

describe('inspectCommand', () => {
  it('shows pictures, curves and configuration of a run that was evaluated', async () => {
    await writePattern(HOSTILE, 48, 40);
    const [evaluation] = await evalCommand({ run: run(), images: photos() });
    const tensors = tf.memory().numTensors;
    expect(await inspectCommand({ run: [run()], images: photos() })).toBe(page());
    expect(tf.memory().numTensors).toBe(tensors);
    expect(output.stdout()).toMatch(/inspect\.html \(\d\.\d MB\)\n$/);
    const html = await readFile(page(), 'utf8');
    expect(html).not.toContain(HOSTILE);

    const data = await dataOf(page());
    expect(data.notes).toEqual([]);
    expect(data.title).toBe('tiny-sandwich');
    expect(data.facts).toContainEqual({ label: 'Bottleneck', value: '1 channel' });
    expect(data.configuration).toContainEqual({ key: 'settings.gamma', value: '20' });
    expect(data.training.find(({ key }) => key === 'loss')?.steps).toEqual([2]);

    // JPEG at its trained step, 5, and at twice and four times that
    expect(data.items.map(({ name }) => name).sort()).toEqual([HOSTILE, 'a.png'].sort());
    const item = data.items.find(({ name }) => name === 'a.png')!;
    const { original, views, comparisons } = item;
    expect(comparisons.map(({ candidate }) => candidate.setting)).toEqual(['flat 5', 'flat 10', 'flat 20']);
    expect([item.width, item.height, item.pixels]).toEqual([50, 37, 1850]);
    expect([original.width, original.height, original.scale]).toEqual([50, 37, 1]);
    // the pre-processor knows no setting; what the codec makes of its picture does
    expect(views.map(({ name, picture: { width, height, scale } }) => [name, width, height, scale])).toEqual([
      ['bottleneck', 50, 37, 1],
    ]);
    expect(comparisons[0].candidate.views.map(({ name }) => name)).toEqual(['compressed bottleneck']);
    expect((await decode(original)).data.equals(Buffer.from(patternImage(50, 37).data))).toBe(true);

    // what is shown is what was measured
    const measured = evaluation.candidate;
    const at = measured.settings.indexOf('flat 10');
    const found = measured.items.find(({ item: name }) => name === 'a.png')!.results;
    const [, { candidate, anchors }] = comparisons;
    expect(candidate.bits / 1850).toBeCloseTo(found.bpp[at], 12);
    expect(candidate.measures['psnr-rgb']).toBeCloseTo(found['psnr-rgb'][at]!, 12);
    expect(candidate.measures['ssim-rgb']).toBeCloseTo(found['ssim-rgb'][at]!, 12);
    const { data: pixels } = await decode(candidate.output);
    const error = pixels.reduce((sum, value, i) => sum + (value - patternImage(50, 37).data[i]) ** 2, 0);
    expect(10 * Math.log10((255 ** 2 * pixels.length) / error)).toBeCloseTo(found['psnr-rgb'][at]!, 9);
    const plain = ['JPEG, flat tables', 'JPEG, Annex K tables'];
    const names = [
      ...['ordinary JPEG, 4:2:0', 'ordinary JPEG, 4:4:4'],
      ...plain,
      ...plain.map((name) => `${name}, colour carrier`),
    ];
    expect(anchors.map(({ coder }) => coder)).toEqual(names);
    for (const { candidate: own, anchors: others } of comparisons) {
      for (const { bits } of others) expect(Math.abs(bits / own.bits - 1)).toBeLessThan(0.15);
    }
    // the anchor that is compared first is the better one, at equal bits, of those that a user would choose instead
    const ordinary = names.slice(0, 2);
    expect(anchors.map(({ group }) => group)).toEqual([
      ...['ordinary JPEG', 'ordinary JPEG', 'plain codec', 'plain codec', 'colour carrier', 'colour carrier'],
    ]);
    const psnrs = ordinary.map((_, k) =>
      data.items.flatMap((each) => each.comparisons).reduce((sum, c) => sum + c.anchors[k].measures['psnr-rgb']!, 0),
    );
    expect(data.firstPairs).toEqual({
      look: { left: { coder: ordinary[psnrs.indexOf(Math.max(...psnrs))] }, right: { coder: 'sandwich' } },
      difference: { left: {}, right: { coder: 'sandwich' } },
    });

    const { sets, gains, bdRates, rateChanges, measures } = data.results!;
    expect(gains).toEqual(
      evaluation.gains
        .filter(({ measure }) => measure !== 'ms-ssim-rgb')
        .map(({ group: anchor, measure, range, mean }) => ({ anchor, measure, range, mean })),
    );
    expect(new Set(gains.map(({ anchor }) => anchor))).toEqual(
      new Set(['ordinary JPEG', 'plain codec', 'colour carrier']),
    );
    expect(measures.slice(0, 2)).toEqual([
      { key: 'psnr-rgb', label: 'mean PSNR', unit: 'dB', better: 'more', digits: 2 },
      { key: 'psnr-rgb-of-mean-error', label: 'PSNR of mean error', unit: 'dB', better: 'more', digits: 2 },
    ]);
    expect(sets.map(({ name }) => name)).toEqual([
      `Mean of ${evaluation.items}`,
      ...measured.items.map(({ item: name }) => name),
    ]);
    expect(sets[0].curves.map(({ name, role }) => [name, role])).toEqual([
      ['sandwich', 'candidate'],
      ...names.map((name) => [name, 'anchor']),
    ]);
    const [{ points }] = sets[0].curves;
    expect(points.map(({ bpp }) => bpp)).toEqual([...measured.results.bpp].sort((a, b) => a - b));
    expect(points.find(({ setting }) => setting === 'flat 10')?.measures['psnr-rgb']).toBe(
      measured.results['psnr-rgb'][at],
    );
    expect(bdRates).toEqual(evaluation.bdRates);
    expect(rateChanges).toEqual(
      evaluation.rateChanges.map(({ group: anchor, bpp, percent }) => ({ anchor, bpp, percent })),
    );
  });

  it('writes the same bytes again', async () => {
    await inspectCommand({ run: [run()], images: photos() });
    const first = await readFile(page());
    await inspectCommand({ run: [run()], images: photos() });
    expect((await readFile(page())).equals(first)).toBe(true);
  });
});

describe('inspectCommand without LPIPS', () => {
  useNoLpips();

  it('shows no gain of other pictures beside those it is given', async () => {
    await evalCommand({ run: run(), images: photos(), qsteps: [4, 8, 16, 32], metrics: ['psnr'] });
    const own = join(folder(), 'own');
    await mkdir(own);
    await copyFile(join(photos(), 'a.png'), join(own, 'mine.png'));
    await inspectCommand({ run: [run()], images: own });
    const { notes, results } = await dataOf(page());
    expect(results).toMatchObject({
      gains: [],
      bdRates: [],
      rateChanges: [],
      items: expect.stringMatching(/^\d images of /),
    });
    expect(results!.sets[0].curves.length).toBeGreaterThan(1);
    expect(notes).toEqual([
      {
        text: expect.stringMatching(/^The rate-distortion curves are of .*, of which mine\.png is none: /),
        command: expect.stringMatching(new RegExp(` ${run()} --images ${own}$`)),
      },
    ]);
  });

  it('shows what it is asked for', async () => {
    await writePattern('b.png', 64, 64);
    const out = join(folder(), 'page.html');
    await trainCommand({ resume: run(), steps: 3 });
    const checkpoint = checkpointFile(run(), 2);
    await inspectCommand({ run: [run()], images: photos(), out, count: 1, crop: 32, qsteps: [6], checkpoint });
    const { items, facts } = await dataOf(out);
    expect(items.map(({ name, width, height }) => [name, width, height])).toEqual([['a.png', 32, 32]]);
    expect(items[0].comparisons.map(({ candidate }) => candidate.setting)).toEqual(['flat 6']);
    expect(facts[0]).toEqual({ label: 'Checkpoint', value: 'step 2, step-0000002.safetensors' });
    expect(existsSync(page())).toBe(false);
  });

  it('goes around another codec', async () => {
    await inspectCommand({ run: [run()], images: photos(), codec: 'webp', qualities: [40, 80] });
    const { items, notes } = await dataOf(page());
    expect(items[0].comparisons.map(({ candidate }) => candidate.setting)).toEqual(['quality 40', 'quality 80']);
    expect(items[0].comparisons[0].anchors.map(({ coder }) => coder)).toEqual([
      'ordinary WebP, 4:2:0',
      'WebP',
      'WebP, colour carrier',
    ]);
    expect(notes[0].command).toBe(`npm run sandwich -- eval ${run()} --codec webp`);
  });

  it('shows several runs on one page', async () => {
    const other = join(folder(), 'other', 'run');
    await trainCommand({ experiment: tinySandwichFile, images: images(), run: other, steps: 1 });
    await inspectCommand({ run: [run()], images: photos() });
    const alone = await readFile(page());
    const made = await inspectCommand({ run: [run(), other], images: photos() });
    expect(made).toBe(join(run(), 'inspect-runs.html'));
    // the page of the first run alone is still there
    expect((await readFile(page())).equals(alone)).toBe(true);
    const { runs, title } = await inspectionIn(made);
    const ids = [`${basename(folder())}/run`, 'other/run'];
    expect(runs.map(({ id, subtitle }) => [id, subtitle])).toEqual([
      [ids[0], run()],
      [ids[1], other],
    ]);
    expect(title).toBe(ids.join(', '));
    expect(runs.map(({ training }) => training.find(({ key }) => key === 'loss')?.steps)).toEqual([[2], [1]]);
    // the same original, once in the file
    const [first, second] = runs.map(({ items }) => items[0]);
    expect(second.original).toEqual(first.original);
    expect((await readFile(made, 'utf8')).split(first.original.source).length - 1).toBe(1);
    expect(output.stderr()).toContain(`other/run: There are no rate-distortion curves`);
  });

  it('shows all but pictures of a system of a kind that is not measured', async () => {
    const { configuration } = runFiles(run());
    const described = JSON.parse(await readFile(configuration, 'utf8'));
    registerKind({ ...registeredKind('sandwich')!, name: 'unmeasured', contenders: undefined });
    await writeFile(configuration, JSON.stringify({ ...described, kind: 'unmeasured' }));
    await inspectCommand({ run: [run()], images: photos() });
    const { items, training, notes } = await dataOf(page());
    expect([items, training.length > 0]).toEqual([[], true]);
    expect(notes.map(({ text }) => text)).toContain(
      "There are no pictures: systems of the kind 'unmeasured' have no contenders.",
    );
  });

  it('shows the pictures that a training made', async () => {
    await inspectCommand({ run: [run()], images: photos() });
    const { trainingPictures } = await dataOf(page());
    expect(trainingPictures).toMatchObject({ total: 1, steps: [{ step: 1 }] });
    const [{ views }] = trainingPictures!.steps;
    expect(views.map(({ name }) => name).sort()).toEqual([
      ...['bottleneck', 'compressed bottleneck', 'input', 'prediction'],
    ]);
    const sharp = await loadSharp();
    const file = join(runFiles(run()).images, 'step-0000001-prediction.png');
    const expected = await sharp(file).removeAlpha().raw().toBuffer();
    expect((await decode(views.find(({ name }) => name === 'prediction')!.picture)).data.equals(expected)).toBe(true);
  });

  it('says what is missing, and shows the rest', async () => {
    await rm(runFiles(run()).checkpoints, { recursive: true });
    await writeFile(runFiles(run()).metrics, '');
    await writeFile(evaluationFiles(run(), 'jpeg').results, '{"systems":3}');
    await inspectCommand({ run: [run()], images: photos() });
    const { notes, items, results, training, configuration } = await dataOf(page());
    expect([items, results, training]).toEqual([[], null, []]);
    expect(configuration.length).toBeGreaterThan(10);
    expect(notes.map(({ text, command }) => [text.split(':')[0], command])).toEqual([
      ['There are no training curves', `npm run sandwich -- train --resume ${run()}`],
      ['There are no rate-distortion curves', `npm run sandwich -- eval ${run()}`],
      ['There are no pictures', `npm run sandwich -- train --resume ${run()}`],
    ]);
  });

  it('tells when curves and pictures are of different steps', async () => {
    await evalCommand({ run: run(), images: photos(), qsteps: [8], metrics: ['psnr'] });
    await trainCommand({ resume: run(), steps: 3 });
    await inspectCommand({ run: [run()], images: photos() });
    expect((await dataOf(page())).notes[0].text).toBe(
      'The rate-distortion curves are of step 2, the pictures of step 3.',
    );
  });

  it('draws figures', async () => {
    await evalCommand({ run: run(), images: photos(), metrics: ['psnr'] });
    await trainCommand({ resume: run(), steps: 4 });
    const figures = join(folder(), 'figures');
    await inspectCommand({
      run: [run()],
      images: photos(),
      figures,
      region: { left: 3, top: 4, width: 20, height: 10 },
      qsteps: [4, 16],
    });
    const names = (await readdir(figures)).sort();
    expect(names).toEqual(
      ['bpp', 'learningRate', 'loss', 'psnr']
        .map((key) => `training-${key}`)
        .concat('rate-psnr-rgb', 'rate-psnr-rgb-of-mean-error')
        .flatMap((name) => [`${name}.png`, `${name}.svg`])
        .concat('comparison-1-a.png')
        .sort(),
    );
    expect(await readFile(join(figures, 'rate-psnr-rgb.svg'), 'utf8')).toContain('>sandwich</text>');
    const sharp = await loadSharp();
    const { data, info } = await sharp(join(figures, 'comparison-1-a.png'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    // below the first row's label, right of the whole image: the region, each pixel 4 x 4 as the image is 37 high
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
    const [left, top] = [leftOfCrop(data, info.width), 12 + 26];
    const pattern = patternImage(50, 37);
    for (const [x, y] of [
      [0, 0],
      [7, 5],
      [19, 9],
    ]) {
      const from = ((4 + y) * 50 + 3 + x) * 3;
      expect(at(left + 4 * x + 1, top + 4 * y + 2)).toEqual([...pattern.data.subarray(from, from + 3)]);
    }
  });
});

/** The second picture of the first row begins where the white behind the first one ends. */
function leftOfCrop(data: Buffer, width: number): number {
  const isWhite = (x: number) => [0, 1, 2].every((i) => data[((12 + 26 + 1) * width + x) * 3 + i] === 255);
  let x = 12 + 50;
  while (isWhite(x)) x++;
  return x;
}

describe('sandwich inspect, given what it cannot use', () => {
  it.each([
    ['no run', () => [join(folder(), 'nowhere')], 'is not a run directory'],
    ['no images', () => [run(), '--images', join(folder(), 'nowhere')], 'no such file or folder'],
    ['no folder for the page', () => [run(), '--out', join(folder(), 'nowhere', 'a.html')], 'there is no folder'],
    ['no count', () => [run(), '--count', '0'], '--count must be a positive integer, got 0'],
    ['half a crop', () => [run(), '--crop', '1.5'], '--crop must be a positive integer, got 1.5'],
    ['bad steps', () => [run(), '--qsteps', '3,x'], "--qsteps takes positive numbers with commas between, got '3,x'"],
    ['qualities for JPEG', () => [run(), '--qualities', '30'], '--qualities is for other codecs; JPEG has --qsteps'],
    ['steps for WebP', () => [run(), '--codec', 'webp', '--qsteps', '3'], 'webp has --qualities'],
    ['a bad region', () => [run(), '--region', '1,2'], '--region takes left,top,width,height'],
    ['an unknown codec', () => [run(), '--codec', 'gif'], 'gif'],
    ['a run twice', () => [run(), join(run(), '.')], 'is given twice'],
    ['figures of several runs', () => [run(), folder(), '--figures', 'x'], '--figures is for one run, got 2'],
    ['a missing checkpoint', () => [run(), '--checkpoint', join(folder(), 'no.safetensors')], 'no.safetensors'],
  ])('refuses %s', async (_, options, message) => {
    const before = await readdir(run());
    const argv = ['inspect', ...options()];
    expect(await main(argv.includes('--images') ? argv : [...argv, '--images', photos()])).toBe(1);
    const [, ...errors] = output.stderr().split(/^error: /m);
    expect(errors.length).toBe(1);
    expect(errors[0]).toContain(message);
    expect(await readdir(run())).toEqual(before);
  });

  it('refuses a damaged checkpoint', async () => {
    await copyFile(join(photos(), 'a.png'), checkpointFile(run(), 2));
    expect(await main(['inspect', run(), '--images', photos()])).toBe(1);
    expect(output.stderr()).toContain('error: none of the checkpoints');
    expect(existsSync(page())).toBe(false);
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { synthesizeImage } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { type JpegTables, loadClassifier } from '@sandwich/models';
import { loadRun } from '@sandwich/trainer';
import { beforeAll, expect, it } from 'vitest';
import { resnet, resnetShapes } from '../../../models/src/classifiers/resnet.js';
import { syntheticWeights, writeWeights } from '../../../models/testing/synthetic-weights.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';
import { evalCommand } from './eval.js';
import { tableAccuracyCommand } from './table-accuracy.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const tables = resolve('zoo/learned-tables');
const QUALITIES = [10, 50, 90];

/** A file of CIFAR of generated pictures, with the classes that a ResNet-20 finds in them but for the first, and its weights. */
async function labelledByNetwork(): Promise<{ images: string; weights: string }> {
  const weights = await writeWeights(folder(), 'resnet20', syntheticWeights(resnetShapes(resnet(20), 10)));
  const classifier = await loadClassifier({ name: 'resnet20', weights });
  const pictures = Array.from({ length: 6 }, (_, seed) => synthesizeImage({ width: 32, height: 32, seed }));
  const [top1] = classifier.measures;
  const bytes: number[] = [];
  for (const [i, picture] of pictures.entries()) {
    let label = 0;
    while ((await top1.perItem({ picture, label }, [{ picture, label }]))[0]![0] === 0) label++;
    bytes.push(i === 0 ? (label + 1) % 10 : label);
    for (const channel of [0, 1, 2]) bytes.push(...picture.data.filter((_, at) => at % 3 === channel));
  }
  classifier.dispose();
  const images = join(folder(), 'pictures.bin');
  await writeFile(images, Uint8Array.from(bytes));
  return { images, weights };
}

it('eval and table-accuracy measure the same accuracy and rate', async () => {
  const { images, weights } = await labelledByNetwork();
  const { system } = await loadRun(tables);
  const { luma } = (system as JpegTables).stepValues();
  const mean = Array.from(luma).reduce((sum, step) => sum + step) / 64;
  const out = join(folder(), 'out');
  const judges = { recognisers: ['resnet20' as const], weights };
  const [results] = await evalCommand({
    ...{ run: tables, images, ...judges, metrics: ['accuracy'], out, rates: [2, 12] },
    ...{ qsteps: [mean], qualities: QUALITIES },
  });
  const judged = await tableAccuracyCommand({
    ...{ tables: [tables], images, recognisers: 'resnet20', weights },
    ...{ anchors: ['annex-k'], qualities: QUALITIES },
  });

  const { candidate, anchors, measures } = results;
  const accuracy = (shares: { accuracy: number }[]) => shares.map((point) => expect.closeTo(100 * point.accuracy, 10));
  const rates = (points: { bpp: number }[]) => points.map(({ bpp }) => expect.closeTo(bpp, 10));
  expect(candidate.results['accuracy-resnet20']).toEqual(accuracy(judged.points));
  expect(candidate.results.bpp).toEqual(rates(judged.points));
  const annexK = anchors.find(({ name }) => name === 'Annex K')!.results;
  const [{ points }] = judged.anchors;
  expect(annexK['accuracy-resnet20']).toEqual(accuracy(points));
  expect(annexK.bpp).toEqual(rates(points));
  expect(new Set(points.map((point) => point.accuracy)).size).toBeGreaterThan(1);

  const described = measures.find(({ key }) => key === 'accuracy-resnet20')!;
  expect(described.uncompressed).toBeCloseTo(100 * (5 / 6), 10);
  expect(output.stdout()).toContain('accuracy of resnet20 without compression: 83.3 %');
  expect(JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))).toEqual(results);
  expect(await readFile(join(out, 'rate-accuracy-resnet20.svg'), 'utf8')).toContain('accuracy of resnet20, %');
  const curve = JSON.parse(await readFile(join(out, 'curves', 'annex-k.json'), 'utf8'));
  expect(curve.results['accuracy-resnet20']).toEqual(annexK['accuracy-resnet20']);
});

it.each([
  [['--sample', '4', '--sample-alpha', '100'], 'give --sample 4 or --sample-alpha 100, not both'],
  [['--sample', '4', '--trellis', '0.1'], '--trellis 0.1 searches levels, --sample and --sample-alpha draw them'],
  [
    ['--sample', '4', '--subsampling', '4:2:0'],
    '--sample and --sample-alpha draw levels of 4:4:4, and --subsampling is 4:2:0',
  ],
])('table-accuracy chooses levels in one way, not by %j', async (words, message) => {
  expect(await main(['table-accuracy', tables, '--images', folder(), ...words])).toBe(1);
  expect(output.stderr()).toContain(message);
});

it.each([
  [['--metrics', 'accuracy'], '--metrics accuracy needs classifiers: name them by --recognisers'],
  [['--recognisers', 'resnet20'], '--recognisers needs labelled pictures: give --images'],
  [['--weights', 'some.safetensors'], '--weights are those of --recognisers'],
  [['--recognisers', 'resnet20', '--metrics', 'psnr'], '--recognisers is for --metrics accuracy'],
  [['--recognisers', 'alexnet'], '--recognisers takes resnet20, resnet32, resnet44, resnet56, squeezenet1_1'],
])('eval %j is refused', async (words, message) => {
  expect(await main(['eval', tables, ...words])).toBe(1);
  expect(output.stderr()).toContain(message);
});

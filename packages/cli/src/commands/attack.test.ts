import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { loadClassifier } from '@sandwich/models';
import { type Picture, writePicture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { resnet, resnetShapes } from '../../../models/src/classifiers/resnet.js';
import { syntheticWeights, writeWeights } from '../../../models/testing/synthetic-weights.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const PLANE = 32 * 32;
const QUALITY = 60;

/** A file of CIFAR whose labels are what a classifier sees in JPEG files of the pictures. */
async function writeCifar(weights: string): Promise<string> {
  const classifier = await loadClassifier({ name: 'resnet20', weights });
  const records: Uint8Array[] = [];
  for (let i = 0; i < 4; i++) {
    const { data } = patternImage(32, 32 + i) as Picture<Uint8Array>;
    const picture = { data: data.subarray(0, 3 * PLANE), width: 32, height: 32, channels: 3 as const };
    const coded = await decodeJpeg(encodeJpeg(picture, { quality: QUALITY }));
    const label = tf.tidy(() => {
      const scores = classifier.apply(tf.tensor4d(Float32Array.from(coded.data), [1, 32, 32, 3]));
      return tf.argMax(scores, 1).dataSync()[0];
    });
    const planes = [0, 1, 2].flatMap((c) => Array.from({ length: PLANE }, (_, p) => picture.data[3 * p + c]));
    records.push(Uint8Array.from([label, ...planes]));
  }
  classifier.dispose();
  const file = join(folder(), 'pictures.bin');
  await writeFile(file, Buffer.concat(records));
  return file;
}

describe('sandwich attack', () => {
  it('compares gradients by real files, and goes on where it was ended', async () => {
    const weights = await writeWeights(folder(), 'resnet20', syntheticWeights(resnetShapes(resnet(20), 10)));
    const pictures = await writeCifar(weights);
    const out = join(folder(), 'attacks');
    const quick = ['--weights', weights, '--budgets', '64', '--qualities', `${QUALITY}`, '--steps', '2', '--out', out];
    const attack = (...more: string[]) => main(['attack', pictures, '--classifier', 'resnet20', ...quick, ...more]);
    const stored = async () => JSON.parse(await readFile(join(out, 'attacks.json'), 'utf8'));

    const before = tf.memory().numTensors;
    expect(await attack('--gradients', 'none'), output.stderr()).toBe(0);
    const [first] = (await stored()).places;
    expect(first).toMatchObject({ gradient: 'none', budget: 64, quality: QUALITY });
    expect(first.outcomes).toHaveLength(4);
    expect(first.outcomes).not.toContain('missed');

    // What is there is kept as it is: a changed outcome comes back.
    const marked = await stored();
    marked.places[0].outcomes = ['held', 'held', 'held', 'fooled'];
    await writeFile(join(out, 'attacks.json'), JSON.stringify(marked));
    expect(await attack('--gradients', 'none,diff-jpeg-ste'), output.stderr()).toBe(0);
    const { places } = await stored();
    expect(places.map(({ gradient }: { gradient: string }) => gradient)).toEqual(['none', 'diff-jpeg-ste']);
    expect(places[0].outcomes).toEqual(marked.places[0].outcomes);
    const csv = (await readFile(join(out, 'attacks.csv'), 'utf8')).split('\n');
    expect(csv[0]).toBe('gradient,budget,quality,fooled,of,success,low,high');
    expect(csv[1]).toBe(`none,64,${QUALITY},1,4,0.2500,0.0456,0.6994`);
    expect(output.stdout()).toMatch(/^none +25\.0 +25\.0/m);
    expect(await readFile(join(out, 'budget-64.svg'), 'utf8')).toContain('diff-jpeg-ste');
    expect(tf.memory().numTensors).toBe(before);

    // Others are not written over.
    expect(await attack('--gradients', 'none', '--seed', '1')).toBe(1);
    expect(output.stderr()).toContain('attacks.json');
    expect((await stored()).places).toHaveLength(2);

    // Where the classifier knew nothing before, there is nothing to say, but no error either.
    marked.places[0].outcomes = new Array(4).fill('missed');
    await writeFile(join(out, 'attacks.json'), JSON.stringify(marked));
    expect(await attack('--gradients', 'none'), output.stderr()).toBe(0);
    expect(output.stdout()).toMatch(/^none +- +- +-/m);
  });

  it('asks only of the pictures that it attacks that the classifier can judge them', async () => {
    const weights = await writeWeights(folder(), 'resnet20', syntheticWeights(resnetShapes(resnet(20), 10)));
    const pictures = join(folder(), 'labelled');
    const picture = { data: new Uint8Array(3 * PLANE).fill(90), width: 32, height: 32, channels: 3 as const };
    await mkdir(pictures);
    await writePicture(join(pictures, '1.png'), picture);
    await writePicture(join(pictures, '10.png'), picture);
    const attack = (count: string) => {
      const quick = ['--gradients', 'none', '--budgets', '64', '--qualities', `${QUALITY}`, '--steps', '1'];
      const where = ['--weights', weights, '--out', join(folder(), 'attacks')];
      return main(['attack', pictures, '--classifier', 'resnet20', ...quick, ...where, '--count', count]);
    };
    expect(await attack('1'), output.stderr()).toBe(0);
    expect(await attack('2')).toBe(1);
    expect(output.stderr()).toContain('10.png has the label 10, and resnet20 tells 10 classes apart');
  });
});

import { diffJpeg, roundings, toTensor } from '@sandwich/codec-proxy';
import { encodeJpeg, jpegScanSize } from '@sandwich/codecs';
import { synthesizeImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { JpegTables } from '../jpeg-tables.js';
import { codeSoftly } from './code-softly.js';

const picture = synthesizeImage({ width: 32, height: 24, seed: 3 });
beforeAll(() => startEngine());

describe('codeSoftly', () => {
  it('decodes, with a hard forward, what JPEG does in real arithmetic, and estimates bits in about the number of the file', () => {
    const system = new JpegTables({ initial: { flat: 12 } });
    const images = toTensor(picture) as tf.Tensor4D;
    const { decoded, rate } = codeSoftly(system, images, { forward: 'hard' });
    const { luma, chroma } = system.steps();
    const options = { tableY: luma, tableC: chroma, subsampling: '4:4:4', chromaFilter: 'libjpeg', ste: true } as const;
    const expected = diffJpeg(images, tf.tensor1d([50]), { ...options, rounding: roundings.hard });
    expect(decoded.sub(expected).abs().mean().dataSync()[0]).toBeLessThan(1e-3);
    const file = encodeJpeg(picture, { tables: system.fileTables(), subsampling: '4:4:4', optimizeHuffman: true });
    expect(rate.dataSync()[0] / (8 * jpegScanSize(file))).toBeGreaterThan(0.5);
    expect(rate.dataSync()[0] / (8 * jpegScanSize(file))).toBeLessThan(1.5);
    system.dispose();
  });

  it('has the mean levels of the soft quantiser otherwise, close to those of files where it is hard', () => {
    const system = new JpegTables({ initial: { flat: 12 } });
    const images = toTensor(picture) as tf.Tensor4D;
    const difference = (hardness: number) =>
      codeSoftly(system, images, { hardness })
        .decoded.sub(codeSoftly(system, images, { forward: 'hard' }).decoded)
        .abs()
        .mean()
        .dataSync()[0];
    expect(difference(4)).toBeGreaterThan(10 * difference(10000));
    expect(
      codeSoftly(system, images, { alpha: 4 / 144 })
        .decoded.sub(codeSoftly(system, images, { hardness: 4 }).decoded)
        .abs()
        .max()
        .dataSync()[0],
    ).toBeLessThan(0.01);
    system.dispose();
  });

  it('rounds by another rounding where one is named', () => {
    const system = new JpegTables({ initial: { flat: 12 } });
    const images = toTensor(picture) as tf.Tensor4D;
    const { decoded } = codeSoftly(system, images, { rounding: roundings.cubic });
    const files = codeSoftly(system, images, { forward: 'hard' }).decoded;
    const unrounded = codeSoftly(system, images, { rounding: roundings.identity }).decoded;
    const far = (from: tf.Tensor) => decoded.sub(from).square().mean().dataSync()[0];
    // The cube of an error that is uniform between -1/2 and 1/2 has 1/448 of mean square, the error 1/12, the difference 1/12 - 2/80 + 1/448.
    expect(far(files) / far(unrounded)).toBeCloseTo(1 / 448 / (1 / 12 - 1 / 40 + 1 / 448), 1);
    system.dispose();
  });

  it.each(['soft', 'hard'] as const)('gives tables gradients, with a forward that is %s', (forward) => {
    const system = new JpegTables({ initial: { flat: 20 } });
    const images = toTensor(picture) as tf.Tensor4D;
    const { grads } = tf.variableGrads(
      () => codeSoftly(system, images, { forward }).rate.sum() as tf.Scalar,
      Object.values(system.parameters),
    );
    const slopes = Object.values(grads).map((gradient) => gradient.sum().dataSync()[0]);
    // Larger steps cost fewer bits.
    for (const slope of slopes) expect(slope).toBeLessThan(0);
    system.dispose();
  });
});

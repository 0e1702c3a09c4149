import { toTensor } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { resolveSettings } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../../trainer/testing/pattern-image.js';
import tinySandwich from '../../../../trainer/testing/tiny-sandwich.js';
import { Sandwich } from '../sandwich.js';
import { stagePictures } from './stage-pictures.js';

beforeAll(() => startEngine());

describe('stagePictures', () => {
  it('shows the first image of a batch at each stage, and leaves no tensor behind', () => {
    const model = new Sandwich(tinySandwich.sandwich(resolveSettings(tinySandwich)));
    const pattern = patternImage(24, 16);
    const batch = tf.tidy(() => tf.concat([toTensor(pattern), tf.zeros([1, 16, 24, 3])]) as tf.Tensor4D);
    const before = tf.memory().numTensors;
    const pictures = stagePictures(model, batch, 255);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(pictures).sort()).toEqual(['bottleneck', 'compressedBottleneck', 'input', 'prediction']);
    expect(pictures.input).toMatchObject({ width: 24, height: 16, channels: 3 });
    expect(pictures.input.data).toEqual(pattern.data);
    expect(pictures.bottleneck).toMatchObject({ width: 24, height: 16 });
    batch.dispose();
    model.dispose();
  });

  it('shows deeper images in 8 bits', () => {
    const model = new Sandwich(tinySandwich.sandwich(resolveSettings(tinySandwich)));
    const batch = tf.fill([1, 8, 8, 3], 65535) as tf.Tensor4D;
    expect(stagePictures(model, batch, 65535).input.data).toEqual(new Uint8Array(192).fill(255));
    batch.dispose();
    model.dispose();
  });
});

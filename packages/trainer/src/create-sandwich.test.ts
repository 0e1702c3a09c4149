import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, expect, it } from 'vitest';
import tinySandwich from '../testing/tiny-sandwich.js';
import { createSandwich } from './create-sandwich.js';
import { resolveSettings } from './experiment.js';

beforeAll(() => startEngine());

it('refuses images of other bits than the networks are for, leaving nothing behind', () => {
  const before = tf.memory().numTensors;
  const settings = resolveSettings(tinySandwich, ['bitDepth=16']);
  expect(() => createSandwich(tinySandwich, settings)).toThrow(
    "bitDepth is 16, and the experiment's networks take images of 8 bits (truncateBits 0)",
  );
  expect(tf.memory().numTensors).toBe(before);
  createSandwich(tinySandwich, settings, { truncateBits: 8 }).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

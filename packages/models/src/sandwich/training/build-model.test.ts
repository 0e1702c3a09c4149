import { type DifferentiableCodec, DiffJpegCodec, EncodeDecodeIntra } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { resolveSettings } from '@sandwich/trainer';
import { beforeAll, expect, it } from 'vitest';
import tinySandwich from '../../../../trainer/testing/tiny-sandwich.js';
import { defineExperiment } from './define-experiment.js';

beforeAll(() => startEngine());

it('refuses images of other bits than the networks are for, leaving nothing behind', () => {
  const before = tf.memory().numTensors;
  const settings = resolveSettings(tinySandwich, { bitDepth: 16 });
  expect(() => tinySandwich.system(settings)).toThrow(
    "bitDepth is 16, and the experiment's networks take images of 8 bits (truncateBits 0)",
  );
  expect(tf.memory().numTensors).toBe(before);
  const deep = defineExperiment({
    ...tinySandwich,
    sandwich: (given) => ({ ...tinySandwich.sandwich(given), truncateBits: 8 }),
  });
  deep.system(settings).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('refuses to spread the steps of a codec that cannot scale them, before there are networks', () => {
  const before = tf.memory().numTensors;
  const around = (proxy: DifferentiableCodec, qstepSpread = 2) =>
    defineExperiment({ ...tinySandwich, sandwich: () => ({ pre: null, post: null, proxy }) }).system(
      resolveSettings(tinySandwich, { qstepSpread }),
    );
  const webp = () => new EncodeDecodeIntra({ forward: { codec: 'webp', quality: 40 } });
  expect(() => around(webp())).toThrow(
    "qstepSpread is 2, and the experiment's codec does not take stepScale, a factor on its quantiser steps (it takes qstep, imageMax); leave qstepSpread at 1",
  );
  around(new DiffJpegCodec()).dispose();
  around(webp(), 1).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('conditions networks on the step as the setting says, unless the experiment says it itself', () => {
  const around = (setting: string, own?: 'none' | 'step') => {
    const experiment = defineExperiment({
      ...tinySandwich,
      sandwich: (given) => ({ ...tinySandwich.sandwich(given), ...(own && { conditionOn: own }) }),
    });
    const system = experiment.system(resolveSettings(tinySandwich, { conditionOn: setting }));
    const { conditionOn } = system;
    system.dispose();
    return conditionOn;
  };
  expect([around('none'), around('step'), around('none', 'step'), around('step', 'none')]).toEqual([
    'none',
    'step',
    'step',
    'none',
  ]);
});

it('leaves nothing of a codec that networks cannot be conditioned on', () => {
  const before = tf.memory().numTensors;
  const proxy = () => new EncodeDecodeIntra({ forward: { codec: 'webp', quality: 40 } });
  const experiment = defineExperiment({ ...tinySandwich, sandwich: () => ({ proxy: proxy() }) });
  expect(() => experiment.system(resolveSettings(tinySandwich, { conditionOn: 'step' }))).toThrow(
    "conditionOn 'step' takes a codec that says its quantiser step",
  );
  expect(tf.memory().numTensors).toBe(before);
});

it('trains the sandwich of a copy, where that is another one', async () => {
  const settings = resolveSettings(tinySandwich);
  const copy = { ...tinySandwich, sandwich: () => ({ ...tinySandwich.sandwich(settings), mlpChannels: 7 }) };
  const system = copy.system(settings);
  const objective = await copy.objective(settings, { note: () => {} });
  expect([system.architecture.mlpChannels, objective.system.architecture.mlpChannels]).toEqual([7, 7]);
  objective.dispose?.();
  for (const each of [system, objective.system]) each.dispose();
});

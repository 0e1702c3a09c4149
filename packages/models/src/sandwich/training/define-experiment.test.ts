import { parseAssignments, resolveSettings, trainingDefaults } from '@sandwich/trainer';
import { describe, expect, it } from 'vitest';
import { defineExperiment } from './define-experiment.js';
import { commonSettings } from './sandwich-settings.js';

const experiment = defineExperiment({
  description: 'of the tests',
  settings: { network: 'slim', factor: 2, mirrored: false, learningRate: 5e-4, batchSize: 4 },
  sandwich: () => ({}),
});
const resolve = (...assignments: string[]) => resolveSettings(experiment, parseAssignments(experiment, assignments));

describe('system', () => {
  it('refuses networks of another light than photographs are read in', () => {
    const linear = defineExperiment({
      description: 'of the tests',
      settings: { bitDepth: 16, light: 'display' as 'display' | 'linear' },
      sandwich: () => ({ pre: null, truncateBits: 8, light: 'linear' }),
    });
    const resolved = (light: string) => resolveSettings(linear, parseAssignments(linear, [`light=${light}`]));
    expect(() => linear.system(resolved('display'))).toThrow(
      "light is display, and the experiment's networks take linear light",
    );
  });
});

describe('resolveSettings', () => {
  it('puts the settings of the experiment before the common ones', () => {
    expect(resolve()).toEqual({
      ...trainingDefaults,
      ...commonSettings,
      network: 'slim',
      factor: 2,
      mirrored: false,
      learningRate: 5e-4,
      batchSize: 4,
    });
  });

  it('takes assignments in the type of the default, the last one of a key', () => {
    const settings = resolve('factor=3', 'mirrored=true', 'network=full', 'learningRate=1e-5', 'factor=4');
    expect(settings).toMatchObject({ factor: 4, mirrored: true, network: 'full', learningRate: 1e-5 });
    expect(resolve('rangePenalty=false').rangePenalty).toBe(false);
  });

  it('keeps texts as they are', () => {
    expect(resolve('network=a=b, c').network).toBe('a=b, c');
    expect(resolve('network=').network).toBe('');
    expect(resolve('network=8').network).toBe('8');
  });

  it('gives every key the type of its default, and changes neither experiment nor defaults', () => {
    const before = structuredClone([experiment.settings, trainingDefaults]);
    const given = resolve('seed=7', 'cropSize=64', 'stepsWithoutCodec=10', 'mirrored=true', 'network=x');
    const types = (settings: object) => Object.entries(settings).map(([key, value]) => [key, typeof value]);
    expect(types(given)).toEqual(types({ ...trainingDefaults, ...experiment.settings }));
    expect([experiment.settings, trainingDefaults]).toEqual(before);
  });

  it('restores what it gave from its text, as a resumed run does', () => {
    const settings = resolve('learningRate=0.1', 'gamma=1e-7', 'network=a=b', 'mirrored=true');
    expect(resolve(...Object.entries(settings).map(([key, value]) => `${key}=${value}`))).toEqual(settings);
  });

  it('names an unknown key and those that are known', () => {
    expect(() => resolve('batchsize=3')).toThrow(
      "--set batchsize=3: unknown key 'batchsize'; known are accumulate, averageDecay, batchSize, bitDepth, clipNorm, conditionOn, cropSize, decay, " +
        'exposures, factor, gamma, hueShift, learningRate, milestones, mirrored, mlpsAndPost, mlpsOnly, network, qstepSpread, rangePenalty, reduce, saturationSpread, ' +
        'scales, schedule, seed, stepsWithoutCodec, train, validationImages, warmupSteps',
    );
    expect(() => resolve('=3')).toThrow("unknown key ''");
    expect(() => resolve('toString=3')).toThrow("unknown key 'toString'");
    expect(() => resolve('__proto__=3')).toThrow("unknown key '__proto__'");
  });

  it('refuses batches that no memory holds, naming what makes them so large', () => {
    for (const assignment of ['batchSize=1000000000', 'cropSize=1000000', 'reduce=100000', 'accumulate=1000000000']) {
      expect(() => resolve(assignment)).toThrow(/the images of one step do not fit into memory: .*GiB/);
      expect(() => resolve(assignment)).toThrow(assignment);
    }
    for (const key of ['batchSize', 'seed', 'warmupSteps']) {
      expect(() => resolve(`${key}=1e30`)).toThrow(`${key} must be an integer, got 1e+30`);
    }
  });

  it('refuses values out of range', () => {
    const cases = {
      accumulate: '0',
      averageDecay: '1.5',
      mlpsOnly: '-0.1',
      clipNorm: '-1',
      qstepSpread: '0.5',
      warmupSteps: '2.5',
    };
    for (const [key, value] of Object.entries(cases)) expect(() => resolve(`${key}=${value}`)).toThrow(`got ${value}`);
    expect(() => resolve('train=pre')).toThrow("train must be all or post, got 'pre'");
    expect(() => resolve('conditionOn=rate')).toThrow("conditionOn must be none or step, got 'rate'");
    expect(() => resolve('schedule=linear')).toThrow("schedule must be constant, cosine, step; got 'linear'");
    for (const milestones of ['', '0.5,0.5', '0.5,0.4', '0', '1', 'x']) {
      expect(() => resolve(`milestones=${milestones}`)).toThrow(`commas between, got '${milestones}'`);
    }
  });

  it('refuses other types', () => {
    for (const value of ['', ' ', 'many', '1,5', 'NaN', 'Infinity', 'true']) {
      expect(() => resolve(`factor=${value}`)).toThrow(`--set factor=${value}: expected a number`);
    }
    for (const value of ['', '1', 'yes', 'TRUE']) {
      expect(() => resolve(`mirrored=${value}`)).toThrow(`--set mirrored=${value}: expected true or false`);
    }
    expect(() => resolve('factor')).toThrow('--set factor: expected key=value');
  });

  it('refuses training settings out of range', () => {
    const cases = {
      'batchSize=0': 'batchSize must be positive, got 0',
      'batchSize=1.5': 'batchSize must be an integer, got 1.5',
      'reduce=1.5': 'reduce must be an integer, got 1.5',
      'bitDepth=7': 'bitDepth must be 8 to 16, got 7',
      'bitDepth=17': 'bitDepth must be 8 to 16, got 17',
      'bitDepth=9.5': 'bitDepth must be an integer, got 9.5',
      'cropSize=-16': 'cropSize must be positive, got -16',
      'learningRate=0': 'learningRate must be positive, got 0',
      'seed=0.5': 'seed must be an integer, got 0.5',
      'seed=-1': 'seed must not be negative, got -1',
      'stepsWithoutCodec=-1': 'stepsWithoutCodec must not be negative, got -1',
      'gamma=-1': 'gamma must not be negative, got -1',
    };
    for (const [assignment, message] of Object.entries(cases)) expect(() => resolve(assignment)).toThrow(message);
  });
});

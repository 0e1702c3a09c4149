import { annexKTables, scaledTables } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { resolveSettings } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { JpegTables } from './jpeg-tables.js';
import { jpegTablesKind } from './jpeg-tables-kind.js';
import { checkJpegTablesSettings, commonTableSettings } from './jpeg-tables-settings.js';
import { rampTables } from './table-ramp.js';

beforeAll(() => startEngine());

const rounded = (table: ArrayLike<number>) => Array.from(table, Math.round);

describe('JpegTables', () => {
  it('holds densities of its levels where it is asked to, is built with them again, and frees them', () => {
    const tensors = tf.memory().numTensors;
    const system = new JpegTables({ densities: true });
    const again = jpegTablesKind.build(JSON.parse(JSON.stringify(system.architecture)));
    expect(Object.keys(again.parameters)).toEqual(Object.keys(system.parameters));
    expect(system.parameters['densities/luma/matrix0'].shape).toEqual([64, 3, 1]);
    expect(Object.keys(new JpegTables().parameters)).toEqual(['luma', 'chroma']);
    expect(new JpegTables().architecture).not.toHaveProperty('densities');
    system.dispose();
    again.dispose();
    expect(tf.memory().numTensors).toBe(tensors + 4);
  });

  it.each(['log', 'linear'] as const)('keeps the steps of Annex K on a scale that is %s', (scale) => {
    const system = new JpegTables({ scale, initial: { quality: 50 } });
    expect(rounded(system.fileTables().luma)).toEqual(annexKTables.luma);
    expect(rounded(system.fileTables().chroma)).toEqual(annexKTables.chroma);
    const [luma] = system.parameters.luma.dataSync();
    expect(luma).toBeCloseTo(scale === 'log' ? 2.7725887 : 16, 6);
    // The second of the first row is vertical frequency 0, horizontal 1.
    const [, second] = Array.from(system.stepValues().luma);
    expect(second).toBeCloseTo(11, 4);
    system.dispose();
  });

  it('scales tables, rounds them and clips them to 1 to 255', () => {
    const system = new JpegTables({ initial: { quality: 50 } });
    // 16 * 0.0625 = 1; 10 * 0.0625 = 0.625 -> 1; 121 * 0.0625 = 7.56 -> 8; 121 * 3 = 363 -> 255.
    const { luma: fine } = system.fileTables(0.0625);
    expect([fine[0], fine[2], fine[53]]).toEqual([1, 1, 8]);
    expect(system.fileTables(3).luma[53]).toBe(255);
    system.dispose();
  });

  it('is built again from its architecture as JSON', () => {
    const system = new JpegTables({ scale: 'linear', subsampling: '4:2:0', initial: { flat: 12 } });
    const { architecture } = system;
    expect(architecture).toEqual({ scale: 'linear', subsampling: '4:2:0', initial: { flat: 12 } });
    const copy = jpegTablesKind.build(JSON.parse(JSON.stringify(architecture)));
    expect(copy.architecture).toEqual(architecture);
    expect(copy.parameters.chroma.arraySync()).toEqual(system.parameters.chroma.arraySync());
    for (const each of [system, copy]) each.dispose();
  });

  it('starts from flat tables, a ramp, a quality or tables that are given', () => {
    const stepsOf = (initial: ConstructorParameters<typeof JpegTables>[0] & object) => {
      const system = new JpegTables({ scale: 'linear', ...initial });
      const values = system.stepValues();
      system.dispose();
      return values;
    };
    expect(Array.from(stepsOf({ initial: { flat: 9 } }).luma)).toEqual(new Array(64).fill(9));
    expect(Array.from(stepsOf({ initial: { quality: 90 } }).chroma)).toEqual(Array.from(scaledTables(90).chroma));
    const { luma } = stepsOf({ initial: { ramp: 10 } });
    expect(luma[0]).toBe(10);
    expect(luma[63]).toBeCloseTo(rampTables(10).luma[63], 4);
    const given = { luma: new Array(64).fill(3.5), chroma: new Array(64).fill(7) };
    expect(stepsOf({ initial: given }).luma[5]).toBe(3.5);
  });

  it('says what is out of range', () => {
    expect(() => new JpegTables({ initial: { flat: 0.5 } })).toThrow('initial.flat must be 1 to 255, got 0.5');
    expect(() => new JpegTables({ initial: { luma: [1], chroma: [1] } })).toThrow(
      'initial.luma must have 64 steps, got 1',
    );
    expect(() => new JpegTables({ scale: 'cubic' as 'log' })).toThrow('scale must be log, linear or 1e-5, got cubic');
    expect(() => new JpegTables({ subsampling: '4:1:1' as '4:2:0' })).toThrow(
      'subsampling must be 4:4:4, 4:2:2 or 4:2:0, got 4:1:1',
    );
  });

  it('says which settings are out of range', () => {
    const resolve = (changes: Record<string, number>) =>
      resolveSettings({ settings: commonTableSettings, checkSettings: checkJpegTablesSettings }, changes);
    expect(() => resolve({ pairs: 0 })).toThrow('pairs must be positive, got 0');
    expect(() => resolve({ pairs: 1.5 })).toThrow('pairs must be an integer, got 1.5');
    expect(() => resolve({ radius: 0 })).toThrow('radius must be positive, got 0');
  });

  it('has steps whose gradient is that of an exponential, and that leave their bounds again', () => {
    const system = new JpegTables({ initial: { flat: 20 } });
    const slope = (weight: number) =>
      tf.tidy(() => {
        const loss = () => system.steps().luma.mul(weight).sum() as tf.Scalar;
        const { grads } = tf.variableGrads(loss, [system.parameters.luma]);
        return Object.values(grads)[0].dataSync()[0];
      });
    expect(slope(3)).toBeCloseTo(60, 3);
    // At the upper bound a descent of a loss that falls with the steps may not go on; of one that rises it may come back.
    system.parameters.luma.assign(tf.fill([8, 8], 6));
    const [down, up] = [slope(1), slope(-1)];
    expect([down > 0, up]).toEqual([true, 0]);
    expect(system.fileTables().luma[0]).toBe(255);
    system.dispose();
  });
});

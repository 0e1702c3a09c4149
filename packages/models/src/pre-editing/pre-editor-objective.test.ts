import { startEngine, tf } from '@sandwich/engine';
import { msSsim } from '@sandwich/losses';
import { trainingDefaults } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { wave } from '../../testing/waves.js';
import { codeLearned } from '../jpeg-tables/ljpeg/code-learned.js';
import { LearnedJpeg } from '../jpeg-tables/ljpeg/learned-jpeg.js';
import { publishedAnnexK } from '../jpeg-tables/ljpeg/published-tables.js';
import { PreEditor } from './pre-editor.js';
import { codeEdited, openPreEditorObjective } from './pre-editor-objective.js';
import { checkPreEditorSettings, preEditorSettings } from './pre-editor-settings.js';

beforeAll(() => startEngine());

const SIDE = 168;
const images = () =>
  tf.tensor4d(
    wave(SIDE * SIDE * 3, 5, 90).map((x) => Math.round(x + 127.5)),
    [1, SIDE, SIDE, 3],
  );
const untouched = () => new PreEditor({ features: 2, globalSkip: true });
const data = { note: () => {} };
const settings = { ...trainingDefaults, ...preEditorSettings, batchSize: 1, cropSize: SIDE };

describe('codeEdited', () => {
  it("counts the bits of levels as LearnedJPEG does, at Annex K's tables", () => {
    const system = untouched();
    const { luma, chroma } = publishedAnnexK(25);
    const tables = new LearnedJpeg({ scale: 'log', initial: { luma: Array.from(luma), chroma: Array.from(chroma) } });
    tf.tidy(() => {
      for (const rate of ['marginal', 'geometric'] as const) {
        const coding = { rounding: 'hard', gradient: 'rounding', rate } as const;
        const edited = codeEdited(system, images(), tf.scalar(200), coding);
        const plain = codeLearned(tables, images(), coding);
        expect(edited.rate.dataSync()[0]).toBeCloseTo(plain.rate.dataSync()[0], 0);
        expect(plain.rate.dataSync()[0]).toBeGreaterThan(1000);
      }
    });
    system.dispose();
    tables.dispose();
  });
});

describe('openPreEditorObjective', () => {
  it('minimises bits and distortions, which weigh less the coarser the steps are', async () => {
    const lossAt = async (changes: Partial<typeof settings>, percent: number) => {
      const system = untouched();
      const objective = await openPreEditorObjective(system, { ...settings, rate: 'marginal', ...changes }, data);
      const phase = objective.phaseAt(0, 0, 'validate');
      const values = tf.tidy(() => {
        const scalars = { percent: tf.scalar(percent) };
        const terms = objective.loss({ images: images() }, phase, scalars);
        return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]]));
      });
      const decoded = tf.tidy(() => {
        const coded = codeEdited(system, images(), tf.scalar(percent), { rounding: 'hard', gradient: 'rounding' });
        return msSsim(coded.decoded, images()).dataSync()[0];
      });
      objective.dispose?.();
      system.dispose();
      return { ...values, decoded } as Record<'loss' | 'mse' | 'bpp' | 'msSsim' | 'decoded', number>;
    };
    const {
      loss,
      mse,
      bpp,
      msSsim: index,
      decoded,
    } = await lossAt({ lambda: 0.2, msSsimWeight: 3000, stepPower: 1.5 }, 400);
    expect(index).toBeCloseTo(decoded, 5);
    expect(loss).toBeCloseTo((0.2 / 8) * (mse + 3000 * (1 - index)) + bpp, 4);
    const published = await lossAt({}, 400);
    expect(Object.keys(published)).not.toContain('msSsim');
    expect(published.loss).toBeCloseTo(0.05 * published.mse + published.bpp, 4);
  });

  it('leaves the bottleneck alone where another rate is minimised', async () => {
    const system = untouched();
    const objective = await openPreEditorObjective(system, { ...settings, rate: 'marginal' }, data);
    expect(Object.keys(system.parameters).filter((path) => objective.optimizer?.moves?.(path) === false)).toEqual(
      Object.keys(system.parameters).filter((path) => path.startsWith('bottleneck/')),
    );
    objective.dispose?.();
    system.dispose();
  });
});

describe('checkPreEditorSettings', () => {
  it.each([
    [{ msSsimWeight: 1, cropSize: 160 }, 'cropSize must be at least 161 for MS-SSIM, got 160'],
    [{ stepPower: -1 }, 'stepPower must not be negative, got -1'],
    [{ rate: 'none' as 'marginal' }, 'rate must be one of bottleneck, marginal'],
  ])('refuses %o', (changes, message) => {
    expect(() => checkPreEditorSettings({ ...settings, ...changes })).toThrow(message);
  });
});

import { join } from 'node:path';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { psnrMeasures } from '@sandwich/evaluation';
import type { SandwichOptions } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { writeRun } from '../../../trainer/testing/write-run.js';
import { contestsOfRuns, evaluateRuns } from './evaluate-runs.js';
import { loadEvaluatedRuns } from './evaluated-run.js';

const folder = useTemporaryFolder();
beforeAll(() => startEngine());

const network = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' as const };

async function runOf(name: string, options: SandwichOptions): Promise<string> {
  const run = join(folder(), name);
  const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 9, minQstep: 1, convertToYuv: true });
  await writeRun(run, { pre: network, post: network, proxy, ...options });
  return run;
}

describe('evaluateRuns', () => {
  it('measures what runs are compared with once where it is the same', async () => {
    const runs = [
      await runOf('a', { downsampleFactor: 2 }),
      await runOf('b', { downsampleFactor: 2, phasePlanes: true }),
      await runOf('c', { downsampleFactor: 1 }),
    ];
    const before = tf.memory().numTensors;
    const loaded = await loadEvaluatedRuns(runs, ['jpeg']);
    const image = patternImage(24, 16);
    const contests = await contestsOfRuns(loaded.runs, {
      settings: { qsteps: [8], qualities: [40, 80] },
      range: [0.3, 1.2],
      items: [image],
      note: () => {},
    });
    const coded = new Map<string, number>();
    for (const { contest } of contests) {
      for (const coder of [contest.candidate, ...contest.anchors]) {
        const { code, key } = coder;
        coder.code = (item, settings) => {
          coded.set(key, (coded.get(key) ?? 0) + settings.length);
          return code(item, settings);
        };
      }
    }
    const items = [{ name: 'a.png', item: image }];
    const [a, b, c] = await evaluateRuns(contests, { items, measures: psnrMeasures, range: [0.3, 1.2] });
    const anchor = ({ results }: typeof a, name: string) => results.anchors.find((each) => each.name === name)!;
    expect(anchor(b, 'JPEG, Annex K tables')).toEqual(anchor(a, 'JPEG, Annex K tables'));
    // The codec at full size is what it is beside networks that do not reduce.
    expect(anchor(c, 'JPEG, Annex K tables').results).toEqual(anchor(a, 'JPEG, Annex K tables, full size').results);
    expect(anchor(c, 'ordinary JPEG, 4:4:4').results).toEqual(anchor(c, 'JPEG, Annex K tables').results);
    // Three candidates; alone at half and at full size with 11 steps and 2 qualities; 4:2:0 with 2 qualities; by a trellis with 11 steps; between two pairs of filters with 11 and 2.
    expect([...coded.values()].sort((x, y) => x - y)).toEqual([1, 1, 1, 2, 11, 13, 13, 13, 13]);
    expect(a.results).toMatchObject({ run: runs[0], checkpoint: 'step-0000007.safetensors', step: 7, bitDepth: 8 });
    for (const { contest } of contests) contest.dispose?.();
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses runs for images of other bits', async () => {
    const runs = [await runOf('a', { downsampleFactor: 2 }), await runOf('deep', { truncateBits: 2 })];
    const before = tf.memory().numTensors;
    await expect(loadEvaluatedRuns(runs, ['jpeg'])).rejects.toThrow(
      `${runs[0]} is for images of 8 bits, ${runs[1]} for 10: evaluate them apart`,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

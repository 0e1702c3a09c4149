import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';
import { lpipsScaleCommand } from './lpips-scale.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('sandwich lpips-scale', () => {
  it.skipIf(!process.env.SANDWICH_DATA)('measures squared error over LPIPS (needs SANDWICH_DATA)', async () => {
    const images = join(folder(), 'images');
    await makeSyntheticImages({ directory: images, count: 2, width: 272, height: 260, seed: 1 });
    const before = tf.memory().numTensors;
    const scale = await lpipsScaleCommand({ net: 'squeeze', images });
    expect(tf.memory().numTensors).toBe(before);
    // About that of photographs, 125.3.
    expect(scale).toBeGreaterThan(125.3 / 3);
    expect(scale).toBeLessThan(3 * 125.3);
    expect(output.stdout()).toContain(`scale of LPIPS squeeze: ${scale.toPrecision(4)}; 2 images of ${images}`);
    expect(output.stdout().match(/^ +(0\.5|1|2|4|8) +[\d.]+$/gm)?.length).toBe(5);
  });

  it('says what is wrong', async () => {
    vi.stubEnv('SANDWICH_DATA', '/nowhere');
    const images = join(folder(), 'images');
    await makeSyntheticImages({ directory: images, count: 1, width: 272, height: 260, seed: 1 });
    expect(await main(['lpips-scale', '--net', 'vggish', '--images', images])).toBe(1);
    expect(output.stderr()).toContain("--net must be one of alex, squeeze, vgg; got 'vggish'");
    await expect(lpipsScaleCommand({ net: 'alex', images })).rejects.toThrow(
      'LPIPS weights /nowhere/weights/lpips-alex.safetensors cannot be used for alex: there is no such file',
    );
  });
});

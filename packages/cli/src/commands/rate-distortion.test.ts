import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { beforeAll, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

it('rate-distortion measures runs and JPEG on the same pictures, and writes CSV files', async () => {
  const at = (name: string) => join(folder(), name);
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 48, height: 40, seed: 1 });
  const small = ['--set', 'batchSize=1', '--set', 'cropSize=32', '--set', 'features=4', '--log', 'none'];
  const train = ['train', 'dcn', '--images', at('images'), '--steps', '1', '--run', at('run'), ...small];
  expect(await main(train)).toBe(0);
  const compare = ['rate-distortion', at('run'), '--images', at('images'), '--crop', '32', '--out', at('curves')];
  expect(await main(compare), output.stderr()).toBe(0);

  const [jpeg, dcn] = await Promise.all(
    ['jpeg', 'dcn'].map(async (name) => (await readFile(join(at('curves'), `${name}.csv`), 'utf8')).trim().split('\n')),
  );
  expect(jpeg[0]).toBe('image_id,filename,codec,quality,ssim,psnr,bytes,bpp,effective_bytes');
  expect(jpeg).toHaveLength(1 + 2 * 18);
  expect(dcn[0]).toBe('image_id,filename,codec,model_dir,ssim,psnr,entropy,bytes,bpp');
  expect(dcn).toHaveLength(1 + 2);
  const [, , codec, run, ...numbers] = dcn[1].split(',');
  expect([codec, run]).toEqual(['dcn', at('run')]);
  const [, , , bytes, bpp] = numbers.map(Number);
  expect(bpp).toBeCloseTo((8 * bytes) / 32 ** 2, 9);
  expect(output.stdout()).toMatch(/JPEG 4:4:4, effective bits/);
  expect(output.stdout()).toMatch(/run +bpp/);

  expect(await main(compare)).toBe(1);
  expect(output.stderr()).toContain('jpeg.csv');
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();

it('takes pictures that are spread over the whole list', async () => {
  const at = (name: string) => join(folder(), name);
  const large = await makeSyntheticImages({ directory: at('large'), count: 4, width: 16, height: 16, seed: 1 });
  const [small] = await makeSyntheticImages({ directory: at('small'), count: 1, width: 8, height: 8, seed: 2 });
  // Three of five are the first, the second and the fourth.
  await writeFile(at('list.txt'), [large[0], large[1], small, large[2], large[3]].join('\n'));
  const code = await main(['rate-models', at('list.txt'), '--count', '3', '--crop', '16', '--step', '100']);
  expect(code, output.stderr()).toBe(0);
  expect(output.stdout()).toContain('3 pictures, qualities 1 to 1');
  expect(output.stderr()).not.toContain('skipped');
});

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { exportedTables } from './exported-tables.js';
import { JpegTables } from './jpeg-tables.js';
import { tablesCodec } from './tables-codec.js';

beforeAll(() => startEngine());

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** Tables of which none is its own transpose. */
const initial = {
  luma: Array.from({ length: 64 }, (_, i) => 3 + 2 * (i >> 3) + 5 * (i & 7)),
  chroma: Array.from({ length: 64 }, (_, i) => 7 + 30 * (i >> 3) + (i & 7) + 0.4),
};
const system = (subsampling: '4:4:4' | '4:2:0') => new JpegTables({ subsampling, initial });

describe('exportedTables', () => {
  it('are files from which cjpeg and Pillow write byte for byte what compress writes', async () => {
    const { files, read } = JSON.parse(await fixture('files.json'));
    for (const subsampling of ['4:4:4', '4:2:0'] as const) {
      const tables = system(subsampling);
      const exported = exportedTables(tables);
      const text = (name: string) => new TextDecoder().decode(exported[name]);
      expect(text('pillow.json')).toBe(await fixture('pillow.json'));
      expect(text('tables.txt').replace(`# subsampling: ${subsampling}`, '# subsampling: 4:4:4')).toBe(
        await fixture('tables.txt'),
      );
      // What a reader of such a file finds in it.
      expect(JSON.parse(text('tables.json'))).toEqual({ subsampling, ...read });

      const codec = tablesCodec(tables);
      const file = await codec.encode(patternImage(72, 56));
      const hash = createHash('sha256').update(file).digest('hex');
      expect(files[subsampling]).toEqual({ cjpeg: hash, pillow: hash });
      codec.dispose?.();
    }
  });

  it('say where the tables come from, on one line each', () => {
    const tables = system('4:4:4');
    const exported = exportedTables(tables, { run: 'runs/a\n1 2 3' });
    const text = new TextDecoder().decode(exported['tables.txt']);
    expect(text).toMatch(/^# run: runs\/a 1 2 3\n# subsampling: 4:4:4\n# luma\n {3}3 {3}8/);
    expect(JSON.parse(new TextDecoder().decode(exported['tables.json'])).run).toBe('runs/a\n1 2 3');
    tables.dispose();
  });
});

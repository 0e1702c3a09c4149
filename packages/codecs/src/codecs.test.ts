import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Picture } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeTools } from '../testing/fake-tool.js';
import type { Codec } from './codec.js';
import { type CodecName, codecs } from './codecs.js';
import { MissingToolError } from './stills/external-tool.js';
import { psnr } from './testing/psnr.js';
import { codecTests } from './testing/test-codec.js';
import { testPicture } from './testing/test-picture.js';

/** The codec, or the reason why it cannot be had here. */
async function present(name: CodecName): Promise<Codec | string> {
  try {
    return await codecs[name]();
  } catch (error) {
    if (error instanceof MissingToolError) return error.message;
    throw error;
  }
}

const names = Object.keys(codecs) as CodecName[];
const found = await Promise.all(names.map(async (name) => ({ name, codec: await present(name) })));
const title = ({ name, codec }: (typeof found)[number]) => (typeof codec === 'string' ? `${name}: ${codec}` : name);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codecs-test-'));
  mkdirSync(join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
});
afterEach(() => {
  const left = readdirSync(join(folder, 'tmp'));
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  expect(left, 'temporary files left').toEqual([]);
});

describe.each(found.map((each) => [title(each), each] as const))('%s', (_, { name, codec }) => {
  if (typeof codec === 'string') {
    it.skip('conforms', () => {});
    return;
  }

  it('has the name by which it is found', () => {
    expect(codec.name).toBe(name);
  });

  it.each(Object.entries(codecTests))('%s', (_, test) => test(codec));
});

describe.each([
  ['heic', ['heif-enc', 'heif-dec'], 'libheif-examples'],
  ['jxl', ['cjxl', 'djxl'], 'libjxl-tools'],
] as const)('%s without help of its programs', (name, commands, packageName) => {
  const image = testPicture(9, 7);

  it('names the package of a missing program', async () => {
    vi.stubEnv('PATH', folder);
    await expect(codecs[name]()).rejects.toThrow(
      new RegExp(`^(${commands.join('|')}) was not found: install the package ${packageName}`),
    );
    fakeTools(join(folder, 'bin'), [commands[0]], 'exit 0');
    vi.stubEnv('PATH', `${join(folder, 'bin')}`);
    await expect(codecs[name]()).rejects.toThrow(`install the package ${packageName}`);
  });

  it('kills a program that hangs, and what it has started', async () => {
    fakeTools(join(folder, 'bin'), [...commands], 'sleep 100 & echo $$ $! > "$FOLDER/ids"; echo working; wait');
    const codec = await codecs[name]({ timeLimit: 2 });
    await expect(codec.encode(image, 50)).rejects.toThrow(
      `${name}.encode: ${commands[0]} was killed after 2 s without a result: working`,
    );
    const ids = readFileSync(join(folder, 'bin', 'ids'), 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    expect(ids).toHaveLength(2);
    await vi.waitFor(() => expect(ids.filter(isRunning)).toEqual([]));
  });

  it.each([
    ['echo boom >&2; kill -SEGV $$', 'crashed (SIGSEGV): boom'],
    ['echo sorry >&2; exit 3', 'failed with exit status 3: sorry'],
    ['echo done', 'ended without writing a file: done'],
  ])('reports a program that does: %s', async (body, message) => {
    fakeTools(join(folder, 'bin'), [...commands], body);
    const codec = await codecs[name]();
    await expect(codec.encode(image, 50)).rejects.toThrow(`${name}.encode: ${commands[0]} ${message}`);
    const start = { heic: '000000186674797068656963000000006d69663168656963', jxl: 'ff0a0000' }[name];
    await expect(codec.decode(Buffer.from(start, 'hex'))).rejects.toThrow(`${commands[1]} ${message}`);
  });

  it('gives programs plain file names, whatever the temporary folder is called', async () => {
    const strange = join(folder, 'tmp', '-o $(touch pwned) "; touch pwned');
    mkdirSync(strange);
    vi.stubEnv('TMPDIR', strange);
    fakeTools(join(folder, 'bin'), [...commands], 'echo "$@"; pwd; exit 1');
    const codec = await codecs[name]();
    const error: Error = await codec.encode(image, 50).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toMatch(/(^|\s)input\.png\s/);
    expect(error.message).toContain(`${strange}/sandwich-codec-`);
    const [args] = error.message.split('exit status 1: ')[1].split('\n');
    expect(args).not.toContain('/');
    expect(readdirSync(strange)).toEqual([]);
    expect(existsSync('pwned') || existsSync(join(folder, 'pwned'))).toBe(false);
    rmSync(strange, { recursive: true });
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('rejects a time limit of %d', async (timeLimit) => {
    await expect(codecs[name]({ timeLimit })).rejects.toThrow(
      `codecs.${name}: timeLimit must be above 0 and at most 86400 seconds, got ${timeLimit}`,
    );
  });
});

describe('options', () => {
  const image = testPicture(48, 40);

  it('scales given tables as libjpeg scales its own', async () => {
    const luma = Array.from({ length: 64 }, (_, i) => 3 + i);
    const codec = await codecs.jpeg({ tables: { luma, chroma: luma }, subsampling: '4:2:2', optimizeHuffman: false });
    expect(codec.settings).toMatchObject({ subsampling: '4:2:2', optimizeHuffman: false });
    expect(codec.settings.tables).toBe(`luma ${luma.join(' ')}, chroma ${luma.join(' ')}`);
    // SOI (2), APP0 (18), then DQT: marker and length (4), slot (1), steps in zigzag order: 3, 4, 11, doubled at quality 25.
    expect(Array.from((await codec.encode(image, 25)).subarray(25, 28))).toEqual([6, 8, 22]);
  });

  it('rejects bad ones of jpeg and jxl', async () => {
    const luma = new Array(64).fill(256);
    await expect(codecs.jpeg({ tables: { luma, chroma: luma } })).rejects.toThrow('tables.luma[0] must be');
    await expect(codecs.jpeg({ subsampling: '4:1:1' as '4:2:0' })).rejects.toThrow('codecs.jpeg: subsampling must be');
    await expect(codecs.jxl({ effort: 10 })).rejects.toThrow(
      'codecs.jxl: effort must be a whole number of 1 to 9, got 10',
    );
  });

  it.each(found.filter(({ name, codec }) => ['avif', 'heic'].includes(name) && typeof codec !== 'string'))(
    '$name: whole chroma keeps colour edges',
    async ({ name }) => {
      const stripes = Uint8Array.from(
        { length: 32 * 32 * 3 },
        (_, i) => (Math.floor(i / 3) % 2 === 0 ? [250, 20, 20] : [20, 130, 20])[i % 3],
      );
      const striped: Picture<Uint8Array> = { data: stripes, width: 32, height: 32, channels: 3 };
      const quality = async (subsampling: '4:4:4' | '4:2:0') => {
        const codec = await codecs[name as 'avif' | 'heic']({ subsampling });
        expect(codec.settings.subsampling).toBe(subsampling);
        return psnr(striped, await codec.decode(await codec.encode(striped, 90)));
      };
      expect(await quality('4:4:4')).toBeGreaterThan((await quality('4:2:0')) + 6);
    },
  );
});

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    // A process that nobody has waited for yet has ended nevertheless.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

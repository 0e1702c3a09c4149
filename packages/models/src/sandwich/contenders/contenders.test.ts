import { readFileSync } from 'node:fs';
import { DiffJpegCodec, EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { codecs, createDeepJxl, encodeJpeg, scaledTables } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { type Coder, evaluateAll, psnrMeasures } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { patternImage } from '../../../../pictures/testing/pattern-image.js';
import { psnrOf } from '../../../testing/psnr-of.js';
import { Sandwich } from '../sandwich.js';
import type { SandwichOptions } from '../sandwich-options.js';
import { sandwichContenders } from './contenders.js';

beforeAll(() => startEngine());

const network = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' as const };
const sandwich = (options: SandwichOptions, qstepInit = 9) =>
  new Sandwich({
    pre: network,
    post: network,
    proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit, minQstep: 1, convertToYuv: true }),
    ...options,
  });

/** Uses the contests of a model, which leave no tensor behind. */
async function withContests<Result>(
  model: Sandwich,
  ask: Partial<EvaluationRequest<Picture>>,
  use: (contests: Contest[]) => Promise<Result>,
): Promise<Result> {
  const before = tf.memory().numTensors;
  const items = [patternImage(48, 40)];
  const contests = await sandwichContenders(model, {
    label: 'x',
    key: 'x',
    range: [0.3, 1.2],
    items,
    note: () => {},
    ...ask,
  });
  try {
    return await use(contests);
  } finally {
    for (const { dispose } of contests) dispose?.();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  }
}

const namesOf = (anchors: Coder[]) => Object.fromEntries(anchors.map(({ name, group }) => [name, group]));

async function bitsOf(coder: Coder, image: Picture, settings: string[]): Promise<number[]> {
  const bits: number[] = [];
  const indices = settings.map((setting) => coder.settings.indexOf(setting));
  for await (const coding of coder.code(image, indices)) bits.push(coding.bits);
  return bits;
}

const anchor = ({ anchors }: Contest, name: string): Coder => anchors.find((each) => each.name === name)!;

describe('around JPEG', () => {
  it('colour over gray has a plain codec in gray, and colour JPEG as its reference', () =>
    withContests(sandwich({ bottleneckChannels: 1 }), {}, async ([contest, ...others]) => {
      expect(others).toEqual([]);
      expect(contest.candidate).toMatchObject({
        name: 'sandwich',
        description: 'x, JPEG with flat tables',
        settings: [5, 7, 10, 14, 20, 28, 40, 56].map((step) => `flat ${step}`),
      });
      expect(contest.reference).toBe('ordinary JPEG');
      expect(namesOf(contest.anchors)).toEqual({
        'JPEG, flat tables': 'plain codec',
        'JPEG, Annex K tables': 'plain codec',
        'JPEG, flat tables, colour carrier': 'colour carrier',
        'JPEG, Annex K tables, colour carrier': 'colour carrier',
        'ordinary JPEG, 4:2:0': 'ordinary JPEG',
        'ordinary JPEG, 4:4:4': 'ordinary JPEG',
      });
      expect(contest.codec).toMatchObject({
        name: 'jpeg',
        description: 'baseline JPEG, grayscale, optimised Huffman tables, decoded by libjpeg-turbo',
        settings: { encoder: 'encodeJpeg, baseline', optimizeHuffman: true },
      });
      expect(contest.codec!.settings).not.toHaveProperty('tables');
      expect(contest.codec!.settings).not.toHaveProperty('subsampling');
      const image = patternImage(50, 37);
      for (const subsampling of ['4:2:0', '4:4:4'] as const) {
        const file = encodeJpeg(image, { tables: scaledTables(70), subsampling, optimizeHuffman: true });
        const found = await bitsOf(anchor(contest, `ordinary JPEG, ${subsampling}`), image, ['quality 70']);
        expect(found).toEqual([8 * file.length]);
      }
    }));

  it('the colour carrier is no anchor of itself, nor of bottlenecks in colour', async () => {
    const groups = async (options: SandwichOptions) => {
      let found: (string | undefined)[] = [];
      await withContests(sandwich(options), {}, async ([{ anchors }]) => {
        found = anchors.map(({ group }) => group);
      });
      return new Set(found);
    };
    const none = ['plain codec', 'ordinary JPEG'];
    expect(await groups({ bottleneckChannels: 1, pre: null, post: null, startFrom: 'carrier' })).toEqual(new Set(none));
    expect(await groups({ bottleneckChannels: 3 })).toEqual(new Set([...none, 'trellis encoder']));
  });

  it('ordinary JPEG is the plain codec where the bottleneck is laid out like it, and is measured once', () =>
    withContests(sandwich({ bottleneckChannels: 3 }), {}, async ([contest]) => {
      const keyOf = (name: string) => anchor(contest, name).key;
      expect(keyOf('ordinary JPEG, 4:4:4')).toBe(keyOf('JPEG, Annex K tables'));
      expect(keyOf('ordinary JPEG, 4:2:0')).not.toBe(keyOf('JPEG, Annex K tables'));
      expect(keyOf('JPEG, flat tables')).not.toBe(contest.candidate.key);
    }));

  it('more than 8 bits are coded by their upper 8, in colour or a plane a file', () =>
    withContests(
      sandwich({ truncateBits: 8, proxy: new EncodeDecodeIntra({ qstepInit: 1 }) }),
      {},
      async ([contest]) => {
        expect(contest.candidate.settings.slice(0, 2)).toEqual(['flat 1', 'flat 2']);
        expect(anchor(contest, 'JPEG, flat tables').settings.slice(0, 4)).toEqual([1, 2, 3, 4].map((q) => `flat ${q}`));
        const { data, ...size } = patternImage(48, 40);
        const deep = { ...size, data: Uint16Array.from(data, (value, i) => 256 * value + ((37 * i) % 256)) };
        const file = encodeJpeg(
          { data, ...size },
          { tables: scaledTables(90), subsampling: '4:2:0', optimizeHuffman: true },
        );
        expect(await bitsOf(anchor(contest, 'ordinary JPEG, 4:2:0'), deep, ['quality 90'])).toEqual([8 * file.length]);
        // A codec of more bits returns what lies below the upper 8 as well.
        const jxl = anchor(contest, 'JPEG XL of all bits');
        const last = jxl.settings.length - 1;
        expect(jxl.settings[last]).toBe('quality 99');
        const tenBits = { ...size, data: Uint16Array.from(data, (value, i) => 4 * value + (i % 4)), bitDepth: 10 };
        for await (const { bits, output } of jxl.code(tenBits, [last])) {
          expect(bits).toBe(8 * (await (await createDeepJxl()).encode(tenBits, 99)).length);
          expect(output).toMatchObject({ ...size, bitDepth: 10 });
          expect(new Set(output.data.map((value) => value % 4)).size).toBe(4);
        }
      },
    ));

  it('takes the settings asked for, or those that results state', async () => {
    const settings = { qsteps: [0.1, 3, 3.2, 300], qualities: [7] };
    await withContests(sandwich({ bottleneckChannels: 1 }), { settings }, async ([{ candidate, anchors }]) => {
      expect(candidate.settings).toEqual(['flat 1', 'flat 3', 'flat 255']);
      for (const { name, settings } of anchors) {
        if (!name.startsWith('JPEG, flat tables')) expect(settings).toEqual(['quality 7']);
      }
    });
    const again = (codec?: string) => (codec === 'jpeg' ? ['flat 8', 'flat 16'] : undefined);
    await withContests(sandwich({ bottleneckChannels: 1 }), { again }, async ([{ candidate }]) => {
      expect(candidate.settings).toEqual(['flat 8', 'flat 16']);
    });
    await withContests(sandwich({ bottleneckChannels: 1 }), { again: () => ['level 3'] }, async ([{ candidate }]) => {
      expect(candidate.settings).toHaveLength(8);
    });
  });

  it('tables that networks were trained with are scaled', async () => {
    const learned = () => sandwich({ proxy: new DiffJpegCodec({ learn: ['tableY'], subsampling: '4:2:2' }) });
    await withContests(learned(), { again: () => ['trained tables x 1', 'trained tables x 3'] }, async ([contest]) => {
      expect(contest.candidate.settings).toEqual(['trained tables x 1', 'trained tables x 3']);
      expect(contest.codec!.description).toMatch(/^baseline JPEG, YUV 4:2:2, /);
      const image = patternImage(48, 40);
      const file = encodeJpeg(image, { tables: scaledTables(50), subsampling: '4:2:2', optimizeHuffman: true });
      expect(await bitsOf(anchor(contest, 'JPEG, Annex K tables'), image, ['quality 50'])).toEqual([8 * file.length]);
      // The codec starts from Annex K's tables of quality 50, and quality 25 has twice their steps.
      const coarse = encodeJpeg(image, { tables: scaledTables(25), subsampling: '4:2:2', optimizeHuffman: true });
      const trained = anchor(contest, 'JPEG, trained tables');
      expect(trained.group).toBe('plain codec');
      expect(trained.settings).toHaveLength(10);
      expect(await bitsOf(trained, image, ['trained tables x 1', 'trained tables x 2'])).toEqual([
        8 * file.length,
        8 * coarse.length,
      ]);
    });
    await withContests(learned(), { settings: { qsteps: [3] } }, async ([{ candidate }]) => {
      expect(candidate.settings).toEqual(['flat 3']);
      expect(candidate.description).toContain('JPEG with flat tables');
    });
  });

  it('pictures are compared at any setting, in the order of rising rate', () =>
    withContests(sandwich({ bottleneckChannels: 1 }), { purpose: 'pictures' }, async ([{ candidate, anchors }]) => {
      expect(candidate.settings).toEqual(['flat 10', 'flat 20', 'flat 40']);
      for (const { name, settings } of anchors) {
        const [first, last] = name.startsWith('JPEG, flat tables')
          ? ['flat 255', 'flat 1']
          : ['quality 1', 'quality 99'];
        expect([settings[0], settings.at(-1)]).toEqual([first, last]);
      }
    }));
});

/** Written by `fixtures/make_trellis.py`. */
interface TrellisCase {
  width: number;
  height: number;
  subsampling: '4:2:0' | '4:4:4';
  step: number;
  bits: number;
  psnr: number;
}
const trellisCases: TrellisCase[] = JSON.parse(
  readFileSync(new URL('./fixtures/trellis.json', import.meta.url), 'utf8'),
);

describe('an encoder that chooses levels by rate and distortion', () => {
  it.each(trellisCases)('does what one in NumPy does, $subsampling, step $step', (expected) => {
    const downsampleChroma = expected.subsampling === '4:2:0';
    const proxy = new EncodeDecodeIntra({ convertToYuv: true, downsampleChroma });
    return withContests(sandwich({ proxy }), {}, async ([contest]) => {
      const image = patternImage(expected.width, expected.height);
      const coder = anchor(contest, 'JPEG, flat tables, trellis encoder');
      const setting = `flat ${expected.step}`;
      for await (const { bits, output } of coder.code(image, [coder.settings.indexOf(setting)])) {
        // Both take turns between levels and codes, and need not end at the same of several good choices.
        expect(Math.abs(bits / expected.bits - 1)).toBeLessThan(0.005);
        expect(Math.abs(psnrOf(image, output) - expected.psnr)).toBeLessThan(0.03);
      }
      expect(coder.group).toBe('trellis encoder');
    });
  });

  it('is an anchor of JPEG in colour of 8 bits alone', async () => {
    const groups = async (options: SandwichOptions, ask = {}) => {
      let found: (string | undefined)[] = [];
      await withContests(sandwich(options), ask, async ([{ anchors }]) => {
        found = anchors.map(({ group }) => group);
      });
      return found.filter((group) => group === 'trellis encoder').length;
    };
    expect(await groups({})).toBe(1);
    expect(await groups({ pre: null })).toBe(1);
    expect(await groups({ bottleneckChannels: 1 })).toBe(0);
    expect(await groups({ truncateBits: 8 })).toBe(0);
    expect(await groups({}, { codecs: ['webp'], settings: { qualities: [50] } })).toBe(0);
  });
});

describe('a sandwich whose files have levels chosen by rate and distortion', () => {
  const around = (...codecs: string[]) => ({ codecs, settings: { qsteps: [16, 32], qualities: [50] } });

  it.each(trellisCases)('has the files that an encoder in NumPy makes, $subsampling, step $step', (expected) => {
    const proxy = new EncodeDecodeIntra({ convertToYuv: true, downsampleChroma: expected.subsampling === '4:2:0' });
    const model = sandwich({ pre: null, post: null, proxy });
    const ask = { codecs: ['jpeg-trellis'], settings: { qsteps: [expected.step] } };
    return withContests(model, ask, async ([{ candidate }]) => {
      const image = patternImage(expected.width, expected.height);
      for await (const { bits, output, estimatedBits } of candidate.code(image, [0])) {
        expect(Math.abs(bits / expected.bits - 1)).toBeLessThan(0.005);
        expect(Math.abs(psnrOf(image, output) - expected.psnr)).toBeLessThan(0.03);
        // The estimate would be of rounded levels.
        expect(estimatedBits).toBeUndefined();
      }
    });
  });

  it('is a contest of its own, and shares the pre-processor with the one that rounds', () => {
    const model = sandwich({});
    const preprocess = vi.spyOn(model, 'preprocess');
    return withContests(model, around('jpeg', 'jpeg-trellis'), async (contests) => {
      const items = [{ name: 'a', item: patternImage(24, 16) }];
      const [rounded, chosen] = await evaluateAll(contests, { items, measures: psnrMeasures, range: [0.3, 1.2] });
      expect(preprocess).toHaveBeenCalledTimes(1);
      expect(chosen.candidate).toMatchObject({
        name: 'sandwich',
        description: 'x, JPEG with flat tables, trellis encoder',
        settings: ['flat 16', 'flat 32'],
      });
      expect(chosen.codec).toMatchObject({
        name: 'jpeg-trellis',
        format: 'JPEG, trellis encoder',
        settings: { trellis: 'step^2 ln 2 / 6' },
      });
      expect(rounded.codec!.settings).not.toHaveProperty('trellis');
      for (const i of [0, 1]) {
        expect(chosen.candidate.results.bpp[i]).toBeLessThan(rounded.candidate.results.bpp[i]);
        expect(chosen.candidate.results['psnr-rgb'][i]).not.toBe(rounded.candidate.results['psnr-rgb'][i]);
      }
      expect(chosen.anchors).toEqual(rounded.anchors);
      expect(chosen.reference).toBe('ordinary JPEG');
    });
  });

  it.each<[string, SandwichOptions, Record<string, string>]>([
    [
      'gray files that carry colour',
      { bottleneckChannels: 1 },
      {
        'JPEG, flat tables, trellis encoder': 'trellis encoder',
        'JPEG, flat tables, colour carrier, trellis encoder': 'colour carrier, trellis encoder',
      },
    ],
    [
      'files of half size',
      { downsampleFactor: 2 },
      {
        'JPEG, flat tables, trellis encoder': `plain codec at 1/2 of width and height, trellis encoder`,
        'JPEG, flat tables, full size, trellis encoder': 'plain codec at full size, trellis encoder',
        'JPEG, flat tables, linear filter pair, trellis encoder': 'linear filter pair, trellis encoder',
        'JPEG, flat tables, packed details, trellis encoder': 'packed details, trellis encoder',
      },
    ],
    ['more than 8 bits', { truncateBits: 8 }, { 'JPEG, flat tables, trellis encoder': 'trellis encoder' }],
  ])('has what lies in the same files by the same encoder beside what rounds: %s', (_, options, added) =>
    withContests(sandwich(options), around('jpeg', 'jpeg-trellis'), async ([rounded, chosen]) => {
      expect(namesOf(chosen.anchors)).toEqual({ ...namesOf(rounded.anchors), ...added });
      const deep = options.truncateBits !== undefined;
      const { data, ...size } = patternImage(48, 40);
      const image = { ...size, data: deep ? Uint16Array.from(data, (value) => 257 * value) : data };
      const keys = [...rounded.anchors, rounded.candidate, chosen.candidate].map(({ key }) => key);
      for (const name of Object.keys(added)) {
        const coder = anchor(chosen, name);
        const twin = anchor(chosen, name.replace(', trellis encoder', ''));
        expect(keys).not.toContain(coder.key);
        const [[fewer], [bits]] = [await bitsOf(coder, image, ['flat 32']), await bitsOf(twin, image, ['flat 32'])];
        expect(fewer).toBeLessThan(bits);
      }
    }),
  );

  it('has a price for tables that networks were trained with', async () => {
    const ask = { codecs: ['jpeg-trellis'], again: () => ['trained tables x 1', 'trained tables x 3'] };
    const proxy = new DiffJpegCodec({ learn: ['tableY'], subsampling: '4:2:2' });
    const image = patternImage(48, 40);
    // Annex K's tables of quality 50; their steps for luma have the harmonic mean 33.40 (Python), three times as large and at most 255 98.45.
    const options = { subsampling: '4:2:2', optimizeHuffman: true } as const;
    const meanSteps = [33.40003237810835, 98.45251900002683];
    await withContests(sandwich({ pre: null, post: null, proxy }), ask, async ([{ candidate }]) => {
      expect(candidate.description).toBe('x, JPEG with the tables that they were trained with, trellis encoder');
      for (const [i, stepScale] of [1, 3].entries()) {
        const { luma, chroma } = scaledTables(50);
        const scaled = (table: ArrayLike<number>) => Array.from(table, (step) => Math.min(stepScale * step, 255));
        const tables = { luma: scaled(luma), chroma: scaled(chroma) };
        const trellis = (meanSteps[i] ** 2 * Math.LN2) / 6;
        const file = encodeJpeg(image, { ...options, tables, trellis });
        for await (const { bits } of candidate.code(image, [i])) {
          expect(bits).toBe(8 * file.length);
          expect(bits).toBeLessThan(8 * encodeJpeg(image, { ...options, tables }).length);
        }
      }
    });
  });
});

/** Written by `fixtures/make_full_size.py`. */
interface FullSizeCase {
  width: number;
  height: number;
  qualities: number[];
  full: { annexK: number[] };
  half: { annexK: number[] };
}
const cases: FullSizeCase[] = JSON.parse(readFileSync(new URL('./fixtures/full-size.json', import.meta.url), 'utf8'));

const AT_HALF = 'plain codec at 1/2 of width and height';
const AT_FULL = 'plain codec at full size';

describe('networks that reduce pictures', () => {
  it.each(cases)('are compared with Pillow’s files of both sizes, $width x $height', (expected) =>
    withContests(
      sandwich({ downsampleFactor: 2 }),
      { settings: { qualities: expected.qualities } },
      async ([contest]) => {
        const image = patternImage(expected.width, expected.height);
        const settings = expected.qualities.map((quality) => `quality ${quality}`);
        const found = (name: string) => bitsOf(anchor(contest, name), image, settings);
        expect(await found('JPEG, Annex K tables')).toEqual(expected.half.annexK);
        expect(await found('JPEG, Annex K tables, full size')).toEqual(expected.full.annexK);
        expect(await found('ordinary JPEG, 4:4:4')).toEqual(expected.full.annexK);
        expect(await found('ordinary JPEG at 1/2 of width and height')).toEqual(expected.half.annexK);
        expect(namesOf(contest.anchors)).toEqual({
          'JPEG, flat tables': AT_HALF,
          'JPEG, Annex K tables': AT_HALF,
          'JPEG, flat tables, full size': AT_FULL,
          'JPEG, Annex K tables, full size': AT_FULL,
          'JPEG, flat tables, linear filter pair': 'linear filter pair',
          'JPEG, Annex K tables, linear filter pair': 'linear filter pair',
          'JPEG, flat tables, packed details': 'packed details',
          'JPEG, Annex K tables, packed details': 'packed details',
          'ordinary JPEG, 4:2:0': 'ordinary JPEG',
          'ordinary JPEG, 4:4:4': 'ordinary JPEG',
          'ordinary JPEG at 1/2 of width and height': 'ordinary JPEG',
        });
      },
    ),
  );
});

describe('the linear pair of filters', () => {
  it('is an anchor of networks that reduce to half, in the same files', async () => {
    const countOf = async (options: SandwichOptions) => {
      const count = { 'linear filter pair': 0, 'packed details': 0 };
      await withContests(sandwich(options), {}, async ([{ anchors }]) => {
        for (const { group } of anchors) if (Object.hasOwn(count, group!)) count[group as keyof typeof count]++;
      });
      return Object.values(count);
    };
    expect(await countOf({ downsampleFactor: 2 })).toEqual([2, 2]);
    // Chroma of half size would lose the details.
    const proxy = new EncodeDecodeIntra({ convertToYuv: true, downsampleChroma: true });
    expect(await countOf({ downsampleFactor: 2, proxy })).toEqual([2, 0]);
    expect(await countOf({ downsampleFactor: 4 })).toEqual([0, 0]);
    expect(await countOf({ downsampleFactor: 2, bottleneckChannels: 1 })).toEqual([0, 0]);
    expect(await countOf({ downsampleFactor: 2, truncateBits: 8 })).toEqual([0, 0]);
  });
});

describe('around other codecs', () => {
  it('the candidate and the plain codec have the same settings, ordinary files their own', async () => {
    const notes: string[] = [];
    const ask = { codecs: ['webp'], note: (text: string) => notes.push(text) };
    await withContests(sandwich({ bottleneckChannels: 1 }), ask, async ([contest]) => {
      expect(namesOf(contest.anchors)).toEqual({
        WebP: 'plain codec',
        'WebP, colour carrier': 'colour carrier',
        'ordinary WebP, 4:2:0': 'ordinary WebP',
      });
      expect(anchor(contest, 'WebP, colour carrier').settings).toEqual(contest.candidate.settings);
      expect(contest.codec).toMatchObject({ name: 'webp', description: 'WebP, grayscale, stored as colour' });
      expect(anchor(contest, 'WebP').settings).toEqual(contest.candidate.settings);
      expect(contest.reference).toBe('ordinary WebP');
      expect(notes).toEqual([
        `WebP: qualities ${contest.candidate.settings.map((each) => each.slice('quality '.length)).join(', ')}`,
        expect.stringMatching(/^WebP, ordinary, 4:2:0: qualities \d/),
      ]);
      const image = patternImage(50, 37);
      const { settings } = anchor(contest, 'ordinary WebP, 4:2:0');
      const quality = Number(settings[2].slice('quality '.length));
      const { length } = await (await codecs.webp()).encode(image, quality);
      expect(await bitsOf(anchor(contest, 'ordinary WebP, 4:2:0'), image, [settings[2]])).toEqual([8 * length]);
    });
  });

  it('all codecs share one pass of the pre-processor over a picture', () => {
    const model = sandwich({ bottleneckChannels: 1 });
    const preprocess = vi.spyOn(model, 'preprocess');
    const ask = { codecs: ['jpeg', 'webp', 'avif'], settings: { qsteps: [8, 16], qualities: [40, 60] } };
    return withContests(model, ask, async (contests) => {
      expect(contests.map(({ codec }) => codec!.name)).toEqual(['jpeg', 'webp', 'avif']);
      const items = ['a', 'b'].map((name) => ({ name, item: patternImage(24, 16) }));
      const results = await evaluateAll(contests, { items, measures: psnrMeasures, range: [0.3, 1.2] });
      expect(preprocess).toHaveBeenCalledTimes(2);
      expect(results.map(({ candidate: { settings } }) => settings)).toEqual([
        ['flat 8', 'flat 16'],
        ['quality 40', 'quality 60'],
        ['quality 40', 'quality 60'],
      ]);
      expect(results[0].candidate.results['bpp-estimated'][0]).toBeGreaterThan(0);
      for (const { results: columns } of results[0].anchors) expect(columns['bpp-estimated'][0]).toBeNull();
    });
  });

  it('refuses a codec that it does not know', async () => {
    const model = sandwich({});
    await expect(withContests(model, { codecs: ['gif'] }, async () => {})).rejects.toThrow(
      "a sandwich is measured around jpeg, webp, avif, heic, jxl, jpeg-trellis, not around 'gif'",
    );
    model.dispose();
  });
});

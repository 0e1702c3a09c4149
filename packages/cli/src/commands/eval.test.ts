import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CodecName, codecs, type EncoderName, lumaBt601 } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import { loadSharp } from '@sandwich/pictures';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { evaluationFiles } from '../../../inspector/src/evaluation/evaluation-files.js';
import { checkpointFile } from '../../../trainer/src/run/run-directory.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { useTrainedRun } from '../../testing/trained-run.js';
import { main } from '../main.js';
import { evalCommand } from './eval.js';
import { trainCommand } from './train.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const { copyRun } = useTrainedRun();

const photos = () => join(folder(), 'photos');
const run = () => join(folder(), 'run');

async function writePattern(name: string, width: number, height: number): Promise<void> {
  const image = patternImage(width, height);
  const sharp = await loadSharp();
  await sharp(image.data, { raw: image }).png().toFile(join(photos(), name));
}

beforeEach(async () => {
  await copyRun(run());
  await mkdir(photos());
  await writePattern('a.png', 48, 40);
  await writePattern('b.png', 50, 37);
});

describe('evalCommand', () => {
  it('measures a run and its codec without networks, and shows it', async () => {
    await writeFile(join(photos(), 'broken.png'), '');
    const tensors = tf.memory().numTensors;
    const [returned, ...others] = await evalCommand({ run: run(), images: photos() });
    expect(others).toEqual([]);
    expect(tf.memory().numTensors).toBe(tensors);

    const files = evaluationFiles(run(), 'jpeg');
    const results = JSON.parse(await readFile(files.results, 'utf8'));
    expect(results).toEqual(returned);
    expect(results).toMatchObject({
      run: run(),
      checkpoint: 'step-0000002.safetensors',
      step: 2,
      version: 2,
      items: `2 of 3 images of ${photos()}`,
      bitDepth: 8,
      codec: {
        name: 'jpeg',
        format: 'JPEG',
        description: expect.stringMatching(/^baseline JPEG, grayscale, /),
        settings: { encoder: 'encodeJpeg, baseline', optimizeHuffman: true },
      },
      range: [0.3, 1.2],
      reference: 'ordinary JPEG',
    });
    const coders = [results.candidate, ...results.anchors];
    expect(results.candidate.name).toBe('sandwich');
    const groups = results.anchors.map(({ name, group }: { name: string; group: string }) => [name, group]);
    expect(Object.fromEntries(groups)).toEqual({
      'ordinary JPEG, 4:2:0': 'ordinary JPEG',
      'ordinary JPEG, 4:4:4': 'ordinary JPEG',
      'JPEG, flat tables': 'plain codec',
      'JPEG, Annex K tables': 'plain codec',
      'JPEG, flat tables, colour carrier': 'colour carrier',
      'JPEG, Annex K tables, colour carrier': 'colour carrier',
    });
    for (const { name, settings, results: curve, items } of coders) {
      for (const values of Object.values<unknown[]>(curve)) expect(values.length).toBe(settings.length);
      for (const [i, bpp] of curve.bpp.entries()) {
        expect(bpp).toBeGreaterThan(0);
        expect(curve['psnr-rgb'][i]).toBeGreaterThan(5);
        if (name !== 'sandwich') expect(curve['bpp-estimated'][i]).toBeNull();
        else expect(Math.abs(curve['bpp-estimated'][i] / bpp - 1)).toBeLessThan(0.01);
        const perItem = items.map((item: { results: { bpp: number[] } }) => item.results.bpp[i]);
        expect((perItem[0] + perItem[1]) / 2).toBeCloseTo(bpp, 12);
      }
      expect(items.map(({ item }: { item: string }) => item)).toEqual(['a.png', 'b.png']);
    }
    const anchorOf = (name: string) => results.anchors.find((anchor: { name: string }) => anchor.name === name);
    const annexK = anchorOf('JPEG, Annex K tables');
    // The same in colour, 4:2:0.
    const colour = anchorOf('ordinary JPEG, 4:2:0');
    expect(colour.results.bpp[colour.settings.indexOf('quality 90')]).toBeCloseTo((6576 / 1920 + 7312 / 1850) / 2, 12);
    // Pillow's grayscale files of these images with quality 90, see plain-codec.json among the fixtures of the sandwich's contenders.
    const at = annexK.settings.indexOf('quality 90');
    expect(annexK.results.bpp[at]).toBeCloseTo((4584 / 1920 + 5048 / 1850) / 2, 12);
    expect(annexK.results['psnr-rgb'][at]).toBeCloseTo((22.4767 + 22.4418) / 2, 2);

    // 48x40 pixels are enough for SSIM, too few for five scales.
    expect(annexK.results['ssim-rgb'][at]).toBeGreaterThan(0.5);
    expect(annexK.results['ms-ssim-rgb'][at]).toBeNull();
    expect(annexK.items[0].results['ssim-rgb'].length).toBe(annexK.settings.length);
    const bdRate = (measure: string) =>
      results.bdRates.filter((found: { measure: string }) => found.measure === measure);
    expect(bdRate('ssim-rgb').map(({ anchor }: { anchor: string }) => anchor)).toEqual(
      results.anchors.map(({ name }: { name: string }) => name),
    );
    expect(bdRate('ms-ssim-rgb')[0]).toMatchObject({ percent: null, delta: null, notes: [expect.any(String)] });
    expect(existsSync(files.plot('png', 'ssim-rgb'))).toBe(true);
    expect(existsSync(files.plot('png', 'ms-ssim-rgb'))).toBe(false);
    const curve = JSON.parse(await readFile(join(run(), 'curves', 'jpeg-annex-k-tables.json'), 'utf8'));
    expect(curve.results.bpp).toEqual(annexK.results.bpp);
    expect(curve.description).toContain(results.items);
    const names = [
      'jpeg-annex-k-tables-colour-carrier.json',
      'jpeg-annex-k-tables.json',
      'jpeg-flat-tables-colour-carrier.json',
      'jpeg-flat-tables.json',
      'ordinary-jpeg-4-2-0.json',
      'ordinary-jpeg-4-4-4.json',
      'sandwich-jpeg.json',
    ];
    expect((await readdir(join(run(), 'curves'))).sort()).toEqual(names);

    expect(await readFile(files.plot('svg', 'psnr-rgb'), 'utf8')).toMatch(/^<svg/);
    const sharp = await loadSharp();
    const { width, height } = await sharp(files.plot('png', 'psnr-rgb')).metadata();
    expect(Math.min(width, height)).toBeGreaterThan(300);
    const sheet = await sharp(files.contactSheet).metadata();
    expect(sheet.height).toBeGreaterThan(40 + 40);
    expect((await readdir(run())).some((name) => name.endsWith('.part'))).toBe(false);
    expect(output.stderr()).toContain(`skipped: ${join(photos(), 'broken.png')}: is empty (0 bytes)\n`);
    const [first, second] = output.stdout().match(/^gain over .*$/gm)!;
    expect([first, second]).toEqual([
      'gain over ordinary JPEG, positive where better',
      'gain over plain codec, positive where better',
    ]);
    expect(output.stdout()).toContain(files.results);
  });

  it('takes the steps, rates, images and checkpoint that it is given', async () => {
    await trainCommand({ resume: run(), steps: 3 });
    const arguments_ = {
      run: run(),
      images: photos(),
      every: 2,
      rates: [0.8, 2] as [number, number],
      checkpoint: checkpointFile(run(), 2),
    };
    const [{ step, candidate, gains, items, range }] = await evalCommand({ ...arguments_, qsteps: [8, 255, 300] });
    expect(step).toBe(2);
    expect(candidate.settings).toEqual(['flat 8', 'flat 255']);
    expect(candidate.items.map(({ item }) => item)).toEqual(['a.png']);
    expect(items).toBe(`1 of 2 images of ${photos()}`);
    expect(range).toEqual([0.8, 2]);
    for (const { bpp } of gains.flatMap(({ at }) => at)) {
      expect(bpp).toBeGreaterThanOrEqual(0.8);
      expect(bpp).toBeLessThanOrEqual(2);
    }
    const [last] = await evalCommand({ ...arguments_, checkpoint: undefined, qsteps: [8] });
    expect(last.step).toBe(3);
  });

  it('copes with an image without any detail, and with one pixel', async () => {
    const sharp = await loadSharp();
    await mkdir(join(folder(), 'plain'));
    for (const [width, name] of [
      [16, 'gray.png'],
      [1, 'pixel.png'],
    ] as const) {
      const create = { width, height: width, channels: 3, background: { r: 128, g: 128, b: 128 } } as const;
      await sharp({ create })
        .toColourspace('srgb')
        .png({ palette: false })
        .toFile(join(folder(), 'plain', name));
    }
    const [{ anchors }] = await evalCommand({ run: run(), images: join(folder(), 'plain'), qsteps: [8] });
    expect(anchors.find(({ name }) => name === 'JPEG, flat tables')!.results['psnr-rgb'][0]).toBe(100);
    const stored = JSON.parse(await readFile(evaluationFiles(run(), 'jpeg').results, 'utf8'));
    for (const { results } of [stored.candidate, ...stored.anchors]) {
      for (const value of [...results.bpp, ...results['psnr-rgb']]) expect(value).toEqual(expect.any(Number));
    }
  });

  it('measures other codecs beside what JPEG has reached before', async () => {
    const common = { run: run(), images: photos(), metrics: ['psnr'], every: 2 };
    await evalCommand({ ...common, qsteps: [4, 8] });
    const before = await readFile(evaluationFiles(run(), 'jpeg').results, 'utf8');
    const published = join(folder(), 'published.json');
    const results = { bpp: [0.5, 1, 2, 4], psnr: [20, 21, 22, 23] };
    await writeFile(published, JSON.stringify({ name: 'WebP', results }));
    const around = { codec: ['webp', 'avif'] as CodecName[], qualities: [10, 40, 60, 90], compare: [published] };
    const [webp, avif] = await evalCommand({ ...common, ...around });
    expect(await readFile(evaluationFiles(run(), 'jpeg').results, 'utf8')).toBe(before);
    expect(JSON.parse(await readFile(join(run(), 'results-webp.json'), 'utf8'))).toEqual(webp);
    expect(JSON.parse(await readFile(join(run(), 'results-avif.json'), 'utf8'))).toEqual(avif);

    expect(webp.codec).toMatchObject({ name: 'webp', description: 'WebP, grayscale, stored as colour' });
    expect(webp.codec!.settings).toMatchObject({ library: expect.stringMatching(/webp \d/), effort: 4 });
    expect(webp.candidate.name).toBe('sandwich');
    const names = webp.anchors.map(({ name }) => name);
    expect(names.sort()).toEqual(['WebP', 'WebP, colour carrier', 'ordinary WebP, 4:2:0']);
    expect(webp.compared.map(({ name }) => name)).toEqual(['WebP, published']);
    expect(webp.bdRates.map(({ anchor, measure }) => [anchor, measure]).sort()).toEqual(
      ['WebP, colour carrier', 'WebP, published', 'WebP', 'ordinary WebP, 4:2:0'].flatMap((anchor) => [
        [anchor, 'psnr-rgb'],
        [anchor, 'psnr-rgb-of-mean-error'],
      ]),
    );
    const codec = await codecs.webp();
    const gray = lumaBt601(patternImage(48, 40));
    for (const [i, quality] of [10, 40, 60, 90].entries()) {
      const { length } = await codec.encode(gray, quality);
      const plain = webp.anchors.find(({ name }) => name === 'WebP')!;
      expect(plain.items[0].results.bpp[i]).toBe((8 * length) / (48 * 40));
      expect(webp.candidate.settings[i]).toBe(`quality ${quality}`);
    }
    const left = await readdir(run());
    for (const name of ['contact-sheet-webp.png', 'rate-psnr-rgb-avif.png', 'rate-psnr-rgb-all.png']) {
      expect(left).toContain(name);
    }
    expect(output.stdout()).toMatch(/mean gain of +over +mean PSNR dB +PSNR of mean error dB/);
    for (const line of output.stdout().split('\n')) {
      if (!line.includes('/') && !line.includes(':')) expect(line.length).toBeLessThan(104);
    }
  });

  it('measures files whose levels are chosen by rate and distortion beside rounded ones', async () => {
    const codec = ['jpeg', 'jpeg-trellis'] as EncoderName[];
    const asked = { run: run(), images: photos(), metrics: ['psnr'], every: 2, qsteps: [8, 24] };
    const [rounded, chosen] = await evalCommand({ ...asked, codec });
    expect(JSON.parse(await readFile(join(run(), 'results.json'), 'utf8'))).toEqual(rounded);
    expect(JSON.parse(await readFile(join(run(), 'results-jpeg-trellis.json'), 'utf8'))).toEqual(chosen);
    expect([rounded, chosen].map(({ codec }) => codec!.format)).toEqual(['JPEG', 'JPEG, trellis encoder']);
    for (const i of [0, 1]) {
      expect(chosen.candidate.results.bpp[i]).toBeLessThan(rounded.candidate.results.bpp[i]!);
    }
    const curves = await readdir(join(run(), 'curves'));
    for (const name of ['sandwich-jpeg', 'sandwich-jpeg-trellis-encoder', 'jpeg-flat-tables-trellis-encoder']) {
      expect(curves).toContain(`${name}.json`);
    }
    // Ordinary files are the same for both, and are drawn once.
    const overview = await readFile(join(run(), 'rate-psnr-rgb-all.svg'), 'utf8');
    expect(overview.match(/>ordinary JPEG, 4:2:0</g)).toHaveLength(1);
    expect(output.stdout()).toMatch(/^JPEG, trellis encoder +plain codec /m);
    await expect(evalCommand({ ...asked, codec: ['webp'] })).rejects.toThrow('--qsteps is for JPEG');
  });

  it('joins several runs to one Pareto curve a codec, beside the codec that they share', async () => {
    const second = join(folder(), 'second');
    await cp(run(), second, { recursive: true });
    await trainCommand({ resume: second, steps: 4 });
    const out = join(folder(), 'joined', 'here');
    const both = {
      run: [run(), `${second}/`],
      images: photos(),
      codec: ['jpeg', 'webp'] as CodecName[],
      metrics: ['psnr'],
      every: 2,
      out,
    };
    const results = await evalCommand({ ...both, qsteps: [3, 5, 8, 12], qualities: [10, 40, 60, 90] });
    expect(results.map(({ run: directory, codec, step }) => [directory, codec!.name, step])).toEqual([
      [run(), 'jpeg', 2],
      [run(), 'webp', 2],
      [second, 'jpeg', 4],
      [second, 'webp', 4],
    ]);
    expect(results[3].anchors).toEqual(results[1].anchors);
    for (const directory of [run(), second]) expect(existsSync(join(directory, 'results-webp.json'))).toBe(true);
    const { points, bdRates, ...pareto } = JSON.parse(await readFile(join(out, 'pareto-webp.json'), 'utf8'));
    const compared = bdRates.map(({ anchor, measure }: { anchor: string; measure: string }) => [anchor, measure]);
    expect(compared.sort()).toEqual([
      ['WebP, colour carrier', 'psnr-rgb'],
      ['WebP, colour carrier', 'psnr-rgb-of-mean-error'],
      ['WebP', 'psnr-rgb'],
      ['WebP', 'psnr-rgb-of-mean-error'],
      ['ordinary WebP, 4:2:0', 'psnr-rgb'],
      ['ordinary WebP, 4:2:0', 'psnr-rgb-of-mean-error'],
    ]);
    const candidates = [results[1], results[3]].map(({ candidate }) => candidate.results);
    for (const [i, bpp] of pareto.results.bpp.entries()) {
      const label = ['run', 'second'].indexOf(points[i].run);
      const at = candidates[label].bpp.indexOf(bpp);
      expect(pareto.results['psnr-rgb'][i]).toBe(candidates[label]['psnr-rgb'][at]);
      for (const { bpp: rates, 'psnr-rgb': values } of candidates) {
        const better = rates.some((rate, k) => rate <= bpp && values[k]! > pareto.results['psnr-rgb'][i]);
        expect(better).toBe(false);
      }
    }
    expect((await readdir(out)).sort()).toEqual(
      ['', '-webp']
        .flatMap((codec) => [
          `pareto${codec}.json`,
          ...['', '-psnr-rgb-of-mean-error'].flatMap((measure) => [
            `pareto${measure}${codec}.png`,
            `pareto${measure}${codec}.svg`,
          ]),
        ])
        .sort(),
    );
  });

  const file = (content: string) => async () => {
    const path = join(folder(), 'curve.json');
    await writeFile(path, content);
    return ['--compare', path];
  };
  it.each<[string, () => Promise<string[]>, string]>([
    [
      'an unknown codec',
      async () => ['--codec', 'webp,gif'],
      "--codec takes jpeg, webp, avif, heic, jxl, jpeg-trellis with commas between; got 'gif'",
    ],
    [
      'a quality beyond the scale',
      async () => ['--qualities', '50,101'],
      '--qualities takes whole numbers of 1 to 100, got 101',
    ],
    [
      'a quality that is no number',
      async () => ['--qualities', 'best'],
      "--qualities takes positive numbers with commas between, got 'best'",
    ],
    ['a missing curve', async () => ['--compare', '/nowhere/a.json'], '--compare /nowhere/a.json is not there'],
    [
      'a curve of unequal lengths',
      file('{"results": {"bpp": [1, 2], "psnr": [30]}}'),
      "curve.json: 'psnr' has 1 values, 'bpp' has 2",
    ],
    ['a run twice', async () => [`${run()}/`], 'is named twice'],
    [
      'one checkpoint of two runs',
      async () => ['other', '--checkpoint', 'a'],
      "--checkpoint of several runs can only be 'best'",
    ],
  ])('refuses %s, and writes nothing', async (_, options, message) => {
    const before = await readdir(run());
    expect(await main(['eval', run(), '--images', photos(), ...(await options())])).toBe(1);
    expect(output.stderr().split(/^error: /m)[1]).toContain(message);
    expect(
      output
        .stderr()
        .split(/^error: /m)[1]
        .trim(),
    ).not.toContain('\n');
    expect(await readdir(run())).toEqual(before);
  });

  it('names the package of a missing program before anything is measured', async () => {
    const before = await readdir(run());
    vi.stubEnv('PATH', folder());
    const status = await main(['eval', run(), '--images', photos(), '--codec', 'jpeg,heic']);
    vi.unstubAllEnvs();
    expect(status).toBe(1);
    expect(output.stderr()).toContain('error: heif-enc was not found: install the package libheif-examples');
    expect(output.stderr()).not.toContain('evaluation images');
    expect(await readdir(run())).toEqual(before);
  });
});

describe('sandwich eval --zoo', () => {
  it('measures packed networks and prints what is stated of them beside it', async () => {
    const home = process.cwd();
    const packed = join(folder(), 'zoo', 'tiny');
    await main(['pack', run(), packed]);
    const few = ['--images', photos(), '--metrics', 'psnr'];
    const measured = evaluationFiles('runs/zoo/tiny', 'jpeg').results;
    process.chdir(folder());
    try {
      expect(await main(['eval', 'zoo/tiny', ...few, '--qsteps', '8,64', '--rates', '1,3'])).toBe(0);
      await copyFile(measured, evaluationFiles(packed, 'jpeg').results);
      const stated = await readFile(measured, 'utf8');
      // Networks cannot be measured into the folder where their results are stated.
      for (const out of [
        ['--out', 'zoo/tiny'],
        ['--out', 'zoo/tiny/new', '--force'],
      ]) {
        expect(await main(['eval', 'zoo/tiny', ...few, ...out])).toBe(1);
        expect(output.stderr()).toMatch(/zoo\/tiny holds packed networks, which are read-only\n$/);
      }
      await writeFile('runs/zoo/tiny/notes.txt', 'mine');
      // What was measured with other steps is nothing that was stated.
      expect(await main(['eval', 'zoo/tiny', ...few, '--qsteps', '16', '--rates', '1,3'])).toBe(0);
      expect(await readdir('zoo/tiny')).toEqual(['config.json', 'results.json', 'weights.safetensors']);
      expect(await main(['eval', '--zoo', 'tiny', '--images', photos(), '--metrics', 'psnr'])).toBe(0);
      const numbers = output
        .stdout()
        .split('\n')
        .filter((line) => line.includes('stated'));
      expect(numbers[0]).toMatch(
        /^JPEG, mean gain, psnr-rgb, \S+ \S+: stated (\S+ dB), measured \1, difference 0\.000 dB$/,
      );
      expect(await main(['eval', '--zoo', 'tiny', ...few, '--qsteps', '8,32', '--rates', '1,2', '--every', '2'])).toBe(
        0,
      );
      expect(output.stdout()).toMatch(
        /items a.png b.png then, a.png now; rates 1 to 3 then, 1 to 2 now; settings flat 8, flat 64 then, .*\n$/,
      );
      // What is stated on these images, too, is measured as it was, whatever its file is called.
      await copyFile(measured, join(packed, 'results-one.json'));
      expect(await main(['eval', '--zoo', 'tiny', ...few, '--every', '2'])).toBe(0);
      expect(output.stdout()).toMatch(/stated (\S+ dB), measured \1, difference 0\.000 dB\n$/);
      expect(await readFile('runs/zoo/tiny/notes.txt', 'utf8')).toBe('mine');
      expect(await readFile(evaluationFiles(packed, 'jpeg').results, 'utf8')).toBe(stated);
      expect(await main(['eval', '--zoo', 'large', ...few])).toBe(1);
      expect(output.stderr()).toContain("there are no networks 'large' in zoo/; known are tiny");
    } finally {
      process.chdir(home);
    }
  });
});

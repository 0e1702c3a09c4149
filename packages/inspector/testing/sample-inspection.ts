import type { Inspection, ShownCoding, ShownImage, ShownPicture } from '../src/inspection.js';
import { pngUri, type Rgb } from './png.js';

export const WIDTH = 60;
export const HEIGHT = 40;
/** Would end the element that holds the data, and run. */
export const HOSTILE = '</script><script>window.injected = true</script><img src=x onerror="window.injected = true">$&';

const clamp = (value: number) => Math.min(Math.max(Math.round(value), 0), 255);

/** The samples of the pictures, of which the tests know what is to be seen. */
export const colours = {
  original: (x: number, y: number): Rgb => [clamp(4 * x), clamp(6 * y), 128],
  sandwich: (x: number, y: number): Rgb => [clamp(4 * x + (x % 5)), clamp(6 * y - 3), clamp(128 + (y % 20))],
  plain: (x: number, y: number): Rgb => [clamp(2 * x + 3 * y), clamp(2 * x + 3 * y), clamp(2 * x + 3 * y)],
  bottleneck: (x: number, y: number): Rgb => [clamp(8 * x), clamp(8 * x), clamp(12 * y)],
};

function picture(kind: keyof typeof colours, scale = 1): ShownPicture {
  const [width, height] = [WIDTH / scale, HEIGHT / scale];
  return { source: pngUri(width, height, colours[kind]), width, height, scale };
}

const coding = (kind: 'sandwich' | 'plain', name: string, bpp: number): ShownCoding => ({
  name,
  setting: `flat ${Math.round(10 / bpp)}`,
  bpp,
  estimatedBpp: kind === 'sandwich' ? bpp + 0.001 : null,
  measures: { 'psnr-rgb': kind === 'sandwich' ? 30 : 25, lpips: null },
  picture: picture(kind),
});

const image = (name: string): ShownImage => ({
  name,
  width: WIDTH,
  height: HEIGHT,
  original: picture('original'),
  bottleneck: picture('bottleneck', 2),
  rates: [1.25, 0.5].map((bpp) => ({
    sandwich: coding('sandwich', 'sandwich', bpp),
    compressedBottleneck: picture('bottleneck', 2),
    plain: coding('plain', 'JPEG, flat tables', bpp + 0.02),
  })),
});

const BPP = [0.25, 0.5, 1, 2];
const curve = (name: string, psnr: number, lpips: number) => ({
  name,
  description: '',
  points: BPP.map((bpp, i) => ({
    setting: `flat ${64 / 2 ** i}`,
    bpp,
    estimatedBpp: name === 'sandwich' ? bpp * 1.01 : null,
    measures: { 'psnr-rgb': psnr + 1.5 * i, lpips: lpips / (i + 1) },
  })),
});

/** A small inspection with everything in it, and hostile names. */
export function sampleInspection(): Inspection {
  const steps = Array.from({ length: 20 }, (_, i) => 10 * (i + 1));
  const training = (key: string, value: (step: number) => number) => ({
    key,
    steps,
    seconds: steps.map((step) => step / 2),
    values: steps.map(value),
  });
  return {
    title: `Run ${HOSTILE}`,
    subtitle: 'runs/sample',
    facts: [
      { label: 'Code version', value: HOSTILE },
      { label: 'Engine', value: 'torch' },
    ],
    configuration: [
      { key: 'settings.gamma', value: '200' },
      { key: 'settings.seed', value: '1' },
      { key: HOSTILE, value: HOSTILE },
    ],
    measures: [
      { key: 'psnr-rgb', label: 'PSNR dB', digits: 2 },
      { key: 'lpips', label: 'LPIPS alex', digits: 4, lessIsBetter: true },
    ],
    images: [image(`${HOSTILE}.png`), image('second.png')],
    results: {
      description: HOSTILE,
      measures: [
        { key: 'psnr-rgb', label: 'PSNR dB', digits: 2 },
        { key: 'lpips', label: 'LPIPS alex', digits: 4, lessIsBetter: true },
      ],
      sets: [
        { name: 'Mean of 2 images', curves: [curve('sandwich', 27, 0.4), curve('JPEG, flat tables', 24, 0.5)] },
        { name: HOSTILE, curves: [curve('sandwich', 28, 0.4), curve('JPEG, flat tables', 25, 0.5)] },
      ],
      images: '2 images of samples',
      gains: [
        { anchor: 'plain codec', label: 'mean PSNR', range: [0.3, 1.2], mean: 3 },
        { anchor: 'plain codec at full size', label: 'mean PSNR', range: [0.3, 1.2], mean: -0.75 },
      ],
      bdRates: [
        { anchor: 'JPEG, flat tables', measure: 'psnr-rgb', percent: -40.25, overlap: 0.31, notes: [] },
        { anchor: 'JPEG, full size', measure: 'psnr-rgb', percent: 12.5, overlap: 0.8, notes: [] },
      ],
    },
    training: [training('loss', (step) => 1000 / step), training('psnr', (step) => 20 + step / 50)],
    notes: [{ text: 'Something is missing.', command: 'npm run eval -- runs/sample' }],
  };
}

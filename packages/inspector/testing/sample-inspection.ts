import type {
  Inspection,
  RateCurve,
  ShownAnchor,
  ShownCoding,
  ShownItem,
  ShownPicture,
  ShownRun,
} from '../src/inspection.js';
import { pngUri, type Rgb } from './png.js';

export const WIDTH = 60;
export const HEIGHT = 40;
/** Would end the element that holds the data, and run. */
export const HOSTILE = '</script><script>window.injected = true</script><img src=x onerror="window.injected = true">$&';

const clamp = (value: number) => Math.min(Math.max(Math.round(value), 0), 255);

/** The samples of the pictures, of which the tests know what is to be seen. */
export const colours = {
  original: (x: number, y: number): Rgb => [clamp(4 * x), clamp(6 * y), 128],
  candidate: (x: number, y: number): Rgb => [clamp(4 * x + (x % 5)), clamp(6 * y - 3), clamp(128 + (y % 20))],
  other: (x: number, y: number): Rgb => [clamp(4 * x - 9), clamp(6 * y + 7), clamp(130 + (x % 20))],
  anchor: (x: number, y: number): Rgb => [clamp(2 * x + 3 * y), clamp(2 * x + 3 * y), clamp(2 * x + 3 * y)],
  weak: (x: number, y: number): Rgb => [clamp(2 * x), clamp(2 * x), clamp(3 * y)],
  inner: (x: number, y: number): Rgb => [clamp(8 * x), clamp(8 * x), clamp(12 * y)],
};

type Kind = keyof typeof colours;

function picture(kind: Kind, scale = 1): ShownPicture {
  const [width, height] = [WIDTH / scale, HEIGHT / scale];
  return { source: pngUri(width, height, colours[kind]), width, height, scale };
}

const PIXELS = WIDTH * HEIGHT;

const candidate = (kind: Kind, bpp: number): ShownCoding => ({
  coder: 'weaver',
  setting: `step ${Math.round(10 / bpp)}`,
  bits: bpp * PIXELS,
  estimatedBits: (bpp + 0.001) * PIXELS,
  measures: { sharpness: kind === 'other' ? 31 : 30, distance: 0.2 },
  output: picture(kind),
  caption: 'cat',
  views: [{ name: 'woven thread', picture: picture('inner', 2) }],
});

/** Better than the candidate in distance, worse in sharpness. */
const anchor = (coder: string, kind: Kind, bpp: number, sharpness: number): ShownAnchor => ({
  coder,
  group: 'loom',
  setting: `flat ${Math.round(10 / bpp)}`,
  bits: (bpp + 0.02) * PIXELS,
  estimatedBits: null,
  measures: { sharpness, distance: 0.15 },
  output: picture(kind),
  views: [],
  equalQuality: { measure: 'sharpness', bits: sharpness < 30 ? 1.25 * bpp * PIXELS : 0.8 * bpp * PIXELS },
});

const item = (name: string, kind: Kind): ShownItem => ({
  name,
  caption: 'a cat',
  width: WIDTH,
  height: HEIGHT,
  pixels: PIXELS,
  original: picture('original'),
  views: [{ name: 'raw thread', picture: picture('inner', 2) }],
  comparisons: [1.25, 0.5].map((bpp) => ({
    candidate: candidate(kind, bpp),
    anchors: [anchor('Old loom', 'anchor', bpp, 25), anchor('New loom', 'weak', bpp, 32)],
  })),
});

const BPP = [0.25, 0.5, 1, 2];
const curve = (name: string, role: RateCurve['role'], sharpness: number, distance: number): RateCurve => ({
  name,
  description: '',
  role,
  points: BPP.map((bpp, i) => ({
    setting: `step ${64 / 2 ** i}`,
    bpp,
    estimatedBpp: role === 'candidate' ? bpp * 1.01 : null,
    measures: { sharpness: sharpness + 1.5 * i, distance: distance / (i + 1) },
  })),
});

const measures: Inspection['measures'] = [
  { key: 'sharpness', label: 'Sharpness', unit: 'dB', digits: 2, better: 'more' },
  { key: 'distance', label: 'Distance', digits: 4, better: 'less' },
];

function run(id: string, kind: Kind, shift: number): ShownRun {
  const steps = Array.from({ length: 20 }, (_, i) => 10 * (i + 1));
  const training = (key: string, label: string, isMain: boolean, value: (step: number) => number) => ({
    key,
    label,
    isMain,
    isExact: false,
    steps,
    seconds: steps.map((step) => step / 2),
    values: steps.map(value),
  });
  return {
    id,
    title: `Run ${HOSTILE}`,
    subtitle: `runs/${id}`,
    facts: [
      { label: 'Code version', value: HOSTILE },
      { label: 'Engine', value: 'torch' },
    ],
    configuration: [
      { key: 'settings.gamma', value: '200' },
      { key: 'settings.seed', value: '1' },
      { key: HOSTILE, value: HOSTILE },
    ],
    items: [item(`${HOSTILE}.png`, kind), item('second.png', kind)],
    firstPairs: {
      look: { left: { coder: 'Old loom' }, right: { coder: 'weaver' } },
      difference: { left: {}, right: { coder: 'weaver' } },
    },
    results: {
      description: HOSTILE,
      items: '2 images of samples',
      measures,
      sets: [
        {
          name: 'Mean of 2 images',
          curves: [curve('weaver', 'candidate', 27 + shift, 0.4), curve('Old loom', 'anchor', 24, 0.5)],
        },
        {
          name: HOSTILE,
          curves: [curve('weaver', 'candidate', 28 + shift, 0.4), curve('Old loom', 'anchor', 25, 0.5)],
        },
      ],
      gains: [
        { anchor: 'Old loom', measure: 'sharpness', range: [0.3, 1.2], mean: 3 },
        { anchor: 'New loom', measure: 'sharpness', range: [0.3, 1.2], mean: -0.75 },
        { anchor: 'New loom', measure: 'distance', range: [0.3, 1.2], mean: 0.0125 },
      ],
      rateChanges: [{ anchor: 'Old loom', bpp: 0.5, percent: { sharpness: -20, distance: 4 } }],
      bdRates: [
        {
          anchor: 'Old loom',
          measure: 'sharpness',
          percent: -40.25,
          delta: 2.5,
          overlap: { quality: 0.31, rate: 1 },
          notes: [],
        },
        {
          anchor: 'New loom',
          measure: 'sharpness',
          percent: 12.5,
          delta: -0.5,
          overlap: { quality: 0.8, rate: 0.8 },
          notes: [],
        },
        { anchor: 'Old loom', measure: 'distance', percent: 8, delta: 0.0321, overlap: null, notes: [] },
      ],
    },
    training: [
      training('loss', 'Loss', true, (step) => 1000 / step + shift),
      training('sharpness', 'Sharpness, dB', true, (step) => 20 + step / 50 + shift),
      training('memory', 'Memory', false, () => 100),
    ],
    heatMaps: [
      {
        title: 'Tables',
        maps: [
          {
            title: 'Steps',
            rows: [
              [1, 4],
              [16, 64],
            ],
          },
          {
            title: 'Ratio',
            rows: [
              [0.5, 1],
              [2, 1],
            ],
            digits: 2,
            centre: 1,
          },
        ],
      },
    ],
    trainingPictures: {
      total: 30,
      steps: [1, 250, 500].map((step) => ({
        step,
        views: [
          { name: 'thread', picture: picture('inner') },
          { name: 'cloth', picture: picture(step === 250 ? 'anchor' : 'candidate') },
        ],
      })),
    },
    notes: [{ text: 'Something is missing.', command: `npm run eval -- runs/${id}` }],
  };
}

/** A small inspection with everything in it, and hostile names. */
export const sampleInspection = (): Inspection => ({
  title: `Run ${HOSTILE}`,
  measures,
  runs: [run('sample', 'candidate', 0)],
});

/** Two runs with the same items and anchors. */
export const sampleOfTwo = (): Inspection => ({
  title: 'first, second',
  measures,
  runs: [run('first', 'candidate', 0), run('second', 'other', 1)],
});

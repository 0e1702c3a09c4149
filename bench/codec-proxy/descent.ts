// npm run bench:descent -- [photographs…] [--codecs jpeg,webp] [--gradients straight-through,projected] [--rates gaussian,rounded,unrounded]
// [--q 16,32,64] [--steps 60] [--learning-rate 0.4] [--falling] [--plot descent.svg]: how far the gradients of the codec proxies lead, without networks.
// Adam moves the pixels of gray crops of photographs to lower squared error + price * bits of their real files; the price is that at which
// q is the balanced quantiser step. Prints what the real files cost after it, over before: the mean of the crops; and the same with JPEG's levels
// chosen by rate and distortion (`trellis`), after the descent and without it. JPEG has flat tables of step q; other
// codecs are at the quality that costs least at the price. Default: the eight Kodak photographs 01 05 08 13 19 21 23 24.

import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { type ProxyGradient, startRealCodec } from '@sandwich/codec-proxy';
import { type CodecName, codecs } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { writeFileAtomically } from '@sandwich/files';
import { ratePlot, svgToPng } from '@sandwich/inspector';
import { textTable } from '../../packages/inspector/src/reports/text-table.js';
import { kodakPhotographs } from '../kodak.js';
import { descentTrial, lumaCrops, type RateName, rates, trialCodec } from './descent-trial.js';

const PHOTOGRAPHS = /kodim(01|05|08|13|19|21|23|24)\.png$/;
const GRADIENTS: readonly ProxyGradient[] = ['straight-through', 'projected'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    codecs: { type: 'string', default: 'jpeg' },
    gradients: { type: 'string', default: GRADIENTS.join() },
    rates: { type: 'string', default: Object.keys(rates).join() },
    q: { type: 'string', default: '16,32,64' },
    steps: { type: 'string', default: '60' },
    'learning-rate': { type: 'string', default: '0.4' },
    falling: { type: 'boolean', default: false },
    plot: { type: 'string' },
  },
});

function chosen<Name extends string>(option: string, text: string, known: readonly Name[]): Name[] {
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name as Name));
  if (unknown !== undefined) throw new Error(`--${option}: must be of ${known.join(', ')}, got '${unknown}'`);
  return names as Name[];
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) throw new Error(`--${option}: must be a positive number, got '${text}'`);
  return number;
}

const names = chosen('codecs', options.codecs, Object.keys(codecs) as CodecName[]);
const gradients = chosen('gradients', options.gradients, GRADIENTS);
const rateNames = chosen('rates', options.rates, Object.keys(rates) as RateName[]);
const steps = positive('steps', options.steps);
const learningRate = positive('learning-rate', options['learning-rate']);
const qs = options.q.split(',').map((q) => positive('q', q));
if (options.plot && !['.svg', '.png'].includes(extname(options.plot))) {
  throw new Error(`--plot: must end in .svg or .png, got '${options.plot}'`);
}

const paths =
  positionals.length > 0 ? positionals : (await kodakPhotographs()).filter((path) => PHOTOGRAPHS.test(path));
await startEngine();
const crops = await lumaCrops(paths);

const rows: string[][] = [];
const series: { name: string; points: { x: number; y: number }[] }[] = [];
for (const name of names) {
  const codec = name === 'jpeg' ? null : await startRealCodec(name, { timeLimit: 600 });
  const { qualities } = await codecs[name]();
  for (const q of qs) {
    const { forward, bitsPerPixel } = trialCodec(crops, q, codec, qualities);
    const setting = forward === 'real' ? `step ${q}` : `quality ${forward.quality}`;
    for (const gradient of gradients) {
      for (const rate of rateNames) {
        const trial = { q, forward, gradient, rate, steps, learningRate, falling: options.falling };
        const { mean, trellis, curve } = await descentTrial(crops, trial);
        const ratios = [mean, trellis?.after, trellis?.alone].map((ratio) => ratio?.toFixed(3) ?? '-');
        rows.push([name, String(q), setting, bitsPerPixel.toFixed(2), gradient, rate, ...ratios]);
        series.push({ name: `${name} ${q}, ${gradient}, ${rate}`, points: curve.map((y, x) => ({ x, y })) });
        process.stderr.write(`${rows.at(-1)!.join('  ')}\n`);
      }
    }
  }
  await codec?.close();
}
const header = ['codec', 'q', 'setting', 'bpp', 'gradient', 'rate of', 'descent', 'and trellis', 'trellis alone'];
console.log(textTable(header, rows));

if (options.plot) {
  const svg = await ratePlot({
    title: 'Descent on the pixels of gray crops',
    xLabel: 'steps',
    yLabel: 'cost of all real files, over that before',
    series,
    marks: false,
  });
  await writeFileAtomically(options.plot, extname(options.plot) === '.png' ? await svgToPng(svg) : svg);
}

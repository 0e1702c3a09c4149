// bench/step/ours.ts <workload> [--device cuda] [--precision bf16] [--replay] [--batch 8]: our side of a row of `step.ts`.

import { parseArgs } from 'node:util';
import { type EngineOptions, startEngine } from '@sandwich/engine';
import { serve } from '../serve.js';
import { BATCH, workloads } from './workloads.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'cpu' },
    precision: { type: 'string', default: 'fp32' },
    replay: { type: 'boolean', default: false },
    batch: { type: 'string', default: `${BATCH}` },
  },
});
const info = await startEngine({
  ...(values.device !== 'cpu' && { engine: 'torch' }),
  device: values.device as EngineOptions['device'],
  precision: values.precision as EngineOptions['precision'],
});
const run = await workloads[positionals[0]]({ batch: Number(values.batch), replay: values.replay });
const { engine, version, device, threads, precision } = info;
await serve(
  `${engine} ${version}, ${device}, ${threads} threads, ${precision}${values.replay ? ', replayed' : ''}`,
  run,
);

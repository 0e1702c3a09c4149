// tsx bench/ours.ts <workload>: our side of a row of `step.ts`.

import { startEngine } from '@sandwich/engine';
import { serve } from './serve.js';
import { workloads } from './workloads.js';

const { engine, version, threads } = await startEngine();
const run = await workloads[process.argv[2]]();
await serve(`${engine} ${version}, ${threads} threads`, run);

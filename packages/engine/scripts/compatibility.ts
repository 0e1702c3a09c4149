// Writes the tables of docs/engine.md from the code: which engine has which TFJS kernel, which gradients are the engine's
// own and why, and what it repairs in TFJS's wasm backend. The same on every machine, with libtorch or without.
//
//   tsx packages/engine/scripts/compatibility.ts           writes the tables
//   tsx packages/engine/scripts/compatibility.ts --check   fails when they are not up to date

import '@tensorflow/tfjs-backend-wasm';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../../../scripts/docs/markdown-table.js';
import { fillRegions } from '../../../scripts/docs/marked-regions.js';
import { gradients } from '../src/gradients.js';
import { tf } from '../src/tf.js';
import { hostKernels } from '../src/torch/kernels/host.js';
import { torchKernels } from '../src/torch/kernels/index.js';
import { wasmKernels } from '../src/wasm/kernels.js';

const DOCUMENT = fileURLToPath(new URL('../../../docs/engine.md', import.meta.url));

const namesOf = (backend: string) => new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
const cpu = namesOf('cpu');
const wasm = namesOf('wasm');
const torch = new Set([...Object.keys(torchKernels), ...hostKernels]);
const kernels = [...new Set([...cpu, ...wasm, ...torch, ...Object.keys(wasmKernels)])].sort((a, b) =>
  a.localeCompare(b, 'en'),
);

const onTorch = (kernel: string) => (kernel in torchKernels ? 'libtorch' : hostKernels.has(kernel) ? 'host' : '');

function onWasm(kernel: string): string {
  const own = wasmKernels[kernel];
  if (!own) return wasm.has(kernel) ? 'TFJS' : '';
  return own.onHost === 'always' ? 'host' : own.onHost === 'then' ? 'TFJS, host' : 'own';
}

const gradientOf = (kernel: string) => (kernel in gradients ? 'own' : tf.getGradient(kernel) ? 'TFJS' : '');

const counted = (name: string, names: Set<string>) =>
  `${name} ${[...cpu].filter((kernel) => names.has(kernel)).length}`;

const sections: Record<string, string> = {
  kernels: [
    `Of the ${cpu.size} kernels of TFJS's cpu backend have: ${counted('torch', torch)}, ${counted('wasm', new Set([...wasm, ...Object.keys(wasmKernels)]))} (TFJS alone ${[...cpu].filter((kernel) => wasm.has(kernel)).length}).`,
    markdownTable(
      ['kernel', 'torch', 'wasm', 'cpu', 'gradient'],
      kernels.map((kernel) => [
        kernel,
        onTorch(kernel),
        onWasm(kernel),
        cpu.has(kernel) ? 'TFJS' : '',
        gradientOf(kernel),
      ]),
    ),
  ].join('\n\n'),

  gradients: markdownTable(
    ['kernel', 'in TFJS'],
    Object.entries(gradients)
      .sort(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([kernel, { why }]) => [kernel, why]),
  ),

  wasm: markdownTable(
    ['kernel', 'in TFJS', 'here by'],
    Object.entries(wasmKernels)
      .sort(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([kernel, { why, onHost }]) => [kernel, why, onHost ? 'host' : 'TFJS ops']),
  ),
};

const before = readFileSync(DOCUMENT, 'utf8');
const text = fillRegions(before, { file: 'docs/engine.md', kind: 'engine', bodies: sections });
if (!process.argv.includes('--check')) {
  writeFileSync(DOCUMENT, text);
} else if (text !== before) {
  process.stderr.write(
    'docs/engine.md: its tables are not those of the code; run npx tsx packages/engine/scripts/compatibility.ts\n',
  );
  process.exitCode = 1;
}

import { readJpegTables, tableStep } from '@sandwich/codecs';
import type { Sandwich } from '../sandwich.js';
import { bottleneckLayout } from './bottleneck-picture.js';
import type { FileHeader } from './file-header.js';

/** @throws Error where a file is of other networks than a model's, or its metadata contradict them */
export function checkFileHeader(header: FileHeader, model: Sandwich, network: string): void {
  if (header.network !== network) {
    throw new Error(`it was written by the network ${header.network}, this one is ${network}`);
  }
  const { bottleneckChannels, truncateBits, light } = model.architecture;
  const own = { bitDepth: 8 + truncateBits, channels: bottleneckChannels, layout: bottleneckLayout(model) };
  const has = { step: model.conditionOn === 'step', exponent: model.companding, primaries: light === 'linear' };
  const { width, height, bitDepth, channels, layout, step, exponent, primaries } = header;
  const agrees =
    width > 0 &&
    height > 0 &&
    bitDepth === own.bitDepth &&
    channels === own.channels &&
    layout === own.layout &&
    (has.step ? step !== undefined && step > 0 && step < Infinity : step === undefined) &&
    (exponent !== undefined) === has.exponent &&
    (primaries !== undefined) === has.primaries;
  if (agrees) return;
  const fields = Object.entries({ step, exponent, primaries }).filter(([, value]) => value !== undefined);
  const told = fields.map(([name, value]) => `, ${name} ${value}`).join('');
  const needed = [has.step && ', a step', has.exponent && ', an exponent', has.primaries && ', primaries'];
  throw new Error(
    `its sandwich metadata contradict its network: ${width} x ${height} pixels of ${bitDepth} bits, ${channels} channels, ` +
      `${layout}${told}, where the network has ${own.bitDepth} bits, ${own.channels} channels, ${own.layout}` +
      needed.filter(Boolean).join(''),
  );
}

/** @throws Error where the metadata of a JPEG file tell of another step than its tables */
export function checkStepOfTables(file: Uint8Array, { step }: FileHeader): void {
  if (step === undefined) return;
  const [luma] = readJpegTables(file);
  const stepOfTables = Math.fround(tableStep(luma ?? []));
  if (step === stepOfTables) return;
  throw new Error(
    `its sandwich metadata contradict its tables: they tell of a step of ${step}, these have ${stepOfTables}`,
  );
}

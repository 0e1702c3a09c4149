import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { channelBytes, isL3ix, readL3i, readL3ix, type SymbolPlanes, symbolEntropy } from '@sandwich/codecs';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { measureFile } from '@sandwich/evaluation';
import { byExtension, writeFileAtomically } from '@sandwich/files';
import { filesOfRun, type ShownSymbols, symbolsPage } from '@sandwich/inspector';
import { channelPictures, codebookRange, type DcnCodec } from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
import { readRgbPicture } from '@sandwich/runtime';
import { guardOutputs } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { inputFile, outputFile, runDirectory } from '../command-line/paths.js';
import { loadDcnCodec } from '../load-dcn-codec.js';
import { shownQuality } from '../shown-quality.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { checkpointOption, forceOption } from './options/run-options.js';

export interface ViewArguments extends EngineArguments {
  file: string;
  run?: string;
  checkpoint?: string;
  out?: string;
  force?: boolean;
}

const isSymbolFile = (file: string): boolean => ['.l3i', '.l3ix'].includes(extname(file).toLowerCase());

/** The fewest bits of a symbol whose codebook has them all; at least the published five. */
function bitsFor({ channels }: SymbolPlanes): number {
  let bits = 5;
  for (const symbols of channels) for (const symbol of symbols) while (symbol >= 2 ** bits) bits++;
  return bits;
}

interface Viewed {
  file: Uint8Array;
  planes: SymbolPlanes;
  original?: Picture<Uint8Array>;
  decoded?: Picture<Uint8Array>;
  codec?: DcnCodec;
}

/** @throws Error naming the file and what is wrong with it */
async function readSymbols(file: string): Promise<Viewed> {
  const bytes = await readFile(file);
  try {
    return { file: bytes, planes: isL3ix(bytes) ? readL3ix(bytes) : readL3i(bytes) };
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** A file, or a picture that becomes one, with what a network makes of it. */
async function viewed({ file, run }: ViewArguments, codec: DcnCodec): Promise<Viewed> {
  if (isSymbolFile(file)) {
    const bytes = await readFile(file);
    const planes = await codec.symbolsOfFile(bytes).catch((error) => {
      throw new Error(`${file} cannot be decoded by ${run}: ${error.message}`, { cause: error });
    });
    return { file: bytes, planes, decoded: await codec.pictureOf(planes), codec };
  }
  const original = (await readRgbPicture(file, 8)) as Picture<Uint8Array>;
  const bytes = await codec.encode(original);
  const planes = await codec.symbolsOfFile(bytes);
  return { file: bytes, planes, original, decoded: await codec.pictureOf(planes), codec };
}

function shownOf(title: string, { file, planes, original, decoded, codec }: Viewed): ShownSymbols {
  const { width, height } = planes;
  const bits = codec?.dcn.architecture.bits ?? bitsFor(planes);
  const bytes = channelBytes(file);
  const measured = original && decoded && measureFile(original, decoded, file.length);
  const channels = planes.channels.map((symbols) => symbolEntropy([symbols]));
  const mean = channels.reduce((sum, entropy) => sum + entropy, 0) / channels.length;
  const facts = [
    { label: 'picture', value: `${width} x ${height}` },
    {
      label: 'file',
      value: `${isL3ix(file) ? '.l3ix' : '.l3i'}, ${file.length} bytes, ${((8 * file.length) / (width * height)).toFixed(3)} bpp`,
    },
    { label: 'channels', value: `${channels.length}, ${mean.toFixed(3)} bits a symbol on average, each for itself` },
    { label: 'beside the channels', value: `${file.length - bytes.reduce((sum, length) => sum + length)} bytes` },
    ...(codec ? [{ label: 'network', value: codec.name.replace('network ', '') }] : []),
    ...(measured ? [{ label: 'quality', value: shownQuality(measured) }] : []),
  ];
  return {
    title,
    facts,
    pictures: [
      ...(original ? [{ caption: 'original', picture: original }] : []),
      ...(decoded ? [{ caption: 'decoded', picture: decoded }] : []),
    ],
    planes,
    channelPictures: channelPictures(planes, bits),
    codebook: codebookRange({ bits }),
    bytes,
  };
}

/** Makes a page of a learned codec's file, or of a picture through a network. */
export async function viewCommand(args: ViewArguments): Promise<void> {
  const { file, run, checkpoint, force } = args;
  const out = args.out ?? join(dirname(file), `${basename(file, extname(file))}.html`);
  byExtension(out, { '.html': 'page', '.htm': 'page' });
  if (run === undefined && !isSymbolFile(file))
    throw new Error(
      `${file} is no .l3ix or .l3i file: to see a picture through a network, name a run directory after it`,
    );
  await guardOutputs([out], { inputs: [file, ...(run === undefined ? [] : await filesOfRun(run))], force });
  let shown: ShownSymbols;
  if (run === undefined) {
    shown = shownOf(basename(file), await readSymbols(file));
  } else {
    await withoutEngine(async () => (await loadDcnCodec(run, { checkpoint, note: () => {} })).dispose());
    await startEngine(engineOf(args));
    const codec = await loadDcnCodec(run, { checkpoint });
    try {
      shown = shownOf(`${basename(file)} through ${basename(run)}`, await viewed(args, codec));
    } finally {
      codec.dispose();
    }
  }
  await writeFileAtomically(out, await symbolsPage(shown));
  process.stdout.write(`${out}\n`);
}

export const viewDefinition = defineCommand({
  name: 'view',
  describe:
    "Make a page of a learned codec's file, or of a picture through its network: latent channels, symbols, entropies, bytes",
  operands: {
    file: required(inputFile('A .l3ix or .l3i file, or a picture')),
    run: runDirectory(
      'Run directory of the network, packed or not: shows what the file is decoded to; pictures need it',
    ),
  },
  options: {
    checkpoint: checkpointOption,
    out: outputFile('File of the page; default that of the file with the extension .html'),
    force: forceOption,
    ...engineOptions,
  },
  run: viewCommand,
});

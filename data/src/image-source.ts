import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { datasetFiles } from './fetch/dataset-files.js';
import { findImages } from './photographs/find-images.js';
import type { Light } from './photographs/load-image.js';
import { makeSyntheticImages } from './synthetic/make-synthetic-images.js';

/** Where images come from, for people, and which they are. */
export interface ImageSource {
  description: string;
  /** How many there are. */
  count: number;
  /** Their paths; synthetic images are made now, if they are not there. */
  images(): Promise<string[]>;
  /** Paths of those that are there already. */
  present(): Promise<string[]>;
  /** Size of the images that `images` will make, pixels; undefined where all are there. */
  upcoming(): Promise<{ width: number; height: number } | undefined>;
}

/** Where `sandwich data fetch` puts data sets, and generated images lie. */
export const dataFolder = 'data/downloads';

const SYNTHETIC_SIZE = { width: 640, height: 480 };

/** Held-back images have other seeds than those trained on. */
const SYNTHETIC = {
  training: { count: 48, seed: 1 },
  evaluation: { count: 8, seed: 100_001 },
};

function syntheticImages(purpose: keyof typeof SYNTHETIC, bitDepth: number): ImageSource {
  const { count, seed } = SYNTHETIC[purpose];
  const bits = bitDepth === 8 ? 8 : 16;
  const directory = join(dataFolder, `synthetic-${purpose}${bits === 8 ? '' : '-16-bit'}`);
  const present = async () => (existsSync(directory) ? findImages(directory).catch(() => []) : []);
  return {
    description: `${count} synthetic images in ${directory}`,
    count,
    present,
    upcoming: async () => ((await present()).length < count ? SYNTHETIC_SIZE : undefined),
    async images() {
      const there = await present();
      // What an earlier process left unfinished is made again, the same.
      return there.length >= count
        ? there
        : makeSyntheticImages({ directory, count, ...SYNTHETIC_SIZE, seed, bits, force: true });
    },
  };
}

/** The folder that `SANDWICH_DATA` names, where it is set. @throws Error when there is no such folder */
function dataSetFolder(): string | undefined {
  const folder = process.env.SANDWICH_DATA;
  if (!folder) return undefined;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`SANDWICH_DATA is ${folder}, which is not a folder: correct it, unset it, or give --images`);
  }
  return folder;
}

function imagesOf(folder: string, files: string[]): ImageSource {
  const images = async () => files;
  const upcoming = async () => undefined;
  return { description: `${files.length} images of ${folder}`, count: files.length, images, present: images, upcoming };
}

const inFolder = async (folder: string): Promise<ImageSource> => imagesOf(folder, await findImages(folder));

/**
 * The images to train on: those asked for, else the photographs of `SANDWICH_DATA`, else synthetic ones, made when needed;
 * for more than 8 bits a sample synthetic ones at once, as the photographs have 8, unless it is their linear light that is wanted.
 *
 * @throws Error when a path holds no images, or `SANDWICH_DATA` is needed and names no folder.
 */
export async function trainingImages(
  path: string | undefined,
  bitDepth = 8,
  light: Light = 'display',
): Promise<ImageSource> {
  if (path !== undefined) return inFolder(path);
  if (bitDepth > 8 && light === 'display') return syntheticImages('training', bitDepth);
  const folder = dataSetFolder();
  if (folder === undefined) return syntheticImages('training', bitDepth);
  const photos = join(folder, 'photos');
  if (existsSync(photos)) return inFolder(photos);
  const source = syntheticImages('training', bitDepth);
  return { ...source, description: `${source.description}, as there is no ${photos}` };
}

/**
 * The images to evaluate on: those asked for, else the Kodak photographs, of `SANDWICH_DATA` or fetched, where all of them
 * are there, else held-back synthetic ones; for more than 8 bits a sample these at once, for linear light the pictures in `hdr` of
 * `SANDWICH_DATA`, where there are some. The description names a folder that
 * holds Kodak in part.
 *
 * @throws Error when a path holds no images, or `SANDWICH_DATA` is needed and names no folder.
 */
export async function evaluationImages(
  path: string | undefined,
  bitDepth = 8,
  light: Light = 'display',
): Promise<ImageSource> {
  if (path !== undefined) return inFolder(path);
  if (light === 'linear') {
    const folder = dataSetFolder();
    const hdr = folder && join(folder, 'hdr');
    if (hdr && existsSync(hdr)) return inFolder(hdr);
  }
  if (bitDepth > 8) return syntheticImages('evaluation', bitDepth);
  const folders = [dataSetFolder(), dataFolder]
    .flatMap((parent) => parent ?? [])
    .map((parent) => join(parent, 'kodak'));
  const incomplete: string[] = [];
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    try {
      return imagesOf(folder, await datasetFiles('kodak', folder));
    } catch (error) {
      incomplete.push((error as Error).message);
    }
  }
  const source = syntheticImages('evaluation', bitDepth);
  return { ...source, description: [source.description, ...incomplete].join('; ') };
}

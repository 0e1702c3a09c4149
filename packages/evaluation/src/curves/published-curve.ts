import { readFile, stat } from 'node:fs/promises';
import { basename, join, normalize } from 'node:path';
import { knownMeasures } from '../measures/known-measures.js';
import { isRecognitionKey } from '../measures/recognition.js';
import { readResults } from '../results/read-results.js';
import type { Curve } from './curve.js';
import { distinctNames } from './distinct-names.js';

/** Other names of measures, lower case, with hyphens; PSNR and its like without colour space are over RGB. */
const ALIASES: Record<string, string> = {
  psnr: 'psnr-rgb',
  ssim: 'ssim-rgb',
  'ms-ssim': 'ms-ssim-rgb',
  msssim: 'ms-ssim-rgb',
  'msssim-rgb': 'ms-ssim-rgb',
  'lpips-alex': 'lpips',
};
/** Similarities in decibels, -10 log10(1 - x), by names of their own, as those of five of CompressAI's results on Kodak. */
const IN_DECIBELS: Record<string, string> = {
  'ms-ssim-db-rgb': 'ms-ssim-rgb',
  'ms-ssim-db': 'ms-ssim-rgb',
  'ssim-db-rgb': 'ssim-rgb',
  'ssim-db': 'ssim-rgb',
};
/** Similarities of at most 1, which some publish in decibels, -10 log10(1 - x). */
const SIMILARITIES = ['ssim-rgb', 'ms-ssim-rgb'];
const measureKeys = knownMeasures.map(({ key }) => key);

/** The key under which values are known here, and whether it says that they are decibels; undefined for what is not compared, such as times. */
function measureOf(key: string): { name: string; isInDecibels: boolean } | undefined {
  if (isRecognitionKey(key)) return { name: key, isInDecibels: false };
  const spelled = key.toLowerCase().replaceAll('_', '-');
  const isInDecibels = Object.hasOwn(IN_DECIBELS, spelled);
  const name = IN_DECIBELS[spelled] ?? ALIASES[spelled] ?? spelled;
  return measureKeys.includes(name) ? { name, isInDecibels } : undefined;
}

const isGivenPlainly = (published: Record<string, unknown>, name: string): boolean =>
  Object.keys(published).some((key) => {
    const measure = measureOf(key);
    return measure?.name === name && !measure.isInDecibels;
  });

function checkNumbers(where: string, values: unknown, length: number | undefined): number[] {
  if (!Array.isArray(values) || values.length === 0) throw new Error(`${where} must be an array of numbers`);
  for (const [i, value] of values.entries()) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new Error(`${where}[${i}] must be a finite number, got ${JSON.stringify(value)}`);
    }
  }
  if (length !== undefined && values.length !== length) {
    throw new Error(`${where} has ${values.length} values, 'bpp' has ${length}`);
  }
  return values;
}

function similarities(where: string, values: readonly number[], isInDecibels: boolean): number[] {
  const linear =
    isInDecibels || values.some((value) => value > 1) ? values.map((value) => 1 - 10 ** (-value / 10)) : values;
  const least = Math.min(...linear);
  if (least < 0) throw new Error(`${where} must be similarities of 0 to 1, or decibels; the least is ${least}`);
  return [...linear];
}

function parseCurve(file: string, text: string): Curve {
  let data: { name?: unknown; description?: unknown; results?: Record<string, unknown> } | null;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const published = data?.results;
  if (typeof published !== 'object' || published === null) throw new Error(`${file} has no 'results'`);
  if (published.bpp === undefined) throw new Error(`${file}: 'results' has no 'bpp'`);
  const bpp = checkNumbers(`${file}: 'bpp'`, published.bpp, undefined);
  const free = bpp.findIndex((rate) => rate <= 0);
  if (free >= 0) throw new Error(`${file}: 'bpp'[${free}] must be positive, got ${bpp[free]}`);

  const results: Curve['results'] = { bpp };
  for (const [key, given] of Object.entries(published)) {
    const measure = measureOf(key);
    if (measure === undefined) continue;
    const { name, isInDecibels } = measure;
    const where = `${file}: '${key}'`;
    // Some files give the similarity and, from it, its decibels.
    if (isInDecibels && (Object.hasOwn(results, name) || isGivenPlainly(published, name))) continue;
    if (Object.hasOwn(results, name)) throw new Error(`${where} is given twice, in two spellings`);
    const values = checkNumbers(where, given, bpp.length);
    results[name] = SIMILARITIES.includes(name) ? similarities(where, values, isInDecibels) : values;
  }
  if (Object.keys(results).length === 1) {
    const keys = Object.keys(published).join(', ');
    throw new Error(`${file}: 'results' has none of ${measureKeys.join(', ')}, but ${keys}`);
  }
  const textOr = (value: unknown, otherwise: string) => (typeof value === 'string' && value !== '' ? value : otherwise);
  return {
    name: `${textOr(data?.name, basename(file, '.json'))}, published`,
    description: textOr(data?.description, basename(file)),
    results,
  };
}

async function readPublishedCurve(file: string): Promise<Curve> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`the published curve ${file} cannot be read: ${error.message}`, { cause: error });
  });
  return parseCurve(file, text);
}

/** The curve of the candidate whose results lie in a folder, called by the folder. */
async function readMeasuredCurve(folder: string): Promise<Curve> {
  const measured = await readResults(join(folder, 'results.json'));
  if (!measured) throw new Error(`${folder} has no results.json: evaluate what lies in it first`);
  const { description, results } = measured.candidate;
  return { name: `${basename(folder)}, measured before`, description, results };
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() ?? false;

/**
 * Reads curves in CompressAI's schema, `{ name, description, results: { bpp: [], "psnr-rgb": [], … } }`, as its `results` folder and the
 * `curves` of evaluations hold them. Measures may be spelt as there at any time (`psnr`, `ms-ssim`, …); MS-SSIM and SSIM with a value above
 * 1 are taken to be decibels. What is not measured here is left aside. A folder is one whose `results.json` an evaluation has written.
 *
 * @param paths what is named twice is read once
 * @param onUnreadable hears why a file is left out, when at least one other can be read; default: that is an error
 * @returns the curves in the order of the paths; curves of one name are told apart by their files
 * @throws Error naming the file and the key of what is missing, no finite number, or of another length than `bpp`; or the folder
 * without results
 */
export async function readPublishedCurves(
  paths: readonly string[],
  onUnreadable?: (reason: string) => void,
): Promise<Curve[]> {
  const files = [...new Set(paths.map((path) => normalize(path)))];
  const read = await Promise.allSettled(
    files.map(async (path) => ((await isFolder(path)) ? readMeasuredCurve(path) : readPublishedCurve(path))),
  );
  const failed = read.filter((result) => result.status === 'rejected');
  if (failed.length > 0 && (failed.length === read.length || onUnreadable === undefined)) throw failed[0].reason;
  for (const { reason } of failed) onUnreadable?.(`left out: ${(reason as Error).message}`);
  const found = read.flatMap((result, i) =>
    result.status === 'fulfilled' ? [{ curve: result.value, file: files[i] }] : [],
  );
  const names = distinctNames(found.map(({ curve, file }) => ({ name: curve.name, file })));
  return found.map(({ curve }, i) => ({ ...curve, name: names[i] }));
}

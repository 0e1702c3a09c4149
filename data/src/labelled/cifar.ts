import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Picture } from '@sandwich/pictures';
import { classesIn, missingClasses, numberedClasses } from './classes.js';
import type { LabelledOptions } from './labelled-options.js';
import type { LabelledPictures } from './labelled-pictures.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;
/** CIFAR-100 has a coarse label before the fine one. */
const FORMATS = [
  { name: 'CIFAR-10', labelBytes: 1, classes: 10 },
  { name: 'CIFAR-100', labelBytes: 2, classes: 100 },
];

/** A picture of red, green and blue planes with interleaved samples. */
function interleave(planes: Uint8Array): Picture<Uint8Array, 3> {
  const data = new Uint8Array(PIXELS);
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < PLANE; i++) data[3 * i + channel] = planes[channel * PLANE + i];
  }
  return { data, width: SIDE, height: SIDE, channels: 3 };
}

function formatOf(file: string, bytes: number): (typeof FORMATS)[number] {
  const format = FORMATS.find(({ labelBytes }) => bytes > 0 && bytes % (labelBytes + PIXELS) === 0);
  if (format) return format;
  const sizes = FORMATS.map(({ name, labelBytes }) => `${labelBytes + PIXELS} bytes (${name})`).join(' or ');
  throw new Error(`readCifar: ${file} has ${bytes} bytes, which are no whole number of pictures of ${sizes}`);
}

/** The label and the planes of one picture. */
interface Entry {
  name: string;
  label: number;
  planes: Uint8Array;
}

/**
 * Reads CIFAR-10 or CIFAR-100 from the binary files of their authors: per picture one label byte, in CIFAR-100 a coarse and a fine one, then
 * 1024 bytes each of red, green and blue, row by row. All pictures of the files are kept in memory.
 *
 * Source: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version".
 *
 * @param files such as `data_batch_1.bin` to `data_batch_5.bin`, one after the other
 * @param options.classes default: those of `classes.txt`, `batches.meta.txt` or `fine_label_names.txt` beside the first file, else numbers
 * @throws Error when a file's size is no whole number of pictures, or when a label names no class
 */
export async function readCifar(files: readonly string[], options: LabelledOptions): Promise<LabelledPictures> {
  const { classes: given, note } = options;
  if (files.length === 0) throw new Error('readCifar: there is no file');
  const entries: Entry[] = [];
  let expected: (typeof FORMATS)[number] | undefined;
  for (const file of files) {
    const bytes = await readFile(file);
    const format = formatOf(file, bytes.length);
    expected ??= format;
    if (format !== expected) {
      throw new Error(`readCifar: ${file} is of ${format.name}, and ${files[0]} of ${expected.name}`);
    }
    const { labelBytes } = format;
    for (let at = 0, number = 0; at < bytes.length; at += labelBytes + PIXELS, number++) {
      const begin = at + labelBytes;
      const name = `${file}, picture ${number}`;
      entries.push({ name, label: bytes[begin - 1], planes: bytes.subarray(begin, begin + PIXELS) });
    }
  }
  const classes = given ?? (await classesIn(dirname(files[0]))) ?? numberedClasses(expected!.classes);
  const wrong = entries.find(({ label }) => label >= classes.length);
  if (wrong) {
    throw new Error(
      `readCifar: ${wrong.name} has the label ${wrong.label}; there are ${classes.length} classes, from 0 on`,
    );
  }
  const missing = missingClasses(
    classes,
    entries.map(({ label }) => label),
  );
  if (missing) note(missing);
  const where = files.length === 1 ? files[0] : `${files.length} files such as ${basename(files[0])}`;
  return {
    description: `${entries.length} pictures of ${classes.length} classes of ${where}`,
    classes,
    labels: Int32Array.from(entries, ({ label }) => label),
    names: entries.map(({ name }) => name),
    sizes: entries.map(() => ({ width: SIDE, height: SIDE })),
    picture: async (index) => interleave(entries[index].planes),
  };
}

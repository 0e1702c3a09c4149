import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { classesIn, numberedClasses } from './classes.js';
import { openLabelledFiles } from './labelled-files.js';
import type { LabelledOptions } from './labelled-options.js';
import type { LabelledPictures } from './labelled-pictures.js';

/** A line of a list. */
interface Line {
  /** For people, such as `list.csv, line 3`. */
  where: string;
  path: string;
  label: string;
}

const HEADERS = ['label', 'class'];

function parseList(list: string, text: string): Line[] {
  const rows: { record: string[]; where: string }[] = [];
  try {
    parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      on_record: (record: string[], { lines }) => void rows.push({ record, where: `${list}, line ${lines}` }),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    throw new Error(`openLabelledList: ${list}: ${(error as Error).message}`, { cause: error });
  }
  const lines = rows.map(({ record, where }) => {
    if (record.length === 2 && !record.includes('')) return { where, path: record[0], label: record[1] };
    throw new Error(`openLabelledList: ${where}: expected a path and a label, got '${record.join(',')}'`);
  });
  return lines.length > 0 && HEADERS.includes(lines[0].label.toLowerCase()) ? lines.slice(1) : lines;
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** The classes that labels themselves name: as many as the largest number asks for, or the names, sorted. */
function classesOf(labels: readonly string[]): string[] {
  if (!isNumber(labels[0])) return [...new Set(labels)].sort();
  const numbers = labels.filter(isNumber).map(Number);
  return numberedClasses(numbers.reduce((most, label) => Math.max(most, label)) + 1);
}

function labelOf({ where, label }: Line, classes: readonly string[]): number {
  const named = classes.indexOf(label);
  if (named >= 0) return named;
  if (isNumber(label) && Number(label) < classes.length) return Number(label);
  throw new Error(
    `openLabelledList: ${where}: the label '${label}' is none of the ${classes.length} classes, by name or by number from 0 on`,
  );
}

/**
 * Opens the pictures of a CSV list, one a line: its path, relative to the list, and its label, the name of a class or its number from 0 on.
 * Paths with commas are quoted. The first line may be a header, `path,label`; empty lines and those that begin with # do not count.
 *
 * @param options.classes default: those of `classes.txt` beside the list; else, if the first label is a number, as many numbers as the
 * largest asks for; else the names that occur, sorted
 * @throws Error when a line has other columns, a label is none of the classes, the list is empty, or no picture can be used
 */
export async function openLabelledList(list: string, options: LabelledOptions): Promise<LabelledPictures> {
  const lines = parseList(list, await readFile(list, 'utf8'));
  if (lines.length === 0) throw new Error(`openLabelledList: ${list} names no picture`);
  const folder = dirname(list);
  const classes = options.classes ?? (await classesIn(folder)) ?? classesOf(lines.map(({ label }) => label));
  const files = lines.map((line) => ({ path: resolve(folder, line.path), label: labelOf(line, classes) }));
  return openLabelledFiles(files, classes, list, options);
}

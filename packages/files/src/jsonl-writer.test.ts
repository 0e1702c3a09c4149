import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonlWriter } from './jsonl-writer.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jsonl-'));
  path = join(directory, 'metrics.jsonl');
});
afterEach(() => rm(directory, { recursive: true }));

const text = () => readFile(path, 'utf8');

describe('JsonlWriter', () => {
  it('writes a line for each record, at once', async () => {
    const writer = new JsonlWriter(path);
    writer.write({ step: 1, loss: 0.5, note: 'two\nlines' });
    writer.write({ step: 2, loss: Number.NaN });
    expect(await text()).toBe('{"step":1,"loss":0.5,"note":"two\\nlines"}\n{"step":2,"loss":null}\n');
    writer.close();
  });

  it('appends, without a last line that was half-written', async () => {
    await writeFile(path, '{"step":1}\n{"step":2}\n{"step":3,"lo');
    const writer = new JsonlWriter(path);
    writer.write({ step: 3 });
    writer.close();
    expect(await text()).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
    expect(await readdir(directory)).toEqual(['metrics.jsonl']);
  });

  it('drops the records after the step at which a run resumes', async () => {
    await writeFile(path, '{"step":1}\n{"step":2}\n{"step":3}\n{"step":4}\n');
    new JsonlWriter(path, { keepThrough: 2 }).close();
    expect(await text()).toBe('{"step":1}\n{"step":2}\n');
  });

  it.each(['no json', 'null', '{"loss":1}'])('names a line that is no record: %s', async (line) => {
    const before = `{"step":1}\n${line}\n{"step":3}\n`;
    await writeFile(path, before);
    expect(() => new JsonlWriter(path)).toThrow(`JsonlWriter: ${path}, line 2 is no JSON object with a number 'step'`);
    expect(await text()).toBe(before);
  });
});

import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchDataset, fetchFiles } from './fetch-dataset.js';
import { manifest } from './manifest.js';

const contents: Record<string, string> = { 'a.png': 'the first', 'b.png': 'the second' };

let directory: string;
let server: Server;
let address: string;
let requests: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fetch-'));
  requests = [];
  server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    requests.push(name);
    if (name === 'cut.png') {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('only this');
      setTimeout(() => response.destroy(), 10);
    } else if (name in contents) response.end(contents[name]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

const entry = (name: string, content = contents[name] ?? '') => ({
  name,
  address: `${address}/${name}`,
  sha256: createHash('sha256').update(content).digest('hex'),
});

describe('fetchFiles', () => {
  it('downloads, and a second time keeps what is right', async () => {
    const target = join(directory, 'deep', 'folder');
    const files = [entry('a.png'), entry('b.png')];
    const paths = await fetchFiles(files, target);
    expect(paths).toEqual([join(target, 'a.png'), join(target, 'b.png')]);
    expect(await readFile(paths[1], 'utf8')).toBe('the second');
    expect(requests).toEqual(['a.png', 'b.png']);

    await writeFile(paths[1], 'mine');
    await expect(fetchFiles(files, target)).rejects.toThrow(`${paths[1]} is there already`);
    expect(await readFile(paths[1], 'utf8')).toBe('mine');
    const seen: [string, boolean][] = [];
    await fetchFiles(files, target, {
      force: true,
      onProgress: ({ file, downloaded }) => seen.push([file, downloaded]),
    });
    expect(seen).toEqual([
      ['a.png', false],
      ['b.png', true],
    ]);
    expect(requests).toEqual(['a.png', 'b.png', 'b.png']);
    expect(await readFile(paths[1], 'utf8')).toBe('the second');
    expect(await readdir(target)).toEqual(['a.png', 'b.png']);
  });

  it('keeps nothing of a file whose checksum differs, and what came before it', async () => {
    const files = [entry('a.png'), entry('b.png', 'something else')];
    await expect(fetchFiles(files, directory)).rejects.toThrow(
      `fetchDataset: ${address}/b.png has the SHA-256 ${entry('b.png').sha256}, not ${files[1].sha256}`,
    );
    expect(await readdir(directory)).toEqual(['a.png']);
  });

  it('says so when the server has no such file', async () => {
    await expect(fetchFiles([entry('none.png')], directory)).rejects.toThrow(
      `could not download ${address}/none.png (the server answered 404 Not Found)`,
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('says so when the connection breaks or cannot be made', async () => {
    await expect(fetchFiles([entry('cut.png')], directory)).rejects.toThrow('could not download');
    // port 1 of this machine: nobody listens
    const refused = { ...entry('a.png'), address: 'http://127.0.0.1:1/a.png' };
    const failure = await fetchFiles([refused], directory).catch((error: Error) => error.message);
    expect(failure).toContain('check the network');
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('fetchDataset', () => {
  it('names the data sets it knows', async () => {
    await expect(fetchDataset('imagenet', directory)).rejects.toThrow(
      "fetchDataset: there is no data set 'imagenet'; known are kodak",
    );
  });

  it('asks for the addresses of the manifest', async () => {
    const asked: unknown[] = [];
    const fetch = async (input: unknown) => {
      asked.push(input);
      return new Response('not a picture');
    };
    await expect(fetchDataset('kodak', directory, { fetch })).rejects.toThrow(manifest.kodak.files[0].sha256);
    expect(asked).toEqual(['http://r0k.us/graphics/kodak/kodak/kodim01.png']);
  });

  it.skipIf(!process.env.SANDWICH_DATA)('recognises the Kodak photographs [SANDWICH_DATA]', async () => {
    const fetch = async () => {
      throw new Error('nothing should be downloaded');
    };
    const paths = await fetchDataset('kodak', join(process.env.SANDWICH_DATA!, 'kodak'), { fetch });
    expect(paths.length).toBe(24);
    const joint = createHash('sha1');
    for (const path of paths) joint.update(await readFile(path));
    // the joint checksum in NeuralCompression's loader of this data set
    expect(joint.digest('hex')).toBe('076e2a5fd4515b5fda677f15fe63dd112d266bc5');
  });
});

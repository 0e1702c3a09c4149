import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

type Unpack = (source: string, options?: { sha256?: string; log?: (text: string) => void }) => Promise<string>;
interface Libtorch {
  origin: string;
  version: string;
  lib: string;
}

const native = (name: string) => import(new URL(`../../native/${name}`, import.meta.url).href);
const { unpackLibtorch } = (await native('unpack.mjs')) as { unpackLibtorch: Unpack };
const { locateLibtorch } = (await native('libtorch.mjs')) as { locateLibtorch: () => Libtorch | null };

// Archives that Python's zipfile wrote: fixtures/make-zips.py.
const zips: Record<string, string> = JSON.parse(
  readFileSync(new URL('../../fixtures/zips.json', import.meta.url), 'utf8'),
);
const bytesOf = (name: string) => Buffer.from(zips[name], 'base64');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('unpackLibtorch', () => {
  const environment = { ...process.env };
  const home = mkdtempSync(join(tmpdir(), 'unpack-'));
  const cache = () => join(process.env.XDG_CACHE_HOME!, 'sandwich');
  const contents = () => (existsSync(cache()) ? readdirSync(cache()) : []);
  let server: Server;
  let address: string;

  function file(name: string, bytes = bytesOf(name)): string {
    const path = join(home, `${name}.zip`);
    writeFileSync(path, bytes);
    return path;
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      const name = request.url!.slice(1);
      if (name === 'broken') {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('half');
        setTimeout(() => response.destroy(), 20);
      } else if (name === 'moved') response.writeHead(302, { location: '/wheel' }).end();
      else if (name in zips) response.end(bytesOf(name));
      else response.writeHead(404).end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    process.env.XDG_CACHE_HOME = mkdtempSync(join(home, 'cache-'));
    delete process.env.LIBTORCH;
  });
  afterAll(() => {
    server.close();
    process.env = environment;
    rmSync(home, { recursive: true });
  });

  it.each(['wheel', 'zip64'])('takes headers and libraries out of a %s, which is found then', async (name) => {
    const folder = await unpackLibtorch(file(name));
    expect(readFileSync(join(folder, 'lib/libtorch_cpu.so'), 'utf8')).toBe('library '.repeat(20));
    expect(readFileSync(join(folder, '../torch.libs/libgomp-1.so'), 'utf8')).toBe('omp');
    expect(existsSync(join(folder, '__init__.py'))).toBe(false);
    expect(locateLibtorch()).toMatchObject({ version: '2.11.0', lib: join(folder, 'lib') });
    expect(contents()).toHaveLength(2);
  });

  it('puts the last one in use and keeps the others', async () => {
    await unpackLibtorch(file('wheel'));
    const folder = await unpackLibtorch(file('libtorch'), { sha256: sha256(bytesOf('libtorch')).toUpperCase() });
    expect(locateLibtorch()).toMatchObject({ version: '1.13.0', lib: join(folder, 'lib') });
    expect(contents()).toHaveLength(3);
    await unpackLibtorch(file('wheel'));
    expect(locateLibtorch()?.version).toBe('2.11.0');
    expect(contents()).toHaveLength(3);
  });

  it('downloads, follows redirections and verifies', async () => {
    const hash = sha256(bytesOf('wheel'));
    const lines: string[] = [];
    await unpackLibtorch(`${address}/moved`, { sha256: hash, log: (line) => lines.push(line) });
    expect(locateLibtorch()?.version).toBe('2.11.0');
    expect(lines).toEqual([expect.stringMatching(/^downloading .*\(1 MiB\)$/)]);
  });

  it('refuses what it cannot use in one line and leaves nothing behind', async () => {
    const damaged = bytesOf('wheel');
    damaged[damaged.indexOf('.soomp') + 3] ^= 1;
    const hash = sha256(bytesOf('wheel'));
    const refused: [string, RegExp, string?][] = [
      [file('wheel'), /has the sha256 [0-9a-f]{64}, not 0{64}/, '0'.repeat(64)],
      [file('wheel'), /64 hexadecimal digits, got abc/, 'abc'],
      [file('empty'), /no libtorch for Linux is in it: lib\/libtorch_cpu.so is missing/],
      [file('withoutHeaders'), /no headers/],
      [file('old'), /libtorch 1\.12\.0 .* is too old: 1\.13 or newer/],
      [file('slip'), /a file outside of itself, "torch\/lib\/\.\.\/\.\.\/\.\.\/\.\.\/slipped"/],
      [file('absolute'), /a file outside of itself/],
      [file('link'), /symbolic link, torch\/lib\/link.so/],
      [file('damaged', damaged), /torch.libs\/libgomp-1.so is damaged/],
      [file('short', bytesOf('wheel').subarray(0, -40)), /not a ZIP archive/],
      [file('text', Buffer.from('<html>not here</html>')), /not a ZIP archive/],
      [file('nothing', Buffer.alloc(0)), /not a ZIP archive/],
      [join(home, 'absent.zip'), /there is no file/],
      [`${address}/wheel`, /an address needs --sha256/],
      [`${address}/wheel`, /has the sha256/, '1'.repeat(64)],
      [`${address}/absent`, /answers 404/, hash],
      [`${address}/broken`, /terminated|aborted|closed/, hash],
      ['http://127.0.0.1:1/x', /cannot be reached/, hash],
      ['ftp://host/x', /neither a file nor an http address/, hash],
    ];
    for (const [source, message, expected] of refused) {
      const error = await unpackLibtorch(source, { sha256: expected }).catch((thrown: Error) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('\n');
      expect(contents(), source).toEqual([]);
    }
    expect(existsSync(join(home, 'slipped'))).toBe(false);
  });

  it('leaves what is in use untouched when a later one fails', async () => {
    await unpackLibtorch(file('wheel'));
    await expect(unpackLibtorch(file('slip'))).rejects.toThrow(/outside/);
    expect(locateLibtorch()?.version).toBe('2.11.0');
    expect(contents()).toHaveLength(2);
  });
});

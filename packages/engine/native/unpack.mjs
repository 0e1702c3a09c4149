// Unpacks libtorch, from a ZIP archive of pytorch.org or a Python wheel, into the user's cache, where locateLibtorch()
// finds it. Needs no root. Nothing is left behind when it fails.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, statfs, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { cacheFolder, obstacle, versionIn } from './libtorch.mjs';
import { readZip } from './zip.mjs';

const LIBRARY = 'lib/libtorch_cpu.so';

const isUrl = (source) => /^https?:\/\//i.test(source);

/** Downloads to a file as the bytes come. */
async function download(url, file, log) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`${url} cannot be reached: ${error.cause?.message ?? error.message}`);
  }
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status} ${response.statusText}`);
  const length = Number(response.headers.get('content-length'));
  log(`downloading ${url}${length ? ` (${Math.ceil(length / 2 ** 20)} MiB)` : ''}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
}

async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** An entry's name as a path inside the folder that it is unpacked into; archives may name any other place. */
function requireInside(name) {
  const parts = name.split('/');
  if (name.startsWith('/') || /[\\\0]/.test(name) || /^\w:/.test(name) || parts.includes('..'))
    throw new Error(`it names a file outside of itself, ${JSON.stringify(name)}`);
}

/** Headers and libraries, wherever in the archive their folder is, and the libraries that auditwheel puts beside it. */
function selectEntries(entries) {
  for (const { name } of entries) requireInside(name);
  const library = entries.find(({ name }) => name === LIBRARY || name.endsWith(`/${LIBRARY}`));
  if (!library) throw new Error(`no libtorch for Linux is in it: ${LIBRARY} is missing`);
  const root = library.name.slice(0, -LIBRARY.length);
  const prefixes = [`${root}include/`, `${root}lib/`, ...(root ? [`${root.slice(0, -1)}.libs/`] : [])];
  const selected = entries.filter(
    ({ name, isFolder }) => !isFolder && prefixes.some((prefix) => name.startsWith(prefix)),
  );
  const link = selected.find(({ isLink }) => isLink);
  if (link) throw new Error(`it holds a symbolic link, ${link.name}`);
  return { root, selected };
}

async function requireSpace(folder, bytes) {
  const { bavail, bsize } = await statfs(folder);
  const mebibytes = (value) => `${Math.ceil(value / 2 ** 20)} MiB`;
  if (bytes > bavail * bsize)
    throw new Error(`${mebibytes(bytes)} are needed in ${folder}, ${mebibytes(bavail * bsize)} are free`);
}

async function extract(archive, folder) {
  const file = await open(archive);
  try {
    const { root, selected } = selectEntries(await readZip(file));
    await requireSpace(
      folder,
      selected.reduce((sum, { size }) => sum + size, 0),
    );
    for (const entry of selected) {
      const target = join(folder, entry.name);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(await entry.open(), createWriteStream(target, { flags: 'wx' }));
    }
    return root;
  } finally {
    await file.close();
  }
}

/** Makes `link` point to `folder` at once: there is never none, nor half of one. */
async function relink(link, folder) {
  const temporary = `${link}.${process.pid}`;
  await rm(temporary, { force: true });
  await symlink(relative(dirname(link), folder), temporary);
  await rename(temporary, link);
}

/**
 * @param {string} source   a file, or the address of one; an address wants a hash
 * @param {object} [options]
 * @param {string} [options.sha256]  what the archive must hash to, 64 hexadecimal digits; verified before anything is unpacked
 * @param {(text: string) => void} [options.log]
 * @returns {Promise<string>} the folder that libtorch now lies in
 * @throws {Error} in one line; what was there before is untouched then
 */
export async function unpackLibtorch(source, { sha256, log = () => {} } = {}) {
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
    throw new Error(`a sha256 has 64 hexadecimal digits, got ${sha256}`);
  if (isUrl(source) && !sha256) throw new Error('an address needs --sha256, the hash that its publisher states');
  if (/^[a-z]+:\/\//i.test(source) && !isUrl(source) && !source.startsWith('file:'))
    throw new Error(`${source} is neither a file nor an http address`);
  const local = source.startsWith('file:') ? fileURLToPath(source) : source;
  if (!isUrl(source) && !existsSync(local)) throw new Error(`there is no file ${local}`);

  const cache = cacheFolder();
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(join(cache, 'unpacking-'));
  const clean = () => rmSync(temporary, { recursive: true, force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', clean).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const archive = isUrl(source) ? join(temporary, 'archive.zip') : local;
    if (isUrl(source)) await download(source, archive, log);
    const hash = await sha256Of(archive);
    if (sha256 && hash !== sha256.toLowerCase())
      throw new Error(`${source} has the sha256 ${hash}, not ${sha256.toLowerCase()}`);
    const contents = join(temporary, 'contents');
    await mkdir(contents);
    const root = await extract(archive, contents);
    const version = versionIn(join(contents, root, 'include'));
    if (version === null) throw new Error('no headers of libtorch are in it');
    const tooOld = obstacle({ version, origin: source });
    if (tooOld) throw new Error(tooOld);
    const target = join(cache, `libtorch-${version}-${hash.slice(0, 12)}`);
    if (!existsSync(target)) await rename(contents, target);
    await relink(join(cache, 'libtorch'), join(target, root));
    return resolve(target, root);
  } finally {
    process.off('exit', clean).off('SIGINT', interrupted).off('SIGTERM', interrupted);
    clean();
  }
}

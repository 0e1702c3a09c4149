import assert from 'node:assert/strict';
import type { Picture } from '@sandwich/pictures';
import type { Codec } from '../codec.js';
import { lumaBt601 } from '../jpeg/color/color-conversion.js';
import { psnr } from './psnr.js';
import { testPicture } from './test-picture.js';

const highestOf = ({ qualities }: Codec): number => qualities.at(-1)!;
const rejects = (promise: Promise<unknown>, message: string | RegExp): Promise<void> =>
  assert.rejects(promise, (error: Error) => {
    if (typeof message === 'string')
      assert.ok(error.message.includes(message), `'${error.message}' without '${message}'`);
    else assert.match(error.message, message);
    return true;
  });

function assertAbove(value: number, bound: number, what: string): void {
  assert.ok(value > bound, `${what} is ${value}, expected more than ${bound}`);
}

async function comesBack(codec: Codec, width: number, height: number): Promise<void> {
  const image = testPicture(width, height);
  const decoded = await codec.decode(await codec.encode(image, highestOf(codec)));
  const { data, channels } = decoded;
  assert.deepEqual({ width: decoded.width, height: decoded.height, channels }, { width, height, channels: 3 });
  assert.ok(data instanceof Uint8Array, 'samples are no Uint8Array');
  assert.equal(data.length, 3 * width * height);
  assertAbove(psnr(image, decoded), 30, 'PSNR at the highest quality');
}

/** Quarters in red, green, blue and white, 32x32. */
function primaries(): Picture<Uint8Array> {
  const colors = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
  const data = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 32, Math.floor(i / 96)];
    return colors[3 * ((x >> 4) + 2 * (y >> 4)) + (i % 3)];
  });
  return { data, width: 32, height: 32, channels: 3 };
}

/**
 * What every codec must do, by name: for the test runner of your choice, a test each.
 *
 * @example
 * describe('my codec', () => {
 *   it.each(Object.entries(codecTests))('%s', (_, test) => test(createMyCodec()));
 * });
 */
export const codecTests: Readonly<Record<string, (codec: Codec) => Promise<void>>> = {
  async 'says what it is'({ settings, qualities }) {
    const text = JSON.stringify(settings);
    assert.match(text, /\d+\.\d+\.\d+/, 'settings name no version');
    assert.doesNotMatch(text, /unknown|undefined/);
    assert.deepEqual(
      qualities,
      qualities.toSorted((a, b) => a - b),
      'qualities do not rise',
    );
  },

  async 'spends more bytes for more quality'(codec) {
    const image = testPicture(112, 96);
    const files = await Promise.all(codec.qualities.map((quality) => codec.encode(image, quality)));
    const sizes = files.map(({ length }) => length);
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
      'sizes do not rise with the quality',
    );
    assertAbove(sizes.at(-1)! / sizes[0], 3, 'the size of the largest file to that of the smallest');
    const [worst, best] = await Promise.all([files[0], files.at(-1)!].map(codec.decode));
    assertAbove(psnr(image, worst), 18, 'PSNR at the lowest quality');
    assert.ok(psnr(image, worst) < 36, `PSNR at the lowest quality is ${psnr(image, worst)}, expected less than 36`);
    assertAbove(psnr(image, best), 35, 'PSNR at the highest quality');
  },

  'brings 1x1 pixel back': (codec) => comesBack(codec, 1, 1),
  'brings 1x17 pixels back': (codec) => comesBack(codec, 1, 17),
  'brings 18x1 pixels back': (codec) => comesBack(codec, 18, 1),
  'brings 33x19 pixels back': (codec) => comesBack(codec, 33, 19),

  async 'keeps primary colours apart'(codec) {
    const image = primaries();
    const decoded = await codec.decode(await codec.encode(image, highestOf(codec)));
    for (const [x, y] of [
      [8, 8],
      [24, 8],
      [8, 24],
      [24, 24],
    ]) {
      for (let c = 0, at = 3 * (32 * y + x); c < 3; c++, at++) {
        const error = Math.abs(decoded.data[at] - image.data[at]);
        assert.ok(error < 12, `channel ${c} at ${x}, ${y} is ${decoded.data[at]}, not ${image.data[at]}`);
      }
    }
  },

  async 'says smaller steps for more quality'({ name, step }) {
    if (!step) return;
    const steps = Array.from({ length: 100 }, (_, i) => Math.fround(step(i + 1)));
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => b - a),
      'steps do not fall with the quality',
    );
    assert.ok(
      steps.every((each) => each >= 1 && each < 256),
      `steps are not 1 to 255, but ${steps.join(', ')}`,
    );
    assert.throws(() => step(0), { message: `${name}.step: quality must be a whole number of 1 to 100, got 0` });
  },

  async 'takes grayscale'(codec) {
    const image = lumaBt601(testPicture(40, 24));
    const decoded = await codec.decode(await codec.encode(image, highestOf(codec)));
    const { width, height, channels } = decoded;
    assert.deepEqual({ width, height, channels }, { width: 40, height: 24, channels: codec.grayscale ? 1 : 3 });
    assertAbove(psnr(image, decoded), 38, 'PSNR at the highest quality');
  },

  async 'does the same twice'(codec) {
    const image = testPicture(40, 24);
    const [lowest] = codec.qualities;
    assert.deepEqual(await codec.encode(image, lowest), await codec.encode(image, lowest));
  },

  async 'rejects malformed images and qualities'({ name, encode }) {
    const image = testPicture(4, 3);
    const tooLittle = { ...image, data: image.data.subarray(1) };
    await rejects(encode(tooLittle, 50), `${name}.encode: image.data must hold 4 x 3 x 3 = 36 samples, got 35`);
    await rejects(encode({ ...image, width: 0 }, 50), `${name}.encode: image.width must be`);
    await rejects(
      encode({ ...image, channels: 4 as 3 }, 50),
      `${name}.encode: image.channels must be 1 (luma) or 3 (RGB), got 4`,
    );
    for (const quality of [0, 101, 50.5, Number.NaN]) {
      const message = `${name}.encode: quality must be a whole number of 1 to 100, got ${quality}`;
      await rejects(encode(image, quality), message);
    }
  },

  async 'rejects what is not a whole file of its own'(codec) {
    const { name, decode } = codec;
    const file = await codec.encode(testPicture(70, 50), highestOf(codec));
    const cut = file.subarray(0, file.length >> 1);
    await rejects(decode(cut), new RegExp(`^${name}.decode: .*file of ${cut.length} bytes: .*\\w+`, 's'));
    await rejects(decode(new Uint8Array(0)), /^\w+.decode: these 0 bytes are no .* file/);
    const other = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1');
    await rejects(decode(other), 'begin with "89 50 4e 47 0d 0a 1a 0a');
    await rejects(decode('file' as never), `${name}.decode: bytes must be a Uint8Array, got [object String]`);
  },
};

/**
 * Puts a codec through all of `codecTests`, such as a driver of your own: sizes and errors follow the quality, pictures of any sides come
 * back, and what is malformed is refused in the words of `checkedCodec`.
 *
 * @throws Error for the first test that it does not pass, with the codec, the test and what was found
 * @example
 * it('does what a codec must', async () => testCodec(createMyCodec()));
 */
export async function testCodec(codec: Codec): Promise<void> {
  for (const [name, test] of Object.entries(codecTests)) {
    await test(codec).catch((error: Error) => {
      throw new Error(`testCodec: ${codec.name} does not pass '${name}': ${error.message}`, { cause: error });
    });
  }
}

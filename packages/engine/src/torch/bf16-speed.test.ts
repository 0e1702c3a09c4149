import { afterEach, describe, expect, it, vi } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';
import { loadAddon } from './addon.js';
import { bf16Warning, timeConvolutions } from './bf16-speed.js';

vi.mock('./bf16-speed.js', async (original) => {
  const actual = await original<typeof import('./bf16-speed.js')>();
  return { ...actual, timeConvolutions: vi.fn(actual.timeConvolutions) };
});

describe('bf16Warning', () => {
  it('says by how much bf16 is slower, and nothing where it is not', () => {
    expect(bf16Warning({ fp32: 2, bf16: 6.8 })).toEqual([
      expect.stringContaining('takes 3.4 times as long as in fp32'),
    ]);
    expect(bf16Warning({ fp32: 2, bf16: 2 })).toEqual([]);
    expect(bf16Warning({ fp32: 2, bf16: 1 })).toEqual([]);
  });
});

describe.skipIf(!presentEngines().includes('torch'))('the torch engine on a CPU', () => {
  afterEach(async () => {
    vi.restoreAllMocks();
    await startEngine();
  });

  it('measures a convolution in both precisions, and leaves nothing behind', async () => {
    await startEngine({ engine: 'torch', threads: 1 });
    const addon = loadAddon();
    const before = addon.liveTensors();
    for (const time of Object.values(timeConvolutions(addon))) {
      expect(time).toBeGreaterThan(0);
      expect(time).toBeLessThan(Number.POSITIVE_INFINITY);
    }
    expect(addon.liveTensors()).toBe(before);
  });

  it.each([
    [{ fp32: 1, bf16: 4 }, true],
    [{ fp32: 4, bf16: 1 }, false],
  ])('warns at the start in bf16 of times %j: %s', async (times, warns) => {
    vi.mocked(timeConvolutions).mockClear().mockReturnValue(times);
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await startEngine({ engine: 'torch', threads: 1 });
    expect(timeConvolutions).not.toHaveBeenCalled();
    await startEngine({ engine: 'torch', threads: 1, precision: 'bf16' });
    expect(timeConvolutions).toHaveBeenCalledTimes(1);
    const said = write.mock.calls.map(([text]) => text).join('');
    expect(said.includes('takes 4.0 times as long as in fp32')).toBe(warns);
    expect((tf.backend() as { precision?: string }).precision).toBe('bf16');
  });
});

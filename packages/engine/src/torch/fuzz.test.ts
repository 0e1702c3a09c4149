import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addonExists } from './addon.js';

const command = fileURLToPath(new URL('../../native/fuzz.mjs', import.meta.url));

// The short form of `node packages/engine/native/fuzz.mjs`, which makes 10,000 calls.
describe.skipIf(!addonExists())('fuzz', () => {
  it('ends every random call of every operator with a result or an error', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, '--calls', '1500', '--seed', '5'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { calls, operators, codes } = JSON.parse(stdout);
    expect(calls).toBe(1500);
    expect(operators).toBeGreaterThan(150);
    // A fair part reaches the kernels, and all kinds of refusals are met.
    expect(codes.returned + codes.ERR_LIBTORCH).toBeGreaterThan(600);
    expect(Object.keys(codes)).toEqual(
      expect.arrayContaining(['ERR_ARGUMENT', 'ERR_TENSOR_RELEASED', 'ERR_DEVICE', 'ERR_LIBTORCH', 'RangeError']),
    );
  });

  it('keeps memory flat over 10,000 calls', () => {
    const { status, stdout } = spawnSync(process.execPath, [command, '--calls', '10000', '--seed', '6', '--right'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(status).toBe(0);
    const { memory } = JSON.parse(stdout);
    expect(memory).toHaveLength(5);
    // MiB at each fifth; the first one warms caches up.
    expect(memory[4] - memory[1]).toBeLessThan(24);
  });
});

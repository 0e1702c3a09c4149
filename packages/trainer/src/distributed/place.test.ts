import { describe, expect, it } from 'vitest';
import { placeIn } from './place.js';

const complete = { RANK: '1', WORLD_SIZE: '4', MASTER_ADDR: 'node-0', MASTER_PORT: '29500' };

describe('placeIn', () => {
  it('reads what torchrun sets', () => {
    const place = { rank: 1, size: 4, host: 'node-0', port: 29500 };
    expect(placeIn(complete)).toEqual({
      ...place,
      localRank: 0,
      localSize: undefined,
      storeExists: false,
      attempt: '0',
    });
    const more = {
      LOCAL_RANK: '1',
      LOCAL_WORLD_SIZE: '2',
      TORCHELASTIC_USE_AGENT_STORE: 'True',
      TORCHELASTIC_RESTART_COUNT: '3',
    };
    expect(placeIn({ ...complete, ...more })).toEqual({
      ...place,
      localRank: 1,
      localSize: 2,
      storeExists: true,
      attempt: '3',
    });
  });

  it('finds one process alone', () => {
    expect(placeIn({})).toBe(undefined);
    expect(placeIn({ RANK: '0', WORLD_SIZE: '1' })).toBe(undefined);
    expect(placeIn({ MASTER_ADDR: 'node-0', MASTER_PORT: '29500' })).toBe(undefined);
  });

  it.each([
    [{ MASTER_PORT: undefined }, /RANK, WORLD_SIZE, MASTER_ADDR is set, MASTER_PORT is not$/],
    [{ WORLD_SIZE: undefined, MASTER_ADDR: '' }, /RANK, MASTER_PORT is set, WORLD_SIZE, MASTER_ADDR is not$/],
    [{ RANK: '4' }, "RANK must be an integer of 0 to 3, got '4'"],
    [{ RANK: '-1' }, "RANK must be an integer of 0 to 3, got '-1'"],
    [{ RANK: '0', WORLD_SIZE: 'two' }, "WORLD_SIZE must be an integer of 1 to 65536, got 'two'"],
    [{ MASTER_PORT: '70000' }, "MASTER_PORT must be an integer of 1 to 65535, got '70000'"],
    [{ LOCAL_RANK: '' }, "LOCAL_RANK must be an integer of 0 to 3, got ''"],
  ])('refuses %j', (change, message) => {
    expect(() => placeIn({ ...complete, ...change })).toThrow(message);
  });
});

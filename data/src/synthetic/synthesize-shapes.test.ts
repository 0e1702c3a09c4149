import { describe, expect, it } from 'vitest';
import type { Batch } from '../batch-stream.js';
import { openShapeStream, type ShapeStreamOptions } from './shape-stream.js';
import { shapeClasses, synthesizeShapes } from './synthesize-shapes.js';

describe('synthesizeShapes', () => {
  it('fills as much of its box as the shape does: pi / 4, all or half', () => {
    const shares: Record<string, number[]> = { disc: [], square: [], triangle: [] };
    for (let seed = 0; seed < 24; seed++) {
      const { picture, labels } = synthesizeShapes({ width: 96, height: 80, seed, count: 1 });
      const places = [...labels.keys()].filter((at) => labels[at] > 0);
      const label = labels[places[0]];
      const [xs, ys] = [places.map((at) => at % 96), places.map((at) => Math.floor(at / 96))];
      const box = (Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1);
      shares[shapeClasses[label]].push(places.length / box);
      // One shape of one colour, and nothing of it touched by another.
      expect(new Set(places.map((at) => labels[at])).size).toBe(1);
      expect(new Set(places.map((at) => picture.data.subarray(3 * at, 3 * at + 3).join())).size).toBe(1);
    }
    for (const [name, wanted] of Object.entries({ disc: Math.PI / 4, square: 1, triangle: 0.5 })) {
      expect(shares[name].length).toBeGreaterThan(3);
      for (const share of shares[name]) expect(Math.abs(share - wanted)).toBeLessThan(0.04);
    }
  });

  it('depends on the seed, and leaves the background as it is', async () => {
    const size = { width: 40, height: 32 };
    const one = synthesizeShapes({ ...size, seed: 5 });
    expect(synthesizeShapes({ ...size, seed: 5 })).toEqual(one);
    expect(synthesizeShapes({ ...size, seed: 6 }).labels).not.toEqual(one.labels);
    const bare = synthesizeShapes({ ...size, seed: 5, count: 0 });
    for (const [at, label] of one.labels.entries()) {
      if (label === 0) expect(one.picture.data[3 * at]).toBe(bare.picture.data[3 * at]);
    }
  });
});

describe('openShapeStream', () => {
  const options = { seed: 2, side: 16, batchSize: 4, purpose: 'train', count: 6 } as const;
  async function take(count: number, changes: Partial<ShapeStreamOptions> = {}): Promise<Batch[]> {
    const stream = openShapeStream({ ...options, ...changes });
    const batches: Batch[] = [];
    for (let i = 0; i < count; i++) {
      const batch = await stream.next();
      if (!batch) break;
      batches.push(batch);
    }
    await stream.close();
    return batches;
  }

  it('goes on exactly at a position, and is shared by processes', async () => {
    const whole = await take(3);
    expect(whole[0].arrays.images.shape).toEqual([4, 16, 16, 3]);
    expect(whole[0].arrays.labels.shape).toEqual([4, 16, 16]);
    expect(await take(2, { position: 1 })).toEqual(whole.slice(1));
    const shares = await Promise.all([0, 1].map((rank) => take(1, { share: { rank, size: 2 } })));
    const joined = shares.flatMap(([{ arrays }]) => [...arrays.labels.values]);
    expect(joined).toEqual([...whole[0].arrays.labels.values]);
    expect(() => openShapeStream({ ...options, share: { rank: 0, size: 3 } })).toThrow('shared equally by 3 processes');
  });

  it('ends where it is for judging, on other pictures', async () => {
    const batches = await take(9, { purpose: 'validate' });
    expect(batches.map(({ files }) => files.length)).toEqual([4, 2]);
    expect(batches[0].arrays.labels.values).not.toEqual((await take(1))[0].arrays.labels.values);
  });
});

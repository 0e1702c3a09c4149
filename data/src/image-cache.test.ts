import { describe, expect, it } from 'vitest';
import { ImageCache } from './image-cache.js';

/** A cache of 100 bytes whose images have 40, and the paths that it loaded. */
function createCache() {
  const loaded: string[] = [];
  const cache = new ImageCache(async (path) => {
    loaded.push(path);
    if (path === 'bad') throw new Error('cannot be loaded');
    return { data: new Uint8Array(40), width: 1, height: 1, channels: 3 };
  }, 100);
  return { cache, loaded };
}

describe('ImageCache', () => {
  it('loads an image once', async () => {
    const { cache, loaded } = createCache();
    const [first, second] = await Promise.all([cache.get('a'), cache.get('a')]);
    expect(second).toBe(first);
    expect(await cache.get('a')).toBe(first);
    expect(loaded).toEqual(['a']);
  });

  it('forgets the least recently used beyond its bytes', async () => {
    const { cache, loaded } = createCache();
    await cache.get('a');
    await cache.get('b');
    await cache.get('a');
    await cache.get('c');
    await cache.get('a');
    await cache.get('c');
    expect(loaded).toEqual(['a', 'b', 'c']);
    await cache.get('b');
    expect(loaded).toEqual(['a', 'b', 'c', 'b']);
  });

  it('tries again what failed', async () => {
    const { cache, loaded } = createCache();
    await expect(cache.get('bad')).rejects.toThrow('cannot be loaded');
    await expect(cache.get('bad')).rejects.toThrow('cannot be loaded');
    expect(loaded).toEqual(['bad', 'bad']);
  });

  it('starts anew when cleared', async () => {
    const { cache, loaded } = createCache();
    await cache.get('a');
    cache.clear();
    await cache.get('a');
    expect(loaded).toEqual(['a', 'a']);
  });
});

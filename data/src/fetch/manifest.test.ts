import { describe, expect, it } from 'vitest';
import { manifest } from './manifest.js';

describe('manifest', () => {
  it('holds the 24 Kodak photographs for evaluation', () => {
    expect(manifest.kodak.split).toBe('evaluation');
    expect(manifest.kodak.files.length).toBe(24);
  });

  it.each(Object.entries(manifest))('%s is complete', (_, dataset) => {
    expect(dataset.title).not.toBe('');
    expect(dataset.licence).not.toBe('');
    expect(dataset.homepage).toMatch(/^https?:\/\//);
    expect(['training', 'evaluation']).toContain(dataset.split);
    const names = dataset.files.map((file) => file.name);
    expect(new Set(names).size).toBe(names.length);
    for (const file of dataset.files) {
      expect(file.name).toMatch(/^[\w.-]+$/);
      expect(file.address).toMatch(/^https?:\/\//);
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

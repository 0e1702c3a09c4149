import { describe, expect, it } from 'vitest';
import { readLink, writeLink } from './link.js';

describe('link', () => {
  it('holds any texts', () => {
    const values = { item: 'a&b=c #?/ü+.png', left: 'sandwich/compressed bottleneck', view: '3.5,10,20', '': '%' };
    expect(readLink(writeLink({ tab: 'pictures', values }))).toEqual({ tab: 'pictures', values });
  });

  it('is easy to read', () => {
    const values = { left: 'JPEG, flat tables/', view: '3,10.5,20' };
    expect(writeLink({ tab: 'pictures', values })).toBe('#pictures?left=JPEG,+flat+tables/&view=3,10.5,20');
    expect(writeLink({ tab: 'run', values: {} })).toBe('#run');
  });

  it('comes out of what is no link', () => {
    expect(readLink('')).toEqual({ tab: '', values: {} });
    expect(readLink('#a?%E0%A4%A&b')).toMatchObject({ tab: 'a', values: { b: '' } });
  });
});

import { expect, it } from 'vitest';
import { fillRegions } from './marked-regions.js';

const fill = (text: string) => fillRegions(text, { file: 'a.md', kind: 'results', bodies: { one: '1\n2', two: '3' } });

it('fills regions by name and leaves all else as it is', () => {
  const text =
    'a\n<!-- results:two -->\nold\n<!-- /results:two -->\nb\n<!-- results:one -->\n<!-- /results:one -->\n<!-- x -->\n';
  const filled =
    'a\n<!-- results:two -->\n3\n<!-- /results:two -->\nb\n<!-- results:one -->\n1\n2\n<!-- /results:one -->\n<!-- x -->\n';
  expect(fill(text)).toBe(filled);
  expect(fill(filled)).toBe(filled);
  expect(fill('no region')).toBe('no region');
});

it('refuses regions that it cannot fill', () => {
  expect(() => fill('<!-- results:three -->\n<!-- /results:three -->')).toThrow(
    'a.md: <!-- results:three --> names nothing that is generated; known are one, two',
  );
  expect(() => fill('<!-- results:constructor -->\n<!-- /results:constructor -->')).toThrow('names nothing');
  expect(() => fill('<!-- results:one -->\n<!-- /results:two -->')).toThrow(
    'a.md: <!-- results:one --> has no <!-- /results:one -->',
  );
  expect(() =>
    fill('<!-- results:one -->\n<!-- results:two -->\n<!-- /results:two -->\n<!-- /results:one -->'),
  ).toThrow('begins within another one');
});

import { describe, expect, it } from 'vitest';
import { HOSTILE, sampleInspection, sampleOfTwo } from '../testing/sample-inspection.js';
import { readInspection } from './read-inspection.js';
import { renderInspection } from './render-inspection.js';

const scripts = (html: string) => [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);

describe('renderInspection', () => {
  it('embeds data that come out as they went in', () => {
    expect(readInspection(renderInspection(sampleInspection()))).toEqual(sampleInspection());
    expect(() => readInspection('<p>')).toThrow('holds no inspection');
  });

  it('embeds a picture that several runs share once', () => {
    const html = renderInspection(sampleOfTwo());
    const { source } = sampleOfTwo().runs[1].items[1].original;
    expect(html.split(source).length - 1).toBe(1);
    expect(readInspection(html)).toEqual(sampleOfTwo());
  });

  it('lets no text end an element or begin one', () => {
    const html = renderInspection(sampleInspection());
    const [run] = sampleInspection().runs;
    const harmless = renderInspection({
      title: 'Run',
      measures: [],
      runs: [{ ...run, title: 'Run', configuration: [], facts: [], items: [], results: null }],
    });
    expect(html).not.toContain(HOSTILE);
    expect(html).not.toContain('<script>window.injected');
    expect(html).not.toContain('<img src=x');
    expect(scripts(html)).toEqual(scripts(harmless));
    expect(html).toContain('<title>Run &#60;/script&#62;');
  });

  it('loads nothing', () => {
    const html = renderInspection(sampleInspection());
    expect(html).not.toMatch(/<(script|img|link|iframe)\b[^>]*\s(src|href)="(?!data:)/);
    expect(html).not.toMatch(/@import|url\((?!["']?data:)[^)]*\)\s*format/);
    expect(html).toContain("default-src 'none'");
  });

  it('is the same for the same data', () => {
    expect(renderInspection(sampleInspection())).toBe(renderInspection(sampleInspection()));
  });

  it('is small without pictures', () => {
    const [run] = sampleInspection().runs;
    const data = { ...sampleInspection(), runs: [{ ...run, items: [], trainingPictures: null }] };
    expect(renderInspection(data).length).toBeLessThan(1_000_000);
  });
});

import { describe, expect, it } from 'vitest';
import { HOSTILE, sampleInspection } from '../testing/sample-inspection.js';
import { renderInspection } from './render-inspection.js';

const scripts = (html: string) => [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);

describe('renderInspection', () => {
  it('embeds data that come out as they went in', () => {
    const html = renderInspection(sampleInspection());
    const [, json] = /<script type="application\/json" id="inspection">(.*?)<\/script>/s.exec(html)!;
    expect(JSON.parse(json)).toEqual(sampleInspection());
  });

  it('lets no text end an element or begin one', () => {
    const html = renderInspection(sampleInspection());
    const harmless = renderInspection({ ...sampleInspection(), title: 'Run', configuration: [], facts: [] });
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
    expect(renderInspection({ ...sampleInspection(), images: [] }).length).toBeLessThan(1_000_000);
  });
});

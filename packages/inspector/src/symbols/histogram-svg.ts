const SIZES = { small: { bar: 3, height: 32 }, large: { bar: 18, height: 160 } } as const;
const LABELS = 14;

/**
 * A histogram as SVG: a bar a value, as high as its share of the most frequent one. The large one has values below and counts as tooltips.
 *
 * @param counts of the values from `lowest` on
 */
export function histogramSvg(counts: readonly number[], lowest: number, size: keyof typeof SIZES): string {
  const { bar, height } = SIZES[size];
  const most = Math.max(...counts, 1);
  const isLarge = size === 'large';
  const bars = counts.map((count, i) => {
    const tall = (height * count) / most;
    const tip = isLarge ? `<title>${i + lowest}: ${count}</title>` : '';
    return `<rect x="${i * bar}" y="${(height - tall).toFixed(2)}" width="${bar - 1}" height="${tall.toFixed(2)}">${tip}</rect>`;
  });
  const labels = isLarge
    ? counts.map((_, i) => `<text x="${i * bar + (bar - 1) / 2}" y="${height + LABELS - 3}">${i + lowest}</text>`)
    : [];
  const [width, tall] = [counts.length * bar, height + (isLarge ? LABELS : 0)];
  return `<svg class="${size}" viewBox="0 0 ${width} ${tall}" width="${width}" height="${tall}" role="img" aria-label="histogram of symbols">${bars.join('')}${labels.join('')}</svg>`;
}

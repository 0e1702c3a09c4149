import { type ChartTheme, figureTheme } from '../../src/chart/line-chart-spec.js';
import { useMedia } from '../hooks/use-media.js';

/** The figures' colours, and lighter ones of the same hues for a dark ground. */
const COLOURS = {
  light: figureTheme.colours,
  dark: ['#58a6e8', '#f2874b', '#2ec59a', '#e29bc4', '#f0b63c', '#9fd6f7', '#e8e8e8'],
};

/** Charts that look like the rest of the page, light or dark. */
export function useChartTheme(): ChartTheme {
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: colour('--text-soft'),
    grid: colour('--line'),
    background: colour('--surface'),
    colours: isDark ? COLOURS.dark : COLOURS.light,
  };
}

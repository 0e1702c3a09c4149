import type { RateCurve, ShownMeasure, ShownRun } from '../../src/inspection.js';
import { capital } from '../capital.js';
import type { ChartCurve } from '../charts/chart-data.js';
import { measureTitle } from '../measure-title.js';

/** A curve under a name that no other one of the page has. */
export interface NamedCurve extends RateCurve {
  /** The runs that have it. */
  runs: string[];
}

const isSame = (a: RateCurve, b: RateCurve): boolean =>
  a.role !== 'candidate' && a.name === b.name && JSON.stringify(a.points) === JSON.stringify(b.points);

/** The curves of one set of all runs that have it: candidates first, each anchor that several runs share once. */
export function curvesOfSet(runs: readonly ShownRun[], set: string): NamedCurve[] {
  const all: NamedCurve[] = [];
  for (const { id, results } of runs) {
    for (const curve of results?.sets.find(({ name }) => name === set)?.curves ?? []) {
      const known = all.find((other) => isSame(other, curve));
      if (known) known.runs.push(id);
      else all.push({ ...curve, runs: [id] });
    }
  }
  const isTaken = (curve: NamedCurve) => all.some((other) => other !== curve && other.name === curve.name);
  const named = all.map((curve) => {
    const needsRun = runs.length > 1 && (curve.role === 'candidate' || isTaken(curve));
    return { ...curve, name: capital(needsRun ? `${curve.name} · ${curve.runs.join(', ')}` : curve.name) };
  });
  const isCandidate = ({ role }: NamedCurve) => role === 'candidate';
  return [...named.filter(isCandidate), ...named.filter((curve) => !isCandidate(curve))];
}

/** Curves of one measure over the rate, to be drawn; without points where the measure has no value. */
export function rateCurves(
  curves: readonly RateCurve[],
  measure: ShownMeasure,
  colours: readonly string[],
): ChartCurve[] {
  const { key, digits } = measure;
  return curves.map(({ name, role, points }, i) => ({
    name,
    colour: colours[i % colours.length],
    dashed: role !== 'candidate',
    points: points.flatMap(({ setting, bpp, estimatedBpp, measures }) => {
      const y = measures[key];
      if (y === null || y === undefined) return [];
      const details: [string, string][] = [
        [measureTitle(measure), y.toFixed(digits)],
        ['bpp', bpp.toFixed(3)],
      ];
      if (estimatedBpp !== null) details.push(['estimated', estimatedBpp.toFixed(3)]);
      if (setting !== '') details.push(['setting', setting]);
      return [{ x: bpp, y, details }];
    }),
  }));
}

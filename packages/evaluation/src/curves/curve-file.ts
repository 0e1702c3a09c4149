import { dirname } from 'node:path';
import { makeFolder, writeFileAtomically } from '@sandwich/files';
import type { Curve } from './curve.js';

/** A curve in CompressAI's schema, without the measures that lack a value. */
export function publishableCurve({ name, description, results }: Curve) {
  const complete = Object.entries(results).filter(([, values]) => !values.includes(null));
  return { name, description, results: Object.fromEntries(complete) as Record<string, number[]> };
}

/** Writes a curve in CompressAI's schema, which its plot tool and `readPublishedCurves` read, and makes its folder. */
export async function writeCurve(file: string, curve: Curve): Promise<void> {
  await makeFolder(dirname(file));
  await writeFileAtomically(file, `${JSON.stringify(publishableCurve(curve), null, 2)}\n`);
}

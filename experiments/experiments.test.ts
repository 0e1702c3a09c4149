import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '@sandwich/cli';
import {
  type ClassifierName,
  classifierWeightsFile,
  lpipsWeightsFile,
  type SandwichDefinition,
} from '@sandwich/models';
import { listExperiments, loadExperiment, resolveSettings } from '@sandwich/trainer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const LPIPS = /^lpips-(.*)$/;

/** Files of weights that the experiment trains with and that are not there. */
async function missingWeights(name: string): Promise<string[]> {
  const { definition } = await loadExperiment(name);
  const { recognisers } = definition.settings as { recognisers?: string };
  if (recognisers !== undefined) {
    const files = recognisers.split(',').map((each) => classifierWeightsFile(each as ClassifierName));
    return files.filter((file) => !existsSync(file));
  }
  const { distortion } = definition as SandwichDefinition;
  const mix = (await distortion?.(resolveSettings(definition) as never)) ?? {};
  const nets = Object.keys(mix).flatMap((distortion) => LPIPS.exec(distortion)?.[1] ?? []);
  return nets.map((net) => lpipsWeightsFile(net as 'alex')).filter((file) => !existsSync(file));
}

let printed = '';
let folder: string;
beforeEach(async () => {
  printed = '';
  const print = (text: string | Uint8Array) => {
    printed += text;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(process.stderr, 'write').mockImplementation(print);
  folder = await mkdtemp(join(tmpdir(), 'experiments-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('sandwich train --fast-dev-run', async () => {
  const experiments = listExperiments();
  it('finds experiments', () => {
    expect(experiments).toContain('color-over-grayscale');
    expect(experiments).not.toContain('experiments');
  });

  for (const name of experiments) {
    const missing = await missingWeights(name);
    const title = missing.length === 0 ? name : `${name}: there is no ${missing.join(', ')}`;
    it.skipIf(missing.length > 0)(title, async () => {
      const code = await main(['train', name, '--fast-dev-run']);
      expect(code, printed).toBe(0);
      expect(printed).toContain(`${name}: 3 steps and an evaluation went through`);
      expect(await readdir(folder)).toEqual([]);
    });
  }
});

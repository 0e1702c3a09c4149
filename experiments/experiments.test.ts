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
import { listExperiments, loadExperiment, type ObjectiveDefinition, resolveSettings } from '@sandwich/trainer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** Experiments whose systems are compared with nothing. */
const NOT_EVALUATED = ['resnet20-cifar10', 'segment-shapes'];

const LPIPS = /^lpips-(.*)$/;

/** Files of weights and of labelled pictures that the experiment trains with and that are not there. */
async function missingFiles(name: string): Promise<string[]> {
  const { definition } = await loadExperiment(name);
  const { images } = definition as { images?: string };
  const pictures = images === undefined ? [] : [join(process.env.SANDWICH_DATA ?? 'data', images)];
  return [...pictures, ...(await weightsOf(definition))].filter((file) => !existsSync(file));
}

/** Files of weights that an experiment trains with. */
async function weightsOf(definition: ObjectiveDefinition): Promise<string[]> {
  const { recognisers } = definition.settings as { recognisers?: string };
  if (recognisers !== undefined) {
    return recognisers.split(',').map((each) => classifierWeightsFile(each as ClassifierName));
  }
  const { distortion } = definition as unknown as SandwichDefinition;
  const mix = (await distortion?.(resolveSettings(definition) as never)) ?? {};
  const nets = Object.keys(mix).flatMap((distortion) => LPIPS.exec(distortion)?.[1] ?? []);
  return nets.map((net) => lpipsWeightsFile(net as 'alex'));
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
    const missing = await missingFiles(name);
    const title = missing.length === 0 ? name : `${name}: there is no ${missing.join(', ')}`;
    it.skipIf(missing.length > 0)(title, async () => {
      const code = await main(['train', name, '--fast-dev-run']);
      expect(code, printed).toBe(0);
      const done = NOT_EVALUATED.includes(name) ? '3 steps' : '3 steps and an evaluation';
      expect(printed).toContain(`${name}: ${done} went through`);
      expect(await readdir(folder)).toEqual([]);
    });
  }
});

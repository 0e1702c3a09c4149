import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import tinySandwich from '../../testing/tiny-sandwich.js';
import { listExperiments, loadExperiment } from './load-experiment.js';

const folder = useTemporaryFolder();
const start = process.cwd();
beforeEach(() => process.chdir(folder()));
afterEach(() => process.chdir(start));

const GOOD = "export default { description: 'good', settings: {}, objective: () => ({}) };";

async function writeExperiments(files: Record<string, string>): Promise<void> {
  await mkdir('experiments');
  for (const [name, text] of Object.entries(files)) await writeFile(join('experiments', name), text);
}

describe('loadExperiment', () => {
  it('loads by the name of a file in experiments/, and by path', async () => {
    await writeExperiments({ 'some-thing.ts': GOOD });
    const byName = await loadExperiment('some-thing');
    expect(byName).toMatchObject({ name: 'some-thing', file: join('experiments', 'some-thing.ts') });
    expect(byName.definition.description).toBe('good');
    // What a run directory remembers is the file: it loads the same.
    expect(await loadExperiment(byName.file)).toEqual(byName);
    await writeFile('elsewhere.js', GOOD);
    expect(await loadExperiment(join(folder(), 'elsewhere.js'))).toMatchObject({ name: 'elsewhere' });
  });

  it('loads TypeScript that imports packages', async () => {
    const path = fileURLToPath(new URL('../../testing/tiny-sandwich.ts', import.meta.url));
    const { name, definition } = await loadExperiment(path);
    expect(name).toBe('tiny-sandwich');
    expect(definition.description).toBe(tinySandwich.description);
  });

  it('names the known ones when there is no such experiment', async () => {
    await writeExperiments({ 'b.ts': GOOD, 'a.ts': GOOD, 'a.test.ts': '', 'package.json': '{}' });
    expect(listExperiments()).toEqual(['a', 'b']);
    await expect(loadExperiment('c')).rejects.toThrow(
      "unknown experiment 'c'; known are a, b, or give the path of a file",
    );
    await expect(loadExperiment('experiments')).rejects.toThrow("unknown experiment 'experiments'");
    await expect(loadExperiment('c.ts')).rejects.toThrow("unknown experiment 'c.ts'");
    await expect(loadExperiment('package.json')).rejects.toThrow("unknown experiment 'package.json'");
  });

  it('says when there is no folder of experiments', async () => {
    await expect(loadExperiment('c')).rejects.toThrow(`there is no folder ${join(process.cwd(), 'experiments')}`);
  });

  it('refuses files that hold no experiment', async () => {
    const cases = {
      'none.js': 'export const experiment = {};',
      'other.js': 'export default 3;',
      'half.js': 'export default { description: "", settings: {} };',
      'wrong.js': 'export default { description: "", settings: {}, sandwich: {} };',
    };
    for (const [name, text] of Object.entries(cases)) {
      await writeFile(name, text);
      await expect(loadExperiment(`./${name}`)).rejects.toThrow(`${name}: its default export is not an experiment`);
    }
  });

  it('names the file that cannot be loaded', async () => {
    await writeFile('broken.js', 'export default {');
    await expect(loadExperiment('broken.js')).rejects.toThrow(/^broken\.js cannot be loaded: /);
  });
});

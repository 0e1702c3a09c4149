import { expect, it } from 'vitest';
import { runIds } from './run-ids.js';

it('runIds takes as much of the paths as tells them apart', () => {
  expect(runIds(['runs/a'])).toEqual(['a']);
  expect(runIds(['runs/a', 'runs/b/'])).toEqual(['a', 'b']);
  expect(runIds(['runs/x/a', 'runs/y/a', 'runs/b'])).toEqual(['x/a', 'y/a', 'b']);
  expect(() => runIds(['runs/a', 'runs/b/../a'])).toThrow('the run runs/a is given twice');
});

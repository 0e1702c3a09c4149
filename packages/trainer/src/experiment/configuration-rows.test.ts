import { expect, it } from 'vitest';
import { configurationRows } from './configuration-rows.js';

it('configurationRows names every value by its path', () => {
  const configuration = { experiment: 'a', settings: { gamma: 50, on: true }, pre: null, filters: [4, 8] };
  expect(configurationRows(configuration)).toEqual([
    { key: 'experiment', value: 'a' },
    { key: 'settings.gamma', value: '50' },
    { key: 'settings.on', value: 'true' },
    { key: 'pre', value: 'null' },
    { key: 'filters', value: '[4,8]' },
  ]);
});

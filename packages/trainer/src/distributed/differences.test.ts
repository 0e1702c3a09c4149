import { describe, expect, it } from 'vitest';
import { differences } from './differences.js';

describe('differences', () => {
  it('names what differs, and for which process', () => {
    const values = { gamma: 50, network: 'slim' };
    expect(differences([values, { ...values }, { network: 'slim', gamma: 50 }])).toBe(null);
    expect(differences([values, values, { gamma: 20, network: 'slim', extra: true }])).toBe(
      'rank 2 does not match rank 0: gamma is 20, not 50; extra is true, not known',
    );
    expect(differences([values, { gamma: 50 }])).toBe('rank 1 does not match rank 0: network is missing, not slim');
  });
});

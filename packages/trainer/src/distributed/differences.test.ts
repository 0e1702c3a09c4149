import { describe, expect, it } from 'vitest';
import { differences } from './differences.js';

describe('differences', () => {
  it('names what differs, and for which process', () => {
    const facts = { gamma: 50, network: 'slim' };
    expect(differences([facts, { ...facts }, { network: 'slim', gamma: 50 }])).toBe(null);
    expect(differences([facts, facts, { gamma: 20, network: 'slim', extra: true }])).toBe(
      'rank 2 does not match rank 0: gamma is 20, not 50; extra is true, not known',
    );
    expect(differences([facts, { gamma: 50 }])).toBe('rank 1 does not match rank 0: network is missing, not slim');
  });
});

import { readFileSync } from 'node:fs';
import { symbolEntropy } from '@sandwich/codecs';
import { describe, expect, it } from 'vitest';
import { wave } from '../../../testing/waves.js';
import { chooseSymbols } from './choose-symbols.js';

const cases: { scale: number; price: number; symbols: number[]; entropies: [number, number] }[] = JSON.parse(
  readFileSync(new URL('../fixtures/chosen-symbols.json', import.meta.url), 'utf8'),
);
const RANGE = [-7, 8] as const;
const nearestOf = (latent: Float32Array) =>
  Uint8Array.from(latent, (z) => Math.min(Math.max(Math.ceil(z - 0.5), RANGE[0]), RANGE[1]) - RANGE[0]);

describe('chooseSymbols', () => {
  it.each(cases)('takes the symbols of least cost that numpy finds: scale $scale, price $price', (expected) => {
    const { scale, price, symbols, entropies } = expected;
    const latent = wave(400, 31, 1).map((z) => z * z * z * scale);
    const nearest = nearestOf(latent);
    const chosen = chooseSymbols(latent, nearest, RANGE, price);
    expect([...chosen]).toEqual(symbols);
    expect(symbolEntropy([nearest])).toBeCloseTo(entropies[0], 12);
    expect(symbolEntropy([chosen])).toBeCloseTo(entropies[1], 12);
  });

  it('leaves a channel of one symbol as it is', () => {
    const latent = Float32Array.of(0.2, -0.4, 0.1);
    expect([...chooseSymbols(latent, nearestOf(latent), RANGE)]).toEqual([7, 7, 7]);
  });
});

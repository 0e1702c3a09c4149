import { readFileSync } from 'node:fs';

/** What a NumPy and Pillow implementation makes of the pattern of `tensors.ts`: `make_proxy.py`. */
export interface ProxyCase {
  /** Height, width, channels. */
  size: [number, number, number];
  qstep: number;
  convertToYuv: boolean;
  downsampleChroma: boolean;
  /** Every seventh value of the decoded image, unclipped. */
  decoded: number[];
  /** The first 20 dequantised coefficients of each plane. */
  coefficients: number[];
  /** Sum of ln(1 + |q|) over all levels. */
  logMagnitude: number;
  /** The rate of the Gaussian model, with numpy.std. */
  gaussianBits: number;
  /** Size of the files. */
  fileBits: number;
}

export const proxyCases: ProxyCase[] = JSON.parse(
  readFileSync(new URL('../src/intra/fixtures/proxy.json', import.meta.url), 'utf8'),
);

import type { Parameters } from '@sandwich/engine';

/** Variables under a folder of their paths. */
export const prefixed = (prefix: string, parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([path, variable]) => [`${prefix}/${path}`, variable]));

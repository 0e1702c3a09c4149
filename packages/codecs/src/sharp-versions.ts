import { loadSharp } from '@sandwich/pictures';

/** Versions of sharp and of a library that it brings along, e.g. `sharp 0.35.5, libvips 8.18.7, aom 3.15.1`. */
export async function sharpVersions(...libraries: (keyof typeof import('sharp').versions)[]): Promise<string> {
  const { versions } = await loadSharp();
  return ['sharp', 'vips', ...libraries].map((library) => `${library} ${versions[library as 'vips']}`).join(', ');
}

import type { Random } from '../random.js';

/** The relative brightness of a surface at a point given relative to its centre: 1 where it shows its own colour. */
export type Surface = (x: number, y: number) => number;

const LATTICE = 64;

/** Noise of one scale: random values on a periodic lattice, joined by smoothstep interpolation. Values in [-1, 1]. */
function createNoise(random: Random): Surface {
  const lattice = Float32Array.from({ length: LATTICE * LATTICE }, () => random.uniform(-1, 1));
  return (x, y) => {
    const floorX = Math.floor(x);
    const floorY = Math.floor(y);
    const dx = x - floorX;
    const dy = y - floorY;
    const left = floorX & (LATTICE - 1);
    const right = (floorX + 1) & (LATTICE - 1);
    const top = (floorY & (LATTICE - 1)) * LATTICE;
    const bottom = ((floorY + 1) & (LATTICE - 1)) * LATTICE;
    const wx = dx * dx * (3 - 2 * dx);
    const wy = dy * dy * (3 - 2 * dy);
    const above = lattice[top + left] + wx * (lattice[top + right] - lattice[top + left]);
    const below = lattice[bottom + left] + wx * (lattice[bottom + right] - lattice[bottom + left]);
    return above + wy * (below - above);
  };
}

/**
 * The material of a picture: returns a function that draws the surface of one leaf of a given radius (in pixels).
 * Every surface has a smooth shading from one side to the other; beyond that it is plain, grained (two octaves of
 * noise), or striped (a sinusoidal grating whose phase a little noise bends).
 *
 * @param pixelsPerUnit length, in samples, of one pixel of the final picture: no texture is finer than two of those
 */
export function createMaterial(random: Random, pixelsPerUnit: number): (radius: number) => Surface {
  const noise = createNoise(random);
  const roughness = random.uniform(0.3, 1.3);
  const plainShare = random.uniform(0.15, 0.6);

  return (radius) => {
    const shading = random.normal(0, 0.22) / radius;
    const direction = random.uniform(0, 2 * Math.PI);
    const shadeX = shading * Math.cos(direction);
    const shadeY = shading * Math.sin(direction);
    const bend = (Math.abs(random.normal(0, 0.08)) / radius) * (1 / radius);
    const shade: Surface = (x, y) => Math.max(0.25, 1 + shadeX * x + shadeY * y - bend * (x * x + y * y));

    const kind = random.uniform();
    if (kind < plainShare || radius < 4 * pixelsPerUnit) return shade;

    const angle = random.uniform(0, Math.PI);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const offset = random.uniform(0, LATTICE);
    const contrast = roughness * Math.abs(random.normal(0, 0.13));
    const finest = 2.2 * pixelsPerUnit;
    const wavelength = Math.exp(random.uniform(Math.log(finest), Math.log(Math.max(1.5 * finest, 0.6 * radius))));

    if (kind < plainShare + 0.7 * (1 - plainShare)) {
      const along = 2 / wavelength;
      const across = along * random.uniform(0.35, 1);
      return (x, y) => {
        const u = (x * cos + y * sin) * along + offset;
        const v = (y * cos - x * sin) * across + offset;
        return shade(x, y) * (1 + contrast * (noise(u, v) + 0.5 * noise(0.5 * u + 17, 0.5 * v + 29)));
      };
    }
    const frequency = (2 * Math.PI) / wavelength;
    const warp = random.uniform(0, 1.5);
    return (x, y) => {
      const u = (x * cos + y * sin) * frequency;
      const v = ((y * cos - x * sin) * frequency) / 12;
      return shade(x, y) * (1 + contrast * Math.sin(u + warp * noise(u / 12 + offset, v)));
    };
  };
}

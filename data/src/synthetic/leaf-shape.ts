import type { Random } from '../random.js';

/** A shape around the origin: whether the point (x, y) lies inside, and how far from the origin it reaches. */
export interface LeafShape {
  contains(x: number, y: number): boolean;
  reach: number;
}

function ellipse(halfWidth: number, halfHeight: number, angle: number): LeafShape {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return {
    reach: Math.max(halfWidth, halfHeight),
    contains: (x, y) => ((x * cos + y * sin) / halfWidth) ** 2 + ((y * cos - x * sin) / halfHeight) ** 2 <= 1,
  };
}

function rectangle(halfWidth: number, halfHeight: number, angle: number): LeafShape {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return {
    reach: Math.hypot(halfWidth, halfHeight),
    contains: (x, y) => Math.abs(x * cos + y * sin) <= halfWidth && Math.abs(y * cos - x * sin) <= halfHeight,
  };
}

/**
 * A regular polygon in a circle, its edges moved inwards at random. It is convex: inside is what lies on the inner
 * side of every edge.
 */
function polygon(radius: number, random: Random): LeafShape {
  const count = 3 + random.integer(4);
  const start = random.uniform(0, 2 * Math.PI);
  const edges = Array.from({ length: count }, (_, i) => {
    const from = start + (2 * Math.PI * i) / count;
    const half = Math.PI / count;
    return {
      nx: Math.cos(from + half),
      ny: Math.sin(from + half),
      distance: radius * Math.cos(half) * random.uniform(0.6, 1),
    };
  });
  return {
    reach: radius,
    contains: (x, y) => edges.every((edge) => x * edge.nx + y * edge.ny <= edge.distance),
  };
}

/** Draws a shape of about the given radius: disc, ellipse, rectangle or convex polygon, turned at random. */
export function createLeafShape(random: Random, radius: number): LeafShape {
  const kind = random.uniform();
  const aspect = Math.exp(random.uniform(0, 1.4));
  const angle = random.uniform(0, Math.PI);
  if (kind < 0.2) return ellipse(radius, radius, 0);
  if (kind < 0.5) return ellipse(radius * Math.sqrt(aspect), radius / Math.sqrt(aspect), angle);
  if (kind < 0.75) return rectangle(0.9 * radius * Math.sqrt(aspect), (0.9 * radius) / Math.sqrt(aspect), angle);
  return polygon(radius, random);
}

import type { Picture } from '@sandwich/pictures';

/** An item at one setting of a coder. */
export interface Coding<Item = Picture> {
  /** Index into the coder's settings. */
  setting: number;
  /** Length of the files, bits. */
  bits: number;
  /** What a differentiable stand-in estimates for the same, where there is one. */
  estimatedBits?: number;
  /** What decoding gives. */
  output: Item;
  /** Pictures of what lies between, by name, such as the bottleneck. */
  views: Record<string, Picture>;
}

/** Something that codes items into bits and back at several settings: a trained system, or an anchor that it is compared with. */
export interface Coder<Item = Picture> {
  readonly name: string;
  /** One line for people: versions and settings, all but what differs from setting to setting. */
  readonly description: string;
  /** Coders of the same key code alike: they are measured once. */
  readonly key: string;
  /** Anchors of one group are one choice that a user has: comparisons are with the best of them. Default: the name. */
  readonly group?: string;
  /** How many trained networks stand behind all points of the curve together: 1 where one serves every rate. Absent where there are none. */
  readonly networks?: number;
  /** Names of the settings, one a point of the curve. */
  readonly settings: readonly string[];
  /** Pixels that the bits of an item are divided by for bits per pixel. */
  pixels(item: Item): number;
  /** Codes an item at some of the settings, given by their indices; work that they share is done once. */
  code(item: Item, settings: readonly number[]): AsyncIterable<Coding<Item>>;
}

import type { EngineOptions } from '@sandwich/engine';
import { parseRegion } from '@sandwich/inspector';
import type { Region } from '@sandwich/pictures';
import { checkLogger, grid } from '@sandwich/trainer';
import { type Argument, repeated } from './argument.js';

/** Something that is on or off. */
export const flag = (describe: string): Argument<boolean | undefined> => ({
  describe,
  placeholder: null,
  refused: [],
  parse: () => true,
});

/** Something that is on unless `--no-<name>` is given. */
export const negatedFlag = (describe: string): Argument<boolean> => ({
  ...flag(describe),
  negated: true,
  default: true,
  parse: () => false,
});

/** Any text but an empty one. */
export const text = (describe: string, placeholder: string): Argument<string | undefined> => ({
  describe,
  placeholder,
  refused: ['', ' '],
  parse(given, name) {
    if (given.trim() === '') throw new Error(`${name} must not be empty`);
    return given;
  },
});

/** How help names the words that an argument takes, and what it says after them. */
const listed = (describe: string, words: readonly string[], more: string | undefined): string =>
  `${describe}: ${words.join(', ')}${more === undefined ? '' : `; ${more}`}`;

/** One of a few words. */
export const choice = <const Word extends string>(
  describe: string,
  words: readonly Word[],
  more?: string,
): Argument<Word | undefined> => ({
  describe: listed(describe, words, more),
  placeholder: 'name',
  refused: ['', ' ', 'abc', '1', '-1', `${words[0]},`],
  parse(given, name) {
    const word = words.find((one) => one === given);
    if (word === undefined) throw new Error(`${name} must be one of ${words.join(', ')}; got '${given}'`);
    return word;
  },
});

/** Some of a few words, with commas between. */
export const choices = <const Word extends string>(
  describe: string,
  words: readonly Word[],
  more?: string,
): Argument<Word[] | undefined> => ({
  describe: listed(`${describe}, with commas between`, words, more),
  placeholder: 'list',
  refused: ['', ' ', ',', `${words[0]},`, `${words[0]},abc`, `${words[0]};${words[0]}`],
  parse(given, name) {
    const named = given.split(',');
    const bad = named.find((one) => !words.some((word) => word === one));
    if (bad !== undefined) throw new Error(`${name} takes ${words.join(', ')} with commas between; got '${bad}'`);
    return [...new Set(named as Word[])];
  },
});

/** Names that only what is computed will tell, with commas between. */
export const names = (describe: string): Argument<string[] | undefined> => ({
  describe: `${describe}, with commas between`,
  placeholder: 'list',
  refused: ['', ' ', ',', 'a,', ',a', 'a,b,a'],
  parse(given, name) {
    const named = given.split(',').map((one) => one.trim());
    if (named.includes('')) throw new Error(`${name} takes names with commas between, got '${given}'`);
    const twice = named.find((one, i) => named.indexOf(one) < i);
    if (twice !== undefined) throw new Error(`${name} names '${twice}' twice: '${given}'`);
    return named;
  },
});

/** Settings, `key=value`, each key once. */
export const assignments = (describe: string): Argument<string[] | undefined> =>
  repeated<string | undefined>(
    {
      ...text(describe, 'key=value'),
      refused: ['', 'gamma', '=1', '='],
      parse(given, name) {
        if (!/^[^=]+=/.test(given)) throw new Error(`${name} takes key=value, got '${given}'`);
        return given;
      },
    },
    (given, name) => {
      const keys = given.map((assignment) => assignment.split('=', 1)[0]);
      const twice = keys.find((key, i) => keys.indexOf(key) < i);
      if (twice === undefined) return;
      const both = given.filter((_, i) => keys[i] === twice);
      throw new Error(`${name} gives ${twice} more than once: ${both.join(', ')}`);
    },
  );

/** A part of a picture. */
export const region = (describe: string): Argument<Region | undefined> => ({
  describe,
  placeholder: 'left,top,width,height',
  refused: ['', ',', '1,2,3', '1,2,3,4,5', '1,2,3,0', '1,2,-3,4', '1,2,3.5,4', 'a,b,c,d', '1,2,3,1e30'],
  parse: (given, name) => parseRegion(given, name),
});

/** Sizes of pictures, such as `512x512`, with commas between. */
export const pixelSizes = (describe: string, { max }: { max: number }): Argument<string[] | undefined> => ({
  describe: `${describe}, such as 512x512,1920x1080`,
  placeholder: 'sizes',
  refused: ['', ',', '512', '512x', '0x8', '8x0', '512x512,', '5.5x8', '512x512x3', '-1x8', `${max + 1}x8`],
  parse(given, name) {
    const sizes = given.split(',');
    const bad = sizes.find((size) => {
      const sides = /^(\d{1,9})x(\d{1,9})$/.exec(size)?.slice(1).map(Number);
      return sides === undefined || Math.min(...sides) < 1 || Math.max(...sides) > max;
    });
    if (bad === undefined) return sizes;
    throw new Error(`${name} takes sizes up to ${max}x${max} with commas between, such as 512x512; got '${bad}'`);
  },
});

/** A device of the engine. */
export const device = (describe: string): Argument<EngineOptions['device']> => ({
  describe,
  placeholder: 'name',
  refused: ['', 'abc', 'cuda:', 'cuda:x', 'cuda:-1', 'gpu', '0'],
  parse(given, name) {
    if (!/^(cpu|cuda(:\d{1,3})?)$/.test(given)) {
      throw new Error(`${name} must be cpu, cuda or cuda:<n>; got '${given}'`);
    }
    return given as EngineOptions['device'];
  },
});

/** Settings and several values of each, `key=value,value,...`. */
export const axes = (describe: string): Argument<string[] | undefined> =>
  repeated<string | undefined>(
    {
      ...text(describe, 'key=value,value'),
      refused: ['', 'gamma', '=1', 'gamma=', 'gamma=1,', 'gamma=1,1'],
      parse(given) {
        grid([given]);
        return given;
      },
    },
    (given) => void grid(given),
  );

/** Where a run is logged, each place once. */
export const loggers = (describe: string): Argument<string[] | undefined> =>
  repeated<string | undefined>(
    {
      ...text(describe, 'logger'),
      refused: [
        ...[
          '',
          'wandb',
          'tensorboard=1',
          'none=',
          'mlflow',
          'mlflow=',
          'mlflow=127.0.0.1:5000',
          'mlflow=ftp://127.0.0.1',
        ],
        ...[
          'mlflow=http://user:word@127.0.0.1',
          'mlflow=http://127.0.0.1/#/experiments/1',
          'mlflow=http://127.0.0.1?a=b',
        ],
      ],
      parse(given, name) {
        checkLogger(given, name);
        return given;
      },
    },
    (given, name) => {
      const twice = given.find((logger, i) => given.indexOf(logger) < i);
      if (twice !== undefined) throw new Error(`${name} ${twice} is given more than once`);
      if (given.includes('none') && given.length > 1) throw new Error(`${name} none goes with no other ${name}`);
    },
  );

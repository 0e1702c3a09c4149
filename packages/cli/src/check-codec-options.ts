import type { PictureCodec } from '@sandwich/pictures';
import { optionName } from './command-line/command.js';

/** @throws Error for an option that the codec of a run does not have, naming those that it has */
export function checkCodecOptions(run: string, { options = [] }: Pick<PictureCodec, 'options'>, asked: object): void {
  const unknown = Object.keys(asked).find((name) => !options.includes(name));
  if (unknown === undefined) return;
  const known = options.map(optionName).join(', ');
  throw new Error(
    `${optionName(unknown)} is not for systems such as that of ${run}${known && `, which have ${known}`}`,
  );
}

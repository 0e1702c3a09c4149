import { afterEach, describe, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { main } from '../main.js';
import { commands } from './commands.js';

const output = useCapturedOutput();
const { isTTY, columns } = process.stdout;
afterEach(() => {
  Object.assign(process.stdout, { isTTY, columns });
});

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');

describe('help', () => {
  it.each(commands.flatMap((command) => [70, 80, 132].map((width) => ({ ...command, width }))))(
    'of $name keeps words whole in $width columns',
    async ({ name, describe: summary, operands, options, width }) => {
      Object.assign(process.stdout, { isTTY: true, columns: width });
      expect(await main([...name.split(' '), '--help'])).toBe(0);
      const lines = output.stdout().split('\n');
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width);
      const shown = words(output.stdout());
      for (const text of [summary, ...Object.values({ ...operands, ...options }).map((one) => one.describe)]) {
        for (const word of words(text)) expect(shown).toContain(word);
      }
      expect(output.stderr()).toBe('');
    },
  );

  it('names every command', async () => {
    Object.assign(process.stdout, { isTTY: true, columns: 80 });
    expect(await main(['--help'])).toBe(0);
    for (const { name } of commands) expect(output.stdout()).toContain(`sandwich ${name.split(' ')[0]} `);
    for (const line of output.stdout().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is advised, with the command that may have been meant', async () => {
    expect(await main(['evla'])).toBe(1);
    expect(output.stderr()).toBe("error: unknown command 'evla' (did you mean eval?)\n");
    expect(await main(['data', 'fetsh', 'kodak'])).toBe(1);
    expect(output.stderr()).toContain("unknown command 'fetsh' (did you mean fetch?)");
    expect(await main(['train', 'x', '--stesp', '3'])).toBe(1);
    expect(output.stderr()).toContain("unknown option '--stesp' (did you mean --steps?)");
    expect(await main([])).toBe(1);
    expect(output.stderr()).toContain('name a command: train, eval, ');
    expect(output.stdout()).toBe('');
  });
});

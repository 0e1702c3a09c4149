import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { vi } from 'vitest';

/** What real programs say of themselves, as far as drivers ask. */
const INTRODUCTION = ['fake v9.8.7', 'libheif version: 9.8.7', '- x265 = fake x265', '- libde265 = fake libde265'];

/**
 * Puts a shell script in the place of programs on PATH. It answers questions for its version; asked for anything else it runs `body`.
 *
 * @param folder where scripts are written
 */
export function fakeTools(folder: string, commands: string[], body: string): void {
  mkdirSync(folder, { recursive: true });
  for (const command of commands) {
    const file = join(folder, command);
    const answers = INTRODUCTION.map((line) => `echo '${line}'`).join('; ');
    writeFileSync(
      file,
      `#!/bin/sh\ncase "$1" in --version|--help|--list-*) ${answers}; exit;; esac\n${body.replaceAll('$FOLDER', folder)}\n`,
    );
    chmodSync(file, 0o755);
  }
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
}

import { afterEach, beforeEach, vi } from 'vitest';

/** Keeps what each test of the file prints from the terminal. @returns functions that tell what was printed so far */
export function useCapturedOutput(): { stdout(): string; stderr(): string } {
  let stdout = '';
  let stderr = '';
  beforeEach(() => {
    stdout = '';
    stderr = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      stdout += text;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text;
      return true;
    });
    vi.spyOn(console, 'log').mockImplementation((text) => {
      stdout += `${text}\n`;
    });
    vi.spyOn(console, 'error').mockImplementation((text) => {
      stderr += `${text}\n`;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return { stdout: () => stdout, stderr: () => stderr };
}

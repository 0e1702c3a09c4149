import { beforeEach, vi } from 'vitest';

/** Has the commands of the tests that follow measure no LPIPS, whose weights take longer to load than all else that little pictures need. */
export function useNoLpips(): void {
  beforeEach(() => {
    vi.stubEnv('SANDWICH_DATA', '');
    return () => vi.unstubAllEnvs();
  });
}

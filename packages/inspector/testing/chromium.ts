import { spawnSync } from 'node:child_process';

/** Chromium as Debian and Ubuntu install it, if it can be started; else undefined. */
export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
);

// The sandwich command of compiled sources. Experiments and modules of users may be TypeScript.

import { register } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';
import { compiledFile } from './compiled-file.js';

// Before the hooks, which every import thereafter waits for.
await import('../../../cli/src/main.js');
registerTypeScript();
register(compiledFile(new URL('import-compiled.ts', import.meta.url).href)!);
await import('../../../cli/src/bin.js');

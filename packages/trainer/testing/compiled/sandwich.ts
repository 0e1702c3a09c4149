// The sandwich command of compiled sources. Experiments and modules of users may be TypeScript.

import { register } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';
import { compiledFile } from './compiled-file.js';

const compiled = (source: string) => compiledFile(new URL(source, import.meta.url).href)!;

// Before the hooks, which every import thereafter waits for.
await import(compiled('../../../cli/src/main.ts'));
registerTypeScript();
register(compiled('import-compiled.ts'));
await import(compiled('../../../cli/src/bin.ts'));

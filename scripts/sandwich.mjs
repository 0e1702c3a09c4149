#!/usr/bin/env node
// The sandwich command of this folder, from wherever it is called; a link to this file, in a folder of PATH, installs it.

import { register } from 'tsx/esm/api';

register();
await import('../packages/cli/src/bin.ts');

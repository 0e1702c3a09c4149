// npm run readme-results: fills the regions <!-- results:NAME --> ... <!-- /results:NAME --> of README.md and docs/ with tables of
// what zoo/*/results*.json state.
//
//   npm run readme-results              writes the tables
//   npm run readme-results -- --check   fails when one is not that of the results

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomically } from '../../packages/files/src/index.js';
import { repository } from '../docs/fenced-blocks.js';
import { fillDocuments } from './documents.js';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const stale = (await fillDocuments()).filter(({ text, filled }) => text !== filled);
for (const { file, filled } of stale) {
  if (values.check) process.stderr.write(`${file}: its tables are not those of zoo/; run npm run readme-results\n`);
  else {
    await writeFileAtomically(join(repository, file), filled);
    process.stdout.write(`${file}\n`);
  }
}
if (values.check && stale.length > 0) process.exitCode = 1;

// Runs l3ix-worker.ts where packages are used from source: a new thread knows no TypeScript, whatever the main one does.
import { register } from 'tsx/esm/api';

register();
await import('./l3ix-worker.ts');

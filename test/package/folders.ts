import { mkdirSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(__dirname, '../..');

/** Kept from run to run, and gone with the next `npm ci`. */
export const CACHE = path.join(ROOT, 'node_modules/.cache/package');
mkdirSync(CACHE, { recursive: true });

/** The README's app, in TypeScript. */
export function readmeApp(readme: string): string {
  const [, app] = /^## Use it\n[\s\S]*?```ts\n([\s\S]*?)```/m.exec(readme) ?? [];
  if (app === undefined) throw new Error('The README prints no app.');
  return app;
}

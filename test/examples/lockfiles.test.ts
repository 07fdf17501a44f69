import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Locked {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
}

test.each(['claude-agent', 'strands-agent'])('%s pins each package by its hash, and names no registry', (folder) => {
  const read = (file: string) =>
    JSON.parse(readFileSync(path.join(__dirname, '../../examples', folder, file), 'utf8')) as Record<string, object>;
  const { '': root, ...packages } = read('package-lock.json').packages as Record<string, Locked>;
  expect(root).toBeDefined();
  expect(Object.entries(packages).filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  for (const version of Object.values(read('package.json').dependencies as Record<string, string>)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

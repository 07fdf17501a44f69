import { readFileSync } from 'node:fs';
import path from 'node:path';
import { peerDependencies } from '../../package.json';
import { ROOT } from './folders';

/** Exact versions of what an app brings along. */
export type Peers = Readonly<Record<keyof typeof peerDependencies, string>>;

/** As the Python example has them. PyPI gets versions of aws-cdk-lib later than npm. */
export const PINNED = Object.fromEntries(
  readFileSync(path.join(ROOT, 'examples/python/requirements.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('==')),
) as Peers;

/** The lowest that the package says it accepts. */
export const LOWEST = Object.fromEntries(
  Object.entries(peerDependencies).map(([name, range]) => [name, range.replace('^', '')]),
) as Peers;

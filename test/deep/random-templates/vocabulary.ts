import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const SOURCES = ['checks', 'template', 'prove'].map((folder) => path.join(__dirname, '../../../lib', folder));

/** Words that the rules and claims look for, from their own sources: what they don't name, they don't read. */
export interface Vocabulary {
  /** `AWS::S3::Bucket`. */
  readonly types: readonly string[];
  /** `PolicyDocument`. */
  readonly members: readonly string[];
  /** Every other text: `aws:PrincipalArn`, `COMPLIANCE`. */
  readonly texts: readonly string[];
}

export function vocabularyOfSources(): Vocabulary {
  const files = SOURCES.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(root, file), 'utf8')),
  );
  const quoted = files.flatMap((text) => [...text.matchAll(/'([^'\n]{1,80})'/g)].map(([, word]) => word as string));
  // A member is also read by its name: `value.CidrIp`.
  const read = files.flatMap((text) => [...text.matchAll(/\.([A-Z]\w+)/g)].map(([, word]) => word as string));
  const words = [...new Set([...quoted, ...read])];
  return {
    types: words.filter((word) => /^\w+::\w+::\w+$/.test(word)),
    members: words.filter((word) => /^[A-Z]\w+$/.test(word)),
    texts: words.filter((word) => !/^\w+::\w+::\w+$/.test(word) && !word.startsWith('.')),
  };
}

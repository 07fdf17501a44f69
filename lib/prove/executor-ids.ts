import type { Resource } from '../template';

/** Whose executor a function is, by what AWS CDK calls it. */
export interface ExecutorId {
  readonly connector: string;
  /** The credential that isn't the connector's first. */
  readonly credential: string;
}

/**
 * The connector of an executor: from the path of its construct, or else from the logical id that AWS CDK makes of it. An id doesn't tell
 * whether `Credentials` is a part of a name, so it may have two readings. Undefined for an id that somebody chose.
 */
export function executorIdsOf({ path, logicalId }: Resource): readonly ExecutorId[] | undefined {
  const inPath = /([^/]+)(?:\/Credentials\/([^/]+))?\/Executor\/Function\/Resource$/.exec(path);
  if (inPath !== null) return [{ connector: inPath[1] ?? '', credential: inPath[2] ?? '' }];
  const [, id] = /^(.+)ExecutorFunction[0-9A-F]{8}$/.exec(logicalId) ?? [];
  if (id === undefined) return undefined;
  const [, connector, credential = ''] = /^(.+)Credentials(.+)$/.exec(id) ?? [];
  const whole = { connector: id, credential: '' };
  return connector === undefined ? [whole] : [{ connector, credential }, whole];
}

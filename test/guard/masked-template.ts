import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import type { GuardedApp } from './apps';
import { GUARDED_APPS } from './apps';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A template's sections, each with its members by logical id. */
export type MaskedTemplate = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Free text that people read. CloudFormation gives it no meaning of its own. */
const TEXT_KEYS = new Set(['Description', 'GroupDescription', 'AlarmDescription', 'Comment', 'description', 'reason']);

/** The same inside JSON that a property holds as a string: dashboards and state machines. */
const TEXT_IN_STRINGS = /"(title|label|markdown|Comment)":"(?:[^"\\]|\\.)*"/g;

const ASSET_HASH = /\b[0-9a-f]{64}(?=\.zip\b|$)/g;

/** An API's deployment carries a hash of the whole API, descriptions included. The resources that it hashes are compared by themselves. */
const DEPLOYMENT_HASH = /(Deployment[0-9A-F]{8})[0-9a-f]{32}/g;

/**
 * The templates of an app, by stack, without asset hashes and free text.
 *
 * @param settle called with the app before it is synthesized
 */
export function maskedTemplates(
  name: GuardedApp,
  settle: (app: App) => void = () => {},
): Record<string, MaskedTemplate> {
  const outdir = mkdtempSync(path.join(tmpdir(), 'guard-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    GUARDED_APPS[name](app);
    settle(app);
    const { stacks } = app.synth();
    return Object.fromEntries(stacks.map((stack) => [stack.stackName, masked(stack.template) as MaskedTemplate]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function masked(value: Json): Json {
  if (typeof value === 'string') return withoutHashes(value).replace(TEXT_IN_STRINGS, '"$1":"…"');
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [withoutHashes(key), isText(key, value[key]) ? '…' : masked(value[key])]),
  );
}

const withoutHashes = (text: string) => text.replace(ASSET_HASH, '…').replace(DEPLOYMENT_HASH, '$1…');

/** A description may be put together from parts. */
function isText(key: string, value: Json): boolean {
  const joined = value !== null && typeof value === 'object' && 'Fn::Join' in value;
  return TEXT_KEYS.has(key) && (typeof value === 'string' || joined);
}

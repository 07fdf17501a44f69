import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stage } from 'aws-cdk-lib';
import { readManifest } from '../../../bin/recorded-decisions/manifest-file';
import { AgentStack } from '../../lib/agent-stack';

let app: string;
beforeAll(() => {
  const made = new AgentStack();
  made.withRuntime().allow(made.read);
  app = made.app.synth().directory;
});

describe('the manifest of a synthesized app', () => {
  test('is the one that its gate will read', () => {
    const { tools } = readManifest(app);
    expect(tools.map(({ name }) => name)).toEqual(['tickets_read', 'tickets_refund', 'documents_read']);
  });

  test('isn’t one that an earlier synthesis left', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'app-'));
    cpSync(app, folder, { recursive: true });
    mkdirSync(path.join(folder, 'asset.0'));
    writeFileSync(path.join(folder, 'asset.0', 'manifest.json'), '{}');
    expect(() => readManifest(folder)).not.toThrow();
    rmSync(folder, { recursive: true });
  });

  test('isn’t found in an app without a runtime', () => {
    const other = new App();
    new Stage(other, 'Stage');
    expect(() => readManifest(other.synth().directory)).toThrow(/holds no gate's manifest\.json/);
  });

  test('is refused if Cedar can’t parse its policies, which a gate would find only at a call', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'manifest-')), 'manifest.json');
    const manifest = readManifest(app);
    const deny = '@id("a") forbid (principal, action == Action::"x", resource == Connector::"y") when { 1 + };';
    writeFileSync(file, JSON.stringify({ ...manifest, cedar: { ...manifest.cedar, deny } }));
    expect(() => readManifest(file)).toThrow(/its deny set: a Cedar policy is wrong: line 1/);
    rmSync(path.dirname(file), { recursive: true });
  });

  test('is refused where the file is something else', () => {
    expect(() => readManifest(path.join(app, 'manifest.json'))).toThrow(/is not a manifest of this version/);
  });
});

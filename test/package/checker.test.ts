import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './folders';

const BUILT = path.join(ROOT, 'build/checker');
const FILE = 'hardened-agent-check.js';
const TEMPLATE = `
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupEgress:
        - { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
`;

describe('the program that only checks templates', () => {
  let folder: string;
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(folder, FILE), ...args], { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'checker-'));
    copyFileSync(path.join(BUILT, FILE), path.join(folder, FILE));
    writeFileSync(path.join(folder, 'template.yaml'), TEMPLATE);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('takes less than 2 MB', () => expect(statSync(path.join(BUILT, FILE)).size).toBeLessThan(2e6));

  test('loads nothing but Node', () => {
    const loaded = [...readFileSync(path.join(BUILT, FILE), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(
      ([, name]) => name,
    );
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((name = '') => !isBuiltin(name))).toEqual([]);
  });

  test('finds what is wrong, alone in a folder', () => {
    const { stdout, status } = run('check', 'template.yaml');
    expect(stdout).toContain('template.yaml:9');
    expect(stdout).toContain('NetworkNoOpenGroup');
    expect(status).toBe(1);
  });

  test('names itself in its help and hints', () => {
    expect(run('--help').stdout).toContain('Usage: hardened-agent-check <command>');
    expect(run('check', '--help').stdout).toContain(`node ${FILE} check template.yaml`);
    expect(run('check', 'template.yaml').stdout).toContain(`node ${FILE} explain`);
    expect(run('check', 'nowhere.yaml').stderr).toContain('Usage: hardened-agent-check check ');
  });

  test('has no other command', () => expect(run('prove', 'template.yaml').status).toBe(2));

  test('has a README with its own command only: npx would fetch another name from a registry', () => {
    const readme = readFileSync(path.join(BUILT, 'README.md'), 'utf8');
    expect(readme).toContain('npx hardened-agent-check check template.yaml');
    expect(readme).not.toMatch(/\bhardened-agent (check|explain)|Where this page says/);
    expect(readme.match(/\]\((?!https:|#)[^)]*\)/g)).toBeNull();
  });

  test('is a package without dependencies', () => {
    const manifest = JSON.parse(readFileSync(path.join(BUILT, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'hardened-agent-check', bin: { 'hardened-agent-check': FILE } });
    expect(manifest).not.toHaveProperty('dependencies');
  });
});

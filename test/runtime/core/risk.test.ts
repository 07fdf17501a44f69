import type { ToolManifest } from '../../../runtime/core/contracts';
import { TrustedDirectory, targetProvenance } from '../../../runtime/core/risk';

const TASK = 'Pay invoice AC-12 (ann@example.com), then see https://example.com/a. Not AC-3! ...';

describe('where the targets of a call were found', () => {
  it.each([
    ['AC-12', 'task'],
    ['ann@example.com', 'task'],
    ['https://example.com/a', 'task'],
    ['AC-3', 'task'],
    ['AC-1', 'unknown'],
    ['example.com', 'unknown'],
    ['ANN@example.com', 'unknown'],
    ['', 'unknown'],
  ])('%j: %s', (to, provenance) => {
    expect(targetProvenance({ to }, ['/to'], TASK)).toBe(provenance);
  });

  it('is the least trusted of all targets, however deep they lie', () => {
    const directory = new Set(['bob@example.com']);
    const of = (to: string[]) => targetProvenance({ mail: { to } }, ['/mail/to'], TASK, directory);
    expect(of(['ann@example.com'])).toBe('task');
    expect(of(['ann@example.com', 'bob@example.com'])).toBe('directory');
    expect(of(['ann@example.com', 'bob@example.com', 'eve@example.com'])).toBe('unknown');
  });

  it('is constant where the call has no target', () => {
    expect(targetProvenance({ to: 'x' }, [], TASK)).toBe('constant');
    expect(targetProvenance({}, ['/to'], TASK)).toBe('constant');
  });
});

describe('the trusted directory', () => {
  const tool = (name: string, trustedTargets?: string[]) =>
    ({ name, targets: ['/to'], ...(trustedTargets ? { trustedTargets } : {}) }) as unknown as ToolManifest;
  const mail = tool('mail', ['desk@example.com']);
  const chat = tool('chat');
  const directory = new TrustedDirectory({ tools: [mail, chat], trustedDirectory: ['all@example.com'] });

  it('holds what is declared for all tools, and each tool’s own values for that tool alone', () => {
    expect(directory.provenanceOf(mail, { to: 'desk@example.com' }, TASK)).toBe('directory');
    expect(directory.provenanceOf(chat, { to: 'desk@example.com' }, TASK)).toBe('unknown');
    expect(directory.provenanceOf(chat, { to: 'all@example.com' }, TASK)).toBe('directory');
    expect(directory.provenanceOf(mail, { to: 'all@example.com' }, TASK)).toBe('directory');
  });

  it('matches exactly: no part, no other case, no name of an object’s own', () => {
    for (const to of ['ll@example.com', 'All@example.com', 'all@example.com ', 'constructor']) {
      expect(directory.provenanceOf(mail, { to }, TASK)).toBe('unknown');
    }
  });
});

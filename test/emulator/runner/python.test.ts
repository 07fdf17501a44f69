import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { findPython } from './python';

describe('the search for Python', () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'python-test-'));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  function fake(name: string, script: string): void {
    fs.writeFileSync(path.join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const find = (...candidates: string[]) => findPython(candidates, { PATH: directory });

  test('takes the first that is new enough, past one that is too old and one that does not run', () => {
    fake('python3', 'echo "3.9 /usr/bin/python3.9"');
    fake('python3.13', 'echo "pyenv: python3.13: command not found" >&2; exit 127');
    fake('python3.12', 'echo "3.12 /opt/python 3.12/bin/python"');
    expect(find('python3', 'python3.13', 'python3.12')).toEqual({
      executable: '/opt/python 3.12/bin/python',
      version: '3.12',
    });
  });

  test('does not take 3.9 for newer than 3.10, nor a Python 4', () => {
    fake('python3', 'echo "3.9 /usr/bin/python3.9"');
    fake('python', 'echo "4.0 /usr/bin/python4"');
    expect(() => find('python3', 'python')).toThrow(/needs Python 3\.10.*python3 is 3\.9; python is 4\.0.*Install it/s);
  });

  test('names the missing package where venv is missing', () => {
    fake('python3', 'echo "ModuleNotFoundError: No module named \'ensurepip\'" >&2; exit 1');
    expect(() => find('python3')).toThrow(/python3 lacks the venv module.*python3-venv/);
  });

  test('says that there is none', () => {
    expect(() => find('python3', 'python')).toThrow(/none of python3, python runs/);
  });
});

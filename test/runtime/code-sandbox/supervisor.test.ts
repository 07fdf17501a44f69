import { mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RANGES, TIMEOUT_MS } from '../../../lib/connectors/code-sandbox-problems';
import { codeHost } from '../../../runtime/code-sandbox/code-host';
import { runCode, type Supervisor } from '../../../runtime/code-sandbox/run-code';
import { checkAnswer } from '../../../runtime/core/code-sandbox/check-answer';
import type { RunRequest } from '../../../runtime/core/contracts';
import { hostOf, LIMITS, leftIn, newBase, removeBases, requestOf, run, WAYS } from './sandbox-hosts';

afterAll(removeBases);

/** Other systems have none of what the supervisor asks the kernel for. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux.each(WAYS.map((way) => [way.name, way] as const))('a run %s', (_, way) => {
  let supervisor: Supervisor;
  beforeAll(() => {
    supervisor = way.make();
  });

  it('computes from its inputs and hands files back, in Python', async () => {
    const request = requestOf(
      `import csv, json
rows = list(csv.DictReader(open("t.csv")))
json.dump({"sum": sum(int(row["amount"]) for row in rows)}, open("sum.json", "w"))
open("raw.bin", "wb").write(open("b.bin", "rb").read() + b"\\xff")
print("rows:", len(rows))`,
      {
        inputs: [
          { name: 't.csv', text: 'id,amount\n1,5\n2,7\n' },
          { name: 'b.bin', base64: 'AAE=' },
        ],
        outputs: ['sum.json', 'raw.bin', 'none.txt'],
      },
    );
    const answer = await run(supervisor, request);
    expect(answer).toMatchObject({ status: 'ok', exitCode: 0, stdout: 'rows: 2\n', stderr: '' });
    expect(answer.files).toMatchObject([
      { name: 'sum.json', text: '{"sum": 12}' },
      { name: 'raw.bin', base64: 'AAH/', bytes: 3 },
    ]);
    expect(answer.notes).toEqual([expect.stringContaining('none.txt')]);
    expect(checkAnswer(JSON.stringify(answer), request).ok).toBe(true);
  });

  it('computes in JavaScript, also as a module', async () => {
    for (const code of [
      'const fs = require("node:fs"); console.log(JSON.parse(fs.readFileSync("arguments.json", "utf8")).n * 2);',
      'import fs from "node:fs"; const { n } = JSON.parse(fs.readFileSync("arguments.json", "utf8")); console.log(await n * 2);',
    ]) {
      const answer = await run(supervisor, requestOf(code, { language: 'javascript', arguments: '{"n":21}' }));
      expect([answer.status, answer.stdout, answer.stderr]).toEqual(['ok', '42\n', '']);
    }
  });

  it('says what went wrong as the interpreter does, without the host’s folders', async () => {
    const python = await run(supervisor, requestOf('import json\njson.loads("{")'));
    expect(python.status).toBe('error');
    expect(python.stderr).toContain('File "main.py", line 2');
    expect(python.stderr).toContain('File "python/json/decoder.py"');
    expect(python.stderr).toContain('json.decoder.JSONDecodeError');
    const node = await run(supervisor, requestOf('null.x', { language: 'javascript' }));
    expect(node.stderr).toMatch(/main\.js:1[\s\S]*TypeError: Cannot read properties of null/);
    for (const { stderr } of [python, node]) expect(stderr).not.toMatch(/\/(usr|tmp|root|home|var)\//);
  });

  it('finds its packages', async () => {
    const packages = path.join(newBase(), 'packages');
    mkdirSync(path.join(packages, 'node_modules/tables'), { recursive: true });
    writeFileSync(
      path.join(packages, 'tables.py'),
      'rows = 3\nimport os\nclass Broken:\n  def __repr__(self): raise ValueError(__file__)',
    );
    writeFileSync(path.join(packages, 'node_modules/tables/index.js'), 'exports.rows = 4;');
    const host = {
      ...supervisor.host,
      pythonPackages: packages,
      nodePackages: path.join(packages, 'node_modules'),
    };
    const withPackages = { ...supervisor, host };
    const python = await run(withPackages, requestOf('import tables\nprint(tables.rows)\nprint(tables.Broken())'));
    expect([python.stdout, python.stderr]).toEqual(['3\n', expect.stringContaining('packages/tables.py')]);
    expect(python.stderr).not.toContain(packages);
    for (const code of ['console.log(require("tables").rows)', 'import t from "tables"; console.log(t.rows)']) {
      const node = await run(withPackages, requestOf(code, { language: 'javascript' }));
      expect([node.stdout, node.stderr]).toEqual(['4\n', '']);
    }
  });

  it('shares a directory with the next run of its tenant, and with nobody else', async () => {
    const kept = (code: string) => requestOf(code, { keepDirectory: true });
    const look = 'import os\nprint(sorted(os.listdir(".")))';
    await run(supervisor, kept('open("notes.txt", "w").write("x")'), 's-1');
    expect((await run(supervisor, kept(look), 's-1')).stdout).toContain('notes.txt');
    expect((await run(supervisor, requestOf(look), 's-1')).stdout).not.toContain('notes.txt');
    await run(supervisor, kept('open("notes.txt", "w").write("x")'), 's-1');
    expect((await run(supervisor, kept(look), 's-2')).stdout).not.toContain('notes.txt');
    // The other tenant's run has removed it.
    expect((await run(supervisor, kept(look), 's-1')).stdout).not.toContain('notes.txt');
    expect(await run(supervisor, kept(look), '')).toMatchObject({ status: 'refused' });
  });

  it('writes through no link that an earlier run of its session left', async () => {
    const target = path.join(newBase(), 'target');
    writeFileSync(target, 'before');
    const code = `import os\nos.remove("main.py"); os.symlink(${JSON.stringify(target)}, "main.py")\nos.mkdir("in.txt"); os.mkdir("in.txt/d")`;
    await run(supervisor, requestOf(code, { keepDirectory: true }), 's-9');
    const next = requestOf('print(open("in.txt").read())', {
      keepDirectory: true,
      inputs: [{ name: 'in.txt', text: 'given' }],
    });
    expect(await run(supervisor, next, 's-9')).toMatchObject({ status: 'ok', stdout: 'given\n' });
    await run(supervisor, requestOf('pass'));
    expect(leftIn(supervisor)).toEqual([]);
  });

  it('runs two calls that come at once one after the other, in one folder', async () => {
    const look = (name: string) =>
      requestOf(`import os, time\nopen("${name}", "w").close()\ntime.sleep(0.3)\nprint(sorted(os.listdir(".")))`);
    const answers = await Promise.all(['one', 'two', 'three'].map((name) => run(supervisor, look(name))));
    expect(answers.map(({ stdout }) => stdout)).toEqual([
      "['main.py', 'one']\n",
      "['main.py', 'two']\n",
      "['main.py', 'three']\n",
    ]);
  });

  it('starts with an empty directory where an earlier run of its session replaced it', async () => {
    const replace = `import os
here = os.getcwd()
os.chdir("/")
try: os.rename(here, here + "x"); os.symlink("/etc", here)
except OSError: pass`;
    await run(supervisor, requestOf(replace, { keepDirectory: true }), 's-7');
    const look = requestOf('import os\nprint(os.listdir("."))', { keepDirectory: true });
    expect(await run(supervisor, look, 's-7')).toMatchObject({ status: 'ok', stdout: "['main.py']\n" });
    await run(supervisor, requestOf('pass'));
    expect(leftIn(supervisor)).toEqual([]);
  });

  it('runs two sessions at once, of which neither sees the other’s files or processes', async () => {
    const other = way.make();
    const program = (name: string, mark: string) => `import os, time
open("${name}.txt", "w").write("${mark}")
for folder in (os.environ["TMPDIR"], os.environ["HOME"]): open(os.path.join(folder, "${name}.tmp"), "w").write("${mark}")
time.sleep(0.4)
seen = []
for folder, _, names in os.walk("${way.hasNamespaces ? '/tmp' : '.'}", onerror=lambda _: None): seen += names
commands = []
for pid in os.listdir("/proc"):
    try: commands.append(open(f"/proc/{pid}/cmdline").read().replace("\\0", " ") if pid.isdigit() else "")
    except OSError: pass
print(sorted(name for name in seen if name.endswith((".txt", ".tmp"))))
print(sum(command.rstrip().endswith("main.py") for command in commands))`;
    const [one, two] = await Promise.all([
      run(supervisor, requestOf(program('one', 'MARK-1'))),
      run(other, requestOf(program('two', 'MARK-2'))),
    ]);
    expect([one.status, two.status]).toEqual(['ok', 'ok']);
    if (way.hasNamespaces) {
      // On Lambda, each session has a machine of its own instead; the template holds that.
      expect(one.stdout).toBe("['one.tmp', 'one.tmp', 'one.txt']\n1\n");
      expect(two.stdout).toBe("['two.tmp', 'two.tmp', 'two.txt']\n1\n");
    }
    expect([...leftIn(supervisor), ...leftIn(other)]).toEqual([]);
  });
});

jest.setTimeout(60_000);

onLinux('the supervisor', () => {
  const supervisor = hostOf(newBase(), true);

  it.each<[string, unknown]>([
    ['no event', undefined],
    ['a list', []],
    ['another version', { ...requestOf('pass'), v: 2 }],
    ['another language', { ...requestOf('pass'), language: 'bash' }],
    ['code that is no text', { ...requestOf('pass'), code: ['x'] }],
    ['no limits', { ...requestOf('pass'), limits: undefined }],
    ['a limit that is too high', requestOf('pass', { limits: { ...LIMITS, memoryMb: 1e9 } })],
    ['a limit that is no number', requestOf('pass', { limits: { ...LIMITS, timeoutMs: '5' as never } })],
    ['a limit that is true', requestOf('pass', { limits: { ...LIMITS, maxFiles: true as never } })],
    ['a limit that is a fraction', requestOf('pass', { limits: { ...LIMITS, maxProcesses: 1.5 } })],
    ['an input with text and base64', requestOf('pass', { inputs: [{ name: 'a', text: '', base64: '' }] })],
    ['an input that isn’t base64', requestOf('pass', { inputs: [{ name: 'a', base64: '??' }] })],
    [
      'an input with the name of another',
      requestOf('pass', {
        inputs: [
          { name: 'a', text: '' },
          { name: 'a', text: '' },
        ],
      }),
    ],
    [
      'too many inputs',
      requestOf('pass', { inputs: Array.from({ length: 17 }, (_, i) => ({ name: `f${i}`, text: '' })) }),
    ],
    ['an output with a line end', requestOf('pass', { outputs: ['a\n'] })],
    ['an output that is hidden', requestOf('pass', { outputs: ['.bashrc'] })],
    ['arguments that are no text', { ...requestOf('pass'), arguments: {} }],
    ['a directory to keep that is no truth value', { ...requestOf('pass'), keepDirectory: 'yes' }],
  ])('refuses %s', async (_, event) => {
    const answer = await run(supervisor, event);
    expect(answer).toMatchObject({ status: 'refused', stdout: '', files: [] });
    expect(answer.stderr).not.toBe('');
    expect(answer.exitCode).toBeUndefined();
  });

  it('takes the least and the most that an app may declare', async () => {
    for (const end of [0, 1] as const) {
      const limits = {
        timeoutMs: TIMEOUT_MS[end],
        memoryMb: RANGES.memoryMiB[end],
        maxProcesses: RANGES.maxProcesses[end],
        maxOutputBytes: RANGES.maxOutputBytes[end],
        maxFileBytes: RANGES.maxFileBytes[end],
        maxFiles: RANGES.maxFiles[end],
      };
      expect(await run(supervisor, requestOf('pass', { limits }))).toMatchObject({ status: 'ok', stderr: '' });
    }
  });

  it('runs nothing while its folder can’t be cleared', async () => {
    const base = path.join(newBase(), 'gone');
    expect(await run(hostOf(base, true), requestOf('print(1)'))).toMatchObject({ status: 'ok' });
    symlinkSync('/tmp', path.join(newBase(), 'link'));
    const link = path.join(newBase(), 'link');
    symlinkSync('/tmp', link);
    const refused = await run(hostOf(link, true), requestOf('print(1)'));
    expect(refused).toMatchObject({ status: 'refused', stderr: expect.stringContaining('files of an earlier run') });
  });

  it('answers where its program is missing, broken or too slow', async () => {
    const lost = async (command: readonly string[], limits = LIMITS) =>
      runCode(requestOf('pass', { limits }), '', { ...supervisor, command });
    expect((await lost(['/nowhere/python3'])).answer.status).toBe('crashed');
    expect((await lost(['/bin/echo', 'not JSON'])).answer.status).toBe('crashed');
    const slow = await lost(['/bin/sleep', '60'], { ...LIMITS, timeoutMs: 100 });
    expect(slow.answer).toMatchObject({ status: 'timeout', stdout: '', files: [] });
    expect(JSON.stringify(slow.answer)).not.toContain('nowhere');
  });

  it('says which walls the host gave', async () => {
    const { isolation } = await runCode(requestOf('pass'), '', hostOf(newBase(), false));
    expect(isolation).toEqual(expect.arrayContaining(['limits', 'system calls']));
    expect(isolation).not.toContain('network');
  });

  it('finds itself beside its handler', async () => {
    const found = codeHost(path.join(__dirname, '../../../runtime/code-sandbox'));
    const request: RunRequest = requestOf('print(6 * 7)');
    expect((await runCode(request, '', found)).answer).toMatchObject({ status: 'ok', stdout: '42\n' });
    expect(readdirSync(found.host.base)).toEqual([]);
    rmdirSync(found.host.base);
  });
});

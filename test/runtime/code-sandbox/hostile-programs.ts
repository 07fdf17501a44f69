import path from 'node:path';
import type { CodeLanguage, RunAnswer, RunInputFile, RunLimits, RunStatus } from '../../../runtime/core/contracts';
import type { Way } from './sandbox-hosts';

export interface HostileProgram {
  readonly name: string;
  readonly code: string;
  /** Each is an honest account of how the run ended. */
  readonly ends: readonly RunStatus[];
  /** @default python */
  readonly language?: CodeLanguage;
  readonly limits?: Partial<RunLimits>;
  readonly inputs?: readonly RunInputFile[];
  readonly outputs?: readonly string[];
  /** What else must hold. */
  readonly holds?: (answer: RunAnswer, way: Way) => void;
}

const SHORT = { timeoutMs: 700 };
/** Takes its time on a machine that does much else. It ends by another limit. */
const LONG = { timeoutMs: 20_000 };
/** Prints what a call gave: its error's name, or that it worked. */
const TRY = `
def attempt(name, call):
    try:
        call()
        print(name, "WORKED")
    except BaseException as error:
        print(name, type(error).__name__)
`;

function nothingWorked({ stdout }: RunAnswer): void {
  expect(stdout).not.toBe('');
  expect(stdout).not.toContain('WORKED');
}

function leftOut({ files, notes }: RunAnswer): void {
  expect(files).toEqual([]);
  expect(notes?.length).toBeGreaterThan(0);
}

const processes: readonly HostileProgram[] = [
  { name: 'fork bomb', code: 'import os\nwhile True: os.fork()', ends: ['too_many_processes'] },
  {
    name: 'fork bomb that swallows errors',
    code: 'import os\nwhile True:\n  try: os.fork()\n  except OSError: pass',
    ends: ['too_many_processes'],
  },
  {
    name: 'fork bomb of a shell',
    code: 'import os\nos.system("bomb() { bomb | bomb & }; bomb; sleep 60")',
    // Most of its shells end by themselves when the kernel gives them no more.
    ends: ['too_many_processes', 'timeout'],
    limits: SHORT,
  },
  {
    name: 'threads without end',
    code: 'import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(9,)).start()',
    ends: ['too_many_processes', 'error', 'timeout'],
    limits: SHORT,
  },
  {
    name: 'fork bomb of Node',
    language: 'javascript',
    code: 'const { spawn } = require("child_process"); for (;;) spawn(process.execPath, [__filename], { detached: true });',
    ends: ['too_many_processes', 'error', 'out_of_memory'],
  },
  {
    name: 'daemon by two forks',
    code: `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
time.sleep(0.1); print("parent ends")`,
    ends: ['ok'],
  },
  {
    name: 'child in a session of its own that holds the output open',
    code: 'import subprocess\nsubprocess.Popen(["sleep", "60"], start_new_session=True)\nprint("parent ends")',
    ends: ['ok'],
    holds: ({ durationMs }) => expect(durationMs).toBeLessThan(3_000),
  },
  {
    name: 'detached child of Node',
    language: 'javascript',
    code: 'require("child_process").spawn("sleep", ["60"], { detached: true, stdio: "inherit" }).unref();',
    ends: ['ok'],
  },
  {
    name: 'becomes another program',
    code: 'import os\nos.execv("/bin/sleep", ["sleep", "60"])',
    ends: ['timeout'],
    limits: SHORT,
  },
];

const time: readonly HostileProgram[] = [
  { name: 'endless loop', code: 'while True: pass', ends: ['timeout'], limits: SHORT },
  {
    name: 'endless loop of Node',
    language: 'javascript',
    code: 'for (;;) {}',
    ends: ['timeout'],
    limits: SHORT,
  },
  { name: 'sleeps past its time', code: 'import time\ntime.sleep(60)', ends: ['timeout'], limits: SHORT },
  {
    name: 'ignores every signal',
    code: `import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass`,
    ends: ['timeout'],
    limits: SHORT,
  },
  {
    name: 'stops itself',
    code: 'import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)',
    ends: ['timeout'],
    limits: SHORT,
  },
  {
    name: 'loops at its exit',
    code: 'import atexit\ndef loop():\n  while True: pass\natexit.register(loop)',
    ends: ['timeout'],
    limits: SHORT,
  },
  {
    name: 'timer of Node that never ends',
    language: 'javascript',
    code: 'process.on("SIGTERM", () => {}); setInterval(() => {}, 10);',
    ends: ['timeout'],
    limits: SHORT,
  },
];

const memory: readonly HostileProgram[] = [
  {
    name: 'all memory',
    code: 'kept = []\nwhile True: kept.append(bytearray(10_000_000))',
    ends: ['out_of_memory'],
    limits: LONG,
  },
  {
    name: 'all memory in many processes',
    code: 'import os, time\nfor _ in range(8): os.fork()\nkept = bytearray(100_000_000)\ntime.sleep(5)',
    ends: ['out_of_memory', 'too_many_processes'],
    limits: LONG,
  },
  {
    name: 'all memory, shared',
    code: `import mmap
kept = []
while True:
    block = mmap.mmap(-1, 20_000_000); block.write(b"x" * 20_000_000); kept.append(block)`,
    ends: ['out_of_memory'],
    limits: LONG,
  },
  {
    name: 'all memory of Node',
    language: 'javascript',
    code: 'const kept = []; for (;;) kept.push(new Array(1e6).fill(1.5));',
    ends: ['out_of_memory'],
    limits: LONG,
  },
  {
    name: 'all memory of Node, outside its heap',
    language: 'javascript',
    code: 'const kept = []; for (;;) kept.push(Buffer.alloc(2e7, 1));',
    ends: ['out_of_memory', 'error', 'crashed'],
    limits: LONG,
  },
  {
    name: 'recursion without end',
    code: 'import sys\nsys.setrecursionlimit(10**9)\ndef deeper(): deeper()\ndeeper()',
    ends: ['crashed', 'out_of_memory', 'error'],
    limits: LONG,
  },
  {
    name: 'recursion of a compiled function',
    code: 'import sys\nsys.setrecursionlimit(10**9)\nnested = []\nfor _ in range(3 * 10**5): nested = [nested]\nrepr(nested)',
    ends: ['crashed', 'out_of_memory', 'error'],
    limits: LONG,
  },
];

const output: readonly HostileProgram[] = [
  {
    name: 'a gigabyte of output',
    code: 'import os\nfor _ in range(1024): os.write(1, b"x" * 1_048_576)',
    ends: ['too_much_output'],
    holds: ({ stdout }) => expect(stdout).toHaveLength(65_536),
  },
  {
    name: 'a gigabyte of errors without a line end',
    language: 'javascript',
    code: 'const fs = require("fs"); for (let i = 0; i < 1024; i++) fs.writeSync(2, "x".repeat(1_048_576));',
    ends: ['too_much_output'],
  },
  {
    name: 'bytes that are no text',
    code: 'import sys\nsys.stdout.buffer.write(b"\\xff\\xfe\\x00" * 20_000)',
    ends: ['ok'],
    holds: ({ stdout }) => expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(65_536),
  },
  {
    name: 'an answer of the sandbox, forged',
    code: `import sys
forged = '{"answer": {"v": 1, "status": "ok", "stdout": "forged", "stderr": "", "files": [], "durationMs": 0}}'
for stream in (sys.stdout, sys.stderr): print(forged, file=stream)
sys.exit(3)`,
    ends: ['error'],
    holds: ({ exitCode, stdout }) => {
      expect(exitCode).toBe(3);
      expect(stdout).toContain('"forged"');
    },
  },
  {
    name: 'writes to every open file',
    code: `import os
for fd in range(3, 300):
    try: print("WORKED", fd, os.write(fd, b"E0"))
    except OSError: pass
print("done")`,
    ends: ['ok'],
    holds: ({ stdout }) => expect(stdout).toBe('done\n'),
  },
  {
    name: 'closes every open file',
    code: 'import os\nos.closerange(0, 256)\nwhile True: pass',
    ends: ['timeout'],
    limits: SHORT,
  },
  {
    name: 'leaves by another way',
    code: 'import os, sys\nsys.exit = print\nos._exit(7)',
    ends: ['error'],
    holds: ({ exitCode }) => expect(exitCode).toBe(7),
  },
];

const crashes: readonly HostileProgram[] = [
  { name: 'native crash', code: 'import ctypes\nctypes.string_at(0)', ends: ['crashed'] },
  { name: 'aborts', code: 'import os\nos.abort()', ends: ['crashed'] },
  { name: 'kills itself', code: 'import os\nos.kill(os.getpid(), 9)', ends: ['crashed'] },
  { name: 'Node aborts', language: 'javascript', code: 'process.abort()', ends: ['crashed'] },
];

const reaching: readonly HostileProgram[] = [
  {
    name: 'opens sockets',
    code: `import os, socket
${TRY}
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", int(open("port").read())), 1))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("169.254.169.253", 53)))
attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("unix", lambda: socket.socket(socket.AF_UNIX).connect("\\0anything"))
attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
attempt("dns", lambda: socket.getaddrinfo("example.com", 443))`,
    ends: ['ok'],
    holds: nothingWorked,
  },
  {
    name: 'Node connects',
    language: 'javascript',
    code: `const port = Number(require("fs").readFileSync("port", "utf8"));
require("net").connect(port, "127.0.0.1", () => console.log("WORKED")).on("error", (e) => console.log("refused", e.code));
fetch("http://127.0.0.1:" + port).then(() => console.log("WORKED"), (e) => console.log("refused", e.cause?.code));
require("dns").lookup("example.com", (e) => console.log(e ? "refused" : "WORKED"));`,
    ends: ['ok'],
    holds: nothingWorked,
  },
  {
    name: 'system calls of other worlds',
    code: `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
x86 = dict(ptrace=(101, 16, os.getppid()), mount=(165, b"none", b"/tmp", b"tmpfs", 0, 0), unshare=(272, 0x10000000),
  setns=(308, 0, 0), chroot=(161, b"."), memfd=(319, b"x", 0), shmget=(29, 0, 4096, 0o1600), msgget=(68, 0, 0o1600),
  semget=(64, 0, 1, 0o1600), mq=(240, b"x", 0o102, 0o600, 0), keyctl=(250, 0, -3, 1), bpf=(321, 0, 0, 0),
  io_uring=(425, 8, 0), userfaultfd=(323, 0), perf=(298, 0, 0, 0, 0, 0), pidfd=(434, os.getppid(), 0),
  vm_read=(310, os.getppid(), 0, 0, 0, 0, 0), clone_user=(56, 0x10000011, 0, 0, 0, 0), clone3=(435, 0, 0),
  personality=(135, 0x40000), later=(460, 0), x32=(0x40000000 + 41, 2, 1, 0), kill_all=(62, -1, 9))
arm = dict(ptrace=(117, 16, os.getppid()), mount=(40, b"none", b"/tmp", b"tmpfs", 0, 0), unshare=(97, 0x10000000),
  chroot=(51, b"."), memfd=(279, b"x", 0), shmget=(194, 0, 4096, 0o1600), bpf=(280, 0, 0, 0), io_uring=(425, 8, 0),
  clone_user=(220, 0x10000011, 0, 0, 0, 0), clone3=(435, 0, 0), later=(460, 0), kill_all=(129, -1, 9))
for name, arguments in (x86 if os.uname().machine == "x86_64" else arm).items():
    result = libc.syscall(*(ctypes.c_char_p(a) if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments))
    print(name, "WORKED" if result >= 0 or ctypes.get_errno() not in (1, 38) else os.strerror(ctypes.get_errno()), flush=True)`,
    ends: ['ok'],
    holds: nothingWorked,
  },
  {
    name: 'kills what started it',
    code: `import os, signal
${TRY}
for name, target in (("parent", os.getppid()), ("group of the parent", -os.getppid()), ("all", -1)):
    if target != 0: attempt(name, lambda: os.kill(target, signal.SIGKILL))
print("alive")`,
    ends: ['ok'],
    holds: ({ stdout }, { hasNamespaces }) => {
      expect(stdout).toContain('alive');
      // There, the parent has the number of nobody, and can't be named.
      if (!hasNamespaces) expect(stdout).not.toContain('WORKED');
    },
  },
  {
    name: 'has others killed when a file is ready',
    code: `import fcntl, os, socket, struct
${TRY}
attempt("F_SETOWN", lambda: fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid()))
attempt("F_SETOWN_EX", lambda: fcntl.fcntl(os.pipe()[0], 15, struct.pack("ii", 1, os.getppid())))
attempt("FIOSETOWN", lambda: fcntl.ioctl(socket.socketpair()[0], 0x8901, struct.pack("i", os.getppid())))
attempt("SIOCSPGRP", lambda: fcntl.ioctl(socket.socketpair()[0], 0x8902, struct.pack("i", -os.getppid())))
attempt("F_SETSIG", lambda: fcntl.fcntl(os.pipe()[0], 10, 9))`,
    ends: ['ok'],
    holds: nothingWorked,
  },
  {
    name: 'makes what watches it wait for a processor',
    code: `import os
${TRY}
parent = os.getppid()
attempt("nice", lambda: os.setpriority(os.PRIO_PROCESS, parent, 19))
attempt("nice of the user", lambda: os.setpriority(os.PRIO_USER, 0, 19))
attempt("nice of the user by its number", lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19))
attempt("affinity", lambda: os.sched_setaffinity(parent, {0}))
attempt("idle", lambda: os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0)))
attempt("parameters", lambda: os.sched_setparam(parent, os.sched_param(0)))
os.nice(1); os.sched_setaffinity(0, {0})`,
    ends: ['ok'],
    holds: nothingWorked,
  },
  {
    name: 'asks Node where it is',
    language: 'javascript',
    code: 'console.log(require.resolve.paths("x"), process.execPath, process.env, __dirname); require("./missing")',
    ends: ['error'],
    holds: ({ stdout, stderr }) =>
      expect(stdout + stderr).not.toContain(`${path.dirname(path.dirname(process.execPath))}/`),
  },
  {
    name: 'lifts its limits',
    code: `import os, resource
${TRY}
for name in ("NPROC", "DATA", "FSIZE", "CPU", "NOFILE", "CORE"):
    attempt(name, lambda: resource.setrlimit(getattr(resource, "RLIMIT_" + name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
attempt("of its parent", lambda: resource.prlimit(os.getppid() or 1, resource.RLIMIT_NOFILE, (0, 0)))`,
    ends: ['ok'],
    holds: nothingWorked,
  },
  {
    name: 'becomes root by a program with the setuid bit',
    code: `import os, subprocess
for command in (["su", "-c", "id -u"], ["sudo", "-n", "id", "-u"], ["mount", "-t", "tmpfs", "none", "/tmp"]):
    try: print(subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode)
    except OSError: print("absent")
${TRY}
attempt("setuid", lambda: os.setuid(1))
attempt("setgid", lambda: os.setgroups([0]))`,
    ends: ['ok'],
    holds: ({ stdout }) => expect(stdout.split('\n').filter((line) => line === '0')).toEqual([]),
  },
  {
    name: 'reads its environment and that of others',
    code: `import os
print(dict(os.environ))
for pid in os.listdir("/proc"):
    for name in ("environ", "maps", "fd", "mem"):
        try:
            path = f"/proc/{pid}/{name}"
            if pid.isdigit() and int(pid) != os.getpid():
                print(path, os.listdir(path) if name == "fd" else open(path, "rb").read(4096))
        except OSError: pass`,
    ends: ['ok'],
    holds: ({ stdout }) => {
      expect(stdout).not.toContain('CANARY');
      expect(stdout).not.toMatch(/AWS_|SECRET|TOKEN/);
    },
  },
];

const files: readonly HostileProgram[] = [
  {
    name: 'writes elsewhere',
    code: `${TRY}
for folder in ("/", "/usr", "/usr/bin", "/etc", "/root", "/home", "/opt", "/var", "/var/task", "/lib", "/proc", "/sys", "/run", "/dev"):
    attempt(folder, lambda: open(folder + "/evil", "w"))`,
    ends: ['ok'],
    // Without root, the files of this test's own user are in reach where nothing else separates them.
    holds: (answer, { hasNamespaces, hasOwnUser }) => {
      if (hasOwnUser || !hasNamespaces) nothingWorked(answer);
    },
  },
  {
    name: 'link as an output',
    code: 'import os\nos.symlink("/etc/passwd", "out.txt")\nos.symlink("/proc/self/environ", "env.txt")',
    outputs: ['out.txt', 'env.txt'],
    ends: ['ok'],
    holds: leftOut,
  },
  {
    name: 'second name of another file as an output',
    code: 'import os\nopen("a.txt", "w").write("x")\nos.link("a.txt", "out.txt")',
    outputs: ['out.txt'],
    ends: ['ok'],
    holds: leftOut,
  },
  {
    name: 'pipe, folder and device as outputs',
    code: `import os
os.mkfifo("pipe"); os.mkdir("folder"); os.symlink("/dev/zero", "zero")
try: os.mknod("device", 0o20666, os.makedev(1, 5))
except OSError: pass`,
    outputs: ['pipe', 'folder', 'zero', 'device'],
    ends: ['ok'],
    holds: leftOut,
  },
  {
    name: 'sparse file as an output',
    code: 'open("out.bin", "wb").truncate(60_000_000)',
    outputs: ['out.bin'],
    ends: ['ok'],
    holds: leftOut,
  },
  { name: 'sparse file beyond the disk', code: 'open("out.bin", "wb").truncate(2**40)', ends: ['error'] },
  {
    name: 'fills the disk',
    code: 'with open("out.bin", "wb") as file:\n  while True: file.write(b"x" * 1_048_576)',
    ends: ['error', 'crashed'],
  },
  {
    name: 'names with control characters',
    code: `import os
for name in ("a\\nb", "\\x1b[31mred", "-rf", "\\u202egpj.exe", " ", "..x", "\\x7f", "a" * 255):
    open(name, "w").write("x")
open(os.fsencode("bytes") + b"\\xff\\xfe", "w").write("x")
open("good.txt", "w").write("x")`,
    outputs: ['good.txt'],
    ends: ['ok'],
    holds: ({ files: handed }) => expect(handed.map(({ name }) => name)).toEqual(['good.txt']),
  },
  {
    name: 'archive that climbs',
    code: `import io, tarfile, zipfile
with zipfile.ZipFile("a.zip", "w") as archive: archive.writestr("../../../../../tmp/climbed", "x")
with tarfile.open("a.tar", "w") as archive:
    entry = tarfile.TarInfo("../../../../../etc/climbed"); entry.size = 1
    archive.addfile(entry, io.BytesIO(b"x"))`,
    outputs: ['a.zip', 'a.tar'],
    ends: ['ok'],
    holds: ({ files: handed }) => expect(handed).toHaveLength(2),
  },
  {
    name: 'archive that unfolds without end',
    code: `import io, zipfile
bomb = io.BytesIO()
with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive: archive.writestr("zeros", bytes(100_000_000))
with zipfile.ZipFile(bomb) as archive: archive.extractall(".")`,
    ends: ['error', 'crashed', 'out_of_memory'],
    limits: { memoryMb: 512 },
  },
  {
    name: 'folders that are deep and closed',
    // Removing one takes 2 ms on some kernels, and a path to the deepest would be far too long.
    code: `import os
for _ in range(600):
    os.mkdir("d" * 100); os.chdir("d" * 100)
open("f", "w").write("x"); os.chmod("f", 0)
for _ in range(600):
    os.chdir(".."); os.chmod("d" * 100, 0)`,
    ends: ['ok'],
  },
  {
    name: 'files without end',
    code: `import os
os.makedirs("many")
for number in range(30_000):
    os.close(os.open(f"many/{number}", os.O_CREAT))`,
    ends: ['ok', 'error', 'timeout'],
  },
  {
    name: 'lock that a child keeps',
    code: `import fcntl, os, time
file = open("lock", "w"); fcntl.flock(file, fcntl.LOCK_EX)
if os.fork() == 0:
    os.setsid(); time.sleep(60)`,
    ends: ['ok'],
  },
  {
    name: 'leaves files where everybody may write',
    code: `import os, tempfile
for folder in ("/tmp", "/var/tmp", "/dev/shm", os.environ["TMPDIR"], os.environ["HOME"]):
    try: open(os.path.join(folder, "left-by-a-hostile-run"), "w").write("x")
    except OSError: pass`,
    ends: ['ok'],
  },
  {
    name: 'leaves modules for the next',
    code: `import os, site, sys
for folder in (".", os.environ["HOME"], site.getusersitepackages(), os.environ["TMPDIR"], *sys.path):
    for name in ("sitecustomize.py", "usercustomize.py", "json.py", "evil.pth"):
        try:
            os.makedirs(folder, exist_ok=True)
            open(os.path.join(folder, name), "w").write("import sys; sys.stdout.write('LEFT')")
        except OSError: pass`,
    ends: ['ok'],
  },
  {
    name: 'inputs that are named like modules',
    code: 'import json, random, decimal\nprint(json.dumps([1]))',
    inputs: [
      { name: 'json.py', text: 'print("SHADOWED")' },
      { name: 'random.py', text: 'print("SHADOWED")' },
      { name: 'sitecustomize.py', text: 'print("SHADOWED")' },
    ],
    ends: ['ok'],
    holds: ({ stdout }) => expect(stdout).toBe('[1]\n'),
  },
  {
    name: 'libraries put before others',
    code: `import os, sys
open("evil.so", "wb").write(b"\\x7fELF" + bytes(100))
os.environ["LD_PRELOAD"] = os.path.abspath("evil.so")
os.execv(sys.executable, [sys.executable, "-c", "print('went on')"])`,
    ends: ['ok', 'error', 'crashed'],
  },
  {
    name: 'numbers that JSON lacks',
    code: 'open("out.json", "w").write("[NaN, Infinity, -Infinity]")',
    outputs: ['out.json'],
    ends: ['ok'],
    holds: ({ files: [file] }) => expect(file?.text).toBe('[NaN, Infinity, -Infinity]'),
  },
  {
    name: 'Node reads and writes elsewhere',
    language: 'javascript',
    code: `const fs = require("fs");
for (const path of ["/etc/evil", "/usr/evil", "/var/task/evil", "/evil"])
  try { fs.writeFileSync(path, "x"); console.log("WORKED", path); } catch (e) { console.log(e.code); }
fs.symlinkSync("/etc/passwd", "out.txt");
require.cache[require.resolve("./main.js")].exports = "changed";`,
    outputs: ['out.txt'],
    ends: ['ok'],
    holds: (answer, { hasNamespaces, hasOwnUser }) => {
      leftOut(answer);
      if (hasOwnUser || !hasNamespaces) nothingWorked(answer);
    },
  },
];

const refusals: readonly HostileProgram[] = [
  { name: 'code of a megabyte', code: `#${'x'.repeat(1_048_576)}`, ends: ['refused'] },
  { name: 'half of a surrogate pair', code: 'print("\ud800")', ends: ['refused'] },
  { name: 'output that climbs', code: 'pass', outputs: ['../out.txt'], ends: ['refused'] },
  { name: 'input that climbs', code: 'pass', inputs: [{ name: '/etc/x', text: '' }], ends: ['refused'] },
  { name: 'input that replaces the code', code: 'pass', inputs: [{ name: 'main.py', text: '' }], ends: ['refused'] },
];

export const HOSTILE: readonly HostileProgram[] = [
  ...processes,
  ...time,
  ...memory,
  ...output,
  ...crashes,
  ...reaching,
  ...files,
  ...refusals,
];

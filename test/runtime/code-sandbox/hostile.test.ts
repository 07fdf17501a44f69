import { createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Supervisor } from '../../../runtime/code-sandbox/run-code';
import { HOSTILE } from './hostile-programs';
import {
  GRACE_MS,
  LIMITS,
  LOOK_AROUND,
  leftIn,
  leftProcesses,
  NOT_RUN,
  removeBases,
  requestOf,
  run,
  WAYS,
} from './sandbox-hosts';

const NOTHING_BUT_THE_CODE = '[["main.py"], [], true, ';

if (NOT_RUN.length > 0) console.log(`NOT RUN: ${NOT_RUN.join('; ')}`);

afterAll(removeBases);

/** Other systems have none of what the supervisor asks the kernel for. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux.each(WAYS.map((way) => [way.name, way] as const))('a hostile program %s', (_, way) => {
  let supervisor: Supervisor;
  let server: Server;
  let connections = 0;
  let port = '';
  let before = '';

  beforeAll(async () => {
    process.env.CANARY = 'CANARY-of-the-handler';
    supervisor = way.make();
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = String((server.address() as { port: number }).port);
    before = (await run(supervisor, requestOf(LOOK_AROUND))).stdout;
    expect(before).toContain(NOTHING_BUT_THE_CODE);
  });
  afterAll(() => {
    delete process.env.CANARY;
    server.close();
  });

  it.each(HOSTILE.map((program) => [program.name, program] as const))(
    '%s',
    async (_name, program) => {
      const { code, language = 'python', ends, holds, outputs = [], inputs = [] } = program;
      const limits = { ...LIMITS, ...program.limits };
      const given = code.includes('"port"') ? [...inputs, { name: 'port', text: port }] : inputs;
      const startedAt = Date.now();
      const answer = await run(supervisor, requestOf(code, { language, limits, outputs, inputs: given }));
      expect({ ends: ends.includes(answer.status) ? 'as it should' : answer.status, stderr: answer.stderr }).toEqual({
        ends: 'as it should',
        stderr: answer.stderr,
      });
      expect(Date.now() - startedAt).toBeLessThan(limits.timeoutMs + GRACE_MS);
      holds?.(answer, way);
      // No folder of the host is in an answer, whatever failed.
      expect(answer.stdout + answer.stderr).not.toContain(supervisor.host.base);
      expect(connections).toBe(0);

      expect(leftIn(supervisor)).toEqual([]);
      // Another test may run code at this moment, under a user of the same range.
      for (let tries = 0; leftProcesses(supervisor).length > 0 && tries < 50; tries++) await wait(100);
      expect(leftProcesses(supervisor)).toEqual([]);
      const next = await run(supervisor, requestOf(LOOK_AROUND));
      expect([next.status, next.stdout, next.stderr]).toEqual(['ok', before, '']);
    },
    30_000,
  );
});

import { durationText } from '../../../../runtime/core/audit/duration-text';
import { encodeBatch, parseBatch } from '../../../../runtime/core/ledger/batch';
import { DEFAULT_LIMITS } from '../../../../runtime/ledger/sealer-ports';
import { audit } from '../../ledger/audited-ledger';
import { MemorySource } from '../../ledger/memory-source';
import { entry, SealedLedger } from '../../ledger/sealed-ledger';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A log with a heartbeat in every hour. */
async function hourlyLog(hours: number): Promise<SealedLedger> {
  const world = new SealedLedger(DEFAULT_LIMITS);
  await world.write(entry('s-a', 1));
  for (let hour = 0; hour < hours; hour += 1) {
    await world.sealer().run();
    world.advance(HOUR);
  }
  return world;
}

const faults = (report: { findings: readonly { code: string; where: string; message: string }[] }) =>
  report.findings.map(({ code, where, message }) => `${code} ${where}: ${message}`);

test('a log whose last seal is younger than two heartbeats is whole, and older ones are not', async () => {
  const world = await hourlyLog(5);
  const at = (ms: number) => audit(world, new MemorySource(world), { now: world.now + ms });
  expect((await at(HOUR)).findings).toEqual([]);
  expect(faults(await at(31 * DAY))).toEqual([
    expect.stringMatching(
      /^HEARTBEAT_MISSING the end of the log: The last seal is 31 days old \(.*the end was cut off/,
    ),
  ]);
});

test('later times in batches don’t make a log look fresh: entries are signed, and times of batches are not', async () => {
  const world = await hourlyLog(60);
  const source = new MemorySource(world);
  // Stretches the log to twice its length. No gap is longer than two heartbeats.
  const keys = source.keys('batches/');
  const start = Date.parse(parseBatch(source.text(keys[0])).at);
  for (const key of keys) {
    const batch = parseBatch(source.text(key));
    source.write(key, encodeBatch({ ...batch, at: new Date(2 * Date.parse(batch.at) - start).toISOString() }));
  }
  expect(faults(await audit(world, source, { now: world.now + 59 * HOUR }))).toEqual([
    expect.stringMatching(/^HEARTBEAT_MISSING the end of the log: .*no sealed entry is newer than/),
  ]);
});

describe('what was written shortly before a copy was made', () => {
  let world: SealedLedger;
  beforeEach(async () => {
    world = await hourlyLog(2);
    await world.write(entry('s-b', 1));
    world.advance(MINUTE);
  });
  const at = (now: number, readAt?: number) => audit(world, new MemorySource(world), { now, readAt });

  test('may wait for its seal, though the copy is judged an hour later', async () => {
    expect(await at(world.now + 50 * MINUTE, world.now)).toMatchObject({ pending: 1, findings: [] });
    expect((await at(world.now + 50 * MINUTE)).findings.map(({ code }) => code)).toEqual(['UNSEQUENCED']);
  });

  test.each([
    ['long before its last seal', -2 * DAY],
    ['in the future', DAY],
  ])('may not, if the copy says that it was made %s', async (_, shift) => {
    const report = await at(world.now + 50 * MINUTE, world.now + shift);
    expect(report.findings.map(({ code }) => code)).toEqual(['UNSEQUENCED']);
  });
});

test.each([
  [-5, '0 seconds'],
  [1999, '1 second'],
  [119_999, '119 seconds'],
  [2 * MINUTE, '2 minutes'],
  [119 * MINUTE, '119 minutes'],
  [47 * HOUR, '47 hours'],
  [31 * DAY + HOUR, '31 days'],
])('%d ms are %s', (ms, text) => expect(durationText(ms)).toBe(text));

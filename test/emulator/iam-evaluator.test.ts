import { IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { CASES, type GeneratedCase, isExplained, ours } from '../lib/template/iam/generated-cases';
import { casesPerSeed, fc } from '../seed';
import { type Emulator, startEmulator } from './runner';

const COUNT = casesPerSeed(3000, 150);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
}, 300_000);
afterAll(async () => {
  await emulator?.stop();
}, 60_000);

/** What the emulator's simulation takes for given: it reads no context entries, and knows identity policies only. */
const seenByEmulator = (generated: GeneratedCase): GeneratedCase => ({
  ...generated,
  principal: 'role',
  boundary: undefined,
  session: undefined,
  resourcePolicy: undefined,
  endpoint: undefined,
  resourceAccount: generated.principalAccount,
  context: {
    'aws:PrincipalArn': 'arn:aws:iam::000000000000:root',
    'aws:SecureTransport': 'false',
    'aws:SourceIp': '127.0.0.1',
    'aws:CurrentTime': new Date().toISOString(),
  },
});

test(`decides ${COUNT} generated requests as the emulator’s own IAM does`, async () => {
  const iam = new IAMClient(emulator.clientConfig());
  const differences: string[] = [];
  let allowed = 0;
  let denied = 0;
  let explained = 0;
  const cases = fc
    .sample(CASES, { numRuns: COUNT * 3 })
    // KMS evaluates the key's policy first, and the simulation doesn't know that policy.
    .filter(({ identity, action }) => identity.length > 0 && !action.startsWith('kms:'))
    .map(seenByEmulator)
    .slice(0, COUNT);
  expect(cases).toHaveLength(COUNT);
  for (const generated of cases) {
    const { EvaluationResults = [] } = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: generated.identity.map((policy) => JSON.stringify(policy)),
        ActionNames: [generated.action],
        ResourceArns: [generated.resource],
      }),
    );
    const theirs = EvaluationResults[0].EvalDecision;
    const mine = ours(generated);
    if (theirs === 'allowed') allowed += 1;
    if (theirs === 'explicitDeny') denied += 1;
    if (mine === 'depends' && isExplained(generated)) explained += 1;
    else if (mine !== String(theirs === 'allowed')) differences.push(JSON.stringify({ mine, theirs, generated }));
  }
  expect(differences).toEqual([]);
  expect(allowed).toBeGreaterThan(COUNT / 10);
  expect(denied).toBeGreaterThan(COUNT / 10);
  expect(explained).toBeLessThan(COUNT / 50 + 3);
}, 120_000);

import { estimateCost } from '../../lib/cost/estimate-cost';
import { quickstartTemplate } from '../../test/lib/prove/quickstart-template';
import type { BenchResult } from '../bench-report';

/** As `hardened-agent cost` assumes it. */
const SESSION_MINUTES = 10;
/** What the demo's agent calls. */
const CALLS = 14;

/** List price of a session of the quickstart: its task, and its calls through the gate. Without the model's tokens. */
export function sessionPrice(): BenchResult[] {
  const template = { name: 'Quickstart', resources: quickstartTemplate().Resources };
  const { perSessionUsd, per1000CallsUsd } = estimateCost([template], { sessionMinutes: SESSION_MINUTES });
  return [
    {
      name: 'session USD',
      value: perSessionUsd + (per1000CallsUsd / 1000) * CALLS,
      unit: `USD, ${SESSION_MINUTES} minutes, ${CALLS} calls, without tokens`,
    },
    { name: 'of it the task', value: perSessionUsd, unit: 'USD' },
  ];
}

import type { ConnectorsDeployment } from './deployment';
import type { ConnectorKind } from './kinds';

const WARM_UP = 5;

export interface Speed {
  /** Calls in a second, one after another: signed request to reply, ledger and evidence on. */
  readonly gated: number;
  readonly bare: number;
}

/** The same read through the gate and without the product, by turns, so that both meet the same load of the machine. */
export async function speedOf(kind: ConnectorKind, deployment: ConnectorsDeployment, calls: number): Promise<Speed> {
  const session = await deployment.session();
  const bare = kind.bare(deployment);
  const spent = { gated: 0, bare: 0 };
  for (let index = -WARM_UP; index < calls; index += 1) {
    const began = performance.now();
    const reply = await session.call(`speed-${kind.name}-${index}`, kind.call.tool, kind.call.args);
    const between = performance.now();
    await bare();
    const ended = performance.now();
    if (reply.status !== 'succeeded') {
      throw new Error(`The benchmark's own call of ${kind.call.tool} was ${reply.status}: ${reply.reason ?? ''}`);
    }
    if (index < 0) continue;
    spent.gated += between - began;
    spent.bare += ended - between;
  }
  return { gated: (1000 * calls) / spent.gated, bare: (1000 * calls) / spent.bare };
}

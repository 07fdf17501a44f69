import { AspectPriority, Aspects } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { MANIFESTS_FILE, type Manifest } from '../../runtime/core/contracts';
import { SynthesisTimeCode } from '../private/synthesis-time-code';

/**
 * The code of the function that shows requests, with the manifest of each agent that its desk serves.
 * @internal
 */
export class DeskManifests {
  public readonly code = new SynthesisTimeCode('approvals-show-requests');
  private readonly manifests = new Map<string, () => Manifest | undefined>();

  /** @param scope the construct that the asset is created in: it is deployed with this construct's stack */
  constructor(scope: Construct) {
    Aspects.of(scope).add(
      { visit: (node: IConstruct) => (node === scope ? this.stage(scope) : undefined) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /** @param manifest read just before synthesis. Undefined: the agent's validation will fail */
  public add(agentId: string, manifest: () => Manifest | undefined): void {
    this.manifests.set(agentId, manifest);
  }

  private stage(scope: Construct): void {
    const manifests = [...this.manifests].map(([agentId, manifest]) => [agentId, manifest()] as const);
    if (manifests.some(([, manifest]) => manifest === undefined)) this.code.withhold();
    else this.code.stage(scope, MANIFESTS_FILE, Object.fromEntries(manifests));
  }
}

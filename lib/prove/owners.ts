import { functionsCalledBy } from '../checks/facts/gate-apis';
import type { Part } from '../checks/facts/part';
import { variablesOf } from '../checks/facts/variables';
import { type Assembly, memberOf, type Resource, referencesIn } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { agentIdOf } from './agent-ids';

/** What is read of the parts of a runtime. */
interface Parts {
  readonly workloads: ReadonlyMap<Resource, Part>;
  ofWorkload(workload: Resource): Part | undefined;
  ofRole(role: Resource): Part | undefined;
  resourcesConfigured(part: Part, place: string): Resource[];
}

/** What belongs to the agent whose function names it. The rest of a function's configuration is shared by a platform's agents. */
const OWN_PLACES = ['executor', 'code sandbox', 'workflow', 'task', 'task role', 'credential', 'key of the credential'];

/**
 * The agent that each resource belongs to, by its id. A resource that all agents of a platform share, and one outside the
 * runtime, have none.
 */
export function ownersOf(assembly: Assembly, parts: Parts): ReadonlyMap<Resource, string> {
  return new Owners(assembly, parts).all();
}

class Owners {
  private readonly owners = new Map<Resource, string>();

  constructor(
    private readonly assembly: Assembly,
    private readonly parts: Parts,
  ) {}

  public all(): ReadonlyMap<Resource, string> {
    for (const [workload, part] of this.parts.workloads) this.claim(workload, agentIdOf(part));
    for (const part of this.parts.workloads.values()) this.claimConfigured(part);
    for (const [workload, part] of this.parts.workloads)
      if (part.kind === 'operator desk') this.claimOperator(workload);
    for (const method of this.assembly.ofType('AWS::ApiGateway::Method')) this.claimApi(method);
    for (const rule of this.assembly.ofType('AWS::Events::Rule')) this.claimWatch(rule);
    for (const workload of this.parts.workloads.keys()) this.claimLogs(workload);
    for (const role of this.assembly.ofType('AWS::IAM::Role')) {
      const workload = this.parts.ofRole(role)?.workload;
      if (workload !== undefined) this.claim(role, this.owners.get(workload));
    }
    return this.owners;
  }

  private claim(resource: Resource | undefined, agentId: string | undefined): void {
    if (resource !== undefined && agentId !== undefined && !this.owners.has(resource))
      this.owners.set(resource, agentId);
  }

  private claimConfigured(part: Part): void {
    const agentId = agentIdOf(part);
    const named = OWN_PLACES.flatMap((place) => this.parts.resourcesConfigured(part, place));
    for (const resource of named) this.claim(resource, agentId);
  }

  /** The operators' role of one agent, which its function names. */
  private claimOperator(desk: Resource): void {
    for (const { name, value } of variablesOf(desk)) {
      if (name === 'OPERATOR_ROLE_NAME') this.claim(this.assembly.find(value), this.owners.get(desk));
    }
  }

  /** A function, task or state machine has a log group of its own. */
  private claimLogs(workload: Resource): void {
    const owner = this.owners.get(workload);
    for (const property of ['LoggingConfig', 'LoggingConfiguration', 'ContainerDefinitions']) {
      const named = workload.property(property).flatMap(({ value }) => referencesIn(value));
      for (const reference of named) {
        const target = this.assembly.find(reference);
        if (target?.type === 'AWS::Logs::LogGroup') this.claim(target, owner);
      }
    }
  }

  /** An API belongs to the agent of the function that it calls. */
  private claimApi(method: Resource): void {
    const [owner] = functionsCalledBy(this.assembly, method).flatMap((called) => this.owners.get(called) ?? []);
    for (const { value } of method.property('RestApiId')) this.claim(this.assembly.find(value), owner);
  }

  /** A watch and the role that starts it belong to the agent whose workflow is watched. */
  private claimWatch(rule: Resource): void {
    const [owner] = rule
      .property('EventPattern')
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => this.assembly.find(reference) ?? [])
      .flatMap((named) => this.owners.get(named) ?? []);
    for (const { value } of rule.items('Targets')) {
      const target = this.assembly.find(memberOf(value, 'Arn'));
      if (target === undefined || this.parts.ofWorkload(target)?.kind !== 'approval watch') continue;
      this.claim(target, owner);
      this.claim(identityPoliciesOf(this.assembly).roleOf(memberOf(value, 'RoleArn')), owner);
    }
  }
}

import { functionsCalledBy } from '../checks/facts/gate-apis';
import type { Part } from '../checks/facts/part';
import { definitionsOf } from '../checks/facts/state-machines';
import { variablesOf } from '../checks/facts/variables';
import { logGroupsOf } from '../checks/facts/workloads';
import {
  type Assembly,
  describe,
  memberOf,
  piecesOf,
  Reference,
  type Resource,
  referencesIn,
  type TextPiece,
  textOf,
  Unresolved,
  type Value,
} from '../template';
import { accountOf, arnOf, nameOf } from '../template/iam/arn';
import { apiArn, regionOf } from '../template/iam/asked';
import { identityPoliciesOf } from '../template/iam/collect';
import { APPROVER_VARIABLES } from './approver-variables';
import type { RuntimeParts } from './runtime-parts';

/** A resource that a part uses. */
export interface UsedResource {
  /** Undefined for a resource that the templates don't contain. */
  readonly resource?: Resource;
  readonly arn: Value;
  /** The bucket's name, the API's id, the registry's account: what host names are made of. */
  readonly name: Value;
}

/**
 * The resources behind the places of `Right`, for one part: by its environment variables, and by what calls what. Never by
 * permissions, which are what `prove` judges.
 */
export class PartResources {
  constructor(
    private readonly assembly: Assembly,
    private readonly parts: RuntimeParts,
  ) {}

  /** @param role the part's role */
  public of(part: Part, role: Resource, place: string): readonly UsedResource[] {
    if (place === 'image') return this.imagesOf(part);
    const existing = [...this.parts.foundNames(part)]
      // An ARN of `<account>` and `<region>` names what only the deployment knows.
      .filter(([name, found]) => found === place && !name.includes('<'))
      .map(([name]) => ({ name, arn: name.startsWith('arn:') ? name : `arn:aws:s3:::${name}` }));
    return [...this.resourcesOf(part, role, place).map(usedResource), ...existing];
  }

  private resourcesOf(part: Part, role: Resource, place: string): Resource[] {
    const configured = this.parts.resourcesConfigured(part, place);
    if (configured.length > 0) return configured;
    const { workload } = part;
    switch (place) {
      case 'logs':
        return workload === undefined ? [] : logGroupsOf(this.assembly, workload);
      case 'network logs':
        return this.named(workload?.property('LogGroupName'));
      case 'gate API':
        return workload === undefined ? [] : this.apisIn(variablesOf(workload).map(({ value }) => value));
      case 'desk API':
        return this.desksOf(role, APPROVER_VARIABLES);
      case 'operator API':
        return this.desksOf(role, ['OPERATOR_ROLE_NAME']);
      case 'workflow':
        return part.kind === 'approval watch' ? this.watchedBy(workload) : this.workflowsBeside(part);
      case 'approval watch':
        return this.startedWith(role);
      default:
        // The functions that a workflow calls.
        return workload === undefined ? [] : this.calledBy(workload, place);
    }
  }

  private named(values: readonly { readonly value: Value }[] = []): Resource[] {
    const found = values
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => this.assembly.find(reference) ?? []);
    return [...new Set(found)];
  }

  private apisIn(values: readonly Value[]): Resource[] {
    return this.named(values.map((value) => ({ value }))).filter(({ type }) => type === 'AWS::ApiGateway::RestApi');
  }

  /** The APIs of the functions that know a role of people by one of the variables. */
  private desksOf(person: Resource, variables: readonly string[]): Resource[] {
    const methods = this.assembly
      .ofType('AWS::ApiGateway::Method')
      .filter((method) =>
        functionsCalledBy(this.assembly, method).some((called) =>
          variablesOf(called).some(
            ({ name, value }) =>
              variables.includes(name) &&
              referencesIn(value).some((reference) => this.assembly.find(reference) === person),
          ),
        ),
      );
    return this.apisIn(methods.flatMap((method) => method.property('RestApiId').map(({ value }) => value)));
  }

  /** The workflows of the gates that have the same state table: for a part of one agent, of its own gate. */
  private workflowsBeside(part: Part): Resource[] {
    const states = this.parts.resourcesConfigured(part, 'state');
    const gates = [...this.parts.workloads.values()].filter(
      (other) =>
        other.kind === 'gate' &&
        (part.agentId === undefined || other.agentId === part.agentId) &&
        this.parts.resourcesConfigured(other, 'state').some((state) => states.includes(state)),
    );
    return gates.flatMap((gate) => this.parts.resourcesConfigured(gate, 'workflow'));
  }

  /** The state machines in the event patterns of the rules that start a watch. */
  private watchedBy(watch: Resource | undefined): Resource[] {
    const rules = this.assembly
      .ofType('AWS::Events::Rule')
      .filter((rule) =>
        rule.items('Targets').some(({ value }) => this.assembly.find(memberOf(value, 'Arn')) === watch),
      );
    return this.named(rules.flatMap((rule) => rule.property('EventPattern'))).filter(
      ({ type }) => type === 'AWS::StepFunctions::StateMachine',
    );
  }

  /** What event rules start with a role. */
  private startedWith(role: Resource): Resource[] {
    return this.assembly
      .ofType('AWS::Events::Rule')
      .flatMap((rule) => rule.items('Targets'))
      .filter(({ value }) => identityPoliciesOf(this.assembly).roleOf(memberOf(value, 'RoleArn')) === role)
      .flatMap(({ value }) => this.assembly.find(memberOf(value, 'Arn')) ?? []);
  }

  private calledBy(workflow: Resource, kind: string): Resource[] {
    if (workflow.type !== 'AWS::StepFunctions::StateMachine') return [];
    return this.named(definitionsOf(workflow)).filter((called) => this.parts.ofWorkload(called)?.kind === kind);
  }

  /** The repositories of a task's images. */
  private imagesOf({ workload }: Part): UsedResource[] {
    const images = workload?.items('ContainerDefinitions').map(({ value }) => memberOf(value, 'Image')) ?? [];
    return images.flatMap((image) => {
      const [repository] = this.named([{ value: image }]).filter(({ type }) => type === 'AWS::ECR::Repository');
      if (repository === undefined) return repositoryIn(image, workload) ?? [];
      return [{ resource: repository, arn: arnOf(repository), name: accountOf(repository) }];
    });
  }
}

/** `ACCOUNT.dkr.ecr.REGION.SUFFIX/NAME@DIGEST`: a repository that the templates don't contain. */
function repositoryIn(image: Value, workload: Resource | undefined): UsedResource[] | undefined {
  const pieces = piecesOf(image) ?? [];
  const written = pieces.map((piece, index) => (typeof piece === 'string' ? piece : `\0${index}\0`)).join('');
  const [, registry = '', name] = /^([^/]+)\.dkr\.ecr\.[^/]+\/([^@:\0]+)/.exec(written) ?? [];
  if (workload === undefined || name === undefined) return undefined;
  const account = registry.split('\0').map((part, i): TextPiece => (i % 2 === 0 ? part : (pieces[Number(part)] ?? '')));
  const arn = textOf(['arn:aws:ecr:', regionOf(workload), ':', ...account, `:repository/${name}`]);
  return [{ arn, name: textOf(account) }];
}

/** A resource of the templates, as it is used. */
export function usedResource(resource: Resource): UsedResource {
  if (resource.type === 'AWS::ApiGateway::RestApi') {
    const id = new Reference(resource.template.name, resource.logicalId, 'RestApiId');
    return { resource, arn: textOf(apiArn(resource)), name: id };
  }
  const arn = arnOf(resource) ?? new Unresolved(describe(resource.logicalId), resource.path, 'its ARN is not known');
  return { resource, arn, name: nameOf(resource) };
}

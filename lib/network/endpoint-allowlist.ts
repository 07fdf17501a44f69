import { Annotations, Lazy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, Dependable, type IDependable } from 'constructs';
import { VPC } from '../private/props/cdk-shapes';
import { checkArguments, checkConstruct } from '../private/props/check';
import { foreignStruct, listOf, optional, struct, textOrToken } from '../private/props/shape';
import { arnField } from './arn-fields';
import { missingZoneProblem } from './availability-zones';
import { checkCallerGroup, hasEgressRule } from './caller-group';
import { hostNamesOf } from './endpoint-host-names';
import { endpointPolicy, imageLayers, sizeProblem } from './endpoint-policy';
import { EndpointService } from './endpoint-service';
import { ENDPOINT_USE, EXISTING_ENDPOINT, IMAGE_PULL_USE, MODEL_USE, SERVICE } from './endpoint-shapes';
import { type EndpointUse, type ExistingEndpoint, type ImagePullUse, type ModelUse, useProblem } from './endpoint-use';
import { guardrailOf, guardrailProblem } from './guardrail';
import { repositoryProblem } from './image-repository';
import { arnAhead, type NamedUse, namedAhead } from './later-names';
import { ManagedPrefixLists } from './managed-prefix-lists';
import { PREFIX_LIST_IDS } from './option-shapes';

/** Properties of `EndpointAllowlist`. */
export interface EndpointAllowlistProps {
  /** The network that gets the endpoints. */
  readonly vpc: ec2.IVpc;
  /**
   * The subnets that hold the interface endpoints' addresses and whose route tables get the gateway endpoints' routes.
   * @default - all isolated subnets
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * Id of the region's managed prefix list of S3, `pl-…`.
   * @default - from the packaged table; required in regions that the table lacks
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table; required in regions that the table lacks
   */
  readonly dynamoDbPrefixListId?: string;
  /**
   * Route tables of the gateway endpoints, if not those of `subnets`.
   * @internal
   */
  readonly _gatewayRouteTableIds?: string[];
}

const PROPS = struct<EndpointAllowlistProps>(
  {
    vpc: VPC,
    subnets: optional(foreignStruct<ec2.SubnetSelection>('{ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }')),
    ...PREFIX_LIST_IDS,
    _gatewayRouteTableIds: optional(listOf(textOrToken('rtb-1'), "'rtb-1'")),
  },
  '{ vpc }',
);

/** Rules in one direction of a security group (VPC quotas, "Security groups", default). */
const MAX_RULES = 60;

interface ServiceState {
  readonly service: EndpointService;
  readonly endpoint: ec2.IVpcEndpoint;
  readonly securityGroup?: ec2.ISecurityGroup;
  readonly callers: Set<ec2.ISecurityGroup>;
  /** Callers that don't wait for the endpoint. */
  readonly unawaited: Set<ec2.ISecurityGroup>;
  readonly uses: NamedUse[];
}

/**
 * The AWS services that a network may reach. Each has one VPC endpoint, created at its first use, with private DNS, a
 * policy that names principals, actions, resources and accounts, and a security group that admits its callers only.
 *
 * Why each use is written out: an endpoint with the default policy accepts any credentials for any account, so data
 * could leave through S3 to a bucket of another account. Source: AWS whitepaper "Building a data perimeter on AWS"; VPC
 * user guide, "Control access to VPC endpoints using endpoint policies".
 *
 * **Limitations**
 * - An endpoint policy opens the network path only. Roles still need their own permissions.
 * - Anyone who has a presigned URL of ECR can read that image layer, of any repository in the region. AWS documents no
 *   narrower condition for its layer bucket.
 * - Endpoint policies name roles, so the roles must be in the network's stack or in one that is deployed earlier, or belong to
 *   an agent of an `AgentPlatform`.
 * - A caller is one security group. (With one group for each endpoint, a caller could exceed the five groups that a network
 *   interface may have.)
 */
export class EndpointAllowlist extends Construct {
  private readonly vpc: ec2.IVpc;
  private readonly subnets: ec2.SubnetSelection;
  private readonly prefixLists: ManagedPrefixLists;
  private readonly states = new Map<EndpointService, ServiceState>();
  private readonly registryAccounts: string[] = [];
  private readonly gatewayRouteTableIds?: string[];
  private readonly laterStacks = new Set<Stack>();

  /** @throws Error when a prop has a wrong type or is unknown */
  constructor(scope: Construct, id: string, props: EndpointAllowlistProps) {
    checkConstruct(EndpointAllowlist, scope, id, props, PROPS);
    super(scope, id);
    this.vpc = props.vpc;
    this.subnets = props.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    this.gatewayRouteTableIds = props._gatewayRouteTableIds;
    this.prefixLists = new ManagedPrefixLists(this, 'PrefixLists', {
      s3: props.s3PrefixListId,
      dynamoDb: props.dynamoDbPrefixListId,
    });
    this.node.addValidation({ validate: () => [...this.exceededLimits(), ...this.unpinnedAdoptions()] });
  }

  /**
   * Lets one caller use one service. The endpoint is created at the first use.
   * This opens the network only: the role still needs its own permissions.
   *
   * @throws Error when an action belongs to another service or contains a wildcard, when a resource isn't an ARN that names
   * an account and a resource, or when the caller's security group is open or can't be changed
   */
  public allow(service: EndpointService, use: EndpointUse): void {
    checkArguments(`${this.node.path}: allow()`, { service: [SERVICE, service], use: [ENDPOINT_USE, use] });
    const problem = useProblem(service, use);
    if (problem) throw new Error(`${this.node.path}: ${service.name}: ${problem}`);
    const state = this.stateOf(service);
    state.uses.push(namedAhead(use, this.laterStacks));
    this.openTo(state, use.caller);
  }

  /**
   * Lets a task pull its image from a private ECR repository: through the registry's two endpoints, and through the S3
   * gateway for the layers, which are in a bucket that AWS owns.
   *
   * @throws Error when the ARN isn't one of a private repository, or of another region; images of public.ecr.aws must be copied
   * first
   */
  public allowImagePull(use: ImagePullUse): void {
    checkArguments(`${this.node.path}: allowImagePull()`, { use: [IMAGE_PULL_USE, use] });
    const problem = repositoryProblem(this, use.repositoryArn);
    if (problem) throw new Error(`${this.node.path}: ${problem}`);
    const stack = Stack.of(this);
    const repositoryArn = arnAhead(use.repositoryArn, this.laterStacks);
    const resourceAccount = arnField(stack, repositoryArn, 4);
    for (const service of [EndpointService.ECR_API, EndpointService.ECR_DOCKER]) {
      this.allow(service, {
        caller: use.caller,
        principal: use.executionRole,
        actions: ['ecr:GetAuthorizationToken'],
        resources: ['*'],
      });
      this.allow(service, {
        caller: use.caller,
        principal: use.executionRole,
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [repositoryArn],
        resourceAccount,
      });
    }
    this.registryAccounts.push(resourceAccount);
    this.openTo(this.stateOf(EndpointService.S3), use.caller);
  }

  /**
   * Lets a caller invoke exactly these models and inference profiles, and apply a guardrail, through the Bedrock runtime's
   * endpoint.
   * @throws Error when no model is named, or the guardrail is refused
   */
  public allowModels(use: ModelUse): void {
    checkArguments(`${this.node.path}: allowModels()`, { use: [MODEL_USE, use] });
    if (use.models.length === 0) throw new Error(`${this.node.path}: no model to allow; name at least one.`);
    const problem = guardrailProblem(this, use);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
    this.allow(EndpointService.BEDROCK_RUNTIME, {
      caller: use.caller,
      principal: use.principal,
      actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      resources: use.models.flatMap((model) => model.resourceArns(this)),
    });
    const guardrail = guardrailOf(use);
    if (guardrail === undefined) return;
    this.allow(EndpointService.BEDROCK_RUNTIME, {
      caller: use.caller,
      principal: use.principal,
      actions: ['bedrock:ApplyGuardrail'],
      resources: guardrail.resourceArns,
    });
  }

  /**
   * Uses an interface endpoint that the network already has, because a second one with private DNS fails at deployment.
   * Only its security group is changed. Its policy belongs to its owner and isn't checked.
   *
   * @throws Error when the service was used before, or its endpoint is a gateway
   */
  public adopt(service: EndpointService, existing: ExistingEndpoint): void {
    checkArguments(`${this.node.path}: adopt()`, {
      service: [SERVICE, service],
      existing: [EXISTING_ENDPOINT, existing],
    });
    if (service.isGateway || this.states.has(service)) {
      throw new Error(
        `${this.node.path}: the endpoint of ${service.name} can't be adopted: ` +
          (service.isGateway ? 'it is a gateway.' : 'it is already in use. Call adopt() before the first use.'),
      );
    }
    this.states.set(service, { service, ...existing, callers: new Set(), unawaited: new Set(), uses: [] });
    Annotations.of(this).addWarningV2(
      `cdk-hardened-agent:adopted-endpoint:${service.name}`,
      `The endpoint of ${service.name} was adopted: check that its policy pins principals, resources and accounts.`,
    );
  }

  /** The endpoint of a service, or undefined when no caller uses it. */
  public endpointFor(service: EndpointService): ec2.IVpcEndpoint | undefined {
    checkArguments(`${this.node.path}: endpointFor()`, { service: [SERVICE, service] });
    return this.states.get(service)?.endpoint;
  }

  /** The services that have an endpoint. */
  public get services(): EndpointService[] {
    return [...this.states.keys()];
  }

  /** The exact host names that clients of the allowed services look up. Complete once the construct tree is. */
  public hostNames(): string[] {
    return hostNamesOf(Stack.of(this), [...this.states.values()], this.registryAccounts);
  }

  /**
   * Serves callers in a stack that is deployed after this one. Policies can't refer to its resources, so they name them by names
   * that are known at synthesis.
   * @internal
   */
  public _serveLater(stack: Stack): void {
    this.laterStacks.add(stack);
  }

  /**
   * What must exist before a caller's calls succeed: the rules of its security group, and its endpoints with their groups.
   * Known once the construct tree is complete. Of another stack nothing is listed: CDK orders stacks by their references.
   * @internal
   */
  public _openFor(caller: ec2.ISecurityGroup): IDependable {
    const { states } = this;
    const open: IDependable = {};
    Dependable.implement(open, {
      get dependencyRoots() {
        const used = [...states.values()].filter(
          ({ callers, unawaited }) => callers.has(caller) && !unawaited.has(caller),
        );
        return [
          caller,
          ...used.flatMap(({ endpoint, securityGroup }) => (securityGroup ? [endpoint, securityGroup] : [endpoint])),
        ].filter((part) => Stack.of(part) === Stack.of(caller));
      },
    });
    return open;
  }

  /**
   * The function in this group isn't created after the endpoint of a service, because the endpoint's policy names it.
   * @internal
   */
  public _openEarly(service: EndpointService, caller: ec2.ISecurityGroup): void {
    this.states.get(service)?.unawaited.add(caller);
  }

  /**
   * Endpoints that this app creates in the network without this allowlist.
   * @internal
   */
  public _endpointsBeside(): string[] {
    const stack = Stack.of(this);
    const text = (value: unknown) => JSON.stringify(stack.resolve(value));
    const vpcId = text(this.vpc.vpcId);
    const known = new Set([...this.states.values()].map(({ endpoint }) => endpoint.node.defaultChild));
    return this.node.root.node
      .findAll()
      .filter(
        (child): child is ec2.CfnVPCEndpoint =>
          child instanceof ec2.CfnVPCEndpoint &&
          Stack.of(child) === stack &&
          !known.has(child) &&
          text(child.vpcId) === vpcId,
      )
      .map(
        (child) =>
          `${child.node.path}: an endpoint outside the allowlist ${this.node.path}, so its callers, actions and resources aren't limited. ` +
          'Remove it, and declare what is needed with allow(EndpointService.…, { caller, principal, actions, resources }).',
      );
  }

  /** Adopted endpoints of this app whose policy is open or only denies. Imported endpoints have no readable policy. */
  private unpinnedAdoptions(): string[] {
    return [...this.states.values()].flatMap(({ service, endpoint }) => {
      const made = endpoint.node.defaultChild;
      if (!(made instanceof ec2.CfnVPCEndpoint) || endpoint.node.scope === this) return [];
      const policy = Stack.of(made).resolve(made.policyDocument) as { Statement?: { Effect?: unknown }[] } | undefined;
      const fault =
        policy === undefined
          ? 'has no policy, so any principal can use it for any account'
          : [policy.Statement ?? []].flat().some(({ Effect }) => Effect === 'Allow')
            ? undefined
            : 'has a policy that only denies, so no call succeeds';
      if (fault === undefined) return [];
      return [
        `${made.node.path}: the adopted endpoint of ${service.name} ${fault}. Give it a policy that allows exact actions ` +
          'on exact ARNs to the calling roles (aws:PrincipalArn) in your account (aws:ResourceAccount), or let allow() create the endpoint.',
      ];
    });
  }

  private stateOf(service: EndpointService): ServiceState {
    const existing = this.states.get(service);
    if (existing) return existing;
    const id = service.name
      .split(/[.-]/)
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join('');
    const state = service.isGateway ? this.makeGateway(service, id) : this.makeInterface(service, id);
    (state.endpoint.node.defaultChild as ec2.CfnVPCEndpoint).policyDocument = Lazy.any({
      produce: () => this.policyOf(state),
    });
    this.states.set(service, state);
    return state;
  }

  private makeGateway(service: EndpointService, id: string): ServiceState {
    const endpoint = new ec2.GatewayVpcEndpoint(this, id, {
      vpc: this.vpc,
      service: service._traits.gateway as ec2.IGatewayVpcEndpointService,
      subnets: [this.subnets],
    });
    if (this.gatewayRouteTableIds) {
      (endpoint.node.defaultChild as ec2.CfnVPCEndpoint).routeTableIds = this.gatewayRouteTableIds;
    }
    return { service, endpoint, callers: new Set(), unawaited: new Set(), uses: [] };
  }

  private makeInterface(service: EndpointService, id: string): ServiceState {
    const { availabilityZones } = this.vpc.selectSubnets(this.subnets);
    const problem = missingZoneProblem(this, service.name, availabilityZones);
    if (problem) throw new Error(`${this.node.path}: ${problem}`);
    const securityGroup = new ec2.SecurityGroup(this, `${id}Group`, {
      vpc: this.vpc,
      description: `Endpoint of ${service.name}: TCP 443 from its callers only`,
      allowAllOutbound: false,
    });
    const endpoint = new ec2.InterfaceVpcEndpoint(this, id, {
      vpc: this.vpc,
      service: service._traits.target as ec2.IInterfaceVpcEndpointService,
      subnets: this.subnets,
      securityGroups: [securityGroup],
      open: false,
      privateDnsEnabled: true,
    });
    return { service, endpoint, securityGroup, callers: new Set(), unawaited: new Set(), uses: [] };
  }

  private openTo(state: ServiceState, caller: ec2.ISecurityGroup): void {
    if (state.callers.has(caller)) return;
    checkCallerGroup(this, caller);
    state.callers.add(caller);
    const https = ec2.Port.tcp(443);
    const { name } = state.service;
    if (state.securityGroup) {
      // A separate resource, because two groups that name each other inline are a dependency cycle.
      state.securityGroup.addIngressRule(caller, https, `HTTPS from a caller of ${name}`, true);
      caller.addEgressRule(state.securityGroup, https, `HTTPS to the endpoint of ${name}`);
    } else {
      const list = state.service === EndpointService.S3 ? this.prefixLists.s3() : this.prefixLists.dynamoDb();
      caller.addEgressRule(ec2.Peer.prefixList(list), https, `HTTPS to ${name} through its gateway`);
    }
    if (!hasEgressRule(caller)) {
      throw new Error(
        `${this.node.path}: the caller's security group ${caller.node.path} accepts no rules, so calls to ${name} would ` +
          'time out. Import it with mutable: true, or create it with securityGroup() of the network.',
      );
    }
  }

  private policyOf({ service, uses }: ServiceState): iam.PolicyDocument {
    const stack = Stack.of(this);
    const policy = endpointPolicy(stack, service, uses);
    if (service === EndpointService.S3 && this.registryAccounts.length > 0) policy.addStatements(imageLayers(stack));
    return policy;
  }

  private exceededLimits(): string[] {
    const findings: string[] = [];
    for (const state of this.states.values()) {
      const tooLong = sizeProblem(Stack.of(this), this.policyOf(state));
      if (tooLong) findings.push(`${state.service.name}: ${tooLong}`);
      if (state.securityGroup && state.callers.size > MAX_RULES) {
        findings.push(
          `${state.service.name}: ${state.callers.size} callers need ${state.callers.size} ingress rules, more than ` +
            `${MAX_RULES}. Spread them over several networks.`,
        );
      }
    }
    return findings;
  }
}

import { Annotations, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { arnField, arnResourceHead } from './arn-fields';
import type { BedrockModel } from './bedrock-model';
import { EndpointService } from './endpoint-service';
import { ManagedPrefixLists } from './managed-prefix-lists';
import { estimatePolicySize } from './policy-size';

/** One caller's use of one service. */
export interface EndpointUse {
  /**
   * Security group of the caller. It gets egress to the endpoint on TCP 443, and the endpoint ingress from it; so it
   * must be one whose outbound traffic is closed. Callers with the same rights may share one.
   */
  readonly caller: ec2.ISecurityGroup;
  /** The role that the caller uses. Requests of any other principal are refused by the endpoint's policy. */
  readonly principal: iam.IRole;
  /** Exact actions, for example `s3:GetObject`. Wildcards are refused. */
  readonly actions: string[];
  /** ARNs of what the actions may touch. `*` is accepted only for actions that take no resource. */
  readonly resources: string[];
  /**
   * The account that owns the resources.
   * @default - the stack's account
   */
  readonly resourceAccount?: string;
}

/** What an image pull needs. */
export interface ImagePullUse {
  /** Security group of the task. */
  readonly caller: ec2.ISecurityGroup;
  /** The role that pulls: for ECS the execution role. */
  readonly executionRole: iam.IRole;
  /** ARN of the private repository, in the stack's region. */
  readonly repositoryArn: string;
}

/** What calling models needs. */
export interface ModelUse {
  /** Security group of the caller. */
  readonly caller: ec2.ISecurityGroup;
  /** The role that calls the models. */
  readonly principal: iam.IRole;
  /** The models. */
  readonly models: BedrockModel[];
}

/** An interface endpoint that a network already has. */
export interface ExistingEndpoint {
  /** Its security group. It must be one that CDK may add rules to. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** The endpoint. */
  readonly endpoint: ec2.IInterfaceVpcEndpoint;
}

/** Properties of `EndpointAllowlist`. */
export interface EndpointAllowlistProps {
  /** The network that gets the endpoints. */
  readonly vpc: ec2.IVpc;
  /**
   * The subnets that hold the endpoints' addresses, and whose route tables lead to the gateways.
   * @default - all isolated subnets
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * Id of the region's managed prefix list of S3, `pl-…`.
   * @default - from the packaged table; required where that doesn't know the region
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table; required where that doesn't know the region
   */
  readonly dynamoDbPrefixListId?: string;
  /**
   * Route tables of the gateways, where those aren't the ones of `subnets`.
   * @internal
   */
  readonly _gatewayRouteTableIds?: string[];
}

/** Actions that name no resource, so that `*` is the only thing their policy can say (Service Authorization Reference). */
const ACTIONS_WITHOUT_RESOURCE = new Set(['ecr:GetAuthorizationToken', 'sts:GetCallerIdentity', 'kms:GenerateRandom']);

/** Longest endpoint policy, in characters (VPC quotas, "VPC endpoints"). */
const MAX_POLICY_CHARACTERS = 20_480;
/** Rules in one direction of a security group (VPC quotas, "Security groups", default). */
const MAX_RULES = 60;

interface ServiceState {
  readonly service: EndpointService;
  readonly endpoint: ec2.IVpcEndpoint;
  readonly securityGroup?: ec2.ISecurityGroup;
  readonly callers: Set<ec2.ISecurityGroup>;
  readonly uses: EndpointUse[];
}

/**
 * The AWS services that a network may reach: one VPC endpoint each, made when somebody first needs it, with private
 * DNS, a policy that names who may do what to which resource of which account, and a security group that admits its
 * callers only.
 *
 * Why each use is written out: an endpoint with the default policy carries any credentials to any account, so data
 * could leave through S3 to a stranger's bucket. Source: AWS whitepaper "Building a data perimeter on AWS"; VPC user
 * guide, "Control access to VPC endpoints using endpoint policies".
 *
 * **Limitations**
 * - An endpoint policy opens the network path only: roles keep their own permissions, and need them.
 * - The image layers of every ECR repository in the region can be read by whoever holds an address that ECR signed: AWS
 *   documents no narrower condition for its layer bucket.
 * - Endpoint policies name roles, so roles and network belong in the same stack, or the roles in one deployed earlier.
 * - A caller is one security group. (A group an endpoint, attached to each caller, would pass the five groups that a
 *   network interface may have.)
 */
export class EndpointAllowlist extends Construct {
  private readonly vpc: ec2.IVpc;
  private readonly subnets: ec2.SubnetSelection;
  private readonly prefixLists: ManagedPrefixLists;
  private readonly states = new Map<EndpointService, ServiceState>();
  private readonly registryAccounts: string[] = [];
  private readonly gatewayRouteTableIds?: string[];

  constructor(scope: Construct, id: string, props: EndpointAllowlistProps) {
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
   * Lets one caller use one service; the endpoint is made at the first use.
   * This opens the network only: the role still needs its own permissions.
   *
   * @throws when an action isn't the service's or holds a wildcard, when a resource isn't an ARN that names an account
   * and a resource, or when the caller's security group is open or can't be changed
   */
  public allow(service: EndpointService, use: EndpointUse): void {
    this.validateUse(service, use);
    const state = this.stateOf(service);
    state.uses.push(use);
    this.openTo(state, use.caller);
  }

  /**
   * Lets a task pull its image from a private ECR repository, and nothing more: the registry's two endpoints, and
   * the S3 gateway for the layers, which lie in a bucket that AWS owns.
   * Source: Amazon ECR user guide, "Amazon ECR interface VPC endpoints", minimum S3 bucket permissions.
   *
   * @throws when the ARN isn't one of a private repository (images of public.ecr.aws come from the internet: copy them)
   */
  public allowImagePull(use: ImagePullUse): void {
    if (
      !Token.isUnresolved(use.repositoryArn) &&
      !/^arn:[^:*]+:ecr:[^:*]+:\d{12}:repository\/[^*]+$/.test(use.repositoryArn)
    ) {
      throw new Error(
        `${this.node.path}: "${use.repositoryArn}" isn't the ARN of a private ECR repository, and no other registry can ` +
          'be reached from here. Copy the image to a repository of this region and write its ARN.',
      );
    }
    const stack = Stack.of(this);
    const resourceAccount = arnField(stack, use.repositoryArn, 4);
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
        resources: [use.repositoryArn],
        resourceAccount,
      });
    }
    this.registryAccounts.push(resourceAccount);
    this.openTo(this.stateOf(EndpointService.S3), use.caller);
  }

  /** Lets a caller invoke models, by the Bedrock runtime's endpoint: exactly these models and inference profiles. */
  public allowModels(use: ModelUse): void {
    if (use.models.length === 0) throw new Error(`${this.node.path}: no model to allow; name at least one.`);
    this.allow(EndpointService.BEDROCK_RUNTIME, {
      caller: use.caller,
      principal: use.principal,
      actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      resources: use.models.flatMap((model) => model.resourceArns(this)),
    });
  }

  /**
   * Uses an interface endpoint that the network already has, because a second one with private DNS fails at deployment.
   * Only its security group is opened to the callers: its policy belongs to whoever made it, and stays unproven.
   *
   * @throws when the service was used before, or is a gateway
   */
  public adopt(service: EndpointService, existing: ExistingEndpoint): void {
    if (service.isGateway || this.states.has(service)) {
      throw new Error(
        `${this.node.path}: the endpoint of ${service.name} can't be adopted: ` +
          (service.isGateway ? 'it is a gateway.' : 'it is already in use. Call adopt() before the first use.'),
      );
    }
    this.states.set(service, { service, ...existing, callers: new Set(), uses: [] });
    Annotations.of(this).addWarningV2(
      `cdk-hardened-agent:adopted-endpoint:${service.name}`,
      `The endpoint of ${service.name} was adopted: check that its policy pins principals, resources and accounts.`,
    );
  }

  /** The endpoint of a service, or undefined when nobody was allowed to use it. */
  public endpointFor(service: EndpointService): ec2.IVpcEndpoint | undefined {
    return this.states.get(service)?.endpoint;
  }

  /** The services that have an endpoint. */
  public get services(): EndpointService[] {
    return [...this.states.keys()];
  }

  /** The exact host names that clients of the allowed services look up. Complete only once the tree is. */
  public hostNames(): string[] {
    const stack = Stack.of(this);
    const domain = `${stack.region}.${stack.urlSuffix}`;
    const names: string[] = [];
    for (const { service, uses } of this.states.values()) {
      names.push(...service._hostNames(stack));
      const resources = uses.flatMap((use) => use.resources);
      if (service === EndpointService.ECR_DOCKER) {
        names.push(...this.registryAccounts.map((account) => `${account}.dkr.ecr.${domain}`));
      }
      if (service === EndpointService.EXECUTE_API) {
        names.push(...resources.map((arn) => `${arnResourceHead(stack, arn)}.execute-api.${domain}`));
      }
      if (service === EndpointService.S3) {
        names.push(...resources.map((arn) => `${arnResourceHead(stack, arn)}.s3.${domain}`));
        if (this.registryAccounts.length > 0) names.push(`prod-${stack.region}-starport-layer-bucket.s3.${domain}`);
      }
      if (service === EndpointService.DYNAMODB) {
        // The SDKs prefer the host of the account (developer guide, "Account-based endpoints").
        names.push(...uses.map((use) => `${use.resourceAccount ?? stack.account}.ddb.${domain}`));
      }
    }
    const distinct = new Map(names.map((name) => [JSON.stringify(stack.resolve(name)), name]));
    return [...distinct.values()];
  }

  /**
   * Endpoints that this app makes in the network by other means: whatever their policy says, no use was written out.
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
          `${child.node.path}: an endpoint beside the allowlist ${this.node.path}: nothing pins who may do what with it. ` +
          'Remove it, and write what is needed as allow(EndpointService.…, { caller, principal, actions, resources }).',
      );
  }

  /** Adopted endpoints of this app whose policy is open, or lets nothing pass. Those of others can't be seen. */
  private unpinnedAdoptions(): string[] {
    return [...this.states.values()].flatMap(({ service, endpoint }) => {
      const made = endpoint.node.defaultChild;
      if (!(made instanceof ec2.CfnVPCEndpoint) || endpoint.node.scope === this) return [];
      const policy = Stack.of(made).resolve(made.policyDocument) as { Statement?: { Effect?: unknown }[] } | undefined;
      const fault =
        policy === undefined
          ? 'has no policy, so it carries anybody to any account'
          : [policy.Statement ?? []].flat().some(({ Effect }) => Effect === 'Allow')
            ? undefined
            : 'has a policy that only denies, so nothing can pass';
      if (fault === undefined) return [];
      return [
        `${made.node.path}: the adopted endpoint of ${service.name} ${fault}. Give it a policy that allows exact actions ` +
          'on exact ARNs to the roles that call (aws:PrincipalArn) in your account (aws:ResourceAccount), or let allow() make it.',
      ];
    });
  }

  private stateOf(service: EndpointService): ServiceState {
    const existing = this.states.get(service);
    if (existing) return existing;
    const id = service.name
      .split(/[.-]/)
      .map((part) => part[0].toUpperCase() + part.slice(1))
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
    return { service, endpoint, callers: new Set(), uses: [] };
  }

  private makeInterface(service: EndpointService, id: string): ServiceState {
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
    return { service, endpoint, securityGroup, callers: new Set(), uses: [] };
  }

  private openTo(state: ServiceState, caller: ec2.ISecurityGroup): void {
    if (state.callers.has(caller)) return;
    if (caller.allowAllOutbound) {
      throw new Error(
        `${this.node.path}: the caller's security group ${caller.node.path} lets everything out. ` +
          'Make it with securityGroup() of the network, or with allowAllOutbound: false.',
      );
    }
    state.callers.add(caller);
    const https = ec2.Port.tcp(443);
    const { name } = state.service;
    if (state.securityGroup) {
      // Separate resources: two groups that name each other inline are a cycle. The caller's stack holds both rules.
      state.securityGroup.addIngressRule(caller, https, `HTTPS from a caller of ${name}`, true);
      caller.addEgressRule(state.securityGroup, https, `HTTPS to the endpoint of ${name}`);
    } else {
      const list = state.service === EndpointService.S3 ? this.prefixLists.s3() : this.prefixLists.dynamoDb();
      caller.addEgressRule(ec2.Peer.prefixList(list), https, `HTTPS to ${name} through its gateway`);
    }
    if (!caller.node.findAll().some((child) => child instanceof ec2.CfnSecurityGroupEgress)) {
      throw new Error(
        `${this.node.path}: the caller's security group ${caller.node.path} takes no rules, so calls to ${name} could ` +
          'only time out. Import it with mutable: true, or make it with securityGroup() of the network.',
      );
    }
  }

  private validateUse(service: EndpointService, use: EndpointUse): void {
    const fail = (message: string): never => {
      throw new Error(`${this.node.path}: ${service.name}: ${message}`);
    };
    if (use.actions.length === 0 || use.resources.length === 0) {
      fail('a use without actions or resources allows nothing. Name at least one of each.');
    }
    for (const action of use.actions) {
      if (Token.isUnresolved(action) || !isExactAction(action, service.actionPrefix)) {
        fail(
          `action "${action}" is refused: an endpoint policy names exact actions of its own service. ` +
            `Write for example "${service.actionPrefix}:SomeAction".`,
        );
      }
    }
    const takesNoResource = use.actions.every((action) => ACTIONS_WITHOUT_RESOURCE.has(action));
    for (const resource of use.resources) {
      if (resource === '*' && takesNoResource) continue;
      const reason = unpinned(service, resource);
      if (reason) fail(`resource "${resource}" is refused: ${reason} Write the ARN of what the caller needs.`);
    }
  }

  private policyOf(state: ServiceState): iam.PolicyDocument {
    const stack = Stack.of(this);
    const document = new iam.PolicyDocument();
    for (const [index, use] of mergeUses(stack, state.uses).entries()) {
      const takesNoResource = use.actions.every((action) => ACTIONS_WITHOUT_RESOURCE.has(action));
      const pinsAccount = state.service._traits.resourceAccountKey && !takesNoResource;
      document.addStatements(
        new iam.PolicyStatement({
          sid: `Use${index + 1}`,
          // Gateways take no other principal than `*`, and a role named as principal becomes an opaque id once the role
          // is replaced: the condition pins it everywhere alike.
          principals: [new iam.AnyPrincipal()],
          actions: use.actions,
          resources: use.resources,
          conditions: {
            ArnEquals: { 'aws:PrincipalArn': use.principal.roleArn },
            ...(pinsAccount ? { StringEquals: { 'aws:ResourceAccount': use.resourceAccount ?? stack.account } } : {}),
          },
        }),
      );
    }
    if (state.service === EndpointService.S3 && this.registryAccounts.length > 0) {
      document.addStatements(
        new iam.PolicyStatement({
          sid: 'ImageLayers',
          // The layers come from a bucket of AWS's, by an address that AWS signed: neither the caller nor the owner
          // can be conditioned on.
          principals: [new iam.AnyPrincipal()],
          actions: ['s3:GetObject'],
          resources: [`arn:${stack.partition}:s3:::prod-${stack.region}-starport-layer-bucket/*`],
        }),
      );
    }
    return document;
  }

  private exceededLimits(): string[] {
    const findings: string[] = [];
    for (const state of this.states.values()) {
      const size = estimatePolicySize(Stack.of(this).resolve(this.policyOf(state)));
      if (size > MAX_POLICY_CHARACTERS) {
        findings.push(
          `${state.service.name}: the endpoint policy will have about ${size} characters, more than ` +
            `${MAX_POLICY_CHARACTERS}. Name fewer resources, or spread connectors over several runtimes, each in a network of its own.`,
        );
      }
      if (state.securityGroup && state.callers.size > MAX_RULES) {
        findings.push(
          `${state.service.name}: ${state.callers.size} callers need as many ingress rules, more than ` +
            `${MAX_RULES}. Spread them over several networks.`,
        );
      }
    }
    return findings;
  }
}

function isExactAction(action: string, prefix: string): boolean {
  return action.startsWith(`${prefix}:`) && /^[A-Za-z0-9]+$/.test(action.slice(prefix.length + 1));
}

/** Why a resource doesn't pin what may be touched, or undefined when it does. Opaque ARNs come from constructs: fine. */
function unpinned(service: EndpointService, resource: string): string | undefined {
  if (!resource.startsWith('arn:')) {
    return Token.isUnresolved(resource) && !/^\*/.test(resource) ? undefined : 'it is no ARN.';
  }
  if (Token.isUnresolved(resource)) return undefined;
  const [, partition, arnService, region, account, ...rest] = resource.split(':');
  const name = rest.join(':');
  if ([partition, arnService, region, account].some((field) => field?.includes('*'))) {
    return 'a wildcard stands for partition, service, region or account.';
  }
  const wholeType = service !== EndpointService.S3 && /^[a-z-]+[/:]\*/.test(name);
  if (!name || name.startsWith('*') || wholeType) return 'it names no single resource.';
  if (service === EndpointService.S3 && /[*?]/.test(name.split('/')[0])) return 'the bucket is a wildcard.';
  const needsAccount = !service._traits.resourceAccountKey && !name.startsWith('foundation-model/');
  if (needsAccount && !/^\d{12}$/.test(account)) return 'it names no account.';
  return undefined;
}

/** Joins uses that differ in their resources only, so that policies stay short. */
function mergeUses(stack: Stack, uses: EndpointUse[]): EndpointUse[] {
  const merged = new Map<string, EndpointUse>();
  for (const use of uses) {
    const key = JSON.stringify(
      stack.resolve([use.principal.roleArn, [...use.actions].sort(), use.resourceAccount ?? stack.account]),
    );
    const same = merged.get(key);
    merged.set(key, same ? { ...same, resources: [...new Set([...same.resources, ...use.resources])] } : use);
  }
  return [...merged.values()];
}

import { Aws, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { arnPart, EndpointService } from './endpoint-service';
import { ManagedPrefixLists } from './managed-prefix-lists';

/** One caller's use of one service. */
export interface EndpointUse {
  /** Security group of the caller. It gets egress to the endpoint on TCP 443, and the endpoint ingress from it. */
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
  /** ARN of the private repository. */
  readonly repositoryArn: string;
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
   * @default - from the packaged table of regions
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table of regions
   */
  readonly dynamoDbPrefixListId?: string;
}

/** Actions that name no resource, so that `*` is the only thing their policy can say (Service Authorization Reference). */
const ACTIONS_WITHOUT_RESOURCE = new Set(['ecr:GetAuthorizationToken', 'sts:GetCallerIdentity', 'kms:GenerateRandom']);

/** Longest endpoint policy, in characters (VPC quotas, "VPC endpoints"). */
const MAX_POLICY_CHARACTERS = 20_480;
/** Rules in one direction of a security group (VPC quotas, "Security groups", default). */
const MAX_RULES = 60;

interface ServiceState {
  readonly service: EndpointService;
  readonly endpoint: ec2.VpcEndpoint;
  readonly securityGroup?: ec2.SecurityGroup;
  readonly callers: Set<ec2.ISecurityGroup>;
  readonly uses: EndpointUse[];
}

/**
 * The AWS services that a network may reach: one VPC endpoint each, made when somebody first needs it, with private
 * DNS, a policy that names who may do what to which resource of which account, and a security group that admits the
 * callers only.
 *
 * Why each use is written out: an endpoint with the default policy carries any credentials to any account, so data
 * could leave through S3 to a stranger's bucket. Source: AWS "Building a data perimeter", resource and network
 * controls; VPC user guide, "Control access to VPC endpoints using endpoint policies".
 */
export class EndpointAllowlist extends Construct {
  private readonly vpc: ec2.IVpc;
  private readonly subnets: ec2.SubnetSelection;
  private readonly prefixLists: ManagedPrefixLists;
  private readonly states = new Map<EndpointService, ServiceState>();
  private readonly pulledRepositories = new Map<string, string>();

  constructor(scope: Construct, id: string, props: EndpointAllowlistProps) {
    super(scope, id);
    this.vpc = props.vpc;
    this.subnets = props.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    this.prefixLists = new ManagedPrefixLists(this, 'PrefixLists', {
      s3: props.s3PrefixListId,
      dynamoDb: props.dynamoDbPrefixListId,
    });
    this.node.addValidation({ validate: () => this.exceededLimits() });
  }

  /**
   * Lets one caller use one service; the endpoint is made at the first use.
   * This opens the network only: the role still needs its own permissions.
   *
   * @throws when an action isn't the service's or holds a wildcard, or when a resource isn't an exact enough ARN.
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
   */
  public allowImagePull(use: ImagePullUse): void {
    const repositoryAccount = arnPart(use.repositoryArn, 4);
    const pull = {
      caller: use.caller,
      principal: use.executionRole,
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [use.repositoryArn],
      resourceAccount: repositoryAccount,
    };
    for (const service of [EndpointService.ECR_API, EndpointService.ECR_DOCKER]) {
      this.allow(service, {
        caller: use.caller,
        principal: use.executionRole,
        actions: ['ecr:GetAuthorizationToken'],
        resources: ['*'],
      });
      this.allow(service, pull);
    }
    this.pulledRepositories.set(use.repositoryArn, repositoryAccount);
    this.openTo(this.stateOf(EndpointService.S3), use.caller);
  }

  /** The endpoint of a service, or undefined when nobody was allowed to use it. */
  public endpointFor(service: EndpointService): ec2.IVpcEndpoint | undefined {
    return this.states.get(service)?.endpoint;
  }

  /** The services that have an endpoint. */
  public get services(): EndpointService[] {
    return [...this.states.keys()];
  }

  /** Exact host names that clients of the allowed services look up. Complete only when the tree is. */
  public hostNames(): string[] {
    const names: string[] = [];
    for (const state of this.states.values()) {
      names.push(...state.service._hostNames());
    }
    return names;
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
    state.callers.add(caller);
    const https = ec2.Port.tcp(443);
    if (state.securityGroup) {
      // Both sides by hand, as separate resources: written inline, two groups that name each other are a cycle.
      state.securityGroup.addIngressRule(caller, https, `HTTPS from a caller of ${state.service.name}`);
      caller.addEgressRule(state.securityGroup, https, `HTTPS to the endpoint of ${state.service.name}`);
    } else {
      const list = state.service === EndpointService.S3 ? this.prefixLists.s3() : this.prefixLists.dynamoDb();
      caller.addEgressRule(ec2.Peer.prefixList(list), https, `HTTPS to ${state.service.name} through its gateway`);
    }
  }

  private validateUse(service: EndpointService, use: EndpointUse): void {
    const fail = (message: string): never => {
      throw new Error(`${this.node.path}: ${service.name}: ${message}`);
    };
    if (use.actions.length === 0 || use.resources.length === 0) {
      fail('a use without actions or resources allows nothing; name at least one of each.');
    }
    for (const action of use.actions) {
      if (Token.isUnresolved(action)) continue;
      if (!action.startsWith(`${service.actionPrefix}:`) || action.includes('*') || action.includes('?')) {
        fail(
          `action "${action}" is refused: an endpoint policy names exact actions of its own service. ` +
            `Write for example "${service.actionPrefix}:SomeAction".`,
        );
      }
    }
    const takesNoResource = use.actions.every((action) => ACTIONS_WITHOUT_RESOURCE.has(action));
    for (const resource of use.resources) {
      if (Token.isUnresolved(resource)) continue;
      if (resource === '*' && takesNoResource) continue;
      if (!/^arn:[^:*]+:[^:*]+:/.test(resource)) {
        fail(`resource "${resource}" is refused: it isn't one resource. Write the ARN of what the caller needs.`);
      }
    }
  }

  private policyOf(state: ServiceState): iam.PolicyDocument {
    const document = new iam.PolicyDocument();
    for (const [index, use] of state.uses.entries()) {
      const pinsAccount =
        state.service._traits.resourceAccountKey &&
        !use.actions.every((action) => ACTIONS_WITHOUT_RESOURCE.has(action));
      document.addStatements(
        new iam.PolicyStatement({
          sid: `Use${index + 1}`,
          principals: [new iam.AnyPrincipal()],
          actions: use.actions,
          resources: use.resources,
          conditions: {
            ArnEquals: { 'aws:PrincipalArn': use.principal.roleArn },
            ...(pinsAccount
              ? { StringEquals: { 'aws:ResourceAccount': use.resourceAccount ?? Stack.of(this).account } }
              : {}),
          },
        }),
      );
    }
    if (state.service === EndpointService.S3 && this.pulledRepositories.size > 0) {
      document.addStatements(
        new iam.PolicyStatement({
          sid: 'ImageLayers',
          // The layers come from a bucket of AWS's, by an address that AWS signed: neither the caller nor the owner
          // can be conditioned on.
          principals: [new iam.AnyPrincipal()],
          actions: ['s3:GetObject'],
          resources: [`arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`],
        }),
      );
    }
    return document;
  }

  private exceededLimits(): string[] {
    const findings: string[] = [];
    for (const state of this.states.values()) {
      const size = JSON.stringify(Stack.of(this).resolve(this.policyOf(state))).length;
      if (size > MAX_POLICY_CHARACTERS) {
        findings.push(
          `${state.service.name}: the endpoint policy has about ${size} characters, more than ${MAX_POLICY_CHARACTERS}.`,
        );
      }
      if (state.callers.size > MAX_RULES) {
        findings.push(
          `${state.service.name}: ${state.callers.size} callers need as many ingress rules, more than ${MAX_RULES}. ` +
            'Let callers with the same rights share one security group.',
        );
      }
    }
    return findings;
  }
}

import { Stack, Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PENDING_INDEX } from '../../runtime/core/contracts';
import { grantPartitions, grantPendingRequests } from '../gate/state-table';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { IsolatedNetwork } from '../network/isolated-network';
import { bundlePath } from '../private/bundle-path';
import { PrivateFunction } from '../private/private-function';
import { ApprovalApi } from './approval-api';
import { ApproverRole, type ApproverRoleProps } from './approver-role';
import type { ApproverSignIn } from './approver-sign-in';
import { WebDesk } from './web-desk';

/** @internal */
export interface DeskProps extends ApproverRoleProps {
  readonly stateTable: dynamodb.ITable;
  readonly ledger: Ledger;
  /** The bundle `approvals-show-requests` with `manifests.json` beside it. */
  readonly showRequestsCode: lambda.Code;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  readonly network?: IsolatedNetwork;
  /** Groups that approval rules may ask for. @default - none */
  readonly ruledGroups?: readonly string[];
  /** With OpenID Connect, `approverGroups` are values of the groups claim. @default - with IAM */
  readonly signIn?: ApproverSignIn;
}

/**
 * Where people decide: their role and an API, or a web page; a function that shows requests and can't write, and one that decides and can't
 * execute. It serves the workflows of all agents with the same state table.
 * @internal
 */
export class Desk {
  /** The role of people who decide. Undefined: they sign in at the web page. */
  public readonly approverRole?: iam.Role;
  /** The role that proves a group, for each group that rules may ask for. Empty: people sign in at the web page. */
  public readonly groupRoles: ReadonlyMap<string, iam.Role>;
  /** Base address of the API or the web page. */
  public readonly url: string;
  public readonly stage: apigateway.Stage;
  private readonly decide: PrivateFunction;

  /** @param scope the construct that its parts are created in */
  constructor(scope: Construct, props: DeskProps) {
    const { stateTable, ledger, permissionsBoundary, network } = props;
    const problem = props.signIn && signInProblem(props);
    if (problem) throw new Error(`${scope.node.path}: ${problem}`);
    const stores = {
      STATE_TABLE: stateTable.tableName,
      LEDGER_BUCKET: ledger.ledgerBucket.bucketName,
      EVIDENCE_BUCKET: ledger.evidenceBucket.bucketName,
    };
    const table = stateTable.tableArn;
    const roles = props.signIn ? undefined : approverRoles(scope, props);
    this.approverRole = roles?.approverRole;
    this.groupRoles = roles?.groupRoles ?? new Map();
    const wayIn = roles ? signedWayIn(scope, roles) : webWayIn(props);

    const show = new PrivateFunction(scope, 'ShowRequests', {
      description: 'Approvals: shows waiting requests; can write nothing',
      code: props.showRequestsCode,
      environment: { ...stores, ...wayIn },
      permissionsBoundary,
      network,
    });
    grantPartitions(stateTable, show.role, 'ReadRequest', ['dynamodb:GetItem'], ['SESSION#*', 'REQ#*']);
    grantPartitions(stateTable, show.role, 'ReadCalls', ['dynamodb:Query'], ['SESSION#*']);
    grantPendingRequests(stateTable, show.role);
    ledger.grantReadEvidence(show.role, 'args');
    show.reach(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:Query'], [table]);
    show.reach(EndpointService.DYNAMODB, ['dynamodb:Query'], [`${table}/index/${PENDING_INDEX}`]);
    show.reach(EndpointService.S3, ['s3:GetObject'], [ledger.evidenceBucket.arnForObjects('args/*')]);

    this.decide = new PrivateFunction(scope, 'Decide', {
      description: 'Approvals: takes a decision, once',
      code: lambda.Code.fromAsset(bundlePath('approvals-decide')),
      environment: { ...stores, ...wayIn },
      permissionsBoundary,
      network,
    });
    const { decide } = this;
    grantPartitions(
      stateTable,
      decide.role,
      'ReadRequestAndToken',
      ['dynamodb:GetItem'],
      ['SESSION#*', 'REQ#*', 'TOKEN#*'],
    );
    grantPartitions(
      stateTable,
      decide.role,
      'DecideOnce',
      ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ['SESSION#*', 'REQ#*'],
    );
    ledger.grantAppend(decide.role);
    decide.reach(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [table]);
    decide.reach(
      EndpointService.S3,
      ['s3:GetObject', 's3:PutObject'],
      [ledger.ledgerBucket.arnForObjects('entries/*')],
    );

    const { url, stage } = this.openDesk(scope, props, show);
    this.url = url;
    this.stage = stage;
  }

  private openDesk(
    scope: Construct,
    { signIn, stateTable, permissionsBoundary }: DeskProps,
    showRequests: PrivateFunction,
  ): { readonly url: string; readonly stage: apigateway.Stage } {
    const { decide, approverRole } = this;
    if (signIn) return new WebDesk(scope, 'WebDesk', { signIn, stateTable, showRequests, decide, permissionsBoundary });
    const approverRoles = [...new Set([...(approverRole ? [approverRole] : []), ...this.groupRoles.values()])];
    const { api } = new ApprovalApi(scope, 'Desk', { approverRoles, showRequests, decide });
    return { url: api.url, stage: api.deploymentStage };
  }

  /** Lets the desk resume the approvals of one more agent's workflow. The permission is a resource of the workflow's own stack. */
  public serve(workflow: Construct, agentId: string, stateMachineArn: string): void {
    // A separate policy: the functions wait for their default policies, and the state machine for the functions.
    new iam.Policy(workflow, 'ResumeWorkflow', {
      // CDK's name is the same for agents with one construct id in several stacks, and each would overwrite the last one's policy.
      policyName: `ResumeWorkflow-${agentId}`,
      roles: [this.decide.role],
      statements: [
        new iam.PolicyStatement({
          sid: 'ResumeWorkflow',
          actions: ['states:SendTaskSuccess'],
          resources: [stateMachineArn],
        }),
      ],
    });
    this.decide.reach(EndpointService.STEP_FUNCTIONS, ['states:SendTaskSuccess'], [stateMachineArn]);
  }
}

/**
 * The desk of a platform.
 * @internal
 */
export class ApprovalDesk extends Construct {
  public readonly desk: Desk;

  constructor(scope: Construct, id: string, props: DeskProps) {
    super(scope, id);
    this.desk = new Desk(this, props);
  }
}

/**
 * A role session proves only what its role's trust policy asks for, so each group that rules may ask for has a role of its own. The session
 * name is the person in all of them. A desk with one group needs no further role.
 */
function approverRoles(scope: Construct, props: DeskProps): ApproverRoles {
  const { approverGroups, approverPrincipals, groupTag, approverName, ruledGroups = [] } = props;
  const approvers = { approverGroups, approverPrincipals, groupTag, approverName };
  const approverRole = new ApproverRole(scope, 'Approver', approvers).role;
  const [only, ...others] = approverGroups ?? [];
  if (only !== undefined && others.length === 0) return { approverRole, groupRoles: new Map([[only, approverRole]]) };
  const groupRoles = new Map(
    ruledGroups.map((group) => {
      const id = `Approver-${group.replaceAll('/', '-')}`;
      return [group, new ApproverRole(scope, id, { ...approvers, approverGroups: [group] }).role];
    }),
  );
  return { approverRole, groupRoles };
}

interface ApproverRoles {
  readonly approverRole: iam.Role;
  readonly groupRoles: ReadonlyMap<string, iam.Role>;
}

/** How the functions tell who calls the signed API, and in which groups. They refuse calls of a web desk. */
function signedWayIn(scope: Construct, { approverRole, groupRoles }: ApproverRoles): Record<string, string> {
  const proofs = [...groupRoles].map(([group, { roleName }]) => ({ role: roleName, groups: [group] }));
  return {
    APPROVER_ROLE_NAME: approverRole.roleName,
    ...(proofs.length > 0 ? { APPROVER_GROUP_ROLES: Stack.of(scope).toJsonString(proofs) } : {}),
  };
}

/** Whose calls of the web desk the functions take. A token proves all groups of a person. They refuse calls of the signed API. */
function webWayIn({ signIn, approverGroups = [] }: DeskProps): Record<string, string> {
  return {
    APPROVER_ISSUER: signIn?._options.issuer ?? '',
    APPROVER_GROUPS: JSON.stringify(approverGroups),
  };
}

/**
 * The approver role of a desk, for `owner`, which hands it to users.
 * @throws Error where people sign in at a web page: there is no role
 * @internal
 */
export function approverRoleOf(owner: Construct, { approverRole }: Desk): iam.Role {
  if (approverRole) return approverRole;
  throw new Error(
    `${owner.node.path}: there is no approver role, because people sign in at the web desk; give them its address, deskUrl`,
  );
}

/** Why approvers can't be told by the groups of their tokens. Undefined: they can. */
function signInProblem(props: DeskProps): string | undefined {
  const { approverGroups = [], approverPrincipals, groupTag, approverName } = props;
  if (approverGroups.length === 0) {
    return "nobody could approve a call; write approverGroups: ['support-leads'], values of the groups claim of signIn";
  }
  if (approverGroups.some((group) => Token.isUnresolved(group) || group === '' || /[*?]/.test(group))) {
    return 'with signIn, an approver group is the exact value of a claim; write it out, without * and ?';
  }
  const ofIam = Object.entries({ approverPrincipals, groupTag, approverName }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  return ofIam.length === 0
    ? undefined
    : `${ofIam.join(', ')} ${ofIam.length === 1 ? 'is' : 'are'} for approvers who come by IAM, and signIn is given; remove one, because a person with two ways in could count as two people`;
}

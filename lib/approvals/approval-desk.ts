import { Stack } from 'aws-cdk-lib';
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
}

/**
 * Where people decide: their role, an API, a function that shows requests and can't write, and one that decides and can't
 * execute. It serves the workflows of all agents with the same state table.
 * @internal
 */
export class Desk {
  public readonly approverRole: iam.Role;
  /** The role that proves a group, for each group that rules may ask for. */
  public readonly groupRoles: ReadonlyMap<string, iam.Role>;
  /** Base address of the API. */
  public readonly url: string;
  public readonly stage: apigateway.Stage;
  private readonly decide: PrivateFunction;

  /** @param scope the construct that its parts are created in */
  constructor(scope: Construct, props: DeskProps) {
    const {
      stateTable,
      ledger,
      permissionsBoundary,
      network,
      approverGroups,
      approverPrincipals,
      groupTag,
      approverName,
    } = props;
    const stores = {
      STATE_TABLE: stateTable.tableName,
      LEDGER_BUCKET: ledger.ledgerBucket.bucketName,
      EVIDENCE_BUCKET: ledger.evidenceBucket.bucketName,
    };
    const table = stateTable.tableArn;
    const approvers = { approverGroups, approverPrincipals, groupTag, approverName };
    this.approverRole = new ApproverRole(scope, 'Approver', approvers).role;
    this.groupRoles = groupRoles(scope, this.approverRole, { ...approvers, ruledGroups: props.ruledGroups });
    const wayIn = wayInOf(scope, this.approverRole, this.groupRoles);

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

    const { api } = new ApprovalApi(scope, 'Desk', {
      approverRoles: [...new Set([this.approverRole, ...this.groupRoles.values()])],
      showRequests: show,
      decide,
    });
    this.url = api.url;
    this.stage = api.deploymentStage;
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
function groupRoles(
  scope: Construct,
  approverRole: iam.Role,
  { ruledGroups = [], ...approvers }: ApproverRoleProps & Pick<DeskProps, 'ruledGroups'>,
): ReadonlyMap<string, iam.Role> {
  const [only, ...others] = approvers.approverGroups ?? [];
  if (only !== undefined && others.length === 0) return new Map([[only, approverRole]]);
  return new Map(
    ruledGroups.map((group) => {
      const id = `Approver-${group.replaceAll('/', '-')}`;
      return [group, new ApproverRole(scope, id, { ...approvers, approverGroups: [group] }).role];
    }),
  );
}

/** How the functions tell who calls, and in which groups. */
function wayInOf(
  scope: Construct,
  approverRole: iam.Role,
  groups: ReadonlyMap<string, iam.Role>,
): Record<string, string> {
  const proofs = [...groups].map(([group, { roleName }]) => ({ role: roleName, groups: [group] }));
  return {
    APPROVER_ROLE_NAME: approverRole.roleName,
    ...(proofs.length > 0 ? { APPROVER_GROUP_ROLES: Stack.of(scope).toJsonString(proofs) } : {}),
  };
}

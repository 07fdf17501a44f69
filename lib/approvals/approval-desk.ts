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
}

/**
 * Where people decide: their role, an API, a function that shows requests and can't write, and one that decides and can't
 * execute. It serves the workflows of all agents with the same state table.
 * @internal
 */
export class Desk {
  public readonly approverRole: iam.Role;
  /** Base address of the API. */
  public readonly url: string;
  public readonly stage: apigateway.Stage;
  private readonly decide: PrivateFunction;

  /** @param scope the construct that its parts are created in */
  constructor(scope: Construct, props: DeskProps) {
    const { stateTable, ledger, permissionsBoundary, network, approverGroups, approverPrincipals, groupTag, nameTag } =
      props;
    const stores = {
      STATE_TABLE: stateTable.tableName,
      LEDGER_BUCKET: ledger.ledgerBucket.bucketName,
      EVIDENCE_BUCKET: ledger.evidenceBucket.bucketName,
    };
    const table = stateTable.tableArn;
    const approvers = { approverGroups, approverPrincipals, groupTag, nameTag };
    this.approverRole = new ApproverRole(scope, 'Approver', approvers).role;

    const show = new PrivateFunction(scope, 'ShowRequests', {
      description: 'Approvals: shows waiting requests; can write nothing',
      code: props.showRequestsCode,
      environment: { ...stores, APPROVER_ROLE_NAME: this.approverRole.roleName },
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
      environment: { ...stores, APPROVER_ROLE_NAME: this.approverRole.roleName },
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

    const { api } = new ApprovalApi(scope, 'Desk', { approverRole: this.approverRole, showRequests: show, decide });
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

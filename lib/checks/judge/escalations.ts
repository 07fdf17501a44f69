import type { KnownAction } from '../../template/iam/actions';

/**
 * What somebody with an action can take over, although the action itself touches no data.
 *
 * Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; Service Authorization Reference, access level
 * "Permissions management"; MITRE ATT&CK T1098 "Account Manipulation", T1548.005 "Temporary Elevated Cloud Access",
 * T1562.007 "Disable or Modify Cloud Firewall"; AWS CodeBuild API Reference, "StartBuild", buildspecOverride.
 */
export function escalationBy(action: KnownAction): string | undefined {
  const name = action.name.toLowerCase();
  const [service = ''] = name.split(':');
  const exact = ESCALATIONS.get(name);
  if (exact !== undefined) return exact;
  if (service === 'iam') return action.level === 'read' ? undefined : 'changes who may do what in the account';
  if (action.level === 'permissions' && service !== 'ec2' && RESOURCE_POLICIES.test(name))
    return 'changes who else may use the resource';
  return undefined;
}

/** Changes of a resource's own policy, in any service. An object's ACL isn't among it: buckets refuse those by default. */
const RESOURCE_POLICIES =
  /:(?!putobject)(put|create|set|update|add|attach)\w*(policy|policytext|permission|permissions|acl|grant)$/;

const TAKES_ROLE = 'gives it the rights of another role';
const TAKES_CODE = 'lets it replace code that runs with other rights';
const RUNS_CODE = 'lets it run code, or a command, with other rights';

const OPENS_NETWORK = 'changes what its network lets through';

const ESCALATIONS: ReadonlyMap<string, string> = new Map(
  (
    [
      [TAKES_ROLE, 'iam:PassRole', 'sts:AssumeRole', 'sts:AssumeRoot', 'sts:GetFederationToken'],
      [TAKES_ROLE, 'cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:ExecuteChangeSet'],
      [TAKES_ROLE, 'ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation'],
      [TAKES_CODE, 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:PublishLayerVersion'],
      [TAKES_CODE, 'states:UpdateStateMachine', 'codebuild:UpdateProject', 'glue:UpdateJob'],
      [TAKES_CODE, 'bedrock-agentcore:UpdateAgentRuntime', 'ecr:PutImage', 'apprunner:UpdateService'],
      [TAKES_CODE, 'ec2:ModifyInstanceAttribute', 'ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'],
      [RUNS_CODE, 'ssm:SendCommand', 'ssm:StartSession', 'ssm:StartAutomationExecution', 'ecs:ExecuteCommand'],
      [RUNS_CODE, 'ec2-instance-connect:SendSSHPublicKey', 'ec2:RunInstances', 'lambda:CreateFunction'],
      // Each start may bring commands of its own in place of the project's.
      [RUNS_CODE, 'codebuild:StartBuild', 'codebuild:StartBuildBatch', 'sagemaker:CreatePresignedNotebookInstanceUrl'],
      [OPENS_NETWORK, 'ec2:AuthorizeSecurityGroupEgress', 'ec2:AuthorizeSecurityGroupIngress'],
      [OPENS_NETWORK, 'ec2:ModifySecurityGroupRules', 'ec2:ModifyNetworkInterfaceAttribute', 'ec2:ModifyVpcEndpoint'],
      [OPENS_NETWORK, 'ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:ReplaceRouteTableAssociation'],
      [OPENS_NETWORK, 'ec2:AttachInternetGateway', 'ec2:CreateNatGateway', 'ec2:AssociateAddress'],
    ] as const
  ).flatMap(([what, ...actions]) => actions.map((action) => [action.toLowerCase(), what] as const)),
);

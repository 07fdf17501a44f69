/**
 * The task id of a caller. API Gateway gives the verified caller as
 * `arn:<partition>:sts::<account>:assumed-role/<role>/<session name>`, and ECS uses the task id as the session name.
 * Undefined: the caller's role is not the agent's role.
 */
export function taskIdOf(userArn: string | null, agentRoleName: string): string | undefined {
  const match = /^arn:[a-z0-9-]+:sts::\d{12}:assumed-role\/([^/]+)\/([A-Za-z0-9_=,.@-]{1,64})$/.exec(userArn ?? '');
  return match && match[1] === agentRoleName ? match[2] : undefined;
}

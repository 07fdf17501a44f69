/**
 * The task id behind a call. API Gateway gives the verified caller as
 * `arn:<partition>:sts::<account>:assumed-role/<role>/<session name>`; ECS makes the task id the session name, and
 * only the agent's own role counts.
 */
export function taskIdOf(userArn: string | null, agentRoleName: string): string | undefined {
  const match = /^arn:[a-z0-9-]+:sts::\d{12}:assumed-role\/([^/]+)\/([A-Za-z0-9_=,.@-]{1,64})$/.exec(userArn ?? '');
  return match && match[1] === agentRoleName ? match[2] : undefined;
}

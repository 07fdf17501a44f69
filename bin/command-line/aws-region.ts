const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Whether a text has the form of a region's name, such as `eu-west-1`. */
export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/** The region that an ARN names; undefined for other texts, and for ARNs of global services. */
export function regionOfArn(arn: string): string | undefined {
  const [prefix, , , region = ''] = arn.split(':');
  return prefix === 'arn' && isRegion(region) ? region : undefined;
}

/** The region in the address of an API, also through a VPC endpoint; undefined for a custom domain. */
export function regionOfApi(url: string): string | undefined {
  const region = /\.execute-api\.([a-z0-9-]+)\./.exec(new URL(url).hostname)?.[1] ?? '';
  return isRegion(region) ? region : undefined;
}

/**
 * Lets the SDK use `AWS_DEFAULT_REGION`, which the AWS CLI reads, and the SDK for JavaScript doesn't. As in the AWS CLI,
 * `AWS_REGION` goes before it, and it goes before the profile's region.
 *
 * Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export function useDefaultRegion(env: NodeJS.ProcessEnv): void {
  if (!env.AWS_REGION && env.AWS_DEFAULT_REGION) env.AWS_REGION = env.AWS_DEFAULT_REGION;
}

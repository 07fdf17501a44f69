import { isObject } from '../../../lib/template';
import type { JsonValue } from '../../../runtime/core/contracts';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, ready } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { GetParameterCommand } from '../sdk';
import type { Target } from '../target';

const DEFAULT_QUALIFIER = 'hnb659fds';

/**
 * `cdk deploy` needs the bootstrap stack of the template's qualifier, in the version that the template demands.
 *
 * `cdk bootstrap` writes to the stack CDKToolkit unless it is told another name. With another qualifier, this would replace the
 * bootstrap resources of every other app of the account and region. So such a qualifier gets a stack of its own.
 *
 * Source: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html,
 * https://github.com/aws-samples/aws-transform-custom-samples/pull/98
 */
export const bootstrap: PreflightCheck = {
  title: 'CDK bootstrap',
  permissions: ['ssm:GetParameter'],
  run: async (target, clients) => {
    const demanded = new Map<string, number>();
    for (const { source } of target.assembly.templates) {
      const parameter = defaultOf(source.body.Parameters);
      if (parameter === undefined) continue;
      demanded.set(parameter, Math.max(demanded.get(parameter) ?? 0, demandedVersion(source.body.Rules)));
    }
    return Promise.all([...demanded].map(([name, version]) => ask(target, clients, name, version)));
  },
};

async function ask(target: Target, { ssm }: PreflightClients, Name: string, demanded: number): Promise<Finding> {
  const answer = await unlessAbsent(ssm.send(new GetParameterCommand({ Name })), 'ParameterNotFound');
  const version = Number(answer?.Parameter?.Value);
  const qualifier = /^\/cdk-bootstrap\/([^/]+)\/version$/.exec(Name)?.[1];
  const { account, region } = target.environment;
  const fix = `npx cdk bootstrap aws://${account}/${region}${optionsFor(qualifier)}`;
  if (answer === undefined)
    return blocked(`${account} in ${region} isn't bootstrapped: there is no parameter ${Name}`, fix);
  if (!(version >= demanded)) {
    return blocked(
      `the bootstrap stack has version ${answer.Parameter?.Value}, and the templates need ${demanded}`,
      fix,
    );
  }
  return ready(`version ${version} of the bootstrap stack; the templates need ${demanded}`);
}

function optionsFor(qualifier: string | undefined): string {
  if (qualifier === undefined || qualifier === DEFAULT_QUALIFIER) return '';
  return ` --qualifier ${shellWord(qualifier)} --toolkit-stack-name ${shellWord(`CDKToolkit-${qualifier}`)}`;
}

/** CDK writes the parameter's name as the default of this template parameter. */
function defaultOf(parameters: JsonValue | undefined): string | undefined {
  const parameter = isObject(parameters) ? parameters.BootstrapVersion : undefined;
  return isObject(parameter) && typeof parameter.Default === 'string' ? parameter.Default : undefined;
}

/** CDK's rule lists the versions that are too old: `"1"` to `"5"` where it needs 6. */
function demandedVersion(rules: JsonValue | undefined): number {
  const tooOld = /"Fn::Contains":\[\[([^\]]*)\]/.exec(JSON.stringify(rules ?? {}))?.[1] ?? '';
  return 1 + Math.max(0, ...[...tooOld.matchAll(/\d+/g)].map(([version]) => Number(version)));
}

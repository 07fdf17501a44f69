import { type Assembly, describe, isObject, type Resource, Unresolved, type Value } from '../../../template';
import { AGENT_ROLE } from '../../examples/agent-role';
import { parameterOf } from '../../facts/secret-sources';
import { agentsOf } from '../../facts/workloads';
import { assumed, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** What browses, or fetches what a model names, fetches the keys of its host's role too, unless a token is demanded. */
export const hostKeysByToken: Rule = {
  id: 'SandboxHostKeysByToken',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'The host of an agent gives out the keys of its role only to whoever first asks for a token (IMDSv2). Where nothing says so, the image and the account decide, and that is worth a warning.',
  source:
    'Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata"; EC2.8, EC2.170 and AutoScaling.3 of AWS Security Hub; MITRE ATT&CK T1552.005; CIS AWS Foundations 5.7',
  fix: 'Set MetadataOptions: { HttpTokens: required, HttpPutResponseHopLimit: 1 } in the launch template of the agent’s hosts, or HttpEndpoint: disabled where nothing needs it.',
  lists: ['ASI03', 'NIST SP 800-53 AC-6', 'CIS AWS 5.7'],
  insecure: template('optional'),
  secure: template('required'),
  *check(assembly) {
    for (const host of hostsOf(assembly)) yield* hostOffences(host);
  },
};

/** Where each type has the options. */
const OPTIONS: { readonly [type: string]: readonly string[] } = {
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateData', 'MetadataOptions'],
  'AWS::EC2::Instance': ['MetadataOptions'],
  'AWS::AutoScaling::LaunchConfiguration': ['MetadataOptions'],
};

function hostsOf(assembly: Assembly): ReadonlySet<Resource> {
  return new Set(agentsOf(assembly).flatMap(({ resource }) => (resource.type in OPTIONS ? [resource] : [])));
}

function* hostOffences(host: Resource): Generator<Offence> {
  const path = OPTIONS[host.type] ?? [];
  const property = `Properties.${path.join('.')}`;
  // An instance takes what its launch template says.
  if (path.length === 1 && host.property('LaunchTemplate').some(({ value }) => value !== undefined)) return;
  for (const { value, assuming } of host.property(...path)) {
    if (saysNothing(value)) {
      if (isNewImage(host)) continue;
      yield { resource: host, property, message: assumed(UNSAID, assuming), severity: 'warning' };
      continue;
    }
    const message = optionsFault(value);
    if (message !== undefined) yield { resource: host, property, message: assumed(message, assuming) };
  }
}

/**
 * Images that demand a token themselves.
 *
 * Source: Amazon Linux 2023 User Guide, "Comparing AL2 and AL2023: IMDSv2 by default"; Bottlerocket documentation.
 */
function isNewImage(host: Resource): boolean {
  const path = host.type === 'AWS::EC2::LaunchTemplate' ? ['LaunchTemplateData', 'ImageId'] : ['ImageId'];
  return host.property(...path).every(({ value }) => {
    const [, name = ''] = /^\?\(Ref (\w+)\)$/.exec(describe(value)) ?? [];
    const { Default: image } = parameterOf(host.template, name) ?? {};
    return /al2023|amazon-linux-2023|bottlerocket/.test(`${describe(value)} ${String(image)}`);
  });
}

/** Without options, or with others only. */
function saysNothing(options: Value): boolean {
  if (options === undefined) return true;
  return isObject(options) && options.HttpTokens === undefined && options.HttpEndpoint !== 'disabled';
}

const UNSAID =
  "doesn't say that the metadata service demands a token: with an older image, a plain GET gets the keys of the role";

function optionsFault(options: Value): string | undefined {
  if (options instanceof Unresolved) return unproven(options);
  const { HttpTokens: tokens, HttpEndpoint: endpoint } = isObject(options) ? options : {};
  if (tokens === 'required' || endpoint === 'disabled') return undefined;
  if (tokens instanceof Unresolved) return unproven(tokens);
  return `the metadata service answers without a token (HttpTokens: ${describe(tokens)}): a plain GET gets the keys of the role`;
}

/** The smallest app that the rule speaks of. */
function template(tokens: string): string {
  return `Resources:
${AGENT_ROLE}  Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }
  Host:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        IamInstanceProfile: { Arn: !GetAtt Profile.Arn }
        MetadataOptions: { HttpTokens: ${tokens} }
`;
}

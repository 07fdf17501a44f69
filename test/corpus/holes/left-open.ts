import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { propertiesOf, type Resources, type TemplateBody } from '../../lib/prove/quickstart-template';
import { type CorpusHole, container, holesOf, setting } from './mutation';

const folders = (r: Resources): { MountOptions: JsonValue[] }[] =>
  (container(r).LinuxParameters as JsonObject).Tmpfs as unknown as { MountOptions: JsonValue[] }[];

const mountedWithout =
  (option: string) =>
  (r: Resources): void => {
    for (const folder of folders(r)) folder.MountOptions = folder.MountOptions.filter((each) => each !== option);
  };

/** Makes a value one that is there in one case only. */
function inOneCase(body: TemplateBody, holder: { [member: string]: JsonValue }, member: string): void {
  body.Parameters = { ...(body.Parameters as JsonObject | undefined), Case: { Type: 'String' } };
  body.Conditions = { ...(body.Conditions as JsonObject | undefined), IsCase: { 'Fn::Equals': [{ Ref: 'Case' }, 'one'] } };
  holder[member] = { 'Fn::If': ['IsCase', holder[member] ?? null, { Ref: 'AWS::NoValue' }] };
}

const executor = (r: Resources): JsonObject => propertiesOf(r, 'AWS::Lambda::Function', 'TicketsExecutor');

/** What is open when one member of a list, or what it names, isn't there. */
export const LEFT_OPEN: readonly CorpusHole[] = holesOf('left open', [
  ['programs-in-tmp', 'The agent runs programs that it wrote.', mountedWithout('noexec')],
  ['setuid-in-tmp', 'A file of the agent raises its rights.', mountedWithout('nosuid')],
  ['devices-in-tmp', 'The agent makes a device of its own.', mountedWithout('nodev')],
  [
    'an-agent-in-one-case',
    'Whose calls the executor makes is known when it is deployed.',
    (r, body) => inOneCase(body, (executor(r).Environment as { Variables: JsonObject }).Variables, 'AGENT_ID'),
  ],
  [
    'a-log-in-one-case',
    'What the executor did is in no log that the runtime has.',
    (r, body) => inOneCase(body, executor(r).LoggingConfig as JsonObject, 'LogGroup'),
  ],
  [
    'a-way-in-one-case',
    'The agent has no way to S3, so somebody opens another.',
    (r, body) =>
      inOneCase(body, propertiesOf(r, 'AWS::EC2::SubnetRouteTableAssociation', 'AgentNetworkVpcIsolatedSubnet1'), 'RouteTableId'),
  ],
  [
    'names-kept-in-one-case',
    'Which names are asked is recorded if the deployment says so.',
    (r, body) =>
      inOneCase(
        body,
        propertiesOf(r, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork'),
        'ResolverQueryLogConfigId',
      ),
  ],
  [
    'trail-that-asks-for-nothing',
    'No kind of event is recorded as a write.',
    (r) => {
      const [, writes] = propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedger').AdvancedEventSelectors as {
        FieldSelectors: JsonObject[];
      }[];
      (writes?.FieldSelectors[0] as JsonObject).Equals = [];
    },
  ],
  [
    'names-asked-kept-by-nobody',
    'Which names are asked goes to settings that nobody knows.',
    setting('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork', {
      ResolverQueryLogConfigId: 'rqlc-0123456789abcdef',
    }),
  ],
  [
    'another-group-emptied',
    'The default group of the network stays open.',
    setting('Custom::VpcRestrictDefaultSG', 'AgentNetwork', { DefaultSecurityGroupId: 'sg-0123456789abcdef0' }),
  ],
  [
    'workflow-without-a-log',
    'What an approval did is nowhere.',
    (r) => {
      const { LoggingConfiguration } = propertiesOf(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine');
      delete (LoggingConfiguration as JsonObject).Destinations;
    },
  ],
]);

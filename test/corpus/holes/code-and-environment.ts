import type { JsonObject } from '../../../runtime/core/contracts';
import { add } from '../../lib/prove/hole';
import { idOf, propertiesOf } from '../../lib/prove/quickstart-template';
import { type CorpusHole, container, FOREIGN, holesOf, network, setting, variables } from './mutation';

const FUNCTION = 'AWS::Lambda::Function';
const ASSETS = { S3Key: 'code.zip' };

/** Whose code runs in a part. */
export const CODE: readonly CorpusHole[] = holesOf('code', [
  [
    'code-of-other-account',
    'The gate runs what another account puts into its bucket.',
    setting(FUNCTION, 'AgentGate', { Code: { ...ASSETS, S3Bucket: `cdk-hnb659fds-assets-${FOREIGN}-eu-west-1` } }),
  ],
  [
    'code-of-free-bucket',
    'The decision runs what anybody puts into a bucket of a free name.',
    setting(FUNCTION, 'AgentApprovalsDecide', { Code: { ...ASSETS, S3Bucket: 'build-output' } }),
  ],
  [
    'code-of-writable-bucket',
    'The executor runs what whoever writes the app’s own bucket puts there.',
    (r) => {
      add(r, 'Hole', 'AWS::S3::Bucket', {});
      propertiesOf(r, FUNCTION, 'TicketsExecutor').Code = { ...ASSETS, S3Bucket: { Ref: 'Hole' } };
    },
  ],
  [
    'sealer-of-free-bucket',
    'The sealer signs what anybody’s code tells it to.',
    setting(FUNCTION, 'AgentLedgerSealer', { Code: { ...ASSETS, S3Bucket: 'build-output' } }),
  ],
  [
    'sweep-of-free-bucket',
    'The sweep of sessions runs anybody’s code.',
    setting(FUNCTION, 'AgentSweep', { Code: { ...ASSETS, S3Bucket: 'build-output' } }),
  ],
  [
    'operator-desk-of-free-bucket',
    'The operators’ desk runs anybody’s code.',
    setting(FUNCTION, 'AgentOperatorsOperate', { Code: { ...ASSETS, S3Bucket: 'build-output' } }),
  ],
  [
    'inline-gate',
    'The gate is replaced by one line that allows everything.',
    setting(FUNCTION, 'AgentGate', { Code: { ZipFile: 'exports.handler = async () => ({ statusCode: 200 })' } }),
  ],
  [
    'inline-launcher',
    'The launcher is replaced by one line.',
    setting(FUNCTION, 'AgentSessionsLaunch', { Code: { ZipFile: 'exports.handler = async () => ({})' } }),
  ],
  [
    'image-gate',
    'The gate runs a container image that somebody else builds.',
    (r) => {
      const gate = propertiesOf(r, FUNCTION, 'AgentGate');
      gate.PackageType = 'Image';
      gate.Code = { ImageUri: `${FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/gate:latest` };
    },
  ],
  [
    'layer-foreign',
    'A layer of another account runs in the gate.',
    setting(FUNCTION, 'AgentGate', { Layers: [`arn:aws:lambda:eu-west-1:${FOREIGN}:layer:observe:1`] }),
  ],
  [
    'layer-own-of-free-bucket',
    'A layer of the app holds whatever anybody puts into a bucket.',
    (r) => {
      add(r, 'Hole', 'AWS::Lambda::LayerVersion', { Content: { ...ASSETS, S3Bucket: 'build-output' } });
      propertiesOf(r, FUNCTION, 'AgentGate').Layers = [{ Ref: 'Hole' }];
    },
  ],
  [
    'layer-in-sealer',
    'A layer of another account sees the signing key’s use.',
    setting(FUNCTION, 'AgentLedgerSealer', { Layers: [`arn:aws:lambda:eu-west-1:${FOREIGN}:layer:observe:1`] }),
  ],
  [
    'layer-in-sweep',
    'A layer of another account ends sessions, or doesn’t.',
    setting(FUNCTION, 'AgentSweep', { Layers: [`arn:aws:lambda:eu-west-1:${FOREIGN}:layer:observe:1`] }),
  ],
  [
    'file-system-in-executor',
    'Others write to a file system that the executor reads.',
    setting(FUNCTION, 'TicketsExecutor', {
      FileSystemConfigs: [
        {
          Arn: `arn:aws:elasticfilesystem:eu-west-1:${FOREIGN}:access-point/fsap-0123456789abcdef0`,
          LocalMountPath: '/mnt/x',
        },
      ],
    }),
  ],
  [
    'other-handler',
    'The gate starts at another function of its package.',
    setting(FUNCTION, 'AgentGate', { Handler: 'other.handler' }),
  ],
  [
    'old-runtime',
    'The gate runs on a runtime that gets no more patches.',
    setting(FUNCTION, 'AgentGate', { Runtime: 'nodejs12.x' }),
  ],
  [
    'runtime-frozen',
    'The runtime of the gate never gets a patch again.',
    setting(FUNCTION, 'AgentGate', {
      RuntimeManagementConfig: {
        UpdateRuntimeOn: 'Manual',
        RuntimeVersionArn: 'arn:aws:lambda:eu-west-1::runtime:0123',
      },
    }),
  ],
  [
    'tag-instead-of-digest',
    'Whoever pushes a tag changes the agent.',
    (r) => {
      container(r).Image = `${FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/agent:latest`;
    },
  ],
  [
    'second-container',
    'A second container of anybody runs beside the agent with its role.',
    (r) => {
      const task = propertiesOf(r, 'AWS::ECS::TaskDefinition', 'AgentTask');
      (task.ContainerDefinitions as JsonObject[]).push({
        Name: 'side',
        Image: 'docker.io/library/busybox:latest',
        Essential: false,
      });
    },
  ],
]);

/** What a part is told by its environment. */
export const ENVIRONMENT: readonly CorpusHole[] = holesOf('environment', [
  [
    'tls-off-in-executor',
    'The executor sends its credential to whoever answers.',
    variables('TicketsExecutor', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
  ],
  [
    'extra-ca-in-executor',
    'The executor trusts another authority’s certificates.',
    variables('TicketsExecutor', { NODE_EXTRA_CA_CERTS: '/tmp/ca.pem' }),
  ],
  [
    'proxy-in-executor',
    'All requests of the executor pass through a proxy.',
    variables('TicketsExecutor', { HTTPS_PROXY: 'http://proxy.example.com:3128' }),
  ],
  [
    'proxy-small-letters',
    'All requests of the executor pass through a proxy.',
    variables('TicketsExecutor', { https_proxy: 'http://proxy.example.com:3128', NODE_USE_ENV_PROXY: '1' }),
  ],
  [
    'endpoint-of-secrets',
    'The executor asks another server for its credential, with its signature.',
    variables('TicketsExecutor', { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://collector.example.com' }),
  ],
  [
    'endpoint-of-all',
    'The gate asks another server instead of AWS.',
    variables('AgentGate', { AWS_ENDPOINT_URL: 'https://collector.example.com' }),
  ],
  [
    'loader-in-gate',
    'The gate loads other code first.',
    variables('AgentGate', { NODE_OPTIONS: '--import=data:text/javascript,0' }),
  ],
  [
    'inspector-in-executor',
    'Anybody in reach may debug the executor.',
    variables('TicketsExecutor', { NODE_OPTIONS: '--inspect=0.0.0.0:9229' }),
  ],
  [
    'key-log-in-executor',
    'The keys of all TLS connections are written to a file.',
    variables('TicketsExecutor', { NODE_OPTIONS: '--tls-keylog=/tmp/keys' }),
  ],
  [
    'wrapper-in-sealer',
    'Another program starts before the sealer.',
    variables('AgentLedgerSealer', { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' }),
  ],
  [
    'preload-in-decide',
    'A library is loaded into the decision.',
    variables('AgentApprovalsDecide', { LD_PRELOAD: '/opt/x.so' }),
  ],
  [
    'profile-in-executor',
    'The executor takes credentials that a file says.',
    variables('TicketsExecutor', { AWS_CONFIG_FILE: '/tmp/config', AWS_PROFILE: 'other' }),
  ],
  [
    'credentials-in-gate',
    'The gate acts as somebody else.',
    variables('AgentGate', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://collector.example.com' }),
  ],
  ['other-session-length', 'Sessions never end.', variables('AgentSessionsLaunch', { SESSION_SECONDS: '315360000' })],
  [
    'other-group-at-launch',
    'Tasks start with a group that is open.',
    variables('AgentSessionsLaunch', { SECURITY_GROUP_ID: 'sg-0123456789abcdef0' }),
  ],
  [
    'other-subnet-at-launch',
    'Tasks start in a network that nobody judged.',
    variables('AgentSessionsLaunch', { SUBNET_IDS: 'subnet-0123456789abcdef0' }),
  ],
  [
    'other-ledger-at-gate',
    'The gate writes its entries into another bucket.',
    variables('AgentGate', { LEDGER_BUCKET: 'collector' }),
  ],
  [
    'proxy-in-agent',
    'The agent’s model calls pass through a proxy.',
    (r) => {
      (container(r).Environment as JsonObject[]).push({ Name: 'HTTPS_PROXY', Value: 'http://10.0.0.9:3128' });
    },
  ],
  [
    'file-of-variables',
    'The agent’s environment comes from a file that others write.',
    (r) => {
      container(r).EnvironmentFiles = [{ Type: 's3', Value: 'arn:aws:s3:::collector/agent.env' }];
    },
  ],
  [
    'gate-url-elsewhere',
    'The agent takes another server for its gate, and signs requests to it.',
    (r) => {
      (container(r).Environment as JsonObject[])[0] = { Name: 'GATE_URL', Value: 'https://gate.example.com/v1' };
    },
  ],
  [
    'extra-host',
    'Names of AWS have another address inside the agent.',
    (r) => {
      container(r).ExtraHosts = [{ Hostname: 'bedrock-runtime.eu-west-1.amazonaws.com', IpAddress: '10.0.0.9' }];
    },
  ],
  [
    'dns-server-in-agent',
    'The agent resolves names by another server.',
    (r) => {
      container(r).DnsServers = ['10.0.0.9'];
    },
  ],
]);

/** Where a part runs. */
export const PLACEMENT: readonly CorpusHole[] = holesOf('placement', [
  [
    'literal-subnet-of-gate',
    'The gate runs in a subnet that nobody judged.',
    setting(FUNCTION, 'AgentGate', (r) => ({
      VpcConfig: {
        ...(propertiesOf(r, FUNCTION, 'AgentGate').VpcConfig as JsonObject),
        SubnetIds: ['subnet-0123456789abcdef0'],
      },
    })),
  ],
  [
    'literal-group-of-gate',
    'The gate has a group that nobody judged.',
    setting(FUNCTION, 'AgentGate', (r) => ({
      VpcConfig: {
        ...(propertiesOf(r, FUNCTION, 'AgentGate').VpcConfig as JsonObject),
        SecurityGroupIds: ['sg-0123456789abcdef0'],
      },
    })),
  ],
  [
    'literal-role-of-gate',
    'The gate has a role that nobody judged.',
    setting(FUNCTION, 'AgentGate', {
      Role: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/other` },
    }),
  ],
  [
    'literal-role-of-executor',
    'The executor has a role that nobody judged.',
    setting(FUNCTION, 'TicketsExecutor', {
      Role: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/other` },
    }),
  ],
  [
    'literal-role-of-task',
    'The agent has a role that nobody judged.',
    setting('AWS::ECS::TaskDefinition', 'AgentTask', {
      TaskRoleArn: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/other` },
    }),
  ],
  [
    'literal-group-beside',
    'The gate has a second group that nobody judged.',
    (r) => {
      const place = propertiesOf(r, FUNCTION, 'AgentGate').VpcConfig as { SecurityGroupIds: unknown[] };
      place.SecurityGroupIds.push('sg-0123456789abcdef0');
    },
  ],
  [
    'default-group-of-gate',
    'The gate has the network’s default group.',
    (r) => {
      const place = propertiesOf(r, FUNCTION, 'AgentGate').VpcConfig as { SecurityGroupIds: unknown[] };
      place.SecurityGroupIds = [
        { 'Fn::GetAtt': [idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc'), 'DefaultSecurityGroup'] },
      ];
    },
  ],
  [
    'ipv6-of-gate',
    'The gate may speak IPv6, for which nothing is filtered.',
    (r) => {
      (propertiesOf(r, FUNCTION, 'AgentGate').VpcConfig as JsonObject).Ipv6AllowedForDualStack = true;
      add(r, 'Hole', 'AWS::EC2::VPCCidrBlock', { VpcId: network(r), AmazonProvidedIpv6CidrBlock: true });
      add(r, 'HoleOut', 'AWS::EC2::EgressOnlyInternetGateway', { VpcId: network(r) });
    },
  ],
  [
    'host-network-of-agent',
    'The agent runs on a machine, with its network.',
    setting('AWS::ECS::TaskDefinition', 'AgentTask', { NetworkMode: 'host', RequiresCompatibilities: ['EC2'] }),
  ],
]);

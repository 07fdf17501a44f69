import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { idOf, propertiesOf, type Resources } from '../../lib/prove/quickstart-template';
import { type CorpusHole, gateName, holesOf, type Mutation, refTo, setting } from './mutation';

const ALARM = 'AWS::CloudWatch::Alarm';
const RULE = 'AWS::Events::Rule';
const REFUSED = 'AgentLedgerTrailRefusedAlarm';

const without =
  (...starts: readonly string[]) =>
  (r: Resources): void => {
    for (const start of starts) delete r[idOf(r, ALARM, start)];
  };

/** The first rule about refused access: it has the buckets and the trail. */
const rule = (r: Resources): JsonObject => r.AgentLedgerTrailRefused24811FE9?.Properties as JsonObject;
const detail = (r: Resources): { $or: JsonObject[] } =>
  (rule(r).EventPattern as { detail: { $or: JsonObject[] } }).detail;
const requested = (r: Resources, branch: number): JsonObject => detail(r).$or[branch]?.requestParameters as JsonObject;
const terms = (r: Resources): JsonObject[] => propertiesOf(r, ALARM, REFUSED).Metrics as JsonObject[];

/** Who is told that something goes wrong. */
export const ALARMS: readonly CorpusHole[] = holesOf('alarms', [
  ['no-alarm-on-sealing', 'The ledger isn’t signed any more, and nobody notices.', without('AgentLedgerSealerFailure')],
  ['no-alarm-on-lag', 'Entries stay unsigned, and nobody notices.', without('AgentLedgerSealerLag')],
  ['no-alarm-on-refusals', 'Somebody tries to delete the ledger, and nobody notices.', without(REFUSED)],
  ['no-alarm-on-denials', 'A fooled agent tries everything, and nobody notices.', without('AgentGateDenialSpike')],
  ['no-alarm-on-stopped-sessions', 'Sessions end for denials, and nobody notices.', without('AgentGateSessionStopped')],
  ['no-alarm-on-open-requests', 'Requests stay open, and nobody notices.', without('AgentApprovalsFailureAlarm')],
  ['no-alarm-on-waiting-requests', 'Nobody is reminded of a request.', without('AgentApprovalsWatchAlarm')],
  ['no-alarm-on-the-sweep', 'Sessions run on, and nobody notices.', without('AgentSweepFailure')],
  ['no-alarm-on-operators', 'The break-glass role is used, and nobody notices.', without('AgentOperatorsUsed')],
  ['alarm-switched-off', 'The alarm tells nobody.', setting(ALARM, REFUSED, { ActionsEnabled: false })],
  ['alarm-switched-by-text', 'The alarm tells nobody.', setting(ALARM, 'AgentGateDenial', { ActionsEnabled: 'false' })],
  ['threshold-never-reached', 'The alarm never rings.', setting(ALARM, 'AgentSweepFailure', { Threshold: 1_000_000 })],
  [
    'more-failures-than-runs',
    'A function that runs once a minute never fails thrice in one.',
    setting(ALARM, 'AgentLedgerSealerFailure', { Threshold: 3 }),
  ],
  [
    'rings-when-all-is-well',
    'The alarm is on until something happens.',
    setting(ALARM, 'AgentOperatorsUsed', { ComparisonOperator: 'LessThanThreshold' }),
  ],
  [
    'silence-is-well',
    'A sealer that doesn’t run at all is no failure.',
    setting(ALARM, 'AgentLedgerSealerLag', { TreatMissingData: 'notBreaching' }),
  ],
  [
    'silence-of-the-sweep',
    'A sweep that doesn’t run at all is no failure.',
    setting(ALARM, 'AgentSweepFailure', { TreatMissingData: 'ignore' }),
  ],
  [
    'best-of-all-lags',
    'One stream that is sealed hides those that are not.',
    setting(ALARM, 'AgentLedgerSealerLag', { Statistic: 'Minimum' }),
  ],
  ['another-metric', 'Runs are counted, not failures.', setting(ALARM, 'AgentLedgerSealerFailure', { MetricName: 'Throttles' })],
  ['another-namespace', 'A metric that nobody sends.', setting(ALARM, 'AgentGateDenialSpike', { Namespace: 'Hardened' })],
  [
    'another-function',
    'The gate is watched twice, and the sealer not at all.',
    setting(ALARM, 'AgentLedgerSealerFailure', (r) => ({
      Dimensions: [{ Name: 'FunctionName', Value: gateName(r) }],
    })),
  ],
  [
    'another-dimension',
    'A metric that nobody sends.',
    setting(ALARM, 'AgentGateDenialSpike', (r) => ({
      Dimensions: [
        { Name: 'Gate', Value: gateName(r) },
        { Name: 'Stage', Value: 'prod' },
      ],
    })),
  ],
  [
    'no-dimension',
    'All functions of the account together.',
    setting(ALARM, 'AgentSweepFailure', { Dimensions: [] }),
  ],
  [
    'an-arn-for-a-name',
    'A metric that nobody sends.',
    setting(ALARM, 'AgentOperatorsUsed', (r) => ({
      Dimensions: [
        {
          Name: 'FunctionName',
          Value: { 'Fn::GetAtt': [idOf(r, 'AWS::Lambda::Function', 'AgentOperatorsOperate'), 'Arn'] },
        },
      ],
    })),
  ],
  [
    'ten-days-in-a-row',
    'It rings after ten days.',
    setting(ALARM, 'AgentApprovalsFailure', { Period: 86_400, EvaluationPeriods: 10 }),
  ],
  [
    'under-a-condition',
    'Whether there is an alarm is known when it is deployed.',
    (r, body) => {
      body.Parameters = { Watched: { Type: 'String' } };
      body.Conditions = { IsWatched: { 'Fn::Equals': [{ Ref: 'Watched' }, 'yes'] } };
      Object.assign(r[idOf(r, ALARM, REFUSED)] as object, { Condition: 'IsWatched' });
    },
  ],
  [
    'one-rule-of-two',
    'What the other rule reports rings nothing.',
    (r) => {
      (terms(r)[0] as JsonObject).Expression = 'rule2';
    },
  ],
  [
    'counted-as-nothing',
    'The rules are read, and count nothing.',
    (r) => {
      (terms(r)[0] as JsonObject).Expression = '(rule1 + rule2) * 0';
    },
  ],
  [
    'another-series',
    'The alarm looks at one rule alone.',
    (r) => {
      (terms(r)[0] as JsonObject).ReturnData = false;
      (terms(r)[2] as JsonObject).ReturnData = true;
    },
  ],
  [
    'ledger-not-reported',
    'Refused access to the ledger is no event any more.',
    (r) => {
      (requested(r, 0).bucketName as JsonValue[]).shift();
    },
  ],
  [
    'other-errors-reported',
    'Refused access has another code.',
    (r) => {
      (detail(r).$or[0] as JsonObject).errorCode = ['NoSuchKey'];
    },
  ],
  [
    'stop-not-reported',
    'Somebody stops the trail, and nobody notices.',
    (r) => {
      (detail(r).$or[1] as JsonObject).eventName = ['DeleteTrail', 'UpdateTrail'];
    },
  ],
  [
    'another-trail-reported',
    'Somebody stops the trail, and nobody notices.',
    (r) => {
      requested(r, 1).name = [{ suffix: 'another-trail' }];
    },
  ],
  [
    'selectors-not-reported',
    'Somebody narrows what the trail records, and nobody notices.',
    (r) => {
      detail(r).$or.splice(2, 1);
    },
  ],
  [
    'only-one-source',
    'What happens to the trail and to keys is no event any more.',
    (r) => {
      (rule(r).EventPattern as JsonObject).source = ['aws.s3'];
    },
  ],
  [
    'a-key-not-reported',
    'Refused use of the ledger’s key is no event any more.',
    (r) => {
      const [, , , message] = detail(r).$or as { errorMessage?: JsonValue[] }[];
      message?.errorMessage?.shift();
    },
  ],
  [
    'a-pattern-nobody-reads',
    'Nobody knows what is reported.',
    (r) => {
      rule(r).EventPattern = { 'Fn::ImportValue': 'Pattern' };
    },
  ],
  [
    'rule-that-keeps-nothing',
    'The refused call itself isn’t kept.',
    (r) => {
      rule(r).Targets = [];
    },
  ],
  [
    'rule-on-another-bus',
    'AWS’s events don’t come to it.',
    (r) => {
      rule(r).EventBusName = 'others';
    },
  ],
  [
    'rule-gone-with-all-that-names-it',
    'Nothing reports refused access.',
    (r) => {
      for (const id of Object.keys(r)) if (/^AgentLedgerTrailRefused(Alarm|2|Attempts(Policy)?)/.test(id)) delete r[id];
    },
  ],
]);

/** How soon an alarm rings, and whom it tells, is the owner's choice. */
export const OWN_ALARMS: readonly Mutation[] = [
  { id: 'rings-sooner', dig: setting(ALARM, 'AgentLedgerSealerLag', { Threshold: 300, EvaluationPeriods: 1 }) },
  { id: 'rings-later', dig: setting(ALARM, 'AgentGateDenialSpike', { Threshold: 200, Period: 900 }) },
  { id: 'rings-at-the-third', dig: setting(ALARM, 'AgentGateSessionStopped', { Threshold: 3, Period: 3600 }) },
  { id: 'alarm-has-another-text', dig: setting(ALARM, REFUSED, { AlarmDescription: 'Read the runbook' }) },
  {
    id: 'alarm-tells-a-topic',
    dig: (r) => {
      r.Oncall = { Type: 'AWS::SNS::Topic', Properties: {} };
      for (const { Type, Properties } of Object.values(r)) {
        if (Type === ALARM) Object.assign(Properties as object, { AlarmActions: [{ Ref: 'Oncall' }], ActionsEnabled: true });
      }
    },
  },
  {
    id: 'an-alarm-of-ones-own-in-its-place',
    dig: (r) => {
      const Value = refTo(r, 'AWS::Lambda::Function', 'AgentSweepFunction');
      delete r[idOf(r, ALARM, 'AgentSweepFailure')];
      r.Mine = {
        Type: ALARM,
        Properties: {
          Metrics: [
            {
              Id: 'failed',
              MetricStat: {
                Metric: {
                  Namespace: 'AWS/Lambda',
                  MetricName: 'Errors',
                  Dimensions: [{ Name: 'FunctionName', Value }],
                },
                Period: 300,
                Stat: 'Sum',
              },
            },
          ],
          ComparisonOperator: 'GreaterThanThreshold',
          Threshold: 2,
          EvaluationPeriods: 1,
          TreatMissingData: 'breaching',
        },
      };
    },
  },
  {
    id: 'a-rule-of-ones-own-for-all-calls',
    dig: (r) => {
      r.Oncall = { Type: 'AWS::SNS::Topic', Properties: {} };
      r.Calls = {
        Type: RULE,
        Properties: {
          EventPattern: { source: ['aws.cloudtrail'], 'detail-type': ['AWS API Call via CloudTrail'] },
          Targets: [{ Id: 'Topic', Arn: { Ref: 'Oncall' } }],
        },
      };
    },
  },
];

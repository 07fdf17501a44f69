import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import { idOf, propertiesOf, quickstartTemplate } from '../../lib/prove/quickstart-template';
import { ALARMS, OWN_ALARMS } from './alarms';
import { LEFT_OPEN } from './left-open';
import { dug, type Mutation } from './mutation';

const clean = quickstartTemplate();

/** What fails `check`, and what breaks a claim about what may happen. */
function saidOf(mutation: Mutation): string[] {
  const { body, others } = dug(clean, mutation);
  const { claims, checked } = prove(
    Assembly.of({ name: 'Quickstart.template.json', stackName: 'Quickstart', body }, ...others),
  );
  return [
    ...checked.findings.filter(({ severity }) => severity !== 'warning').map(({ ruleId, path }) => `${ruleId} ${path}`),
    ...claims
      .filter(({ id }) => id !== 'needs-are-allowed')
      .flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`)),
  ];
}

test('nothing is said of the template as it is', () => expect(saidOf({ id: 'as it is', dig: () => undefined })).toEqual([]));

test.each(LEFT_OPEN.map((hole) => [hole.id, hole] as const))('%s is named', (_, hole) =>
  expect(saidOf(hole)).not.toEqual([]),
);

test.each(ALARMS.map((hole) => [hole.id, hole] as const))('%s is named', (_, hole) =>
  expect(saidOf(hole)).toContainEqual(expect.stringMatching(/^alarms-watch: /)),
);

test.each(OWN_ALARMS.map((change) => [change.id, change] as const))('%s is not', (_, change) =>
  expect(saidOf(change)).toEqual([]),
);

test('parts of an address that are below themselves have no path, and are no crash', () => {
  const dig: Mutation['dig'] = (r) => {
    const id = idOf(r, 'AWS::ApiGateway::Resource', 'AgentGateApitools');
    propertiesOf(r, 'AWS::ApiGateway::Resource', 'AgentGateApitools').ParentId = { Ref: id };
  };
  expect(() => saidOf({ id: 'below itself', dig })).not.toThrow();
});

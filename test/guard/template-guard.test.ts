import { type App, CfnResource, type Stack } from 'aws-cdk-lib';
import { GUARDED_APPS, type GuardedApp } from './apps';
import { maskedTemplates } from './masked-template';
import { differences, lostState, RecordFile, recordOf, statefulOf } from './records';

const UPDATE = process.env.UPDATE_TEMPLATES === '1';

const HOW_TO_UPDATE = [
  'See what changed, property by property: npm run templates -- HEAD',
  'Where the change is meant: UPDATE_TEMPLATES=1 npx jest test/guard',
  'Commit the record with the change, and say the difference in the commit message.',
];

const ORPHANS = [
  'A stateful resource lost its logical id. A deployed stack would make a new one and orphan or delete the old:',
  'a ledger stays locked where nobody seals or reads it. Give the construct its old id back.',
  'No switch updates this. Only where no such resource was ever deployed: delete its line in test/guard/recorded.',
];

const complaint = (found: readonly string[], advice: readonly string[]) =>
  found.length === 0 ? '' : ['', ...found, '', ...advice, ''].join('\n');

describe.each(Object.keys(GUARDED_APPS) as GuardedApp[])('the templates of %s', (name) => {
  const templates = maskedTemplates(name);

  test('keep the logical ids of resources with state', () => {
    const file = new RecordFile(`${name}.stateful`);
    const [recorded, found] = [file.read(), statefulOf(templates)];
    // New ones may be added; none may disappear.
    if (UPDATE) file.write({ ...found, ...recorded });
    expect(complaint(lostState(recorded, found), ORPHANS)).toBe('');
    const unrecorded = Object.keys(found).filter((id) => !(id in file.read()));
    expect(complaint(unrecorded, ['State that no record holds yet.', ...HOW_TO_UPDATE])).toBe('');
  });

  test('are the recorded ones, except asset hashes and descriptions', () => {
    const file = new RecordFile(name);
    if (UPDATE) file.write(recordOf(templates));
    expect(complaint(differences(file.read(), recordOf(templates)), HOW_TO_UPDATE)).toBe('');
  });
});

describe('the guard', () => {
  const whole = maskedTemplates('least');

  /** What it says about the app after a change. */
  const guardAfter = (change: (app: App) => void) => {
    const changed = maskedTemplates('least', change);
    return {
      differences: differences(recordOf(whole), recordOf(changed)),
      lost: lostState(statefulOf(whole), statefulOf(changed)),
    };
  };
  const stackOf = (app: App) => app.node.findChild('Least') as Stack;
  const first = (app: App, type: string) =>
    stackOf(app)
      .node.findAll()
      .find(
        (each): each is CfnResource => CfnResource.isCfnResource(each) && each.cfnResourceType === type,
      ) as CfnResource;

  test('names a changed property by its resource', () => {
    const found = guardAfter((app) => first(app, 'AWS::Lambda::Function').addPropertyOverride('MemorySize', 1));
    expect(found.differences).toEqual([
      expect.stringMatching(/^changed {2}Least\/\w+ \(AWS::Lambda::Function \w{12} → \w{12}\)$/),
    ]);
    expect(found.lost).toEqual([]);
  });

  test('names what was added', () => {
    const found = guardAfter((app) => new CfnResource(stackOf(app), 'Planted', { type: 'AWS::SNS::Topic' }));
    expect(found.differences).toEqual([expect.stringMatching(/^added {4}Least\/Planted \(AWS::SNS::Topic/)]);
  });

  test('names a bucket that lost its logical id', () => {
    const found = guardAfter((app) => first(app, 'AWS::S3::Bucket').overrideLogicalId('Renamed'));
    expect(found.lost).toEqual([expect.stringMatching(/^Least\/AgentLedger\w+ \(AWS::S3::Bucket\)$/)]);
    expect(found.differences).toContainEqual(expect.stringMatching(/^removed {2}Least\/AgentLedger/));
    expect(found.differences).toContainEqual(expect.stringMatching(/^added {4}Least\/Renamed \(AWS::S3::Bucket/));
  });

  test('lets a description and the code of a function change', () => {
    const found = guardAfter((app) => {
      first(app, 'AWS::Lambda::Function').addPropertyOverride('Description', 'Better English');
      first(app, 'AWS::Lambda::Function').addPropertyOverride('Code.S3Key', `${'a'.repeat(64)}.zip`);
      first(app, 'AWS::EC2::SecurityGroup').addPropertyOverride('GroupDescription', 'Better English');
      first(app, 'AWS::ApiGateway::RestApi').addPropertyOverride('Description', 'Better English');
    });
    expect(found).toEqual({ differences: [], lost: [] });
  });
});

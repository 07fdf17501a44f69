import { SUPPORTED_REGIONS } from '../../lib/private/regions';
import { templatesOf } from '../guard/templates';
import { cfnLint, installCfnLint } from '../lib/cfn-lint';

beforeAll(installCfnLint, 300_000);

/** The quickstart is linted in test/lib/private/regions.test.ts. */
test.each(['everything', 'least', 'parts', 'connectors'] as const)(
  'cfn-lint finds nothing in %s, in any supported region',
  (app) => expect(cfnLint(SUPPORTED_REGIONS, templatesOf(app))).toBe(''),
  900_000,
);

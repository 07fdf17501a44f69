import * as path from 'node:path';
import type { Rule } from '../../../lib/checks/rule';
import { RULES } from '../../../lib/checks/rules';
import { ruleOfTest } from './rule-of-test';

// Loaded before each test file of a rule: the rule that the file is about never objects.
const file = path.relative(path.join(__dirname, '../../lib/checks/rules'), expect.getState().testPath ?? '');
const idle = RULES.find(({ id }) => id === ruleOfTest(file, RULES)) as { check: Rule['check'] } | undefined;
if (idle !== undefined) idle.check = () => [];

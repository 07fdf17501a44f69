import { agentRole, yamlLines } from '../../yaml-template';

describe('SandboxAnswerNotRun', () => {
  const fn = (code: string, role = agentRole()) => `${role}
  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn, Code: { ZipFile: ${JSON.stringify(code)} } } }`;
  const lines = (code: string, role?: string) =>
    yamlLines('SandboxAnswerNotRun', fn(code, role), 'Parameters: { Unknown: { Type: String } }');

  test.each([
    'exec(answer)',
    'result = eval(text, {})',
    'exec(compile(code, "x", "exec"))',
    'return eval(answer);',
    'const f = new Function(body)',
    'vm.runInNewContext(code, {})',
    'os.system(command)',
    "os.popen(f'ls {path}')",
    'subprocess.run(command, shell=True)',
    "subprocess.check_output(f'git {args}', shell=True)",
    'subprocess.getoutput(command)',
    'execSync(command)',
    '  child_process.execSync(`ls $' + '{name}`)',
  ])('%s is found', (code) => {
    expect(lines(code)).toEqual([
      expect.stringMatching(
        /^Agent Properties.Code.ZipFile: runs a text as (code|a command), with the rights of the agent/,
      ),
    ]);
  });

  test.each([
    'ast.literal_eval(answer)',
    '/order (\\d+)/.exec(answer)',
    'pattern.exec(answer)',
    'retrieval(answer)',
    'model.eval(inputs)',
    'cursor.exec(statement)',
    "exec('import json')",
    '# exec(answer) would be wrong',
    '// never eval(answer)',
    '"""Not eval(answer)."""',
    "message = 'eval(answer)'",
    "subprocess.run(['git', 'status'])",
    'subprocess.run(command)',
    "subprocess.run('date', shell=True)",
    "os.system('date')",
    "execSync('date')",
    'def exec_tool(name): return TOOLS[name]()',
    'def eval_score(answer): return 1',
  ])('%s is fine', (code) => expect(lines(code)).toEqual([]));

  test('a function that calls no model may run what it likes', () => {
    expect(
      lines('exec(code)', "\n  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } }"),
    ).toEqual([]);
  });

  test('a code of which the template tells nothing is left alone, and one that it tells in part is read', () => {
    const unknown = `${agentRole()}\n  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn, Code: { ZipFile: !Ref Unknown } } }`;
    expect(yamlLines('SandboxAnswerNotRun', unknown, 'Parameters: { Unknown: { Type: String } }')).toEqual([]);
    const partly = unknown.replace('!Ref Unknown', '!Sub \'x = "$' + '{Unknown}"; exec(answer)\'');
    expect(yamlLines('SandboxAnswerNotRun', partly, 'Parameters: { Unknown: { Type: String } }')).toHaveLength(1);
  });
});

import { simulateRoles } from '../../../bin/deployed-roles/simulate-roles';
import { quickstartTemplate } from '../../lib/prove/quickstart-template';
import { deployedAccount, faithful, questionsAbout, type Send } from './deployed-account';

test('a throttled call is repeated after a growing pause; another error is not', async () => {
  const body = quickstartTemplate();
  const questions = questionsAbout(body).slice(0, 3);
  const pauses: number[] = [];
  const pause = async (ms: number) => pauses.push(ms);
  let failures = 3;
  const { clients } = deployedAccount(body, faithful(body));
  const { send } = clients.iam as { send: Send };
  const named = (name: string) => Object.assign(new Error(name), { name });
  const throttled: Send = async (command) => {
    failures -= 1;
    if (failures >= 0) throw named('ThrottlingException');
    return send(command);
  };
  const answers = await simulateRoles({ send: throttled } as never, questions, pause);
  expect(answers.map(({ decision }) => decision)).not.toContain('absent');
  expect(pauses).toEqual([500, 1000, 2000]);
  const denied: Send = async () => {
    throw named('AccessDenied');
  };
  await expect(simulateRoles({ send: denied } as never, questions, pause)).rejects.toThrow('AccessDenied');
  failures = 1_000;
  await expect(simulateRoles({ send: throttled } as never, questions, pause)).rejects.toThrow('Throttling');
});

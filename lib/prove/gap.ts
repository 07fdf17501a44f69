import type { Decision } from '../template/iam/evaluate';

/** What keeps a request from its service, and where: `role`, `endpoint`, `security group`, `DNS`. */
export interface Gap {
  readonly layer: string;
  readonly detail: string;
}

/** Why a decision isn't certainly an allow; none where it is. */
export function gapIn(layer: string, source: string, { allowed, explicitlyDenied, denies, allows }: Decision): Gap[] {
  if (allowed === 'true') return [];
  if (explicitlyDenied === 'true') {
    const [first] = denies.filter(({ truth }) => truth === 'true');
    return [{ layer, detail: `${first?.source ?? source} ${first?.sid ?? ''} denies it` }];
  }
  if (allowed === 'false') return [{ layer, detail: `no statement of ${source} allows it` }];
  const undecided = [...allows, ...denies].filter(({ source: its, truth }) => its !== '' && truth === 'depends');
  const by = [...new Set(undecided.map((each) => `${each.source} ${each.sid}`))];
  return [{ layer, detail: `can't be proven: it depends on ${by.join(', ') || source}` }];
}
